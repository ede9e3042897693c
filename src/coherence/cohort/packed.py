"""Packed: the arrivals of a session as they travel to a worker, pressed and unpressed in pieces."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coherence.model import Arrival

QUICKLY = 1  # a level of zlib


@dataclass(frozen=True, slots=True)
class Packed:
    """Arrivals that can be gone through again and again; never more of them than a piece is held.

    >>> from coherence.model import Ended, Moment
    >>> list(Packed.of([[Moment(1.0, "here")], [Ended(2.0)]]))
    [Moment(t_s=1.0, label='here'), Ended(t_s=2.0)]
    """

    pieces: tuple[bytes, ...]

    @classmethod
    def of(cls, pieces: Iterable[Sequence[Arrival]]) -> Packed:
        """Pack pieces of a session."""
        return cls(tuple(zlib.compress(pickle.dumps(list(piece)), QUICKLY) for piece in pieces))

    def __iter__(self) -> Iterator[Arrival]:
        for piece in self.pieces:
            yield from pickle.loads(zlib.decompress(piece))
