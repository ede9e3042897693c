"""Aside: the numbers of a file with their times and lines, put aside in files without a name."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

AT_ONCE = 32_768  # numbers
IN_MEMORY_B = 8 * AT_ONCE  # of a column; what is longer goes to the disk

Floats = NDArray[np.float64]


class Column:
    """Numbers that are put in once and read again and again, from anywhere.

    ``held``: in memory, however many there are.
    """

    def __init__(self, dtype: type[np.generic] = np.float64, *, held: bool = False) -> None:
        self.n = 0
        self._dtype = np.dtype(dtype)
        most_b = 0 if held else IN_MEMORY_B
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(most_b)  # noqa: SIM115
        weakref.finalize(self, self._file.close)  # nobody may ever read it to its end

    def put(self, numbers: ArrayLike) -> None:
        """So many more, after all that were put before anything was read."""
        these = np.asarray(numbers, self._dtype)
        self.n += len(these)
        self._file.write(np.ascontiguousarray(these).tobytes())

    def read(self, first: int, n: int) -> NDArray[Any]:
        """The numbers from ``first`` on."""
        self._file.seek(self._dtype.itemsize * first)
        return np.frombuffer(self._file.read(self._dtype.itemsize * n), self._dtype)

    def pieces(self) -> Iterator[NDArray[Any]]:
        """All of them, from the beginning."""
        for first in range(0, self.n, AT_ONCE):
            yield self.read(first, AT_ONCE)


class Rows(NamedTuple):
    """Some rows of a file."""

    values: Floats  # (n,); NaN where the file says that there is none
    times: Floats | None  # (n,)
    lines: NDArray[np.int64]  # (n,) where each stands, from 1


class Aside:
    """Rows that are put in once and gone through again and again, a piece at a time."""

    def __init__(self, *, held: bool = False) -> None:
        self.n = 0
        self._values, self._times = Column(held=held), Column(held=held)
        self._lines = Column(np.int64, held=held)
        self._without_first = False

    @property
    def timed(self) -> bool:
        """Whether each row has a time."""
        return self._times.n > 0

    def put(self, values: ArrayLike, lines: ArrayLike, times: ArrayLike | None = None) -> None:
        """More rows; of a recording all have a time, or none."""
        self._values.put(values)
        self._lines.put(lines)
        if times is not None:
            self._times.put(times)
        self.n = self._values.n

    def pieces(self) -> Iterator[Rows]:
        """All of it, from the beginning."""
        without = self._without_first
        for first in range(0, self.n, AT_ONCE):
            n = min(AT_ONCE, self.n - first)
            values: Floats = self._values.read(first, n)
            if without and (known := kept(values)).any():
                values, without = values.copy(), False
                values[int(np.argmax(known))] = np.nan
            times = self._times.read(first, n) if self.timed else None
            yield Rows(values, times, self._lines.read(first, n))

    def cut(self, n: int) -> None:
        """There are only so many."""
        self.n = n

    def leave_out_first(self) -> None:
        """The first value that may be an interval is none."""
        self._without_first = True


def kept(values: Floats) -> NDArray[np.bool_]:
    """Which values may be intervals."""
    may_be: NDArray[np.bool_] = np.isfinite(values) & (values > 0.0)
    return may_be
