"""What any file that we read holds, as arrivals: intervals, a session of ours, or a sampled ECG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coherence.model import Arrival, SessionRecord
from coherence.reports.ecg import arrivals_of_ecg, read_ecg
from coherence.reports.ecg_table import holds_ecg
from coherence.reports.imports import arrivals_of, read_recording
from coherence.reports.in_pieces import InPieces, read_in_pieces
from coherence.reports.recording import Arrivals, text_of


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What a file holds; ``arrivals`` can be gone through again and again."""

    arrivals: Iterable[Arrival]
    duration_s: float  # about
    doubts: tuple[str, ...]  # a plain sentence each
    started_at: str | None = None  # ISO 8601; local time unless it says otherwise
    session: SessionRecord | None = None  # of a session that coherence wrote
    plain: bool = True  # the arrivals are but intervals


def held_in(path: Path, rate_hz: float | None = None) -> Held:
    """Read a file of any kind; with ``rate_hz`` it is an ECG of so many samples a second.

    Raises ``ImportFailed`` with one sentence for people, also while arrivals are gone through.
    """
    if rate_hz is not None or names_an_ecg(path):
        ecg = read_ecg(path, rate_hz)
        return Held(Arrivals(lambda: arrivals_of_ecg(ecg)), ecg.duration_s, ecg.doubts)
    found = read_in_pieces(path) or read_recording(path)
    arrivals = (
        found.arrivals
        if isinstance(found, InPieces)
        else Arrivals(lambda: arrivals_of(found, as_strap=False))
    )
    return Held(
        arrivals,
        found.duration_s,
        found.doubts,
        found.started_at,
        found.session,
        plain=found.session is None,
    )


def names_an_ecg(path: Path) -> bool:
    """Whether a file names a column of an ECG in its first lines."""
    try:
        with path.open("rb") as file:
            text = text_of(file.read(8000))
    except (OSError, ValueError):
        return False  # whoever reads it next says why
    return text is not None and holds_ecg(text)
