"""Two hearts: whether they move together beyond what chance gives, and when nothing can be said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

import numpy as np

from coherence.analysis.coherence_ratio import coherence_of, coherence_spectrum
from coherence.analysis.moving_together import (
    concordance,
    lagged_correlation,
    phase_locking,
    wave_coherence,
)
from coherence.analysis.series import IntArray, NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.analysis.two_hearts import LEAST_S, TwoHearts, two_hearts
from coherence.model import Reason
from coherence.pacing import BreathGuide

SHIFT_S = 60  # nearer to each other than this two times of one person are not independent
MOST_SURROGATES = 600
BEYOND_PCT, BEYOND_SD = 99.0, 2.33  # both; false claims by this rule: docs/synchrony.md
LEAST_UNPACED_S = LEAST_S

EVEN = 0.643  # of the coherence: a slow, even rhythm
SAME_HZ = 0.0075  # half a breath a minute
ASKED_EVERY_S = 16.0
LOOK_BACK_S = 80.0


class Finding(Enum):
    """What can be said of two hearts."""

    CHANCE = "no_more_than_chance"
    BEYOND_CHANCE = "beyond_chance"
    SHARED_PACE = "shared_pacing"  # a guide explains it
    ONE_RHYTHM = "one_even_rhythm"  # as with a shared guide, though none was said to run


@dataclass(frozen=True, slots=True)
class Against:
    """One measure, and what it is for the same two hearts set against each other at other times."""

    key: str
    value: float
    surrogate_mean: float
    surrogate_sd: float
    z: float  # standard deviations above the surrogates
    percentile: float  # of the surrogates, how many per cent are lower


@dataclass(frozen=True, slots=True)
class Synchrony:
    """The measure that is told, all of them, and what can be said."""

    told: Against
    measures: tuple[Against, ...]
    surrogates: int
    seconds: float  # that were used
    guided_s: float  # of the time together with a guide, or just after one
    finding: Finding

    @property
    def claim(self) -> bool:
        """Whether it may be said that the two moved together."""
        return self.finding is Finding.BEYOND_CHANCE


Measure = Callable[[Floats, Floats, IntArray], Floats]
MEASURES: tuple[tuple[str, Measure], ...] = (  # the first is the one that is told
    ("lagged_correlation_8s", lagged_correlation),
    ("lagged_correlation_30s", partial(lagged_correlation, window_s=30.0, lag_s=5.0)),
    ("concordance", concordance),
    ("phase_locking", phase_locking),
    ("wave_coherence", wave_coherence),
)


def synchrony(
    first: NNSeries,
    second: NNSeries,
    *,
    guides: Sequence[BreathGuide] = (),
    paced: bool = False,
    from_s: float = -np.inf,
    to_s: float = np.inf,
    measures: Sequence[tuple[str, Measure]] = MEASURES,
) -> Synchrony | Reason:
    """Set two hearts, whose times are of one clock, against each other.

    What is found is told beside surrogates: the same two with one of them turned round by a minute
    and more, at all whole seconds that there are (600 of them at most). Beyond chance is what lies
    above 99 % of them and 2.33 standard deviations above their mean. Where one of ``guides`` ran
    the time does not count, as long as four minutes are left without; else, and with ``paced``,
    sharing the guide is what explains it and nothing is claimed. ``measures``: the first is told.

    Returns the reason where two cannot be compared, as ``two_hearts``.

    >>> rng = np.random.default_rng(1)
    >>> one, other = (NNSeries.from_rr(900 + 30 * rng.normal(size=400)) for _ in range(2))
    >>> found = synchrony(one, other)
    >>> found.claim, found.finding.value, found.surrogates
    (False, 'no_more_than_chance', 240)
    >>> synchrony(one, other, paced=True).finding.value
    'shared_pacing'
    """
    hearts = two_hearts(first, second, guides=guides, from_s=from_s, to_s=to_s)
    if isinstance(hearts, Reason):
        return hearts
    guided_s = float(np.count_nonzero(hearts.guided)) / RATE_HZ
    if guided_s and not paced:
        alone = hearts.without_guide()
        if np.count_nonzero(alone.known) / RATE_HZ >= LEAST_UNPACED_S:
            hearts = alone
        else:
            paced = True
    shifts_s = np.append(0, _shifts_s(int(hearts.seconds)))
    found = []
    for key, measure in measures:
        values = measure(hearts.first, hearts.second, shifts_s)
        if not np.isfinite(values[0]) or np.count_nonzero(np.isfinite(values)) < 100:
            return Reason.GAP
        found.append(_against(key, values))
    told = found[0]
    if paced:
        finding = Finding.SHARED_PACE
    elif told.percentile < BEYOND_PCT or told.z < BEYOND_SD:
        finding = Finding.CHANCE
    elif _one_rhythm(first, second, hearts):
        finding = Finding.ONE_RHYTHM
    else:
        finding = Finding.BEYOND_CHANCE
    return Synchrony(
        told=told,
        measures=tuple(found),
        surrogates=len(shifts_s) - 1,
        seconds=float(np.count_nonzero(hearts.known)) / RATE_HZ,
        guided_s=guided_s,
        finding=finding,
    )


def _shifts_s(seconds: int) -> IntArray:
    """Whole seconds to turn one round by: each at least a minute away from where it was."""
    every = np.arange(SHIFT_S, seconds - SHIFT_S + 1)
    if len(every) <= MOST_SURROGATES:
        return every
    return every[np.linspace(0, len(every) - 1, MOST_SURROGATES).round().astype(np.int64)]


def _against(key: str, values: Floats) -> Against:
    """``values``: as it was, then the surrogates."""
    value, chance = float(values[0]), values[1:][np.isfinite(values[1:])]
    mean, spread = float(chance.mean()), float(chance.std(ddof=1))
    lower = np.count_nonzero(chance < value) + 0.5 * np.count_nonzero(chance == value)
    return Against(
        key,
        value,
        surrogate_mean=mean,
        surrogate_sd=spread,
        z=(value - mean) / spread if spread > 0.0 else 0.0,
        percentile=100.0 * float(lower) / len(chance),
    )


def _one_rhythm(first: NNSeries, second: NNSeries, hearts: TwoHearts) -> bool:
    """Whether both keep one slow, even rhythm at the same rate for most of the time.

    Two who each breathe evenly at the same pace go together whether they know of each other or not.
    """
    asked = same = 0
    end_s = hearts.start_s + hearts.seconds
    for at_s in np.arange(hearts.start_s + LOOK_BACK_S, end_s, ASKED_EVERY_S).tolist():
        index = int((at_s - hearts.start_s) * RATE_HZ)
        if not hearts.known[index]:
            continue
        peaks = [_even_rhythm_hz(series, at_s) for series in (first, second)]
        asked += 1
        one, other = peaks
        same += one is not None and other is not None and abs(one - other) <= SAME_HZ
    return asked > 0 and 2 * same >= asked


def _even_rhythm_hz(series: NNSeries, at_s: float) -> float | None:
    """The rate of the slow, even rhythm that a heart keeps; ``None`` where it keeps none."""
    spectrum = coherence_spectrum(series.window(at_s - LOOK_BACK_S, at_s))
    wave = spectrum if isinstance(spectrum, Reason) else coherence_of(spectrum)
    if isinstance(wave, Reason) or wave.share < EVEN:
        return None
    return wave.peak_hz
