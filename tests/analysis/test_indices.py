"""Stress index and Nunan z-scores against what Kubios printed, from its inputs and from ours."""

import numpy as np
import pytest
from tests import recorded
from tests.analysis.rhythms import tones

from coherence.analysis import indices
from coherence.analysis.markers import evaluate_span
from coherence.analysis.series import NNSeries
from coherence.analysis.stretches import stretches
from coherence.model import Reason

REPORTS = ["kubios_short_5min", "kubios_1h_s1", "kubios_1h_s3"]


@pytest.mark.parametrize("name", REPORTS)
def test_the_indices_from_kubios_s_own_inputs(data, name):
    said = recorded.kubios(data, name)["kubios"]
    vagal = indices.vagal_index(said["Mean RR  (ms)"], said["RMSSD (ms)"], said["HF (n.u.)"])
    assert vagal == pytest.approx(said["PNS index"], abs=1e-3)
    activation = indices.activation_index(
        said["Mean HR (beats/min)"], said["Stress index"], said["LF (n.u.)"]
    )
    assert activation == pytest.approx(said["SNS index"], abs=1e-3)


@pytest.mark.parametrize("name", REPORTS)
def test_the_stress_index_that_kubios_printed(data, name):
    said = recorded.kubios(data, name)
    even = stretches(NNSeries.from_rr(said["rr_ms"]))
    stress = indices.stress_index(even).value
    assert stress == pytest.approx(said["kubios"]["Stress index"], rel=0.05)


@pytest.mark.parametrize("name", REPORTS)
def test_the_indices_from_beats(data, name):
    said = recorded.kubios(data, name)
    values = evaluate_span(NNSeries.from_rr(said["rr_ms"]))
    assert values["vagal_index"].value == pytest.approx(said["kubios"]["PNS index"], abs=0.01)
    assert values["activation_index"].value == pytest.approx(said["kubios"]["SNS index"], abs=0.08)


def test_a_person_of_the_norms_is_at_nought():
    assert indices.vagal_index(926.0, 42.0, 40.0) == 0.0
    assert indices.activation_index(60000 / 926, 9.6593, 52.0) == pytest.approx(0.0, abs=1e-4)
    assert pytest.approx((64.7948, 6.3576), abs=1e-4) == indices.HEART_RATE_BPM
    assert pytest.approx((9.6593, 2.5882), abs=1e-4) == indices.STRESS


def test_a_narrow_heart_is_more_stressed_and_a_still_one_says_nothing():
    def stress(swing_ms):
        rr_ms = tones(900, [(swing_ms, 0.25)], 300, noise_ms=swing_ms / 4)
        return indices.stress_index(stretches(NNSeries.from_rr(rr_ms))).value

    assert stress(10) > 1.5 * stress(40)
    still = stretches(NNSeries.from_rr(np.full(300, 900.0)))
    assert indices.stress_index(still).reason is Reason.FLAT


def test_all_in_one_bin():
    """Three lengths by turns, 20 ms from end to end: all in the mode, so the index is known."""
    value = indices.stress_index(stretches(NNSeries.from_rr([890.0, 900.0, 910.0] * 200))).value
    assert value == pytest.approx(np.sqrt(100 / (2 * 0.9 * 0.020)), rel=0.05)


def test_two_crowds_are_not_taken_for_none():
    """Of beats in pairs none lies near the median: the index came out as 0, at ease beyond all."""
    rng = np.random.default_rng(5)
    rr_ms = np.array([600.0, 1200.0] * 200) + rng.uniform(-10.0, 10.0, 400)
    value = indices.stress_index(stretches(NNSeries.from_rr(rr_ms))).value
    all_in_two_bins = np.sqrt(50 / (2 * 0.9 * 0.62))
    assert 0.7 * all_in_two_bins < value < 1.05 * all_in_two_bins
    assert evaluate_span(NNSeries.from_rr(rr_ms))["activation_index"].value > -1.5
