import tomllib
from contextlib import suppress
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence import practice as package
from coherence.model import BreathPattern
from coherence.practice.practices import Prompt, Step
from coherence.practice.schema import PracticeError, parse

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


def test_a_file_with_the_mark_of_some_editors_is_the_same():
    assert parse(f"\ufeff{SOUND}", "x.toml") == parse(SOUND, "x.toml")
    bent = SOUND.replace('colour = "breath"', 'colour = "red"')
    with pytest.raises(PracticeError, match=r"x\.toml, line 6: colour"):
        parse(f"\ufeff{bent}", "x.toml")


def test_a_sound_file():
    content = parse(SOUND, "x.toml")
    assert content.place == 1
    assert content.practice is not None
    assert content.practice.steps == (
        Step(
            "soothe",
            "Soothe",
            120.0,
            BreathPattern(6.0),
            (Prompt(10.0, "Be here"), Prompt(50.0, "And here")),
        ),
    )
    assert content.practice.lengths_min == ()
    assert content.practice.family == "own"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("seconds = 120", "seconds = ", "line 13"),
        ("seconds = 120", "seconds = -1", "^mine.toml, line 13: step 1.seconds"),
        ("per_minute = 6", "per_minute = 2", "^mine.toml, line 14: step 1.breath.per_minute"),
        ("at = 50", "at = 39", "^mine.toml, line 19: step 1.prompt 2.at"),
        ('title = "X"', "", "^mine.toml, line 1: title is missing"),
        ('title = "Soothe"', "", "^mine.toml, line 10: step 1.title is missing"),
        ('"And here"', '"And here"\nkeep = 1', "line 21: step 1.prompt 2.keep has to be true or"),
        ('"And here"', '"And here"\nwithout_breath = ""', "line 21: .*without_breath is empty"),
        ("place = 1", "place = 1\nlengths = [5, 0]", "line 3: lengths has to be whole minutes"),
        ("place = 1", "place = 1\nlengths = [10, 5]", "lengths has to go from the shortest"),
        ("place = 1", "place = 1\nlengths = 5", r"lengths has to be a list in \[ \]"),
        ("place = 1", 'place = 1\nfamily = "foe"', "family has to be one of soothing"),
        ("place = 1", "place = 1\nopens_after = 99", "opens_after has to be from 0 to 20"),
        ("place = 1", 'place = 1\ntherapist = "me"', "line 3: therapist has no meaning here"),
        (
            "per_minute = 6",
            "per_minute = 6, follow_from = 30",
            "follow_from has to be from 4 to 20",
        ),
        (
            "per_minute = 6",
            "per_minute = 8, pause_full = 2, pause_empty = 2",
            "per_minute leaves less than half of each breath",
        ),
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
    made = parse(SOUND + step, "mine.toml").practice
    assert made is not None
    assert made.seconds is None
    with pytest.raises(PracticeError, match="only the last one may be without an end"):
        parse(SOUND + step + step, "mine.toml")


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, len(SOUND)), put=st.text(max_size=6), over=st.integers(0, 40))
def test_anything_else_is_a_practice_or_an_error(at, put, over):
    with suppress(PracticeError):
        parse(SOUND[:at] + put + SOUND[at + over :], "mine.toml")


def test_long_text_does_not_hide_the_lines_after_it():
    wide = SOUND.replace('why = "because"', 'why = """\nat = 3\n[[step]]\n"""')
    with pytest.raises(PracticeError, match=r"line 19: step 1.prompt 1.at has to be"):
        parse(wide.replace("at = 10", "at = -1"), "mine.toml")


def test_a_therapist_s_file_may_pause_longer_and_open_what_is_closed():
    own = SOUND.replace("place = 1", 'therapist = "the one who made this"')
    long = own.replace("per_minute = 6", "per_minute = 4, pause_empty = 5")
    made = parse(long, "mine.toml", own=True)
    assert made.practice is not None
    assert made.practice.therapist == "the one who made this"
    assert made.practice.steps[0].pattern == BreathPattern(4.0, pause_empty_s=5.0)
    nobody = long.replace('therapist = "the one who made this"', "")
    with pytest.raises(
        PracticeError, match=r"from 0 to 2 seconds; longer ones only in a file that"
    ):
        parse(nobody, "mine.toml", own=True)
    with pytest.raises(PracticeError, match="from 0 to 10 seconds"):
        parse(long.replace("= 5", "= 11"), "mine.toml", own=True)
    pack = 'therapist = "somebody"\nopens = ["inner_critic"]\n'
    assert parse(pack, "pack.toml", own=True).opens == ("inner_critic",)
    assert parse(pack, "pack.toml", own=True).practice is None
    both = own.replace("key =", 'opens = ["inner_critic"]\nkey =')
    assert parse(both, "mine.toml", own=True).opens == ("inner_critic",)
    with pytest.raises(PracticeError, match="opens has no meaning here"):
        parse(both.replace('therapist = "the one who made this"', ""), "mine.toml", own=True)


def test_content_files_are_plain_toml_with_one_practice_each():
    folder = resources.files(package.__name__) / "content" / "en"
    files = [f for f in folder.iterdir() if f.is_file()]
    for file in [*files, *(folder / "assessments").iterdir()]:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        assert file.name == f"{said['key']}.toml"
