"""Curves of pieces between beats, told by cells of a quarter second: many windows read slices.

Within a cell a curve is the cubic that holds where the cell begins; from each beat in it on its
twist is another one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.batch.curve import WholeCurve
from coherence.analysis.spectrum import Floats

Indices = NDArray[np.int64]

POWERS = np.arange(4)
NOWHERE = 1.0  # in a cell, for a beat that there is none of: no window reads beyond it


class Cells:
    """Parts of a curve in cells, one beside the other.

    Each part goes along ``beats`` (p, n) of the whole curve; ``pieces`` (4, p, n) are the value,
    slope, bend and twist from each of them on. Around each part there are ``spare`` cells that can
    be read too. In a cell there are no more than so many ``layers`` of beats.
    """

    def __init__(
        self, curve: WholeCurve, beats: Indices, pieces: Floats, spare: int, layers: int
    ) -> None:
        at, into = curve.at[beats], curve.into[beats]
        # What holds from the first beat of a part on is told from its cell on.
        first = np.floor(at[:, 0])
        pieces[:, :, 0] = moved(pieces[:, :, 0], first - at[:, 0])
        at[:, 0] = into[:, 0] = first
        length = into[:, -1] - into[:, 0] + spare
        count = int(length.sum()) + spare
        self.shift = np.cumsum(length) - length + spare - into[:, 0]  # (p,)
        at += self.shift[:, None]
        into += self.shift[:, None]
        at, into, pieces = at.ravel(), into.ravel(), pieces.reshape(4, -1)
        before = np.cumsum(np.bincount(into, minlength=count)) - 1
        self._cubics = moved(pieces.take(before, axis=1), np.arange(count) - at.take(before))
        layer, cell = curve.layer[beats].ravel()[1:], into[1:] - 1
        self._places = np.full((layers, count), NOWHERE)
        self._places[layer, cell] = curve.place[beats].ravel()[1:]
        self._twists = np.zeros((layers, count))
        self._twists[layer, cell] = np.diff(pieces[3])

    def untwisted(self, cell: Indices, powers: Floats, values: Floats) -> None:
        """Write the curve from each ``cell`` (w,) on, but for its beats, to ``values`` (w, k).

        ``powers`` (w, 4) are those of the place in all cells.
        """
        cubics = _from_each_on(self._cubics, values.shape[1])[cell]
        np.matmul(powers[:, None], cubics, out=values[:, None])

    def twists(self, cell: Indices, samples: int) -> list[Floats]:
        """What beats add to the twist from each ``cell`` (w,) on, by layer: (w, samples)."""
        return [_from_each_on(twist, samples)[cell] for twist in self._twists]

    def twist(
        self, values: Floats, cell: Indices, powers: Floats, twists: Sequence[Floats]
    ) -> None:
        """Add to ``values`` (w, k) what ``twists`` do, which are spoilt by it."""
        for place, twist in zip(self._places, twists, strict=True):
            beyond = _from_each_on(place, values.shape[1])[cell]
            np.subtract(powers[:, 1:2], beyond, out=beyond)
            np.maximum(beyond, 0.0, out=beyond)
            twist *= beyond
            beyond *= beyond
            twist *= beyond
            values += twist


def _from_each_on(columns: Floats, samples: int) -> Floats:
    """Of each of the columns (…, n) itself and those after it: (n - samples + 1, …, samples)."""
    step = columns.strides[-1]
    shape = (columns.shape[-1] - samples + 1, *columns.shape[:-1], samples)
    return np.ndarray(shape, columns.dtype, columns, 0, (step, *columns.strides[:-1], step))


def moved(pieces: Floats, on: Floats) -> Floats:
    """``pieces`` (4, n) as they are told from so much further ``on`` (n,)."""
    moved = np.empty(pieces.shape)
    value, slope, bend, twist = pieces
    moved[3] = twist
    on_twist = twist * on
    moved[0] = ((on_twist + bend) * on + slope) * on + value
    on_twist *= 3.0
    moved[2] = on_twist + bend
    moved[1] = (moved[2] + bend) * on + slope
    return moved


def counted(counts: Indices) -> Indices:
    """0, 1, … up to each count in turn."""
    return np.arange(int(counts.sum())) - (np.cumsum(counts) - counts).repeat(counts)
