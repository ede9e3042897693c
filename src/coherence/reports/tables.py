"""Text files as columns of numbers: comments, separators, headers, decimal commas."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise, takewhile
from typing import NamedTuple

from coherence.reports.recording import ImportFailed, RecordingFile
from coherence.translation import _

COMMENTS = ("#", ";", "//", "%")
NO_NUMBER = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "inf", "-inf"})
RR_NAMES = frozenset(
    {"rr", "rri", "rrs", "rrinterval", "rrintervals", "ibi", "ibis", "beatinterval"}
    | {"interbeatinterval", "interbeatintervals", "nn", "nni", "nninterval", "nnintervals"}
)
TIME_NAMES = frozenset(
    {"t", "time", "times", "timestamp", "timestamps", "phonetimestamp", "datetime"}
    | {"elapsed", "elapsedtime", "sincestart", "arrival", "arrivaltime"}
)
DAY_NAMES = frozenset({"date", "datetime", "phonetimestamp"})
HR_NAMES = frozenset({"hr", "hrbpm", "heartrate", "heartratebpm", "bpm", "pulse"})
UNITS_S = {"s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0}
UNITS_S |= {"ms": 1e-3, "msec": 1e-3, "milliseconds": 1e-3, "us": 1e-6, "ns": 1e-9}
HEADER_WITHIN = 50  # lines
TAIL = 3  # so many lines of something else are forgiven at the end

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_NUMBER_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_UNIT = re.compile(r"[(\[]\s*([a-zµ]+)\.?\s*[)\]]|[_\s]([a-z]+)$")


@dataclass(slots=True)
class Columns:
    """What a text file holds: one value and one time a row, not yet looked at for sense."""

    values: list[float]  # NaN where the file says that there is none
    lines: list[int]  # where each value stands, from 1
    times: list[float] | None = None  # s, or in the unit that is still to be found out
    times_unit_s: float | None = None
    started_at: str | None = None
    doubts: list[str] = field(default_factory=list)


class Line(NamedTuple):
    """A line taken apart."""

    number: int
    cells: tuple[str, ...]


def columns(file: RecordingFile, first_line: int = 1) -> Columns:
    """The intervals of a text file and their times, from ``first_line`` on. Raises ImportFailed."""
    lines, separator = lines_of(contents(file, first_line))
    decimal_comma = separator != ","
    if not lines:
        raise file.fail(_("no intervals were found: choose a file with one RR interval a line."))
    header = header_of(lines)
    if header is None:
        return _withoutheader_of(file, lines, decimal_comma)
    at, rr, time = header
    names = lines[at].cells
    found = Columns([], [])
    body, dropped = _without_tail(
        lines[at + 1 :], lambda line: _value(line, rr, decimal_comma) is not None
    )
    for line in body:
        value = _value(line, rr, decimal_comma)
        if value is None:
            raise no_interval(file, line)
        found.values.append(value)
        found.lines.append(line.number)
    if dropped:
        found.doubts.append(dropped_said(dropped))
    if time is not None:
        read_times(found, body, time, names[time], decimal_comma)
    if found.started_at is None and body:
        found.started_at = begun(names, body[0])
    return found


def number(cell: str, decimal_comma: bool = False) -> float | None:
    """The number in ``cell``; NaN where it says "none", ``None`` where it is something else."""
    if _NUMBER.fullmatch(cell):
        return float(cell)
    if decimal_comma and _NUMBER_COMMA.fullmatch(cell):
        return float(cell.replace(",", "."))
    return math.nan if cell.lower() in NO_NUMBER else None


# --- lines and cells ---


def contents(file: RecordingFile, first_line: int) -> list[tuple[int, str]]:
    """The lines that say something, with their numbers."""
    assert file.text is not None
    numbered = enumerate(file.text.split("\n"), start=1)
    return [(n, said) for n, line in numbered if n >= first_line and (said := content_of(line))]


def content_of(line: str) -> str:
    """A line without comments and the room around it."""
    line = line.strip()
    if line.startswith(COMMENTS):
        return ""
    return re.split("#|//", line)[0].strip() if "#" in line or "//" in line else line


def lines_of(content: list[tuple[int, str]]) -> tuple[list[Line], str | None]:
    """The lines taken apart, and by what; a comma in a cell is a decimal comma if not by commas."""
    sample = [line for _, line in content[-200:]]

    def most(sign: str) -> bool:
        return 2 * sum(sign in line for line in sample) > len(sample)

    separator: str | None
    if most(";"):
        separator = ";"
    elif most("\t"):
        separator = "\t"
    elif most(",") and (_is_named(content) or not _are_decimals(sample)):
        separator = ","
    else:
        separator = None
    return [Line(n, tuple(cells_of(line, separator))) for n, line in content], separator


def cells_of(line: str, separator: str | None) -> list[str]:
    """A line taken apart."""
    if separator is None:
        return line.split()
    if '"' in line:
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
        except (csv.Error, StopIteration):
            pass  # quotes that never close: take them as they stand
    cells = [cell.strip() for cell in line.split(separator)]
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _is_named(content: list[tuple[int, str]]) -> bool:
    """Whether the line before the first one of numbers has commas: names of columns."""
    before = ""
    for _number, line in content[:HEADER_WITHIN]:
        if not re.search("[a-zA-Z]", line):
            break
        before = line
    return "," in before


def _are_decimals(sample: list[str]) -> bool:
    """Whether the commas of ``sample`` are decimal commas, and not between two columns."""
    words = [word for line in sample for word in line.split()]
    numeric = [w for w in words if _NUMBER_COMMA.fullmatch(w)]
    if 2 * len(numeric) < len(words):
        return False
    whole = [float(w.split(",")[0]) for w in numeric]
    after = [float(w.split(",")[1]) for w in numeric]
    as_decimals = [float(w.replace(",", ".")) for w in numeric]
    if grows(whole) and whole[-1] > whole[0] and look_like_intervals(after):
        return False  # time, interval
    if look_like_intervals(whole) and all(
        abs(60000.0 / w - a) < 0.25 * a for w, a in zip(whole, after, strict=True) if w and a
    ):
        return False  # interval, heart rate
    return look_like_intervals(as_decimals)


def look_like_intervals(values: Sequence[float]) -> bool:
    """Whether most could be intervals in s or in ms."""
    known = sorted(v for v in values if v > 0)
    if not known or len(known) < 0.8 * len(values):
        return False
    typical = known[len(known) // 2]
    return 0.2 <= typical <= 5.0 or 240.0 <= typical <= 5000.0


def grows(values: Sequence[float]) -> bool:
    """Whether none is below the one before it."""
    return all(b >= a for a, b in pairwise(values))


# --- with a header ---


def header_of(lines: list[Line]) -> tuple[int, int, int | None] | None:
    """(line of the header, column of the intervals, column of the times), where there is one."""
    for at, line in enumerate(lines[:HEADER_WITHIN]):
        names = [_plain(cell) for cell in line.cells]
        rr = [i for i, name in enumerate(names) if name in RR_NAMES]
        if rr:
            times = [i for i, name in enumerate(names) if name in TIME_NAMES]
            return at, rr[0], times[0] if times else None
    return None


def _plain(name: str) -> str:
    """A column's name without its unit, case and signs: "R-R (ms)" is "rr"."""
    lowered = name.strip().lower()
    if _unit(lowered) is not None:
        lowered = _UNIT.sub("", lowered)
    return re.sub(r"[^a-z0-9]", "", lowered)


