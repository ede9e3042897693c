"""The column of an ECG in a text file, and the column of times beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from coherence.reports.aside import Column, Floats
from coherence.reports.recording import ImportFailed
from coherence.reports.text_numbers import NO_TEXT, PIECE_B, OddError, TextFile
from coherence.translation import _

ECG_NAMES = frozenset(
    {"ecg", "ekg", "ecgvalue", "ecgsignal", "ecgraw", "rawecg", "ecgclean", "voltage", "leadi"}
    | {"leadii", "mlii", "ecgi", "ecgii", "ecg1", "ecga", "lead1", "lead2", "samples"}
)
TIME_NAMES = frozenset(
    {"t", "time", "times", "timestamp", "timestamps", "phonetimestamp", "elapsed", "elapsedtime"}
    | {"sensortimestamp", "seconds", "sec", "milliseconds"}
)
COUNT_NAMES = frozenset({"", "index", "i", "n", "sample", "samplenumber", "unnamed0", "row"})
UNITS_S = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
UNITS_OF_ECG = {"uv", "µv", "mv", "v", "au", "adc", "adu", "a.u."}

_UNIT = re.compile(r"\s*[(\[]\s*([^)\]]*?)\s*[)\]]|[_\s]([^_\s]+)$")
_NO_NUMBER = {"", "nan", "na", "n/a", "null", "none", "-"}


def holds_ecg(text: str) -> bool:
    r"""Whether a text file names a column of an ECG in its first lines.

    >>> holds_ecg("time_s;ECG [uV]\n0.000;12\n"), holds_ecg("rr_ms\n812\n")
    (True, False)
    """
    lines = [line for line in text[:4000].split("\n") if line.strip()][:5]
    return any(
        _plain(cell) in ECG_NAMES - {"samples"}
        for line in lines
        for cell in re.split("[;,\t]", line)
    )


class EcgColumns(NamedTuple):
    """What a text file holds of an ECG; the times are in ``unit_s``."""

    samples: Column
    times: Column | None = None
    unit_s: float = 1.0


def ecg_columns(path: Path, doubts: list[str]) -> EcgColumns:
    """The columns of a text file, put aside. Raises ``ImportFailed``."""
    try:
        text = TextFile.of(path)
    except OddError:
        raise _no_samples(path) from None
    layout = _Layout.of(path, text)
    columns = _put_aside(path, text, layout)
    named = [_plain(name) for name in layout.names]
    at = _ecg_column(path, named, columns)
    time = next((i for i, name in enumerate(named) if name in TIME_NAMES and i != at), None)
    if time is None and len(columns) == 2 and not any(named) and columns[1 - at].rises:
        time = 1 - at
    if time is None or not columns[time].rises:
        if time is not None:
            doubts.append(_("The column of times does not rise steadily, so it was not used."))
        return EcgColumns(columns[at].numbers)
    unit_s = _unit_s(layout.names[time], columns[time])
    if unit_s is None:
        doubts.append(_("The unit of the times is not clear, so they were not used."))
        return EcgColumns(columns[at].numbers)
    return EcgColumns(columns[at].numbers, columns[time].numbers, unit_s)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the lines of a file are made, by its first and last ones."""

    separator: str | None
    first_line: int  # of the numbers
    names: list[str]  # of all columns; empty where they have none

    @classmethod
    def of(cls, path: Path, text: TextFile) -> _Layout:
        tail = [line.strip() for line in text.tail.split("\n") if _says_something(line)]
        separator = _separator(tail[-200:])
        comma = separator != ","  # a comma inside a cell is then a decimal comma
        numbered = enumerate(text.head.split("\n"), start=1)
        rows = [
            (n, _split(line.strip(), separator)) for n, line in numbered if _says_something(line)
        ]
        first = next((i for i, (_, row) in enumerate(rows) if _is_numeric(row, comma)), None)
        if first is None:
            raise _no_samples(path)
        names = rows[first - 1][1] if first else []
        width = max(len(row) for _, row in rows[first : first + 50])
        return cls(separator, rows[first][0], names if len(names) == width else [""] * width)

    @property
    def wanted(self) -> list[int]:
        """The columns that matter: where names do not say it, all."""
        named = [_plain(name) for name in self.names]
        if not any(name in ECG_NAMES for name in named):
            return list(range(len(named)))
        return [i for i, name in enumerate(named) if name in ECG_NAMES | TIME_NAMES]


class _Watched:
    """A column, and whether it rises and holds numbers."""

    def __init__(self) -> None:
        self.numbers = Column()
        self.finite = False
        self._never_falls = True
        self.first, self.last = math.nan, math.nan

    def put(self, values: Floats) -> None:
        if not len(values):
            return
        if not self.numbers.n:
            self.first = self.last = float(values[0])
        self.finite = self.finite or bool(np.isfinite(values).any())
        self._never_falls &= bool((np.diff(values, prepend=self.last) >= 0).all())
        self.last = float(values[-1])
        self.numbers.put(values)

    @property
    def rises(self) -> bool:
        """Whether it never falls, and gets anywhere."""
        return self._never_falls and self.last > self.first


