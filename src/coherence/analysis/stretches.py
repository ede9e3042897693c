"""Minutes or hours of beats on an even 4 Hz grid, cut where a hole is too long to bridge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coherence.analysis.series import SAME_TIME_S, NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.analysis.tachogram import (
    CALM_BRIDGE_S,
    FEWEST_BEATS,
    LONGEST_BRIDGE_S,
    SURE_BRIDGE_S,
    bridged,
    holes_between,
)
from coherence.model import Reason


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Beats with no long hole among them, and the same on a grid from the first beat on."""

    beat_t_s: Floats  # (b,) where accepted intervals end
    beat_nn_ms: Floats
    t_s: Floats  # (n,) every quarter second
    nn_ms: Floats

    def __len__(self) -> int:
        return self.t_s.size


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """All stretches of a series, in order of time."""

    parts: tuple[Stretch, ...]
    unsure: bool  # a hole of more than 3 s was bridged, or a longer one left out

    @property
    def longest(self) -> int:
        """Samples of the longest stretch."""
        return max(map(len, self.parts))

    @property
    def seconds(self) -> float:
        return sum(map(len, self.parts)) / RATE_HZ


def stretches(series: NNSeries, rate_hz: float = RATE_HZ) -> Stretches | Reason:
    """Resample all of ``series`` as Kubios does: cubic, from its first accepted beat to its last.

    Holes of up to 5 s are bridged, longer ones part two stretches. Returns ``TOO_FEW_BEATS``
    without four accepted beats in one stretch.

    >>> even = stretches(NNSeries.from_rr([1000.0] * 61))
    >>> (len(even.parts), even.longest, even.seconds)
    (1, 240, 60.0)
    """
    kept = np.flatnonzero(series.accepted)
    at = series.t_s[kept]
    if kept.size > 1:
        ahead = at[1:] > np.maximum.accumulate(at)[:-1] + SAME_TIME_S
        if not ahead.all():  # beats on the same spot: from a file, never from a heart
            kept = kept[np.append(True, ahead)]
            at = series.t_s[kept]
    if kept.size < FEWEST_BEATS:
        return Reason.TOO_FEW_BEATS
    nn_ms = series.rr_ms[kept]
    left, right, length_s = holes_between(series, kept, at, nn_ms)
    cut = length_s > LONGEST_BRIDGE_S
    wide = (length_s > CALM_BRIDGE_S) & ~cut
    hole_start, hole_end = at[left[wide]], at[right[wide]]
    begins = np.append(0, right[cut])
    ends = np.append(right[cut], kept.size)
    parts = []
    for first, after in zip(begins.tolist(), ends.tolist(), strict=True):
        x, y = at[first:after], nn_ms[first:after]
        if len(x) < FEWEST_BEATS:
            continue
        t_s = np.arange(x[0], x[-1], 1.0 / rate_hz)
        inside = (hole_start >= x[0]) & (hole_end <= x[-1])
        parts.append(Stretch(x, y, t_s, bridged(x, y, t_s, hole_start[inside], hole_end[inside])))
    if not parts:
        return Reason.TOO_FEW_BEATS
    return Stretches(tuple(parts), bool((length_s > SURE_BRIDGE_S).any()))
