"""When tones and lines fall: with the steps, never during a pause, never two voices at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coherence.model import BreathPattern, Ended, PaceChanged, Paused, Resumed, StepStarted
from coherence.practice.conductor import StepConductor
from coherence.practice.library import practices
from coherence.practice.practices import Practice, Prompt, Step
from coherence.sessions.cue_sheet import CueSheet, line_names
from coherence.sound.score import Cue
from coherence.sound.tones import Tone

OWN = Practice(
    "own",
    "Own",
    "",
    "",
    "",
    "heart",
    (
        Step("arrive", "Arrive", 30.0, None, (Prompt(4.0, "hello"),)),
        Step(
            "soothe",
            "Soothe",
            90.0,
            BreathPattern(6.0),
            (Prompt(10.0, "soften"), Prompt(40.0, "rest")),
        ),
    ),
)
NAMES = {"hello": "own-1-1", "soften": "own-2-1", "rest": "own-2-2"}


def sheet(*arrivals: object) -> CueSheet:
    made = CueSheet(OWN, NAMES)
    for arrival in arrivals:
        made.feed(arrival)  # type: ignore[arg-type]
    return made


def lines(made: CueSheet) -> list[tuple[float, object]]:
    return [(c.t_s, c.what) for c in made.between(-1.0, 1e9) if isinstance(c.what, str)]


def tones(made: CueSheet) -> list[tuple[float, object]]:
    return [(c.t_s, c.what) for c in made.between(-1.0, 1e9) if isinstance(c.what, Tone)]


def test_names_say_practice_step_and_prompt() -> None:
    assert line_names(OWN) == NAMES


@pytest.mark.parametrize("practice", practices(), ids=lambda p: p.key)
def test_every_prompt_of_every_practice_has_a_name_of_its_own(practice: Practice) -> None:
    names = line_names(practice)
    assert len(set(names.values())) == len(names)
    lines = [p for step in practice.steps for p in (*step.prompts, *step.more)]
    assert all(each.text in names for each in lines)
    assert all(each.without_breath is None or each.without_breath in names for each in lines)
    assert all(name.isascii() and "/" not in name for name in names.values())


@pytest.mark.parametrize("practice", practices(), ids=lambda p: p.key)
def test_a_whole_practice_is_told_as_it_is_shown(practice: Practice) -> None:
    names = line_names(practice)
    made = CueSheet(practice, names)
    assert practice.seconds is not None
    for arrival in StepConductor(practice).due(practice.seconds + 1.0):
        made.feed(arrival)
    begun_s, wanted = 0.0, []
    for step in practice.steps:
        wanted += [(begun_s + p.at_s, names[p.text]) for p in step.prompts]
        begun_s += step.seconds or 0.0
    assert lines(made) == wanted
    kinds = [what for _, what in tones(made)]
    assert kinds == [Tone.BEGIN, *[Tone.STEP] * (len(practice.steps) - 1), Tone.END]
    assert tones(made)[-1][0] == practice.seconds


def test_a_pause_holds_lines_back_and_goes_on_with_them() -> None:
    begun = (StepStarted(0.0, 0, "arrive"), StepStarted(30.0, 1, "soothe"))
    paused = sheet(*begun, Paused(50.0))
    assert lines(paused) == [(4.0, "own-1-1"), (40.0, "own-2-1")]
    resumed = sheet(*begun, Paused(50.0), Resumed(75.0))
    assert lines(resumed) == [(4.0, "own-1-1"), (40.0, "own-2-1"), (95.0, "own-2-2")]
    twice = sheet(*begun, Paused(50.0), Resumed(75.0), Paused(80.0), Resumed(81.0))
    assert lines(twice)[-1] == (96.0, "own-2-2")


def test_a_line_that_a_pause_breaks_off_is_said_again() -> None:
    made = sheet(StepStarted(0.0, 0, "arrive"), Paused(5.5), Resumed(20.0))
    (first, again) = (c for c in made.between(0.0, 100.0) if isinstance(c.what, str))
    assert first == Cue(4.0, "own-1-1", until_s=5.5)
    assert again == Cue(20.0, "own-1-1")


def test_a_step_taken_by_hand_leaves_what_was_planned() -> None:
    made = sheet(StepStarted(0.0, 0, "arrive"), StepStarted(2.0, 1, "soothe"))
    assert lines(made) == [(12.0, "own-2-1"), (42.0, "own-2-2")]
    assert tones(made) == [(1.0, Tone.BEGIN), (2.0, Tone.STEP)]


def test_the_next_line_ends_the_one_before() -> None:
    made = sheet(StepStarted(0.0, 1, "soothe"))
    first, second = (c for c in made.between(0.0, 100.0) if isinstance(c.what, str))
    assert first.until_s == second.t_s


def test_the_end_breaks_off_what_is_being_said_and_rings() -> None:
    made = sheet(StepStarted(0.0, 0, "arrive"), Ended(6.0))
    assert made.between(3.0, 100.0) == [Cue(4.0, "own-1-1", until_s=6.0), Cue(6.0, Tone.END)]


def test_where_the_breath_is_left_alone_that_is_what_is_said() -> None:
    prompt = Prompt(10.0, "breathe out slowly", "feel your feet")
    step = Step("soothe", "Soothe", 90.0, BreathPattern(6.0), (prompt, Prompt(40.0, "rest")))
    free = Step("return", "Return", 60.0, None, (replace(prompt, at_s=4.0),))
    plan = replace(OWN, steps=(step, free))
    names = line_names(plan)
    assert names == {
        "breathe out slowly": "own-1-1",
        "feel your feet": "own-1-1-still",
        "rest": "own-1-2",
    }
    begun, pattern = StepStarted(0.0, 0, "soothe"), BreathPattern(6.0)

    def said(*arrivals: object, without_breath: bool = False) -> list[object]:
        made = CueSheet(plan, names, without_breath=without_breath)
        for arrival in arrivals:
            made.feed(arrival)  # type: ignore[arg-type]
        return [name for _, name in lines(made)]

    paced = (begun, PaceChanged(0.0, pattern))
    assert said(*paced) == ["own-1-1", "own-1-2"]
    assert said(*paced, PaceChanged(5.0, None)) == ["own-1-1-still", "own-1-2"]
    assert said(*paced, PaceChanged(15.0, None))[0] == "own-1-1"  # it was said by then
    assert said(*paced, PaceChanged(5.0, None), PaceChanged(7.0, pattern))[0] == "own-1-1"
    assert said(begun, without_breath=True)[0] == "own-1-1-still"
    returned = (*paced, StepStarted(90.0, 1, "return"), PaceChanged(92.0, None))
    assert said(*returned)[-1] == "own-1-1"  # the guide has only come to its end


def test_other_arrivals_and_unknown_steps_are_no_cues() -> None:
    made = sheet(PaceChanged(0.0, BreathPattern(6.0)), Resumed(1.0), StepStarted(3.0, 9, "soothe"))
    assert [c.what for c in made.between(0.0, 100.0)] == [Tone.BEGIN]
