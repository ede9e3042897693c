"""Curves of pieces between beats, told by cells of a quarter second: many windows read slices.

Within a cell a curve is the cubic that holds where the cell begins, and from each beat in it on
that cubic and what the beat turns it by.
"""

from __future__ import annotations

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
    slope, bend and twist from each of them on. Where the curve is ``smooth`` a beat turns nothing
    but its twist. Around each part there are ``spare`` cells that can be read too.
    """

    def __init__(
        self,
        curve: WholeCurve,
        beats: Indices,
        pieces: Floats,
        spare: int,
        *,
        layers: int,
        smooth: bool,
    ) -> None:
        at, into = curve.at[beats], curve.into[beats]
        # What holds from the first beat of a part on is told from its cell on.
        first = np.floor(at[:, 0])
        pieces[:, :, 0] = _moved(pieces[:, :, 0], first - at[:, 0])
        at[:, 0] = into[:, 0] = first
        length = into[:, -1] - into[:, 0] + spare
        count = int(length.sum()) + spare
        self.shift = np.cumsum(length) - length + spare - into[:, 0]  # (p,)
        at += self.shift[:, None]
        into += self.shift[:, None]
        at, into, pieces = at.ravel(), into.ravel(), pieces.reshape(4, -1)
        before = np.cumsum(np.bincount(into, minlength=count)) - 1
        self._cubics = _moved(pieces.take(before, axis=1), np.arange(count) - at.take(before))
        turns = np.diff(pieces[3:])
        if not smooth:
            turns = (pieces[:, 1:] - _moved(pieces[:, :-1], np.diff(at)))[:0:-1]
        layer, cell = curve.layer[beats].ravel()[1:], into[1:] - 1
        self._places = np.full((layers, count), NOWHERE)
        self._places[layer, cell] = curve.place[beats].ravel()[1:]
        self._turns = np.zeros((layers, len(turns), count))
        self._turns[layer, :, cell] = turns.T

    def before_turns(self, cell: Indices, powers: Floats, values: Floats) -> None:
        """Write the curve from each ``cell`` (w,) on, but for its beats, to ``values`` (w, k).

        ``powers`` (w, 4) are those of the place in all cells.
        """
        cubics = _from_each_on(self._cubics, values.shape[1])[cell]
        np.matmul(powers[:, None], cubics, out=values[:, None])

    def turns(self, cell: Indices, samples: int) -> list[Floats]:
        """What beats turn a curve by, from each ``cell`` (w,) on, by layer and power: (w, samples).

        Of each layer the twist comes first.
        """
        return [_from_each_on(turn, samples)[cell] for layer in self._turns for turn in layer]

    def add_turns(self, values: Floats, cell: Indices, powers: Floats, turns: list[Floats]) -> None:
        """Add to ``values`` (w, k) what ``turns``, which it spoils, do."""
        orders = self._turns.shape[1]
        for layer, place in enumerate(self._places):
            beyond = _from_each_on(place, values.shape[1])[cell]
            np.subtract(powers[:, 1:2], beyond, out=beyond)
            np.maximum(beyond, 0.0, out=beyond)
            turned, *slower = turns[layer * orders : (layer + 1) * orders]
            turned *= beyond
            for turn in slower:
                turned += turn
                turned *= beyond
            if not slower:
                beyond *= beyond
                turned *= beyond
            values += turned


def _from_each_on(columns: Floats, samples: int) -> Floats:
    """Of each of the columns (…, n) itself and those after it: (n - samples + 1, …, samples)."""
    step = columns.strides[-1]
    shape = (columns.shape[-1] - samples + 1, *columns.shape[:-1], samples)
    return np.ndarray(shape, columns.dtype, columns, 0, (step, *columns.strides[:-1], step))


def _moved(pieces: Floats, on: Floats) -> Floats:
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
