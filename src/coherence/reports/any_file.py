"""What any file that we read holds, as arrivals: intervals, a session of ours, or a sampled ECG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coherence.model import Arrival, SessionRecord
from coherence.reports.ecg import arrivals_of_ecg, read_ecg
from coherence.reports.ecg_table import holds_ecg
from coherence.reports.imports import arrivals_of, read_recording
from coherence.reports.in_pieces import read_in_pieces
from coherence.reports.recording import text_of


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What a file holds; ``arrivals`` can be gone through once."""

    arrivals: Iterator[Arrival]
    doubts: tuple[str, ...]  # a plain sentence each
    started_at: str | None = None  # ISO 8601; local time unless it says otherwise
    session: SessionRecord | None = None  # of a session that coherence wrote
    plain: bool = False  # the arrivals are but intervals, and come in pieces


def held_in(path: Path, rate_hz: float | None = None) -> Held:
    """Read a file of any kind. Raises ``ImportFailed`` with one sentence for people.

    With ``rate_hz`` it is an ECG of so many samples a second.
    """
    if rate_hz is not None or names_an_ecg(path):
        ecg = read_ecg(path, rate_hz)
        return Held(arrivals_of_ecg(ecg), ecg.doubts)
    if (pieces := read_in_pieces(path)) is not None:
        return Held(pieces.arrivals, pieces.doubts, pieces.started_at, plain=True)
    recording = read_recording(path)
    arrivals = arrivals_of(recording, as_strap=False)
    return Held(arrivals, recording.doubts, recording.started_at, recording.session)


def names_an_ecg(path: Path) -> bool:
    """Whether a file names a column of an ECG in its first lines."""
    try:
        with path.open("rb") as file:
            text = text_of(file.read(8000))
    except (OSError, ValueError):
        return False  # whoever reads it next says why
    return text is not None and holds_ecg(text)
