"""Who practises, and a passphrase for the record: in the window, and done when it is closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton

from coherence.storage import keys
from coherence.storage.database import Store
from coherence.storage.encryption import Protection
from coherence.storage.people import people, person_named
from coherence.storage.places import places
from coherence.storage.settings import load
from coherence.storage.sqlite import is_encrypted
from coherence.ui.app import App
from coherence.ui.people_screen import BY_KEYRING, DIFFER, PLAIN, WANTED, PeopleScreen
from coherence.ui.theme import DUSK, load_fonts


@pytest.fixture
def store(tmp_path: Path):
    QApplication.instance() or QApplication([])
    load_fonts()
    with Store.open(tmp_path / "coherence.db") as opened:
        opened.me()
        yield opened


def screen(store: Store, protection: Protection = Protection(False)) -> PeopleScreen:  # noqa: B008
    shown = PeopleScreen(DUSK, store, store.me(), protection, can_encrypt=True)
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


def test_a_passphrase_is_typed_twice(store):
    shown, wanted = screen(store), []
    shown.protect.connect(wanted.append)
    assert shown.state.text() == PLAIN
    for first, second, said in (
        ("willow by the water", "willow by the sea", DIFFER),
        ("short", "short", "at least 8"),
    ):
        shown.first.setText(first)
        shown.second.setText(second)
        shown.encrypt.click()
        assert said in shown.trouble.text()
    assert wanted == []
    shown.first.setText("willow by the water")
    shown.second.setText("willow by the water")
    shown.encrypt.click()
    assert wanted == ["willow by the water"]
    assert shown.state.text() == WANTED
    assert shown.first.text() == shown.second.text() == ""
    shown.deleteLater()


def test_an_encrypted_record_is_said_to_be(store):
    shown = screen(store, Protection(True, "keyring"))
    assert shown.state.text() == BY_KEYRING
    assert not shown.encrypt.isVisibleTo(shown)
    shown.deleteLater()


def test_the_window_does_it_when_it_is_closed(monkeypatch):
    from PySide6.QtCore import QTimer

    from coherence.ui.running import run_app

    monkeypatch.delenv(keys.PASSPHRASE, raising=False)
    QApplication.instance() or QApplication([])

    def act() -> None:
        try:
            windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, App)]
            (window,) = [w for w in windows if w.isVisible()]
            window.show_people()
            page = window.currentWidget()
            assert isinstance(page, PeopleScreen)
            page.name.setText("Willow")
            page.add_person.click()
            page.findChildren(QRadioButton)[1].click()
            page.first.setText("willow by the water")
            page.second.setText("willow by the water")
            page.encrypt.click()
        finally:  # whatever went wrong, the test goes on
            QApplication.closeAllWindows()
            QApplication.exit(0)

    QTimer.singleShot(300, act)
    said: list[str] = []
    assert run_app(say=said.append) == 0
    assert said == ["The record is encrypted now."]
    where = places()
    assert is_encrypted(where.store)
    keys.lock()
    keys.unlock(where.store, "willow by the water")
    with Store.open(where.store) as store:
        assert load(where.settings)[0].person_id == person_named(store, "Willow").id
    keys.lock()
