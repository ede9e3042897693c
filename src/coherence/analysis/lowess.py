"""LOWESS: a smooth line through scattered points, straight and local at each place.

Cleveland 1979 (J Am Stat Assoc 74:829-836) without the robust passes, as the sliding assessment
asks for it (Fisher and Lehrer 2022).
"""

from __future__ import annotations

import numpy as np

from coherence.analysis.spectrum import Floats


def lowess(x: Floats, y: Floats, nearest: int) -> Floats:
    """Smooth ``y`` (n,) over ``x`` (n,), which rises strictly: returns (n,).

    At each x a straight line is fitted to the ``nearest`` points (all, if there are fewer), which
    weigh (1 - (d/dmax)³)³ by their distance.

    >>> lowess(np.arange(6.0), 2.0 * np.arange(6.0) + 1.0, 4)
    array([ 1.,  3.,  5.,  7.,  9., 11.])
    """
    n = len(x)
    k = min(nearest, n)
    if k < 3:  # a line needs two points with a weight, and the farthest has none
        return y.astype(np.float64)
    # The nearest k are a block; it moves on while the next point is nearer than the first of it.
    first = np.searchsorted(x[k:] + x[:-k], 2.0 * x) if k < n else np.zeros(n, np.intp)
    block = first[:, None] + np.arange(k)
    away = x[block] - x[:, None]
    farthest = np.abs(away).max(axis=1, keepdims=True)
    weight = (1.0 - (np.abs(away) / farthest) ** 3) ** 3
    values = y[block]
    # About its own place a line's height is its intercept: two sums of weighted moments suffice.
    total = weight.sum(axis=1)
    mean_x = (weight * away).sum(axis=1) / total
    mean_y = (weight * values).sum(axis=1) / total
    about = away - mean_x[:, None]
    spread = (weight * about**2).sum(axis=1)
    slope = (weight * about * values).sum(axis=1) / np.where(spread > 0.0, spread, 1.0)
    smooth: Floats = mean_y - slope * mean_x
    return smooth
