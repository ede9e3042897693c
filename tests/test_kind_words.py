"""Every string that a client can see, read against a list of words that judge.

Content is read from its files (tests/practice); the rest from the source itself: each literal of
the modules that a client's screens are made of, and of the boundaries whose trouble is told there.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.judging import JUDGING

import coherence
from coherence.practice.library import practices

SOURCE = Path(coherence.__file__).parent
# what a client's screens are made of, or what they show of trouble beneath
SEEN = ("ui", "practice", "storage", "sound", "devices/radio_error.py", "devices/errors.py")
FOR_THE_THERAPIST = {"live_plots.py", "tiles.py", "plots.py"}  # numbers and axes, no client's page
# names of conditions, and words that comfort or only mean for ever
INNOCENT = ("heart failure", "low blood pressure", "nothing is lost", "for good")


@cache
def literals(file: Path) -> tuple[tuple[int, str], ...]:
    """Strings of a module that can be words for people: no docstrings, keys, names or styles."""
    return tuple(_literals(file))


def _literals(file: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docs = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                docs.add(id(first.value))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docs and is_said(node.value, file.parent.name):
            yield node.lineno, node.value


def is_said(text: str, package: str) -> bool:
    """Whether it looks like words: some letters, and not an identifier, a query or a format."""
    if not any(char.isalpha() for char in text) or text.lstrip().startswith(("CREATE", "SELECT")):
        return False
    return " " in text.strip() or (text[:1].isupper() and package == "ui")  # "Begin" is a word


def files() -> list[Path]:
    found: list[Path] = []
    for place in SEEN:
        at = SOURCE / place
        found += sorted(at.rglob("*.py")) if at.is_dir() else [at]
    return [file for file in found if file.name not in FOR_THE_THERAPIST and file.exists()]


@pytest.mark.parametrize("file", files(), ids=lambda f: str(f.relative_to(SOURCE)))
def test_no_word_judges(file: Path) -> None:
    for line, text in literals(file):
        for phrase in (*INNOCENT, r"\{\w*(?::[^{}]*)?\}"):  # and names of what is put in
            text = re.sub(phrase, "", text, flags=re.IGNORECASE)
        assert not JUDGING.search(text), f"{file.name}:{line}: {text!r}"


def test_the_list_finds_what_it_is_for_and_no_more() -> None:
    for sentence in ("Your score is low", "Try harder", "You failed", "a new streak", "well done"):
        assert JUDGING.search(sentence), sentence
    for sentence in ("Slowing, following, winter", "a lower branch", "goodbye", "Shoulders"):
        assert not JUDGING.search(sentence), sentence


def test_enough_is_read_to_mean_something() -> None:
    read = [text for file in files() for _, text in literals(file)]
    assert len(read) > 300
    assert "How is this breath for you?" in read  # the question of the check-in
    assert any("light-headed" in text for text in read)  # of the safety page
    lines = [p.text for each in practices() for step in each.steps for p in step.prompts]
    assert len(lines) > 120


def test_no_words_shout_or_alarm() -> None:
    for file in files():
        for line, text in literals(file):
            words = text.split()
            if len(words) > 2 and file.parent.name in ("ui", "practice"):
                bare = re.sub(r"\{[^{}]*\}", "", text)  # {key!r} is no shout
                assert not re.search(r"\w!", bare), f"{file.name}:{line}: {text!r}"
