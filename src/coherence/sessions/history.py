"""History: the readings of a whole session in growing arrays, a row a second of data time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from coherence.model import Value

Floats = NDArray[np.float64]


class History:
    """One column per marker; NaN where it had no value. Appending costs the same after hours.

    Between its evaluations a marker that is not due each second keeps the value it had: of such
    only the changes are held. ``every_s`` says by marker key how often it is due.
    """

    def __init__(self, every_s: Mapping[str, int]) -> None:
        dense = [key for key, seconds in every_s.items() if seconds == 1]
        self._places = {key: 1 + i for i, key in enumerate(dense)}
        self._changes = {key: _Changes() for key in every_s if key not in self._places}
        self._keys = tuple(every_s)
        self._rows = np.empty((1 + len(dense), 512))
        self._n = 0
        self._unfolded: dict[str, Floats] = {}

    def append(self, t_s: float, values: Mapping[str, Value]) -> None:
        if self._n == self._rows.shape[1]:
            grown = np.empty((len(self._rows), self._n + max(512, self._n // 8)))
            grown[:, : self._n] = self._rows
            self._rows = grown
        column = self._rows[:, self._n]
        column[0] = t_s
        for key, i in self._places.items():
            value = values[key].value
            column[i] = np.nan if value is None else value
        for key, changes in self._changes.items():
            value = values[key].value
            changes.note(self._n, np.nan if value is None else value)
        self._n += 1
        self._unfolded.clear()

    def forget(self, key: str, from_s: float) -> None:
        """A marker had no value after all, from that second on."""
        first = int(self.t_s.searchsorted(from_s, side="right"))
        if key in self._places:
            self._rows[self._places[key], first : self._n] = np.nan
        else:
            self._changes[key].cut(first)
        self._unfolded.clear()

    @property
    def t_s(self) -> Floats:
        """The seconds evaluated so far (m,); a view."""
        return self._rows[0, : self._n]

    @property
    def columns(self) -> Mapping[str, Floats]:
        """Per marker key its values (m,): read them, never write to them."""
        return _Columns(self, self._n)

    def column(self, key: str) -> Floats:
        """The values of one marker (m,)."""
        if key in self._places:
            return self._rows[self._places[key], : self._n]
        if key not in self._unfolded:
            self._unfolded[key] = self._changes[key].unfolded(self._n)
        return self._unfolded[key]


class _Columns(Mapping[str, Floats]):
    """The columns as long as they were when they were asked for, however the history grows."""

    def __init__(self, history: History, rows: int) -> None:
        self._history, self._rows = history, rows

    def __getitem__(self, key: str) -> Floats:
        return self._history.column(key)[: self._rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self._history._keys)

    def __len__(self) -> int:
        return len(self._history._keys)


class _Changes:
    """A column by the rows at which its value changes."""

    def __init__(self) -> None:
        self._n = 0
        self._at = np.empty(16, np.int32)
        self._values = np.empty(16)
        self._latest = np.nan

    def note(self, row: int, value: float) -> None:
        if self._n and (value == self._latest or (value != value and self._latest != self._latest)):
            return
        if self._n == self._at.size:
            more = max(16, self._n // 8)
            self._at = np.concatenate((self._at, np.empty(more, np.int32)))
            self._values = np.concatenate((self._values, np.empty(more)))
        self._at[self._n], self._values[self._n] = row, value
        self._latest = value
        self._n += 1

    def cut(self, row: int) -> None:
        """No value from ``row`` on."""
        self._n = int(self._at[: self._n].searchsorted(row))
        self._latest = float(self._values[self._n - 1]) if self._n else np.nan
        self.note(row, np.nan)

    def unfolded(self, rows: int) -> Floats:
        counts = np.diff(np.append(self._at[: self._n], rows))
        column: Floats = self._values[: self._n].repeat(counts)
        return column
