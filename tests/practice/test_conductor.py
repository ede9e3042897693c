import math
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coherence.model import (
    BreathMarked,
    BreathPattern,
    Ended,
    Moment,
    PaceChanged,
    Paused,
    Resumed,
    StepStarted,
)
from coherence.pacing import BreathGuide
from coherence.practice.conductor import StepConductor
from coherence.practice.guiding import Way
from coherence.practice.library import practices
from coherence.practice.practices import Practice, Prompt, Step

SIX = BreathPattern(6.0)
OWN = Practice(
    "own",
    "Own",
    "",
    "",
    "",
    "heart",
    (
        Step("arrive", "Arrive", 30.0, None, (Prompt(4.0, "hello"),)),
        Step("soothe", "Soothe", 65.0, SIX, (Prompt(10.0, "soften"), Prompt(40.0, "rest"))),
        Step("compassion", "Compassion", 60.0, BreathPattern(5.0), ()),
        Step("return", "Return", 30.0, None, ()),
    ),
)


def run(conductor, until_s, step_s=0.1, from_s=0.0):
    out = []
    for i in range(math.ceil((until_s - from_s) / step_s) + 1):
        out += conductor.due(min(until_s, from_s + i * step_s))
    return out


def test_each_arrival_comes_once_stamped_when_it_was_due():
    said = run(StepConductor(OWN), 300.0, step_s=0.7)
    assert said == [
        StepStarted(0.0, 0, "arrive"),
        StepStarted(30.0, 1, "soothe"),
        PaceChanged(30.0, SIX),
        StepStarted(95.0, 2, "compassion"),
        PaceChanged(95.0, BreathPattern(5.0)),
        StepStarted(155.0, 3, "return"),
        said[6],
        Ended(185.0),
    ]
    # the guide goes when the breath it is in has ended, not in its middle
    assert isinstance(said[6], PaceChanged)
    assert said[6].pattern is None
    guide = BreathGuide()
    for arrival in said[:6]:
        guide.feed(arrival)
    moment = guide.at(155.0)
    assert moment is not None
    assert said[6].t_s == moment.breath.end_s
    assert 155.0 < said[6].t_s < 167.0


@pytest.mark.parametrize("step_s", [0.033, 1.0, 7.3, 1000.0])
def test_how_often_it_is_asked_changes_nothing(step_s):
    assert run(StepConductor(OWN), 1000.0, step_s) == run(StepConductor(OWN), 1000.0, 0.5)


@pytest.mark.parametrize("practice", practices(), ids=lambda p: p.key)
def test_every_practice_runs_from_start_to_end(practice):
    conductor = StepConductor(practice)
    shown: dict[str, list[tuple[float, float]]] = {}
    said = []
    assert practice.seconds is not None
    for i in range(int(practice.seconds * 10) + 2):
        now_s = i / 10
        said += conductor.due(now_s)
        if prompt := conductor.prompt(now_s):
            shown.setdefault(prompt[0], []).append((now_s, prompt[1]))
    begun = [a for a in said if isinstance(a, StepStarted)]
    assert [a.index for a in begun] == list(range(len(practice.steps)))
    assert said[-1] == Ended(practice.seconds)
    assert conductor.ended
    for step, start in zip(practice.steps, begun, strict=True):
        for prompt in step.prompts:
            times = [t for t, _ in shown[prompt.text]]
            assert times[0] == pytest.approx(start.t_s + prompt.at_s, abs=0.11)
            assert times[-1] - times[0] == pytest.approx(14.0, abs=0.21)
            assert max(opacity for _, opacity in shown[prompt.text]) == 1.0
    assert sum(len(step.prompts) for step in practice.steps) == len(shown)


