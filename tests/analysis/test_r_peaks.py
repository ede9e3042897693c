"""R peaks against NeuroKit2 on real and simulated ECG: found, timed, and the same by any chunks."""

import warnings
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal
from tests import recorded

from coherence.analysis.r_peaks import RPeakDetector, find_r_peaks

MATCH_S = 0.100


def score(found_s, truth_s):
    """Sensitivity, precision, and the errors (ms) of intervals between beats found in a row."""
    right = np.clip(np.searchsorted(truth_s, found_s), 1, len(truth_s) - 1)
    nearer = np.abs(truth_s[right - 1] - found_s) < np.abs(truth_s[right] - found_s)
    which = np.where(nearer, right - 1, right)
    hit = np.abs(truth_s[which] - found_s) < MATCH_S
    in_a_row = np.diff(which[hit]) == 1
    errors = (np.diff(found_s[hit]) - np.diff(truth_s[which[hit]]))[in_a_row] * 1000.0
    return len(set(which[hit])) / len(truth_s), float(hit.mean()), errors


@cache
def simulated(heart_rate, seed=3, duration=60):
    """A noiseless ECG at 1 kHz by NeuroKit2, and NeuroKit2's own R peaks in it (s)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2 as nk

        ecg = nk.ecg_simulate(
            duration=duration,
            sampling_rate=1000,
            heart_rate=heart_rate,
            heart_rate_std=2,
            noise=0.0,
            random_state=seed,
        )
    return ecg, recorded.r_peaks_s(ecg, 1000)


def worn(ecg, rate_hz, noise_mv, seed=0):
    """At the rate of a strap, with noise, wander and mains on top."""
    even = ecg if rate_hz == 1000 else signal.resample_poly(ecg, rate_hz, 1000)
    t_s = np.arange(len(even)) / rate_hz
    added = noise_mv * np.random.default_rng(seed).standard_normal(len(even))
    added += 1.0 * np.sin(2 * np.pi * 0.3 * t_s) + 0.3 * np.sin(2 * np.pi * 50.0 * t_s)
    return even + added if noise_mv else even


@pytest.fixture(scope="module")
def physio_ecg(data):
    return np.load(data / "physio_ecg_resp" / "ecg1.npy").ravel()


@pytest.fixture(scope="module")
def resting_ecg(data):
    path = data / "nk_resting" / "bio_resting_8min_100hz.csv"
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=0)


# --- found and timed ---


@pytest.mark.parametrize("rate_hz", [1000, 250, 130])
def test_slow_breathing_at_every_rate(data, physio_ecg, rate_hz):
    even = physio_ecg - physio_ecg.mean()
    if rate_hz < 1000:
        even = signal.resample_poly(even, rate_hz, 1000)
    found = find_r_peaks(even, rate_hz)
    sensitivity, precision, errors = score(found, recorded.physio(data)[0])
    assert (sensitivity, precision) == (1.0, 1.0)
    assert errors.std() < 0.6  # the other side is rounded to 1 ms: 0.41 by that alone
    _, _, own = score(found, find_r_peaks(physio_ecg, 1000))
    assert own.std() < 0.05
    assert np.abs(own).max() < 0.2


def test_rest_at_100_hz(data, resting_ecg):
    sensitivity, precision, errors = score(
        find_r_peaks(resting_ecg, 100), recorded.nk_resting(data)[0]
    )
    assert (sensitivity, precision) == (1.0, 1.0)
    assert errors.std() < 4.5  # the other side is rounded to 10 ms: 4.1 by that alone


@pytest.mark.parametrize("heart_rate", [45, 75, 190])
@pytest.mark.parametrize("rate_hz", [130, 1000])
def test_simulated_hearts(heart_rate, rate_hz):
    ecg, truth = simulated(heart_rate)
    inside = truth[(truth > 0.1) & (truth < 59.9)]
    for noise_mv, ms in ((0.0, 0.8), (0.05, 2.5)):
        found = find_r_peaks(worn(ecg, rate_hz, noise_mv), rate_hz)
        sensitivity, _, errors = score(found, inside)
        assert sensitivity == 1.0
        assert score(found, truth)[1] >= 0.993  # at 190 one at the very edge has no counterpart
        assert errors.std() < ms


def test_noise_that_drowns_some_beats():
    ecg, truth = simulated(75)
    found = find_r_peaks(worn(ecg, 130, 0.15), 130)
    sensitivity, precision, _ = score(found, truth)
    assert sensitivity >= 0.985
    assert precision >= 0.985


@pytest.mark.parametrize("where", [0.0, 0.1, 0.25, 0.5, 0.9])
@pytest.mark.parametrize("rate_hz", [100, 130, 512])
def test_a_peak_of_known_shape_is_timed_between_the_samples(rate_hz, where):
    n = np.arange(20 * rate_hz)
    at = np.arange(1.0, 19.5, 0.8) * rate_hz + where
    ecg = sum(np.exp(-0.5 * ((n - a) / (0.012 * rate_hz)) ** 2) for a in at)
    peaks = RPeakDetector(rate_hz)
    found = peaks.feed(700.0 * ecg + 5e5) + peaks.flush()
    assert np.abs([peak.sample for peak in found] - at).max() / rate_hz < 2e-5
    assert [peak.amplitude for peak in found] == pytest.approx([700.0] * len(at), rel=1e-3)


# --- what must not disturb it ---


def test_a_turned_lead_gives_the_same_times(physio_ecg):
    part = physio_ecg[:60_000]
    assert find_r_peaks(-part, 1000) == pytest.approx(find_r_peaks(part, 1000), abs=1e-9)


def test_unit_and_offset_do_not_matter(resting_ecg):
    part = resting_ecg[:6000]
    plain = find_r_peaks(part, 100)
    assert find_r_peaks(part * 1e-6, 100) == pytest.approx(plain, abs=1e-6)
    assert find_r_peaks(part * 1000.0 - 3e5, 100) == pytest.approx(plain, abs=1e-6)


def test_a_lead_turned_over_in_the_middle():
    ecg, truth = simulated(75)
    turned = ecg.copy()
    turned[30_000:] *= -1
    found = find_r_peaks(turned, 1000)
    sensitivity, precision, _ = score(found, truth)
    assert sensitivity > 0.97
    assert precision > 0.97


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_a_sudden_change_of_size_is_learned(factor):
    ecg, truth = simulated(75)
    changed = ecg.copy()
    changed[30_000:] *= factor
    found = find_r_peaks(changed, 1000)
    assert score(found, truth[truth < 29.5])[0] == 1.0
    assert score(found, truth[(truth > 30.5) & (truth < 59.9)])[0] == 1.0


def test_one_knock_does_not_hide_the_beats_after_it():
    ecg, truth = simulated(75)
    knocked = ecg.copy()
    knocked[20_000:20_030] += 40.0
    knocked[1_500:1_530] += 40.0  # while it learns
    away = truth[(np.abs(truth - 20.0) > 0.5) & (np.abs(truth - 1.5) > 0.5) & (truth < 59.9)]
    assert score(find_r_peaks(knocked, 1000), away)[0] == 1.0


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(5000),
        np.full(5000, 12345.678),
        np.arange(5000.0),
        np.full(5000, np.nan),
        np.empty(0),
        np.ones(1),
        np.sin(np.arange(5000) * 2 * np.pi * 50 / 130),
        np.sin(np.arange(5000) * 2 * np.pi * 0.3 / 130),
    ],
    ids=["zero", "flat", "ramp", "nan", "empty", "one", "mains", "wander"],
)
def test_no_heart_no_beats(samples):
    assert len(find_r_peaks(samples, 130)) == 0


def test_noise_alone_gives_few_beats():
    noise = np.random.default_rng(0).standard_normal(130 * 300)
    assert len(find_r_peaks(noise, 130)) < 5 * 12


def test_a_gap_begins_a_segment_and_hides_only_what_is_near():
    ecg, truth = simulated(75)
    holed = ecg.copy()
    holed[20_000:20_500] = np.nan
    holed[40_000] = np.inf
    detector = RPeakDetector(1000)
    peaks = detector.feed(holed) + detector.flush()
    assert {peak.segment for peak in peaks} == {0, 1, 2}
    found = np.array([peak.sample for peak in peaks]) / 1000
    segment = np.array([peak.segment for peak in peaks])
    assert found[segment == 0].max() < 20.0 < 20.5 < found[segment == 1].min()
    assert found[segment == 1].max() < 40.0 < found[segment == 2].min()
    far = (np.abs(truth - 20.25) > 0.4) & (np.abs(truth - 40.0) > 0.12) & (truth < 59.9)
    assert score(found, truth[far])[0] == 1.0


def test_a_flat_stretch_is_a_gap():
    ecg, _ = simulated(75)
    flat = ecg.copy()
    flat[20_000:30_000] = flat[20_000]
    detector = RPeakDetector(1000)
    peaks = detector.feed(flat) + detector.flush()
    at = np.array([peak.sample for peak in peaks]) / 1000
    within = (at > 20.2) & (at < 29.8)
    assert not within.any()
    assert {p.segment for p, t in zip(peaks, at, strict=True) if t < 19.9} == {0}
    assert {p.segment for p, t in zip(peaks, at, strict=True) if t > 31.0} == {1}


# --- chunks ---


def in_chunks(samples, rate_hz, sizes):
    detector = RPeakDetector(rate_hz)
    peaks, start = [], 0
    for size in sizes:
        peaks += detector.feed(samples[start : start + size])
        start += size
    return peaks + detector.feed(samples[start:]) + detector.flush()


def hard_ecg():
    """60 s at 130 Hz of everything at once: noise, a gap, a flat stretch, a change of size."""
    ecg, _ = simulated(75)
    even = worn(ecg, 130, 0.2)
    even[2000:2003] = np.nan
    even[3500:4300] = even[3500]
    even[5000:5800] *= 6.0
    even[6500:7100] = 0.05 * np.random.default_rng(1).standard_normal(600)
    return even


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 900), max_size=60))
def test_any_chunks_give_the_same_peaks_to_the_bit(sizes):
    even = hard_ecg()
    assert in_chunks(even, 130, sizes) == in_chunks(even, 130, [])


@pytest.mark.parametrize("size", [1, 73])
def test_chunks_of_one_sample_and_of_a_strap(size):
    even = hard_ecg()
    assert in_chunks(even, 130, [size] * (len(even) // size)) == in_chunks(even, 130, [])


def test_beats_are_told_within_half_a_second_and_their_chunk():
    ecg, _ = simulated(75)
    even = signal.resample_poly(ecg, 130, 1000)
    detector = RPeakDetector(130)
    late = []
    for end in range(13, len(even) + 1, 13):
        found = detector.feed(even[end - 13 : end])
        late += [(end - peak.sample) / 130 for peak in found if end > 5 * 130]
    assert max(late) < 0.5 + 0.1
    assert len(late) > 60


# --- what it refuses ---


@pytest.mark.parametrize("rate_hz", [0, -130, 50, float("nan"), float("inf")])
def test_a_rate_that_cannot_be(rate_hz):
    with pytest.raises(ValueError, match="samples a second"):
        RPeakDetector(rate_hz)


def test_a_table_is_no_row():
    with pytest.raises(ValueError, match="flat"):
        RPeakDetector(130).feed(np.zeros((10, 2)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=1500),
    st.sampled_from([90, 130, 250]),
)
def test_any_samples_give_rising_finite_peaks(samples, rate_hz):
    detector = RPeakDetector(rate_hz)
    peaks = detector.feed(samples) + detector.flush()
    at = [peak.sample for peak in peaks]
    assert np.isfinite(at).all()
    assert (np.diff(at) > 0).all()
    assert all(0 <= a < len(samples) for a in at)
