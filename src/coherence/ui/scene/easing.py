"""How things come and go: pure functions of a value, where it is heading, and the time passed."""

from __future__ import annotations

import math

GROW_S = 4.0  # the light may grow in this time …
FADE_S = 3.0 * GROW_S  # … and fades three times slower, so that one sigh does not dim the sky
_SETTLED = 3.0  # time constants until 95 % of the way


def eased(value: float, target: float, dt_s: float, time_s: float) -> float:
    """``value`` after ``dt_s`` on its way to ``target``; 95 % of the way is done in ``time_s``.

    >>> round(eased(0.0, 1.0, 4.0, 4.0), 2)
    0.95
    """
    return target + (value - target) * math.exp(-_SETTLED * max(0.0, dt_s) / time_s)


def eased_light(value: float, target: float, dt_s: float) -> float:
    """The light after ``dt_s``: quick to grow, slow to fade."""
    return eased(value, target, dt_s, GROW_S if target > value else FADE_S)


def smooth(share: float) -> float:
    """0 to 1 with no slope at either end (smoothstep); held outside.

    >>> smooth(-1.0), smooth(0.5), smooth(2.0)
    (0.0, 0.5, 1.0)
    """
    share = max(0.0, min(1.0, share))
    return share * share * (3.0 - 2.0 * share)
