"""Follow me, against people who go along, who do not, and who cannot be heard."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.model import Arrival, BreathPattern, PaceChanged
from coherence.pacing import BreathGuide
from coherence.practice.conductor import StepConductor
from coherence.practice.follow import Stance, at_rate, decide, met, slower
from coherence.practice.guiding import Way
from coherence.practice.practices import Practice, Step

SETTLE = BreathPattern(5.5)
RATES = st.floats(4.0, 20.0)


def practice(follow_from: float | None = 12.0, seconds: float = 3600.0) -> Practice:
    steps = (
        Step("arrive", "Arrive", 70.0, None, ()),
        Step("soothe", "Soothe", seconds, SETTLE, (), follow_from),
    )
    return Practice("x", "X", "", "", "", "heart", steps)


@dataclass
class Person:
    """Breathes ``own`` a minute, and comes along with a guide as far as ``willing`` says."""

    own: float
    willing: Callable[[float, float], bool] = lambda t_s, guide: True
    noise: float = 0.0
    heard: bool = True
    rates: list[float] = field(default_factory=list)  # one a second

    def breathe(self, t_s: float, guide_per_min: float | None) -> None:
        along = guide_per_min is not None and self.willing(t_s, guide_per_min)
        self.rates.append(guide_per_min if along else self.own)

    def measured(self, random: np.random.Generator) -> float | None:
        """As the marker has it: the mean over 64 s, half a window late."""
        if not self.heard or len(self.rates) < 64:
            return None
        return float(np.mean(self.rates[-64:]) + self.noise * random.standard_normal())


def led(
    person: Person, minutes: float, conductor: StepConductor | None = None, seed: int = 1
) -> tuple[list[Arrival], StepConductor]:
    """What the conductor says while ``person`` practises."""
    conductor = conductor or StepConductor(practice())
    random, guide, said = np.random.default_rng(seed), BreathGuide(), []
    for second in range(int(minutes * 60)):
        for arrival in conductor.due(float(second)):
            guide.feed(arrival)
            said.append(arrival)
        moment = guide.at(float(second))
        person.breathe(second, None if moment is None else moment.breath.pattern.breaths_per_min)
        conductor.guiding.hear(float(second), person.measured(random))
    return said, conductor


def paces(said: list[Arrival]) -> list[tuple[float, float]]:
    return [
        (a.t_s, a.pattern.breaths_per_min)
        for a in said
        if isinstance(a, PaceChanged) and a.pattern is not None
    ]


def guide_of(said: list[Arrival]) -> BreathGuide:
    guide = BreathGuide()
    for arrival in said:
        guide.feed(arrival)
    return guide


# --- one decision ---


@given(guide=RATES, breath=RATES, settle=st.floats(3.5, 8.0), seconds=st.floats(1.0, 120.0))
def test_an_invitation_is_no_steeper_than_it_may_be(guide, breath, settle, seconds):
    made = decide(guide, guide, breath, settle, seconds)
    assert 4.0 <= made.per_min <= 20.0
    minutes = seconds / 60.0
    assert made.per_min >= guide - 1.5 * minutes - 1e-9
    if guide <= 9.0:
        assert made.per_min >= guide - 0.5 * minutes - 1e-9
    if breath > guide + 1.0:
        assert made == decide(guide, guide, breath, settle)
        assert made.per_min == breath  # back to them
        assert made.stance is Stance.MEETING
    elif breath > guide + 0.5:
        assert made.per_min == guide  # waits
        assert made.stance is Stance.WAITING
    else:
        assert made.per_min <= guide


@given(guide=RATES, settle=st.floats(3.5, 8.0))
def test_what_is_not_known_is_waited_for(guide, settle):
    made = decide(guide, guide, None, settle)
    assert made.per_min == guide
    assert made.stance is Stance.LISTENING


@given(
    rate=RATES,
    settle=st.floats(3.5, 8.0),
    parts=st.lists(st.floats(0.5, 60.0), min_size=1, max_size=20),
)
def test_a_slope_is_the_same_in_many_steps_and_in_one(rate, settle, parts):
    stepwise = rate
    for seconds in parts:
        stepwise = slower(stepwise, seconds, settle)
    assert stepwise == pytest.approx(slower(rate, sum(parts), settle), abs=1e-9)


@given(RATES)
def test_pauses_shrink_with_the_breath_and_leave_room_to_move(rate):
    pattern = at_rate(BreathPattern(5.5, 0.4, 2.0, 2.0), rate)
    assert pattern.pause_full_s + pattern.pause_empty_s <= 0.5 * pattern.period_s
    assert pattern.pause_full_s <= 2.0
    assert met(rate, 12.0) == rate


# --- a whole practice ---


def test_it_begins_at_the_measured_breath_and_invites_it_down():
    said, conductor = led(Person(16.0), 25)
    rates = paces(said)
    assert rates[0] == (70.0, 16.0)
    assert rates[-1][1] == pytest.approx(5.5)
    assert conductor.guiding.stance is Stance.SETTLED
    # 7 a minute at 1.5 a minute each minute and 3.5 at 0.5: 11.7 minutes at the very least
    settled_s = next(t for t, rate in rates if rate == 5.5)
    assert 70.0 + 60 * (7 / 1.5 + 3.5 / 0.5) <= settled_s <= 70.0 + 60 * 15
    assert all(b <= a for (_, a), (_, b) in itertools.pairwise(rates))


@pytest.mark.parametrize("own", [9.0, 12.0, 16.0, 20.0])
@pytest.mark.parametrize("noise", [0.0, 0.15])
def test_no_minute_asks_for_more_than_it_may(own, noise):
    said, _ = led(Person(own, noise=noise), 25)
    rates = paces(said)
    for i, (t_s, rate) in enumerate(rates):
        for later_s, later in rates[i + 1 :]:
            if later_s - t_s < 60.0 and later < rate:
                assert rate - later <= 1.5 + 1e-9
                if rate <= 9.0:
                    assert rate - later <= 0.5 + 1e-9


def test_it_waits_for_somebody_who_does_not_come_along():
    """Comes along to 11 a minute and no further: the guide waits close by and comes back."""
    person = Person(14.0)
    person.willing = lambda t_s, guide: guide >= 11.0
    said, _ = led(person, 19)
    late = [rate for t, rate in paces(said) if t > 600.0]
    assert min(late) > 9.0  # it never goes far ahead …
    assert max(late) >= 11.0  # … and comes back to them
    stays = Person(14.0, willing=lambda t_s, guide: False)
    rates = [rate for _, rate in paces(led(stays, 19)[0])]
    assert min(rates) >= 13.0
    assert max(rates) <= 14.0


def test_it_goes_back_to_a_breath_that_quickens():
    person = Person(10.0)
    said, conductor = led(person, 8)
    assert paces(said)[-1][1] < 9.0
    person.own, person.willing = 13.0, lambda t_s, guide: t_s > 700.0
    for second in range(480, 660):
        said += conductor.due(float(second))
        person.breathe(second, None)
        conductor.guiding.hear(float(second), person.measured(np.random.default_rng(2)))
    assert max(rate for t, rate in paces(said) if t > 480.0) == pytest.approx(13.0)
    assert conductor.guiding.stance in (Stance.WAITING, Stance.MEETING)


def test_a_breath_that_cannot_be_heard_holds_the_guide_where_it_begins():
    said, conductor = led(Person(16.0, heard=False), 19)
    assert paces(said) == [(70.0, 12.0)]
    assert conductor.guiding.stance is Stance.LISTENING


def test_without_any_strap_the_guide_slows_by_half_as_much():
    conductor = StepConductor(practice(), hearing=False)
    rates = paces(led(Person(16.0, heard=False), 5, conductor)[0])
    assert rates[0] == (70.0, 12.0)
    assert rates[-1][1] == pytest.approx(12.0 - 0.75 * (rates[-1][0] - 70.0) / 60.0)


def test_marks_stand_in_for_a_strap():
    """Somebody who marks a quicker breath than the guide's is gone to."""
    conductor = StepConductor(practice(), hearing=False)
    said = []
    for tenth in range(2400):
        now_s = tenth / 10
        said += conductor.due(now_s)
        if tenth % 40 == 0:  # 15 a minute
            said += conductor.mark_breath(now_s)
    rates = paces(said)
    assert rates[0][1] == pytest.approx(15.0)
    assert all(14.0 <= rate <= 15.01 for _, rate in rates[1:])


