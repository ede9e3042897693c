"""The share at the guide by closed form, and how often the claim is made rightly and wrongly."""

import numpy as np
import pytest
from tests import recorded
from tests.analysis.rhythms import STEP_S, beats, breath, drift, guide_from, narrow_noise

from coherence.analysis.artifacts import judge_all
from coherence.analysis.beat_log import BeatLog
from coherence.analysis.guide_coherence import GuideRhythm, guide_rhythm, own_power
from coherence.analysis.series import NNSeries
from coherence.model import BreathPattern, PaceChanged, Paused, Reason, Resumed
from coherence.pacing import BreathGuide

ARRIVED_S, END_S = 100.0, 340.0


def heart(kind, per_min, seed):
    """A heart that arrives for 100 s and is then paced for four minutes."""
    rng = np.random.default_rng(seed)
    guide = guide_from(ARRIVED_S, per_min)
    t_s = np.arange(int(END_S / STEP_S)) * STEP_S
    arriving = t_s < ARRIVED_S
    wander = drift(rng, 12, 20, END_S)
    match kind:
        case "resting":
            swing = breath(rng, 15, 25, END_S) + narrow_noise(rng, 0.1, 0.01, 25, END_S)
        case "another breath":
            own, other = breath(rng, 15, 15, END_S), breath(rng, 12, 25, END_S)
            swing = np.where(arriving, own, other) + narrow_noise(rng, 0.1, 0.01, 20, END_S)
        case "drifting":
            wander = drift(rng, 40, 20, END_S)
            swing = breath(rng, 14, 10, END_S)
        case "with the guide":
            phase = np.nan_to_num(guide.phase(t_s)) + drift(rng, 0.2, 10, END_S)
            swing = np.where(arriving, breath(rng, 15, 12, END_S), -30 * np.cos(phase))
            swing += narrow_noise(rng, 0.1, 0.01, 5, END_S)
    return beats(wander + swing, 10 if kind == "with the guide" else 6, rng), guide


def claims(kind, per_min, seeds, every_s):
    said = []
    for seed in seeds:
        series, guide = heart(kind, per_min, seed)
        baseline = series.window(-np.inf, ARRIVED_S)
        for end_s in np.arange(ARRIVED_S + 60.0, series.end_s, every_s):
            rhythm = guide_rhythm(series.window(end_s - 150, end_s), guide, end_s)
            if isinstance(rhythm, GuideRhythm):
                said.append(rhythm.claims(own_power(baseline, rhythm.guide_hz)))
    assert len(said) > 15 * len(seeds)
    return np.mean(said)


CASES = [("resting", 6.0), ("another breath", 6.0), ("drifting", 6.0), ("resting", 5.5)]


@pytest.mark.parametrize(("kind", "per_min"), CASES)
def test_no_claim_without_the_breath(kind, per_min):
    assert claims(kind, per_min, range(24), every_s=8.0) <= 0.02


@pytest.mark.parametrize("per_min", [5.5, 6.0])
def test_the_claim_for_who_breathes_with_the_guide(per_min):
    assert claims("with the guide", per_min, range(12), every_s=8.0) >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "per_min"), [*CASES, ("with the guide", 5.5)])
def test_the_same_with_many_hearts(kind, per_min):
    share = claims(kind, per_min, range(100, 140), every_s=2.0)
    assert share >= 0.95 if kind == "with the guide" else share <= 0.02


def real_claims(data, per_min, every_s):
    """Of two real hours beside an imagined guide: each claim that is made."""
    for name in ("kubios_1h_s1", "kubios_1h_s3"):
        log = BeatLog()
        log.extend(judge_all(recorded.kubios(data, name)["rr_ms"]))
        series = log.series()
        baseline = series.window(-np.inf, 120.0)
        guide = guide_from(120.0, per_min)
        for end_s in np.arange(180.0, 3540.0, every_s):
            rhythm = guide_rhythm(series.window(end_s - 150, end_s), guide, end_s)
            if isinstance(rhythm, GuideRhythm):
                yield rhythm.claims(own_power(baseline, rhythm.guide_hz))


def real_hours(data, every_s):
    return [c for pace in (5.0, 5.5, 6.0, 6.5) for c in real_claims(data, pace, every_s)]


def test_no_claim_on_real_hours_with_an_imaginary_guide(data):
    said = real_hours(data, every_s=40.0)
    assert len(said) > 500
    assert not any(said)


@pytest.mark.slow
def test_no_claim_in_any_window_of_them(data):
    said = real_hours(data, every_s=5.0)
    assert len(said) > 4500
    assert not any(said)


def following(guide, seconds, amplitude_ms, lag_rad=0.0, mean_ms=900.0):
    """Beats whose interval follows the guide; the interval's value stands in its middle."""
    rr_ms, t_s = [], 0.0
    while t_s < seconds:
        interval = mean_ms
        for _ in range(4):  # an interval that equals the wave at its own middle
            phase = np.nan_to_num(guide.phase(np.array([t_s + interval / 2000.0])))[0]
            interval = mean_ms + amplitude_ms * np.cos(phase - lag_rad)
        rr_ms.append(interval)
        t_s += interval / 1000.0
    return NNSeries.from_rr(rr_ms)


