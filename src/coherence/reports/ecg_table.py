"""The column of an ECG in a text file, and the column of times beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coherence.reports.recording import ImportFailed
from coherence.translation import _

Floats = NDArray[np.float64]

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


def ecg_columns(path: Path, text: str, doubts: list[str]) -> tuple[Floats, Floats | None]:
    """(samples, times in s where there are any)."""
    lines = [
        (n, line.strip())
        for n, line in enumerate(text.split("\n"), start=1)
        if line.strip() and not line.lstrip().startswith(("#", "//", "%"))
    ]
    separator = _separator([line for _, line in lines[-200:]])
    comma = separator != ","  # a comma inside a cell is then a decimal comma
    rows = [(n, _split(line, separator)) for n, line in lines]
    first = next((i for i, (_, row) in enumerate(rows) if _is_numeric(row, comma)), None)
    if first is None:
        raise ImportFailed(path, _("no samples were found: choose a file with an ECG in a column."))
    names = rows[first - 1][1] if first else []
    named = [_plain(name) for name in names]
    columns = _columns(path, rows[first:], comma)
    if len(named) != len(columns):
        names = [""] * len(columns)
        named = [""] * len(columns)
    at = _ecg_column(path, named, columns)
    time = next((i for i, name in enumerate(named) if name in TIME_NAMES and i != at), None)
    if time is None and len(columns) == 2 and not any(named) and _rises(columns[1 - at]):
        time = 1 - at
    if time is None or not _rises(columns[time]):
        if time is not None:
            doubts.append(_("The column of times does not rise steadily, so it was not used."))
        return columns[at], None
    unit_s = _unit_s(names[time], columns[time])
    if unit_s is None:
        doubts.append(_("The unit of the times is not clear, so they were not used."))
        return columns[at], None
    return columns[at], columns[time] * unit_s


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


def _columns(path: Path, rows: Sequence[tuple[int, Sequence[str]]], comma: bool) -> list[Floats]:
    """Each column as numbers; a word in a cell is no number, and short lines end in none."""
    width = max(len(row) for _, row in rows[:50])
    found = np.full((len(rows), width), np.nan)
    for i, (n, row) in enumerate(rows):
        if len(row) > width:
            raise ImportFailed(path, _("this line has more columns than the others: mend it."), n)
        for j, cell in enumerate(row):
            value = _number(cell, comma)
            if value is not None:
                found[i, j] = value
    return [found[:, j].copy() for j in range(width)]


def _ecg_column(path: Path, named: Sequence[str], columns: Sequence[Floats]) -> int:
    for i, name in enumerate(named):
        if name in ECG_NAMES:
            return i
    numeric = [i for i, column in enumerate(columns) if np.isfinite(column).any()]
    others = [
        i
        for i in numeric
        if named[i] not in TIME_NAMES
        and not (named[i] in COUNT_NAMES and len(numeric) > 1 and _rises(columns[i]))
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


# --- times ---


def _rises(column: Floats) -> bool:
    steps = np.diff(column)
    return len(steps) > 0 and bool(np.all(steps >= 0)) and float(column[-1]) > float(column[0])


def _unit_s(name: str, times: Floats) -> float | None:
    """The unit that the name says, else the one that makes a rate of 50 to 2000 a second."""
    said = _UNIT.search(name.strip().lower())
    unit = UNITS_S.get(said[1] or said[2] or "") if said else None
    if unit is not None:
        return unit
    each = float(times[-1] - times[0]) / (len(times) - 1)
    fits = [unit for unit in (1.0, 1e-3, 1e-6, 1e-9) if 50.0 <= 1.0 / (each * unit) <= 2000.0]
    return fits[0] if len(fits) == 1 else None
