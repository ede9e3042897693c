"""Long text files read in pieces: their numbers go through a file of our own, none is held whole.

What is odd in any way (a line that is no number, times that run backwards …) is left to
``read_recording``, which holds a file whole and says in a sentence what is the matter.
"""

from __future__ import annotations

import re
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from coherence.model import Arrival
from coherence.reports.imports import APART_S, LARGEST_B, Piece, arrivals_in, selfloops_begun
from coherence.reports.layout import Layout, layout_of, time_of
from coherence.reports.recording import RecordingFile
from coherence.reports.soundness import Floats
from coherence.reports.survey import OddError, Survey, kept
from coherence.reports.tables import cells_of, content_of, number
from coherence.reports.wfdb import ENDINGS

FROM_B = 128 * 1024  # shorter files are read at once
PIECE_B = 256 * 1024
AT_ONCE = 32_768  # numbers
LOOKED_AT = 300  # lines at the beginning and the end that say how the others are made
LONGEST_LINE = 2000
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")


@dataclass(frozen=True, slots=True, eq=False)
class InPieces:
    """A sound recording on its way: ``arrivals`` can be gone through once."""

    arrivals: Iterator[Arrival]
    doubts: tuple[str, ...]
    started_at: str | None


def read_in_pieces(path: Path) -> InPieces | None:
    """A long text file of intervals, in bounded memory; ``None`` for any other one."""
    try:
        if path.suffix.lower() in ENDINGS or not FROM_B <= path.stat().st_size <= LARGEST_B:
            return None
        head, tail = _ends(path)
        began = selfloops_begun(head)
        if head.lstrip().startswith("{") or "[Params]" in head[:1000]:
            return None
        some = RecordingFile(path, b"", f"{head}{tail}")
        layout = layout_of(some, 1 if began is None else 2)
        if layout is None:
            return None
        numbers = _Numbers(path, layout)
        survey = Survey(
            numbers.pieces, numbers.first_none, layout.times_unit_s, numbers.leave_out_first
        )
    except (OSError, UnicodeDecodeError, OddError):
        return None
    arrivals = arrivals_in(_pieces(numbers, survey), as_strap=False)
    return InPieces(arrivals, tuple(survey.doubts), began or layout.started_at)


