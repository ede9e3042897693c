"""The welcome screen: straps, practice, lengths, and all of it by keyboard and by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget
from tests.ui.desk import Key, let_go, not_reached, unnamed

from coherence.model import StrapSeen
from coherence.practice.practices import practices
from coherence.ui.theme import DUSK, MORNING
from coherence.ui.welcome import Welcome

H10 = StrapSeen("AA:1", "Polar H10 0A1B2C3D", -58)
GARMIN = StrapSeen("BB:2", "HRM-Pro:123456", -70)
OFF = "Bluetooth is off: turn it on in the system's settings and try again."


@pytest.fixture
def welcome() -> Iterator[Callable[..., Welcome]]:
    made: list[Welcome] = []

    def make(**how: object) -> Welcome:
        screen = Welcome(DUSK, practices(), returning=False, **how)  # type: ignore[arg-type]
        made.append(screen)
        screen.resize(1200, 800)
        screen.show()
        screen._timer.stop()
        screen.activateWindow()
        assert QTest.qWaitForWindowActive(screen)
        return screen

    yield make
    for screen in made:
        let_go(screen)


def rows(screen: Welcome) -> list[str]:
    QApplication.processEvents()  # Qt shows what is new at its next turn
    column = screen._strap_column
    widgets = [column.itemAt(i).widget() for i in range(column.count())]
    return [w.text() for w in widgets if w.isVisibleTo(screen)]


def test_the_remembered_strap_comes_first_and_is_chosen(welcome: Callable[..., Welcome]) -> None:
    screen = welcome(last_strap_id=H10.strap_id)
    assert not screen._begin.isEnabled()
    screen.show_strap(GARMIN)
    assert screen.strap == GARMIN
    screen.show_strap(H10)
    assert rows(screen) == [H10.name, GARMIN.name]
    assert screen.strap == H10
    assert screen._begin.isEnabled()
    assert screen._begin.hasFocus()


def test_a_strap_chosen_by_hand_stays_chosen(welcome: Callable[..., Welcome]) -> None:
    screen = welcome(last_strap=H10.name)
    screen.show_strap(GARMIN)
    screen._strap_rows[GARMIN.strap_id].click()
    screen.show_strap(H10)
    assert screen.strap == GARMIN


def test_a_name_that_comes_late_is_shown(welcome: Callable[..., Welcome]) -> None:
    screen = welcome(last_strap=H10.name)
    screen.show_strap(replace(H10, name="unnamed"))
    screen.show_strap(H10)
    assert rows(screen) == [H10.name]
    assert screen.strap == H10


def test_one_s_own_strap_is_shown_however_many_others_are_near(
    welcome: Callable[..., Welcome],
) -> None:
    screen = welcome(last_strap_id=H10.strap_id)
    for n in range(9):
        screen.show_strap(StrapSeen(f"CC:{n}", f"Strap {n}", -80))
    assert len(rows(screen)) == 4
    screen.show_strap(H10)
    assert rows(screen)[0] == H10.name
    assert screen.strap == H10


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_trouble_is_said_whole_and_taken_back(
    welcome: Callable[..., Welcome], scale: float
) -> None:
    screen = welcome(notice="Sessions are not kept now.")
    screen.set_theme(replace(DUSK, text_scale=scale))
    screen.resize(800, 600)
    screen.show_trouble(OFF)
    QApplication.processEvents()
    label = screen._trouble
    assert label.text() == OFF
    needed = label.heightForWidth(label.width())
    assert label.isVisibleTo(screen)
    assert label.height() >= needed
    assert OFF in screen._looking.accessibleDescription()
    screen.show_looking()
    assert not label.isVisibleTo(screen)
    assert "Sessions are not kept now." in [w.accessibleName() for w in labels(screen)]


def labels(screen: QWidget) -> list[QWidget]:
    return [w for w in screen.findChildren(QWidget) if w.isVisibleTo(screen)]


def test_begin_says_strap_practice_and_minutes(welcome: Callable[..., Welcome]) -> None:
    screen = welcome()
    begun, alone = QSignalSpy(screen.begin), QSignalSpy(screen.without_strap)
    screen._practice_rows[1].click()
    screen._lengths[2].click()
    screen.press_primary()
    assert alone.count() == 1
    assert alone.at(0) == [practices()[1], 15]
    screen.show_strap(H10)
    screen.press_primary()
    assert begun.at(0) == [H10, practices()[1], 15]
    assert [pill.isChecked() for pill in screen._lengths] == [False, False, True, False]


def test_all_has_a_name_and_tab_reaches_it(welcome: Callable[..., Welcome]) -> None:
    screen = welcome(notice="A word.")
    screen.show_trouble(OFF)
    assert unnamed(screen) == []
    assert not_reached(screen, screen._settings) == set()
    screen.show_strap(H10)
    screen.show_strap(GARMIN)
    assert unnamed(screen) == []
    assert not_reached(screen, screen._settings) == set()


def test_arrows_choose_a_practice(welcome: Callable[..., Welcome]) -> None:
    screen = welcome()
    screen._practice_rows[0].setFocus()
    QTest.keyClick(screen._practice_rows[0], Key.Key_Down)
    assert screen.practice == practices()[1]


@pytest.mark.parametrize(
    ("size", "scale"), [((800, 600), 1.0), ((800, 600), 2.0), ((1440, 900), 2.0)]
)
def test_what_begins_is_in_sight_at_any_size(
    welcome: Callable[..., Welcome], size: tuple[int, int], scale: float
) -> None:
    screen = welcome()
    screen.set_theme(replace(MORNING, text_scale=scale))
    screen.resize(*size)
    QApplication.processEvents()
    for button in (screen._begin, screen._alone):
        seen = button.visibleRegion().boundingRect()
        assert seen.height() >= button.sizeHint().height() - 1
        assert seen.width() >= button.sizeHint().width() - 1
    area = screen._area
    assert area.widget().width() <= area.viewport().width()
