"""The simulated heart against the theory of it: IPFM, resonance, sizes of its waves, ectopics."""

from __future__ import annotations

import cmath
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import signal
from tests.guided import Guided

from coherence.devices.people import ANYONE, PEOPLE, Person
from coherence.devices.wearer_breath import Guide
from coherence.devices.wearer_heart import STEP_S, Heart, answer_to_breath
from coherence.model import BreathPattern, PaceChanged

STILL = Person(mayer_ms=0.0, drift_ms=0.0, noise_ms=0.0, gain_ms=0.0, faithfulness=1.0)


def even_breath(f_hz: float) -> Guide:
    return lambda t_s: 0.5 - 0.5 * math.cos(2 * math.pi * f_hz * t_s)


def intervals(heart: Heart, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """(middles in s, lengths in ms) of the intervals after the first minute."""
    beats_s = np.array(heart.beats_until(seconds))
    beats_s = beats_s[beats_s > 60.0]
    return (beats_s[1:] + beats_s[:-1]) / 2, np.diff(beats_s) * 1000


def wave_at(f_hz: float, t_s: np.ndarray, y: np.ndarray) -> complex:
    """Size and angle of the wave at ``f_hz``, by least squares beside its overtone and a mean."""
    turns = [np.exp(2j * np.pi * f_hz * n * t_s) for n in (1, 2)]
    columns = [np.ones_like(t_s), *(part for e in turns for part in (e.real, -e.imag))]
    fit = np.linalg.lstsq(np.stack(columns, axis=1), y, rcond=None)[0]
    return complex(fit[1], fit[2])


@pytest.mark.parametrize(("f_hz", "rr_ms"), [(0.1, 44.40), (0.25, 41.35), (0.3, 39.79)])
def test_ipfm_gives_the_amplitude_of_the_closed_form(f_hz: float, rr_ms: float) -> None:
    """m = 0.05·cos(2πft), T0 = 0.9 s: T0·m0·sinc(fT0), within 0.5 % (science 6.1)."""
    gain = 45.0 / abs(answer_to_breath(f_hz, STILL))
    heart = Heart(replace(STILL, gain_ms=gain), seed=1, guide=even_breath(f_hz))
    assert abs(wave_at(f_hz, *intervals(heart, 660.0))) == pytest.approx(rr_ms, rel=0.005)


@pytest.mark.parametrize("f_hz", [0.05, 0.0967, 0.12, 0.25])
def test_the_answer_to_the_breath_is_that_of_the_analog_filters(f_hz: float) -> None:
    w0, corner = 2 * math.pi * STILL.resonance_per_min / 60, 2 * math.pi * 0.12
    at = [2 * math.pi * f_hz]
    band = signal.freqs([w0 / STILL.q, 0], [1, w0 / STILL.q, w0**2], worN=at)[1][0]
    low = signal.freqs([corner], [1, corner], worN=at)[1][0]
    assert answer_to_breath(f_hz, STILL) == pytest.approx(0.7 * band + 0.3 * low, rel=1e-9)


@pytest.mark.parametrize("per_min", [4.0, 5.8, 6.5, 9.0, 15.0])
def test_the_heart_follows_the_breath_by_the_angle_of_the_filters(per_min: float) -> None:
    f_hz = per_min / 60
    heart = Heart(replace(STILL, gain_ms=40.0), seed=2, guide=even_breath(f_hz))
    middles_s, rr_ms = intervals(heart, 660.0)
    rate = wave_at(f_hz, middles_s, 60_000 / rr_ms)
    breath = wave_at(f_hz, middles_s, -np.cos(2 * np.pi * f_hz * middles_s))
    angle = cmath.phase(rate / breath)
    assert angle == pytest.approx(cmath.phase(answer_to_breath(f_hz, STILL)), abs=math.radians(2))


def test_at_resonance_the_heart_quickens_on_the_in_breath() -> None:
    """|angle(HR, b)| < 15° at f0; it leads below and lags above (science 6.3)."""
    assert abs(math.degrees(cmath.phase(answer_to_breath(5.8 / 60, STILL)))) < 15
    assert cmath.phase(answer_to_breath(4.0 / 60, STILL)) > 0
    assert cmath.phase(answer_to_breath(9.0 / 60, STILL)) < math.radians(-45)


@pytest.mark.parametrize("per_min", [5.0, 6.0, 12.0, 15.0])
def test_rsa_is_as_large_as_said_at_the_rate_it_is_said_for(per_min: float) -> None:
    person = replace(STILL, rsa_ms=30.0, rsa_at_per_min=per_min)
    heart = Heart(person, seed=3, guide=even_breath(per_min / 60))
    assert abs(wave_at(per_min / 60, *intervals(heart, 660.0))) == pytest.approx(30.0, rel=0.01)


def test_rsa_under_the_real_guide_is_a_little_less_for_its_uneven_breath() -> None:
    guide = Guided(PaceChanged(0.0, BreathPattern(6.0)))
    heart = Heart(replace(STILL, rsa_ms=30.0), seed=3, guide=guide)
    assert abs(wave_at(0.1, *intervals(heart, 660.0))) == pytest.approx(29.0, abs=1.0)


def test_own_breath_gives_its_rsa_too() -> None:
    resting = replace(PEOPLE["resting"], mayer_ms=0.0, drift_ms=0.0, noise_ms=0.0)
    sds = [intervals(Heart(resting, seed), 660.0)[1].std() for seed in range(4)]
    assert np.mean(sds) == pytest.approx(25.0 / math.sqrt(2), rel=0.05)


def sd_over_seeds(person: Person, seconds: float = 2460.0) -> float:
    variances = [intervals(Heart(person, seed), seconds)[1].var() for seed in range(3)]
    return math.sqrt(np.mean(variances))


def test_noise_is_white_and_as_large_as_said() -> None:
    noisy = replace(STILL, noise_ms=10.0)
    assert sd_over_seeds(noisy, 1260.0) == pytest.approx(10.0, rel=0.04)
    rr_ms = intervals(Heart(noisy, 5), 1860.0)[1]
    rmssd = math.sqrt(np.mean(np.diff(rr_ms) ** 2))
    assert rmssd == pytest.approx(10.0 * math.sqrt(2), rel=0.05)  # intervals do not know each other


def test_drift_is_as_large_and_as_slow_as_said() -> None:
    drifting = replace(STILL, drift_ms=40.0)
    assert sd_over_seeds(drifting) == pytest.approx(40.0, rel=0.15)
    rr_ms = intervals(Heart(drifting, 5), 7260.0)[1]
    y = rr_ms - rr_ms.mean()
    lag = round(drifting.drift_s / 0.9)
    assert np.mean(y[lag:] * y[:-lag]) / y.var() == pytest.approx(math.exp(-1), abs=0.12)


def test_the_mayer_wave_is_as_large_as_narrow_and_where_it_was_said() -> None:
    person = replace(STILL, mayer_ms=25.0, mayer_hz=0.095, mayer_width_hz=0.02)
    assert sd_over_seeds(person) == pytest.approx(25.0 * np.sinc(0.095 * 0.9), rel=0.1)
    middles_s, rr_ms = intervals(Heart(person, 5), 3660.0)
    grid_s = np.arange(70.0, 3600.0, 0.25)
    f_hz, power = signal.welch(np.interp(grid_s, middles_s, rr_ms), 4.0, nperseg=1024)
    near = abs(f_hz - 0.095) < 0.05
    assert np.average(f_hz[near], weights=power[near]) == pytest.approx(0.095, abs=0.004)
    within = power[abs(f_hz - 0.095) <= 0.01].sum() / power.sum()
    assert within == pytest.approx(0.5, abs=0.08)  # half of a Lorentzian lies within its width


def test_each_run_draws_its_own_mayer_frequency_about_a_tenth_of_a_hertz() -> None:
    found = []
    for seed in range(5):
        person = replace(STILL, mayer_ms=25.0, mayer_width_hz=0.001)
        middles_s, rr_ms = intervals(Heart(person, seed), 660.0)
        grid_s = np.arange(70.0, 650.0, 0.25)
        f_hz, power = signal.periodogram(np.interp(grid_s, middles_s, rr_ms), 4.0)
        found.append(f_hz[power.argmax()])
    assert min(found) > 0.078
    assert max(found) < 0.122
    assert np.ptp(found) > 0.01


@pytest.mark.parametrize("key", PEOPLE)
def test_everybody_s_heart_keeps_its_mean_and_beats_possibly(key: str) -> None:
    person = PEOPLE[key]
    assert person.label
    guide = Guided(PaceChanged(60.0, BreathPattern(6.0)))
    rr_ms = intervals(Heart(person, 1, guide), 960.0)[1]
    assert rr_ms.mean() == pytest.approx(person.mean_rr_ms, rel=0.03)
    assert rr_ms.min() > 300.0
    assert rr_ms.max() < 2000.0


def test_somebody_at_rest_has_the_rmssd_of_people_at_rest() -> None:
    """19 to 75 ms in healthy adults (Nunan 2010, science 9.4)."""
    for seed in range(5):
        rr_ms = intervals(Heart(ANYONE, seed), 360.0)[1]
        assert 19.0 < math.sqrt(np.mean(np.diff(rr_ms) ** 2)) < 75.0


def test_after_a_pvc_a_full_pause_makes_up_for_it() -> None:
    rr_ms = intervals(Heart(replace(STILL, pvc_per_100=5.0), 1), 1860.0)[1]
    early = np.flatnonzero(rr_ms < 880.0)
    assert len(early) == pytest.approx(0.05 * len(rr_ms), rel=0.25)
    assert rr_ms[early].min() >= 0.6 * 900 - 1e-6
    assert rr_ms[early].max() <= 0.75 * 900 + 1e-6
    assert rr_ms[early] + rr_ms[early + 1] == pytest.approx(1800.0)


def test_after_a_pac_the_rhythm_goes_on_anew() -> None:
    rr_ms = intervals(Heart(replace(STILL, pac_per_100=5.0), 1), 1860.0)[1]
    early = np.flatnonzero(rr_ms < 880.0)
    assert len(early) == pytest.approx(0.05 * len(rr_ms), rel=0.25)
    assert rr_ms[early].min() >= 0.65 * 900 - 1e-6
    assert rr_ms[early].max() <= 0.8 * 900 + 1e-6
    assert np.delete(rr_ms, early) == pytest.approx(900.0)


def test_beats_do_not_depend_on_how_often_one_asks() -> None:
    at_once = Heart(ANYONE, 7).beats_until(120.0)
    heart = Heart(ANYONE, 7)
    bit_by_bit = [beat for i in range(1, 1201) for beat in heart.beats_until(i / 10)]
    assert bit_by_bit == at_once
    assert all(b - a > STEP_S for a, b in pairwise(at_once))
