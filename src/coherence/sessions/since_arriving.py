"""What has changed since a person arrived: only between times that may be compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from coherence.analysis.marker import likely_range
from coherence.analysis.markers import LIVE
from coherence.sessions.view import SessionView

ROWS = {marker.key: marker for marker in LIVE}
LEAST_S = 30  # of readings while arriving
LONGEST_S = 180.0  # arriving is the first minutes, where no guide ever begins
BAND_SD = 1.96


class Sure(Enum):
    """How a change stands against what varies anyway."""

    WITHIN = "within"  # within what arriving itself showed
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Change:
    """From arriving to now; ``ratio`` where the marker is compared by ratios."""

    now: float
    arriving: float
    sure: Sure | None  # None: cannot be told
    ratio: bool


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Why there is no change to tell: ``paced`` where slow breathing would distort it."""

    paced: bool = False


def since_arriving(view: SessionView, key: str) -> Change | NotCompared:
    """How the marker ``key`` stands against the time before the guide first ran.

    A marker for rest (RMSSD) is compared only while no guide has run in its window.
    """
    marker, value = ROWS[key], view.values.get(key)
    if value is None or value.value is None or not len(view.history_t_s):
        return NotCompared()
    t_s, column = view.history_t_s, view.history[key]
    paced = ~np.isnan(view.guide.phase(t_s))
    first_s = float(t_s[paced][0]) if paced.any() else math.inf
    until_s = min(first_s, float(t_s[0]) + LONGEST_S)
    here = (t_s < until_s) & ~np.isnan(column)
    then = column[here]
    if len(then) < LEAST_S or view.now_s <= until_s:
        return NotCompared()
    if marker.resting_only and bool(paced[t_s > view.now_s - marker.window_s].any()):
        return NotCompared(paced=True)
    arriving = float(np.median(then))
    if marker.ratio_band:
        likely = likely_range(marker, value)
        return Change(value.value, arriving, _by_ratio(value.value, arriving, likely), ratio=True)
    spread = float(then.std(ddof=1))
    alone = max(1.0, (float(t_s[here][-1] - t_s[here][0])) / marker.window_s)
    half = BAND_SD * spread * math.sqrt(1.0 + 1.0 / alone)
    sure = Sure.BEYOND if abs(value.value - arriving) > half else Sure.WITHIN
    return Change(value.value, arriving, sure, ratio=False)


def _by_ratio(now: float, then: float, likely: tuple[float, float] | None) -> Sure | None:
    """Both are as unsure as the present one, so the ratio is √2 times as unsure."""
    if likely is None or min(now, then, likely[1]) <= 0.0:
        return None
    half = math.sqrt(2.0) * math.log(likely[1] / now)
    return Sure.BEYOND if abs(math.log(now / then)) > half else Sure.WITHIN
