"""My rhythm: the guide comes to the marks of somebody who breathes as they breathe."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.model import Arrival, BreathMarked, BreathPattern, PaceChanged
from coherence.pacing import BreathGuide
from coherence.practice.conductor import StepConductor
from coherence.practice.guiding import Way
from coherence.practice.own_rhythm import OwnRhythm
from coherence.practice.practices import Practice, Step

SIX = BreathPattern(6.0)
PACED = Practice("x", "X", "", "", "", "heart", (Step("soothe", "A", 1200.0, SIX, ()),))


def marked(
    marks_s: list[float], until_s: float, practice: Practice = PACED, *, without: bool = False
) -> tuple[StepConductor, list[Arrival], BreathGuide]:
    """A practice in which somebody marks at ``marks_s``."""
    conductor = StepConductor(practice, without_breath=without)
    said: list[Arrival] = []
    for mark_s in marks_s:
        said += conductor.due(mark_s)
        said += conductor.mark_breath(mark_s)
    said += conductor.due(until_s)
    guide = BreathGuide()
    for arrival in said:
        guide.feed(arrival)
    return conductor, said, guide


def apart_s(guide: BreathGuide, marks_s: list[float]) -> list[float]:
    """How far each mark is from the nearest guided in-breath."""
    starts = np.array([b.start_s for b in guide.breaths(0.0, marks_s[-1] + 20.0)])
    return [float(np.abs(starts - mark).min()) for mark in marks_s]


@settings(max_examples=60, deadline=None)
@given(
    period_s=st.floats(3.2, 14.0),
    first_s=st.floats(0.0, 9.0),
    jitter=st.floats(0.0, 0.06),
    seed=st.integers(0, 999),
)
def test_the_guide_comes_to_the_person_s_breath(period_s, first_s, jitter, seed):
    random = np.random.default_rng(seed)
    count = max(80, int(400 / period_s))  # enough for a mean of what chance moves
    steps = period_s * (1 + jitter * random.uniform(-1, 1, count))
    marks = (first_s + np.cumsum(steps)).tolist()
    conductor, _, guide = marked(marks, marks[-1])
    assert conductor.guiding.way is Way.MINE
    late = apart_s(guide, marks)[20:]
    assert np.mean(late) < (0.01 + 1.35 * jitter) * period_s + 0.02
    rates = [b.pattern.breaths_per_min for b in guide.breaths(marks[20], marks[-1])]
    assert np.mean(rates) == pytest.approx(60 / period_s, rel=0.02 + 0.5 * jitter)


@settings(max_examples=60, deadline=None)
@given(
    waits=st.lists(st.floats(0.05, 40.0), min_size=3, max_size=40),
    without=st.booleans(),
)
def test_whatever_is_marked_the_guide_stays_in_range_and_never_jumps(waits, without):
    marks = np.cumsum(waits).tolist()
    _, said, guide = marked(marks, marks[-1] + 60.0, without=without)
    rates = [a.pattern.breaths_per_min for a in said if isinstance(a, PaceChanged) and a.pattern]
    assert all(4.0 <= rate <= 20.0 for rate in rates)
    breaths = guide.breaths(0.0, marks[-1] + 60.0)
    for a, b in itertools.pairwise(breaths):
        assert b.start_s == pytest.approx(a.end_s, abs=1e-9)
    assert sum(isinstance(a, BreathMarked) for a in said) == len(marks)


def test_with_no_guide_it_begins_with_an_in_breath_of_theirs():
    _, said, guide = marked([10.0, 19.0, 28.0], 60.0, without=True)
    (begun,) = [a for a in said if isinstance(a, PaceChanged)]
    assert begun.t_s == 28.0
    assert begun.pattern.period_s == pytest.approx(9.0)
    assert guide.breaths(0.0, 60.0)[0].start_s == 28.0


def test_when_the_marks_stop_the_guide_stays_at_their_pace():
    marks = [5.0 + 8.0 * i for i in range(12)]
    conductor, _, guide = marked(marks, 400.0)
    last = guide.breaths(300.0, 400.0)
    assert {round(b.pattern.period_s, 6) for b in last} == {8.0}
    assert conductor.guiding.breath_per_min(400.0) is None  # what was marked long ago is not known
    (slower,) = conductor.change_pace(401.0, -0.1)
    assert slower.pattern.breaths_per_min == pytest.approx(7.4)
    assert conductor.guiding.way is Way.WRITTEN


def test_a_key_pressed_twice_is_one_mark_and_a_long_rest_begins_anew():
    rhythm = OwnRhythm()
    for t_s in (0.0, 0.3, 6.0, 6.2, 12.0):
        rhythm.mark(t_s)
    assert rhythm.period_s == 6.0
    assert rhythm.per_min(20.0) == 10.0
    assert rhythm.per_min(60.0) is None
    rhythm.mark(60.0)
    assert rhythm.period_s is None
    assert rhythm.forgotten_s is None
    assert rhythm.mirrored_s(60.0, 10.0) is None
    rhythm.mark(76.0)
    rhythm.mark(92.0)
    assert rhythm.period_s == 15.0  # no slower than a guide goes


def test_marks_in_a_pause_or_after_the_end_are_not_marks():
    conductor = StepConductor(PACED)
    conductor.due(1.0)
    conductor.pause(2.0)
    assert conductor.mark_breath(3.0) == []
    conductor.resume(4.0)
    assert conductor.mark_breath(5.0) == [BreathMarked(5.0)]
    conductor.end(6.0)
    assert conductor.mark_breath(7.0) == []
