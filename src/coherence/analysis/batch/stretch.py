"""Windows of the curve through a recording, bent at their edges to be each window's own.

A window's not-a-knot spline and the recording's differ only near the window's edges: by a solution
of the same equations without a right-hand side, which shrinks to a quarter from beat to beat. It
is told from the first (last) three beats of the window alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.batch.cells import POWERS, Cells, counted, moved
from coherence.analysis.batch.curve import WholeCurve
from coherence.analysis.spectrum import Floats

Indices = NDArray[np.int64]

REACH = 18
FEWEST_APART = 34  # beats of a window whose edges know nothing of each other
AT_ONCE = 70_000  # samples: so many that their cubics stay in the processor's cache
ALIKE = 16  # samples more or less: windows that are read together
BEGUN_ANEW = 128  # beats until a bend is told from 1 again: what shrinks without end is lost


class Stretch:
    """The curve of the windows from beats ``first`` to ``last`` (w,), ready to be read."""

    def __init__(self, curve: WholeCurve, first: Indices, last: Indices) -> None:
        self._curve = curve
        beats = np.arange(int(first.min()), int(last.max()) + 1)[None]
        layers = int(curve.layer[beats].max()) + 1
        # Shorter windows may be read as far as the longest one goes.
        spare = int((curve.at[last] - curve.at[first]).max()) + 2
        self._cells = Cells(curve, beats, curve.pieces[:, beats], spare, layers)
        self._left = _Fading(curve, first, beats[0, -1], layers, forward=True)
        self._right = _Fading(curve, last, beats[0, -1], layers, forward=False)

    def read(self, start_s: Floats, samples: Indices, first: Indices, last: Indices) -> Floats:
        """The curve of each window by quarter seconds from ``start_s`` (w,) on: (w, k).

        ``first`` and ``last`` (w,) are the positions of its outermost accepted beats, among which
        its ``samples`` (w,) lie, which rise. What is beyond these is of no window.
        """
        start = self._curve.cells(start_s, first)
        cell = start.astype(np.int64)
        powers = (start - cell)[:, None] ** POWERS
        left, right = self._bends(first, last)
        values = np.empty((len(start), int(samples[-1])))
        felt = powers * left[:, None], powers * right[:, None]
        begin = 0
        while begin < len(start):
            end = int(samples.searchsorted(samples[begin] + ALIKE, side="right"))
            end = min(end, begin + max(1, AT_ONCE // int(samples[begin])))
            part, longest = slice(begin, end), int(samples[end - 1])
            here, edges = values[part, :longest], (first[part], last[part])
            self._read(here, edges, (felt[0][part], felt[1][part]), cell[part], powers[part])
            begin = end
        self._bridge(values, start, first, last)
        return values

    def _read(
        self,
        values: Floats,
        edges: tuple[Indices, Indices],
        bends: tuple[Floats, Floats],
        cell: Indices,
        powers: Floats,
    ) -> None:
        at, longest = self._curve.at, values.shape[1]
        first, last = edges
        here = cell + self._cells.shift
        self._cells.untwisted(here, powers, values)
        twists = self._cells.twists(here, longest)
        told = values, *twists

        felt = at.take(first + REACH, mode="clip")
        near = min(longest, int((felt - cell).max()) + 1)
        if near > 0:
            from_cell = np.minimum(cell, np.ceil(felt).astype(np.int64))
            bent = self._left.read(first, bends[0], from_cell, near)
            for each, more in zip(told, bent, strict=True):
                each[:, :near] += more
        near = min(longest, longest - int((at.take(last - REACH) - cell).min()))
        bent = self._right.read(last, bends[1], cell + longest - near, near)
        for each, more in zip(told, bent, strict=True):
            each[:, longest - near :] += more
        self._cells.twist(values, here, powers, twists)

    def _bridge(self, values: Floats, start: Floats, first: Indices, last: Indices) -> None:
        """Put the calm curve where there are wide holes."""
        curve = self._curve
        before, until = curve.bridged.searchsorted((first, last))
        row = np.arange(len(values)).repeat(until - before)
        if row.size:
            bridge = before.repeat(until - before) + counted(until - before)
            begin, end = (curve.at[curve.bridged[bridge] + k] - start[row] for k in (0, 1))
            begin = np.maximum(np.ceil(begin), 0.0)
            count = np.maximum(np.minimum(np.floor(end) + 1.0, values.shape[1]) - begin, 0.0)
            count = count.astype(np.int64)
            column = begin.astype(np.int64).repeat(count) + counted(count)
            row, bridge = row.repeat(count), bridge.repeat(count)
            on = start[row] + column - curve.at[curve.bridged[bridge]]
            values[row, column] = moved(curve.bridges[:, bridge], on)[0]

    def _bends(self, first: Indices, last: Indices) -> list[Floats]:
        """Slope at the outermost beats (w,): the window's less the recording's."""
        h, m, s = self._curve.h, self._curve.m, self._curve.slopes
        found = []
        for edge, fade, step in (
            (first, self._curve.fade_right, 1),
            (last, self._curve.fade_left, -1),
        ):
            shift = 0 if step > 0 else -1
            h0, h1 = h[edge + shift], h[edge + step + shift]
            m0, m1 = m[edge + shift], m[edge + step + shift]
            both = h0 + h1
            told = ((h0 + 2.0 * both) * h1 * m0 + h0 * h0 * m1) / both
            off = told - h1 * s[edge] - both * s[edge + step]
            found.append(off / (h1 + both * fade[edge + step]))
        return found


class _Fading:
    """What a bend of the slope at a beat does to the curve on one side of it.

    It is one curve for all beats, for it fades alike wherever it begins; but it is told from 1
    again every so often.
    """

    def __init__(
        self,
        curve: WholeCurve,
        edges: Indices,
        last: int,
        layers: int,
        *,
        forward: bool,
    ) -> None:
        lowest, highest = int(edges.min()), int(edges.max())
        parts = np.arange(lowest, highest + 1, BEGUN_ANEW)[:, None]
        beats = parts + np.arange(BEGUN_ANEW + REACH + 1) - (0 if forward else REACH)
        np.minimum(beats, last, out=beats)
        slopes = np.ones(beats.shape)
        if forward:
            np.cumprod(curve.fade_right.take(beats[:, 1:]), axis=1, out=slopes[:, 1:])
        else:
            back = curve.fade_left.take(beats[:, -2::-1])
            np.cumprod(back, axis=1, out=slopes[:, -2::-1])
        self._lowest, self._slopes = (
            lowest,
            slopes[:, :BEGUN_ANEW] if forward else slopes[:, REACH:-1],
        )

        here, beyond = slopes[:, :-1], slopes[:, 1:]
        width = curve.h.take(beats[:, :-1], mode="clip")
        pieces = np.zeros((4, *beats.shape))
        pieces[1, :, :-1] = here
        pieces[2, :, :-1] = -(2.0 * here + beyond) / width
        pieces[3, :, :-1] = (here + beyond) / width**2
        begins, ends = (edges, edges + REACH) if forward else (edges - REACH, edges)
        spare = int((curve.at[ends] - curve.at[begins]).max()) + ALIKE + 4
        self._cells = Cells(curve, beats, pieces, spare, layers)

    def read(self, edges: Indices, powers: Floats, cell: Indices, samples: int) -> list[Floats]:
        """The curve but for its beats from each ``cell`` (w,) on, and their twists; times a bend.

        ``powers`` (w, 4) are those of the place in all cells, times the bend.
        """
        part, beat = np.divmod(edges - self._lowest, BEGUN_ANEW)
        powers = powers / self._slopes[part, beat][:, None]
        here = cell + self._cells.shift.take(part)
        twists = self._cells.twists(here, samples)
        for twist in twists:
            twist *= powers[:, :1]
        values = np.empty((len(edges), samples))
        self._cells.untwisted(here, powers, values)
        return [values, *twists]
