"""Sessions as rows of the store: each with who was in it and what it was tagged with."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from coherence.model import End, Origin, Participant, SessionRecord

FEW = 500  # sessions whose participants and tags are looked up one by one

_COLUMNS = 'id, started_at, duration_s, practice, origin, "end", app_version, strap, summary, note'
_ORIGINS = {origin.value: origin for origin in Origin}
_ENDS = {end.value: end for end in End}


def records_in(
    connection: sqlite3.Connection, where: str, values: Sequence[object]
) -> list[SessionRecord]:
    """The sessions that a condition on the table ``session`` holds for, newest first.

    The list may be ten thousand long: each table is read once, from front to back.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM session WHERE {where} ORDER BY started_at DESC, id DESC", values
    ).fetchall()
    if not rows:
        return []
    # of many all, for looking each of them up goes to and fro in a large file
    few = [row[0] for row in rows] if len(rows) <= FEW else []
    among = f"WHERE session_id IN ({', '.join('?' * len(few))})" if few else ""
    participants = _participants(connection, among, few)
    tags = _tags(connection, among, few)
    return [_record(row, participants.get(row[0], ()), tags.get(row[0], ())) for row in rows]


def _participants(
    connection: sqlite3.Connection, among: str, few: Sequence[int]
) -> dict[int, tuple[Participant, ...]]:
    who = connection.execute(
        "SELECT session_id, role, person_id, strap_id, consent_at "
        f"FROM participant {among} ORDER BY rowid",
        few,
    ).fetchall()
    participants: dict[int, tuple[Participant, ...]] = {}
    known: dict[tuple[object, ...], tuple[Participant, ...]] = {}  # most are the same ones
    for session_id, *each in who:
        key = tuple(each)
        if (one := known.get(key)) is None:
            one = known[key] = (Participant(*each),)
        before = participants.get(session_id)
        participants[session_id] = one if before is None else before + one
    return participants


def _tags(
    connection: sqlite3.Connection, among: str, few: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    tagged = connection.execute(
        f"SELECT session_id, tag FROM tag {among} ORDER BY session_id, tag", few
    ).fetchall()
    tags: dict[int, tuple[str, ...]] = {}
    for session_id, tag in tagged:
        tags[session_id] = (*tags.get(session_id, ()), tag)
    return tags


def _record(
    row: tuple[Any, ...], participants: tuple[Participant, ...], tags: tuple[str, ...]
) -> SessionRecord:
    number, started_at, duration_s, practice, origin, end, app_version, strap, summary, note = row
    return SessionRecord(
        number,
        started_at,
        duration_s,
        practice,
        _ORIGINS[origin],
        _ENDS[end],
        app_version,
        strap,
        participants,
        summary,
        note,
        tags,
    )