def _unit(name: str) -> float | None:
    """The unit that a column's name ends in, in s."""
    said = _UNIT.search(name.strip().lower())
    return None if said is None else UNITS_S.get(said[1] or said[2])


def _value(line: Line, column: int, decimal_comma: bool) -> float | None:
    return number(line.cells[column], decimal_comma) if column < len(line.cells) else None


def read_times(
    found: Columns, body: list[Line], column: int, name: str, decimal_comma: bool
) -> None:
    """The times in a column; where they are none, a doubt."""
    times = [_value(line, column, decimal_comma) for line in body]
    if all(t is not None and math.isfinite(t) for t in times):
        found.times = [t for t in times if t is not None]
        found.times_unit_s = _unit(name)
        return
    moments = [moment_of(line.cells[column]) if column < len(line.cells) else None for line in body]
    known = [m for m in moments if m is not None]
    if known and len(known) == len(body):
        found.times, found.times_unit_s = [seconds_of(m) for m in known], 1.0
        found.started_at = known[0].isoformat()
    else:
        found.doubts.append(_("The times could not be read; the intervals are laid end to end."))


def begun(names: Sequence[str], first: Line) -> str | None:
    """When the first row was, where a column of days and times stands beside (HRV Logger)."""
    for name, cell in zip(names, first.cells, strict=False):
        moment = moment_of(cell) if len(cell) > len("2025-03-15") else None
        if _plain(name) in DAY_NAMES and moment is not None:
            return moment.isoformat()
    return None


