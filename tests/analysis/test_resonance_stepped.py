"""The six criteria against closed forms, the rejections, and simulated wearers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.analysis import deboer
from tests.assessed import DOES_NOT_FOLLOW, ECTOPICS, FAITHFUL, NO_RESONANCE, recording

from coherence.analysis.resonance import Outcome, Rejection
from coherence.analysis.resonance_stepped import kept_breaths, refined, score_stepped
from coherence.analysis.series import NNSeries
from coherence.devices.people import PEOPLE, Person
from coherence.model import Gap
from coherence.pacing import volume_in_breath
from coherence.protocols import stepped
from coherence.sessions.assessment import Protocol, in_place
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker

STEPS = stepped()
MEAN_BPM = 66.0


def tuned(swing_of, lag_of=lambda _: 0.0, end_s: float = 845.0) -> NNSeries:
    """Beats of a heart rate that is MEAN + half a swing · sin of the guide, breath by breath.

    Within a step the rate is highest where the guide's own wave is, or ``lag_of`` degrees later.
    """
    breaths = [(b, step.per_min) for step in STEPS for b in step.breaths]

    def bpm(t_s: float) -> float:
        for breath, per_min in breaths:
            if breath.start_s <= t_s < breath.end_s:
                phase = 360.0 * (t_s - breath.start_s) / breath.pattern.period_s
                wave = np.cos(np.radians(phase - TOP_DEG - lag_of(per_min)))
                return MEAN_BPM + swing_of(per_min) / 2.0 * wave
        return MEAN_BPM

    t_s, rr = 0.0, []
    while t_s < end_s:
        rr_s = 60.0 / bpm(t_s + 0.45)  # the rate in the middle of the interval
        rr.append(1000.0 * rr_s)
        t_s += rr_s
    return NNSeries.from_rr(rr)


# where the guide's volume, in 45 and out 55 %, has the top of its first harmonic (by FFT below)
TOP_DEG = 167.18


def wearer_beats(person: Person, seed: int) -> tuple[NNSeries, SessionTracker]:
    tracker, _ = trace(recording(Protocol.STEPPED, person, seed), SessionTracker(rows=()))
    return in_place(tracker), tracker


def test_the_top_of_the_guides_wave_is_where_the_tests_take_it() -> None:
    pattern = STEPS[1].breaths[0].pattern
    volume = [volume_in_breath(i * pattern.period_s / 1000, pattern)[0] for i in range(1000)]
    assert -np.degrees(np.angle(np.fft.fft(volume)[1])) == pytest.approx(TOP_DEG, abs=0.1)


def test_at_least_eight_breaths_are_kept_and_twenty_seconds_left_out() -> None:
    kept = [kept_breaths(step) for step in STEPS]
    assert [len(breaths) for breaths in kept] == [10, 10, 9, 8, 8]
    settling_s = [b[0].start_s - step.start_s for b, step in zip(kept, STEPS, strict=True)]
    assert settling_s == pytest.approx([27.69, 20.0, 21.82, 24.0, 13.33], abs=0.01)


def test_criteria_are_those_of_a_pure_wave() -> None:
    """Swing, lag, locking, smoothness and one peak of power A²/2, all known beforehand."""
    result = score_stepped(tuned(lambda _: 8.0, lambda per_min: 20.0 * (per_min - 5.5)), STEPS)
    for step in result.steps:
        found = step.criteria
        assert found is not None
        assert not step.rejected
        assert step.measured_per_min == pytest.approx(step.per_min, abs=0.15)
        assert found.lag_deg == pytest.approx(20.0 * (step.per_min - 5.5), abs=6.0)
        assert found.locking > 0.98
        assert found.swing_bpm == pytest.approx(8.0, rel=0.04)
        assert found.smoothness > 0.97
        assert found.lf_peaks == 1
        amplitude_ms = 4.0 * 60000.0 / MEAN_BPM**2
        assert found.lf_ms2 == pytest.approx(amplitude_ms**2 / 2.0, rel=0.06)
        assert step.coverage == pytest.approx(1.0, abs=0.01)


def test_a_step_that_leads_in_every_criterion_has_all_of_the_score() -> None:
    def behind(per_min: float) -> float:  # of a resonance at 5.0, in radians
        return float(np.arctan(2.0 * (per_min / 5.0 - 5.0 / per_min)))

    def swing(per_min: float) -> float:
        return 9.0 * float(np.cos(behind(per_min)))

    def lag(per_min: float) -> float:  # with a quarter of a second, which everything takes
        return 360.0 * per_min / 60.0 * 0.25 + float(np.degrees(behind(per_min)))

    result = score_stepped(tuned(swing, lag), STEPS)
    assert result.best_step_per_min == 5.0
    scores = {step.per_min: step.score for step in result.steps}
    assert scores[5.0] == max(scores.values())
    assert scores[5.0] > 0.8
    assert result.outcome is Outcome.FOUND
    assert result.per_min == pytest.approx(5.0, abs=0.25)


def test_the_parabola_has_the_top_of_a_parabola() -> None:
    paces = np.array([6.5, 6.0, 5.5, 5.0, 4.5])
    for top in (4.9, 5.05, 5.4, 6.2):
        swing = 9.0 - 1.3 * (paces - top) ** 2
        assert refined(paces, swing, int(np.argmax(swing))) == pytest.approx(top, abs=1e-6)
    assert refined(paces, paces, 0) == 6.5  # no top: the best step itself
    assert refined(paces, 9.0 - 1.3 * (paces - 7.5) ** 2, 0) == 6.75  # never farther than that


def test_steps_with_bad_beats_are_named_and_left_out() -> None:
    series = tuned(lambda per_min: 9.0 - 2.0 * abs(per_min - 5.5))
    accepted = series.accepted.copy()
    second = (series.t_s > 205.0) & (series.t_s < 295.0)
    accepted[np.flatnonzero(second)[::12]] = False  # every twelfth: 8 %
    hole = (series.t_s > 600.0) & (series.t_s < 630.0)
    accepted &= ~hole
    bad = NNSeries(series.t_s, series.rr_ms, accepted, series.segment, series.missing)
    result = score_stepped(bad, STEPS)
    by_pace = {step.per_min: step for step in result.steps}
    assert by_pace[6.0].rejected == (Rejection.ARTEFACTS,)
    assert Rejection.COVERAGE in by_pace[5.0].rejected
    assert {p for p, step in by_pace.items() if step.score is not None} == {6.5, 5.5, 4.5}
    assert by_pace[5.0].score is None


def test_beats_missing_in_a_gap_count_as_artefacts() -> None:
    series = tuned(lambda per_min: 9.0 - 2.0 * abs(per_min - 5.5))
    lost = [Gap(390.0, 397.0, 8, certain=True)]
    result = score_stepped(series, STEPS, lost)
    assert Rejection.ARTEFACTS in result.steps[2].rejected


def test_too_few_breaths_of_a_step_are_too_few() -> None:
    cut = [replace(STEPS[0], breaths=STEPS[0].breaths[:7]), *STEPS[1:]]
    result = score_stepped(tuned(lambda per_min: 9.0 - abs(per_min - 5.5)), cut)
    assert Rejection.TOO_FEW_BREATHS in result.steps[0].rejected
    assert score_stepped(tuned(lambda _: 8.0), STEPS[:2]).outcome is Outcome.TOO_LITTLE


def test_no_beats_at_all_is_an_answer() -> None:
    for series in (NNSeries.from_rr([]), NNSeries.from_rr([800.0] * 1100)):
        result = score_stepped(series, STEPS)
        assert result.per_min is None
        assert result.certainty == 0.0
    assert score_stepped(NNSeries.from_rr([]), ()).outcome is Outcome.TOO_LITTLE


@pytest.mark.parametrize("per_min", [4.6, 5.5, 6.4])
def test_a_simulated_resonance_is_found(per_min: float) -> None:
    person = replace(FAITHFUL, resonance_per_min=per_min)
    series, _ = wearer_beats(person, seed=int(10 * per_min))
    result = score_stepped(series, STEPS)
    assert result.outcome is Outcome.FOUND
    assert result.per_min == pytest.approx(per_min, abs=0.5)


@pytest.mark.parametrize("person", DOES_NOT_FOLLOW.values(), ids=DOES_NOT_FOLLOW)
def test_who_does_not_follow_is_told_so(person: Person) -> None:
    series, tracker = wearer_beats(person, seed=3)
    result = score_stepped(series, STEPS, tracker.gaps_between(0.0, 850.0))
    assert result.outcome is Outcome.NOT_FOLLOWING
    assert result.per_min is None


def test_no_resonance_and_ectopics_are_told() -> None:
    series, _ = wearer_beats(next(iter(NO_RESONANCE.values())), seed=5)
    assert score_stepped(series, STEPS).outcome is Outcome.NO_CLEAR_RESONANCE
    series, _ = wearer_beats(ECTOPICS["8 early beats in 100"], seed=5)
    result = score_stepped(series, STEPS)
    assert result.outcome is Outcome.TOO_IRREGULAR
    assert all(Rejection.ARTEFACTS in step.rejected for step in result.steps)


def test_an_older_heart_that_swings_little_is_assessed_all_the_same() -> None:
    series, _ = wearer_beats(replace(PEOPLE["low-hrv"], resonance_per_min=5.2), seed=2)
    result = score_stepped(series, STEPS)
    assert max(s.criteria.swing_bpm for s in result.steps if s.criteria) < 3.0
    assert result.per_min == pytest.approx(5.2, abs=0.5)


@pytest.mark.parametrize("swing_mmhg", [3.0, -3.0])
def test_a_heart_that_is_timed_otherwise_is_told_by_its_swing(swing_mmhg: float) -> None:
    """The model of deBoer 1987 resonates at 6.6, a quarter of a breath off the breath there."""
    breaths = [breath for step in STEPS for breath in step.breaths]
    for seed in range(3):
        result = score_stepped(deboer.beats(breaths, seed, swing_mmhg=swing_mmhg), STEPS)
        assert result.best_step_per_min == 6.5
        assert result.per_min == pytest.approx(deboer.RESONANCE_PER_MIN, abs=0.5)
