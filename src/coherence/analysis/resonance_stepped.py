"""The stepped protocol: six criteria at each of five paces, and the pace that has most of them.

Criteria and their order are those of Shaffer and Meehan (Front Neurosci 2020, 14:570400), who give
no weights; the weights here are ours. Among five noisy steps the best one is only a beginning: a
parabola moves the answer between them, and the resonance that fits all of them settles it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from coherence.analysis.resonance import (
    LEAST_COVERAGE,
    MOST_ARTEFACTS_PCT,
    Outcome,
    Rejection,
    Resonance,
    StepResult,
    how_sound,
)
from coherence.analysis.resonance_criteria import PacedWave, criteria
from coherence.analysis.resonance_curve import (
    BREATHS_AS_ONE,
    LEAST_SIGNAL,
    LOOSE_DELAY_S,
    USUAL_DELAY_S,
    Complexes,
    resonance_curve,
)
from coherence.analysis.respiration import breath_swings, guided_bounds
from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.analysis.tachogram import Stamp, tachogram
from coherence.model import Gap, Reason
from coherence.pacing import Breath
from coherence.protocols import FEWEST_BREATHS, PacedStep

WEIGHTS = (0.30, 0.25, 0.15, 0.10, 0.10, 0.10)
SETTLING_S = 20.0  # left out of each step: whole breaths, as long as eight are left
LEAD_S = 12.0  # beats before what is kept, for the spline
BREATH_OFF_PER_MIN = 0.5
LEAST_LOCKING = 0.7  # a heart that does not follow reaches 0.67 in a step by chance, in one of 20
FEWEST_STEPS = 3
FEWEST_SWINGS = 5  # breaths of a step with beats enough to see a swing
TIE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """A step and the waves in it: (k,) of heart rate, one a breath."""

    step: StepResult
    waves: Complexes


def score_stepped(
    series: NNSeries,
    steps: Sequence[PacedStep],
    gaps: Sequence[Gap] = (),
    *,
    one_clock: bool = True,
) -> Resonance:
    """Score the beats of a stepped protocol whose guide breathed ``steps``.

    Without ``one_clock`` beats and guide were not timed by the same clock.
    """
    measured = [_measure(series, step, gaps) for step in steps]
    every = tuple(m.step for m in measured)
    start_s, end_s = (steps[0].start_s, steps[-1].end_s) if steps else (0.0, 0.0)
    _, artefacts_pct = how_sound(series, gaps, start_s, end_s)
    count = [i for i, step in enumerate(every) if not step.rejected]
    if len(count) < FEWEST_STEPS:
        return Resonance(_why_not(every), None, 0.0, None, None, artefacts_pct, every)
    scores = dict(zip(count, _scores([every[i] for i in count]), strict=True))
    every = tuple(replace(step, score=scores.get(i)) for i, step in enumerate(every))
    best = max(count, key=lambda i: scores[i] + TIE * _swing(every[i]))
    per_min = np.array([every[i].per_min for i in count])
    swings = np.array([_swing(every[i]) for i in count])
    published = refined(per_min, swings, count.index(best))
    each = [measured[i].waves for i in count]
    waves = np.array([w.mean() for w in each])
    scatter = float(np.mean([np.mean(np.abs(w - w.mean()) ** 2) / len(w) for w in each]))
    delay_s = USUAL_DELAY_S if one_clock else LOOSE_DELAY_S
    curve = resonance_curve(per_min, waves, BREATHS_AS_ONE * scatter, published, delay_s)
    outcome = Outcome.FOUND if curve.found else Outcome.NO_CLEAR_RESONANCE
    if curve.signal < LEAST_SIGNAL:
        outcome = Outcome.NOT_FOLLOWING
    found = outcome is Outcome.FOUND
    return Resonance(
        outcome=outcome,
        per_min=curve.within_reach if found else None,
        certainty=0.0 if outcome is Outcome.NOT_FOLLOWING else curve.certainty,
        uncertainty_per_min=1.96 * curve.sd_per_min if found else None,
        published_per_min=published,
        artefact_pct=artefacts_pct,
        steps=every,
        best_step_per_min=every[best].per_min,
    )


def _swing(step: StepResult) -> float:
    return step.criteria.swing_bpm if step.criteria is not None else 0.0


def kept_breaths(step: PacedStep) -> tuple[Breath, ...]:
    """The breaths of a step after its beginning: 20 to 30 s, or less where eight are to be left."""
    first = step.breaths[0]
    settling = math.ceil((SETTLING_S / first.pattern.period_s) - 1e-9)
    return step.breaths[max(0, min(settling, len(step.breaths) - FEWEST_BREATHS)) :]


def refined(per_min: Floats, swing: Floats, best: int) -> float:
    """Where a parabola through ``swing`` at the best pace and those beside it has its top.

    It stays within a quarter a minute, and at the best pace where the parabola has no top.

    >>> paces = np.array([6.5, 6.0, 5.5, 5.0, 4.5])
    >>> round(refined(paces, 9.0 - (paces - 5.6) ** 2, 2), 3)
    5.6
    """
    near = np.argsort(np.abs(per_min - per_min[best]), kind="stable")[:3]
    x = per_min[near] - per_min[best]
    bend, slope, _ = np.polyfit(x, swing[near], 2)
    if not bend < -1e-9:
        return float(per_min[best])
    return float(per_min[best] + np.clip(-slope / (2.0 * bend), -0.25, 0.25))


def _why_not(steps: Sequence[StepResult]) -> Outcome:
    """What most of the steps that do not count have in common."""
    reasons = [step.rejected[0] for step in steps if step.rejected]
    if len(steps) < FEWEST_STEPS or not reasons:
        return Outcome.TOO_LITTLE
    outcomes = [OUTCOME_OF[reason] for reason in reasons]
    return max(OUTCOME_OF.values(), key=outcomes.count)


OUTCOME_OF = {
    Rejection.ARTEFACTS: Outcome.TOO_IRREGULAR,
    Rejection.OTHER_BREATH: Outcome.NOT_FOLLOWING,
    Rejection.NOT_WITH_GUIDE: Outcome.NOT_FOLLOWING,
    Rejection.COVERAGE: Outcome.TOO_LITTLE,
    Rejection.TOO_FEW_BREATHS: Outcome.TOO_LITTLE,
}


# --- one step ---


def _measure(series: NNSeries, step: PacedStep, gaps: Sequence[Gap]) -> _Measured:
    kept = kept_breaths(step)
    start_s, end_s = kept[0].start_s, kept[-1].end_s
    coverage, artefacts_pct = how_sound(series, gaps, start_s, end_s)
    result = StepResult(
        step.per_min, start_s, end_s, len(kept), coverage, artefacts_pct, None, None
    )
    rejected = []
    if len(kept) < FEWEST_BREATHS:
        rejected.append(Rejection.TOO_FEW_BREATHS)
    if artefacts_pct > MOST_ARTEFACTS_PCT:
        rejected.append(Rejection.ARTEFACTS)
    beats = tachogram(
        series.window(start_s - LEAD_S, end_s), int((end_s - start_s) * RATE_HZ), Stamp.MIDDLE
    )
    swings = breath_swings(series, guided_bounds(kept))
    if coverage < LEAST_COVERAGE or isinstance(beats, Reason) or len(swings) < FEWEST_SWINGS:
        rejected.append(Rejection.COVERAGE)
    if isinstance(beats, Reason) or not len(swings):
        return _Measured(replace(result, rejected=tuple(rejected)), np.empty(0, np.complex128))
    wave = PacedWave.of(beats, step.breaths)
    waves = wave.breath_waves(kept)
    measured = wave.measured_per_min()
    found = criteria(wave, step.per_min, waves, float(swings.bpm.mean()))
    if found is None:
        rejected.append(Rejection.NOT_WITH_GUIDE)  # not a wave in it
    elif Rejection.COVERAGE not in rejected:
        if measured is not None and abs(measured - step.per_min) > BREATH_OFF_PER_MIN:
            rejected.append(Rejection.OTHER_BREATH)
        elif found.locking < LEAST_LOCKING:
            rejected.append(Rejection.NOT_WITH_GUIDE)
    result = replace(result, measured_per_min=measured, criteria=found, rejected=tuple(rejected))
    return _Measured(result, waves)


# --- all of them ---


def _scores(steps: Sequence[StepResult]) -> list[float]:
    """The weighted sum of a step's places in the six criteria: 1 for one that leads in all."""
    every = [step.criteria for step in steps if step.criteria is not None]
    places = (
        (_places([-abs(c.lag_deg) for c in every]) + _places([c.locking for c in every])) / 2.0,
        _places([c.swing_bpm for c in every]),
        _places([c.lf_ms2 for c in every]),
        _places([c.lf_peak_ms2_hz for c in every]),
        _places([c.smoothness for c in every]),
        _places([-float(c.lf_peaks) for c in every]),
    )
    total = sum(weight * place for weight, place in zip(WEIGHTS, places, strict=True))
    return [float(score) for score in np.asarray(total)]


def _places(values: Sequence[float]) -> Floats:
    """Rank of each among all, 0 for the lowest to 1 for the highest; equal ones share theirs.

    >>> _places([3.0, 1.0, 3.0])
    array([0.75, 0.  , 0.75])
    """
    x = np.array(values)
    below = (x[:, None] > x[None, :]).sum(axis=1)
    equal = (x[:, None] == x[None, :]).sum(axis=1) - 1
    places: Floats = (below + equal / 2.0) / max(1, len(x) - 1)
    return places
