"""NNSeries and BeatLog: what may be computed from, and where there is nothing to compute from."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import recorded

from coherence.analysis.artifacts import judge_all
from coherence.analysis.beat_log import BeatLog
from coherence.analysis.series import NNSeries
from coherence.model import Beat, JudgedBeat, Verdict

FIELDS = ("t_s", "rr_ms", "accepted", "segment", "missing")


@st.composite
def series_with_gaps(draw: st.DrawFn) -> NNSeries:
    """Beats laid end to end within each segment, seconds of nothing between segments."""
    rr_ms, accepted, segment, t_s = [], [], [], []
    now_s = draw(st.floats(0, 1000))
    for number in range(draw(st.integers(1, 4))):
        for _ in range(draw(st.integers(1, 12))):
            rr_ms.append(draw(st.floats(300, 2000)))
            accepted.append(draw(st.booleans()))
            segment.append(number)
            now_s += rr_ms[-1] / 1000.0
            t_s.append(now_s)
        now_s += draw(st.floats(0.5, 20))
    return NNSeries(
        np.array(t_s),
        np.array(rr_ms),
        np.array(accepted),
        np.array(segment),
        np.zeros(len(t_s), np.int64),
    )


@given(series_with_gaps())
def test_holes_and_accepted_intervals_share_the_span_between_them(series: NNSeries) -> None:
    holes = series.holes()
    assert series.covered_s + (holes[:, 1] - holes[:, 0]).sum() == pytest.approx(series.span_s)
    assert np.all(holes[:, 1] > holes[:, 0])
    assert np.all(holes[1:, 0] > holes[:-1, 1]), "holes that meet are one"
    starts = series.t_s - series.rr_ms / 1000.0
    for start_s, end_s in zip(starts[series.accepted], series.nn_t_s, strict=True):
        middle_s = (start_s + end_s) / 2.0
        assert not np.any((holes[:, 0] < middle_s) & (middle_s < holes[:, 1]))


@given(series_with_gaps())
def test_no_difference_touches_a_flagged_beat_or_a_gap(series: NNSeries) -> None:
    expected = [
        series.rr_ms[i + 1] - series.rr_ms[i]
        for i in range(len(series) - 1)
        if series.accepted[i]
        and series.accepted[i + 1]
        and series.segment[i] == series.segment[i + 1]
    ]
    np.testing.assert_array_equal(series.differences_ms, expected)


@given(series_with_gaps(), st.floats(0, 60), st.floats(0, 60))
def test_a_window_holds_the_ends_in_the_half_open_stretch(
    series: NNSeries, skip_s: float, long_s: float
) -> None:
    from_s = series.start_s + skip_s
    window = series.window(from_s, from_s + long_s)
    inside = (series.t_s > from_s) & (series.t_s <= from_s + long_s)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(window, name), getattr(series, name)[inside])


def test_a_window_is_a_view_with_both_its_edges_where_the_rule_says() -> None:
    series = NNSeries.from_rr([1000] * 10)
    window = series.window(3.0, 6.0)
    np.testing.assert_array_equal(window.t_s, [4.0, 5.0, 6.0])
    assert np.shares_memory(window.rr_ms, series.rr_ms)
    np.testing.assert_array_equal(series.last(2.0).t_s, [9.0, 10.0])
    np.testing.assert_array_equal(series.last(2.0, end_s=5.5).t_s, [4.0, 5.0])


def test_a_hole_reaches_to_the_edges_that_are_asked_for() -> None:
    series = NNSeries.from_rr([1000, 1000, 1000, 1000], start_s=10.0, accepted=[0, 1, 1, 0])
    np.testing.assert_allclose(series.holes(), [[10, 11], [13, 14]])
    np.testing.assert_allclose(series.holes(from_s=5.0, to_s=20.0), [[5, 11], [13, 20]])
    nothing = NNSeries.from_rr([])
    assert nothing.holes().shape == (0, 2)
    np.testing.assert_allclose(nothing.holes(0.0, 64.0), [[0, 64]])
    assert nothing.span_s == nothing.covered_s == 0.0
    assert nothing.nn_ms.size == nothing.differences_ms.size == nothing.flagged == 0


def test_rounding_between_neighbours_is_no_hole() -> None:
    series = NNSeries.from_rr([800.0] * 4)
    shifted = NNSeries(
        np.round(series.t_s + np.array([0, 0.0004, 0, 0.0004]), 4),
        *(getattr(series, f) for f in FIELDS[1:]),
    )
    assert len(shifted.holes()) == 0


def test_columns_must_have_a_value_for_each_interval() -> None:
    with pytest.raises(ValueError, match="3 intervals"):
        NNSeries.from_rr([800, 810, 790], accepted=[True, True])
    with pytest.raises(ValueError, match="flat"):
        NNSeries.from_rr([[800, 810]])


def test_plain_numbers_are_those_kubios_printed(data: Path) -> None:
    for name in ("kubios_short_5min", "kubios_1h_s1", "kubios_1h_s3"):
        report = recorded.kubios(data, name)
        series = NNSeries.from_rr(report["rr_ms"])
        rmssd_ms = np.sqrt(np.mean(series.differences_ms**2))
        # Kubios' own RMSSD of the short series is off its intervals by 0.001 ms (science 9.1).
        printed = {"kubios_short_5min": 56.8595, "kubios_1h_s1": 60.5235, "kubios_1h_s3": 53.7477}
        assert rmssd_ms == pytest.approx(printed[name], abs=1e-3)
        assert series.covered_s == pytest.approx(series.span_s) == sum(report["rr_ms"]) / 1000.0


def test_masked_differences_are_those_of_neurokit(data: Path) -> None:
    """NeuroKit2 drops differences where the times say that intervals are not successive."""
    import neurokit2 as nk

    rr_ms = np.array(recorded.kubios(data, "kubios_short_5min")["rr_ms"], dtype=float)
    log = BeatLog()
    t_s, segment = 0.0, 0
    for judged in judge_all(rr_ms):
        t_s += judged.beat.rr_ms / 1000.0
        if judged.index % 60 == 59:
            t_s, segment = t_s + 7.0, segment + 1
        beat = Beat(t_s, judged.beat.rr_ms, segment)
        log.put(JudgedBeat(judged.index, beat, judged.verdict, judged.missing))
    series = log.series()
    assert series.flagged > 5
    theirs = nk.hrv_time({"RRI": series.nn_ms, "RRI_Time": series.nn_t_s})["HRV_RMSSD"][0]
    assert np.sqrt(np.mean(series.differences_ms**2)) == pytest.approx(theirs, abs=1e-9)


# --- BeatLog --------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10**6)), max_size=80), st.integers(1, 9))
def test_the_last_verdict_on_a_beat_holds(steps: list[tuple[bool, int]], capacity: int) -> None:
    log, expected = BeatLog(capacity), []
    for again, number in steps:
        index = number % len(expected) if again and expected else len(expected)
        verdict = list(Verdict)[number % len(Verdict)]
        judged = JudgedBeat(index, Beat(float(index), 800.0 + number, 3), verdict, number % 4)
        expected[index : index + 1] = [judged]
        log.put(judged)
    series = log.series()
    assert len(log) == len(series) == len(expected)
    np.testing.assert_array_equal(series.rr_ms, [each.beat.rr_ms for each in expected])
    np.testing.assert_array_equal(
        series.accepted, [each.verdict is Verdict.NORMAL for each in expected]
    )
    np.testing.assert_array_equal(series.missing, [each.missing for each in expected])
    assert series.flagged == sum(each.nn_ms is None for each in expected)


def test_a_log_hands_out_views_however_long_it_is() -> None:
    log = BeatLog()
    for i in range(30_000):  # about eight hours
        log.put(JudgedBeat(i, Beat(i + 1.0, 1000.0, 0), Verdict.NORMAL))
    whole, minute = log.series(), log.series(29_940.0, 30_000.0)
    assert len(minute) == 60
    assert np.shares_memory(minute.t_s, whole.t_s)
    np.testing.assert_array_equal(minute.t_s, np.arange(29_941.0, 30_001.0))
    assert len(log.series(from_s=29_990.0)) == len(log.series(to_s=10.0)) == 10


def test_a_log_refuses_a_beat_that_leaves_a_hole_in_the_count() -> None:
    log = BeatLog()
    for index in (1, -1):
        with pytest.raises(ValueError, match="cannot follow"):
            log.put(JudgedBeat(index, Beat(1.0, 800.0, 0), Verdict.NORMAL))


@pytest.mark.parametrize(
    ("rr_ms", "said"),
    [
        ([800, float("nan"), 810], "interval 1 .nan ms. is no interval"),
        ([800, 810, float("inf")], "interval 2 .inf ms."),
        ([-1.0, 810], "interval 0 .-1.0 ms."),
        ([800, 0.0, 810], "interval 1 .0 ms. is no interval"),
        ([800, 1e300], "interval 1"),
        ([[800, 810], [820, 830]], "flat sequence"),
    ],
)
def test_what_is_no_interval_is_named(rr_ms, said):
    with pytest.raises(ValueError, match=said):
        NNSeries.from_rr(rr_ms)


@pytest.mark.parametrize(
    ("t_s", "said"),
    [
        ([0.8, 1.6, 1.5], r"time 2 \(1.5\) does not follow"),
        ([0.8, float("nan"), 2.4], r"time 1 \(nan\)"),
        ([0.8, 1.6], "times of shape"),
    ],
)
def test_times_that_cannot_be_are_named(t_s, said):
    with pytest.raises(ValueError, match=said):
        NNSeries.from_times(t_s, [800, 800, 800])


def test_a_hole_between_times_is_a_gap():
    series = NNSeries.from_times([0.8, 1.6, 2.4, 9.0, 9.85], [800, 800, 800, 850, 850])
    assert series.segment.tolist() == [0, 0, 0, 1, 1]
    assert series.differences_ms.tolist() == [0, 0, 0]
    np.testing.assert_allclose(series.holes(), [[2.4, 8.15]])
    assert len(NNSeries.from_times([], [])) == 0
    plain = NNSeries.from_rr([800, 810, 790.5])
    again = NNSeries.from_times(plain.t_s, plain.rr_ms)
    assert again.segment.tolist() == [0, 0, 0]
    assert again.t_s.tolist() == plain.t_s.tolist()


@pytest.mark.parametrize("broken_at", [None, 3, 40])
def test_a_part_knows_of_itself_what_it_would_find(broken_at):
    accepted = np.ones(60, bool)
    segment = np.zeros(60, int)
    if broken_at is not None:
        accepted[broken_at], segment[broken_at + 5 :] = False, 1
    series = NNSeries.from_rr(np.full(60, 1000.0), accepted=accepted, segment=segment)
    for part in (series.window(10.0, 30.0), series.since(20.0), series.window(70.0, 80.0)):
        afresh = NNSeries(part.t_s, part.rr_ms, part.accepted, part.segment, part.missing)
        assert (part.flagged, part.unbroken) == (afresh.flagged, afresh.unbroken)
