import re
import tomllib
from contextlib import suppress
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.model import BreathPattern
from coherence.practice import practices as module
from coherence.practice.practices import (
    Practice,
    PracticeError,
    Prompt,
    Step,
    parse,
    practice,
    practices,
    scaled,
)

# Words that judge, press or alarm; none of them is said to a person who may be hard on themselves.
JUDGING = (
    "achieve|alarm|bad|badly|best|better|correct|correctly|danger|error|excellent|fail|failed|fails|"
    "failure|faster|fix|goal|improve|incorrect|lazy|level|lose|lost|low|mistake|must|never|ought|"
    "perfect|perfectly|poor|properly|push|rank|right way|score|should|standard|streak|stressed|"
    "strive|succeed|success|target|try harder|warning|weak|win|worse|worst|wrong"
)
SOUND = """
place = 1
key = "x"
title = "X"
subtitle = "x"
colour = "breath"
why = "because"
without_breath = "feet"

[[step]]
kind = "soothe"
title = "Soothe"
seconds = 120
breath = { per_minute = 6 }
[[step.prompt]]
at = 10
text = "Be here"
[[step.prompt]]
at = 50
text = "And here"
"""


def strings_of(each: Practice) -> list[str]:
    found = [each.title, each.subtitle, each.why, each.without_breath]
    for step in each.steps:
        found += [step.title, *(prompt.text for prompt in step.prompts)]
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
        assert 0.0 <= in_step_s <= step_s - 14.0, (each.key, at_s)
    times = [at_s for at_s, _, _ in prompts]
    assert all(b - a >= 30.0 - 1e-9 for a, b in pairwise(times)), times


def paced_s(each: Practice) -> float:
    return sum(step.seconds or 0.0 for step in each.steps if step.pattern is not None)


# --- what is there ---


def test_three_practices_to_begin_with():
    assert [each.key for each in practices()] == ["soothing_rhythm", "just_sit", "grounding"]
    assert [each.seconds for each in practices()] == [600.0, 600.0, 360.0]
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
        assert not re.search(rf"\b({JUDGING})\b", text, re.IGNORECASE), text
        assert "!" not in text
        assert "  " not in text
        assert "\n" not in text
    for step in each.steps:
        for prompt in step.prompts:
            assert len(prompt.text) <= 90
            assert not prompt.text.endswith(".")
            assert "please" not in prompt.text.lower()


def test_the_list_of_words_finds_what_it_is_for():
    assert re.search(rf"\b({JUDGING})\b", "Your score is low", re.IGNORECASE)
    assert not re.search(rf"\b({JUDGING})\b", "Slowing, following, winter, a lower branch")


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


def test_grounding_and_sitting_ask_nothing_of_the_breath():
    for key in ("just_sit", "grounding"):
        assert paced_s(practice(key)) == 0.0
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
@pytest.mark.parametrize("minutes", [3, 4, 5, 7.5, 10, 15, 20])
def test_other_lengths(each, minutes):
    other = scaled(each, minutes)
    least_s = 60.0 + sum(s.seconds or 0.0 for s in each.steps if s.kind in ("arrive", "return"))
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
        assert texts == [p.text for p in before.prompts if p.text in texts]  # in order
    check_prompts(other)


def test_the_first_session_is_short_and_still_has_its_heart():
    first = scaled(practice("soothing_rhythm"), 5)
    assert first.seconds == pytest.approx(300.0)
    assert paced_s(first) <= 300.0
    assert all(step.prompts for step in first.steps)
    assert "warm" in first.steps[2].prompts[0].text


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


# --- files that cannot be used ---


def test_a_sound_file():
    place, each = parse(SOUND, "x.toml")
    assert place == 1
    assert each.steps == (
        Step(
            "soothe",
            "Soothe",
            120.0,
            BreathPattern(6.0),
            (Prompt(10.0, "Be here"), Prompt(50.0, "And here")),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("seconds = 120", "seconds = ", "line 13"),
        ('title = "X"', "", "title is missing"),
        ('title = "X"', 'title = " "', "title is empty"),
        ('title = "X"', "title = 5", "title has to be text"),
        ("place = 1", "place = 1.5", "place has to be a whole number"),
        ('colour = "breath"', 'colour = "red"', "colour has to be one of breath"),
        ('kind = "soothe"', 'kind = "win"', "step 1.kind has to be one of arrive"),
        ("seconds = 120", "seconds = -1", "step 1.seconds has to be more than 0"),
        ("seconds = 120", "seconds = inf", "step 1.seconds has to be"),
        ("seconds = 120", "seconds = 1" + "0" * 400, "step 1.seconds has to be"),
        ("seconds = 120", "seconds = 1500", "step has more than 20 minutes of paced breath"),
        ("seconds = 120", "", "step has more than 20 minutes of paced breath"),
        ("seconds = 120", "seconds = true", "step 1.seconds has to be a number"),
        ("per_minute = 6", "per_minute = 2", "step 1.breath.per_minute has to be from 3.5 to 8"),
        ("per_minute = 6", "per_minute = nan", "step 1.breath.per_minute"),
        (
            "per_minute = 6",
            "per_minute = 6, pause_full = 2.5",
            "breath.pause_full has to be from 0",
        ),
        ("per_minute = 6", "per_minute = 6, hold = 1", "step 1.breath.hold has no meaning here"),
        ("at = 50", "at = 39", "step 1.prompt 2.at has to be at least 40"),
        ("at = 50", "at = 107", r"and at most 106 \(time to read it\)"),
        ('"Be here"', '"' + "long " * 19 + '"', "a line of at most 90 characters"),
        ('"Be here"', '"Be\\nhere"', "a line of at most 90 characters"),
        ('[[step]]\nkind = "soothe"', '[step]\nkind = "soothe"', "step has to be one or more"),
        ("[[step]]", "[[stage]]", "step has to be one or more"),
        ('why = "because"', 'why = "because"\nwho = "me"', "who has no meaning here"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(old, new, says):
    assert old in SOUND
    with pytest.raises(PracticeError, match=says) as failed:
        parse(SOUND.replace(old, new), "mine.toml")
    said = str(failed.value)
    assert said.startswith("mine.toml")
    assert said.endswith(".")
    assert "\n" not in said


def test_prompts_keep_their_distance_from_step_to_step():
    step = '[[step]]\nkind = "free"\ntitle = "Y"\n[[step.prompt]]\nat = 2\ntext = "y"\n'
    late = SOUND.replace("at = 50", "at = 100")
    with pytest.raises(PracticeError, match=r"step 2.prompt 1.at comes within half a minute"):
        parse(late + step, "mine.toml")
    assert parse(SOUND + step, "mine.toml")[1].seconds is None
    with pytest.raises(PracticeError, match="only the last one may be without an end"):
        parse(SOUND + step + step, "mine.toml")


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, len(SOUND)), put=st.text(max_size=6), over=st.integers(0, 40))
def test_anything_else_is_a_practice_or_an_error(at, put, over):
    with suppress(PracticeError):
        parse(SOUND[:at] + put + SOUND[at + over :], "mine.toml")


def test_content_files_are_plain_toml_with_one_practice_each():
    folder = resources.files(module.__package__) / "content" / "en"
    for file in folder.iterdir():
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        assert file.name == f"{said['key']}.toml"
