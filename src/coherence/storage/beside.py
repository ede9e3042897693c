"""What is kept beside what arrived: what was shown, and what people said before and after."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coherence.model import Practised, Reflection
from coherence.storage.shown import Shown
from coherence.storage.shown_rows import insert_shown, row_of, shown_in

if TYPE_CHECKING:
    from coherence.storage.database import Store  # which takes it in by what stands here


@dataclass(frozen=True, slots=True)
class DiaryLine:
    """What was practised in a session, and what was said of it by moment."""

    practised: Practised
    said: Mapping[str, Reflection]


@dataclass(frozen=True, slots=True)
class Beside:
    """All of it, of one session."""

    shown: tuple[Shown, ...] = ()
    diary: tuple[DiaryLine, ...] = ()


NOTHING = Beside()


def beside_of(store: Store, session_id: int) -> Beside:
    """What the store keeps beside a session. Raises ``StorageError``."""
    shown = tuple(shown_in(store, session_id))
    lines = []
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id, practice, begun_at, offset_min, seconds, paced_s, whole FROM practised "
            "WHERE session_id = ? ORDER BY begun_at, id",
            (session_id,),
        ).fetchall()
        for number, practice, begun_at, offset_min, seconds, paced_s, whole in rows:
            said = connection.execute(
                "SELECT moment, body, mood, words FROM reflection WHERE practised_id = ?",
                (number,),
            ).fetchall()
            length = (seconds, paced_s, bool(whole))
            practised = Practised(number, practice, begun_at, offset_min, *length, session_id)
            reflections = {moment: Reflection(*rest) for moment, *rest in said}
            lines.append(DiaryLine(practised, reflections))
    return Beside(shown, tuple(lines))


def insert_beside(
    connection: sqlite3.Connection, session_id: int, person_id: int, beside: Beside
) -> None:
    """Keep it with a session that has come from elsewhere; numbers are given anew."""
    insert_shown(connection, session_id, [row_of(run) for run in beside.shown if len(run.t_s)])
    for line in beside.diary:
        was = line.practised
        number = connection.execute(
            "INSERT INTO practised(person_id, practice, begun_at, offset_min, seconds, paced_s, "
            "whole, session_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(person_id, was.practice, was.begun_at, was.offset_min),
                *(was.seconds, was.paced_s, was.whole, session_id),
            ),
        ).lastrowid
        connection.executemany(
            "INSERT INTO reflection VALUES (?, ?, ?, ?, ?)",
            (
                (number, moment, said.body, said.mood, said.words)
                for moment, said in line.said.items()
            ),
        )
