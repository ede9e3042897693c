"""The slide's scoring against waves of known swing, and simulated wearers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.analysis import deboer
from tests.assessed import DOES_NOT_FOLLOW, ECTOPICS, FAITHFUL, NO_RESONANCE, recording

from coherence.analysis.resonance import Outcome
from coherence.analysis.resonance_sliding import breath_waves, score_sliding, slide_curve
from coherence.analysis.series import NNSeries
from coherence.devices.people import Person
from coherence.protocols import sliding
from coherence.sessions.assessment import Protocol, in_place
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker

SLIDE = sliding()


def swung(swing_ms_at, mean_ms: float = 850.0) -> NNSeries:
    """Intervals that swing by ``swing_ms_at(pace)`` from peak to trough with each breath."""
    starts = np.array([b.start_s for b in SLIDE])
    t_s, rr = 0.0, []
    while t_s < SLIDE[-1].end_s + 3.0:
        i = min(len(SLIDE) - 1, int(np.searchsorted(starts, t_s + 0.42, side="right")) - 1)
        breath = SLIDE[max(0, i)]
        phase = 2.0 * np.pi * (t_s + 0.42 - breath.start_s) / breath.pattern.period_s
        half_ms = swing_ms_at(breath.pattern.breaths_per_min) / 2.0
        rr.append(mean_ms + half_ms * np.cos(phase))
        t_s += rr[-1] / 1000.0
    return NNSeries.from_rr(rr)


def wearer_result(person: Person, seed: int):
    tracker, _ = trace(recording(Protocol.SLIDING, person, seed), SessionTracker(rows=()))
    gaps = tracker.gaps_between(0.0, 900.0)
    return score_sliding(in_place(tracker), SLIDE, gaps)


def test_an_even_swing_is_read_at_its_size_all_along() -> None:
    curve = slide_curve(swung(lambda _: 100.0), SLIDE)
    assert curve is not None
    assert len(curve.t_s) == pytest.approx(2 * 78, abs=4)  # a half-wave each
    inner = slice(8, -8)
    # the LOWESS of 41 beats takes a little of the wave itself; it says so of every program alike
    assert np.all(np.abs(curve.smooth_ms[inner] - 100.0) < 12.0)
    assert np.all(np.diff(curve.per_min) <= 0.0)


@pytest.mark.parametrize("per_min", [4.8, 5.4, 6.2])
def test_the_widest_swing_is_found_where_it_is(per_min: float) -> None:
    curve = slide_curve(swung(lambda pace: 120.0 - 60.0 * abs(pace - per_min)), SLIDE)
    assert curve is not None
    assert curve.per_min[np.argmax(curve.smooth_ms)] == pytest.approx(per_min, abs=0.15)


def test_waves_are_those_of_the_breath() -> None:
    """Intervals longest where the in-breath begins: heart rate is half a breath from there."""
    paces, waves = breath_waves(swung(lambda _: 60.0), SLIDE)
    assert len(paces) == 76  # all but the first two, in which the heart settles
    assert np.abs(waves) == pytest.approx(np.full(76, 30.0 * 60000.0 / 850.0**2), rel=0.06)
    # the guide's own first harmonic peaks 4 degrees before half a breath (in 50, out 50 %)
    assert np.degrees(np.angle(waves)) == pytest.approx(np.zeros(76), abs=8.0)


def test_breaths_with_a_hole_are_left_out_and_the_others_kept() -> None:
    series = swung(lambda _: 60.0)
    accepted = series.accepted & ~((series.t_s > 400.0) & (series.t_s < 412.0))
    holed = NNSeries(series.t_s, series.rr_ms, accepted, series.segment, series.missing)
    paces, _ = breath_waves(holed, SLIDE)
    assert 70 <= len(paces) < 76


def test_no_beats_at_all_is_an_answer() -> None:
    for series in (NNSeries.from_rr([]), NNSeries.from_rr([800.0] * 1200)):
        result = score_sliding(series, SLIDE)
        assert result.per_min is None
        assert result.certainty == 0.0


@pytest.mark.parametrize("per_min", [4.6, 5.5, 6.4])
def test_a_simulated_resonance_is_found(per_min: float) -> None:
    result = wearer_result(replace(FAITHFUL, resonance_per_min=per_min), seed=int(10 * per_min))
    assert result.outcome is Outcome.FOUND
    assert result.per_min == pytest.approx(per_min, abs=0.6)


@pytest.mark.parametrize("name", ["breathes 12 a minute", "no answer to the breath at all"])
def test_who_does_not_follow_is_told_so(name: str) -> None:
    assert wearer_result(DOES_NOT_FOLLOW[name], seed=3).outcome is Outcome.NOT_FOLLOWING


def test_no_resonance_and_ectopics_are_told() -> None:
    flat = wearer_result(next(iter(NO_RESONANCE.values())), seed=5)
    assert flat.outcome is Outcome.NO_CLEAR_RESONANCE
    assert flat.per_min is None
    ectopic = wearer_result(ECTOPICS["8 early beats in 100"], seed=5)
    assert ectopic.outcome is Outcome.TOO_IRREGULAR
    assert ectopic.artefact_pct > 5.0


@pytest.mark.parametrize("swing_mmhg", [3.0, -3.0])
def test_a_heart_that_is_timed_otherwise_is_told_by_its_swing(swing_mmhg: float) -> None:
    """The model of deBoer 1987 resonates at 6.6, a quarter of a breath off the breath there."""
    for seed in range(3):
        result = score_sliding(deboer.beats(SLIDE, seed, swing_mmhg=swing_mmhg), SLIDE)
        assert result.per_min == pytest.approx(deboer.RESONANCE_PER_MIN, abs=0.6)