@pytest.mark.parametrize("lag_rad", [0.0, 2.0])
@pytest.mark.parametrize("per_min", [4.5, 6.0, 7.0])
def test_a_heart_that_follows_is_all_there(per_min, lag_rad):
    guide = guide_from(0.0, per_min)
    series = following(guide, 150, 50.0, lag_rad)
    rhythm = guide_rhythm(series, guide, series.end_s)
    assert isinstance(rhythm, GuideRhythm)
    assert rhythm.share == pytest.approx(1.0, abs=0.01)
    assert rhythm.amplitude_ms == pytest.approx(50.0, rel=0.02)
    assert rhythm.steadiness > 0.99
    assert rhythm.fits
    assert not rhythm.early
    assert rhythm.guide_hz == pytest.approx(per_min / 60)


def test_a_heart_at_another_pace_is_not():
    series = following(guide_from(0.0, 6.0), 150, 50.0)
    rhythm = guide_rhythm(series, guide_from(0.0, 5.0), series.end_s)
    assert isinstance(rhythm, GuideRhythm)
    assert rhythm.share < 0.1
    assert not rhythm.fits


def test_a_heart_that_slips_half_a_breath_does_not_fit():
    series = following(guide_from(0.0, 6.0), 150, 50.0)
    rhythm = guide_rhythm(series, guide_from(0.0, 5.8), series.end_s)
    assert isinstance(rhythm, GuideRhythm)
    assert not rhythm.fits
    assert not rhythm.claims(own_ms2=0.0)


def test_a_glide_is_followed_by_its_record():
    guide = BreathGuide()
    guide.feed(PaceChanged(0.0, BreathPattern(6.5)))
    guide.feed(PaceChanged(60.0, BreathPattern(5.0)))
    series = following(guide, 150, 50.0)
    rhythm = guide_rhythm(series, guide, series.end_s)
    assert isinstance(rhythm, GuideRhythm)
    assert rhythm.share > 0.95
    assert rhythm.steadiness > 0.98
    assert rhythm.guide_hz == pytest.approx(5.0 / 60)


def test_only_the_time_since_the_guide_runs_is_used():
    guide = guide_from(80.0, 6.0)
    series = following(guide, 180, 50.0)

    def at(end_s):
        return guide_rhythm(series.window(-1, end_s), guide, end_s)

    assert at(70.0) is Reason.NOT_PACED
    assert at(139.0) is Reason.WARMING_UP
    early = at(145.0)
    assert isinstance(early, GuideRhythm)
    assert early.early
    assert early.unsure
    assert early.share > 0.97  # nothing of the still time before is in it
    assert guide_rhythm(series, None, 150.0) is Reason.NOT_PACED


def test_after_a_pause_it_begins_anew():
    guide = guide_from(0.0, 6.0)
    guide.feed(Paused(130.0))
    series = following(guide_from(0.0, 6.0), 200, 50.0)
    assert guide_rhythm(series.window(-1, 131.0), guide, 131.0) is Reason.NOT_PACED
    guide.feed(Resumed(132.0))
    assert guide_rhythm(series.window(-1, 180.0), guide, 180.0) is Reason.WARMING_UP
    assert isinstance(guide_rhythm(series.window(-1, 196.0), guide, 196.0), GuideRhythm)


def test_the_power_with_ones_own_breath():
    still = following(BreathGuide(), 200, 0.0)
    assert own_power(still, 0.1) == pytest.approx(0.0, abs=1e-9)
    waving = following(guide_from(0.0, 6.0), 200, 50.0)
    assert own_power(waving, 0.1) == pytest.approx(1250.0, rel=0.01)
    assert own_power(waving, 0.15) < 5.0
    assert own_power(None, 0.1) is Reason.NO_BASELINE
    assert own_power(waving.window(-1, 40.0), 0.1) is Reason.NO_BASELINE
    assert isinstance(own_power(waving.window(-1, 50.0), 0.1), float)


def test_the_claim_needs_each_of_its_conditions():
    rhythm = GuideRhythm(0.7, 0.95, 30.0, True, 0.1, early=False, unsure=False)
    assert rhythm.claims(own_ms2=299.0)
    assert not rhythm.claims(own_ms2=301.0)
    for weaker in (
        GuideRhythm(0.49, 0.95, 30.0, True, 0.1, early=False, unsure=False),
        GuideRhythm(0.7, 0.79, 30.0, True, 0.1, early=False, unsure=False),
        GuideRhythm(0.7, 0.95, 30.0, False, 0.1, early=False, unsure=False),
        GuideRhythm(0.59, 0.95, 30.0, True, 0.1, early=True, unsure=True),
        GuideRhythm(0.7, 0.84, 30.0, True, 0.1, early=True, unsure=True),
    ):
        assert not weaker.claims(own_ms2=1.0)
