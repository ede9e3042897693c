"""Words beside a number: how far it is to be trusted, why it is missing, and never a judgement."""

import pytest

from coherence.analysis.markers import MARKERS
from coherence.model import Reason, Value
from coherence.reports.remarks import OF_A_RECORDING, WHY_NONE, about, span, trust, why_none

ROWS = {marker.key: marker for marker in MARKERS}


def test_a_minute_of_rmssd_is_told_as_science_tells_it() -> None:
    value = Value(46.0, uncertainty=46.0 * 0.391)  # 0.33 on the scale of logarithms
    words = "over five minutes it would likely lie in 33–64"
    assert about(ROWS["rmssd_ms"], value) == trust(ROWS["rmssd_ms"], value) == words
    assert about(ROWS["rmssd_ms"], Value(46.0)) == ""
    doubtful = Value(46.0, uncertainty=18.0, low_confidence=True)
    assert about(ROWS["rmssd_ms"], doubtful).endswith("; not sure")


def test_each_reason_has_words() -> None:
    assert set(WHY_NONE) == set(Reason)
    for reason in Reason:
        for marker in MARKERS:
            assert about(marker, Value(None, reason)) == OF_A_RECORDING.get(
                reason, WHY_NONE[reason]
            )
        assert why_none(Value(None, reason)) == WHY_NONE[reason]
    assert why_none(None) == "no beats now"
    assert why_none(Value(None)) == about(ROWS["rmssd_ms"], Value(None)) == ""


def test_what_slow_breathing_distorts_says_so_and_nothing_else() -> None:
    assert about(ROWS["hf_ms2"], Value(800.0, Reason.PACED, 300.0)) == "slow breathing distorts it"
    assert about(ROWS["coherence"], Value(0.0, Reason.NO_PEAK)) == "no wave stands out"


def test_the_activation_index_is_marked_as_not_for_a_client() -> None:
    assert about(ROWS["activation_index"], Value(0.4)) == "not for a client's page"


@pytest.mark.parametrize(
    ("likely", "words"),
    [((60.6, 79.4), "61–79"), ((-0.24, 1.1), "-0.2 to 1.1"), ((0.0, 0.0), "0.0–0.0")],
)
def test_a_range_has_no_more_digits_than_it_deserves(
    likely: tuple[float, float], words: str
) -> None:
    assert span(likely) == words
