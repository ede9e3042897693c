"""Long files read in pieces: their numbers are put aside or stay where they are, none held whole.

What cannot be told by pieces (many intervals in a line, columns that have no clear meaning …) is
left to ``read_recording``, which holds a file whole and says in a sentence what is the matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coherence.model import Arrival, SessionRecord
from coherence.reports import session_lines
from coherence.reports.aside import Aside
from coherence.reports.from_numbers import pieces_of
from coherence.reports.imports import (
    LARGEST_B,
    arrivals_in,
    is_polar,
    polar_started_at,
    put_numpy_aside,
    selfloops_begun,
)
from coherence.reports.layout import Layout, layout_of
from coherence.reports.numpy_numbers import MAGIC
from coherence.reports.recording import Arrivals, RecordingFile, text_of
from coherence.reports.survey import Survey
from coherence.reports.text_numbers import OddError, TextFile, put_aside
from coherence.reports.wfdb import ENDINGS, put_annotation_aside

FROM_B = 128 * 1024  # shorter files are read at once
HEAD_B = 4096
POLAR_ROWS = "[HRData]"


@dataclass(frozen=True, slots=True, eq=False)
class InPieces:
    """A recording that is read anew, piece by piece, each time its ``arrivals`` are asked for."""

    arrivals: Arrivals
    duration_s: float
    doubts: tuple[str, ...] = ()
    started_at: str | None = None
    session: SessionRecord | None = None


def read_in_pieces(path: Path) -> InPieces | None:
    """A long file of intervals, or session, in bounded memory; ``None`` for any other one.

    Raises ``ImportFailed``, also while its arrivals are gone through.
    """
    try:
        if not FROM_B <= path.stat().st_size <= LARGEST_B:
            return None
        with path.open("rb") as raw:
            head = raw.read(HEAD_B)
        if head.lstrip().startswith(b"{"):
            session = session_lines.opened(path)
            return InPieces(
                Arrivals(lambda: session_lines.arrivals_in(path)),
                session.duration_s,
                started_at=session.started_at,
                session=session,
            )
        return _of_numbers(path, head)
    except (OSError, UnicodeDecodeError, OddError):
        return None


def _of_numbers(path: Path, head: bytes) -> InPieces:
    file, aside = RecordingFile(path, b"", None), Aside()
    doubts: list[str] = []
    started_at: str | None = None
    times_unit_s: float | None = None
    if head.startswith(MAGIC):
        with path.open("rb") as raw:
            put_numpy_aside(raw, aside, file)
    elif path.suffix.lower() in ENDINGS:
        if text_of(head) is not None:
            raise OddError
        with path.open("rb") as raw:
            put_annotation_aside(raw, aside, file)
    else:
        text = TextFile.of(path)
        began = selfloops_begun(text.head)
        layout = _layout_of(file, text, 1 if began is None else 2)
        doubts = put_aside(text, layout, aside, file)
        started_at, times_unit_s = began or layout.started_at, layout.times_unit_s
    survey = Survey(file, aside, doubts, times_unit_s)

    def arrivals() -> Iterator[Arrival]:
        return arrivals_in(pieces_of(aside, survey), as_strap=False)

    return InPieces(Arrivals(arrivals), survey.duration_s, tuple(survey.doubts), started_at)


def _layout_of(file: RecordingFile, text: TextFile, first_line: int) -> Layout:
    """How the lines of a text are made. Raises ``OddError`` where that is not clear."""
    some = RecordingFile(file.path, b"", f"{text.head}{text.tail}")
    if is_polar(some):
        started_at = polar_started_at(some)
        lines = text.head.split("\n")
        if POLAR_ROWS not in lines:
            raise OddError
        first = lines.index(POLAR_ROWS) + 2
        return Layout(None, first, 0, None, width=1, started_at=started_at, forgiving=False)
    layout = layout_of(some, first_line)
    if layout is None:
        raise OddError
    return layout
