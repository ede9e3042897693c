"""History: the readings of a whole session in growing arrays, a row a second of data time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from coherence.model import Value


class History:
    """One column per marker; NaN where it had no value. Appending costs the same after hours.

    Between its evaluations a marker that is not due each second keeps the value it had.
    """

    def __init__(self, keys: tuple[str, ...], capacity: int = 512) -> None:
        self._keys = keys
        self._rows = np.empty((1 + len(keys), capacity))
        self._n = 0

    def append(self, t_s: float, values: Mapping[str, Value]) -> None:
        if self._n == self._rows.shape[1]:
            grown = np.empty((len(self._rows), 2 * self._n))
            grown[:, : self._n] = self._rows
            self._rows = grown
        column = self._rows[:, self._n]
        column[0] = t_s
        for i, key in enumerate(self._keys, start=1):
            value = values[key].value
            column[i] = np.nan if value is None else value
        self._n += 1

    def forget(self, key: str, from_s: float) -> None:
        """A marker had no value after all, from that second on."""
        row = 1 + self._keys.index(key)
        self._rows[row, : self._n][self.t_s > from_s] = np.nan

    @property
    def t_s(self) -> NDArray[np.float64]:
        """The seconds evaluated so far (m,); a view."""
        return self._rows[0, : self._n]

    @property
    def columns(self) -> dict[str, NDArray[np.float64]]:
        """Per marker key its values (m,); views."""
        return {k: self._rows[i, : self._n] for i, k in enumerate(self._keys, start=1)}
