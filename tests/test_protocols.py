"""The schedules against the numbers that were published, and found again in recorded guides."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.assessed import guide_said

from coherence.model import BreathPattern, PaceChanged, Paused, Resumed
from coherence.pacing import BreathGuide
from coherence.protocols import slide_among, sliding, stepped, steps_among


def guided(*arrivals) -> BreathGuide:
    guide = BreathGuide()
    for arrival in arrivals:
        guide.feed(arrival)
    return guide


def test_the_slide_is_that_of_fisher_and_lehrer() -> None:
    breaths = sliding()
    assert len(breaths) == 78
    assert breaths[0].pattern.breaths_per_min == pytest.approx(6.75)
    assert breaths[-1].pattern.breaths_per_min == pytest.approx(4.270, abs=5e-4)
    assert breaths[-1].end_s == pytest.approx(894.65, abs=5e-3)
    longer_s = [b.pattern.period_s - a.pattern.period_s for a, b in pairwise(breaths)]
    assert longer_s == pytest.approx([0.06704] * 77)
    assert {breath.pattern.inhale_share for breath in breaths} == {0.5}
    assert all(a.end_s == b.start_s for a, b in pairwise(breaths))


def test_each_step_is_two_minutes_of_whole_breaths() -> None:
    steps = stepped(rest_s=60.0, start_s=5.0)
    assert [step.per_min for step in steps] == [6.5, 6.0, 5.5, 5.0, 4.5]
    assert [step.start_s for step in steps] == [5.0, 185.0, 365.0, 545.0, 725.0]
    assert [len(step.breaths) for step in steps] == [13, 12, 11, 10, 9]
    for step in steps:
        assert step.end_s - step.start_s == 120.0


@pytest.mark.parametrize("rest_s", [0.0, 60.0, 90.0])
def test_recorded_steps_are_found_again(rest_s: float) -> None:
    wanted = stepped(rest_s, start_s=90.0)
    said = guide_said([breath for step in wanted for breath in step.breaths])
    breaths = guided(*said).breaths(0.0, 2000.0)
    found = steps_among(breaths)
    assert [step.per_min for step in found] == [6.5, 6.0, 5.5, 5.0, 4.5]
    for step, was in zip(found, wanted, strict=True):
        assert step.start_s == pytest.approx(was.start_s)
        assert step.end_s == pytest.approx(was.end_s)


def test_a_recorded_slide_is_found_again() -> None:
    wanted = sliding(start_s=60.0)
    guide = guided(PaceChanged(10.0, BreathPattern(6.0)), PaceChanged(45.0, None))
    for arrival in guide_said(wanted):
        guide.feed(arrival)
    found = slide_among(guide.breaths(0.0, 2000.0))
    assert found is not None
    assert [breath.start_s for breath in found] == pytest.approx([b.start_s for b in wanted])
    rates = [breath.pattern.breaths_per_min for breath in wanted]
    assert [breath.pattern.breaths_per_min for breath in found] == pytest.approx(rates)


def test_another_practice_is_no_protocol() -> None:
    guide = guided(
        PaceChanged(10.0, BreathPattern(6.0)),
        PaceChanged(200.0, BreathPattern(5.5)),
        Paused(300.0),
        Resumed(310.0),
    )
    breaths = guide.breaths(0.0, 600.0)
    assert {step.per_min for step in steps_among(breaths)} == {6.0, 5.5}
    assert slide_among(breaths) is None
    assert steps_among([]) == ()
    assert slide_among([]) is None