def _put_aside(path: Path, text: TextFile, layout: _Layout) -> list[_Watched]:
    """All columns; those that do not matter stay empty."""
    columns = [_Watched() for _ in layout.names]
    plain = re.compile(f"[0-9+.eE\\s{re.escape(layout.separator or '')}-]*")
    try:
        with text.opened() as file:
            line = 1
            while lines := file.readlines(PIECE_B):
                if NO_TEXT.search("".join(lines)):
                    raise ImportFailed(
                        path, _("this is no text and no .npy file: save the ECG as CSV.")
                    )
                skipped = max(0, layout.first_line - line)
                found = _quickly(lines[skipped:], layout, plain)
                if found is None:
                    found = _slowly(path, line + skipped, lines[skipped:], layout)
                for i in layout.wanted:
                    columns[i].put(found[:, i])
                line += len(lines)
    except UnicodeDecodeError:  # it has changed since it was looked at
        raise _no_samples(path) from None
    return columns


def _quickly(lines: list[str], layout: _Layout, plain: re.Pattern[str]) -> Floats | None:
    """Of lines that hold nothing but plain numbers, all as many: (n, columns)."""
    width, text, separator = len(layout.names), "".join(lines), layout.separator
    if plain.fullmatch(text) is None or any(line.isspace() for line in lines):
        return None
    if width > 1:
        if separator is None or any(line.count(separator) != width - 1 for line in lines):
            return None
        text = text.replace(separator, " ")
    cells = text.split()
    if len(cells) != width * len(lines):
        return None
    try:
        return np.array([float(cell) for cell in cells]).reshape(-1, width)
    except ValueError:
        return None


def _slowly(path: Path, line: int, lines: list[str], layout: _Layout) -> Floats:
    """The same of any lines: a word in a cell is no number, and short lines end in none."""
    width, comma = len(layout.names), layout.separator != ","
    numbered = [(n, each.strip()) for n, each in enumerate(lines, start=line)]
    said = [(n, each) for n, each in numbered if _says_something(each)]
    found = np.full((len(said), width), np.nan)
    for i, (n, each) in enumerate(said):
        row = _split(each, layout.separator)
        if len(row) > width:
            raise ImportFailed(path, _("this line has more columns than the others: mend it."), n)
        for j, cell in enumerate(row):
            value = _number(cell, comma)
            if value is not None:
                found[i, j] = value
    return found


def _says_something(line: str) -> bool:
    line = line.lstrip()
    return bool(line) and not line.startswith(("#", "//", "%"))


def _no_samples(path: Path) -> ImportFailed:
    return ImportFailed(path, _("no samples were found: choose a file with an ECG in a column."))


def _separator(sample: Sequence[str]) -> str | None:
    for sign in (";", "\t", ","):
        if 2 * sum(sign in line for line in sample) > len(sample):
            return sign
    return None


def _split(line: str, separator: str | None) -> list[str]:
    cells = [cell.strip().strip('"') for cell in line.split(separator)]
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _number(cell: str, comma: bool) -> float | None:
    if cell.lower() in _NO_NUMBER:
        return math.nan
    try:
        return float(cell.replace(",", ".") if comma else cell)
    except ValueError:
        return None


def _is_numeric(row: Sequence[str], comma: bool) -> bool:
    said = [_number(cell, comma) for cell in row]
    return any(value is not None and math.isfinite(value) for value in said)


def _ecg_column(path: Path, named: Sequence[str], columns: Sequence[_Watched]) -> int:
    for i, name in enumerate(named):
        if name in ECG_NAMES:
            return i
    numeric = [i for i, column in enumerate(columns) if column.finite]
    others = [
        i
        for i in numeric
        if named[i] not in TIME_NAMES
        and not (named[i] in COUNT_NAMES and len(numeric) > 1 and columns[i].rises)
    ]
    if len(others) == 1:
        return others[0]
    raise ImportFailed(
        path,
        _(
            "it is not clear which column holds the ECG: give the columns a first line with their"
            " names, such as time_s,ecg_uv."
        ),
    )


def _plain(name: str) -> str:
    """A column's name without unit, case and signs: "ECG [uV]" is "ecg"."""
    lowered = name.strip().strip('"').lower()
    unit = _UNIT.search(lowered)
    if unit and (unit[1] is not None or unit[2] in UNITS_S or unit[2] in UNITS_OF_ECG):
        lowered = _UNIT.sub("", lowered)
    return re.sub(r"[^a-z0-9]", "", lowered)


def _unit_s(name: str, times: _Watched) -> float | None:
    """The unit that the name says, else the one that makes a rate of 50 to 2000 a second."""
    said = _UNIT.search(name.strip().lower())
    unit = UNITS_S.get(said[1] or said[2] or "") if said else None
    if unit is not None:
        return unit
    each = (times.last - times.first) / (times.numbers.n - 1)
    fits = [unit for unit in (1.0, 1e-3, 1e-6, 1e-9) if 50.0 <= 1.0 / (each * unit) <= 2000.0]
    return fits[0] if len(fits) == 1 else None
