"""The assessments as practices: the schedule is the protocols', and nobody bends it on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.judging import JUDGING
from tests.practice.test_practices import check_prompts, strings_of

from coherence.model import Arrival, BreathPattern, Ended, PaceChanged, Paused, Resumed, StepStarted
from coherence.pacing import BreathGuide
from coherence.practice.conductor import StepConductor
from coherence.practice.guiding import Way
from coherence.practice.library import assessments, library, practice, practices
from coherence.practice.practices import Practice, at_own_pace, scaled
from coherence.practice.schema import PracticeError, parse
from coherence.protocols import (
    SLIDE_BREATHS,
    slide_among,
    slide_pattern,
    sliding,
    stepped,
    steps_among,
)

KEYS = ["resonance_stepped", "resonance_sliding"]
ARRIVE_S = 60.0


def run(
    each: Practice, until_s: float, *, every_s: float = 0.033
) -> tuple[StepConductor, list[Arrival]]:
    conductor, said, now_s = StepConductor(each), [], 0.0
    while now_s < until_s and not conductor.ended:
        said += conductor.due(now_s)
        now_s += every_s
    return conductor, said


def guided(said: list[Arrival]) -> BreathGuide:
    guide = BreathGuide()
    for arrival in said:
        guide.feed(arrival)
    return guide


def test_both_are_there_and_none_of_them_is_among_the_practices() -> None:
    assert [each.key for each in assessments()] == KEYS
    assert not any(each.assesses for each in practices())
    there = library()
    for key in KEYS:
        assert there.get(key) == practice(key)
        assert practice(key).assesses
        assert practice(key).opens_after == 3  # science 8.3


@pytest.mark.parametrize("key", KEYS)
def test_their_words_are_kind_and_have_time_to_be_read(key: str) -> None:
    each = practice(key)
    check_prompts(each)
    for text in strings_of(each):
        assert not JUDGING.search(text), text
    assert "comfortable" in each.why
    assert "Grounding" in each.without_breath


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("minutes", [5, 10, 30])
def test_they_have_one_length(key: str, minutes: int) -> None:
    assert scaled(practice(key), minutes) == practice(key)


def test_the_steps_are_those_of_the_protocol() -> None:
    paced = [step for step in practice(KEYS[0]).steps if step.pattern is not None]
    for step, wanted in zip(paced, stepped(), strict=True):
        assert step.pattern == wanted.breaths[0].pattern
        assert step.seconds == wanted.end_s - wanted.start_s
        assert step.held


@pytest.mark.parametrize("every_s", [0.033, 0.7])
def test_the_guide_goes_through_the_steps_whatever_the_frame_rate(every_s: float) -> None:
    conductor, said = run(practice(KEYS[0]), 2000.0, every_s=every_s)
    assert conductor.whole
    found = steps_among(guided(said).breaths(0.0, 2000.0))
    for step, wanted in zip(found, stepped(start_s=ARRIVE_S), strict=True):
        assert step.per_min == wanted.per_min
        assert len(step.breaths) == len(wanted.breaths)
        assert step.start_s == pytest.approx(wanted.start_s, abs=1e-6)
        assert step.end_s == pytest.approx(wanted.end_s, abs=1e-6)
    assert said[-1] == Ended(pytest.approx(945.0))


@pytest.mark.parametrize("every_s", [0.033, 0.7])
def test_the_guide_slides_breath_by_breath(every_s: float) -> None:
    conductor, said = run(practice(KEYS[1]), 2000.0, every_s=every_s)
    assert conductor.whole
    found = slide_among(guided(said).breaths(0.0, 2000.0))
    assert found is not None
    wanted = sliding(start_s=ARRIVE_S)
    assert [b.start_s for b in found] == pytest.approx([b.start_s for b in wanted], abs=1e-6)
    assert [b.pattern for b in found] == [slide_pattern(k) for k in range(SLIDE_BREATHS)]
    changes = [a for a in said if isinstance(a, PaceChanged) and a.pattern is not None]
    assert len(changes) == SLIDE_BREATHS
    # each is said at a turn, and tells of the breath after the one that begins there
    assert [a.t_s for a in changes[1:]] == pytest.approx([b.start_s for b in wanted[:-1]])


def test_one_breath_is_always_known_beforehand() -> None:
    """Sound is made ahead: what the guide will do next does not change when it comes to it."""
    conductor, guide, ahead = StepConductor(practice(KEYS[1])), BreathGuide(), {}
    now_s = 0.0
    while now_s < 200.0:
        for arrival in conductor.due(now_s):
            guide.feed(arrival)
        moment = guide.at(now_s)
        if moment is not None:
            if (told := ahead.get(round(moment.breath.start_s, 3))) is not None:
                assert moment.breath.pattern == told
            coming = guide.at(moment.breath.end_s + 0.01)
            assert coming is not None
            ahead[round(coming.breath.start_s, 3)] = coming.breath.pattern
        now_s += 0.05
    assert len(ahead) > 10


@pytest.mark.parametrize("key", KEYS)
def test_the_pace_is_held_whatever_is_pressed(key: str) -> None:
    conductor, _ = run(practice(key), 100.0)
    before = conductor.guiding._guide.target
    pressed = conductor.change_pace(100.0, -0.1) + conductor.choose_way(101.0, Way.FOLLOW)
    pressed += conductor.mark_breath(102.0) + conductor.mark_breath(112.0)
    assert not [a for a in pressed if isinstance(a, PaceChanged) and key == KEYS[0]]
    rates = [a.pattern.breaths_per_min for a in pressed if isinstance(a, PaceChanged)]
    assert all(abs(rate - before.breaths_per_min) < 0.2 for rate in rates)  # only the slide's own
    assert conductor.guiding.running


@pytest.mark.parametrize("key", KEYS)
def test_the_guide_can_be_let_go_at_any_time(key: str) -> None:
    conductor, _ = run(practice(key), 100.0)
    assert PaceChanged(100.0, None) in conductor.let_go(100.0)
    later = []
    for now_s in range(101, 300):
        later += conductor.due(float(now_s))
    assert not [a for a in later if isinstance(a, PaceChanged)]
    assert not conductor.guiding.running


def test_a_pause_in_the_slide_goes_on_where_it_was() -> None:
    conductor, said = run(practice(KEYS[1]), 120.0)
    said += conductor.pause(120.0)
    assert conductor.due(150.0) == []
    said += conductor.resume(160.0)
    now_s = 160.0
    while now_s < 260.0:
        said += conductor.due(now_s)
        now_s += 0.1
    assert Paused(120.0) in said
    assert Resumed(160.0) in said
    rates = [b.pattern.breaths_per_min for b in guided(said).breaths(0.0, 260.0)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == 6.75
    gone = [slide_pattern(k).breaths_per_min for k in range(len(rates) + 1)]
    assert set(rates) <= set(gone)
    assert slide_among(guided(said).breaths(0.0, 260.0)) is None  # it counts as begun anew


def test_the_next_practice_after_a_slide_is_paced_as_written() -> None:
    conductor, said = run(practice(KEYS[1]), 200.0)
    said += conductor.turn_to(200.0, practice("soothing_rhythm"))
    for now_s in range(201, 400):
        said += conductor.due(float(now_s))
    assert guided(said).target == BreathPattern(5.5)
    assert [a.key for a in said if isinstance(a, StepStarted)][-2:] == ["arrive", "soothe"]


# --- the pace that was found ---


def test_the_own_pace_is_taken_where_a_practice_asks_for_it() -> None:
    soothing = at_own_pace(practice("soothing_rhythm"), 5.1)
    patterns = {step.pattern for step in soothing.steps}
    assert patterns == {None, BreathPattern(5.1, 0.40)}
    assert at_own_pace(practice("soothing_rhythm"), None) == practice("soothing_rhythm")
    threat = practice("soothing_threat")  # goes from the person's own breath, and is short
    assert at_own_pace(threat, 5.1) == threat
    for key in KEYS:
        assert at_own_pace(practice(key), 5.1) == practice(key)


def test_most_guided_practices_ask_for_it() -> None:
    asking = {each.key for each in practices() if any(step.own_pace for step in each.steps)}
    assert asking == {
        *("soothing_rhythm", "compassionate_self", "inner_critic", "wider_than_myself"),
        "compassion_to_alignment",
    }
    for each in practices():
        for step in each.steps:
            if step.own_pace:
                assert replace(step.pattern, breaths_per_min=5.1).inhale_share == 0.40


def test_a_held_pace_leaves_no_room_for_another() -> None:
    text = """
place = 1
key = "x"
title = "X"
subtitle = "x"
why = "x"
without_breath = "x"
colour = "ok"
[[step]]
kind = "soothe"
title = "S"
seconds = 60
breath = { per_minute = 6, held = true, own_pace = true }
"""
    with pytest.raises(PracticeError, match="held"):
        parse(text, "x.toml")
    held = parse(text.replace(", own_pace = true", ""), "x.toml").practice
    assert held is not None
    assert held.steps[0].held
    own = parse(text.replace("held = true, ", ""), "x.toml").practice
    assert own is not None
    assert own.steps[0].own_pace
