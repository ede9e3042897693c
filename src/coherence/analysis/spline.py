"""Curves through the beats: the cubic spline, and one that never overshoots; as SciPy has them.

NumPy only: the tests hold both against their namesakes in SciPy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SWEPT = 100  # knots: for fewer the sweep is the quicker one
HALVINGS, POLISHES = 3, 2
AT_ONCE = 8192  # points: on the way to each stand five numbers
FEW_POINTS = 900  # for more, where the knots fall among them costs less to find than their pieces


class Spline:
    """Cubic pieces between knots ``x`` (n,), ready to be read at many points."""

    __slots__ = ("_pieces", "x")

    def __init__(self, x: Floats, y: Floats, h: Floats, m: Floats, slopes: Floats) -> None:
        """``h`` (n-1,) are the widths and ``m`` (n-1,) the mean slopes of the pieces."""
        self.x = x
        pieces = self._pieces = np.empty((5, len(h)))
        pieces[0], pieces[1], pieces[2] = x[:-1], y[:-1], slopes[:-1]
        bend, twist = pieces[3], pieces[4]
        np.subtract(m, slopes[:-1], bend)
        np.subtract(slopes[1:], m, twist)
        twist -= bend
        twist /= h
        bend /= h
        bend -= twist
        twist /= h

    @classmethod
    def through(cls, x: Floats, y: Floats) -> Spline:
        """The not-a-knot cubic spline, as ``scipy.interpolate.CubicSpline``.

        ``x`` (n,) increases strictly, n >= 4; ``y`` (n,).

        >>> x = np.array([0.0, 1.0, 2.5, 3.0, 4.5])
        >>> Spline.through(x, x**3).at(np.array([2.0, 4.0]))
        array([ 8., 64.])
        """
        h = x[1:] - x[:-1]
        m = y[1:] - y[:-1]
        m /= h
        return cls(x, y, h, m, spline_slopes(h, m))

    def at(self, t: Floats) -> Floats:
        """The curve at each of ``t`` (m,), which rises and lies within the knots."""
        if t.size <= AT_ONCE:
            return self._at(t)
        curve = np.empty(t.size)
        for first in range(0, t.size, AT_ONCE):
            part = slice(first, first + AT_ONCE)
            curve[part] = self._at(t[part])
        return curve

    def _at(self, t: Floats) -> Floats:
        if t.size < FEW_POINTS or t.size < self.x.size:
            pieces = self._pieces.take(self.x[1:-1].searchsorted(t, side="right"), axis=1)
        else:
            ends = t.searchsorted(self.x)
            ends[0], ends[-1] = 0, t.size
            pieces = self._pieces.repeat(ends[1:] - ends[:-1], axis=1)
        # Each row by its number: to unpack an array asks for one too many, and so for an error.
        u = t - pieces[0]
        curve: Floats = pieces[4]
        for row in (3, 2, 1):
            curve *= u
            curve += pieces[row]
        return curve


def cubic_spline(x: Floats, y: Floats, at: Floats) -> Floats:
    """The not-a-knot cubic spline through (x, y) at each of ``at``, which rises; see ``Spline``."""
    return Spline.through(x, y).at(at)


def pchip(x: Floats, y: Floats, at: Floats) -> Floats:
    """Evaluate the shape-preserving cubic through (x, y) at ``at``: it never overshoots a knot.

    As ``scipy.interpolate.PchipInterpolator`` (Fritsch and Butland 1984); n >= 3; ``at`` rises.
    """
    h = np.diff(x)
    m = np.diff(y) / h
    return Spline(x, y, h, m, pchip_slopes(h, m)).at(at)


def pchip_slopes(h: Floats, m: Floats) -> Floats:
    """Slopes (n,) at the knots of the shape-preserving cubic; ``h`` and ``m`` (n-1,), n >= 3."""
    slopes = np.zeros(len(h) + 1)
    same = m[:-1] * m[1:] > 0
    w1, w2 = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    safe = np.where(same, m[:-1], 1.0), np.where(same, m[1:], 1.0)
    slopes[1:-1] = np.where(same, (w1 + w2) / (w1 / safe[0] + w2 / safe[1]), 0.0)
    slopes[0] = _pchip_edge(h[0], h[1], m[0], m[1])
    slopes[-1] = _pchip_edge(h[-1], h[-2], m[-1], m[-2])
    return slopes


def _pchip_edge(h0: float, h1: float, m0: float, m1: float) -> float:
    slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
    if slope * m0 <= 0:
        return 0.0
    if m0 * m1 < 0 and abs(slope) > 3 * abs(m0):
        return 3 * m0
    return slope


def spline_slopes(h: Floats, m: Floats) -> Floats:
    """Slopes (n,) at the knots of the not-a-knot spline.

    ``h`` (n-1,) are the widths and ``m`` (n-1,) the mean slopes of the pieces; n >= 4.
    """
    # Not-a-knot: the first two pieces are one cubic, and so are the last two. That tells the slope
    # at either end from the one beside it.
    (h0, h1), (hy, hz) = h[:2].tolist(), h[-2:].tolist()
    (m0, m1), (my, mz) = m[:2].tolist(), m[-2:].tolist()
    first, last = h0 + h1, hy + hz
    edge_0 = ((h0 + 2.0 * first) * h1 * m0 + h0 * h0 * m1) / first
    edge_z = ((hz + 2.0 * last) * hy * mz + hz * hz * my) / last
    inner = (_swept if h.size < SWEPT else _halved)(h, m, edge_0 / h0, edge_z / hy)
    slopes = np.empty(h.size + 1)
    slopes[1:-1] = inner
    slopes[0] = (edge_0 - first * inner[0]) / h1
    slopes[-1] = (edge_z - last * inner[-1]) / hy
    return slopes


def _swept(h: Floats, m: Floats, edge_0: float, edge_z: float) -> list[float]:
    """The inner slopes by a sweep there and back, in plain floats.

    Continuous second derivatives: behind s[i - 1] + whole s[i] + s[i + 1] = right.
    """
    widths = h[1:] / h[:-1]
    rights = widths * m[:-1]
    rights += m[1:]
    rights *= 3.0
    behind: list[float] = widths.tolist()
    right: list[float] = rights.tolist()
    widths += 1.0
    widths *= 2.0
    whole: list[float] = widths.tolist()
    behind[0] = 0.0
    for end, edge in (0, edge_0), (-1, edge_z):
        whole[end] *= 0.5
        right[end] -= edge
    pivot, value = 1.0, 0.0
    for i, (w, b, r) in enumerate(zip(whole, behind, right, strict=True)):
        b /= pivot
        whole[i] = pivot = w - b
        right[i] = value = r - b * value
    value = 0.0
    for i in range(len(right) - 1, -1, -1):
        right[i] = value = (right[i] - value) / whole[i]
    return right


def _halved(h: Floats, m: Floats, edge_0: float, edge_z: float) -> Floats:
    """The inner slopes all at once: each is told from the two beside it, again and again.

    That leaves it coupled to those twice as far, and much more weakly: after three times to those
    8 knots away by some 1e-4. Two passes settle what is left, to the twelfth digit.
    """
    # Continuous second derivatives, in a form in which both couplings of a pair are the same:
    # diagonal[i] s[i] = right[i] + coupling[i] s[i + step] + coupling[i - step] s[i - step]
    g = 1.0 / h
    pull = m * g
    right = pull[1:] + pull[:-1]
    right *= 3.0
    diagonal = g[1:] + g[:-1]
    diagonal *= 2.0
    diagonal[0] *= 0.5
    diagonal[-1] *= 0.5
    right[0] -= edge_0 * g[1]
    right[-1] -= edge_z * g[-1]
    step, coupling = 1, -g[1:-1]
    for _ in range(HALVINGS):
        # With names of their own: what is added to a slice in place is copied onto itself.
        near, far = diagonal[:-step], diagonal[step:]
        near_right, far_right = right[:-step], right[step:]
        ahead, behind = coupling / far, coupling / near
        told_ahead, told_behind = ahead * far_right, behind * near_right
        near_right += told_ahead
        far_right += told_behind
        behind *= coupling
        near -= ahead * coupling
        far -= behind
        coupling = ahead[:-step] * coupling[step:]
        step *= 2
    inner: Floats = right / diagonal
    for _ in range(POLISHES):
        known = right.copy()
        near, far = known[:-step], known[step:]
        near += coupling * inner[step:]
        far += coupling * inner[:-step]
        known /= diagonal
        inner = known
    return inner
