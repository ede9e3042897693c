"""Windows of the curve through a recording, bent at their edges to be each window's own.

A window's not-a-knot spline and the recording's differ only near the window's edges: by a solution
of the same equations without a right-hand side, which shrinks to a quarter from beat to beat. It
is told from the first (last) three beats of the window alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.batch.cells import Cells
from coherence.analysis.batch.curve import WholeCurve
from coherence.analysis.spectrum import Floats

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

REACH = 16  # pieces from an edge: there a bend is below 1e-9 of what it was, in ms below 1e-10
FEWEST_APART = 2 * REACH  # beats of a window whose edges know nothing of each other
BEGUN_ANEW = 128  # beats until a bend is told from 1 again: what shrinks without end is lost


class Stretch:
    """The curve of the windows from beats ``first`` to ``last`` (w,), ready to be read."""

    def __init__(self, curve: WholeCurve, first: Indices, last: Indices) -> None:
        self._curve = curve
        lowest, highest = int(first.min()), int(last.max()) + 1
        beats, inside = slice(lowest, highest), slice(lowest, highest - 1)
        at, wide = curve.at[beats], curve.wide[inside]
        longest = int((curve.at[last] - curve.at[first]).max()) + 2  # what might be read beyond
        self._cells = Cells(at - at[0], curve.pieces[:, beats], longest, smooth=not wide.any())
        h = curve.h[inside]
        self._lowest, self._highest = lowest, highest - 1
        self._left = _Fading(at, h, curve.fade_right[beats], wide, first - lowest)
        # The right edge is the left one of time that runs backwards.
        self._right = _Fading(
            -at[::-1], h[::-1], curve.fade_left[beats][::-1], wide[::-1], self._highest - last
        )

    def read(self, start_s: Floats, samples: Indices, first: Indices, last: Indices) -> Floats:
        """The curve of each window by quarter seconds from ``start_s`` (w,) on: (w, k).

        ``first`` and ``last`` (w,) are the positions of its outermost accepted beats, among which
        its ``samples`` (w,) lie, which rise. What is beyond these is of no window.
        """
        curve = self._curve
        start = curve.cells(start_s, first)
        values = self._cells.read(start - curve.at[self._lowest], int(samples[-1]))
        left, right = self._bends(first, last)
        bent = self._left.read(first - self._lowest, start - curve.at[first], left)
        values[:, : bent.shape[1]] += bent[:, : values.shape[1]]
        tail = curve.at[last] - start - (samples - 1)
        bent = self._right.read(self._highest - last, tail, -right)
        cuts = (np.flatnonzero(np.diff(samples)) + 1).tolist()
        for begin, end in zip([0, *cuts], [*cuts, len(samples)], strict=True):
            back = values[begin:end, : int(samples[begin])][:, ::-1]
            back[:, : bent.shape[1]] += bent[begin:end, : back.shape[1]]
        return values

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
    """What a bend of the slope at a beat does to the curve from there on.

    It is one curve for all beats, for it fades alike wherever it begins; but it is told from 1
    again every so often.
    """

    def __init__(self, at: Floats, h: Floats, fade: Floats, wide: Bools, edges: Indices) -> None:
        """Of beats (n,) ``at`` cells and what is between them, for bends at any of ``edges``."""
        # Beats beyond the last, where nothing is felt.
        spare = np.arange(1, BEGUN_ANEW + REACH + 1)
        self._at = at = np.append(at, at[-1] + spare)
        fade, h = np.append(fade, spare), np.append(h, spare)
        felt = np.append(~wide, spare < 0)

        self._begin, end = int(edges.min()), int(edges.max())
        begins = np.arange(self._begin, end + 1, BEGUN_ANEW)
        beats = begins[:, None] + np.arange(BEGUN_ANEW + REACH + 1)
        self._slopes = np.ones(beats.shape)
        np.cumprod(fade.take(beats[:, 1:]), axis=1, out=self._slopes[:, 1:])
        self._reach = int(self._reaches(edges).max()) + 2
        length = np.ceil(at.take(beats[:, -1]) - at.take(begins)) + 2 * self._reach
        self._shift = np.cumsum(length) - length - at.take(begins)

        here, beyond = self._slopes[:, :-1], self._slopes[:, 1:]
        width = h.take(beats[:, :-1])
        pieces = np.zeros((4, *beats.shape))
        pieces[1, :, :-1] = here
        pieces[2, :, :-1] = -(2.0 * here + beyond) / width
        pieces[3, :, :-1] = (here + beyond) / width**2
        pieces[1:, :, :-1] *= felt.take(beats[:, :-1])
        self._cells = Cells(
            (at.take(beats) + self._shift[:, None]).ravel(),
            pieces.reshape(4, -1),
            2 * self._reach,
            smooth=bool(felt[: len(wide)].all()),
        )

    def read(self, edges: Indices, after: Floats, bend: Floats) -> Floats:
        """The curve from so many cells ``after`` each of its edges on: (w, k)."""
        samples = max(0, int((self._reaches(edges) - after).max()) + 1)
        part, beat = np.divmod(edges - self._begin, BEGUN_ANEW)
        start = self._at.take(edges) + self._shift.take(part)
        start += np.minimum(np.maximum(after, 0.0), self._reach)  # further off nothing is felt
        bent = self._cells.read(start, samples)
        bent *= (bend / self._slopes[part, beat])[:, None]
        return bent

    def _reaches(self, edges: Indices) -> Floats:
        """How many cells a bend at each of ``edges`` is felt."""
        return self._at.take(edges + REACH, mode="clip") - self._at.take(edges)
