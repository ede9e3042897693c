"""The curves through the beats against SciPy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import interpolate

from coherence.analysis.spline import SWEPT, Spline, cubic_spline, pchip, spline_slopes

intervals_ms = st.lists(st.floats(300.0, 2000.0), min_size=4, max_size=60)


def _knots(rr_ms):
    y = np.array(rr_ms)
    x = 100.0 + np.cumsum(y) / 1000.0
    return x, y, np.linspace(x[0], x[-1], 301)


@given(intervals_ms)
def test_the_spline_is_scipys_not_a_knot_spline(rr_ms):
    x, y, at = _knots(rr_ms)
    np.testing.assert_allclose(
        cubic_spline(x, y, at), interpolate.CubicSpline(x, y)(at), rtol=1e-9, atol=1e-9
    )


@given(intervals_ms)
def test_pchip_is_scipys(rr_ms):
    x, y, at = _knots(rr_ms)
    np.testing.assert_allclose(
        pchip(x, y, at), interpolate.PchipInterpolator(x, y)(at), rtol=1e-9, atol=1e-9
    )


def test_pchip_on_equal_and_rising_values():
    x = np.array([0.0, 1.0, 2.0, 3.5, 4.0, 5.0])
    for y in (np.full(6, 800.0), np.array([1.0, 1, 2, 2, 9, 9]), np.arange(6.0)):
        at = np.linspace(0, 5, 77)
        np.testing.assert_allclose(
            pchip(x, y, at), interpolate.PchipInterpolator(x, y)(at), atol=1e-12
        )


def test_the_spline_of_a_thousand_beats_is_scipys_too():
    rng = np.random.default_rng(3)
    x, y, at = _knots(rng.uniform(500, 1200, 1000))
    np.testing.assert_allclose(cubic_spline(x, y, at), interpolate.CubicSpline(x, y)(at), atol=1e-9)


@pytest.mark.parametrize("n", [4, 5, 6, 9, SWEPT, SWEPT + 1, SWEPT + 2, 1000])
@pytest.mark.parametrize("widest", [1.3, 20.0])
def test_its_slopes_are_exact_however_they_are_solved_for(n, widest):
    """Knots up to ``widest`` times as far apart as others: as after holes, and far worse."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x = np.cumsum(0.3 * np.exp(rng.uniform(0.0, np.log(widest), n)))
        y = rng.normal(850.0, 50.0, n)
        slopes = spline_slopes(np.diff(x), np.diff(y) / np.diff(x))
        expected = interpolate.CubicSpline(x, y).derivative()(x)
        np.testing.assert_allclose(slopes, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


def test_a_curve_is_read_alike_at_many_points_and_at_few():
    x, y, at = _knots(np.random.default_rng(4).uniform(500, 1200, 90))
    curve = Spline.through(x, y)
    for few in (at[:1], at[100:130], at[-1:], at[:0], x):
        np.testing.assert_array_equal(curve.at(few), cubic_spline(x, y, few))
    np.testing.assert_array_equal(curve.at(at[100:130]), curve.at(at)[100:130])
    np.testing.assert_allclose(curve.at(x), y, rtol=1e-12)
