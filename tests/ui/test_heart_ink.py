"""The breath guide's dashes; that what is kept equals a fresh drawing is held in the live plots."""

import numpy as np
import pytest

from coherence.ui.heart_ink import COUNTED_ANEW, DASH_PX, GAP_PX, _dashes


def lengths(dashes):
    return np.array([dash.length() for dash in dashes])


def test_dashes_are_as_long_where_the_curve_is_steep_as_where_it_is_level():
    across = np.arange(0.0, COUNTED_ANEW * 1.5, 1.5)
    down = np.where(across < 60.0, 0.0, 8.0 * (across - 60.0))
    dashes = _dashes(across, down, np.ones(len(across), np.bool_), 1.0)
    along = 60.0 + (across[-1] - 60.0) * np.hypot(1.0, 8.0)
    assert len(dashes) == np.ceil(along / (DASH_PX + GAP_PX))
    whole = lengths(dashes)[:-1]
    assert np.count_nonzero(np.abs(whole - DASH_PX) > 1e-9) <= 1  # the one round the corner


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_dashes_lie_alike_wherever_a_drawing_begins(ratio):
    across = 1.2 * np.arange(4 * COUNTED_ANEW + 1)
    down = 40.0 * np.sin(across / 20.0)
    runs = np.ones(len(across), np.bool_)
    later = slice(2 * COUNTED_ANEW, None)
    whole = [(d.x1(), d.x2()) for d in _dashes(across, down, runs, ratio)]
    part = [(d.x1(), d.x2()) for d in _dashes(across[later], down[later], runs[later], ratio)]
    assert len(part) > 20
    np.testing.assert_allclose(whole[-len(part) :], part)


def test_no_dash_where_the_guide_rests():
    across = np.arange(0.0, 200.0)
    runs = (across < 50.0) | (across > 120.0)
    dashes = _dashes(across, np.zeros(200), runs, 1.0)
    assert all(dash.x2() < 51.0 or dash.x1() >= 120.0 for dash in dashes)
    assert any(dash.x2() > 40.0 for dash in dashes if dash.x2() < 51.0)
    assert any(dash.x1() < 130.0 for dash in dashes if dash.x1() >= 120.0)
