"""The short way to the slow end of the spectrum against the long one."""

import numpy as np
import pytest
from scipy import signal
from tests.analysis.rhythms import tones

from coherence.analysis.series import NNSeries
from coherence.analysis.slow_waves import BINS, SAMPLES, slow_spectrum
from coherence.analysis.tachogram import Tachogram, tachogram


@pytest.mark.parametrize("seed", range(5))
def test_it_is_scipys_periodogram_without_its_line(seed):
    rng = np.random.default_rng(seed)
    y = 850.0 + np.cumsum(rng.normal(0, 5, SAMPLES)) + rng.normal(0, 30, SAMPLES)
    hz, psd = signal.periodogram(signal.detrend(y), 4.0, "hann", 4096, detrend=False)
    slow = slow_spectrum(y)
    np.testing.assert_allclose(slow.hz, hz[:BINS], atol=1e-12)
    np.testing.assert_allclose(slow.psd, psd[:BINS], rtol=1e-9, atol=1e-12 * psd.max())


def test_what_is_constant_or_a_line_has_no_power():
    ramp = np.arange(SAMPLES) * 3.0 + 600.0
    for y in (np.full(SAMPLES, 1000.0), ramp, -ramp):
        assert slow_spectrum(y).psd.max() < 1e-18


def test_of_beats_it_asks_for_no_more_than_the_last_64_seconds():
    even = tachogram(NNSeries.from_rr(tones(900, [(50, 0.1)], 200)), 480)
    assert isinstance(even, Tachogram)
    tone = slow_spectrum(even.nn_ms[-SAMPLES:])
    assert tone.peak_hz(0.04, 0.26) == pytest.approx(0.1, abs=2e-4)
    assert tone.power(0.0, 0.41) == pytest.approx(1250, rel=0.01)
