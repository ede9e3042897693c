"""Beats on the grid: elapsed time is kept, short holes are bridged, long ones refused."""

import numpy as np
import pytest
from tests.analysis.rhythms import tones

from coherence.analysis.series import NNSeries
from coherence.analysis.tachogram import JoinedBeats, Stamp, Tachogram, tachogram
from coherence.model import Reason


def with_hole(length_s, at_s=70.0, seconds=100.0):
    """A 0.1 Hz rhythm in which the intervals of one stretch are flagged."""
    rr_ms = tones(900, [(50, 0.1)], seconds)
    whole = NNSeries.from_rr(rr_ms)
    starts = whole.t_s - rr_ms / 1000
    flagged = (starts >= at_s) & (starts < at_s + length_s - 0.45)
    return NNSeries.from_rr(rr_ms, accepted=~flagged), whole


def test_the_grid_ends_at_the_last_beat_and_never_beyond():
    series = NNSeries.from_rr(tones(900, [(50, 0.1)], 100))
    even = tachogram(series, 256)
    assert isinstance(even, Tachogram)
    assert even.t_s[-1] == series.t_s[-1]
    assert np.allclose(np.diff(even.t_s), 0.25)
    assert even.nn_ms[-1] == pytest.approx(series.rr_ms[-1])
    assert not even.bridged


def test_in_the_middle_of_its_interval_a_value_stands_half_an_interval_earlier():
    series = NNSeries.from_rr(np.full(100, 1000.0))
    end, middle = tachogram(series, 256), tachogram(series, 256, Stamp.MIDDLE)
    assert isinstance(end, Tachogram)
    assert isinstance(middle, Tachogram)
    assert end.t_s[-1] - middle.t_s[-1] == pytest.approx(0.5)


def test_beats_that_do_not_reach_back_are_warming_up():
    rr_ms = np.full(64, 1000.0)
    assert tachogram(NNSeries.from_rr(rr_ms), 256) is Reason.WARMING_UP
    assert isinstance(tachogram(NNSeries.from_rr(np.full(65, 1000.0)), 256), Tachogram)
    shorter = tachogram(NNSeries.from_rr(rr_ms), 480, fewest=240)
    assert isinstance(shorter, Tachogram)
    assert len(shorter.t_s) == 253  # 63 s from the first stamp to the last
    assert tachogram(NNSeries.from_rr([]), 256) is Reason.WARMING_UP


@pytest.mark.parametrize(("length_s", "unsure"), [(0.9, False), (2.7, False), (4.5, True)])
def test_a_bridged_hole_leaves_the_rest_as_it_was(length_s, unsure):
    series, whole = with_hole(length_s)
    even, true = tachogram(series, 256), tachogram(whole, 256)
    assert isinstance(even, Tachogram)
    assert isinstance(true, Tachogram)
    assert even.longest_hole_s == pytest.approx(length_s, abs=0.3)
    assert even.unsure is unsure
    away = np.abs(even.t_s - 70.0 - length_s / 2) > length_s / 2 + 3
    np.testing.assert_allclose(even.nn_ms[away], true.nn_ms[away], atol=1.0)
    # Nothing in the hole goes beyond the beats on either side of it.
    (left, right), *_ = series.holes()
    edge = np.interp([left, right + 0.95], series.nn_t_s, series.nn_ms)
    inside = (even.t_s > left) & (even.t_s < right)
    if length_s > 1.5:
        assert even.nn_ms[inside].min() > edge.min() - 12
        assert even.nn_ms[inside].max() < edge.max() + 12


def test_a_hole_of_more_than_five_seconds_is_refused_until_it_has_passed():
    series, _ = with_hole(6.5)
    assert tachogram(series, 256) is Reason.GAP
    assert tachogram(series, 480, fewest=240) is Reason.GAP
    since = tachogram(series, 480, fewest=60)
    assert isinstance(since, Tachogram)
    assert since.t_s[0] > 76.0
    assert not since.bridged
    later, _ = with_hole(6.5, at_s=20.0)
    assert isinstance(tachogram(later, 256), Tachogram)


def test_a_gap_between_segments_is_a_hole():
    rr_ms = np.full(100, 900.0)
    t_s = np.cumsum(rr_ms) / 1000
    for lost_s, reason in ((2.0, None), (6.0, Reason.GAP)):
        gapped = NNSeries(
            t_s + lost_s * (np.arange(100) >= 70),
            rr_ms,
            np.ones(100, bool),
            (np.arange(100) >= 70).astype(np.int64),
            np.zeros(100, np.int64),
        )
        even = tachogram(gapped, 256)
        if reason is None:
            assert isinstance(even, Tachogram)
            assert even.longest_hole_s == pytest.approx(lost_s)
        else:
            assert even is reason


def test_flagged_beats_at_the_end_are_not_extrapolated_over():
    rr_ms = tones(900, [(50, 0.1)], 100)
    flagged = np.zeros(len(rr_ms), bool)
    flagged[-3:] = True
    series = NNSeries.from_rr(rr_ms, accepted=~flagged)
    even = tachogram(series, 256)
    assert isinstance(even, Tachogram)
    assert even.t_s[-1] == series.t_s[-4]
    assert even.longest_hole_s == pytest.approx(rr_ms[-3:].sum() / 1000)
    flagged[-7:] = True
    assert tachogram(NNSeries.from_rr(rr_ms, accepted=~flagged), 256) is Reason.GAP


def test_beats_on_one_spot_do_not_break_the_spline():
    rr_ms = np.full(120, 900.0)
    series = NNSeries.from_rr(rr_ms)
    series.t_s[60] = series.t_s[59]
    even = tachogram(series, 256)
    assert isinstance(even, Tachogram)
    np.testing.assert_allclose(even.nn_ms, 900.0)


def test_a_shorter_grid_is_the_end_of_a_longer_one():
    series, _ = with_hole(2.7, at_s=120.0, seconds=180.0)
    joined = JoinedBeats(series)
    longer = tachogram(joined, 480)
    for beats in (joined, JoinedBeats(series), series):
        shorter = tachogram(beats, 256)
        assert isinstance(longer, Tachogram)
        assert isinstance(shorter, Tachogram)
        np.testing.assert_array_equal(shorter.t_s, longer.t_s[-256:])
        np.testing.assert_array_equal(shorter.nn_ms, longer.nn_ms[-256:])


def test_the_curve_does_not_lead_across_a_hole_too_long_to_bridge():
    """A cubic across eleven seconds swings far out, and further than the hole."""
    series, whole = with_hole(11.0, at_s=20.0, seconds=86.5)
    even, true = tachogram(series, 216), tachogram(whole, 216)
    assert isinstance(even, Tachogram)
    assert isinstance(true, Tachogram)
    assert even.t_s[0] < 34.0  # a beat or two after the hole
    np.testing.assert_allclose(even.nn_ms, true.nn_ms, atol=1.0)