def _ends(path: Path) -> tuple[str, str]:
    """The first lines of a file and the last ones. Raises ``OddError`` where lines are long."""
    with _opened(path) as file:
        head = [file.readline(LONGEST_LINE) for _ in range(LOOKED_AT)]
    with path.open("rb") as raw:
        raw.seek(-min(path.stat().st_size, LOOKED_AT * LONGEST_LINE // 10), 2)
        tail = raw.read().decode("utf-8", errors="replace").splitlines()[1:][-LOOKED_AT:]
    if any(len(line) >= LONGEST_LINE for line in (*head, *tail)) or len(tail) < 2:
        raise OddError
    return "".join(head), "\n".join(tail)


def _opened(path: Path) -> IO[str]:
    return path.open(encoding="utf-8-sig", newline=None)


class _Numbers:
    """The values and times of a file, put aside in files without a name."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._layout = layout
        self._without_first = False
        self.first_none: int | None = None  # the line of the first value that is no interval
        self._values: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._times: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        for each in (self._values, self._times):  # nobody may go through the pieces at all
            weakref.finalize(self, each.close)
        with _opened(path) as file:
            line = 1
            while lines := file.readlines(PIECE_B):
                self._take(line, lines)
                line += len(lines)

    def _take(self, line: int, lines: list[str]) -> None:
        """Put aside what the lines from number ``line`` on say. Raises ``OddError``."""
        if _NO_TEXT.search("".join(lines)):
            raise OddError
        skipped = max(0, self._layout.first_line - line)
        line, lines = line + skipped, lines[skipped:]
        found = self._quickly(lines) if not any(each.isspace() for each in lines) else None
        if found is None:
            said = [(line + i, text) for i, each in enumerate(lines) if (text := content_of(each))]
            found = self._slowly([text for _, text in said])
            where = [at for at, _ in said]
        else:
            where = list(range(line, line + len(lines)))
        values, times = np.array(found[0]), np.array(found[1])
        if self.first_none is None and len(values) and not kept(values).all():
            self.first_none = where[int(np.argmin(kept(values)))]
        self._values.write(values.tobytes())
        self._times.write(times.tobytes())

    def _quickly(self, lines: list[str]) -> tuple[list[float], list[float]] | None:
        """Of lines that hold nothing but plain numbers."""
        layout = self._layout
        separator = layout.separator or " "
        if layout.of_moments or re.search(f"[^0-9.\n{separator}]", "".join(lines)):
            return None
        try:
            if layout.separator is None and layout.width == 1:
                return [float(each) for each in lines], []
            rows = [each.rstrip("\n").split(layout.separator) for each in lines]
            values = [float(row[layout.column]) for row in rows]
            times = [] if layout.time is None else [float(row[layout.time]) for row in rows]
        except (ValueError, IndexError):
            return None
        if layout.width is not None and any(len(row) != layout.width for row in rows):
            return None
        return values, times

    def _slowly(self, said: list[str]) -> tuple[list[float], list[float]]:
        layout = self._layout
        decimal_comma = layout.separator != ","
        values, times = [], []
        for text in said:
            cells = cells_of(text, layout.separator)
            if len(cells) <= max(layout.column, layout.time or 0):
                raise OddError
            if layout.width is not None and (
                len(cells) != layout.width
                or any(number(cell, decimal_comma) is None for cell in cells)
            ):
                raise OddError
            value = number(cells[layout.column], decimal_comma)
            if value is None:
                raise OddError
            values.append(value)
            if layout.time is not None:
                time = time_of(cells[layout.time], layout)
                if time is None:
                    raise OddError
                times.append(time)
        return values, times

    def pieces(self) -> Iterator[tuple[Floats, Floats | None]]:
        """All of it, from the beginning."""
        self._values.seek(0)
        self._times.seek(0)
        without = self._without_first
        while raw := self._values.read(8 * AT_ONCE):
            values = np.frombuffer(raw)
            times = np.frombuffer(self._times.read(len(raw)))
            if without and (known := kept(values)).any():
                values, without = values.copy(), False
                values[int(np.argmax(known))] = np.nan
            yield values, times if self._layout.time is not None else None

    def leave_out_first(self) -> None:
        """The first value that may be an interval is none."""
        self._without_first = True


def _pieces(numbers: _Numbers, survey: Survey) -> Iterator[Piece]:
    """The intervals, cut where a notification ends."""
    rr_ms, arrival_s, breaks = np.empty(0), np.empty(0), np.empty(0, np.int64)
    latest_s, timed, begun = 0.0, False, False
    for values, times in numbers.pieces():
        at = kept(values)
        following = np.cumsum(at)[~at] + len(rr_ms)  # the interval after each that is none
        rr_ms = np.concatenate((rr_ms, survey.in_ms(values)))
        if timed := times is not None:
            came_s = np.maximum.accumulate(np.append(latest_s, survey.arrivals(values, times)))[1:]
            latest_s = float(came_s[-1]) if len(came_s) else latest_s
            arrival_s = np.concatenate((arrival_s, came_s))
        breaks = np.unique(np.concatenate((breaks, following)))
        if not begun:
            breaks = breaks[breaks > 0]
        cut = len(rr_ms)
        if timed:
            apart = np.flatnonzero(np.diff(arrival_s) >= APART_S)
            cut = int(apart[-1]) + 1 if len(apart) else 0
        if not cut:
            continue
        came = arrival_s[:cut] if timed else None
        yield Piece(rr_ms[:cut], came, breaks[breaks < cut].tolist())
        begun = True
        breaks = breaks[breaks >= cut] - cut
        rr_ms, arrival_s = rr_ms[cut:], arrival_s[cut:]
    if len(rr_ms):
        yield Piece(rr_ms, arrival_s if timed else None, breaks[breaks < len(rr_ms)].tolist())
