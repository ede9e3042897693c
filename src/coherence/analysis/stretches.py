"""Minutes or hours of beats on an even 4 Hz grid, cut where a hole is too long to bridge."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.analysis.tachogram import FEWEST_BEATS, SURE_BRIDGE_S, JoinedBeats
from coherence.model import Reason

LONG = 14_400  # samples: an hour
FEWEST_SAMPLES = 4  # a second


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
        return max([part.t_s.size for part in self.parts])

    @property
    def samples(self) -> int:
        """Those of all."""
        return sum([part.t_s.size for part in self.parts])

    @property
    def seconds(self) -> float:
        return self.samples / RATE_HZ


def stretches(beats: NNSeries | JoinedBeats, rate_hz: float = RATE_HZ) -> Stretches | Reason:
    """Resample all of ``beats`` as Kubios does: cubic, from the first accepted one to the last.

    Holes of up to 5 s are bridged, longer ones part two stretches. Returns ``TOO_FEW_BEATS``
    without four accepted beats in one stretch.

    >>> even = stretches(NNSeries.from_rr([1000.0] * 61))
    >>> (len(even.parts), even.longest, even.seconds)
    (1, 240, 60.0)
    """
    joined = beats if isinstance(beats, JoinedBeats) else JoinedBeats(beats)
    parts = []
    for number, (first, after) in enumerate(pairwise((*joined.begins, len(joined)))):
        if after - first < FEWEST_BEATS:
            continue
        part = joined.part(number)
        t_s = np.arange(float(part.at[0]), float(part.at[-1]), 1.0 / rate_hz)
        if t_s.size < FEWEST_SAMPLES:  # beats on one spot, as only a file may hold
            continue
        parts.append(Stretch(part.at, part.nn_ms, t_s, part.read(t_s)))
        if t_s.size > LONG:
            joined.let_go(number)
    if not parts:
        return Reason.TOO_FEW_BEATS
    unsure = bool(joined.hole_s.size) and bool((joined.hole_s > SURE_BRIDGE_S).any())
    return Stretches(tuple(parts), unsure)
