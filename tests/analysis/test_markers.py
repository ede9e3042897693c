"""The rules that hold for every marker, and what known rhythms say by them."""

import numpy as np
import pytest
from tests.analysis.rhythms import guide_from, tones

from coherence.analysis.markers import MARKERS, coverage, evaluate, evaluate_span
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window
from coherence.model import Gap, Reason

ALWAYS = {"heart_rate_bpm", "artefact_pct"}


def values(window):
    return {key: reading.value for key, reading in evaluate(window, all_live=True).items()}


def test_no_beats_one_beat_and_a_heart_that_never_varies():
    assert all(
        v.reason is Reason.NO_DATA for v in values(Window(NNSeries.from_rr([]), 5.0)).values()
    )
    one = values(Window(NNSeries.from_rr([900.0]), 1.0))
    assert one["heart_rate_bpm"].reason is Reason.TOO_FEW_BEATS
    assert one["coherence"].reason is Reason.WARMING_UP
    assert one["artefact_pct"].value == 0.0
    still = values(Window(NNSeries.from_rr(np.full(150, 1000.0)), 150.0))
    assert still["heart_rate_bpm"].value == 60.0
    assert still["rmssd_ms"].value == still["sdnn_ms"].value == 0.0
    assert still["pnn50_pct"].value == still["sd1_ms"].value == still["lf_ms2"].value == 0.0
    flat = "coherence breaths_per_min ln_rmssd sd1_pct hf_nu lf_peak_hz ln_hf ar_hf_ms2 dfa_alpha1"
    flat += " sample_entropy stress_index activation_index porges_bohrer_rsa spectral_regularity"
    for key in flat.split():
        assert still[key].reason is Reason.FLAT, key


def test_what_a_minute_and_a_half_of_a_tone_says():
    series = NNSeries.from_rr(tones(900, [(50, 0.1)], 150))
    said = values(Window(series, series.end_s))
    assert said["coherence"].value == pytest.approx(0.901, abs=0.003)
    assert said["coherence_ratio"].value == pytest.approx(9.1, abs=0.3)
    assert said["coherence_pct"].value == pytest.approx(99.7, abs=0.4)
    assert said["coherence_peak_hz"].value == pytest.approx(0.1, abs=2e-4)
    assert said["rmssd_ms"].value == pytest.approx(19.73, rel=0.02)
    assert said["sdnn_ms"].value == pytest.approx(35.36, rel=0.02)
    assert said["rsa_ms"].value == pytest.approx(100, rel=0.03)
    for key in ("guide_coherence", "guide_amplitude_ms", "in_rhythm"):
        assert said[key].reason is Reason.NOT_PACED
    assert said["breath_coherence"].reason is Reason.NO_BREATH
    short = {m.key for m in MARKERS if m.window_s <= 120.0}
    assert not any(v.low_confidence for key, v in said.items() if key in short)
    assert all(v.low_confidence or v.value is None for k, v in said.items() if k not in short)


def test_a_measured_breath_brings_its_share():
    series = NNSeries.from_rr(tones(900, [(50, 0.1)], 100))
    at = {per_min: values(Window(series, series.end_s, breath=per_min)) for per_min in (6.0, 9.5)}
    assert at[6.0]["breath_coherence"].value == pytest.approx(1.0, abs=0.01)
    assert at[9.5]["breath_coherence"].reason is Reason.NO_BREATH


def test_paced_without_time_of_ones_own_breath_nothing_is_claimed():
    series = NNSeries.from_rr(tones(900, [(50, 0.1)], 200))
    said = values(Window(series, 190.0, guide=guide_from(0.0, 6.0)))
    assert said["guide_coherence"].value > 0.9
    assert said["in_rhythm"].reason is Reason.NO_BASELINE
    still = NNSeries.from_rr(900 + np.random.default_rng(1).normal(size=100))
    window = Window(series, 190.0, guide=guide_from(0.0, 6.0), baseline=still)
    assert values(window)["in_rhythm"].value == 1.0


def test_too_many_artefacts_silence_all_but_the_heart_rate():
    rr_ms = tones(900, [(50, 0.1)], 150)
    accepted = np.arange(len(rr_ms)) % 9 != 0
    series = NNSeries.from_rr(rr_ms, accepted=accepted)
    said = values(Window(series, series.end_s))
    assert said["artefact_pct"].value == pytest.approx(11.1, abs=0.8)
    for key, value in said.items():
        if key not in ALWAYS:
            assert value.value is None, key
    assert said["coherence"].reason is Reason.TOO_MANY_ARTEFACTS
    assert said["heart_rate_bpm"].value == pytest.approx(66.7, abs=4)


def test_beats_lost_in_a_gap_count_as_missing():
    rr_ms = np.full(71, 900.0)
    series = NNSeries.from_rr(rr_ms)
    gap = Gap(40.0, 43.6, 4, certain=True)
    with_gap = values(Window(series, series.end_s, gaps=[gap]))["artefact_pct"].value
    assert with_gap == pytest.approx(100 * 4 / (71 + 4), abs=0.1)
    passed = Gap(-100.0, -90.0, 11, certain=True)
    assert values(Window(series, series.end_s, gaps=[passed]))["artefact_pct"].value == 0.0


def test_a_hole_makes_it_doubtful_only_where_the_guide_does_not_run():
    rr_ms = tones(900, [(50, 0.1)], 150)
    accepted = np.ones(len(rr_ms), bool)
    accepted[-30] = False
    series = NNSeries.from_rr(rr_ms, accepted=accepted)
    free = values(Window(series, series.end_s))
    paced = values(Window(series, series.end_s, guide=guide_from(0.0, 6.0)))
    assert free["coherence"].low_confidence
    assert not paced["coherence"].low_confidence
    assert free["coherence"].value == pytest.approx(0.90, abs=0.023)


def test_old_beats_do_not_speak_for_now():
    series = NNSeries.from_rr(tones(900, [(50, 0.1)], 150))
    said = values(Window(series, series.end_s + 12.0, guide=guide_from(0.0, 6.0)))
    assert said["heart_rate_bpm"].reason is Reason.GAP
    for key in ("coherence", "guide_coherence", "breaths_per_min", "in_rhythm"):
        assert said[key].value is None


def test_coverage_is_the_share_of_the_marker_s_own_window():
    series = NNSeries.from_rr(np.full(30, 1000.0))
    by_key = {m.key: coverage(Window(series, 30.0), m) for m in MARKERS}
    assert by_key["heart_rate_bpm"] == 1.0
    assert by_key["rmssd_ms"] == 0.5
    assert by_key["guide_coherence"] == 0.25


def test_a_window_knows_nothing_of_what_came_later():
    series = NNSeries.from_rr(tones(900, [(50, 0.1)], 300, noise_ms=10))
    then = evaluate(Window(series.window(-1, 200.0), 200.0, guide=guide_from(80.0, 6.0)))
    assert evaluate(Window(series, 200.0, guide=guide_from(80.0, 6.0))) == then


def test_over_a_whole_recording_the_window_is_all_of_it():
    rr_ms = tones(900, [(50, 0.1)], 400, noise_ms=10)
    said = evaluate_span(NNSeries.from_rr(rr_ms))
    assert said["rmssd_ms"].value == pytest.approx(np.sqrt(np.mean(np.diff(rr_ms) ** 2)))
    assert said["sdnn_ms"].value == pytest.approx(np.std(rr_ms, ddof=1))
    assert said["heart_rate_bpm"].value == pytest.approx(60000 / rr_ms.mean())
    assert set(said) == {marker.key for marker in MARKERS if marker.over_span}
