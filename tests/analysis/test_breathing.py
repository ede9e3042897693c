"""The breath from heart rhythm, R waves and chest, against belt and airflow; and where none is."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal
from tests.analysis.test_respiration import measured_per_min

from coherence.analysis.artifacts import judge_all
from coherence.analysis.beat_log import BeatLog
from coherence.analysis.breathing import (
    HEART_RHYTHM,
    R_HEIGHT,
    Breathing,
    agreed,
    from_heart_rhythm,
    from_r_height,
    fused,
    of_wave,
)
from coherence.analysis.chest_motion import from_acceleration, moving_share
from coherence.analysis.r_peaks import RPeakDetector
from coherence.analysis.series import NNSeries
from coherence.model import Reason

TAU = 2 * math.pi


def turned(a, b):
    """The angle between two phases, 0 to pi."""
    return abs((a - b + math.pi) % TAU - math.pi)


# --- real recordings: ECG beside a measured breath ---


@cache
def heart_and_breath(data, name):
    """R waves (s), their heights, beats, the measured breath and its rate (Hz)."""
    if name == "physio":
        rate_hz = 1000
        ecg = np.load(data / "physio_ecg_resp" / "ecg1.npy").ravel()
        breath = np.load(data / "physio_ecg_resp" / "resp1_airflow.npy").ravel()
    else:
        rate_hz = 100
        path = data / "nk_resting" / "bio_resting_8min_100hz.csv"
        ecg, breath = np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1)).T
    detector = RPeakDetector(rate_hz)
    peaks = detector.feed(ecg) + detector.flush()
    at_s = np.array([peak.sample for peak in peaks]) / rate_hz
    log = BeatLog()
    log.extend(judge_all(np.diff(at_s) * 1000.0))
    beats = log.series()
    beats = replace(beats, t_s=beats.t_s + at_s[0])
    return at_s, np.array([peak.amplitude for peak in peaks]), beats, breath, rate_hz


@cache
def answers(data, name):
    """Every 5 s: the measured rate, and what each source says."""
    at_s, height, beats, breath, rate_hz = heart_and_breath(data, name)
    ends_s = np.arange(66.0, len(breath) / rate_hz, 5.0)
    said = []
    for end_s in ends_s:
        heart = from_heart_rhythm(beats.window(end_s - 80.0, end_s))
        waves = from_r_height(at_s[at_s <= end_s], height[at_s <= end_s])
        said.append({HEART_RHYTHM: heart, R_HEIGHT: waves, "fused": fused([heart, waves])})
    return measured_per_min(breath, rate_hz, ends_s), said


@pytest.mark.parametrize(
    ("name", "source", "off_per_min", "near", "unknown"),
    [
        ("physio", HEART_RHYTHM, 0.10, 0.97, 0.00),
        ("physio", R_HEIGHT, 0.10, 0.95, 0.10),
        ("physio", "fused", 0.10, 0.97, 0.00),
        ("resting", HEART_RHYTHM, 0.20, 0.96, 0.31),
        ("resting", R_HEIGHT, 0.10, 1.00, 0.10),
        ("resting", "fused", 0.10, 1.00, 0.10),
    ],
)
def test_rates_against_the_measured_breath(data, name, source, off_per_min, near, unknown):
    measured, said = answers(data, name)
    rates = np.array([each[source].rate_per_min or np.nan for each in said])
    known = np.isfinite(rates)
    errors = np.abs(rates - measured)[known]
    assert np.median(errors) < off_per_min
    assert (errors <= 0.5).mean() >= near
    assert 1.0 - known.mean() <= unknown


@pytest.mark.parametrize("source", [HEART_RHYTHM, R_HEIGHT])
@pytest.mark.parametrize(("name", "together"), [("physio", 0.80), ("resting", 0.70)])
def test_the_phase_keeps_step_with_the_breath(data, name, together, source):
    _, _, _, breath, rate_hz = heart_and_breath(data, name)
    band = signal.butter(2, [0.05, 0.6], "band", fs=rate_hz, output="sos")
    moved = np.cumsum(breath) if name == "physio" else breath  # flow adds up to volume
    true = np.angle(signal.hilbert(signal.sosfiltfilt(band, moved - moved.mean())))
    off = [
        each[source].phase_rad - true[round(each[source].t_s * rate_hz)]
        for each in answers(data, name)[1]
        if each[source].phase_rad is not None
    ]
    assert abs(np.exp(1j * np.array(off)).mean()) > together


# --- waves that are known ---


@pytest.mark.parametrize("per_min", [4.0, 5.5, 6.0, 9.0, 13.7, 18.0, 25.0])
@pytest.mark.parametrize("phase", [0.0, 1.0, 3.0, 5.5])
def test_a_pure_wave(per_min, phase):
    back_s = np.arange(-255, 1) / 4
    wave = 1e-3 * np.cos(TAU * per_min / 60.0 * back_s + phase - math.pi)
    breath = of_wave(wave + 7.0, 100.0, "belt")
    assert breath.rate_per_min == pytest.approx(per_min, abs=0.05)
    assert turned(breath.phase_rad, phase) < 0.12
    assert breath.confidence > 0.95
    assert breath.t_s == 100.0


def test_heart_rate_is_highest_at_half_a_turn():
    t_s = np.cumsum(np.full(100, 0.8))
    rr_ms = 800.0 - 40.0 * np.sin(TAU * 0.1 * (t_s - 0.4))  # heart rate as the sine
    series = NNSeries.from_rr(rr_ms)
    breath = from_heart_rhythm(series)
    true = TAU * 0.1 * breath.t_s + math.pi / 2
    assert breath.rate_per_min == pytest.approx(6.0, abs=0.05)
    assert turned(breath.phase_rad, true) < 0.25


def test_two_waves_alike_leave_it_open():
    t_s = np.arange(256) / 4
    breath = of_wave(np.sin(TAU * 0.1 * t_s) + np.sin(TAU * 0.24 * t_s), 64.0, "belt")
    assert (breath.rate_per_min, breath.phase_rad) == (None, None)
    assert breath.reason is Reason.NO_PEAK


def test_noise_has_no_breath():
    claims = {"heart": 0, "height": 0}
    for seed in range(200):
        noise = np.random.default_rng(seed)
        nn_ms = 900.0 + 30.0 * noise.standard_normal(90)
        claims["heart"] += from_heart_rhythm(NNSeries.from_rr(nn_ms)).rate_per_min is not None
        heights = from_r_height(np.cumsum(nn_ms) / 1000.0, noise.standard_normal(90))
        claims["height"] += heights.rate_per_min is not None
    assert max(claims.values()) <= 8  # of 200


def test_too_little_and_gaps_and_flat():
    steady = NNSeries.from_rr([800.0] * 100)
    assert from_heart_rhythm(steady).reason is Reason.FLAT
    assert from_heart_rhythm(NNSeries.from_rr([800.0] * 20)).reason is Reason.WARMING_UP
    assert from_heart_rhythm(NNSeries.from_rr([])).rate_per_min is None
    t_s = np.arange(90) * 0.8
    assert from_r_height(t_s, np.ones(90)).reason is Reason.FLAT
    assert from_r_height(t_s[:10], np.ones(10)).reason is Reason.TOO_FEW_BEATS
    assert from_r_height(t_s, np.full(90, np.nan)).reason is Reason.TOO_FEW_BEATS
    assert from_r_height(np.empty(0), np.empty(0)).reason is Reason.TOO_FEW_BEATS
    gone = np.r_[t_s[:60], t_s[60:] + 8.0]
    assert from_r_height(gone, np.sin(gone)).reason is Reason.GAP


def test_a_few_wrong_heights_do_not_matter():
    t_s = np.arange(90) * 0.8
    height = 1000.0 + 50.0 * np.sin(TAU * 0.15 * t_s)
    height[[20, 47, 70]] = (9000.0, -4000.0, np.nan)
    assert from_r_height(t_s, height).rate_per_min == pytest.approx(9.0, abs=0.1)


# --- several sources ---


def test_the_surest_wins_and_the_heart_says_which_way_up():
    heart = Breathing(6.0, 1.0, 0.5, None, 60.0, HEART_RHYTHM)
    waves = Breathing(6.1, 1.2 + math.pi, 0.9, None, 60.0, R_HEIGHT)
    both = fused([heart, waves])
    assert (both.rate_per_min, both.source) == (6.1, R_HEIGHT)
    assert both.phase_rad == pytest.approx(1.2)
    assert fused([heart, replace(waves, confidence=0.4)]) == heart


def test_without_the_heart_it_is_not_known_which_way_up():
    waves = Breathing(9.0, 1.2, 0.9, None, 60.0, R_HEIGHT)
    assert fused([waves]).rate_per_min == 9.0
    assert fused([waves]).phase_rad is None
    other = Breathing(6.0, 1.0, 0.5, None, 60.0, HEART_RHYTHM)
    assert fused([waves, other]).phase_rad is None
    nobody = fused([Breathing(None, None, 0.2, Reason.NO_PEAK)])
    assert (nobody.reason, nobody.confidence) == (Reason.NO_BREATH, 0.2)
    assert fused([]).reason is Reason.NO_BREATH


# --- the chest ---


def chest(seed, rate_hz, per_min, breath_mg=12.0, heart_mg=15.0, sway_mg=0.0, jolts=0):
    """64 s of a strap on a chest in mg, its mean rate, and its phase at the end (0: breathe in)."""
    rng = np.random.default_rng(seed)
    n = round(64 * rate_hz)
    t_s = np.arange(n) / rate_hz
    wander = np.cumsum(rng.standard_normal((n, 2)), axis=0) / np.sqrt(n)
    hz = per_min / 60.0 * (1.0 + 0.05 * wander[:, 0])
    phase = rng.uniform(0, TAU) + TAU * np.cumsum(hz) / rate_hz
    along, beat, lean = rng.standard_normal((3, 3))
    along /= np.linalg.norm(along)
    beat /= np.linalg.norm(beat)
    moved = np.outer(-breath_mg * np.cos(phase) - 0.2 * breath_mg * np.cos(2 * phase), along)
    moved += np.outer(heart_mg * np.sin(TAU * 1.2 * t_s) ** 9, beat)
    moved += np.outer(sway_mg * wander[:, 1], lean)
    moved += 4.0 * rng.standard_normal((n, 3)) + [50.0, -980.0, 150.0]
    for _ in range(jolts):
        at, long = rng.integers(n), int(rng.uniform(0.5, 3.0) * rate_hz)
        moved[at : at + long] += rng.uniform(50, 400) * rng.standard_normal(3)
        moved[at + long :] += 20.0 * rng.standard_normal(3)
    return np.rint(moved), 60.0 * hz.mean(), phase[-1]


@pytest.mark.parametrize("rate_hz", [25, 52, 200])
@pytest.mark.parametrize("stuck", [None, 0, 1, 2])
def test_a_chest_that_breathes(rate_hz, stuck):
    found = 0
    for seed in range(6):
        samples, per_min, phase = chest(seed, rate_hz, 5.0 + 2.0 * seed)
        if stuck is not None:
            samples[:, stuck] = samples[0, stuck]
        breath = from_acceleration(samples, rate_hz)
        if breath.rate_per_min is None:
            continue
        found += 1
        assert breath.rate_per_min == pytest.approx(per_min, abs=0.5)
        # which way up an axis counts is not known
        assert min(turned(breath.phase_rad, phase), turned(breath.phase_rad, phase + math.pi)) < 1.0
    assert found >= 5


@pytest.mark.parametrize(
    ("how", "known", "wrong"),
    [
        ({"breath_mg": 3.0}, 0.95, 0.0),
        ({"sway_mg": 15.0}, 0.95, 0.0),
        ({"jolts": 1}, 0.40, 0.03),
        ({"jolts": 4}, 0.0, 0.05),
        ({"breath_mg": 0.0}, 0.0, 0.03),
        ({"breath_mg": 0.0, "heart_mg": 0.0}, 0.0, 0.03),
        ({"breath_mg": 0.0, "sway_mg": 15.0}, 0.0, 0.12),
    ],
    ids=["weak", "sway", "a jolt", "four jolts", "no breath", "only noise", "only sway"],
)
def test_unknown_rather_than_wrong(how, known, wrong):
    errors = []
    for seed in range(40):
        samples, per_min, _ = chest(seed, 25, 4.0 + seed % 14, **how)
        rate = from_acceleration(samples, 25).rate_per_min
        errors.append(np.nan if rate is None else abs(rate - per_min))
    errors = np.array(errors)
    assert (errors <= 0.5).mean() >= known
    assert (errors > 0.5).mean() <= wrong


def test_a_breath_does_not_count_as_moving_and_walking_does():
    for seed in range(6):
        samples, _, _ = chest(seed, 25, 5.0 + 2.0 * seed)
        assert moving_share(samples, 25) == 0.0
    still = np.tile([50.0, -980.0, 150.0], (1000, 1))
    steps = 250.0 * np.abs(np.sin(np.pi * 1.8 * np.arange(250) / 25.0))
    walking = still.copy()
    walking[500:750, 1] += steps
    assert moving_share(walking, 25) == pytest.approx(0.25, abs=0.03)
    turned_over = still.copy()
    turned_over[500:] = turned_over[500:, [1, 0, 2]]  # another posture is no movement for long
    assert moving_share(turned_over, 25) < 0.03
    assert moving_share(np.empty((0, 3)), 25) == 0.0


def told(rate, source, phase=1.0):
    reason = None if rate is not None else Reason.NO_PEAK
    known = phase if rate is not None else None
    return Breathing(rate, known, 0.7 if rate else 0.2, reason, 64.0, source)


@pytest.mark.parametrize(
    ("chest_says", "height_says", "heart_says", "agreed_on"),
    [
        (6.0, None, None, "chest_motion"),
        (6.0, 6.4, 12.0, "chest_motion"),  # the first, where they agree
        (None, 6.4, 12.0, R_HEIGHT),
        (6.0, 14.0, 14.2, R_HEIGHT),  # the heart sides with one
        (6.0, 14.0, 6.2, "chest_motion"),
        (6.0, 14.0, 9.0, None),  # with neither: unknown
        (6.0, 14.0, None, None),
        (None, None, 6.0, None),  # the heart alone is no measured breath
    ],
)
def test_measured_sources_must_agree(chest_says, height_says, heart_says, agreed_on):
    asked = []

    def heart():
        asked.append(1)
        return told(heart_says, HEART_RHYTHM)

    found = agreed([told(chest_says, "chest_motion"), told(height_says, R_HEIGHT)], heart)
    if agreed_on is None:
        assert found.rate_per_min is None
        assert found.reason is not None
    else:
        assert found.source == agreed_on
        assert found.phase_rad is None  # which way up a chest counts is not known
    both = chest_says is not None and height_says is not None
    assert bool(asked) == (both and abs(chest_says - height_says) > 1.0)  # it costs time


def test_what_is_no_chest():
    still = np.tile([50.0, -980.0, 150.0], (1600, 1))
    assert from_acceleration(still, 25).reason is Reason.NO_DATA
    noise = np.random.default_rng(0)
    assert from_acceleration(still + noise.uniform(-1, 1, (1600, 3)), 25).reason is Reason.FLAT
    assert from_acceleration(still[:200], 25).reason is Reason.WARMING_UP
    assert from_acceleration(np.full((1600, 3), np.nan), 25).reason is Reason.NO_DATA
    walking = still + 400.0 * noise.standard_normal((1600, 3)).cumsum(axis=0) / 10.0
    assert from_acceleration(walking, 25).rate_per_min is None
    with pytest.raises(ValueError, match="x, y and z"):
        from_acceleration(np.zeros((100, 2)), 25)
    with pytest.raises(ValueError, match="samples a second"):
        from_acceleration(still, 2)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(-1e6, 1e6)), max_size=150),
)
def test_any_heights_give_an_answer(rows):
    t_s = np.cumsum([0.01 + step for step, _ in rows])
    breath = from_r_height(t_s, np.array([height for _, height in rows]))
    assert 0.0 <= breath.confidence <= 1.0
    assert (breath.rate_per_min is None) == (breath.reason is not None)
    if breath.rate_per_min is not None:
        assert 3.0 <= breath.rate_per_min <= 27.0
        assert 0.0 <= breath.phase_rad <= TAU
