"""One curve through a whole recording, bent at the edges of each window to be that window's own.

A window's not-a-knot spline and the recording's differ only near the window's edges: by a solution
of the same equations without a right-hand side, which shrinks to a quarter from beat to beat. It
is told from the first (last) three beats of the window alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.series import SAME_TIME_S, NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.analysis.spline import pchip_slopes, spline_slopes
from coherence.analysis.tachogram import CALM_BRIDGE_S, FEWEST_BEATS, LONGEST_BRIDGE_S

Indices = NDArray[np.int64]

REACH = 17  # pieces from an edge: there a bend is below 1e-9 of what it was, in ms below 1e-10
FEWEST_APART = 2 * REACH  # beats of a window whose edges know nothing of each other
SETTLING = 10  # passes until a share that depends on all beats after it is known to 1e-12


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

        slopes = np.zeros(n)
        # Slope beyond an edge over the slope at it, for a bend that fades away from that edge.
        self._fade_right, self._fade_left = np.zeros(n), np.zeros(n)
        cut = np.flatnonzero(self.hole_s > LONGEST_BRIDGE_S) + 1
        for first, after in zip([0, *cut.tolist()], [*cut.tolist(), n], strict=True):
            part = slice(first, after)
            if after - first < FEWEST_BEATS or not self.sound[part].all():
                self.sound[part] = False
                continue
            width = np.diff(self.x[part])
            slopes[part] = spline_slopes(width, np.diff(self.y[part]) / width)
            self._fade_right[part] = _fading(width)
            self._fade_left[part] = _fading(width[::-1])[::-1]
        self._slopes = slopes
        self._h = np.maximum(h, SAME_TIME_S)
        self._m = np.diff(self.y) / self._h
        self._slope = slopes[:-1].copy()
        self._twist = (slopes[:-1] + slopes[1:] - 2.0 * self._m) / self._h**2
        self._bend = (self._m - slopes[:-1]) / self._h - self._twist * self._h
        # Wide holes are bridged by the calm curve, which no edge further off bends.
        self.wide = self.hole_s > CALM_BRIDGE_S
        self._bridges = bool(self.wide.any())
        calm = pchip_slopes(self._h, self._m) if n > 2 else slopes
        i = np.flatnonzero(self.wide)
        self._slope[i] = calm[i]
        self._twist[i] = (calm[i] + calm[i + 1] - 2.0 * self._m[i]) / self._h[i] ** 2
        self._bend[i] = (self._m[i] - calm[i]) / self._h[i] - self._twist[i] * self._h[i]
        self._per_width = 1.0 / self._h
        self._following = np.append(self.x[1:], np.inf)
        # The beat at or before each quarter second.
        self._start_s = float(self.x[0]) if n else 0.0
        into = np.ceil((self.x - self._start_s) * RATE_HZ).astype(np.int64)
        self._before = np.cumsum(np.bincount(into, minlength=1)) - 1
        self._crowded = bool((h < 1.0 / RATE_HZ).any())

    def read(self, start_s: Floats, samples: int, first: Indices, last: Indices) -> Floats:
        """The curve of each window (w, samples), by quarter seconds from ``start_s`` (w,) on.

        ``first`` and ``last`` (w,) are the positions of its outermost accepted beats; beyond the
        last one there is nothing to be read.
        """
        at_s = start_s[:, None] + np.arange(samples) / RATE_HZ
        cell = ((start_s - self._start_s) * RATE_HZ).astype(np.int64)
        piece = self._before.take(cell[:, None] + np.arange(samples), mode="clip")
        piece += self._following.take(piece) <= at_s
        while self._crowded and (more := self._following.take(piece) <= at_s).any():
            piece += more
        np.minimum(piece, last[:, None] - 1, out=piece)
        u = at_s
        u -= self.x.take(piece)
        values: Floats = self._twist.take(piece)
        for part in (self._bend, self._slope, self.y):
            values *= u
            values += part.take(piece)
        left, right = self._bends(first, last)
        # The columns in which any window is near its edges.
        reached = float((self.x.take(first + REACH, mode="clip") - start_s).max())
        near = slice(0, min(samples, max(0, int(reached * RATE_HZ) + 1)))
        self._bend_near(values, near, piece, u, left, first, forward=True)
        reached = float((self.x.take(np.maximum(0, last - REACH)) - start_s).min())
        near = slice(min(samples, max(0, int(reached * RATE_HZ) - 1)), samples)
        self._bend_near(values, near, piece, u, right, last - 1, forward=False)
        return values

    def _bends(self, first: Indices, last: Indices) -> tuple[Floats, Floats]:
        """Slope at the outermost beats and those inwards: the window's less the recording's."""
        h, m, s = self._h, self._m, self._slopes
        found = []
        for edge, fade, step in ((first, self._fade_right, 1), (last, self._fade_left, -1)):
            shift = 0 if step > 0 else -1
            h0, h1 = h[edge + shift], h[edge + step + shift]
            m0, m1 = m[edge + shift], m[edge + step + shift]
            both = h0 + h1
            told = ((h0 + 2.0 * both) * h1 * m0 + h0 * h0 * m1) / both
            off = told - h1 * s[edge] - both * s[edge + step]
            inwards = edge[:, None] + step * np.arange(1, REACH + 1)
            shares = np.ones((len(edge), REACH + 2))
            np.cumprod(fade.take(inwards, mode="clip"), axis=1, out=shares[:, 1:-1])
            shares *= (off / (h1 + both * shares[:, 1]))[:, None]
            shares[:, REACH:] = 0.0
            found.append(shares)
        return found[0], found[1]

    def _bend_near(
        self,
        values: Floats,
        near: slice,
        piece: Indices,
        u: Floats,
        bends: Floats,
        edge: Indices,
        *,
        forward: bool,
    ) -> None:
        """Add to ``values`` what a bend of the slopes does in the pieces from one edge on."""
        if near.start >= near.stop:
            return
        piece, u = piece[:, near], u[:, near]
        away = piece - edge[:, None] if forward else edge[:, None] - piece
        np.minimum(away, REACH, out=away)
        away += np.arange(len(bends))[:, None] * bends.shape[1]
        flat = bends.ravel()
        here, beyond = flat.take(away), flat[1:].take(away)
        if not forward:
            here, beyond = beyond, here
        # Hermite: a slope at either end of a piece, and no rise.
        v = self._per_width.take(piece)
        v *= u
        rest = 1.0 - v
        here *= rest
        beyond *= v
        here -= beyond
        rest *= u
        here *= rest
        if self._bridges:
            here[self.wide.take(piece)] = 0.0
        values[:, near] += here


def _fading(h: Floats) -> Floats:
    """Slope at each knot over that at the one before it, of a bend that fades forwards: (n,)."""
    share = np.full(len(h) + 1, -0.27)
    diagonal = 2.0 * (h[1:] + h[:-1])
    for _ in range(SETTLING):
        # h[i] s[i-1] + 2 (h[i-1] + h[i]) s[i] + h[i-1] s[i+1] = 0
        share[1:-1] = -h[1:] / (diagonal + h[:-1] * share[2:])
    return share
