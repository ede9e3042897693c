import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.judging import JUDGING

from coherence.model import BreathPattern
from coherence.practice.care import lengths_min
from coherence.practice.library import practice, practices
from coherence.practice.practices import Practice, Prompt, Step, at_pace, scaled
from coherence.practice.schema import PracticeError

BREATH = re.compile(r"\b(breath\w*|inhal\w*|exhal\w*)\b", re.IGNORECASE)


def strings_of(each: Practice) -> list[str]:
    found = [each.title, each.subtitle, each.why, each.without_breath]
    for step in each.steps:
        found += [step.title, *(prompt.text for prompt in (*step.prompts, *step.more))]
        found += [p.without_breath for p in (*step.prompts, *step.more) if p.without_breath]
    return found


def prompts_of(each: Practice) -> list[tuple[float, float, float]]:
    """(time in the practice, time in the step, length of the step) of every prompt, s."""
    found, begun_s = [], 0.0
    for step in each.steps:
        assert step.seconds is not None
        found += [(begun_s + p.at_s, p.at_s, step.seconds) for p in step.prompts]
        begun_s += step.seconds
    return found


def check_prompts(each: Practice) -> None:
    prompts = prompts_of(each)
    for at_s, in_step_s, step_s in prompts:
        assert 0.0 <= in_step_s <= step_s - 14.0 + 1e-6, (each.key, at_s)
    times = [at_s for at_s, _, _ in prompts]
    assert all(b - a >= 30.0 - 1e-6 for a, b in pairwise(times)), times


def paced_s(each: Practice) -> float:
    return sum(step.seconds or 0.0 for step in each.steps if step.pattern is not None)


# --- what is there ---


def test_the_nine_practices():
    lengths = {each.key: (each.seconds, each.lengths_min) for each in practices()}
    assert lengths == {
        "soothing_rhythm": (600.0, (5, 10, 15, 20)),
        "just_sit": (600.0, (5, 10, 20, 30)),
        "grounding": (300.0, (3, 5, 10)),
        "soothing_threat": (180.0, ()),
        "compassionate_self": (900.0, (10, 15, 20)),
        "inner_critic": (900.0, (10, 15, 20)),
        "wider_than_myself": (900.0, (10, 15, 20)),
        "compassion_to_alignment": (600.0, (10, 15, 20)),
        "before_session": (180.0, ()),
    }
    assert practices() is practices()  # read once


@pytest.mark.parametrize("each", practices(), ids=lambda p: p.key)
def test_every_practice_is_whole(each):
    assert practice(each.key) == each
    assert len(each.why) > 80
    assert len(each.without_breath) > 40
    kinds = [step.kind for step in each.steps]
    assert kinds[0] == "arrive"
    assert kinds[-1] == "return"
    for step in each.steps:
        assert step.prompts
        if step.kind in ("arrive", "return", "free"):
            assert step.pattern is None  # one's own breath
    check_prompts(each)


@pytest.mark.parametrize("each", practices(), ids=lambda p: p.key)
def test_the_words_are_kind(each):
    for text in strings_of(each):
        assert not JUDGING.search(text), text
        assert "!" not in text
        assert "  " not in text
        assert "\n" not in text
    for step in each.steps:
        for prompt in (*step.prompts, *step.more):
            for text in (prompt.text, prompt.without_breath or ""):
                assert len(text) <= 90
                assert not text.endswith(".")
                assert "please" not in text.lower()


@pytest.mark.parametrize("each", practices(), ids=lambda p: p.key)
def test_there_is_a_way_without_the_breath(each):
    """On that way no line speaks of the breath; where the line does, another stands for it."""
    for step in each.steps:
        for prompt in (*step.prompts, *step.more):
            assert not BREATH.search(prompt.without_breath or prompt.text) or step.kind == "free"
    assert len(each.without_breath) > 40


def test_no_line_is_said_twice_in_one_practice():
    for each in practices():
        lines = [p.text for step in each.steps for p in (*step.prompts, *step.more)]
        assert len(lines) == len(set(lines)), each.key


def test_soothing_rhythm_is_gentle_and_follows_the_arc():
    each = practice("soothing_rhythm")
    assert [step.kind for step in each.steps] == ["arrive", "soothe", "compassion", "return"]
    assert each.steps[0].seconds == 90.0
    patterns = {step.pattern for step in each.steps if step.pattern is not None}
    assert patterns == {BreathPattern(5.5, inhale_share=0.4)}  # longer out than in, no pauses
    words = [p.text.lower() for step in each.steps for p in step.prompts]

    def place(word: str) -> int:
        return next(i for i, text in enumerate(words) if word in text)

    order = ["upright", "face", "gentle, not deep", "wander", "slowing", "warm tone", "others"]
    assert [place(word) for word in order] == sorted(place(word) for word in order)  # science 8.1


def test_a_hard_moment_is_met_at_the_person_s_own_breath():
    each = practice("soothing_threat")
    soothe = next(step for step in each.steps if step.pattern is not None)
    assert soothe.follow_from_per_min is not None
    assert soothe.follow_from_per_min > soothe.pattern.breaths_per_min
    assert each.seconds == 180.0


