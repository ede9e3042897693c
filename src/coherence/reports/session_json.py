"""Our own session file: all that arrived, as it came, and what stood beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime

from coherence.model import (
    Arrival,
    BreathPattern,
    End,
    Origin,
    PaceChanged,
    SessionRecord,
)
from coherence.reports.beside_json import (
    LATEST_S,
    BesideError,
    line_json,
    line_read,
    shown_json,
    shown_read,
)
from coherence.storage.arrival_json import ArrivalError, from_json, to_json
from coherence.storage.beside import NOTHING, Beside
from coherence.storage.whole_text import is_whole
from coherence.translation import _

FORMAT, VERSION = "coherence-session", 1
OPENING = '"arrivals": ['  # the end of the first line
FIELDS = ("started_at", "duration_s", "practice", "origin", "end", "app_version", "strap")


class SessionFileError(ValueError):
    """The text is not one of our session files; the message says why."""


def lines_of(
    session: SessionRecord, arrivals: Iterable[Arrival], beside: Beside = NOTHING
) -> Iterator[str]:
    """The file's text in pieces, one arrival a line, so that a long session needs no room."""
    whole = {"format": FORMAT, "version": VERSION, "session": about(session)}
    head = json.dumps(whole, ensure_ascii=False)
    yield f"{head[:-1]}, {OPENING}"
    before = "\n"
    for arrival in arrivals:
        yield before + json.dumps(to_json(arrival), ensure_ascii=False, allow_nan=False)
        before = ",\n"
    yield "\n]"
    for name, rows in (
        ("shown", [shown_json(run) for run in beside.shown]),
        ("diary", [line_json(line) for line in beside.diary]),
    ):
        if rows:
            yield f',\n"{name}": {json.dumps(rows, ensure_ascii=False, allow_nan=False)}'
    yield "}\n"


def about(session: SessionRecord) -> dict[str, object]:
    """What a file says of the session itself; who it was stays in the store."""
    said = {name: getattr(session, name) for name in FIELDS}
    said |= {"origin": session.origin.value, "end": session.end.value}
    if session.note:
        said["note"] = session.note
    if session.tags:
        said["tags"] = list(session.tags)
    return said


def read(text: str) -> tuple[SessionRecord, tuple[Arrival, ...], Beside]:
    """The session (without its number), what arrived in it, and what stands beside that.

    Raises ``SessionFileError``.
    """
    try:
        said = json.loads(text)
    except ValueError as error:  # a fault of syntax, or a number with too many digits
        raise SessionFileError(_("it is not whole ({error})").format(error=error)) from error
    except RecursionError as error:
        raise SessionFileError(_("it is nested too deeply")) from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise SessionFileError(_("it is JSON, but not a session of coherence"))
    if said.get("version") != VERSION:
        raise SessionFileError(
            _("it is of version {found!r}, not {version}").format(
                found=said.get("version"), version=VERSION
            )
        )
    rows = said.get("arrivals")
    if not isinstance(rows, list):
        raise SessionFileError(_("it holds no arrivals"))
    arrivals = tuple(read_arrival(row, n) for n, row in enumerate(rows, start=1))
    return _session(said.get("session")), arrivals, _beside(said)


def read_arrival(said: object, n: int) -> Arrival:
    """The arrival of number ``n``. Raises ``SessionFileError``."""
    try:
        arrival = from_json(said)
    except ArrivalError as error:
        raise SessionFileError(
            _("arrival {n} makes no sense ({error})").format(n=n, error=error)
        ) from error
    if fault := _fault(arrival):
        raise SessionFileError(_("arrival {n} makes no sense ({fault})").format(n=n, fault=fault))
    return arrival


def _beside(said: dict[str, object]) -> Beside:
    """What came later than version 1 is left out by older files, and by older programs."""
    shown, diary = said.get("shown", []), said.get("diary", [])
    if not isinstance(shown, list) or not isinstance(diary, list):
        raise SessionFileError(_("what stands beside the arrivals makes no sense"))
    try:
        return Beside(tuple(map(shown_read, shown)), tuple(map(line_read, diary)))
    except BesideError as error:
        raise SessionFileError(str(error)) from error


def _fault(arrival: Arrival) -> str | None:
    """What in an arrival could not have been recorded; the fold relies on it."""
    if not 0.0 <= arrival.t_s <= LATEST_S:
        return _("its time is {t_s} s").format(t_s=arrival.t_s)
    if not all(_is_whole(getattr(arrival, field.name)) for field in fields(arrival)):
        return _("half a character is none")
    match arrival:
        case PaceChanged(_, BreathPattern() as pattern) if not _is_breathable(pattern):
            return _("nobody breathes like that")
        case _:
            return None


def _is_breathable(pattern: BreathPattern) -> bool:
    pauses_s = (pattern.pause_full_s, pattern.pause_empty_s)
    return (
        0.5 <= pattern.breaths_per_min <= 60.0
        and 0.0 < pattern.inhale_share < 1.0
        and all(pause_s >= 0.0 for pause_s in pauses_s)
        and sum(pauses_s) < pattern.period_s
    )


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError(f"{said!r:.40} is no text")
    if not _is_whole(said):
        raise ValueError(_("half a character is none"))
    return said


def _is_whole(said: object) -> bool:
    return not isinstance(said, str) or is_whole(said)


def _session(said: object) -> SessionRecord:
    try:
        if not isinstance(said, dict):
            raise TypeError("not an object")
        strap = said.get("strap")
        made = SessionRecord(
            id=0,
            started_at=_text(str(said["started_at"])),
            duration_s=float(said["duration_s"]),
            practice=_text(str(said["practice"])),
            origin=Origin(said["origin"]),
            end=End(said["end"]),
            app_version=_text(str(said["app_version"])),
            strap=None if strap is None else _text(str(strap)),
            note=_text(said.get("note", "")),
            tags=tuple(_text(tag) for tag in said.get("tags", ())),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise SessionFileError(
            _("what it says of the session makes no sense ({error})").format(error=error)
        ) from error
    if not 0.0 <= made.duration_s <= LATEST_S:
        raise SessionFileError(_("what it says of the session makes no sense (its length)"))
    try:
        datetime.fromisoformat(made.started_at).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SessionFileError(_("what it says of when it began makes no sense")) from error
    return made
