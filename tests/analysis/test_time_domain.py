"""Numbers straight from the intervals, against what others printed and by closed form."""

import math
import warnings

import numpy as np
import pytest
from tests import recorded
from tests.analysis.rhythms import tones

from coherence.analysis import time_domain
from coherence.analysis.artifacts import judged_series
from coherence.analysis.batch.windowed import windowed
from coherence.analysis.series import NNSeries
from coherence.model import Reason, Value

PRINTED = {  # science: what Kubios printed for these series
    "kubios_short_5min": (707.5437, 92.7945, 84.8004, 56.8595),
    "kubios_1h_s1": (768.4383, 85.3572, 78.0804, 60.5235),
    "kubios_1h_s3": (739.4739, 92.2439, 81.1388, 53.7477),
}


@pytest.mark.parametrize("name", PRINTED)
def test_the_numbers_that_kubios_printed(data, name):
    beats = NNSeries.from_rr(recorded.kubios(data, name)["rr_ms"])
    mean, sdnn, rate, rmssd = PRINTED[name]
    assert time_domain.mean_rr_ms(beats).value == pytest.approx(mean, abs=1e-3)
    assert time_domain.sdnn_ms(beats).value == pytest.approx(sdnn, abs=1e-3)
    assert time_domain.heart_rate_bpm(beats).value == pytest.approx(rate, abs=1e-3)
    assert time_domain.rmssd_ms(beats).value == pytest.approx(rmssd, abs=1e-3)


def test_the_shares_and_the_triangle_that_kubios_printed(data):
    for name in PRINTED:
        said = recorded.kubios(data, name)
        beats = NNSeries.from_rr(said["rr_ms"])
        over_ms = 20.0 if name.startswith("kubios_short") else 50.0
        pnn = said["kubios"]["pNNxx (%)"]
        triangle = said["kubios"]["RR tri index"]
        assert time_domain.pnn_pct(beats, over_ms).value == pytest.approx(pnn, abs=1e-4)
        assert time_domain.hrv_triangular_index(beats).value == pytest.approx(triangle, abs=1e-5)


def test_what_an_app_printed_for_each_of_its_measurements(data):
    rows = recorded.welltory(data)
    assert len(rows) == 3245
    for rr_ms, printed in rows:
        beats = NNSeries.from_rr(rr_ms)
        assert time_domain.mean_rr_ms(beats).value == pytest.approx(printed["meanrr"], abs=6e-4)
        assert time_domain.sdnn_ms(beats).value == pytest.approx(printed["sdnn"], abs=6e-4)
        assert time_domain.rmssd_ms(beats).value == pytest.approx(printed["rmssd"], abs=6e-4)
        assert time_domain.pnn50_pct(beats).value == pytest.approx(printed["pnn50"], abs=5.1e-3)


@pytest.mark.parametrize(
    ("patient", "windows"), [("nsr001", 165), ("nsr004", 201), ("nsr009", 154)]
)
def test_the_windows_of_a_reference_toolbox(data, patient, windows):
    found = recorded.clifford(data, patient)
    assert len(found) == windows
    for rr_ms, said in found:
        beats = NNSeries.from_rr(rr_ms)
        assert time_domain.mean_rr_ms(beats).value == pytest.approx(said["NNmean"], abs=0.01)
        assert time_domain.sdnn_ms(beats).value == pytest.approx(said["SDNN"], abs=0.01)
        assert time_domain.rmssd_ms(beats).value == pytest.approx(said["RMSSD"], abs=0.01)


def test_the_example_of_an_online_service(data):
    said = recorded.kubios(data, "kubios_cloud")["kubios_cloud_v2"]
    beats = NNSeries.from_rr(said["ppi_ms"])
    assert time_domain.mean_rr_ms(beats).value == said["response"]["mean_rr_ms"] == 805.0
    assert time_domain.heart_rate_bpm(beats).value == said["response"]["mean_hr_bpm"]
    assert time_domain.sdnn_ms(beats).value == pytest.approx(31.785465, abs=1e-6)
    assert time_domain.rmssd_ms(beats).value == pytest.approx(43.110629, abs=1e-6)
    assert time_domain.pnn_pct(beats, 20.0).value == pytest.approx(47.368421, abs=1e-6)
    assert time_domain.pnn50_pct(beats).value == pytest.approx(31.578947, abs=1e-6)


