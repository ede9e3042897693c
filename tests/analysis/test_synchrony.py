"""Two hearts: unrelated ones are found unrelated, common signals found, shared pacers named."""

import math
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import recorded
from tests.analysis.dyads import beating, mixed, unrelated
from tests.analysis.rhythms import guide_from
from tests.analysis.test_registry import any_series

from coherence.analysis.artifacts import judge_all
from coherence.analysis.beat_log import BeatLog
from coherence.analysis.r_peaks import find_r_peaks
from coherence.analysis.series import NNSeries
from coherence.analysis.synchrony import MEASURES, Finding, Synchrony, synchrony
from coherence.analysis.two_hearts import AFTER_GUIDE_S, TwoHearts, two_hearts
from coherence.model import PaceChanged, Reason

MANY = 300 if os.environ.get("COHERENCE_LONG") else 60
TOLD = MEASURES[:1]


def told(pair, **how):
    found = synchrony(*pair, measures=TOLD, **how)
    assert isinstance(found, Synchrony), found
    return found


def values(found):
    return {measure.key: measure.value for measure in found.measures}


def paced_pair(per_min=6.0, seconds=600.0, noise_bpm=0.0, seed=0):
    """Two who breathe with one guide, each in their own way."""
    rng = np.random.default_rng(seed)
    at_s = np.arange(int(seconds * 4)) / 4.0
    turn = 2 * np.pi * at_s * per_min / 60.0
    noise = noise_bpm * rng.normal(size=(2, len(at_s)))
    return (
        beating(65 + 6 * np.sin(turn) + noise[0]),
        beating(74 + 4 * np.sin(turn + 0.7) + noise[1]),
    )


# --- the baselines ---


def test_hearts_that_never_met_give_what_chance_gives(data):
    rng = np.random.default_rng(5)
    found = [synchrony(*unrelated(data, rng, 600.0)) for _ in range(20)]
    found = [each for each in found if isinstance(each, Synchrony)]
    assert len(found) >= 18
    mean = {key: np.mean([values(each)[key] for each in found]) for key, _ in MEASURES}
    assert mean["lagged_correlation_8s"] == pytest.approx(0.61, abs=0.03)
    assert mean["lagged_correlation_30s"] == pytest.approx(0.31, abs=0.045)
    assert mean["concordance"] == pytest.approx(0.18, abs=0.24)
    for i in range(len(MEASURES)):
        z = [each.measures[i].z for each in found]
        assert abs(np.mean(z)) < 0.7  # each has a spread of one
        assert np.std(z) < 1.7


def test_unrelated_hearts_are_hardly_ever_claimed(data):
    """How often is said in docs/synchrony.md: 1 in 100 at five minutes."""
    rng = np.random.default_rng(11)
    claims = [told(unrelated(data, rng, 420.0)).claim for _ in range(MANY)]
    assert np.mean(claims) <= 0.035


@pytest.mark.slow
def test_nor_are_they_in_shorter_and_longer_ones(data):
    for seconds in (300.0, 1200.0):
        rng = np.random.default_rng(int(seconds))
        claims = [told(unrelated(data, rng, seconds)).claim for _ in range(MANY)]
        assert np.mean(claims) <= 0.035


def test_more_of_a_common_signal_gives_more(data):
    """0.63, 0.71, 0.80, 0.93 and 1.00 for 0, 30, 50, 70 and 100 % of it."""
    means = []
    for share in (0.0, 0.3, 0.5, 0.7, 1.0):
        rng = np.random.default_rng(21)
        means.append(np.mean([told(mixed(data, rng, 600.0, share)).told.value for _ in range(6)]))
    assert (np.diff(means) > 0.02).all()
    assert means[0] == pytest.approx(0.63, abs=0.04)
    assert means[1] == pytest.approx(0.71, abs=0.05)
    assert means[-1] == pytest.approx(1.0, abs=0.015)


@pytest.mark.parametrize(("share", "late_s", "found"), [(0.7, 0.0, 0.8), (0.8, 2.5, 0.8)])
def test_a_common_signal_that_nobody_paced_is_found(data, share, late_s, found):
    rng = np.random.default_rng(31)
    claims = [told(mixed(data, rng, 600.0, share, late_s)) for _ in range(10)]
    assert np.mean([each.claim for each in claims]) >= found
    assert {each.finding for each in claims} <= {Finding.BEYOND_CHANCE, Finding.CHANCE}