def test_the_critic_is_met_from_a_safe_place_and_not_at_once():
    each = practice("inner_critic")
    assert each.opens_after == 3
    assert all(other.opens_after == 0 for other in practices() if other != each)
    titles = [step.title for step in each.steps]
    assert titles.index("Soothe") < titles.index("Safe place") < titles.index("Meet")
    words = " ".join(p.text for step in each.steps for p in step.prompts).lower()
    for part in ("afraid", "keep you safe", "tender", "glad to have you"):
        assert part in words


def test_grounding_and_sitting_ask_nothing_of_the_breath():
    for key in ("just_sit", "grounding"):
        assert paced_s(practice(key)) == 0.0
        assert not practice(key).paced
    prompts = [p.text for step in practice("grounding").steps for p in step.prompts]
    assert not [text for text in prompts if "breath" in text.lower()]


def test_a_language_without_content_falls_back_to_english():
    assert practices("xx") == practices("en")
    assert practices("../en") == practices("en")


def test_an_unknown_practice():
    with pytest.raises(PracticeError, match="no practice called 'none'"):
        practice("none")


# --- other lengths ---


@pytest.mark.parametrize("each", practices(), ids=lambda p: p.key)
@pytest.mark.parametrize("minutes", [3, 4, 5, 7.5, 10, 15, 20, 30])
def test_other_lengths(each, minutes):
    other = scaled(each, minutes)
    least_s = 60.0 + sum(s.seconds or 0.0 for s in each.steps if s.kind in ("arrive", "return"))
    if paced_s(other) < 1200.0 - 1e-6:
        assert other.seconds == pytest.approx(max(minutes * 60.0, least_s))
    for before, after in zip(each.steps, other.steps, strict=True):
        assert (before.kind, before.title, before.pattern) == (
            after.kind,
            after.title,
            after.pattern,
        )
        if before.kind in ("arrive", "return"):
            assert before.seconds == after.seconds
        texts = [p.text for p in after.prompts]
        there = sorted((*before.prompts, *before.more), key=lambda p: p.at_s)
        assert texts == [p.text for p in there if p.text in texts]  # in order
    check_prompts(other)


def test_the_first_session_is_short_and_still_has_its_heart():
    first = scaled(practice("soothing_rhythm"), 5)
    assert first.seconds == pytest.approx(300.0)
    assert paced_s(first) <= 300.0
    assert all(step.prompts for step in first.steps)
    assert "warm" in first.steps[2].prompts[0].text


@pytest.mark.parametrize("each", practices(), ids=lambda p: p.key)
def test_every_length_that_is_offered_has_words_enough(each):
    for minutes in lengths_min(each, first=False):
        other = scaled(each, minutes)
        assert other.seconds == pytest.approx(minutes * 60.0)
        times = [0.0, *(at_s for at_s, _, _ in prompts_of(other)), other.seconds]
        assert max(b - a for a, b in pairwise(times)) <= (150.0 if other.paced else 360.0)
        assert all(step.prompts for step in other.steps)


def test_longer_versions_say_more_and_shorter_ones_keep_the_heart():
    each = practice("soothing_rhythm")
    counts = [len(prompts_of(scaled(each, minutes))) for minutes in (5, 10, 20)]
    assert counts == sorted(set(counts))
    assert scaled(each, 10).steps == tuple(replace(step, more=()) for step in each.steps)


def test_one_s_own_pattern_takes_the_place_of_the_written_one():
    own = BreathPattern(4.8, 0.45, 0.0, 1.0)
    for each in practices():
        other = at_pace(each, own)
        for before, after in zip(each.steps, other.steps, strict=True):
            takes_it_on = before.own_pace and before.pattern is not None
            assert after.pattern == (own if takes_it_on else before.pattern)
        assert paced_s(other) == paced_s(each)
        assert at_pace(each, None) == each
    hard = practice("soothing_threat")
    assert at_pace(hard, own) == hard  # it has a way of its own
    assert at_pace(practice("soothing_rhythm"), own).steps[1].pattern == own


def test_nobody_is_paced_for_more_than_twenty_minutes():
    assert paced_s(scaled(practice("soothing_rhythm"), 60)) == pytest.approx(1200.0)


def test_a_practice_without_an_end_keeps_none():
    endless = Practice("x", "X", "", "", "", "heart", (Step("free", "Sit", None, None, ()),))
    assert endless.seconds is None
    assert scaled(endless, 5) == endless


@settings(max_examples=100, deadline=None)
@given(
    minutes=st.floats(0.5, 120),
    lengths=st.lists(st.integers(60, 900), min_size=3, max_size=5),
    kinds=st.permutations(["soothe", "compassion", "free"]),
    every_s=st.integers(30, 120),
)
def test_scaled_prompts_keep_their_distance(minutes, lengths, kinds, every_s):
    names = ["arrive", *kinds, "return"][: len(lengths)]
    steps, at_s, begun_s = [], 0.0, 0.0
    for kind, seconds in zip(names, lengths, strict=True):
        prompts = []
        while at_s + 14.0 <= begun_s + seconds:
            if at_s >= begun_s:
                prompts.append(Prompt(at_s - begun_s, str(at_s)))
            at_s += every_s
        begun_s += seconds
        steps.append(Step(kind, kind, float(seconds), None, tuple(prompts)))
    check_prompts(scaled(Practice("x", "X", "", "", "", "heart", tuple(steps)), minutes))
