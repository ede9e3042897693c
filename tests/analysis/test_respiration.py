"""The swing in each breath and breaths a minute, on real recordings with a measured breath."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal, stats
from tests import recorded
from tests.analysis.rhythms import guide_from, tones

from coherence.analysis.artifacts import judge_all
from coherence.analysis.beat_log import BeatLog
from coherence.analysis.markers import evaluate
from coherence.analysis.respiration import (
    MEAN_RANGE,
    _crests,
    breath_swings,
    guided_bounds,
    own_bounds,
)
from coherence.analysis.series import NNSeries
from coherence.analysis.tachogram import Tachogram, tachogram
from coherence.analysis.window import Window

RECORDINGS = {"physio": recorded.physio, "nk_resting": recorded.nk_resting}


def series_of(beats_s):
    return NNSeries.from_rr(recorded.intervals_ms(beats_s), start_s=float(beats_s[0]))


@pytest.mark.parametrize(("name", "bpm", "ms"), [("physio", 43.3, 455), ("nk_resting", 8.7, 157)])
def test_the_swing_of_whole_recordings(data, name, bpm, ms):
    series = series_of(RECORDINGS[name](data)[0])
    even = tachogram(series, 10_000, fewest=100)
    assert isinstance(even, Tachogram)
    swings = breath_swings(series, own_bounds(even))
    assert swings.bpm.mean() == pytest.approx(bpm, abs=0.05)
    assert swings.ms.mean() == pytest.approx(ms, abs=0.5)


def live(beats_s, marker):
    """End of window (s on the recording), value and doubt of one marker at each whole second."""
    log = BeatLog()
    log.extend(judge_all(recorded.intervals_ms(beats_s)))
    series = log.series()
    found = []
    for end_s in range(65, int(series.end_s)):
        value = evaluate(Window(series.window(end_s - 150.0, end_s), float(end_s)))[marker].value
        if value.value is not None:
            found.append((end_s + beats_s[0], value.value, value.low_confidence))
    ends_s, values, doubtful = np.array(found).T
    return ends_s, values, doubtful.astype(bool)


def measured_per_min(breath, rate_hz, ends_s):
    """Breaths a minute of airflow or belt: the spectral peak of the 64 s before each time."""
    every = rate_hz // 4
    low = signal.sosfiltfilt(signal.butter(4, 1.0, fs=rate_hz, output="sos"), breath)[::every]
    found = []
    for end_s in ends_s:
        part = signal.detrend(low[int(end_s * 4) - 255 :][:256])
        hz, psd = signal.periodogram(part, 4.0, "hann", 4096)
        inside = (hz >= 0.04) & (hz <= 0.40)
        found.append(60 * hz[inside][np.argmax(psd[inside])])
    return np.array(found)


def test_slow_breathing_is_read_from_the_heart(data):
    beats_s, airflow = recorded.physio(data)
    ends_s, per_min, _ = live(beats_s, "breaths_per_min")
    assert len(per_min) > 200
    assert np.median(per_min) == pytest.approx(6.12, abs=0.1)
    off = np.abs(per_min - measured_per_min(airflow, 1000, ends_s))
    assert (off <= 0.5).mean() >= 0.97
    assert off.max() <= 0.6


def test_slow_breathing_has_its_peak_at_the_breath(data):
    _, peak_hz, _ = live(recorded.physio(data)[0], "coherence_peak_hz")
    assert np.median(peak_hz) == pytest.approx(6.12 / 60, abs=0.002)


def test_resting_breath_is_read_from_the_heart(data):
    beats_s, belt = recorded.nk_resting(data)
    ends_s, per_min, doubtful = live(beats_s, "breaths_per_min")
    near = np.abs(per_min - measured_per_min(belt, 100, ends_s)) <= 0.5
    assert np.median(per_min) == pytest.approx(8.53, abs=0.2)
    assert near.mean() >= 0.85
    assert near[~doubtful].mean() >= 0.90
    assert (~doubtful).mean() > 0.5


@pytest.mark.parametrize("hz", [0.07, 0.1, 0.2, 0.3])
def test_a_pure_breath_to_a_hair(hz):
    series = NNSeries.from_rr(tones(900, [(40, hz)], 100))
    value = evaluate(Window(series, series.end_s))["breaths_per_min"].value
    assert value.value == pytest.approx(60 * hz, abs=0.02)


@given(st.integers(0, 10_000), st.floats(1.0, 12.0), st.floats(0.0, 1.5))
def test_crests_are_those_of_scipy(seed, distance, prominence):
    wave = np.convolve(np.random.default_rng(seed).normal(size=300), np.hanning(9), "same")
    expected, _ = signal.find_peaks(wave, distance=distance, prominence=prominence)
    np.testing.assert_array_equal(_crests(wave, prominence, distance), expected)


def test_the_guides_breaths_when_it_runs():
    guide = guide_from(0.0, 6.0)
    series = NNSeries.from_rr(tones(1000, [(100, 0.1)], 120))
    swings = breath_swings(series, guided_bounds(guide.breaths(0.0, 100.0)))
    assert len(swings) == 10
    np.testing.assert_allclose(swings.start_s, np.arange(10) * 10.0)
    assert np.all((swings.ms > 170) & (swings.ms <= 200))
    assert np.all((swings.bpm > 10.0) & (swings.bpm < 12.2))


def test_a_breath_with_a_hole_or_too_few_beats_does_not_count():
    bounds = np.array([(0.0, 10.0), (10.0, 20.0), (20.0, 22.0), (30.0, 40.0)])
    rr_ms = np.array([900.0, 1100.0] * 25)
    t_s = np.cumsum(rr_ms) / 1000
    swings = breath_swings(NNSeries.from_rr(rr_ms, accepted=(t_s < 14.0) | (t_s > 17.5)), bounds)
    np.testing.assert_allclose(swings.start_s, [0.0, 30.0])
    assert np.all(swings.ms == 200.0)


@pytest.mark.parametrize("per_min", [6.0, 12.0])
def test_noise_alone_swings_as_far_as_is_said_beside_it(per_min):
    """With no breath in the heart the swing that is measured is the floor that is said."""
    swings, floors = [], []
    for seed in range(30):
        series = NNSeries.from_rr(tones(900, [], 140, noise_ms=12, seed=seed))
        window = Window(series, 130.0, guide=guide_from(0.0, per_min))
        for key in ("rsa_ms", "rsa_bpm"):
            value = evaluate(window)[key].value
            swings.append(value.value)
            floors.append(value.floor)
    swings, floors = np.reshape(swings, (-1, 2)).mean(0), np.reshape(floors, (-1, 2)).mean(0)
    np.testing.assert_allclose(floors, swings, rtol=0.05)
    fewest, most = int(60 / per_min / 0.9), int(60 / per_min / 0.9) + 1
    assert _mean_range(fewest) * 12 * 0.95 < floors[0] < _mean_range(most) * 12 * 1.05


def test_a_wave_without_noise_stands_on_no_floor():
    series = NNSeries.from_rr(tones(900, [(50, 0.1)], 140))
    value = evaluate(Window(series, 130.0, guide=guide_from(0.0, 6.0)))["rsa_ms"].value
    assert value.value == pytest.approx(100, rel=0.03)
    assert value.floor < 0.5
    noisy = NNSeries.from_rr(tones(900, [(50, 0.1)], 140, noise_ms=10))
    value = evaluate(Window(noisy, 130.0, guide=guide_from(0.0, 6.0)))["rsa_ms"].value
    assert value.floor == pytest.approx(_mean_range(11) * 10, rel=0.3)


@pytest.mark.parametrize("left_out", [(), (31, 32), (40,)])
def test_the_floor_is_what_least_squares_leave(left_out):
    rng = np.random.default_rng(11)
    rr_ms = 850 + 45 * np.sin(0.7 * np.arange(70)) + 12 * rng.standard_normal(70)
    series = NNSeries.from_rr(rr_ms, accepted=~np.isin(np.arange(70), left_out))
    bounds = np.array([(a, a + 7.3) for a in (15.1, 22.4, 29.7, 38.0, 45.3)])  # one pause between
    swings = breath_swings(series, bounds)
    breaths, counts, waves, nn_ms = [], [], [], []
    for k, swing in enumerate(swings.each):
        within = (series.nn_t_s > swing.start_s) & (series.nn_t_s <= swing.end_s)
        turn = 2 * np.pi * (series.nn_t_s[within] - swing.start_s) / (swing.end_s - swing.start_s)
        waves.append([np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn)])
        breaths += [k] * len(turn)
        counts.append(len(turn))
        nn_ms.append(series.nn_ms[within])
    own_level = np.equal.outer(breaths, np.arange(len(counts)))
    design = np.concatenate((own_level, np.concatenate(waves, axis=1).T), axis=1)
    both = np.concatenate(nn_ms)
    for told, said in ((both, swings.floor_ms), (60000 / both, swings.floor_bpm)):
        left = told - design @ np.linalg.lstsq(design, told, rcond=None)[0]
        noise = np.sqrt(left @ left / (len(told) - design.shape[1]))
        assert said == pytest.approx(noise * np.mean([MEAN_RANGE[n - 2] for n in counts]), rel=1e-9)


def test_mean_ranges_are_those_of_the_normal_law():
    for n, said in enumerate(MEAN_RANGE, start=2):
        assert said == pytest.approx(_mean_range(n), abs=6e-4)


def _mean_range(n):
    """E(max - min) of n values: the integral of 1 - F^n - (1 - F)^n."""
    x = np.linspace(-8, 8, 4001)
    below = stats.norm.cdf(x)
    return np.trapezoid(1 - below**n - (1 - below) ** n, x)