def seconds_of(moment: datetime) -> float:
    """A moment without a zone is local time; which one does not matter for the distances."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def moment_of(cell: str) -> datetime | None:
    """The day and time in a cell."""
    try:
        return datetime.fromisoformat(re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", cell))
    except ValueError:
        return None


# --- without a header ---


def _withoutheader_of(file: RecordingFile, lines: list[Line], decimal_comma: bool) -> Columns:
    def numeric(line: Line) -> bool:
        return is_numeric(line, decimal_comma)

    preamble = preamble_of(lines, decimal_comma)
    body, dropped = _without_tail(lines[preamble:], numeric)
    if names_a_rate(lines[: min(preamble, HEADER_WITHIN)]):
        raise file.fail(
            _("there is a heart rate but no column of intervals: choose a file with RR intervals.")
        )
    if preamble > HEADER_WITHIN or not body:
        raise file.fail(_("no intervals were found: choose a file with one RR interval a line."))
    rows: list[list[float]] = []
    for line in body:
        cells = [number(cell, decimal_comma) for cell in line.cells]
        row = [cell for cell in cells if cell is not None]
        if len(row) < len(cells):
            raise no_interval(file, line)
        rows.append(row)
    width = max(len(row) for row in rows)
    found = Columns([], [])
    if width == 1 or len(rows) == 1 or (not preamble and _are_wrapped(rows)):
        for line, row in zip(body, rows, strict=True):
            found.values += row
            found.lines += [line.number] * len(row)
    else:
        odd = next((i for i, row in enumerate(rows) if len(row) != len(rows[0])), None)
        if odd is not None:
            raise file.fail(
                _("this line has another number of columns: mend it."), body[odd].number
            )
        _pick(file, found, [list(column) for column in zip(*rows, strict=True)])
        found.lines = [line.number for line in body]
    if dropped:
        found.doubts.append(dropped_said(dropped))
    return found


def is_numeric(line: Line, decimal_comma: bool) -> bool:
    """Whether each cell is a number, or says that there is none."""
    return all(number(cell, decimal_comma) is not None for cell in line.cells)


def preamble_of(lines: list[Line], decimal_comma: bool) -> int:
    """How many lines come before the first one of numbers."""

    def holds_none(line: Line) -> bool:
        said = [number(cell, decimal_comma) for cell in line.cells]
        return None in said or not any(math.isfinite(cell) for cell in said if cell is not None)

    return len(list(takewhile(holds_none, lines)))


def names_a_rate(lines: list[Line]) -> bool:
    """Whether a line names a column of heart rates."""
    return any({_plain(cell) for cell in line.cells} & HR_NAMES for line in lines)


def _are_wrapped(rows: list[list[float]]) -> bool:
    """Whether many intervals stand on each line, like words."""
    full, width = rows[:-1], len(rows[0])
    return (
        width >= 4
        and all(len(row) == width for row in full)
        and all(look_like_intervals(column) for column in zip(*full, strict=True))
    )


def _pick(file: RecordingFile, found: Columns, candidates: list[list[float]]) -> None:
    """Find the intervals and the times among columns without names."""
    growing = [c for c in candidates if grows(c) and c[-1] > c[0]]
    intervals = [c for c in candidates if c not in growing and look_like_intervals(c)]
    if len(growing) == len(candidates):
        intervals = growing[-1:]  # times of beats: what is wrong with them is told later
    if len(intervals) != 1:
        raise file.fail(
            _(
                "it is not clear which column holds the intervals: give the columns a first line"
                " with their names, such as time_s,rr_ms."
            )
        )
    found.values = intervals[0]
    found.times = growing[0] if growing else None


# --- the end of a file ---


def _without_tail(lines: list[Line], ok: Callable[[Line], bool]) -> tuple[list[Line], list[Line]]:
    """(lines, dropped): up to ``TAIL`` lines at the end that hold something else are dropped."""
    end = len(lines)
    while end > 1 and len(lines) - end < TAIL and not ok(lines[end - 1]):
        end -= 1
    return lines[:end], lines[end:]


def dropped_said(lines: list[Line]) -> str:
    """That the last lines are no intervals."""
    said = " ".join(lines[0].cells)[:20]
    return _("The end of the file is no interval and was left out (line {number}: {said}).").format(
        number=lines[0].number, said=said
    )


def no_interval(file: RecordingFile, line: Line) -> ImportFailed:
    """That a line in the midst of intervals is none."""
    said = " ".join(line.cells)[:40]
    return file.fail(
        _("{said!r} is not an interval: take the line out or mend it.").format(said=said),
        line.number,
    )
