"""Mean, heart rate, SDNN and RMSSD against Kubios' printed reports and by closed form."""

import math

import numpy as np
import pytest
from tests import recorded

from coherence.analysis import time_domain
from coherence.analysis.series import NNSeries
from coherence.model import Reason

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


def test_two_lengths_by_turns():
    beats = NNSeries.from_rr([1000, 1100] * 10)
    assert time_domain.rmssd_ms(beats).value == 100.0
    assert time_domain.sdnn_ms(beats).value == pytest.approx(51.298918, abs=1e-6)
    assert time_domain.mean_rr_ms(beats).value == 1050.0


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


def test_a_minute_of_rmssd_carries_its_uncertainty():
    value = time_domain.rmssd_ms(NNSeries.from_rr([1000, 1040] * 30))
    assert value.value == pytest.approx(40.0)
    assert value.uncertainty == pytest.approx(40.0 * (math.exp(0.33) - 1), rel=0.02)
