"""One curve through a whole recording; windows of it are read by ``WindowCurves``.

Its time is counted in cells of a quarter second, and slopes go by them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.series import SAME_TIME_S, NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.analysis.spline import pchip_slopes, spline_slopes
from coherence.analysis.tachogram import CALM_BRIDGE_S, FEWEST_BEATS, LONGEST_BRIDGE_S

Indices = NDArray[np.int64]

SETTLING = 10  # passes until a share that depends on all beats after it is known to 1e-12
USUAL_SHARE = -0.27  # where beats are evenly apart


class WholeCurve:
    """The accepted beats of a recording and the curve through them, part by part.

    ``sound`` (n,) is false at beats that no window here may hold: they stand on the same spot as
    another, or in a part of fewer than four.
    """

    def __init__(self, series: NNSeries) -> None:
        kept = np.flatnonzero(series.accepted)
        self.x, self.y = series.t_s[kept], series.rr_ms[kept]
        segment = series.segment[kept]
        n = kept.size
        h = np.diff(self.x)
        apart = (np.diff(kept) > 1) | (np.diff(segment) != 0)
        hole_s = np.where(apart, h - self.y[1:] / 1000.0, 0.0)
        self.hole_s = np.where(hole_s > SAME_TIME_S, hole_s, 0.0)  # after each beat, (n - 1,)
        self.sound = np.ones(n, np.bool_)
        on_the_spot = h <= SAME_TIME_S
        self.sound[1:] &= ~on_the_spot
        self.sound[:-1] &= ~on_the_spot

        # Between parts nothing is told: there time is left out, and each part begins with a cell.
        begins = (np.flatnonzero(self.hole_s > LONGEST_BRIDGE_S) + 1).tolist()
        parts = list(pairwise([0, *begins, n]))
        self._start_s = np.zeros(n)  # where the cells of each beat's part are counted from
        self.at = np.zeros(n)  # in cells
        for first, after in parts:
            begin = float(np.ceil(self.at[first - 1])) + 1.0 if first else 0.0
            self._start_s[first:after] = self.x[first:after][:1] - begin / RATE_HZ
            self.at[first:after] = self.cells(self.x[first:after], np.arange(first, after))
        self.into = np.ceil(self.at).astype(np.int64)  # the first cell that begins no earlier
        self.place = self.at - self.into + 1.0  # in the cell before that one
        self.layer = np.arange(n) - self.into.searchsorted(self.into)  # beats before it in there
        self.h = np.maximum(h, SAME_TIME_S) * RATE_HZ
        self.m = np.diff(self.y) / self.h
        self.slopes = np.zeros(n)
        # Slope beyond an edge over the slope at it, for a bend that fades away from that edge.
        self.fade_right, self.fade_left = np.full((2, n), USUAL_SHARE)
        for first, after in parts:
            part, inside = slice(first, after), slice(first, after - 1)
            if after - first < FEWEST_BEATS or not self.sound[part].all():
                self.sound[part] = False
                continue
            width = self.h[inside]
            self.slopes[part] = spline_slopes(width, self.m[inside])
            self.fade_right[part] = _fading(width)
            self.fade_left[part] = _fading(width[::-1])[::-1]
        self.layer[~self.sound] = 0
        self.pieces = np.zeros((4, n))  # value, slope, bend and twist from each beat on
        self.pieces[0] = self.y
        self.pieces[1:, :-1] = _hermite(self.h, self.m, self.slopes)
        # Wide holes are bridged by a calm curve, which no edge further off bends.
        self.wide = self.hole_s > CALM_BRIDGE_S
        self.bridged = np.flatnonzero(self.wide)
        self.bridges = self.pieces[:, self.bridged]
        if self.bridged.size and n > 2:
            calm = pchip_slopes(self.h, self.m)
            self.bridges[1:] = _hermite(self.h, self.m, calm)[:, self.bridged]

    def cells(self, t_s: Floats, beats: Indices) -> Floats:
        """Times in cells, those of the parts that ``beats`` belong to."""
        cells: Floats = (t_s - self._start_s.take(beats)) * RATE_HZ
        return cells


def _hermite(h: Floats, m: Floats, slopes: Floats) -> Floats:
    """Slope, bend and twist (3, n) of pieces so wide and steep, with ``slopes`` at their ends."""
    pieces = np.empty((3, len(h)))
    slope, bend, twist = pieces
    slope[:] = slopes[:-1]
    twist[:] = (slopes[:-1] + slopes[1:] - 2.0 * m) / h**2
    bend[:] = (m - slopes[:-1]) / h - twist * h
    return pieces


def _fading(h: Floats) -> Floats:
    """Slope at each knot over that at the one before it, of a bend that fades forwards: (n,)."""
    share = np.full(len(h) + 1, USUAL_SHARE)
    diagonal = 2.0 * (h[1:] + h[:-1])
    for _ in range(SETTLING):
        # h[i] s[i-1] + 2 (h[i-1] + h[i]) s[i] + h[i-1] s[i+1] = 0
        share[1:-1] = -h[1:] / (diagonal + h[:-1] * share[2:])
    return share
