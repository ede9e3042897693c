"""Patterns of the guide: presets, and one's own in seconds, kept and forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QSignalSpy
from tests.ui.desk import let_go, unnamed

from coherence.pacing import PRESETS, named_pattern
from coherence.ui.pattern_fields import PRESET_NAMES, PatternFields, pattern_name
from coherence.ui.theme import DUSK, MORNING


@pytest.fixture
def fields() -> Iterator[PatternFields]:
    made = PatternFields(DUSK, None, ["4 0 8 0"])
    made.show()
    yield made
    let_go(made)


def test_presets_and_one_s_own_are_offered(fields: PatternFields) -> None:
    shown = [fields.choice.itemText(i) for i in range(fields.choice.count())]
    assert shown == [
        "As each practice has it", *PRESET_NAMES.values(), "My own: 4 s in, 8 s out, 5.0 a minute"
    ]  # fmt: skip
    assert PRESET_NAMES.keys() == PRESETS.keys()
    assert unnamed(fields) == []


def test_choosing_shows_the_seconds(fields: PatternFields) -> None:
    said = QSignalSpy(fields.changed)
    fields.choice.setCurrentIndex(fields.choice.findData("even"))
    assert said.at(0) == ["even", ["4 0 8 0"]]
    assert [field.value() for field in fields.parts] == [5.0, 0.0, 5.0, 0.0]
    assert fields.said.text() == "6.0 breaths a minute"


def test_one_s_own_is_kept_chosen_and_forgotten(fields: PatternFields) -> None:
    said = QSignalSpy(fields.changed)
    for field, seconds in zip(fields.parts, (4.5, 0.5, 7.0, 1.0), strict=True):
        field.setValue(seconds)
    fields.keep.click()
    assert said.at(0) == ["4.5 0.5 7 1", ["4 0 8 0", "4.5 0.5 7 1"]]
    assert fields.choice.currentText() == (
        "My own: 4.5 s in, 0.5 s full, 7 s out, 1 s empty, 4.6 a minute"
    )
    assert not fields.keep.isEnabled()
    fields.forget.click()
    assert said.at(1) == [None, ["4 0 8 0"]]
    assert not fields.forget.isVisibleTo(fields)
    assert named_pattern("4.5 0.5 7 1") is not None


def test_what_is_too_much_is_said_and_not_kept(fields: PatternFields) -> None:
    for field, seconds in zip(fields.parts, (13.0, 0.0, 13.0, 0.0), strict=True):
        field.setValue(seconds)
    assert fields.said.text() == "Here a breath takes 7.5 to 17.1 s in all."
    assert not fields.keep.isEnabled()
    fields.parts[0].setValue(1.0)
    assert fields.said.text() == "Here in and out each take at least 1.5 s."
    assert fields.parts[1].maximum() == 2.0  # a longer pause cannot be written at all


def test_it_changes_its_light(fields: PatternFields) -> None:
    fields.set_theme(MORNING)
    assert fields.choice.tone == MORNING.mid
    assert pattern_name("gone") == "gone"
