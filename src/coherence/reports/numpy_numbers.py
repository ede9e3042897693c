"""Rows of numbers in a .npy file, read by hand: nothing but plain numbers can ever come out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

MAGIC = b"\x93NUMPY"
LONGEST_HEAD_B = 2**16


class NoRow(Exception):
    """There is no row of numbers."""


class CutRow(Exception):
    """There is less, or more, than a row of numbers."""


@dataclass(frozen=True, slots=True)
class NumpyRow:
    """Where a row of ``n`` numbers stands in a file."""

    dtype: np.dtype[np.generic]
    n: int
    begins_b: int

    @classmethod
    def in_file(cls, file: BinaryIO) -> NumpyRow:
        """The row that a file holds. Raises ``NoRow``, ``CutRow``."""
        file.seek(0)
        raw = file.read(LONGEST_HEAD_B)
        start = 12 if raw[6:7] != b"\x01" else 10
        length = int.from_bytes(raw[8:start], "little")
        head = raw[start : start + length].decode("latin-1")
        kind = re.search(r"'descr': '([<>|=]?[fiu][1248])'", head)
        shape = re.search(r"'shape': \(([\d, ]*)\)", head)
        if not raw.startswith(MAGIC) or kind is None or shape is None:
            raise NoRow
        try:
            dtype = np.dtype(kind[1])
        except TypeError as error:  # of a size that there is not
            raise NoRow from error
        sizes = [int(size) for size in shape[1].split(",") if size.strip()]
        n = math.prod(sizes)
        body_b = file.seek(0, 2) - start - length
        if n == 0 or n != max(sizes, default=0) or body_b != n * dtype.itemsize:
            raise CutRow
        return cls(dtype, n, start + length)

    def pieces(self, file: BinaryIO, at_once: int) -> Iterator[NDArray[np.float64]]:
        """The numbers, some at a time."""
        for first in range(0, self.n, at_once):
            file.seek(self.begins_b + first * self.dtype.itemsize)
            raw = file.read(min(at_once, self.n - first) * self.dtype.itemsize)
            yield np.frombuffer(raw, self.dtype).astype(np.float64)
