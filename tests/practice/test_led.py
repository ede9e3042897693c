"""What a therapist sets goes at a breath's turn, and stays."""

import pytest

from coherence.model import Arrival, PaceChanged, StepStarted
from coherence.pacing import BreathGuide
from coherence.practice.conductor import StepConductor
from coherence.practice.library import practice

IN_SOOTHE_S = 131.7  # somewhere in a breath of the second step


@pytest.fixture
def led() -> tuple[StepConductor, list[Arrival], BreathGuide]:
    conductor, guide = StepConductor(practice("soothing_rhythm")), BreathGuide()
    said = conductor.due(IN_SOOTHE_S)
    for arrival in said:
        guide.feed(arrival)
    return conductor, said, guide


def put(guide: BreathGuide, arrivals: list[Arrival]) -> None:
    for arrival in arrivals:
        guide.feed(arrival)


def test_a_pace_glides_from_the_next_turn_on_and_not_before(led) -> None:
    conductor, _, guide = led
    before = guide.at(IN_SOOTHE_S)
    put(guide, conductor.set_pace(IN_SOOTHE_S, 4.6, 0.45))
    moment = guide.at(IN_SOOTHE_S)
    assert moment == before
    turn_s = moment.breath.end_s
    assert guide.at(turn_s + 0.1).breath.pattern != moment.breath.pattern
    settled = guide.at(turn_s + 60.0).breath.pattern
    assert settled.breaths_per_min == pytest.approx(4.6)
    assert settled.inhale_share == 0.45


def test_a_pace_stays_for_the_next_step(led) -> None:
    conductor, _, guide = led
    put(guide, conductor.set_pace(IN_SOOTHE_S, 4.6, 0.45))
    put(guide, conductor.due(400.0))
    assert conductor.step == 2
    target = guide.target
    assert target is not None
    assert (round(target.breaths_per_min, 6), target.inhale_share) == (4.6, 0.45)


def test_a_pace_keeps_within_what_anybody_is_guided_to(led) -> None:
    conductor, _, guide = led
    put(guide, conductor.set_pace(IN_SOOTHE_S, 30.0, 0.4))
    assert guide.target is not None
    assert guide.target.breaths_per_min == 8.0


def test_a_step_asked_for_begins_where_the_breath_ends(led) -> None:
    conductor, _, guide = led
    turn_s = guide.at(IN_SOOTHE_S).breath.end_s
    assert conductor.ask_step(IN_SOOTHE_S, 3) == []
    assert conductor.asked_step == 3
    assert conductor.due(turn_s - 0.01) == []
    said = conductor.due(turn_s + 0.01)
    assert [a for a in said if isinstance(a, StepStarted)] == [StepStarted(turn_s, 3, "return")]
    assert any(isinstance(a, PaceChanged) and a.pattern is None for a in said)
    assert conductor.asked_step is None


def test_one_may_go_back_too_and_the_practice_goes_on_from_there(led) -> None:
    conductor, _, _ = led
    conductor.ask_step(IN_SOOTHE_S, 0)
    conductor.due(150.0)
    assert conductor.step == 0
    conductor.due(150.0 + 90.0)
    assert conductor.step == 1


def test_without_a_guide_a_step_begins_at_once() -> None:
    conductor = StepConductor(practice("soothing_rhythm"))
    conductor.due(20.0)
    said = conductor.ask_step(20.0, 2)
    assert StepStarted(20.0, 2, "compassion") in said


def test_what_was_asked_for_before_a_pause_waits_for_its_end(led) -> None:
    conductor, _, _ = led
    conductor.ask_step(IN_SOOTHE_S, 3)
    conductor.pause(IN_SOOTHE_S + 0.2)
    assert conductor.due(200.0) == []
    conductor.resume(200.0)
    said = conductor.due(200.0)
    assert StepStarted(200.0, 3, "return") in said


def test_no_step_there_is_none() -> None:
    conductor = StepConductor(practice("soothing_rhythm"))
    conductor.due(20.0)
    assert conductor.ask_step(20.0, 9) == []
    assert conductor.asked_step is None
