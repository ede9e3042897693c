"""Curves of pieces between beats, told by cells of a quarter second: many windows read slices.

Within a cell a curve is the cubic that holds where the cell begins, and from each beat in it on
that cubic and what the beat turns it by.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.spectrum import Floats

Indices = NDArray[np.int64]

POWERS = np.arange(4)
NOWHERE = 1.0  # in a cell, for a beat that there is none of: no window reads beyond it


class Cells:
    """Parts of a curve in cells, one beside the other.

    ``at`` (p, n) are the beats of each part in cells, which rise, and ``layer`` (p, n) how many
    there are before each of them in its cell; ``pieces`` (4, p, n) the value, slope, bend and twist
    from each of them on. Where the curve is ``smooth`` a beat turns nothing but its twist. Around
    each part there are ``spare`` cells that can be read too.
    """

    def __init__(
        self,
        at: Floats,
        layer: Indices,
        pieces: Floats,
        spare: int,
        *,
        layers: int,
        smooth: bool,
    ) -> None:
        first = np.floor(at[:, 0])
        at, pieces = at.copy(), pieces.copy()
        pieces[:, :, 0] = _moved(pieces[:, :, 0], first - at[:, 0])
        at[:, 0] = first
        length = (np.ceil(at[:, -1]) - first).astype(np.int64) + spare
        count = int(length.sum()) + spare
        self.shift = np.cumsum(length) - length + spare - first.astype(np.int64)  # (p,)
        at = (at + self.shift[:, None]).ravel()
        pieces = pieces.reshape(4, -1)
        into = np.ceil(at).astype(np.int64)  # the first cell that begins no earlier
        before = np.cumsum(np.bincount(into, minlength=count)) - 1
        self._cubics = _moved(pieces.take(before, axis=1), np.arange(count) - at.take(before))
        turns = np.diff(pieces[3:])
        if not smooth:
            turns = (pieces[:, 1:] - _moved(pieces[:, :-1], np.diff(at)))[:0:-1]
        cell = into[1:] - 1
        place, layer = at[1:] - cell, layer.ravel()[1:]
        self._places = np.full((layers, count), NOWHERE)
        self._places[layer, cell] = place
        self._turns = np.zeros((layers, len(turns), count))
        self._turns[layer, :, cell] = turns.T

    def before_turns(self, cell: Indices, samples: int, powers: Floats) -> Floats:
        """The curve from each ``cell`` (w,) on, but for its beats: (w, samples).

        ``powers`` (w, 4) are those of the place in all cells.
        """
        cubics = _from_each_on(self._cubics, samples)[cell]
        return np.matmul(powers[:, None], cubics)[:, 0]

    def turns(self, cell: Indices, samples: int) -> list[Floats]:
        """What beats turn a curve by, from each ``cell`` (w,) on, by layer and power: (w, samples).

        Of each layer the twist comes first.
        """
        return [_from_each_on(turn, samples)[cell] for layer in self._turns for turn in layer]

    def add_turns(
        self, values: Floats, cell: Indices, phase: Floats, turns: list[Floats]
    ) -> None:
        """Add to ``values`` (w, samples) what ``turns``, which it spoils, do at ``phase`` (w,)."""
        powers = self._turns.shape[1]
        for layer, place in enumerate(self._places):
            beyond = _from_each_on(place, values.shape[1])[cell]
            np.subtract(phase[:, None], beyond, out=beyond)
            np.maximum(beyond, 0.0, out=beyond)
            turned, *slower = turns[layer * powers : (layer + 1) * powers]
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