SINES = [  # mean, swing, frequency, mean RR, SDNN, RMSSD, pNN20
    (900, 50, 0.1, 898.642101, 35.388095, 19.693095, 48.948949),
    (900, 20, 0.25, 899.8060, 14.1496, 18.3559, 43.843844),
]


@pytest.mark.parametrize(("mean", "swing", "hz", "rr", "sdnn", "rmssd", "pnn20"), SINES)
def test_sines(mean, swing, hz, rr, sdnn, rmssd, pnn20):
    beats = NNSeries.from_rr(tones(mean, [(swing, hz)], 300))
    assert len(beats) == 334
    assert time_domain.mean_rr_ms(beats).value == pytest.approx(rr, abs=1e-4)
    assert time_domain.mean_rr_ms(beats).value == pytest.approx(mean - swing**2 / 2 / mean, abs=0.1)
    assert time_domain.sdnn_ms(beats).value == pytest.approx(sdnn, abs=1e-4)
    assert time_domain.sdnn_ms(beats).value == pytest.approx(swing / math.sqrt(2), rel=2e-3)
    assert time_domain.rmssd_ms(beats).value == pytest.approx(rmssd, abs=1e-4)
    step = math.sqrt(2) * swing * math.sin(math.pi * hz * mean / 1000)
    assert time_domain.rmssd_ms(beats).value == pytest.approx(step, rel=2e-3)
    assert time_domain.pnn_pct(beats, 20.0).value == pytest.approx(pnn20, abs=1e-3)


def test_intervals_in_ticks_of_a_strap():
    t_s, rr_ms = 0.0, []
    while t_s < 300:
        interval = 900 + 50 * math.sin(2 * math.pi * 0.1 * t_s)
        rr_ms.append(round(interval * 1.024) / 1.024)
        t_s += rr_ms[-1] / 1000
    beats = NNSeries.from_rr(rr_ms)
    assert time_domain.sdnn_ms(beats).value == pytest.approx(35.4055, abs=1e-3)
    assert time_domain.rmssd_ms(beats).value == pytest.approx(19.7055, abs=1e-3)


