"""What a resonance assessment says: the pace at which the heart answers the breath most, how sure.

The stepped and the sliding protocol are scored in files of their own; both end in a ``Resonance``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import Floats
from coherence.analysis.window import Window
from coherence.model import Gap

MOST_ARTEFACTS_PCT = 5.0
LEAST_COVERAGE = 0.90
NEAR_PER_MIN = 0.5  # "certain" means: within so much of the pace that is said
FOUND_FROM = 0.5  # of certainty; below it what is comfortable is as good
CLEAR_FROM, FAIRLY_FROM = 0.85, 0.65
SLOWEST_PER_MIN, QUICKEST_PER_MIN = 4.25, 6.75  # beyond what was tried nothing is said
SAME_PER_MIN = 0.3  # two assessments of one person differ by so much without a reason


class Outcome(Enum):
    """How an assessment came out; all but ``FOUND`` have no pace."""

    FOUND = "found"
    NO_CLEAR_RESONANCE = "no_clear_resonance"
    NOT_FOLLOWING = "not_following"  # the heart does not move with the guide
    TOO_IRREGULAR = "too_irregular"  # too many beats are not plain ones
    TOO_LITTLE = "too_little"  # too few breaths or beats to say anything


class Rejection(Enum):
    """Why a step does not count."""

    TOO_FEW_BREATHS = "too_few_breaths"
    COVERAGE = "coverage"
    ARTEFACTS = "artefacts"
    OTHER_BREATH = "other_breath"  # the breath measured from the heart is not the guide's
    NOT_WITH_GUIDE = "not_with_guide"  # the heart has no steady place in the guide's breath


class Certainty(Enum):
    """``certainty`` in words."""

    CLEAR = "clear"
    FAIRLY_CLEAR = "fairly clear"
    FIRST_IMPRESSION = "a first impression"
    NOT_CLEAR = "not clear"


@dataclass(frozen=True, slots=True)
class Criteria:
    """The six criteria of Shaffer and Meehan 2020 at one pace, in their order of priority."""

    lag_deg: float  # heart rate after the guide's volume, (-180, 180]; 0 is together
    locking: float  # 0 to 1: how steadily; ranked with the lag as one criterion
    swing_bpm: float  # highest less lowest heart rate, mean over the breaths
    lf_ms2: float  # 0.04 to 0.15 Hz
    lf_peak_ms2_hz: float  # the highest power in it
    smoothness: float  # 0 to 1: the share that a sine at the pace and its overtone account for
    lf_peaks: int  # fewest is best


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of the stepped protocol, or why it does not count."""

    per_min: float
    start_s: float  # of what is kept …
    end_s: float
    breaths: int  # … of it
    coverage: float
    artefact_pct: float
    measured_per_min: float | None  # the breath, as far as the heart tells
    criteria: Criteria | None  # ``None`` where it cannot be worked out
    rejected: tuple[Rejection, ...] = ()
    score: float | None = None  # 0 to 1, among the steps that count


@dataclass(frozen=True, slots=True, eq=False)
class SlideCurve:
    """The heart's swing along the slide: (k,) half-waves; ``smooth_ms`` is read for the answer."""

    t_s: Floats
    per_min: Floats
    swing_ms: Floats
    smooth_ms: Floats


@dataclass(frozen=True, slots=True)
class Resonance:
    """The outcome of one assessment. ``per_min`` is ``None`` unless it is ``FOUND``."""

    outcome: Outcome
    per_min: float | None
    certainty: float  # 0 to 1: that there is a resonance, within 0.5 a minute of ``per_min``
    uncertainty_per_min: float | None  # half-width of the 95 % band
    published_per_min: (
        float | None
    )  # by the published score alone: criteria and parabola, or LOWESS
    artefact_pct: float
    steps: tuple[StepResult, ...] = ()  # of the stepped protocol
    best_step_per_min: float | None = None  # by the six criteria
    slide: SlideCurve | None = field(default=None, repr=False, compare=False)

    @property
    def certainty_words(self) -> Certainty:
        if self.outcome is not Outcome.FOUND:
            return Certainty.NOT_CLEAR
        if self.certainty >= CLEAR_FROM:
            return Certainty.CLEAR
        return (
            Certainty.FAIRLY_CLEAR if self.certainty >= FAIRLY_FROM else Certainty.FIRST_IMPRESSION
        )


class Drift(Enum):
    """A later assessment beside an earlier one."""

    SAME = "same"
    SLOWER = "slower"
    QUICKER = "quicker"


@dataclass(frozen=True, slots=True)
class Found:
    """A pace that was found before, and how far it could be off."""

    per_min: float
    uncertainty_per_min: float


def drift(now: Found, before: Found) -> Drift:
    """Whether the pace has moved by more than both assessments leave open.

    >>> drift(Found(5.4, 0.4), Found(5.7, 0.4)), drift(Found(5.0, 0.4), Found(6.2, 0.4))
    (<Drift.SAME: 'same'>, <Drift.SLOWER: 'slower'>)
    """
    open_per_min = math.hypot(now.uncertainty_per_min, before.uncertainty_per_min)
    moved = now.per_min - before.per_min
    if abs(moved) <= max(SAME_PER_MIN, open_per_min):
        return Drift.SAME
    return Drift.SLOWER if moved < 0.0 else Drift.QUICKER


def together(results: Sequence[Found]) -> Found:
    """One pace from a stepped and a sliding assessment: the mean, the surer one counting more.

    >>> together([Found(5.4, 0.4), Found(5.8, 0.4)]).per_min
    5.6
    """
    weights = [1.0 / max(result.uncertainty_per_min, 0.1) ** 2 for result in results]
    pairs = zip(weights, results, strict=True)
    per_min = sum(w * result.per_min for w, result in pairs) / sum(weights)
    return Found(round(per_min, 9), min(result.uncertainty_per_min for result in results))


def how_sound(
    series: NNSeries, gaps: Sequence[Gap], start_s: float, end_s: float
) -> tuple[float, float]:
    """(coverage 0 to 1, artefacts in per cent) of a stretch."""
    trailing = Window(series, end_s, gaps=gaps).trailing(end_s - start_s)
    return trailing.coverage, trailing.artefact_pct