def test_one_heart_heard_in_two_ways_is_found(data):
    """Eight minutes of rest: the R peaks of NeuroKit2, and ours of the same ECG."""
    theirs_s = recorded.nk_resting(data)[0]
    path = data / "nk_resting" / "bio_resting_8min_100hz.csv"
    ecg = np.loadtxt(path, delimiter=",", skiprows=1, usecols=0)
    pair = []
    for beats_s in (theirs_s, find_r_peaks(ecg, 100)):
        log = BeatLog()
        log.extend(judge_all(recorded.intervals_ms(beats_s)))
        series = log.series()
        pair.append(
            NNSeries(series.t_s + beats_s[0], series.rr_ms, series.accepted, series.segment,
                     series.missing)
        )  # fmt: skip
    found = told(pair)
    assert found.claim
    assert found.told.value > 0.99
    assert found.told.z > 6


# --- a shared pacer ---


def test_a_shared_pacer_is_named_and_nothing_is_claimed():
    found = synchrony(*paced_pair(), paced=True)
    assert values(found)["lagged_correlation_8s"] == pytest.approx(0.999, abs=0.002)
    assert found.finding is Finding.SHARED_PACE
    assert not found.claim


@pytest.mark.parametrize("noise_bpm", [0.0, 0.5, 2.0])
def test_nor_where_nobody_said_that_there_was_one(noise_bpm):
    for seed in range(4):
        found = told(paced_pair(noise_bpm=noise_bpm, seed=seed))
        assert found.finding in (Finding.ONE_RHYTHM, Finding.CHANCE)


def test_the_recorded_guide_is_left_out_of_it(data):
    rng = np.random.default_rng(7)
    pair = mixed(data, rng, 900.0, 0.9)
    guide = guide_from(100.0, 6.0)
    guide.feed(PaceChanged(400.0, None))
    found = told(pair, guides=[guide])
    assert found.claim
    # the guide gives its last breath in whole
    assert found.guided_s == pytest.approx(300.0 + AFTER_GUIDE_S, abs=0.5)
    assert found.seconds == pytest.approx(told(pair).seconds - found.guided_s, abs=0.5)
    whole = told(pair, guides=[guide_from(100.0, 6.0)])
    assert whole.finding is Finding.SHARED_PACE
    assert not whole.claim


# --- the measures, by hand ---


def test_the_measures_are_those_of_plain_loops():
    rng = np.random.default_rng(3)
    ours, theirs = np.cumsum(rng.normal(size=(2, 1200)), axis=1) / 5.0 + 70.0
    theirs[700:720] = np.nan
    shifts_s = np.array([0, 61, 150])
    for key, measure in MEASURES:
        found = measure(ours, theirs, shifts_s)
        by_hand = [BY_HAND[key](ours, np.roll(theirs, -4 * s), 1200 - 4 * s) for s in shifts_s]
        np.testing.assert_allclose(found, by_hand, rtol=1e-9, err_msg=key)


def _lagged(window, reach):
    def by_hand(ours, theirs, seam):
        best = []
        for i in range(0, 1200 - window + 1, 8):
            places = range(i - reach, i + reach + 1)
            parts = [
                np.take(theirs, range(j, j + window), mode="wrap")
                for j in places
                if _whole(j, window, seam)
            ]
            if len(parts) == len(places) and not np.isnan(parts).any():
                best.append(max(np.corrcoef(ours[i : i + window], part)[0, 1] for part in parts))
        return np.mean(best)

    return by_hand


def _whole(j, window, seam):
    """Whether the window does not reach over where the recording ends and begins again."""
    start = (j - seam) % 1200
    return start + window <= 1200


def _concordance(ours, theirs, seam):
    at_s = np.arange(21) / 4.0
    count = (1200 - 21) // 4 + 1

    def slopes(rate):
        return np.array([np.polyfit(at_s, rate[4 * k : 4 * k + 21], 1)[0] for k in range(count)])

    back = np.roll(theirs, 1200 - seam)  # as it was recorded
    one, other = slopes(ours), slopes(back)
    shift = (1200 - seam) // 4
    found = []
    for k in range(count - 14):
        j = (k + shift) % count
        part = other[j : j + 15]
        if len(part) == 15 and not np.isnan(part).any():
            found.append(np.corrcoef(one[k : k + 15], part)[0, 1])
    found = np.array(found)
    even = 0.01 * len(found)
    return math.log((found[found > 0].sum() + even) / (-found[found < 0].sum() + even))


