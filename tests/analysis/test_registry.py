"""The whole registry: any beats give a number or a reason, never NaN, never an error."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analysis.rhythms import guide_from, tones

from coherence.analysis.marker import likely_range
from coherence.analysis.markers import (
    LIVE,
    MARKER_VERSION,
    MARKERS,
    evaluate,
    evaluate_span,
)
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window
from coherence.model import BreathPattern, Gap, PaceChanged, Reason, Value
from coherence.pacing import BreathGuide

ASKED = [
    "mean_rr_ms",
    "heart_rate_bpm",
    "sdnn_ms",
    "rmssd_ms",
    "ln_rmssd",
    "sdsd_ms",
    "pnn50_pct",
    "pnn20_pct",
    "cvnn",
    "hrv_triangular_index",
    "sd1_ms",
    "sd2_ms",
    "sd1_pct",
    "vlf_ms2",
    "lf_ms2",
    "hf_ms2",
    "total_power_ms2",
    "lf_nu",
    "hf_nu",
    "lf_peak_hz",
    "hf_peak_hz",
    "ln_hf",
    "ar_lf_ms2",
    "ar_hf_ms2",
    "stress_index",
    "vagal_index",
    "activation_index",
    "dfa_alpha1",
    "sample_entropy",
    "porges_bohrer_rsa",
    "rsa_bpm",
    "rsa_ms",
    "dc_ms",
    "ac_ms",
    "breaths_per_min",
    "coherence",
    "coherence_ratio",
    "coherence_pct",
    "coherence_peak_hz",
    "breath_coherence",
    "guide_coherence",
    "in_rhythm",
    "spectral_regularity",
    "phase_locking",
    "phase_lag_deg",
]
DISTORTED = [
    "rmssd_ms",
    "ln_rmssd",
    "hf_ms2",
    "hf_nu",
    "lf_nu",
    "pnn50_pct",
    "pnn20_pct",
    "sd1_pct",
]
BELOW_ZERO = {"ln_rmssd", "ln_hf", "vagal_index", "activation_index", "porges_bohrer_rsa"}
BELOW_ZERO |= {"ac_ms", "dc_ms", "phase_lag_deg", "dfa_alpha1"}
SHARES = ("coherence", "guide_coherence", "breath_coherence", "in_rhythm", "phase_locking")
BY_KEY = {marker.key: marker for marker in MARKERS}


@st.composite
def any_series(draw, most=460):
    n = draw(st.integers(0, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = draw(st.sampled_from([0.0, 1e-9, 5.0, 60.0, 400.0]))
    limits = draw(st.sampled_from([(1, 9000), (300, 2000), (0, 3000)]))
    rr_ms = np.clip(900 + spread * rng.normal(size=n), *limits)
    flagged = rng.uniform(size=n) < draw(st.sampled_from([0.0, 0.02, 0.08, 0.5, 1.0]))
    segment = np.cumsum(rng.uniform(size=n) < draw(st.sampled_from([0.0, 0.02, 0.3])))
    lost_s = np.cumsum(np.diff(segment, prepend=0) * draw(st.sampled_from([0.0, 2.0, 30.0])))
    start_s = draw(st.sampled_from([0.0, 3e6, 1e9]))
    plain = NNSeries.from_rr(rr_ms, start_s=start_s, accepted=rr_ms > 0.0)
    return NNSeries(plain.t_s + lost_s, rr_ms, ~flagged, segment, (flagged * rng.integers(0, 4, n)))


def holds(key, value):
    if value.value is None:
        assert value.reason is not None, key
        assert value.uncertainty is None, key
        return
    assert math.isfinite(value.value), key
    assert value.value >= 0.0 or key in BELOW_ZERO, key
    assert value.uncertainty is None or math.isfinite(value.uncertainty), key
    assert value.floor is None or (math.isfinite(value.floor) and value.floor >= 0.0), key
    if value.reason is not None:
        assert value.reason in (Reason.PACED, Reason.NO_PEAK), key


@settings(max_examples=100, deadline=None)
@given(any_series(), st.floats(-5.0, 90.0), st.floats(0.0, 400.0), st.booleans(), st.booleans())
def test_any_beats_give_a_number_or_a_reason(series, later_s, paced_s, whole, breathing):
    end_s = series.end_s + later_s
    guide = BreathGuide()
    guide.feed(PaceChanged(end_s - paced_s, BreathPattern(5.5)))
    window = Window(
        series,
        end_s,
        guide=guide,
        gaps=[Gap(end_s - 20, end_s - 17, 3, certain=True)],
        baseline=series.window(-np.inf, end_s - paced_s),
        breath=6.0 if breathing else None,
        whole=whole,
    )
    readings = evaluate(window, all_live=True)
    assert list(readings) == [marker.key for marker in LIVE]
    for key, reading in readings.items():
        holds(key, reading.value)
        assert 0.0 <= reading.coverage <= 1.0
        assert (reading.marker, reading.t_s, reading.version) == (key, end_s, MARKER_VERSION)
    for key in SHARES:
        assert readings[key].value.value is None or readings[key].value.value <= 1.0


@settings(max_examples=40, deadline=None)
@given(any_series(most=1500), st.booleans())
def test_a_whole_recording_too(series, paced):
    values = evaluate_span(series, guide=guide_from(series.start_s + 5.0, 6.0) if paced else None)
    assert list(values) == [marker.key for marker in MARKERS if marker.over_span]
    for key, value in values.items():
        holds(key, value)
        assert paced or value.reason is None or value.value is None


def test_beats_on_one_spot_after_a_long_interval_give_reasons():
    series = NNSeries.from_rr([60000.0, 1.0, 1.0, 248.0])
    for values in (
        evaluate_span(series),
        {
            key: said.value
            for key, said in evaluate(Window(series, series.end_s), all_live=True).items()
        },
    ):
        assert values["hf_ms2"] == Value(None, Reason.TOO_FEW_BEATS)
        for key, value in values.items():
            holds(key, value)


def test_every_key_that_was_asked_for_is_there():
    assert set(ASKED) <= set(BY_KEY)


@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker.key)
def test_every_row_is_whole(marker):
    assert [m.key for m in MARKERS].count(marker.key) == 1
    assert marker.label
    assert marker.citation
    assert marker.meaning.endswith(".")
    assert marker.min_span_s <= marker.window_s
    assert marker.every_s or marker.over_span
    assert 10 % marker.every_s == 0 if marker.every_s else marker not in LIVE
    assert not marker.ratio_band or marker.unit.startswith("ms")


def test_the_activation_index_stands_on_no_client_s_page():
    assert [marker.key for marker in MARKERS if not marker.for_client] == ["activation_index"]


def test_heavy_rows_are_due_at_their_seconds_only():
    series = NNSeries.from_rr(tones(900, [(40, 0.25)], 330, noise_ms=10))
    whole = evaluate(Window(series, 320.0), all_live=True)
    assert whole == evaluate(Window(series, 320.0))
    at_321, at_325 = evaluate(Window(series, 321.0)), evaluate(Window(series, 325.0))
    assert set(at_321) == {m.key for m in LIVE if m.every_s == 1}
    assert set(at_325) == {m.key for m in LIVE if m.every_s in (1, 5)}
    assert {"lf_ms2", "dfa_alpha1"} <= set(at_325) - set(at_321)
    assert {"sample_entropy", "stress_index", "ar_lf_ms2"} <= set(whole) - set(at_325)
    assert all(reading.value.value is not None or key in {
        "guide_coherence", "guide_amplitude_ms", "in_rhythm", "breath_coherence", "phase_locking",
        "phase_lag_deg"} for key, reading in whole.items())  # fmt: skip


def test_where_the_guide_ran_markers_of_rest_say_so():
    series = NNSeries.from_rr(tones(900, [(40, 0.1), (20, 0.25)], 400, noise_ms=10))
    rest = evaluate(Window(series, 390.0, guide=BreathGuide()), all_live=True)
    paced = evaluate(Window(series, 390.0, guide=guide_from(200.0, 6.0)), all_live=True)
    for marker in LIVE:
        value, at_rest = paced[marker.key].value, rest[marker.key].value
        if marker.key in ("vagal_index", "activation_index"):
            assert at_rest.value is not None
            assert value == Value(None, Reason.PACED)
        elif marker.resting_only:
            assert value.reason is Reason.PACED, marker.key
            assert value.value == at_rest.value is not None, marker.key
            assert at_rest.reason is None
        else:
            assert value.reason is not Reason.PACED
    for key in DISTORTED:
        assert BY_KEY[key].resting_only
    for key in ("rsa_bpm", "guide_coherence", "phase_locking", "coherence", "sdnn_ms"):
        assert paced[key].value.reason is None, key


def test_the_guide_is_remembered_for_the_length_of_the_window():
    series = NNSeries.from_rr(tones(900, [(40, 0.1)], 500, noise_ms=10))
    guide = guide_from(50.0, 6.0)
    guide.feed(PaceChanged(150.0, None))
    soon = evaluate(Window(series, 180.0, guide=guide), all_live=True)
    assert soon["rmssd_ms"].value.reason is Reason.PACED
    later = evaluate(Window(series, 260.0, guide=guide), all_live=True)
    assert later["rmssd_ms"].value.reason is None
    assert later["hf_ms2"].value.reason is Reason.PACED
    assert evaluate_span(series, guide=guide)["rmssd_ms"].reason is Reason.PACED
    after = series.window(170.0, 500.0)
    assert evaluate_span(after, guide=guide)["rmssd_ms"].reason is None


def test_bands_need_their_time():
    series = NNSeries.from_rr(tones(900, [(40, 0.1), (20, 0.25)], 330, noise_ms=10))
    for end_s, known in ((50, ""), (70, "hf"), (130, "hf lf"), (298, "hf lf vlf")):
        values = evaluate(Window(series, float(end_s)), all_live=True)
        for band in ("vlf", "lf", "hf"):
            value = values[f"{band}_ms2"].value
            if band in known.split():
                assert value.value is not None, (end_s, band)
            else:
                assert value.reason is Reason.WARMING_UP


def test_a_long_hole_parts_the_beats_for_spectra():
    rr_ms = tones(900, [(40, 0.1), (20, 0.25)], 320, noise_ms=10)
    plain = NNSeries.from_rr(rr_ms)
    cut = int(np.searchsorted(plain.t_s, 220.0))
    later = np.arange(len(rr_ms)) >= cut
    series = NNSeries(plain.t_s + 8.0 * later, rr_ms, plain.accepted, later * 1, plain.missing)
    gap = Gap(220.0, 228.0, 9, certain=True)
    values = evaluate(Window(series, 320.0, gaps=[gap]), all_live=True)
    assert values["vlf_ms2"].value.reason is Reason.GAP
    assert values["lf_ms2"].value.low_confidence
    assert values["lf_ms2"].value.value == pytest.approx(800, rel=0.15)
    assert values["hf_ms2"].value.value == pytest.approx(210, rel=0.3)


def test_a_minute_of_rmssd_says_where_it_may_lie_over_five():
    value = Value(46.0, uncertainty=46.0 * math.expm1(0.33))
    low, high = likely_range(BY_KEY["rmssd_ms"], value)
    assert (round(low), round(high)) == (33, 64)
    assert likely_range(BY_KEY["heart_rate_bpm"], Value(70.0, uncertainty=9.4)) == (60.6, 79.4)
    assert likely_range(BY_KEY["rmssd_ms"], Value(46.0)) is None
    assert likely_range(BY_KEY["pnn50_pct"], Value(2.0, uncertainty=11.0)) == (0.0, 13.0)
    assert likely_range(BY_KEY["pnn50_pct"], Value(97.0, uncertainty=11.0)) == (86.0, 100.0)


def test_five_minutes_carry_no_band_of_five_minutes():
    rr_ms = tones(900, [(40, 0.25)], 320, noise_ms=10)
    over_all = evaluate_span(NNSeries.from_rr(rr_ms))
    short = evaluate_span(NNSeries.from_rr(rr_ms[:140]))
    for key in ("rmssd_ms", "sdnn_ms", "heart_rate_bpm", "ln_rmssd", "pnn50_pct", "hf_ms2"):
        assert over_all[key].uncertainty is None, key
        assert short[key].uncertainty > 0, key


def test_the_swing_of_each_breath_tells_how_much_it_varies():
    even = NNSeries.from_rr(tones(900, [(50, 0.1)], 150))
    noisy = NNSeries.from_rr(tones(900, [(50, 0.1)], 150, noise_ms=25))
    widths = [evaluate(Window(s, 140.0))["rsa_ms"].value.uncertainty for s in (even, noisy)]
    assert 0 < widths[0] < 12 < widths[1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.floats(allow_nan=True, allow_infinity=True),
            st.floats(0, 3000),
            st.sampled_from([0.0, -800.0, 1e-300, 86_400_000.0]),
        ),
        max_size=80,
    )
)
def test_plain_numbers_give_a_clear_error_or_a_reason(rr_ms):
    """Whatever somebody's array holds: NaN, infinity, 0 and below, far too long."""
    if not all(0 < rr <= 86_400_000 for rr in rr_ms):
        with pytest.raises(ValueError, match="is no interval"):
            NNSeries.from_rr(rr_ms)
        return
    series = NNSeries.from_rr(rr_ms)
    for key, value in evaluate_span(series).items():
        holds(key, value)
    for key, reading in evaluate(Window(series, series.end_s), all_live=True).items():
        holds(key, reading.value)