def test_the_guide_itself_never_jumps():
    person = Person(18.0, willing=lambda t_s, guide: 100 < t_s < 500 or t_s > 800, noise=0.3)
    said, _ = led(person, 19)
    guide = guide_of(said)
    breaths = guide.breaths(0.0, 19 * 60.0)
    for a, b in itertools.pairwise(breaths):
        assert b.start_s == pytest.approx(a.end_s, abs=1e-9)
        change = abs(b.pattern.breaths_per_min - a.pattern.breaths_per_min)
        assert change <= 16.0 / 3 + 1e-9  # a third of the widest way at most
    t_s = np.arange(71.0, 19 * 60.0, 0.02)
    volume = guide.volume(t_s)
    assert not np.isnan(volume).any()
    assert np.abs(np.diff(volume)).max() < 0.02 * math.pi / 2 / (0.4 * 3.0) * 1.2


@settings(max_examples=40, deadline=None)
@given(
    own=st.floats(3.0, 30.0),
    noise=st.floats(0.0, 4.0),
    seed=st.integers(0, 99),
    acts=st.lists(
        st.tuples(
            st.integers(1, 900), st.sampled_from(["slower", "quicker", "let_go", "mark", "way"])
        ),
        max_size=8,
    ),
)
def test_whatever_is_heard_and_done_the_guide_stays_in_range(own, noise, seed, acts):
    conductor, random = StepConductor(practice(seconds=1100.0)), np.random.default_rng(seed)
    person, said, todo = Person(own, noise=noise), [], dict(acts)
    for second in range(1180):
        said += conductor.due(float(second))
        person.breathe(second, None)
        conductor.guiding.hear(float(second), person.measured(random))
        match todo.get(second):
            case "slower":
                said += conductor.change_pace(second, -0.1)
            case "quicker":
                said += conductor.change_pace(second, 0.1)
            case "let_go":
                said += conductor.let_go(second)
            case "mark":
                said += conductor.mark_breath(second)
            case "way":
                said += conductor.choose_way(second, Way(random.choice([w.value for w in Way])))
            case _:
                pass
    assert all(3.5 <= rate <= 20.0 for _, rate in paces(said))  # set by hand: 3.5 to 8
    times = [a.t_s for a in said]
    assert times == sorted(times)


