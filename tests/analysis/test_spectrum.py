"""Filters and periodogram against SciPy, and power against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from coherence.analysis.spectrum import (
    WHOLE,
    Spectrum,
    band_limited,
    band_passed,
    detrended,
)


@pytest.mark.parametrize("n", [180, 256, 480, 1200])
def test_the_periodogram_is_scipys(n):
    y = np.random.default_rng(n).normal(0, 40, n)
    hz, psd = signal.periodogram(y, 4.0, window="hann", nfft=4096, detrend=False, scaling="density")
    spectrum = Spectrum.of(y)
    np.testing.assert_allclose(spectrum.hz, hz, atol=1e-12)
    np.testing.assert_allclose(spectrum.psd, psd, rtol=1e-9, atol=1e-9)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_power_between_the_bins_is_the_trapezoid_of_the_interpolated_density(a, b):
    spectrum = Spectrum.of(np.random.default_rng(1).normal(0, 40, 256))
    low, high = min(a, b), max(a, b)
    inside = spectrum.hz[(spectrum.hz > low) & (spectrum.hz < high)]
    hz = np.concatenate(([low], inside, [high]))
    expected = np.trapezoid(np.interp(hz, spectrum.hz, spectrum.psd), hz)
    assert spectrum.power(low, high) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_detrending_is_scipys():
    y = 900 + 0.3 * np.arange(256) + np.random.default_rng(2).normal(0, 40, 256)
    np.testing.assert_allclose(detrended(y), signal.detrend(y), atol=1e-10)


def test_the_band_pass_is_scipys_away_from_the_ends():
    t = np.arange(1200) / 4
    y = 40 * np.sin(2 * np.pi * 0.1 * t) + 20 * np.sin(2 * np.pi * 0.45 * t) + 0.1 * t
    sos = signal.butter(2, [0.05, 0.40], "bandpass", fs=4, output="sos")
    expected = signal.sosfiltfilt(sos, y)
    np.testing.assert_allclose(band_passed(y, 0.05, 0.40)[240:-240], expected[240:-240], atol=0.05)


@pytest.mark.parametrize("extra", [1, 2, 700, 30_011])
def test_hours_are_passed_as_if_mirrored_whole(extra):
    y = np.random.default_rng(extra).normal(850, 40, WHOLE + extra)
    mirrored = np.concatenate((y, y[::-1]))
    hz = np.fft.rfftfreq(len(mirrored), 0.5)
    w = np.tan(np.pi * np.minimum(hz, 0.9998) / 2)
    low, high = np.tan(np.pi * np.array([0.12, 0.40]) / 2)
    w[0] = 1e-9
    gain = 1 / (1 + ((w * w - low * high) / (w * (high - low))) ** 8)
    expected = np.fft.irfft(np.fft.rfft(mirrored) * gain, len(mirrored))[: len(y)]
    passed = band_passed(y, 0.12, 0.40, order=4, rate_hz=2.0)
    np.testing.assert_allclose(passed, expected, atol=1e-6)


def test_what_is_limited_to_a_band_keeps_its_phase_and_size():
    t = np.arange(480) / 4
    wave = 40 * np.cos(2 * np.pi * 0.1 * t)
    limited = band_limited(wave + 900 + 60 * np.sin(2 * np.pi * 0.6 * t), 0.04, 0.40)
    np.testing.assert_allclose(limited[80:-80], wave[80:-80], atol=1.5)


def test_the_edge_of_a_band_is_not_a_peak():
    drift = detrended(np.linspace(-1, 1, 256) ** 2 * 100)  # only slower than the band
    assert Spectrum.of(drift).peak_hz(0.04, 0.045) is None


@given(st.integers(0, 10_000), st.floats(0.0, 0.2), st.floats(0.0, 0.2), st.booleans())
def test_the_peak_is_the_highest_point_that_neighbours_do_not_reach(seed, a, b, plateaus):
    rng = np.random.default_rng(seed)
    psd = np.convolve(rng.exponential(size=300), np.hanning(12), "valid")
    psd = np.floor(psd) if plateaus else psd
    spectrum = Spectrum.of_power(psd)
    low, high = min(a, b), max(a, b)
    inside = np.flatnonzero((spectrum.hz >= low) & (spectrum.hz <= high))
    tops = [
        i for i in inside if 0 < i < len(psd) - 1 and psd[i - 1] < psd[i] and psd[i + 1] <= psd[i]
    ]
    found = spectrum.peak_hz(low, high)
    if not tops:
        assert found is None
    else:
        highest = max(tops, key=lambda i: psd[i])  # the first of equal ones
        assert abs(found - spectrum.hz[highest]) <= 0.51 * spectrum.hz[1]


@settings(max_examples=30)
@given(st.floats(0.05, 0.25))
def test_a_tone_is_found_between_the_bins(f_hz):
    t = np.arange(256) / 4
    found = Spectrum.of(np.sin(2 * np.pi * f_hz * t + 0.3)).peak_hz(0.04, 0.26)
    assert found == pytest.approx(f_hz, abs=2e-4)
