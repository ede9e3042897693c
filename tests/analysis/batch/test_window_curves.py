"""Windows read from one curve are each the curve through its own beats."""

import numpy as np
import pytest
from tests.analysis.batch.test_windowed import heart

from coherence.analysis.batch.curve import WholeCurve
from coherence.analysis.batch.window_curves import FEWEST_APART, WindowCurves
from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import RATE_HZ
from coherence.analysis.tachogram import JoinedBeats


def windows_of(series, first, last, start_s, samples):
    """Read all at once, and each from a curve of its own."""
    curve = WholeCurve(series)
    first, last, samples = (np.asarray(each) for each in (first, last, samples))
    order = np.argsort(samples, kind="stable")
    first, last, samples = first[order], last[order], samples[order]
    start_s = np.asarray(start_s)[order]
    read = WindowCurves(curve, first, last).read(start_s, samples, first, last)
    for row, i, j, begin_s, n in zip(read, first, last, start_s, samples, strict=True):
        kept = np.flatnonzero(series.accepted)[i : j + 1]
        part = slice(kept[0], kept[-1] + 1)
        own = NNSeries(
            series.t_s[part],
            series.rr_ms[part],
            series.accepted[part],
            series.segment[part],
            series.missing[part],
        )
        yield row[:n], JoinedBeats(own).part(-1).read(begin_s + np.arange(n) / RATE_HZ)


def along(series, step=7, beats=80):
    """Windows of so many beats along a series, on the grid from their first beat on."""
    x = series.t_s[series.accepted]
    first = np.arange(0, len(x) - beats, step)
    last = first + beats - 1 - first % 5
    return first, last, x[first], np.ceil((x[last] - x[first]) * RATE_HZ).astype(int)


def assert_same(windows, within_ms=1e-6):
    told = 0
    for found, expected in windows:
        np.testing.assert_allclose(found, expected, rtol=0.0, atol=within_ms)
        told += 1
    assert told > 5


def test_from_the_first_beat_on_and_up_to_the_last():
    series = NNSeries.from_rr(heart(900))
    first, last, start_s, samples = along(series)
    assert_same(windows_of(series, first, last, start_s, samples))
    back_s = series.t_s[last] - (samples - 8) / RATE_HZ
    assert_same(windows_of(series, first, last, back_s, samples - 7))


def test_beats_that_fall_on_the_grid_itself():
    rr_ms = np.random.default_rng(3).choice([750.0, 800.0, 875.0, 1000.0], 2000)
    series = NNSeries.from_rr(rr_ms)  # one in some on a quarter second, to the last digit or not
    first, last, start_s, samples = along(series, 11)
    assert_same(windows_of(series, first, last, start_s, samples), 2e-6)


def test_many_beats_in_a_quarter_second():
    rr_ms = np.tile([220.0, 60.0, 700.0, 40.0, 90.0, 800.0], 120)
    rr_ms += np.random.default_rng(4).uniform(0.0, 9.0, rr_ms.size)
    series = NNSeries.from_rr(rr_ms)
    first, last, start_s, samples = along(series)
    assert_same(windows_of(series, first, last, start_s, samples), 1e-4)


def test_over_calm_bridges_and_beside_long_holes():
    rr_ms = heart(1500, seed=9)
    accepted = np.random.default_rng(5).random(1500) > 0.02
    accepted[[400, 401, 402, 800, 801, 802]] = False  # bridged calmly
    lost_s = np.zeros(1500)
    lost_s[[600, 1000]] = 3700.1, 86.3
    t_s = np.cumsum(rr_ms) / 1000.0 + np.cumsum(lost_s)
    series = NNSeries(t_s, rr_ms, accepted, np.cumsum(lost_s > 0.0), np.zeros(1500, int))
    curve = WholeCurve(series)
    cuts = np.flatnonzero(curve.hole_s > 5.0) + 1
    assert len(cuts) == 2
    assert curve.wide.sum() >= 4
    assert len(curve.at) * 8 > curve.at[-1]  # what lies between parts takes no room
    first, last, start_s, samples = along(series, 3)
    inside = cuts.searchsorted(first, "right") == cuts.searchsorted(last, "right")
    inside &= ~curve.wide[first] & ~curve.wide[last - 1]
    chosen = [each[inside] for each in (first, last, start_s, samples)]
    assert (chosen[0] > cuts[-1]).any()
    assert_same(windows_of(series, *chosen))


@pytest.mark.parametrize("beats", [FEWEST_APART, 300])
def test_windows_of_unlike_length(beats):
    series = NNSeries.from_rr(heart(1200, seed=6))
    rng = np.random.default_rng(7)
    first = np.sort(rng.integers(0, 800, 60))
    last = first + rng.integers(FEWEST_APART - 1, beats + 40, 60)
    samples = np.ceil((series.t_s[last] - series.t_s[first]) * RATE_HZ).astype(int)
    assert_same(windows_of(series, first, last, series.t_s[first], samples), 2e-6)


def test_a_window_by_itself_up_to_its_last_beat():
    series = NNSeries.from_rr(heart(400, seed=8) + 0.03)
    told = []
    for first in range(0, 300, 5):
        last, samples = first + 90, 256
        start_s = series.t_s[last] - (samples - 1) / RATE_HZ
        told += windows_of(series, [first], [last], [start_s], [samples])
    assert_same(told)
