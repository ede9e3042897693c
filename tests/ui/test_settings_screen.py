"""The settings screen: every choice is said at once, and nothing else is changed by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from tests.sound.clips import write_clip
from tests.ui.desk import Key, let_go, not_reached, unnamed

from coherence.storage.places import places
from coherence.storage.settings import Settings
from coherence.ui.settings_screen import SettingsScreen
from coherence.ui.theme import DUSK, MORNING

MINE = Settings(
    last_strap_id="AA", last_strap_name="Polar H10", sound="bowl", volume=0.3,
    first_run_done=True, keys={"pause": "P"},
)  # fmt: skip


@pytest.fixture
def screen() -> Iterator[SettingsScreen]:
    write_clip(places().voices / "Ben" / "a-1-1.wav", seconds=0.1)
    made = SettingsScreen(DUSK, MINE)
    made.resize(1000, 700)
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    yield made
    let_go(made)


def test_each_choice_is_said_and_the_rest_is_kept(screen: SettingsScreen) -> None:
    said = QSignalSpy(screen.changed)
    light, _, letters, motion, sound, voice, _lock = screen._choices
    light.setCurrentIndex(1)
    letters.setCurrentIndex(letters.findData(1.5))
    motion.setCurrentIndex(2)
    sound.setCurrentIndex(sound.findData("pad"))
    screen._volume.setValue(9)
    voice.setCurrentIndex(voice.findData("Ben"))
    screen._warms.click()
    screen._numbers.click()
    screen._forget.click()
    wanted = [
        replace(MINE, theme="morning"),
        replace(MINE, theme="morning", text_scale=1.5),
        replace(MINE, theme="morning", text_scale=1.5, reduced_motion=True),
    ]
    wanted.append(replace(wanted[-1], sound="pad"))
    wanted.append(replace(wanted[-1], volume=0.45))
    wanted.append(replace(wanted[-1], voice="Ben"))
    wanted.append(replace(wanted[-1], sound_warms=True))
    wanted.append(replace(wanted[-1], numbers_shown=True))
    wanted.append(replace(wanted[-1], last_strap_id=None, last_strap_name=None))
    assert [said.at(i)[0] for i in range(said.count())] == wanted
    assert not screen._forget.isVisibleTo(screen)


def test_it_opens_with_what_is_chosen() -> None:
    chosen = replace(MINE, theme="system", text_scale=1.25, reduced_motion=False)
    screen = SettingsScreen(DUSK, chosen)
    texts = [box.currentText() for box in screen._choices]
    assert texts == [
        "As the system",
        "As the system",
        "125 %",
        "Full",
        "Bowl",
        "Nobody: lines are shown",
        "Only by Ctrl+L",
    ]
    assert screen._volume.volume == 0.3
    let_go(screen)


def test_all_has_a_name_and_tab_reaches_it(screen: SettingsScreen) -> None:
    assert unnamed(screen) == []
    assert not_reached(screen, screen._choices[0]) == set()


def test_a_voice_that_was_chosen_stays_in_the_list() -> None:
    screen = SettingsScreen(DUSK, replace(MINE, voice="Anna"))
    assert screen._choices[5].currentText() == "Anna"
    let_go(screen)


def test_escape_is_done(screen: SettingsScreen) -> None:
    done = QSignalSpy(screen.done)
    QTest.keyClick(screen, Key.Key_Escape)
    assert done.count() == 1


def test_scrolling_over_a_list_changes_nothing(screen: SettingsScreen) -> None:
    said, box = QSignalSpy(screen.changed), screen._choices[0]
    at, turn = QPointF(20, 20), QPoint(0, -120)
    none = Qt.MouseButton.NoButton
    wheel = QWheelEvent(
        at, box.mapToGlobal(at), QPoint(), turn, none, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    QApplication.sendEvent(screen._volume, wheel)
    assert said.count() == 0


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_cut_in_a_small_window(screen: SettingsScreen, scale: float) -> None:
    screen.set_theme(replace(MORNING, text_scale=scale))
    screen.resize(800, 600)
    QApplication.processEvents()
    assert screen._area.widget().width() <= screen._area.viewport().width()
    for pill in (screen._back, screen._safety, screen._forget):
        assert pill.width() >= pill.sizeHint().width()


def test_the_own_pace_is_chosen_changed_and_cleared() -> None:
    screen = SettingsScreen(DUSK, replace(MINE, own_pace_per_min=5.43))
    said, pace = QSignalSpy(screen.changed), screen._practice.pace
    assert pace.currentText() == "5.43 breaths a minute"
    pace.setCurrentIndex(pace.findData(5.2))
    pace.setCurrentIndex(0)
    assert [said.at(i)[0].own_pace_per_min for i in range(2)] == [5.2, None]
    let_go(screen)


def test_a_pattern_that_is_chosen_brings_its_own_pace() -> None:
    screen = SettingsScreen(DUSK, replace(MINE, own_pace_per_min=5.4))
    said = QSignalSpy(screen.changed)
    screen._practice.pattern.changed.emit("even", [])
    last = said.at(said.count() - 1)[0]
    assert last.pattern == "even"
    assert last.own_pace_per_min is None
    screen._practice.pattern.changed.emit(None, [])
    assert said.at(said.count() - 1)[0].pattern is None
    let_go(screen)


def test_a_language_is_chosen_for_the_next_time(screen: SettingsScreen) -> None:
    said = QSignalSpy(screen.changed)
    box = screen._choices[1]
    assert [box.itemText(i) for i in range(box.count())] == ["As the system", "English", "Deutsch"]
    assert not screen._later.isVisible()
    box.setCurrentIndex(2)
    assert said.at(0)[0] == replace(MINE, language="de")
    assert screen._later.isVisible()
    assert "opened again" in screen._later.text()