def test_a_prompt_fades_in_stays_and_fades_out():
    conductor = StepConductor(OWN)
    conductor.due(0.0)

    def opacity(t_s: float) -> float | None:
        said = conductor.prompt(t_s)
        return None if said is None else said[1]

    assert conductor.prompt(3.9) is None
    assert opacity(4.0) == 0.0
    assert opacity(4.4) == pytest.approx(0.5)
    assert opacity(4.8) == pytest.approx(1.0)
    assert opacity(16.8) == pytest.approx(1.0)
    assert opacity(17.4) == pytest.approx(0.5)
    assert conductor.prompt(18.1) is None


def test_time_left_and_titles():
    conductor = StepConductor(OWN)
    assert conductor.seconds_left(0.0) == 185.0
    run(conductor, 100.0)
    assert conductor.step == 2
    assert conductor.titles == ("Arrive", "Soothe", "Compassion", "Return")
    assert conductor.seconds_left(100.0) == pytest.approx(85.0)
    conductor.pause(110.0)
    assert conductor.paused
    assert conductor.seconds_left(200.0) == pytest.approx(75.0)
    conductor.resume(210.0)
    assert conductor.seconds_left(211.0) == pytest.approx(74.0)
    conductor.end(212.0)
    assert conductor.seconds_left(212.0) == 0.0


def test_a_practice_without_an_end_goes_on():
    endless = Practice("x", "X", "", "", "", "heart", (Step("free", "Sit", None, None, ()),))
    conductor = StepConductor(endless)
    assert run(conductor, 10_000.0, 100.0) == [StepStarted(0.0, 0, "free")]
    assert conductor.seconds_left(10_000.0) is None
    assert conductor.end(10_001.0) == [Ended(10_001.0)]
    assert conductor.end(10_002.0) == []


def test_pause_and_resume_once_each():
    conductor = StepConductor(OWN)
    run(conductor, 20.0)
    assert conductor.resume(20.0) == []
    assert conductor.pause(20.0) == [Paused(20.0)]
    assert conductor.pause(21.0) == []
    assert conductor.due(500.0) == []
    assert conductor.next_step(500.0) == []
    assert conductor.resume(520.0) == [Resumed(520.0)]
    assert conductor.due(529.9) == []
    assert conductor.due(530.0) == [StepStarted(530.0, 1, "soothe"), PaceChanged(530.0, SIX)]


def test_what_was_due_before_a_pause_comes_before_it():
    conductor = StepConductor(OWN)
    said = conductor.pause(31.0)
    assert [type(a) for a in said] == [StepStarted, StepStarted, PaceChanged, Paused]
    assert [a.t_s for a in said] == [0.0, 30.0, 30.0, 31.0]


def test_a_pause_while_the_guide_is_about_to_go():
    conductor = StepConductor(OWN)
    run(conductor, 155.5)
    assert conductor.pause(156.0) == [PaceChanged(156.0, None), Paused(156.0)]
    assert conductor.resume(166.0) == [Resumed(166.0)]
    assert run(conductor, 400.0, from_s=166.0) == [Ended(195.0)]


def test_slower_stays_for_later_steps_and_within_bounds():
    conductor = StepConductor(OWN)
    assert conductor.change_pace(5.0, -0.1) == [StepStarted(0.0, 0, "arrive")]  # nothing to change
    run(conductor, 31.0)
    assert conductor.change_pace(31.0, -0.5) == [PaceChanged(31.0, BreathPattern(5.5))]
    assert conductor.change_pace(32.0, -9.0) == [PaceChanged(32.0, BreathPattern(3.5))]
    assert conductor.change_pace(33.0, -0.1) == []
    assert conductor.change_pace(34.0, 2.0) == [PaceChanged(34.0, BreathPattern(5.5))]
    assert run(conductor, 100.0, from_s=34.0)[1] == PaceChanged(95.0, BreathPattern(4.5))
    assert conductor.change_pace(101.0, 50.0) == [PaceChanged(101.0, BreathPattern(8.0))]


