"""What sessions keep of an assessment, and a new one beside them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.assessed import FAITHFUL, recording

from coherence.analysis.resonance import Drift, Found, Outcome, Resonance
from coherence.model import BreathPattern, End, Origin, PaceChanged, SessionRecord
from coherence.sessions.assessment import AssessmentError, Protocol, assess, assessed
from coherence.sessions.found_paces import beside, found_before, resonance_numbers
from coherence.sessions.summary import summary_of, tracker_of
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker

NOW = datetime(2026, 5, 1, 18, 0, tzinfo=UTC)


def kept(number: int, days_ago: float, per_min: float, *, sliding: bool = False, **how: object):
    summary = {
        "resonance_per_min": per_min,
        "resonance_uncertainty_per_min": 0.2,
        "resonance_certainty": 0.9,
        "resonance_by_sliding": float(sliding),
    }
    said = {"summary": json.dumps(summary), "origin": Origin.STRAP} | how
    at = (NOW - timedelta(days=days_ago)).isoformat()
    return SessionRecord(
        id=number,
        started_at=at,
        duration_s=945.0,
        practice="resonance_stepped",
        end=End.ENDED,
        app_version="0.1.0",
        **said,
    )


def result(per_min: float | None, around: float | None = 0.2) -> Resonance:
    outcome = Outcome.NO_CLEAR_RESONANCE if per_min is None else Outcome.FOUND
    return Resonance(outcome, per_min, 0.9, around if per_min else None, per_min, 0.0)


@pytest.mark.parametrize("protocol", list(Protocol))
def test_a_session_keeps_what_its_assessment_found(protocol: Protocol) -> None:
    arrivals = list(recording(protocol, FAITHFUL, 3))
    tracker, _ = trace(arrivals, SessionTracker(rows=()))
    found = assessed(tracker)
    assert found is not None
    assert found.protocol is protocol
    assert found == assess(tracker, protocol)
    numbers = resonance_numbers(found)
    assert numbers["resonance_per_min"] == found.result.per_min
    assert numbers["resonance_by_sliding"] == float(protocol is Protocol.SLIDING)


@pytest.mark.slow  # every marker of every second, twice
def test_the_summary_has_it_now_and_when_it_is_made_again() -> None:
    arrivals = list(recording(Protocol.STEPPED, FAITHFUL, 3))
    tracker, _ = trace(arrivals)
    said = summary_of(tracker)
    assert 4.25 <= said["resonance_per_min"] <= 6.75
    assert summary_of(tracker_of(arrivals)) == said


def test_another_practice_is_no_assessment() -> None:
    arrivals = list(recording(Protocol.STEPPED, FAITHFUL, 3))
    beats = [a for a in arrivals if not isinstance(a, PaceChanged)]
    tracker, _ = trace([PaceChanged(0.0, BreathPattern(6.0)), *beats], SessionTracker(rows=()))
    assert assessed(tracker) is None
    assert resonance_numbers(None) == {}


def test_one_that_was_ended_early_counts_from_its_third_pace_on() -> None:
    arrivals = list(recording(Protocol.STEPPED, FAITHFUL, 3))
    three, _ = trace([a for a in arrivals if a.t_s < 490.0], SessionTracker(rows=()))
    found = assessed(three)
    assert found is not None
    assert len(found.result.steps) == 3
    two, _ = trace([a for a in arrivals if a.t_s < 400.0], SessionTracker(rows=()))
    assert assessed(two) is None
    with pytest.raises(AssessmentError, match="are missing"):
        assess(two, Protocol.STEPPED)


def test_only_sessions_with_a_strap_count_newest_first() -> None:
    records = [
        kept(1, 90, 5.9),
        kept(2, 10, 5.4, sliding=True),
        kept(3, 5, 4.6, origin=Origin.SIMULATED),
        kept(4, 4, 4.6, summary="{}"),
        kept(5, 3, 4.6, summary="no json"),
        kept(6, 2, 4.6, summary="[]"),
    ]
    found = found_before(records)
    assert [(each.session_id, each.found.per_min) for each in found] == [(2, 5.4), (1, 5.9)]
    assert found[0].protocol is Protocol.SLIDING


def test_drift_is_told_beside_the_newest_one() -> None:
    earlier = found_before([kept(1, 200, 5.4), kept(2, 100, 6.2)])
    told = beside(result(5.4), Protocol.STEPPED, earlier, NOW)
    assert told is not None
    assert told.before.session_id == 2
    assert told.moved is Drift.SLOWER
    assert told.together is None
    assert beside(result(6.3), Protocol.STEPPED, earlier, NOW).moved is Drift.SAME
    assert beside(result(None), Protocol.STEPPED, earlier, NOW) is None
    assert beside(result(5.4), Protocol.STEPPED, [], NOW) is None


def test_both_ways_together_where_they_are_near_in_time_and_agree() -> None:
    earlier = found_before([kept(1, 20, 5.6, sliding=True)])
    told = beside(result(5.4), Protocol.STEPPED, earlier, NOW)
    assert told is not None
    assert told.together == Found(5.5, 0.2)
    assert beside(result(5.4), Protocol.SLIDING, earlier, NOW).together is None
    assert beside(result(6.5), Protocol.STEPPED, earlier, NOW).together is None
    long_ago = found_before([kept(1, 100, 5.6, sliding=True)])
    assert beside(result(5.4), Protocol.STEPPED, long_ago, NOW).together is None