def test_neurokit_agrees_in_the_time_domain(data):
    rr_ms = np.array(recorded.kubios(data, "kubios_short_5min")["rr_ms"], float)
    beats = NNSeries.from_rr(rr_ms)
    holed = NNSeries.from_rr(rr_ms, accepted=np.arange(len(rr_ms)) % 40 != 7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NeuroKit2 and what it imports
        import neurokit2 as nk

        whole = nk.hrv_time({"RRI": beats.nn_ms, "RRI_Time": beats.nn_t_s})
        gaps = nk.hrv_time({"RRI": holed.nn_ms, "RRI_Time": holed.nn_t_s})
    assert time_domain.sdsd_ms(beats).value == pytest.approx(whole["HRV_SDSD"][0], rel=1e-9)
    assert time_domain.cvnn(beats).value == pytest.approx(whole["HRV_CVNN"][0], rel=1e-9)
    triangle = time_domain.hrv_triangular_index(beats).value
    assert triangle == pytest.approx(whole["HRV_HTI"][0], rel=1e-9)
    assert time_domain.rmssd_ms(holed).value == pytest.approx(gaps["HRV_RMSSD"][0], rel=1e-9)
    assert time_domain.sdnn_ms(holed).value == pytest.approx(gaps["HRV_SDNN"][0], rel=1e-9)


def test_a_step_of_just_fifty_does_not_count():
    beats = NNSeries.from_rr([1000, 1050, 1000, 1051, 1000, 1000, 980])
    assert time_domain.pnn50_pct(beats).value == pytest.approx(100 * 2 / 6)
    assert time_domain.pnn_pct(beats, 20.0).value == pytest.approx(100 * 4 / 6)


def test_two_lengths_by_turns():
    beats = NNSeries.from_rr([1000, 1100] * 10)
    assert time_domain.rmssd_ms(beats).value == 100.0
    assert time_domain.sdnn_ms(beats).value == pytest.approx(51.298918, abs=1e-6)
    assert time_domain.mean_rr_ms(beats).value == 1050.0
    assert time_domain.pnn50_pct(beats).value == 100.0
    assert time_domain.ln_rmssd(beats).value == pytest.approx(math.log(100.0))


def test_no_difference_touches_a_flagged_beat_or_a_gap():
    rr_ms = [800.0, 810, 400, 1200, 800, 810, 800, 810, 900, 910, 900, 910]
    accepted = [1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    segment = [0] * 8 + [1] * 4
    beats = NNSeries.from_rr(rr_ms, accepted=accepted, segment=segment)
    assert time_domain.rmssd_ms(beats).value == 10.0


def test_too_few_beats_say_nothing():
    for n in range(5):
        few = NNSeries.from_rr(np.full(n, 900.0))
        assert time_domain.sdnn_ms(few).reason is Reason.TOO_FEW_BEATS
        assert time_domain.rmssd_ms(few).reason is Reason.TOO_FEW_BEATS
    assert time_domain.rmssd_ms(NNSeries.from_rr([900] * 5)).value is None  # four differences
    assert time_domain.heart_rate_bpm(NNSeries.from_rr([900] * 2)).value is None
    assert time_domain.heart_rate_bpm(NNSeries.from_rr([900] * 3)).value == pytest.approx(66.6667)


def test_a_constant_heart_has_no_spread():
    beats = NNSeries.from_rr(np.full(60, 1000.0))
    assert time_domain.sdnn_ms(beats).value == 0.0
    assert time_domain.rmssd_ms(beats).value == 0.0
    assert time_domain.ln_rmssd(beats).reason is Reason.FLAT
    assert time_domain.pnn50_pct(beats).value == 0.0


def test_a_minute_of_rmssd_carries_its_uncertainty():
    value = time_domain.rmssd_ms(NNSeries.from_rr([1000, 1040] * 30))
    assert value.value == pytest.approx(40.0)
    assert value.uncertainty == pytest.approx(40.0 * (math.exp(0.33) - 1), rel=0.02)


def test_a_heart_beyond_200_is_not_told_by_its_slowest_beats():
    """Intervals under 300 ms are never accepted: of a heart of 210 the rest would say 190."""
    rng = np.random.default_rng(8)
    rr_ms = 285.0 + 12.0 * rng.normal(size=250)
    series, _ = judged_series(rr_ms)
    kept = int(series.accepted.sum())
    assert 10 < kept < 60
    assert time_domain.heart_rate_bpm(series) == Value(None, Reason.TOO_MANY_ARTEFACTS)
    few = series.window(-1.0, float(series.t_s[3]))
    assert time_domain.heart_rate_bpm(few).reason is Reason.TOO_MANY_ARTEFACTS
    told = windowed(series, 20.0, [40.0, 60.0], keys=["heart_rate_bpm"])
    assert told.count("heart_rate_bpm", Reason.TOO_MANY_ARTEFACTS) == 2


def test_a_heart_rate_among_many_odd_beats_is_doubtful():
    rr_ms = np.full(100, 900.0) + 5.0 * np.random.default_rng(8).normal(size=100)
    for odd, doubtful in ((4, False), (10, False), (11, True), (70, True)):
        series = NNSeries.from_rr(rr_ms, accepted=np.arange(100) >= odd)
        value = time_domain.heart_rate_bpm(series)
        assert value.value == pytest.approx(60000.0 / 900.0, rel=0.01)
        assert value.low_confidence is doubtful
