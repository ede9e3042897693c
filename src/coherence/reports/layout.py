"""How a long text file is made, told from its first and last lines."""

from __future__ import annotations

import math
from dataclasses import dataclass

from coherence.reports.recording import RecordingFile
from coherence.reports.tables import (
    HEADER_WITHIN,
    Columns,
    Line,
    begun,
    contents,
    grows,
    header_of,
    is_numeric,
    lines_of,
    look_like_intervals,
    moment_of,
    names_a_rate,
    number,
    preamble_of,
    read_times,
    seconds_of,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a file are made, as far as its beginning and its end say."""

    separator: str | None
    first_line: int  # of the numbers
    column: int  # of the intervals
    time: int | None  # column of the times …
    times_unit_s: float | None = None  # … and their unit, where it is said
    of_moments: bool = False  # the times are days and hours
    width: int | None = None  # so many columns each line has to have, all of them numbers
    started_at: str | None = None
    forgiving: bool = True  # of a few lines of something else at the end


def layout_of(file: RecordingFile, first_line: int) -> Layout | None:
    """The layout of a file of which ``file`` holds the first and the last lines.

    ``None`` where it is not clear from them, or none at all.
    """
    lines, separator = lines_of(contents(file, first_line))
    if not lines:
        return None
    decimal_comma = separator != ","
    header = header_of(lines)
    if header is None:
        return _layout_withoutheader_of(lines, separator)
    at, rr, time = header
    names = lines[at].cells

    def holds_one(line: Line) -> bool:
        return rr < len(line.cells) and number(line.cells[rr], decimal_comma) is not None

    body = [line for line in lines[at + 1 :] if holds_one(line)]  # the others are told of later
    if not body:
        return None
    found = Columns([], [])
    if time is not None:
        read_times(found, body, time, names[time], decimal_comma)
        if found.times is None:
            return None
    return Layout(
        separator,
        lines[at].number + 1,
        rr,
        time,
        found.times_unit_s,
        of_moments=time is not None and number(body[0].cells[time], decimal_comma) is None,
        started_at=found.started_at or begun(names, body[0]),
    )


def _layout_withoutheader_of(lines: list[Line], separator: str | None) -> Layout | None:
    comma = separator != ","  # a decimal comma
    preamble = preamble_of(lines, comma)
    if preamble > HEADER_WITHIN or names_a_rate(lines[:preamble]):
        return None
    lines = [line for line in lines[preamble:] if is_numeric(line, comma)]
    if not lines:
        return None
    rows = [[number(cell, comma) for cell in line.cells] for line in lines]
    width = len(rows[0])
    if any(len(row) != width or None in row for row in rows):
        return None
    columns_ = [[cell for cell in column if cell is not None] for column in zip(*rows, strict=True)]
    if width == 1:
        return Layout(separator, lines[0].number, 0, None, width=1)
    growing = [i for i, c in enumerate(columns_) if grows(c) and c[-1] > c[0]]
    intervals = [i for i, c in enumerate(columns_) if i not in growing and look_like_intervals(c)]
    if width > 3 or len(intervals) != 1:  # many in a line may be wrapped ones
        return None
    time = growing[0] if growing else None
    return Layout(separator, lines[0].number, intervals[0], time, width=width)


def time_of(cell: str, layout: Layout) -> float | None:
    """A time of a line, in the layout's unit."""
    if layout.of_moments:
        moment = moment_of(cell)
        return None if moment is None else seconds_of(moment)
    found = number(cell, layout.separator != ",")
    return None if found is None or not math.isfinite(found) else found
