"""Windows of the curve through a recording, bent at their edges to be each window's own.

A window's not-a-knot spline and the recording's differ only near the window's edges: by a solution
of the same equations without a right-hand side, which shrinks to a quarter from beat to beat. It
is told from the first (last) three beats of the window alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.batch.cells import POWERS, Cells, counted, moved
from coherence.analysis.batch.curve import WholeCurve
from coherence.analysis.spectrum import Floats

Indices = NDArray[np.int64]

REACH = 18  # pieces from an edge: there a bend is below 1e-9 of what it was, in ms below 1e-10
FEWEST_APART = 34  # beats of a window whose edges know nothing of each other
AT_ONCE = 70_000  # samples: so many that their cubics stay in the processor's cache
ALIKE = 16  # samples more or less: windows that are read together
BEGUN_ANEW = 128  # beats until a bend is told from 1 again: what shrinks without end is lost


class WindowCurves:
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
        curve = self._curve
        start = curve.cells(start_s, first)
        cell = start.astype(np.int64)
        powers = (start - cell)[:, None] ** POWERS
        bends = self._bends(first, last)
        here = cell + self._cells.shift
        left, left_powers = self._left.of(first, bends[0], powers)
        right, right_powers = self._right.of(last, bends[1], powers)
        left += cell
        right += cell
        # The columns up to which the left bend is felt, and from which on the right one is.
        until = np.ceil(curve.at.take(first + REACH, mode="clip")).astype(np.int64) - cell
        onward = np.floor(curve.at.take(last - REACH)).astype(np.int64) - cell
        left += np.minimum(until, 0)  # further off there may be nothing to read
        values = np.empty((len(start), int(samples[-1])))
        begin = 0
        while begin < len(start):
            end = int(samples.searchsorted(samples[begin] + ALIKE, side="right"))
            end = min(end, begin + max(1, AT_ONCE // int(samples[begin])))
            part, longest = slice(begin, end), int(samples[end - 1])
            told = values[part, :longest], *self._cells.twists(here[part], longest)
            self._cells.untwisted(here[part], powers[part], told[0])
            after = max(0, min(longest, int(until[part].max())))
            self._left.bend(told, slice(0, after), left[part], left_powers[part])
            before = max(0, int(onward[part].min()))
            columns = slice(before, longest)
            self._right.bend(told, columns, right[part] + before, right_powers[part])
            self._cells.twist(told[0], here[part], powers[part], told[1:])
            begin = end
        self._bridge(values, start, first, last)
        return values

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
        self, curve: WholeCurve, edges: Indices, last: int, layers: int, *, forward: bool
    ) -> None:
        """For bends at ``edges`` (w,), of a curve that is read up to beat ``last``."""
        self._lowest, highest = int(edges.min()), int(edges.max())
        parts = np.arange(self._lowest, highest + 1, BEGUN_ANEW)[:, None]
        beats = parts + np.arange(BEGUN_ANEW + REACH + 1)
        slopes = np.ones(beats.shape)
        if forward:
            np.minimum(beats, last, out=beats)
            np.cumprod(curve.fade_right.take(beats[:, 1:]), axis=1, out=slopes[:, 1:])
            self._slopes = slopes[:, :BEGUN_ANEW]
        else:
            np.minimum(beats - REACH, last, out=beats)
            fade = np.where(np.diff(beats) > 0, curve.fade_left.take(beats[:, :-1]), 1.0)
            np.cumprod(fade[:, ::-1], axis=1, out=slopes[:, -2::-1])
            self._slopes = slopes[:, REACH:-1]
        here, beyond = slopes[:, :-1], slopes[:, 1:]
        width = curve.h.take(beats[:, :-1], mode="clip")
        pieces = np.zeros((4, *beats.shape))
        pieces[1, :, :-1] = here
        pieces[2, :, :-1] = -(2.0 * here + beyond) / width
        pieces[3, :, :-1] = (here + beyond) / width**2
        pieces[:, :, :-1] *= np.diff(beats) > 0  # beyond the last beat there is nothing
        begins, ends = (edges, edges + REACH) if forward else (edges - REACH, edges)
        spare = int((curve.at[ends] - curve.at[begins]).max()) + ALIKE + 4
        self._cells = Cells(curve, beats, pieces, spare, layers)

    def of(self, edges: Indices, bends: Floats, powers: Floats) -> tuple[Indices, Floats]:
        """For bends at ``edges`` (w,): what to add to a cell's number, and to multiply there."""
        part, beat = np.divmod(edges - self._lowest, BEGUN_ANEW)
        size = bends / self._slopes[part, beat]
        return self._cells.shift.take(part), powers * size[:, None]

    def bend(self, told: Sequence[Floats], columns: slice, cell: Indices, powers: Floats) -> None:
        """Bend some columns of curves (w, k), and of what follows them, their twists."""
        samples = columns.stop - columns.start
        if samples:
            bent = np.empty((len(cell), samples))
            self._cells.untwisted(cell, powers, bent)
            told[0][:, columns] += bent
            for twist, more in zip(told[1:], self._cells.twists(cell, samples), strict=True):
                more *= powers[:, :1]
                twist[:, columns] += more
