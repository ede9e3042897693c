"""Taking recordings of other programs, or of another computer, into the store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import numpy as np

from coherence import __version__
from coherence.analysis.series import FloatArray
from coherence.model import End, Origin, SessionRecord
from coherence.reports.export_text import beats_and_gaps
from coherence.reports.imports import IMPORTS, arrivals_of, read_recording
from coherence.reports.recording import ImportFailed, Recording
from coherence.sessions.summary import summary_text, tracker_of
from coherence.sessions.summing_up import LONGEST_SUMMED_S
from coherence.storage.database import Store
from coherence.storage.same_beats import sessions_of_so_many
from coherence.storage.wanted import Wanted
from coherence.translation import _

PRACTICE = "imported"
_NAMED = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ _T](\d\d)[-.:](\d\d)[-.:](\d\d)(?!\d)")
ENDINGS = tuple(sorted({ending for row in IMPORTS for ending in row.endings}))


class Taken(Enum):
    """What became of a file."""

    NEW = "new"
    KNOWN = "known"  # its beats are in the store already
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Import:
    """One file and what became of it; ``session_id`` is where its beats are, if they are."""

    path: Path
    taken: Taken
    session_id: int | None = None
    started_at: str = ""
    duration_s: float = 0.0
    beats: int = 0
    doubts: tuple[str, ...] = ()
    reason: str = ""

    def as_json(self) -> dict[str, object]:
        """What `import --json` prints of it."""
        return {
            "file": str(self.path),
            "taken": self.taken.value,
            "session_id": self.session_id,
            "started_at": self.started_at,
            "duration_s": round(self.duration_s, 3),
            "beats": self.beats,
            "doubts": list(self.doubts),
            "reason": self.reason,
        }


def files_in(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files named, and those in the folders named whose ending may be a recording's."""
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.is_file())
            yield from (each for each in inside if each.suffix.lower() in ENDINGS)
        else:
            yield path


def take_in(
    path: Path, store: Store, *, person_id: int | None = None, dry_run: bool = False
) -> Import:
    """Read a file and put what it holds into the store, unless it is there or on ``dry_run``.

    A file that cannot be read is an ``Import`` too, with the reason. Raises ``StorageError``.
    """
    try:
        recording = read_recording(path)
    except ImportFailed as error:
        return Import(path, Taken.UNREADABLE, reason=error.in_file)
    return take_recording(recording, path, store, person_id=person_id, dry_run=dry_run)


def take_recording(
    recording: Recording,
    path: Path,
    store: Store,
    *,
    person_id: int | None = None,
    dry_run: bool = False,
) -> Import:
    """The same of a recording that was read already from ``path``. Raises ``StorageError``."""
    session, doubts = _session_of(recording, path)
    found = Import(
        path,
        Taken.NEW,
        started_at=session.started_at,
        duration_s=session.duration_s,
        beats=len(recording.rr_ms),
        doubts=doubts,
    )
    fingerprint = fingerprint_of(recording)
    known = (
        _recorded_here(store, recording)
        or store.session_with(fingerprint)
        or _beats_here(store, recording, fingerprint)
    )
    if known is not None:
        return replace(found, taken=Taken.KNOWN, session_id=known)
    if dry_run:
        return found
    ours = recording.arrivals if recording.duration_s <= LONGEST_SUMMED_S else None
    number = store.add_session(
        session,
        arrivals_of(recording, as_strap=False),
        fingerprint=fingerprint,
        person_id=person_id,
        beside=recording.beside,
        # of one of ours: its picture, its place in trends
        summary="{}" if ours is None else summary_text(tracker_of(ours)),
    )
    return replace(found, session_id=number)


def fingerprint_of(recording: Recording) -> str:
    """The same for the same intervals, whatever file they stand in.

    A thousandth of a millisecond is what files of other programs keep at most.
    """
    return _of_intervals(recording.rr_ms)


def _of_intervals(rr_ms: FloatArray) -> str:
    thousandths = np.rint(rr_ms * 1000.0).astype("<i8")
    return hashlib.sha256(thousandths.tobytes()).hexdigest()


def _session_of(recording: Recording, path: Path) -> tuple[SessionRecord, tuple[str, ...]]:
    """What the store shall say of it, and what is doubtful about the file."""
    if recording.session is not None:
        return recording.session, recording.doubts
    doubts = recording.doubts
    began = _utc(recording.started_at or "")
    if began is None and (named := _in_name(path)) is not None:
        began = named
        doubts += (_("It does not say when it began: the time in its name was taken."),)
    if began is None:
        began = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        doubts += (_("It does not say when it began: the time of the file was taken."),)
    session = SessionRecord(
        id=0,
        started_at=began.isoformat(timespec="milliseconds"),
        duration_s=recording.duration_s,
        practice=PRACTICE,
        origin=Origin.IMPORTED,
        end=End.ENDED,
        app_version=__version__,
        strap=path.name,
    )
    return session, doubts


def _in_name(path: Path) -> datetime | None:
    """The time that a file is named by, as Elite HRV does: 2026-01-17 17-47-13.txt."""
    found = _NAMED.search(path.stem)
    return None if found is None else _utc("{}-{}-{}T{}:{}:{}".format(*found.groups()))


def _utc(moment: str) -> datetime | None:
    """A moment that can be one; without a zone it is local time."""
    try:
        return datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _recorded_here(store: Store, recording: Recording) -> int | None:
    """The session of this store that a session file was written from, if it is one."""
    if recording.session is None:
        return None
    about = recording.session
    same_time = Wanted(from_utc=about.started_at, to_utc=about.started_at + " ")
    for record in store.sessions(same_time):
        if (record.started_at, record.duration_s) == (about.started_at, about.duration_s):
            return record.id
    return None


def _beats_here(store: Store, recording: Recording, fingerprint: str) -> int | None:
    """The session whose own intervals, in the order in which they came, a file holds."""
    if recording.session is not None or not len(recording.rr_ms):
        return None
    lasting_s = float(recording.rr_ms.sum()) / 1000.0
    for number in sessions_of_so_many(store, len(recording.rr_ms), lasting_s):
        beats, _gaps = beats_and_gaps(store.arrivals(number))
        if _of_intervals(np.array([beat.rr_ms for beat in beats], np.float64)) == fingerprint:
            return number
    return None
