"""The practices in German: as many, built alike, kind, and the breath left alone where it is."""

import re
from dataclasses import fields, replace

import pytest
from tests.judging_german import JUDGING_GERMAN
from tests.practice.test_practices import check_prompts, strings_of

from coherence.practice import library
from coherence.practice.library import assessments, practice, practices
from coherence.practice.practices import Practice, Prompt, Step, scaled
from coherence.practice.session_plans import shipped_plans

BREATH = re.compile(r"\b(\w*atem\w*|\w*atme\w*)\b", re.IGNORECASE)
WORDS = {"title", "subtitle", "why", "without_breath", "text"}
EVERY = (*practices("de"), *assessments("de"))


def built(each: Practice | Step | Prompt) -> object:
    """All of it but the words; where a line has another one without the breath, that it has."""
    bare: list[object] = []
    for field in fields(each):
        value = getattr(each, field.name)
        if field.name in WORDS:
            bare.append(value is not None)
        elif field.name in ("steps", "prompts", "more"):
            bare.append([built(inner) for inner in value])
        else:
            bare.append(value)
    return bare


def test_every_file_has_its_counterpart() -> None:
    content = library.resources.files("coherence.practice") / "content"
    for within in ("", "assessments", "plans"):
        english, german = (
            {f.name for f in (content / language / within).iterdir() if f.name.endswith(".toml")}
            for language in ("en", "de")
        )
        assert english == german
        assert english


def test_plans_are_built_alike_and_say_it_kindly() -> None:
    for german, english in zip(shipped_plans("de"), shipped_plans("en"), strict=True):
        assert german.key == english.key
        assert len(german.wordings) == len(english.wordings)
        said = [german.title, german.why, *german.wordings]
        for step, before in zip(german.steps, english.steps, strict=True):
            words = {"title": "", "lines": (), "other_lines": ()}
            assert replace(step, **words) == replace(before, **words)
            assert len(step.lines) == len(before.lines)
            assert len(step.other_lines) == len(before.other_lines)
            said += [step.title, *step.lines, *step.other_lines]
        for text in said:
            assert not JUDGING_GERMAN.search(text), text


def test_there_is_no_trouble_with_them() -> None:
    assert library.library(None, "de").troubles == ()


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_it_is_built_like_the_english_one(each: Practice) -> None:
    assert built(each) == built(practice(each.key, "en"))
    assert built(each) != built(replace(practice(each.key, "en"), steps=()))


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_every_line_is_translated(each: Practice) -> None:
    english = strings_of(practice(each.key, "en"))
    german = strings_of(each)
    assert len(german) == len(english)
    assert not [text for text, before in zip(german, english, strict=True) if text == before]


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_no_word_judges_or_shouts(each: Practice) -> None:
    for text in strings_of(each):
        assert not JUDGING_GERMAN.search(text), text
        assert "!" not in text
        assert not re.search(r"\b(Sie|Ihnen|Ihre?[mnrs]?)\b", re.sub(r"(^|[.:?] )\w+", "", text)), (
            text
        )


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_the_breath_is_left_alone_where_it_was_before(each: Practice) -> None:
    for step in each.steps:
        for prompt in (*step.prompts, *step.more):
            if prompt.without_breath is not None:
                assert not BREATH.search(prompt.without_breath), prompt.without_breath
            elif not each.assesses and step.pattern is not None:
                assert not BREATH.search(prompt.text), prompt.text


@pytest.mark.parametrize("minutes", [3, 5, 10, 15, 20])
@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_other_lengths_say_the_same_lines(each: Practice, minutes: int) -> None:
    made = scaled(each, minutes)
    check_prompts(made)
    assert built(made) == built(scaled(practice(each.key, "en"), minutes))


def test_the_names_of_the_three_systems() -> None:
    words = " ".join(text for each in EVERY for text in strings_of(each))
    for name in ("Bedrohungssystem", "Beruhigungssystem", "Beruhigender Atemrhythmus"):
        assert name in words
    assert "Kritikerin" in words
    assert "Kritiker " in words


def test_what_is_spoken_is_what_is_shown() -> None:
    from coherence import translation

    before = translation._language
    translation._language = "de"
    try:
        assert practice("grounding").title == "Erdung"
        assert library.library().practices == practices("de")
    finally:
        translation._language = before
    assert practice("grounding").title == "Grounding"


def test_the_list_finds_what_it_is_for_and_no_more() -> None:
    for text in (
        "Das war schlecht",
        "Dein Ziel",
        "Du solltest tiefer atmen",
        "Gut gemacht",
        "Fehler",
    ):
        assert JUDGING_GERMAN.search(text), text
    for text in (
        "Du kannst gut anfangen",
        "Ein Vorschlag",
        "Es zielt auf nichts",
        "nicht deine Schuld",
    ):
        assert not JUDGING_GERMAN.search(text), text