def _waves(ours, theirs, seam):
    from scipy.signal import hilbert

    found = []
    for rate in (ours, np.roll(theirs, 1200 - seam)):
        known = ~np.isnan(rate)
        at = np.arange(1200)
        whole = np.interp(at, at[known], rate[known])
        whole = whole - np.polyval(np.polyfit(at, whole, 1), at)
        hz, turned = np.fft.rfftfreq(1200, 0.25), np.fft.rfft(whole)
        turned[(hz < 0.04) | (hz > 0.15)] = 0.0
        found.append((hilbert(np.fft.irfft(turned, 1200)), known))
    (one, here), (other, there) = found
    other, there = np.roll(other, seam - 1200), np.roll(there, seam - 1200)
    return one[here & there], other[here & there]


def _locking(ours, theirs, seam):
    one, other = _waves(ours, theirs, seam)
    return abs(np.mean(np.exp(1j * (np.angle(other) - np.angle(one)))))


def _coherence(ours, theirs, seam):
    one, other = _waves(ours, theirs, seam)
    return abs(np.vdot(one, other)) ** 2 / (np.vdot(one, one) * np.vdot(other, other)).real


BY_HAND = {
    "lagged_correlation_8s": _lagged(32, 16),
    "lagged_correlation_30s": _lagged(120, 20),
    "concordance": _concordance,
    "phase_locking": _locking,
    "wave_coherence": _coherence,
}


# --- where nothing can be said ---


def test_what_cannot_be_compared_has_its_reason():
    steady = beating(70 + 3 * np.random.default_rng(1).normal(size=4 * 400))
    later = NNSeries(steady.t_s + 1000, steady.rr_ms, steady.accepted, steady.segment,
                     steady.missing)  # fmt: skip
    assert synchrony(steady, later) is Reason.NO_DATA
    assert synchrony(steady, NNSeries.from_rr([])) is Reason.NO_DATA
    assert synchrony(steady, NNSeries.from_rr([900.0])) is Reason.WARMING_UP
    assert synchrony(steady, steady, from_s=0.0, to_s=200.0) is Reason.WARMING_UP
    assert synchrony(steady, NNSeries.from_rr([900.0] * 420)) is Reason.FLAT
    flagged = NNSeries.from_rr(steady.rr_ms, accepted=np.arange(len(steady)) < 20)
    assert synchrony(steady, flagged) is Reason.TOO_FEW_BEATS
    half = NNSeries.from_rr(steady.rr_ms, accepted=np.arange(len(steady)) % 60 < 25)
    assert synchrony(steady, half) is Reason.GAP


@settings(max_examples=25, deadline=None)
@given(any_series(), any_series(), st.booleans())
def test_any_two_give_numbers_or_a_reason(first, second, paced):
    guide = guide_from(first.start_s + 100.0, 6.0)  # from 0 on it could run for thirty years
    found = synchrony(first, second, paced=paced, guides=[guide])
    if isinstance(found, Reason):
        return
    for measure in found.measures:
        for number in (measure.value, measure.surrogate_mean, measure.z, measure.percentile):
            assert math.isfinite(number)
        assert 0.0 <= measure.percentile <= 100.0
    assert found.surrogates >= 100
    assert not (paced and found.claim)


def test_it_is_the_same_again_and_at_another_hour(data):
    pair = mixed(data, np.random.default_rng(2), 400.0, 0.5)
    once = synchrony(*pair)
    assert synchrony(*pair) == once
    later = [NNSeries(s.t_s + 4000.0, s.rr_ms, s.accepted, s.segment, s.missing) for s in pair]
    again = synchrony(*later)
    for one, other in zip(once.measures, again.measures, strict=True):
        assert other.value == pytest.approx(one.value, rel=1e-6)
        assert other.z == pytest.approx(one.z, rel=1e-5)


def test_a_window_of_a_long_pair_is_that_window(data):
    pair = mixed(data, np.random.default_rng(4), 900.0, 0.8)
    part = synchrony(*pair, from_s=300.0, to_s=600.0)
    assert part.seconds == pytest.approx(300.25, abs=0.01)
    assert part.surrogates == 181


def test_long_holes_are_not_known():
    rate = 70 + 3 * np.sin(np.arange(4 * 400) / 9.0)
    whole = beating(rate)
    accepted = np.abs(whole.t_s - 200.0) > 4.0
    holed = NNSeries(whole.t_s, whole.rr_ms, accepted, whole.segment, whole.missing)
    hearts = two_hearts(whole, holed)
    assert isinstance(hearts, TwoHearts)
    unknown_s = np.count_nonzero(~hearts.known) / 4.0
    assert unknown_s == pytest.approx(8.0, abs=1.2)
    at_s = hearts.start_s + np.arange(len(hearts.first)) / 4.0
    np.testing.assert_allclose(
        hearts.first[40:-40], np.interp(at_s, np.arange(len(rate)) / 4.0, rate)[40:-40], atol=0.25
    )
