"""What the light follows: it never goes beyond the claim and never dark for want of a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.analysis.guide_coherence import AmplitudeRange
from coherence.analysis.light import MID_TONE, MIDDLE_TOP, light_level
from coherence.model import Reason, Value

share = st.floats(0.0, 1.0)
swing_ms = st.floats(0.0, 300.0)


def paced(share, amplitude_ms, claim):
    in_rhythm = Value(None, Reason.NO_BASELINE) if claim is None else Value(float(claim))
    return {
        "guide_coherence": Value(share),
        "guide_amplitude_ms": Value(amplitude_ms),
        "in_rhythm": in_rhythm,
        "coherence": Value(0.9),
    }


@given(share, swing_ms, st.sampled_from([False, None]))
def test_without_the_claim_it_stays_in_the_middle_band(share, amplitude_ms, claim):
    assert 0.0 <= light_level(paced(share, amplitude_ms, claim)) <= MIDDLE_TOP


@given(st.floats(0.5, 1.0), swing_ms)
def test_with_the_claim_it_goes_beyond(share, amplitude_ms):
    assert MIDDLE_TOP <= light_level(paced(share, amplitude_ms, True)) <= 1.0


@given(share, share, swing_ms)
def test_more_with_the_guide_is_never_less_light(one, other, amplitude_ms):
    low, high = sorted((one, other))
    assert light_level(paced(low, amplitude_ms, False)) <= light_level(
        paced(high, amplitude_ms, False)
    )


def test_a_small_wave_that_is_usual_for_its_heart_gets_the_full_light():
    small = AmplitudeRange(4.0, 9.0)
    assert light_level(paced(0.55, 5.0, True), small) == 1.0
    assert light_level(paced(0.55, 5.0, True), AmplitudeRange(25.0, 60.0)) < 0.8


def test_a_wave_at_the_top_of_ones_range_brings_it_sooner():
    own = AmplitudeRange(4.0, 9.0)
    assert light_level(paced(0.25, 9.0, False), own) > light_level(paced(0.25, 4.0, False), own)


def test_a_mid_tone_when_there_is_no_value():
    warming = Value(None, Reason.WARMING_UP)
    assert light_level({}) == MID_TONE
    assert light_level({"guide_coherence": warming, "coherence": Value(0.9)}) == MID_TONE
    not_paced = {"guide_coherence": Value(None, Reason.NOT_PACED)}
    assert light_level({**not_paced, "coherence": warming}) == MID_TONE


def test_neither_paced_nor_measured_the_breath_is_not_named():
    not_paced = {"guide_coherence": Value(None, Reason.NOT_PACED)}
    assert light_level({**not_paced, "coherence": Value(0.9)}) == MIDDLE_TOP
    assert light_level({**not_paced, "coherence": Value(0.3)}) == pytest.approx(0.332, abs=0.001)


def test_a_measured_breath_reaches_the_top():
    said = {"guide_coherence": Value(None, Reason.NOT_PACED), "coherence": Value(0.2)}
    assert light_level({**said, "breath_coherence": Value(1.0)}) > 0.9
    assert light_level({**said, "breath_coherence": Value(0.0)}) == 0.0
