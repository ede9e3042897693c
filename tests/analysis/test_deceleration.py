"""Deceleration and acceleration capacity: a sine, a reference toolbox, and when they are silent."""

import numpy as np
import pytest
from tests import recorded
from tests.analysis.rhythms import tones

from coherence.analysis.deceleration import ac_ms, dc_ms
from coherence.analysis.series import NNSeries
from coherence.model import Reason


def test_a_sine():
    beats = NNSeries.from_rr(tones(900, [(50, 0.1)], 300))
    assert dc_ms(beats).value == pytest.approx(16.18, abs=0.06)
    assert ac_ms(beats).value == pytest.approx(-16.49, abs=0.06)


def test_a_ramp_down_and_up_by_hand():
    # Anchors of DC are the intervals longer than the one before: here each step up of 10 ms.
    rr_ms = ([900.0, 910, 920, 930, 920, 910] * 30)[:-2]
    steps = []
    for i in range(2, len(rr_ms) - 1):
        if rr_ms[i] > rr_ms[i - 1]:
            steps.append((rr_ms[i] + rr_ms[i + 1] - rr_ms[i - 1] - rr_ms[i - 2]) / 4)
    assert dc_ms(NNSeries.from_rr(rr_ms)).value == pytest.approx(np.mean(steps))


@pytest.mark.parametrize("patient", ["nsr001", "nsr004", "nsr009"])
def test_it_goes_with_the_reference_toolbox(data, patient):
    """The toolbox has other windows around its anchors and lets changes of 20 % pass."""
    rows = [
        (dc_ms(NNSeries.from_rr(rr_ms), 0.2).value, said["dc"])
        for rr_ms, said in recorded.clifford(data, patient)
    ]
    ours, theirs = np.array(rows).T
    assert np.corrcoef(ours, theirs)[0, 1] > 0.95
    assert np.median(np.abs(ours - theirs)) < 0.7


def test_large_steps_are_no_anchors_and_few_anchors_say_nothing():
    assert dc_ms(NNSeries.from_rr([800.0, 1000.0] * 300)).reason is Reason.TOO_FEW_BEATS
    assert dc_ms(NNSeries.from_rr([900.0] * 300)).reason is Reason.TOO_FEW_BEATS
    assert ac_ms(NNSeries.from_rr([900.0, 910.0])).reason is Reason.TOO_FEW_BEATS


def test_no_anchor_reaches_across_a_gap():
    rr_ms = [900.0, 910, 920, 930, 920, 910] * 30
    each = NNSeries.from_rr(rr_ms, segment=np.arange(len(rr_ms)) // 3)
    assert dc_ms(each).reason is Reason.TOO_FEW_BEATS  # three in a row are one too few
