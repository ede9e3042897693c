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
    """A curve in cells, from its first beat to ``spare`` cells beyond its last.

    ``at`` (n,) are its beats in cells, from 0 on; ``pieces`` (4, n) the value, slope, bend and
    twist from each of them on. Where it is ``smooth`` a beat turns nothing but its twist.
    """

    def __init__(self, at: Floats, pieces: Floats, spare: int, *, smooth: bool) -> None:
        into = np.ceil(at).astype(np.int64)  # the first cell that begins no earlier
        count = int(into[-1]) + spare
        before = np.cumsum(np.bincount(into, minlength=count)) - 1
        self._cubics = _moved(pieces.take(before, axis=1), np.arange(count) - at.take(before))
        turns = np.diff(pieces[3:])
        if not smooth:
            turns = pieces[1:, 1:] - _moved(pieces[:, :-1], np.diff(at))[1:]
        # Of the beats in one cell the first is of the first layer, the second of the second.
        cell, place = into[1:] - 1, at[1:] - into[1:] + 1.0
        layer = np.zeros(len(cell), np.int64)
        if not np.diff(cell).all():
            layer = np.arange(len(cell)) - cell.searchsorted(cell)
        self._layers: list[tuple[Floats, Floats]] = []
        for number in range(int(layer.max(initial=0)) + 1):
            those = layer == number
            places, turned = np.full(count, NOWHERE), np.zeros((len(turns), count))
            places[cell[those]] = place[those]
            turned[:, cell[those]] = turns[:, those]
            self._layers.append((places, turned))

    def read(self, start: Floats, samples: int) -> Floats:
        """The curve from each of ``start`` (w,) on, in cells, by steps of one: (w, samples)."""
        values = np.empty((len(start), samples))
        if not samples:
            return values
        cell = start.astype(np.int64)
        phase = (start - cell)[:, None]
        cubics = _from_each_on(self._cubics, samples)[cell]
        np.matmul((phase**POWERS)[:, None], cubics, out=values[:, None])
        for place, turns in self._layers:
            beyond = _from_each_on(place, samples)[cell]
            np.subtract(phase, beyond, out=beyond)
            np.maximum(beyond, 0.0, out=beyond)
            turned = _from_each_on(turns[-1], samples)[cell]
            turned *= beyond
            for turn in turns[-2::-1]:
                turned += _from_each_on(turn, samples)[cell]
                turned *= beyond
            if len(turns) == 1:
                beyond *= beyond
                turned *= beyond
            values += turned
        return values


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
    on_twist = np.multiply(twist, on)
    moved[0] = ((on_twist + bend) * on + slope) * on + value
    on_twist *= 3.0
    moved[2] = on_twist + bend
    moved[1] = (moved[2] + bend) * on + slope
    return moved
