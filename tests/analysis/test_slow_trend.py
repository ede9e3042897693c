"""The trend by smoothness priors: its equation, NeuroKit2, and what it leaves of a wave."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg
from tests import recorded
from tests.analysis.rhythms import tones

from coherence.analysis.series import NNSeries
from coherence.analysis.slow_trend import PIECE, trend, without_trend
from coherence.analysis.stretches import Stretches, stretches


def even(rr_ms):
    found = stretches(NNSeries.from_rr(rr_ms))
    assert isinstance(found, Stretches)
    return found


def by_bands(y):
    """The equation itself, solved by SciPy."""
    n = len(y)
    second = np.array([1.0, -2.0, 1.0])
    bands = np.zeros((3, n))
    for i in range(n - 2):
        for k in range(3):
            bands[2 - k, i + k : i + 3] += 500.0**2 * second[: 3 - k] * second[k:]
    bands[2] += 1.0
    return linalg.solveh_banded(bands, y)


@given(st.integers(3, 400), st.integers(0, 2**32 - 1))
def test_the_trend_solves_its_equation(n, seed):
    y = np.random.default_rng(seed).normal(850, 50, n)
    np.testing.assert_allclose(trend(y), by_bands(y), rtol=1e-9)


def test_the_trend_is_neurokits(data):
    y = even(recorded.kubios(data, "kubios_short_5min")["rr_ms"]).parts[0].nn_ms
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NeuroKit2 and what it imports
        import neurokit2 as nk

        flat = nk.signal_detrend(y, method="tarvainen2002", regularization=500)
    # The end is left out: NeuroKit2 solves it without the last two points.
    np.testing.assert_allclose((y - trend(y))[:500], flat[:500], atol=1e-6)


@pytest.mark.parametrize(
    ("hz", "gain"), [(0.01, 0.015), (0.0285, 0.50), (0.0355, 0.707), (0.1, 0.993)]
)
def test_what_the_trend_leaves_of_a_wave(hz, gain):
    t_s = np.arange(4 * 2000) / 4.0
    wave = np.sin(2 * np.pi * hz * t_s)
    middle = slice(2000, 6000)
    left = (wave - trend(wave))[middle]
    assert np.sqrt(2 * np.mean(left**2)) == pytest.approx(gain, abs=0.004)


def test_without_its_trend_a_heart_keeps_its_mean_and_its_breath():
    drifting = tones(900, [(30, 0.25), (60, 1 / 300)], 600)
    flat = without_trend(even(drifting))
    assert len(flat) == len(drifting)
    assert drifting.std() > 1.9 * flat.std()
    assert flat.std() == pytest.approx(30 / np.sqrt(2), rel=0.05)
    # About the mean in time, in which slow beats weigh more.
    assert flat.mean() == pytest.approx(900.0, abs=3.0)


@pytest.mark.parametrize("n", [PIECE, PIECE + 1, 2 * PIECE + 17, 30_000])
def test_hours_are_solved_in_pieces_as_if_at_once(n):
    rng = np.random.default_rng(n)
    y = 850.0 + np.cumsum(rng.normal(0, 2, n)) + 40 * np.sin(np.arange(n) * 0.15)
    np.testing.assert_allclose(trend(y), by_bands(y), rtol=1e-9)
