"""LOWESS against the plainest way to do it: a weighted straight line fitted at each point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from coherence.analysis.lowess import lowess


def plainly(x: np.ndarray, y: np.ndarray, nearest: int) -> np.ndarray:
    out = []
    for here in x:
        away = np.abs(x - here)
        near = np.argsort(away, kind="stable")[:nearest]
        root = np.sqrt((1.0 - (away[near] / away[near].max()) ** 3) ** 3)
        columns = np.stack([np.ones(len(near)), x[near] - here], axis=1)
        out.append(lsq_linear(columns * root[:, None], y[near] * root, tol=1e-14).x[0])
    return np.array(out)


@pytest.mark.parametrize(("n", "nearest"), [(300, 41), (120, 17), (30, 41), (5, 3)])
def test_it_is_the_weighted_straight_line_of_each_place(n: int, nearest: int) -> None:
    rng = np.random.default_rng(n)
    x = np.cumsum(rng.uniform(0.5, 1.3, n))
    y = 900.0 + 60.0 * np.sin(x / 3.0) + rng.normal(0.0, 15.0, n)
    assert lowess(x, y, nearest) == pytest.approx(plainly(x, y, nearest), abs=1e-6)


@given(
    gaps=st.lists(st.floats(0.05, 5.0), min_size=3, max_size=60),
    nearest=st.integers(3, 50),
    slope=st.floats(-50.0, 50.0),
)
def test_a_straight_line_stays_what_it_is(gaps: list[float], nearest: int, slope: float) -> None:
    x = np.cumsum(gaps)
    line = 800.0 + slope * x
    assert lowess(x, line, nearest) == pytest.approx(line, abs=1e-6, rel=1e-9)


def test_what_is_too_short_to_smooth_stays_as_it_is() -> None:
    assert lowess(np.array([1.0, 2.0]), np.array([5.0, 9.0]), 41).tolist() == [5.0, 9.0]
    assert lowess(np.empty(0), np.empty(0), 41).tolist() == []
