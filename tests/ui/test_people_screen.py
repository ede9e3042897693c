"""Who practises, and a passphrase for the record: in the window, and done when it is closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton

from coherence.storage import keys
from coherence.storage.database import Store
from coherence.storage.encryption import Protection, Turn, Wish, turn_on
from coherence.storage.people import add_person, keep_for, people, person_named
from coherence.storage.places import places
from coherence.storage.settings import load
from coherence.storage.sqlite import is_encrypted
from coherence.ui.app import App
from coherence.ui.people_screen import PeopleScreen
from coherence.ui.record_part import (
    BY_KEYRING,
    BY_PASSPHRASE,
    DIFFER,
    KEYRING_WILL,
    PLAIN,
    WAS,
    WILL_BE,
    WRONG,
)
from coherence.ui.theme import DUSK, load_fonts


@pytest.fixture
def store(tmp_path: Path):
    QApplication.instance() or QApplication([])
    load_fonts()
    with Store.open(tmp_path / "coherence.db") as opened:
        opened.me()
        yield opened


def screen(store: Store, protection: Protection = Protection(False), **more) -> PeopleScreen:  # noqa: B008
    shown = PeopleScreen(DUSK, store, store.me(), protection, can_encrypt=True, **more)
    shown.resize(1200, 800)
    return shown


def test_somebody_new_comes_and_is_chosen(store):
    shown, chosen = screen(store), []
    shown.chosen.connect(chosen.append)
    shown.name.setText(" Willow ")
    QTest.keyClick(shown.name, Qt.Key.Key_Return)
    assert [person.pseudonym for person in people(store)] == ["me", "Willow"]
    rows = shown.findChildren(QRadioButton)
    assert [row.text() for row in rows] == ["me", "Willow"]
    rows[1].click()
    assert chosen == [person_named(store, "Willow").id]
    shown.name.setText("ME")
    QTest.keyClick(shown.name, Qt.Key.Key_Return)
    assert "already" in shown.trouble.text()
    shown.deleteLater()


def type_new(record, first: str, second: str) -> None:
    record.first.setText(first)
    record.second.setText(second)
    record.take.click()


def test_a_passphrase_is_typed_twice_and_may_be_taken_back(store):
    shown, wished = screen(store), []
    shown.wished.connect(wished.append)
    record = shown.record
    assert record.state.text() == PLAIN
    for first, second, said in (
        ("willow by the water", "willow by the sea", DIFFER),
        ("short", "short", "at least 8"),
    ):
        type_new(record, first, second)
        assert said in record.trouble.text()
    assert wished == []
    type_new(record, "willow by the water", "willow by the water")
    assert wished == [Wish(Turn.ON, "willow by the water")]
    assert record.state.text() == WILL_BE[Turn.ON]
    assert record.first.text() == record.second.text() == ""
    assert not record.take.isVisibleTo(shown)
    record.leave.click()
    assert wished[1:] == [None]
    assert record.state.text() == PLAIN
    assert record.take.isVisibleTo(shown)
    shown.deleteLater()


def test_where_there_is_a_keyring_it_may_have_the_key(store):
    shown, wished = screen(store, keyring_works=True), []
    shown.wished.connect(wished.append)
    shown.record.keyring.click()
    assert wished == [Wish(Turn.ON)]
    assert shown.record.state.text() == KEYRING_WILL
    shown.deleteLater()
    shown = screen(store, Protection(True, "keyring"), keyring_works=True)
    assert shown.record.state.text() == BY_KEYRING
    assert not shown.record.keyring.isVisibleTo(shown), "it has it already"
    assert not shown.record.now.isVisibleTo(shown), "there is no passphrase to ask for"
    wished.clear()
    shown.wished.connect(wished.append)
    shown.record.off.click()
    assert wished == [Wish(Turn.OFF)]
    shown.deleteLater()


def test_only_who_knows_the_passphrase_turns_it_off_or_changes_it(store):
    protection, wished = Protection(True, "passphrase"), []
    shown = screen(store, protection, holds=lambda said: said == "willow by the water")
    shown.wished.connect(wished.append)
    record = shown.record
    assert record.state.text() == BY_PASSPHRASE
    record.off.click()
    assert record.trouble.text() == WRONG
    type_new(record, "moss under the oak", "moss under the oak")
    assert record.trouble.text() == WRONG
    assert wished == []
    record.now.setText("willow by the water")
    type_new(record, "moss under the oak", "moss under the oak")
    assert wished == [Wish(Turn.CHANGE, "moss under the oak")]
    assert record.state.text() == WILL_BE[Turn.CHANGE]
    record.leave.click()
    record.now.setText("willow by the water")
    record.off.click()
    assert wished[2:] == [Wish(Turn.OFF)]
    assert record.now.text() == ""
    shown.deleteLater()


def test_what_is_wished_already_is_told_when_the_page_is_opened_again(store):
    shown = screen(store, Protection(True, "passphrase"), wish=Wish(Turn.OFF))
    assert shown.record.state.text() == WILL_BE[Turn.OFF]
    assert shown.record.leave.isVisibleTo(shown)
    shown.deleteLater()


def test_backups_that_were_left_plain_are_offered(store):
    shown, wished = screen(store, Protection(True, "passphrase", 2)), []
    shown.wished.connect(wished.append)
    assert "2 backups are not encrypted yet" in shown.record.state.text()
    shown.record.rest.click()
    assert wished == [Wish(Turn.REST)]
    shown.deleteLater()


def test_how_long_sessions_are_kept_is_chosen_for_each_person(store):
    other = add_person(store, "Willow")
    keep_for(store, other, 400)
    shown = screen(store)
    assert shown.kept.currentText() == "Always"
    shown.kept.setCurrentIndex(2)
    shown.kept.activated.emit(2)
    assert [person.keep_days for person in people(store)] == [730, 400]
    shown.findChildren(QRadioButton)[1].click()
    assert shown.kept.currentText() == "400 days"
    shown.kept.setCurrentIndex(0)
    shown.kept.activated.emit(0)
    assert [person.keep_days for person in people(store)] == [730, None]
    shown.deleteLater()


def through_the_window(act) -> list[str]:
    """What is said once the window is closed, after ``act`` was done on its page about people."""
    from PySide6.QtCore import QTimer

    from coherence.ui.running import run_app

    QApplication.instance() or QApplication([])

    def on_the_page() -> None:
        try:
            windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, App)]
            (window,) = [w for w in windows if w.isVisible()]
            window.records.show_people()
            page = window.currentWidget()
            assert isinstance(page, PeopleScreen)
            act(page)
        finally:  # whatever went wrong, the test goes on
            QApplication.closeAllWindows()
            QApplication.exit(0)

    QTimer.singleShot(300, on_the_page)
    said: list[str] = []
    assert run_app(say=said.append) == 0
    return said


def test_the_window_does_it_when_it_is_closed(monkeypatch):
    monkeypatch.delenv(keys.PASSPHRASE, raising=False)

    def somebody_new_and_a_passphrase(page: PeopleScreen) -> None:
        page.name.setText("Willow")
        page.add_person.click()
        page.findChildren(QRadioButton)[1].click()
        type_new(page.record, "willow by the water", "willow by the water")

    assert through_the_window(somebody_new_and_a_passphrase) == [WAS[Turn.ON]]
    where = places()
    assert is_encrypted(where.store)
    keys.lock()
    keys.unlock(where.store, "willow by the water")
    with Store.open(where.store) as store:
        assert load(where.settings)[0].person_id == person_named(store, "Willow").id
    keys.lock()


def test_the_window_changes_the_passphrase_and_turns_it_off(monkeypatch):
    where = places()
    with Store.open(where.store) as store:
        store.me()
    turn_on(where, "willow by the water")
    monkeypatch.setenv(keys.PASSPHRASE, "willow by the water")

    def another(page: PeopleScreen) -> None:
        page.record.now.setText("willow by the water")
        type_new(page.record, "moss under the oak", "moss under the oak")

    def off(page: PeopleScreen) -> None:
        page.record.now.setText("moss under the oak")
        page.record.off.click()

    assert through_the_window(another) == [WAS[Turn.CHANGE]]
    keys.lock()
    with pytest.raises(keys.WrongPassphrase):
        keys.unlock(where.store)
    monkeypatch.setenv(keys.PASSPHRASE, "moss under the oak")
    assert through_the_window(off) == [WAS[Turn.OFF]]
    assert not is_encrypted(where.store)
    assert not keys.key_file_of(where.store).exists()
    keys.lock()
