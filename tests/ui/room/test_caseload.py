"""The caseload: found, sorted, painted a screenful at a time, and what is opened from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.ui.desk import let_go, unnamed, wait

from coherence.exchange.pack_file import read_pack
from coherence.model import End, Ended, Origin, Person, SessionRecord
from coherence.practice.library import library
from coherence.storage.caseload import given_packs, planned, sealing_keys
from coherence.storage.database import Store
from coherence.storage.people import add_person, people
from coherence.storage.private_notes import keep_private_note
from coherence.storage.wanted import Wanted
from coherence.ui.app import App
from coherence.ui.journal.journal import Journal
from coherence.ui.person_screen import CHANGE, PersonScreen
from coherence.ui.room.case_card import GIVE, LOOK, PAGE, ROOM, TAKE
from coherence.ui.room.caseload_screen import CaseloadScreen
from coherence.ui.room.pack_maker import PackMaker
from coherence.ui.room.setup_screen import RoomSetup
from coherence.ui.screens import titles_of
from coherence.ui.taking import Taking
from coherence.ui.theme import DUSK, MORNING, Theme
from coherence.ui.widgets import Label

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
SKETCH = bytes([55, 70] * 48).hex()


def session(store: Store, person: Person, days_ago: float, rmssd: float = 40.0) -> int:
    at = (NOW - timedelta(days=days_ago)).isoformat()
    about = SessionRecord(
        0, at, 600.0, "soothing_rhythm", Origin.STRAP, End.ENDED, "1", "Polar H10"
    )
    number = store.add_session(
        about, [Ended(600.0)], fingerprint=f"{person.id}-{days_ago}", person_id=person.id
    )
    store.set_summary(number, json.dumps({"resting_rmssd_ms": rmssd, "rhythm": SKETCH}))
    return number


@pytest.fixture(autouse=True)
def nothing_is_left_open() -> Iterator[None]:
    """A window that is still open keeps the application from ending in a later test."""
    yield
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, CaseloadScreen):
            let_go(widget)


@pytest.fixture
def two(store: Store) -> tuple[Person, Person]:
    store.me()
    heron, river = add_person(store, "Heron"), add_person(store, "River")
    session(store, heron, 20.0)
    session(store, river, 3.0)
    session(store, river, 6.0)
    return heron, river


def screen_of(store: Store, theme: Theme = MORNING) -> CaseloadScreen:
    made = CaseloadScreen(theme, store, titles_of(library()))
    made.resize(1280, 800)
    made.show()
    QApplication.processEvents()
    return made


def names(screen: CaseloadScreen) -> list[str]:
    return [screen.model.case(row).person.pseudonym for row in range(screen.model.rowCount())]


@pytest.mark.parametrize("theme", [MORNING, DUSK])
def test_everybody_is_told_with_a_name_for_each_thing(
    store: Store, two: tuple[Person, Person], theme: Theme
) -> None:
    screen = screen_of(store, theme)
    assert names(screen) == ["River", "Heron", "me"]
    assert unnamed(screen) == []
    index = screen.model.index(0)
    said = screen.model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("River. 24 Nov 2026 · Soothing rhythm. 40 ms; 4 more sessions")


def test_it_is_found_by_typing_and_stays_with_who_is_shown(
    store: Store, two: tuple[Person, Person]
) -> None:
    screen = screen_of(store)
    QTest.keyClicks(screen.words, "her")
    wait(lambda: names(screen) == ["Heron"])
    assert screen.case is not None
    assert screen.case.person.id == two[0].id
    screen.words.clear()
    wait(lambda: len(names(screen)) == 3)
    assert screen.case.person.id == two[0].id
    screen.order.setCurrentIndex(1)
    assert names(screen) == ["Heron", "me", "River"]
    QTest.keyClicks(screen.words, "zzz")
    wait(lambda: screen._empty.isVisible())
    assert screen.card is None


def test_what_is_planned_is_kept_when_the_field_is_left(
    store: Store, two: tuple[Person, Person]
) -> None:
    screen = screen_of(store)
    card = screen.card
    assert card is not None
    card.plan.setFocus()
    QTest.keyClicks(card.plan, "the safe place")
    QTest.keyClick(card.plan, Qt.Key.Key_Return)
    wait(lambda: planned(store) == {two[1].id: "the safe place"})
    wait(lambda: screen.card is not card)
    assert screen.card is not None
    assert screen.card.plan.text() == "the safe place"


def test_private_notes_are_read_again_here_and_nowhere_else(
    store: Store, two: tuple[Person, Person]
) -> None:
    heron, river = two
    numbers = [r.id for r in store.sessions(Wanted(person_id=river.id))]
    keep_private_note(store, numbers[0], "paused at the door,\nask about the sister")
    screen = screen_of(store)
    assert screen.card is not None

    def told() -> str:
        assert screen.card is not None
        return " ".join(label.text() for label in screen.card.findChildren(Label))

    assert "Your private notes" in told()
    assert "paused" not in told(), "a client may sit beside"
    screen.card.show_notes.click()
    assert "24 Nov 2026: paused at the door,\nask about the sister" in told()
    screen.refresh(heron.id)
    assert "private" not in told()
    screen.refresh(river.id)
    assert "paused" not in told()


def test_somebody_is_erased_from_here_and_brought_back(
    store: Store, two: tuple[Person, Person], window: Callable[..., App]
) -> None:
    here = window()
    here.records.show_caseload()
    screen = here.currentWidget()
    assert isinstance(screen, CaseloadScreen)
    assert screen.card is not None
    screen.card.pills[CHANGE].click()
    page = here.currentWidget()
    assert isinstance(page, PersonScreen)
    page.erase.click()
    page.sure.click()
    page.back.click()
    screen = here.currentWidget()
    assert isinstance(screen, CaseloadScreen)
    assert names(screen) == ["Heron", "me"]
    screen.undo.click()
    assert names(screen) == ["River", "Heron", "me"]


def test_two_hundred_people_are_painted_a_screenful_at_a_time(store: Store) -> None:
    store.me()
    with store.writing() as connection:
        for n in range(200):
            connection.execute(
                "INSERT INTO person(pseudonym, created_at) VALUES (?, ?)",
                (f"Person {n}", NOW.isoformat()),
            )
    for person in people(store)[:40]:
        session(store, person, 1.0)
    screen = screen_of(store)
    assert len(names(screen)) == 201
    screen.list.delegate.painted = 0
    screen.list.viewport().repaint()
    in_sight = screen.list.viewport().height() // screen.list.sizeHintForRow(0) + 2
    assert 0 < screen.list.delegate.painted <= in_sight
    picture = screen.grab()
    assert not picture.isNull()


def test_room_journal_and_pages_open_for_that_person(
    window: object, store: Store, two: tuple[Person, Person]
) -> None:
    app: App = window()  # type: ignore[operator]

    def at_heron() -> CaseloadScreen:
        app.records.show_caseload()
        page = app.currentWidget()
        assert isinstance(page, CaseloadScreen)
        page.refresh(two[0].id)
        return page

    def press(text: str) -> object:
        card = at_heron().card
        assert card is not None
        card.pills[text].click()
        return app.currentWidget()

    setup = press(ROOM)
    assert isinstance(setup, RoomSetup)
    assert setup.client.currentText() == "Heron"
    assert setup.caseload_pill.isVisible()
    setup.caseload_pill.click()
    assert isinstance(app.currentWidget(), CaseloadScreen)
    journal = press(LOOK)
    assert isinstance(journal, Journal)
    assert journal.person.currentData() == two[0].id
    assert journal.model.rowCount() == 1
    journal.left.emit()
    back = app.currentWidget()
    assert isinstance(back, CaseloadScreen)
    assert back.case is not None
    assert back.case.person.id == two[0].id
    for text in (PAGE, TAKE):
        taking = press(text)
        assert isinstance(taking, Taking)
        assert taking.which.count() == 1
        taking.done.emit()
        assert isinstance(app.currentWidget(), CaseloadScreen)


def test_a_pack_is_made_and_noted(
    window: object, store: Store, two: tuple[Person, Person], tmp_path: object
) -> None:
    app: App = window()  # type: ignore[operator]
    app.records.show_caseload()
    page = app.currentWidget()
    assert isinstance(page, CaseloadScreen)
    page.refresh(two[0].id)
    assert page.card is not None
    page.card.pills[GIVE].click()
    maker = app.currentWidget()
    assert isinstance(maker, PackMaker)
    assert unnamed(maker) == []
    assert not maker.save.isEnabled()
    maker.name.setText("Evening")
    maker.by.setText("Dr. Ahorn")
    maker.practices["soothing_rhythm"].setChecked(True)
    maker.days[4].setChecked(True)
    maker.critic.setChecked(True)
    maker.pace.setValue(5.2)
    file = tmp_path / "evening.coherence-pack"  # type: ignore[operator]
    maker.keep(file)
    about = read_pack(file).manifest
    assert (about.suggests, about.days, about.opens) == (
        ("soothing_rhythm",), ("fri",), ("inner_critic",),
    )  # fmt: skip
    assert (about.to, about.breaths_per_min) == ("", 5.2)
    assert about.key == sealing_keys(store)[0][0]
    assert [(each.pack_id, each.person_id) for each in given_packs(store)] == [
        (about.id, two[0].id)
    ]
    maker.back.click()
    again = app.currentWidget()
    assert isinstance(again, CaseloadScreen)
    assert again.case is not None
    assert again.case.pack is not None


def test_the_way_there_is_on_the_welcome_screen_of_who_has_several(
    window: object, store: Store
) -> None:
    store.me()
    app: App = window()  # type: ignore[operator]
    app.show_welcome()
    assert not app.currentWidget()._caseload.isVisible()  # type: ignore[attr-defined]
    add_person(store, "Heron")
    app.show_welcome()
    app.currentWidget()._caseload.click()  # type: ignore[attr-defined]
    assert isinstance(app.currentWidget(), CaseloadScreen)