def test_letting_go_stays_until_a_pace_is_asked_for():
    conductor = StepConductor(OWN)
    run(conductor, 31.0)
    assert conductor.let_go(40.0) == [PaceChanged(40.0, None)]
    assert conductor.let_go(41.0) == []
    assert run(conductor, 100.0, from_s=41.0) == [StepStarted(95.0, 2, "compassion")]
    assert conductor.change_pace(101.0, -0.1) == [PaceChanged(101.0, BreathPattern(5.0))]
    said = run(conductor, 400.0, from_s=101.0)
    assert [type(a) for a in said] == [StepStarted, PaceChanged, Ended]


def test_the_same_pace_is_not_said_again():
    steps = (Step("soothe", "A", 60.0, SIX, ()), Step("compassion", "B", 60.0, SIX, ()))
    said = run(StepConductor(Practice("x", "X", "", "", "", "heart", steps)), 200.0)
    assert [a for a in said if isinstance(a, PaceChanged)] == [PaceChanged(0.0, SIX)]


def test_going_on_by_hand():
    conductor = StepConductor(OWN)
    run(conductor, 10.0)
    assert conductor.next_step(10.0) == [StepStarted(10.0, 1, "soothe"), PaceChanged(10.0, SIX)]
    assert conductor.due(74.0) == []
    assert conductor.next_step(74.5)[0] == StepStarted(74.5, 2, "compassion")
    conductor.next_step(80.0)
    assert conductor.next_step(81.0)[-1] == Ended(81.0)
    assert conductor.next_step(82.0) == []
    for act in (conductor.due, conductor.pause, conductor.resume, conductor.end, conductor.let_go):
        assert act(90.0) == []
    assert conductor.change_pace(90.0, 0.1) == []
    assert conductor.prompt(90.0) is None


@settings(max_examples=150, deadline=None)
@given(
    pauses=st.lists(st.tuples(st.floats(0.05, 60.0), st.floats(0.0, 500.0)), max_size=6),
    tick_s=st.floats(0.02, 40.0),
)
def test_pauses_never_change_the_amount_of_practice_time(pauses, tick_s):
    conductor = StepConductor(OWN)
    now_s, rested_s, said = 0.0, 0.0, []
    for after_s, rest_s in pauses:
        for i in range(int(after_s / tick_s) + 1):
            said += conductor.due(now_s + i * tick_s)
        now_s += after_s
        if conductor.ended:
            break
        paused = conductor.pause(now_s)
        said += paused
        if not isinstance(paused[-1], Paused):
            break
        now_s += rest_s
        rested_s += rest_s
        said += conductor.resume(now_s)
    for i in range(int(300.0 / tick_s) + 2):
        said += conductor.due(now_s + i * tick_s)
    assert isinstance(said[-1], Ended)
    assert said[-1].t_s - rested_s == pytest.approx(185.0, abs=1e-6)
    times = [a.t_s for a in said]
    assert times == sorted(times)
    assert [a.index for a in said if isinstance(a, StepStarted)] == [0, 1, 2, 3]


@settings(max_examples=150, deadline=None)
@example([(30.0, "next_step"), (1.0, "next_step"), (0.0, "next_step"), (0.0, "let_go")])
@given(
    acts=st.lists(
        st.tuples(
            st.floats(0.0, 40.0),
            st.sampled_from(["pause", "resume", "let_go", "next_step", "slower", "quicker"]),
        ),
        max_size=12,
    )
)
def test_whatever_people_do_the_record_is_sound(acts):
    conductor = StepConductor(OWN)
    now_s, said = 0.0, []
    for after_s, act in acts:
        now_s += after_s
        said += conductor.due(now_s)
        match act:
            case "slower":
                said += conductor.change_pace(now_s, -0.4)
            case "quicker":
                said += conductor.change_pace(now_s, 0.4)
            case _:
                said += getattr(conductor, act)(now_s)
    said += conductor.resume(now_s)
    said += run(conductor, now_s + 400.0, 5.0, from_s=now_s)
    times = [a.t_s for a in said]
    assert times == sorted(times)
    assert sum(isinstance(a, Ended) for a in said) == 1
    assert isinstance(said[-1], Ended)
    for arrival in said:
        if isinstance(arrival, PaceChanged) and arrival.pattern is not None:
            assert 3.5 <= arrival.pattern.breaths_per_min <= 8.0
    guide = BreathGuide()
    for arrival in said[:-1]:
        guide.feed(arrival)
    last = [a for a in said if isinstance(a, StepStarted)][-1]
    if last.key == "return" and said[-1].t_s - last.t_s > 20.0:
        assert not guide.running  # one's own breath at the end


