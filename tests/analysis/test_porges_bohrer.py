"""RSA by Porges and Bohrer: its filters against SciPy, its value on sines."""

import numpy as np
import pytest
from scipy import signal
from tests.analysis.rhythms import tones

from coherence.analysis.porges_bohrer import moving_cubic, porges_bohrer_rsa
from coherence.analysis.series import NNSeries
from coherence.analysis.stretches import stretches
from coherence.model import Reason


def rsa(rr_ms):
    return porges_bohrer_rsa(stretches(NNSeries.from_rr(rr_ms)))


def test_the_moving_polynomial_is_scipys():
    for n in (21, 22, 60, 601):
        y = np.random.default_rng(n).normal(900, 40, n)
        np.testing.assert_allclose(moving_cubic(y), signal.savgol_filter(y, 21, 3), rtol=1e-9)


@pytest.mark.parametrize(("hz", "expected"), [(0.20, 7.34), (0.25, 7.03)])
def test_a_quick_breath(hz, expected):
    assert rsa(tones(900, [(50, hz)], 300)).value == pytest.approx(expected, abs=0.03)


def test_a_slow_breath_is_not_seen():
    assert rsa(tones(900, [(50, 0.10)], 300)).value < 0.6


def test_all_of_it_against_scipy():
    rr_ms = tones(870, [(40, 0.08), (25, 0.24)], 330, noise_ms=8)
    t_s = np.cumsum(rr_ms) / 1000
    grid = np.arange(t_s[0], t_s[-1], 0.5)
    y = np.interp(grid, t_s, rr_ms)
    y = y - signal.savgol_filter(y, 21, 3)
    y = signal.sosfiltfilt(signal.butter(4, [0.12, 0.40], "bandpass", fs=2, output="sos"), y)
    epochs = y[: len(y) // 60 * 60].reshape(-1, 60)
    assert rsa(rr_ms).value == pytest.approx(np.log(epochs.var(axis=1, ddof=1)).mean(), abs=0.05)


def test_twice_the_swing_is_four_times_the_variance():
    one, two = (rsa(tones(900, [(swing, 0.25)], 300)).value for swing in (15, 30))
    assert two - one == pytest.approx(np.log(4), abs=0.05)


def test_short_and_still():
    assert rsa(tones(900, [(50, 0.25)], 50)).reason is Reason.WARMING_UP
    assert rsa([900.0] * 200).reason is Reason.FLAT
