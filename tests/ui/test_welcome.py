"""The welcome screen: straps, practice, lengths, and all of it by keyboard and by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget
from tests.ui.desk import Key, let_go, not_reached, reached_by_tab, unnamed

from coherence.devices.strap_choice import UNNAMED
from coherence.model import StrapSeen
from coherence.practice.library import practices
from coherence.ui.practice_choice import OPENS_LATER, Chosen
from coherence.ui.theme import DUSK, MORNING
from coherence.ui.welcome import FRAME_MS, LONG_S, LOOKING_HOW, STILL_LOOKING_HOW, Welcome

H10 = StrapSeen("AA:1", "Polar H10 0A1B2C3D", -58)
GARMIN = StrapSeen("BB:2", "HRM-Pro:123456", -70)
OFF = "Bluetooth is off: turn it on in the system's settings and try again."


@pytest.fixture
def welcome() -> Iterator[Callable[..., Welcome]]:
    made: list[Welcome] = []

    def make(**how: object) -> Welcome:
        screen = Welcome(DUSK, practices(), **{"returning": False, **how})  # type: ignore[arg-type]
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


def test_a_sensor_known_to_tell_no_rhythm_says_so(welcome: Callable[..., Welcome]) -> None:
    screen = welcome()
    for name, told in (("Mi Band 4", True), ("TICKR 12", False), ("Polar Sense 1", False)):
        screen.show_strap(StrapSeen(name, name, -60))
        row = screen._strap_rows[name]
        assert ("no rhythm" in row.accessibleDescription()) == told


def test_after_looking_in_vain_for_a_while_there_is_a_hint(
    welcome: Callable[..., Welcome],
) -> None:
    screen = welcome()
    screen.show_looking()
    for _ in range(round(LONG_S * 1000 / FRAME_MS) + 2):
        screen._frame()
    assert screen._looking.accessibleDescription() == STILL_LOOKING_HOW
    screen.show_looking()
    assert screen._looking.accessibleDescription() == LOOKING_HOW


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


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_that_are_called_the_same_one_s_own_is_known_by_its_id(
    welcome: Callable[..., Welcome], first: int
) -> None:
    mine, other = (StrapSeen(f"C0:FF:EE:00:00:0{n}", "HRM", -60) for n in (1, 2))
    screen = welcome(last_strap_id=mine.strap_id, last_strap="HRM")
    for strap in (mine, other) if first == 0 else (other, mine):
        screen.show_strap(strap)
    assert rows(screen) == ["HRM · 00:01", "HRM · 00:02"]
    assert screen.strap == mine
    told = [screen._strap_rows[each.strap_id].accessibleDescription() for each in (mine, other)]
    assert told == ["Yours, and nearby", "Nearby"]


def test_of_two_that_are_called_the_same_none_is_called_mine_by_its_name(
    welcome: Callable[..., Welcome],
) -> None:
    one, two = (StrapSeen(f"C0:FF:EE:00:00:0{n}", "HRM", -60) for n in (1, 2))
    screen = welcome(last_strap_id="gone", last_strap="HRM")
    screen.show_strap(one)
    assert screen._strap_rows[one.strap_id].accessibleDescription() == "Yours, and nearby"
    screen.show_strap(two)
    told = [row.accessibleDescription() for row in screen._strap_rows.values()]
    assert told == ["Nearby", "Nearby"]
    unnamed = welcome(last_strap_id="gone", last_strap=UNNAMED)
    unnamed.show_strap(replace(one, name=UNNAMED))
    assert unnamed._strap_rows[one.strap_id].accessibleDescription() == "Nearby"


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
    screen = welcome(returning=True)
    begun, alone = QSignalSpy(screen.begin), QSignalSpy(screen.without_strap)
    choice = screen.choice
    choice.rows[1].click()
    choice.lengths[2].click()
    screen.press_primary()
    assert alone.count() == 1
    assert alone.at(0) == [Chosen(practices()[1], 20)]
    screen.show_strap(H10)
    screen.press_primary()
    assert begun.at(0) == [H10, Chosen(practices()[1], 20)]
    assert [pill.isChecked() for pill in choice.lengths] == [False, False, True, False]


def test_each_practice_has_its_own_lengths(welcome: Callable[..., Welcome]) -> None:
    choice = welcome(returning=True).choice
    assert [pill.text() for pill in choice.lengths] == ["5 min", "10 min", "15 min", "20 min"]
    choice.rows[2].click()
    assert [pill.text() for pill in choice.lengths] == ["3 min", "5 min", "10 min"]
    assert choice.chosen == Chosen(practices()[2], 5)
    choice.lengths[0].click()
    choice.rows[0].click()
    choice.rows[2].click()
    assert choice.chosen == Chosen(practices()[2], 3)  # as it was left


def test_a_first_time_is_short(welcome: Callable[..., Welcome]) -> None:
    choice = welcome().choice
    for row in choice.rows:
        row.click()
        assert all(int(pill.text().split()[0]) <= 5 for pill in choice.lengths)
    choice.rows[0].click()
    assert choice.chosen == Chosen(practices()[0], 5)
    assert choice.rows[0].accessibleDescription().startswith("5 minutes · ")


def test_three_for_today_and_all_one_step_away(welcome: Callable[..., Welcome]) -> None:
    screen = welcome(today=["grounding", "just_sit", "inner_critic"])
    choice = screen.choice

    def shown() -> list[str]:
        return [row.text() for row in choice.rows if row.isVisibleTo(screen)]

    assert shown() == ["Grounding", "Just sit with my heart", "Meeting the inner critic"]
    choice.all.click()
    assert len(shown()) == len(practices())
    choice.rows[-1].click()
    choice.all.click()
    assert shown()[:3] == ["Grounding", "Just sit with my heart", "Meeting the inner critic"]
    assert shown()[3] == choice.practice.title  # what is chosen stays in sight


def test_the_way_without_the_breath(welcome: Callable[..., Welcome]) -> None:
    choice = welcome().choice
    choice.without.click()
    assert choice.chosen == Chosen(practices()[0], 5, without_breath=True)
    assert choice._why.text() == practices()[0].without_breath
    choice.rows[1].click()  # has no pacing in it anyway
    assert not choice.chosen.without_breath
    assert not choice.without.isVisibleTo(choice)


def test_what_is_not_open_yet_says_when_it_will_be(welcome: Callable[..., Welcome]) -> None:
    screen = welcome(is_open=lambda practice: practice.opens_after == 0)
    choice = screen.choice
    choice.all.click()
    (row,) = [row for row in choice.rows if row.text() == "Meeting the inner critic"]
    assert not row.isEnabled()
    assert row.accessibleDescription() == OPENS_LATER
    row.click()
    assert choice.practice == practices()[0]


def test_all_has_a_name_and_tab_reaches_it(welcome: Callable[..., Welcome]) -> None:
    screen = welcome(notice="A word.")
    screen.show_trouble(OFF)
    assert unnamed(screen) == []
    assert not_reached(screen, screen._settings) == set()
    screen.show_strap(H10)
    screen.show_strap(GARMIN)
    assert unnamed(screen) == []
    assert not_reached(screen, screen._settings) == set()


def test_tab_goes_through_the_top_row_from_left_to_right(welcome: Callable[..., Welcome]) -> None:
    screen = welcome(caseload=True)
    pills = [screen._soothe, screen._help, screen._look_back]
    pills += [screen._caseload, screen._room, screen._settings]
    assert [pill.x() for pill in pills] == sorted(pill.x() for pill in pills)
    seen = list(reached_by_tab(screen._soothe))
    assert [each for each in seen if each in pills][: len(pills)] == pills


@pytest.mark.parametrize("whole", [False, True])
def test_tab_goes_on_as_the_eye_does(welcome: Callable[..., Welcome], whole: bool) -> None:
    screen = welcome()
    for strap in (GARMIN, H10):
        screen.show_strap(strap)
    if whole:
        screen.choice.all.click()
        screen.choice.rows[2].click()
    QApplication.processEvents()  # Qt shows what is new at its next turn
    choice = screen.choice
    (row,) = [each for each in choice.rows if each.isChecked()]
    (strap_row,) = [each for each in screen._strap_rows.values() if each.isChecked()]
    ways = [pill for pill in (*choice.lengths, choice.without) if pill.isVisible()]
    seen = list(reached_by_tab(screen._settings))
    after = [strap_row, choice.all, row, *ways, screen._begin, screen._alone, screen._soothe]
    names = [each.accessibleName() for each in seen[1 : 1 + len(after)]]
    assert names == [each.accessibleName() for each in after]
    back = screen._begin
    back.setFocus()
    QTest.keyClick(back, Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is ways[-1]


def test_arrows_choose_a_practice(welcome: Callable[..., Welcome]) -> None:
    screen = welcome()
    screen.choice.rows[0].setFocus()
    QTest.keyClick(screen.choice.rows[0], Key.Key_Down)
    assert screen.choice.practice == practices()[1]


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