def test_the_person_s_own_wish_comes_first():
    person = Person(14.0)
    said, conductor = led(person, 4)
    now = paces(said)[-1][1]
    (changed,) = conductor.change_pace(240.0, 0.1)
    assert changed.pattern.breaths_per_min == pytest.approx(now + 0.5)
    assert paces(conductor.due(299.0)) == []  # and it stays there for a minute
    assert conductor.let_go(300.0)[-1] == PaceChanged(300.0, None)
    assert paces(conductor.due(900.0)) == []
    (back,) = paces(conductor.change_pace(901.0, -0.1))
    assert back[1] == pytest.approx(12.0)  # what was heard is old by now


def test_following_can_be_chosen_in_any_practice_and_left_again():
    conductor = StepConductor(practice(follow_from=None))
    said, _ = led(Person(13.0), 3, conductor)
    assert paces(said) == [(70.0, 5.5)]
    conductor.guiding.hear(180.0, 9.0)
    assert paces(conductor.choose_way(180.0, Way.FOLLOW)) == [(180.0, 9.0)]
    assert conductor.choose_way(181.0, Way.FOLLOW) == []
    assert conductor.guiding.following
    assert paces(conductor.choose_way(182.0, Way.WRITTEN)) == [(182.0, 5.5)]
    assert not conductor.guiding.following