def test_nobody_is_guided_for_more_than_twenty_minutes_at_a_stretch():
    steps = tuple(Step("soothe", f"{n}", 900.0, SIX, ()) for n in range(4))
    conductor = StepConductor(Practice("x", "X", "", "", "", "heart", steps))
    said = run(conductor, 1300.0)
    paces = [a for a in said if isinstance(a, PaceChanged)]
    assert [a.pattern for a in paces] == [SIX, None]
    assert 1200.0 <= paces[1].t_s <= 1210.0  # when the breath it was in had ended
    assert conductor.guiding.over_long
    assert conductor.change_pace(1300.0, -0.1) == [PaceChanged(1300.0, SIX)]  # after a rest
    assert not conductor.guiding.over_long
    assert conductor.guiding.paced_s(1310.0) == pytest.approx(paces[1].t_s + 10.0)


def test_a_pace_that_is_asked_for_too_soon_after_a_long_stretch_waits():
    steps = tuple(Step("soothe", f"{n}", 900.0, SIX, ()) for n in range(4))
    conductor = StepConductor(Practice("x", "X", "", "", "", "heart", steps))
    run(conductor, 1215.0)
    assert conductor.change_pace(1215.0, -0.1) == []
    assert conductor.choose_way(1216.0, Way.FOLLOW) == []
    for t_s in (1217.0, 1223.0, 1229.0):
        assert conductor.mark_breath(t_s) == [BreathMarked(t_s)]
    begun = [a for a in run(conductor, 1900.0, from_s=1229.0) if isinstance(a, PaceChanged)]
    assert begun[0].t_s == 1800.0  # with the next step


def test_short_rests_do_not_begin_a_new_stretch():
    conductor = StepConductor(
        Practice("x", "X", "", "", "", "heart", (Step("soothe", "A", 3000.0, SIX, ()),))
    )
    run(conductor, 600.0)
    conductor.pause(600.0)
    conductor.resume(630.0)
    said = run(conductor, 1400.0, from_s=630.0)
    (gone,) = [a for a in said if isinstance(a, PaceChanged)]
    assert gone.pattern is None
    assert 1230.0 <= gone.t_s <= 1240.0


def test_turning_to_another_practice_goes_on_in_the_same_record():
    conductor = StepConductor(OWN)
    run(conductor, 100.0)
    conductor.pause(100.0)
    other = replace(OWN, key="other", title="Other")
    said = conductor.turn_to(110.0, other)
    assert said[0] == Resumed(110.0)
    assert said[1:] == [Moment(110.0, "Other"), StepStarted(110.0, 0, "arrive")]
    assert conductor.practice == other
    assert conductor.practised_s(115.0) == pytest.approx(5.0)
    rest = run(conductor, 400.0, from_s=110.0)
    assert rest[0].pattern is None  # the guide went when its breath had ended
    assert rest[-1] == Ended(295.0)
    assert conductor.whole
    assert conductor.turn_to(300.0, OWN) == []


def test_how_long_it_was_leaves_pauses_out():
    conductor = StepConductor(OWN)
    assert conductor.practised_s(5.0) == 0.0
    run(conductor, 40.0)
    conductor.pause(40.0)
    assert conductor.practised_s(90.0) == pytest.approx(40.0)
    conductor.resume(100.0)
    conductor.end(110.0)
    assert conductor.practised_s(500.0) == pytest.approx(50.0)
    assert not conductor.whole
