"""How long a heart takes to come back after a marked moment, and how sure that is.

The heart rate before the moment gives a range; after it the rate leaves that range, or does not,
and comes back to stay. It says nothing of what somebody felt, only of the heart rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BEFORE_S = 60.0  # of the time before the moment that gives the range
LEAST_BEFORE_S = 30.0
WINDOW_S = 10.0  # each heart rate is that of the ten seconds before it: so sure is any time
LEAST_BPM = 2.0  # a heart rate that keeps within so little has not left
LEAVES_WITHIN_S = 60.0  # what comes later is not taken for an answer to the moment
STAYS_S = 20.0  # back is who stays for so long
BAND_SD = 1.96
T_975 = (12.71, 4.303, 3.182, 2.776, 2.571)  # Student's t, by degrees of freedom from 1 on


class Course(Enum):
    """What the heart rate did after the moment."""

    UNKNOWN = "unknown"  # too little was heard before or after
    STAYED = "stayed"  # it kept within the range of before
    AWAY = "away"  # it left and has not come back yet
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Recovery:
    """``seconds`` from the moment on; of a heart still away, how long that is so far.

    ``low_s`` to ``high_s`` is where it lies if the range of before, told from a minute, was a
    little narrower or wider; ``high_s`` is ``None`` where the heart may not be back at all.
    """

    course: Course
    seconds: float | None = None
    low_s: float | None = None
    high_s: float | None = None


def recovery(t_s: Floats, hr_bpm: Floats, at_s: float, until_s: float | None = None) -> Recovery:
    """Follow a heart rate (n,) told once a second, NaN where unknown, from ``at_s`` on.

    Where the moment lasted ``until_s`` the time is counted from its end: 0 where the heart was
    back before that.

    >>> t = np.arange(300.0)
    >>> rate = 60.0 + np.where((t > 122) & (t < 170), 12.0, 0.0) + np.sin(t)
    >>> found = recovery(t, rate, 120.0)
    >>> found.course.value, found.seconds
    ('back', 50.0)
    """
    before = hr_bpm[(t_s > at_s - BEFORE_S) & (t_s <= at_s)]
    before = before[~np.isnan(before)]
    after = (t_s > at_s) & ~np.isnan(hr_bpm)
    if len(before) < LEAST_BEFORE_S or np.count_nonzero(after) < WINDOW_S:
        return Recovery(Course.UNKNOWN)
    lasted_s = 0.0 if until_s is None else max(0.0, until_s - at_s)
    since_s, rate = t_s[after] - at_s, hr_bpm[after]
    middle, spread = float(before.mean()), float(before.std(ddof=1))
    half = max(LEAST_BPM, BAND_SD * spread)
    within_s = lasted_s + LEAVES_WITHIN_S
    back_s = _back_s(since_s, rate, middle, half, within_s)
    if back_s == 0.0:
        return Recovery(Course.STAYED)
    if back_s is None:
        return Recovery(Course.AWAY, max(0.0, float(since_s[-1]) - lasted_s))
    alone = max(2, int(len(before) / WINDOW_S))  # readings that share no beats
    unsure = T_975[min(alone - 1, len(T_975)) - 1] * spread / math.sqrt(alone)
    wide = _back_s(since_s, rate, middle, half + unsure, within_s)
    narrow = _back_s(since_s, rate, middle, max(half - unsure, 0.5 * half), within_s)
    low_s = min(back_s, wide or 0.0) - WINDOW_S / 2
    high_s = None if narrow is None else max(back_s, narrow) + WINDOW_S / 2
    return Recovery(
        Course.BACK,
        max(0.0, back_s - lasted_s),
        max(0.0, low_s - lasted_s),
        None if high_s is None else max(0.0, high_s - lasted_s),
    )


def _back_s(
    since_s: Floats, rate: Floats, middle: float, half: float, within_s: float
) -> float | None:
    """When the rate is back within ``half`` of ``middle`` to stay; 0 where it never left."""
    away = np.abs(rate - middle) > half
    left = np.flatnonzero(away & (since_s <= within_s))
    if not len(left):
        return 0.0
    for i in range(int(left[0]) + 1, len(since_s)):
        stays = (since_s >= since_s[i]) & (since_s <= since_s[i] + STAYS_S)
        if since_s[-1] - since_s[i] < STAYS_S:
            return None
        if not away[stays].any():
            return float(since_s[i])
    return None
