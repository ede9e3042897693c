"""Aside: the numbers of a file with their times and lines, put aside in files without a name."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

AT_ONCE = 32_768  # numbers
IN_MEMORY_B = 8 * AT_ONCE  # of a column; what is longer goes to the disk

Floats = NDArray[np.float64]


class Rows(NamedTuple):
    """Some rows of a file."""

    values: Floats  # (n,); NaN where the file says that there is none
    times: Floats | None  # (n,)
    lines: NDArray[np.int64]  # (n,) where each stands, from 1


class Aside:
    """Rows that are put in once and gone through again and again, a piece at a time."""

    def __init__(self) -> None:
        self.n = 0
        self.timed = False
        self._without_first = False
        self._files: list[IO[bytes]] = [
            tempfile.SpooledTemporaryFile(IN_MEMORY_B)  # noqa: SIM115
            for _ in range(3)
        ]
        for each in self._files:  # nobody may go through the pieces at all
            weakref.finalize(self, each.close)

    def put(self, values: ArrayLike, lines: ArrayLike, times: ArrayLike | None = None) -> None:
        """More rows; of a recording all have a time, or none."""
        these = np.asarray(values, np.float64)
        if not len(these):
            return
        self.n += len(these)
        self.timed = times is not None
        columns = (
            these,
            np.asarray(lines, np.int64),
            np.asarray(() if times is None else times, np.float64),
        )
        for file, column in zip(self._files, columns, strict=True):
            file.write(np.ascontiguousarray(column).tobytes())

    def pieces(self) -> Iterator[Rows]:
        """All of it, from the beginning."""
        without = self._without_first
        for first in range(0, self.n, AT_ONCE):
            n = min(AT_ONCE, self.n - first)
            values = np.frombuffer(self._read(0, first, n))
            lines = np.frombuffer(self._read(1, first, n), np.int64)
            times = np.frombuffer(self._read(2, first, n)) if self.timed else None
            if without and (known := kept(values)).any():
                values, without = values.copy(), False
                values[int(np.argmax(known))] = np.nan
            yield Rows(values, times, lines)

    def _read(self, column: int, first: int, n: int) -> bytes:
        self._files[column].seek(8 * first)
        return self._files[column].read(8 * n)

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
