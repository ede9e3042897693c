"""Plans of the room: files that say what they mean, steps by time and by hand."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judging import JUDGING

from coherence.model import StepStarted
from coherence.practice.conductor import StepConductor
from coherence.practice.library import practices
from coherence.practice.practices import PROMPT_EVERY_S, scaled
from coherence.practice.schema import PracticeError
from coherence.practice.session_plans import (
    PLAN_KINDS,
    PRACTICE,
    PlanStep,
    SessionPlan,
    parse_plan,
    plan_text,
    plans,
    shipped_plans,
)

TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=30
)
LINES = st.lists(TEXT, max_size=4).map(tuple)


@st.composite
def steps(draw: st.DrawFn) -> PlanStep:
    kind = draw(st.sampled_from(PLAN_KINDS))
    rate = draw(st.none() | st.sampled_from([4.5, 5.5, 6.0])) if kind == PRACTICE else None
    seconds = draw(st.none() | st.integers(10, 900).map(float))
    if kind == PRACTICE and rate is None and draw(st.booleans()):
        return PlanStep(kind, draw(TEXT), seconds, of=draw(TEXT))
    return PlanStep(kind, draw(TEXT), seconds, rate, 0.4, draw(LINES), draw(LINES))


@given(st.lists(steps(), min_size=1, max_size=5), TEXT, st.booleans())
def test_what_is_written_is_read_back(rows: list[PlanStep], why: str, two: bool) -> None:
    wordings = ("one", "other") if two else ()
    plan = SessionPlan("k", "A plan", why, tuple(rows), wordings)
    assert parse_plan(plan_text(plan), "k.toml") == plan


def test_a_plan_with_the_mark_of_some_editors_is_the_same() -> None:
    text = plan_text(SessionPlan("k", "K", "why", (PlanStep("free", "Talk"),)))
    assert parse_plan(f"\ufeff{text}", "k.toml") == parse_plan(text, "k.toml")


def test_the_plan_that_ships_goes_from_baseline_to_recovery() -> None:
    (plan,) = shipped_plans()
    assert [step.kind for step in plan.steps] == ["baseline", "prompt", "practice", "recovery"]
    assert len(plan.wordings) == 2
    for wording in (0, 1):
        made = plan.practice(wording)
        assert [step.pattern is not None for step in made.steps] == [False, False, True, False]
        for step in made.steps:
            times = [prompt.at_s for prompt in step.prompts]
            assert all(b - a >= PROMPT_EVERY_S for a, b in itertools.pairwise(times))
            assert not any(JUDGING.search(prompt.text) for prompt in step.prompts)
    said = [[p.text for p in plan.practice(n).steps[1].prompts] for n in (0, 1)]
    assert said[0] != said[1]


def test_a_step_without_a_time_goes_on_by_hand_and_the_others_by_time() -> None:
    plan = SessionPlan(
        "k", "K", "why",
        (PlanStep("baseline", "A", 60.0), PlanStep("free", "B"), PlanStep("recovery", "C", 30.0)),
    )  # fmt: skip
    conductor = StepConductor(plan.practice())
    conductor.due(0.0)
    assert StepStarted(60.0, 1, "free") in conductor.due(500.0)
    assert conductor.step == 1
    assert conductor.due(5000.0) == []
    assert StepStarted(5000.0, 2, "recovery") in conductor.ask_step(5000.0, 2)
    conductor.due(5031.0)
    assert conductor.ended
    assert conductor.whole


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('kind = "nap"\ntitle = "A"', "kind"),
        ('kind = "free"', "title"),
        ('kind = "free"\ntitle = "A"\nseconds = 2', "seconds"),
        ('kind = "baseline"\ntitle = "A"\nbreaths_per_min = 5.5', "paced"),
        ('kind = "practice"\ntitle = "A"\nbreaths_per_min = 20', "breaths_per_min"),
        ('kind = "free"\ntitle = "A"\nmusic = "x"', "music"),
        (f'kind = "prompt"\ntitle = "A"\nlines = ["{"x" * 91}"]', "lines"),
        (f'kind = "free"\ntitle = "{"x" * 50}"', "title"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_step(row: str, said: str) -> None:
    before = 'key = "k"\ntitle = "K"\nwhy = "w"\n[[step]]\nkind = "free"\ntitle = "A"'
    text = f"{before}\n[[step]]\n{row}\n"
    with pytest.raises(PracticeError, match=said) as told:
        parse_plan(text, "mine.toml")
    assert "mine.toml, step 2" in str(told.value)


def test_one_s_own_file_takes_the_place_of_ours_and_a_broken_one_hides_nothing(
    tmp_path: Path,
) -> None:
    ours = shipped_plans()[0]
    mine = SessionPlan(ours.key, "Mine", "why", ours.steps)
    (tmp_path / "mine.toml").write_text(plan_text(mine), encoding="utf-8")
    (tmp_path / "broken.toml").write_text("key = ", encoding="utf-8")
    found, troubles = plans(tmp_path)
    assert [plan.title for plan in found] == ["Mine"]
    assert len(troubles) == 1
    assert "broken.toml" in troubles[0]


def test_a_step_may_name_a_practice_of_the_library() -> None:
    whole = next(each for each in practices() if each.key == "soothing_rhythm")
    text = plan_text(
        SessionPlan(
            "k", "K", "why",
            (PlanStep("baseline", "Arrive", 60.0), PlanStep(PRACTICE, "Soothe", of=whole.key)),
        )
    )  # fmt: skip
    plan = parse_plan(text, "k.toml")
    made = plan.practice()
    assert made.steps[1:] == whole.steps
    assert made.steps[0].kind == "baseline"
    ten = SessionPlan("k", "K", "why", (PlanStep(PRACTICE, "Soothe", 600.0, of=whole.key),))
    assert ten.practice().seconds == pytest.approx(scaled(whole, 10.0).seconds)
    assert StepConductor(made).titles == tuple(step.title for step in made.steps)


@pytest.mark.parametrize(
    "more", ['kind = "prompt"', "breaths_per_min = 5.0", 'lines = ["a"]', 'other_lines = ["a"]']
)
def test_a_step_that_names_a_practice_brings_nothing_of_its_own(more: str) -> None:
    kind = "" if "kind" in more else 'kind = "practice"'
    step = f'[[step]]\n{kind}\ntitle = "S"\npractice = "just_sit"\n{more}\n'
    with pytest.raises(PracticeError, match="names a practice"):
        parse_plan(f'key = "k"\ntitle = "K"\nwhy = "w"\n{step}', "k.toml")


def test_a_practice_that_is_not_there_is_told_and_hides_no_other_plan(tmp_path: Path) -> None:
    plan = SessionPlan("k", "K", "why", (PlanStep(PRACTICE, "S", of="nowhere"),))
    with pytest.raises(PracticeError, match="not there"):
        plan.practice()
    (tmp_path / "k.toml").write_text(plan_text(plan))
    found, (trouble,) = plans(tmp_path)
    assert [each.key for each in found] == [each.key for each in shipped_plans()]
    assert trouble.startswith("k.toml: ")
