"""A pack on the client's side, and sessions handed back, through the screens."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLabel, QWidget
from tests.exchange.conftest import PRACTICE
from tests.ui.desk import unnamed, wait, welcome

from coherence.exchange.pack_file import write_pack
from coherence.exchange.pack_making import Wish, own_public_key, packed
from coherence.exchange.sealed_sessions import hand_back, is_sealed_file, read_sealed
from coherence.storage.database import Store
from coherence.storage.people import add_person
from coherence.storage.places import Places, places
from coherence.ui.app import App
from coherence.ui.packs_screen import PacksScreen
from coherence.ui.taking import Taking
from coherence.ui.welcome import Welcome
from coherence.ui.widgets import Row

WORDS = "willow by the water"


@pytest.fixture
def therapist(tmp_path: Path) -> Places:
    where = Places(tmp_path / "t", tmp_path / "t", tmp_path / "t" / "log")
    where.practices.mkdir(parents=True)
    (where.practices / "evening.toml").write_text(PRACTICE.format(key="evening"))
    return where


@pytest.fixture
def pack(therapist: Places, tmp_path: Path) -> Path:
    with Store.open(therapist.store) as store:
        wish = Wish("Evening", "Dr. Ahorn", ("evening",), words="Kindly.", breaths_per_min=5.2)
        made = packed(wish, therapist, own_public_key(store), datetime.now(UTC).date())
    write_pack(made, tmp_path / "evening.coherence-pack")
    return tmp_path / "evening.coherence-pack"


def session(store: Store) -> int:
    number = store.begin_session("just_sit", strap_id="AA")
    store.finish_session(number, 60.0)
    return number


def test_a_pack_is_opened_offered_and_taken_out(window: object, pack: Path, store: Store) -> None:
    app: App = window()  # type: ignore[operator]
    app.show_settings()
    app.currentWidget()._packs.click()  # type: ignore[attr-defined]
    page = app.currentWidget()
    assert isinstance(page, PacksScreen)
    page.open_pack(pack)
    assert unnamed(page) == []
    assert app._settings.own_pace_per_min == 5.2
    assert "Evening is open now." in page.told.text()
    app.show_welcome()
    there = welcome(app)
    assert isinstance(there, Welcome)
    assert there.choice.practice.key == "evening", "offered first"
    app.records.show_packs()
    page = app.currentWidget()
    assert isinstance(page, PacksScreen)
    page.outs[0].click()
    assert app._settings.own_pace_per_min is None
    assert page.outs == []
    assert not (places().practices / "evening").exists()


def test_a_file_that_is_none_is_told(window: object, store: Store, tmp_path: Path) -> None:
    app: App = window()  # type: ignore[operator]
    app.records.show_packs()
    page = app.currentWidget()
    assert isinstance(page, PacksScreen)
    bad = tmp_path / "bad.coherence-pack"
    bad.write_bytes(b"PK\3\4nothing")
    page.open_pack(bad)
    assert page.told.text() == "The file is damaged, or no home practice pack: ask for it again."
    assert not page.told.isHidden()


def test_sessions_go_to_the_key_of_the_pack(
    window: object, pack: Path, store: Store, therapist: Places, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    session(store)
    out = tmp_path / "mine.coherence-sessions"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    app: App = window()  # type: ignore[operator]
    app.records.show_packs()
    app.currentWidget().open_pack(pack)  # type: ignore[attr-defined]
    app.records.show_taking(app.show_welcome)
    page = app.currentWidget()
    assert isinstance(page, Taking)
    page.seal_all.click()
    wait(lambda: "only Dr. Ahorn can open it" in page.said.text(), 20.0)
    assert is_sealed_file(out)
    with Store.open(therapist.store) as theirs:
        assert len(read_sealed(out, theirs).sessions) == 1


def test_without_a_pack_words_are_asked_for_twice(
    window: object, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session(store)
    out = tmp_path / "mine"
    asked: list[str] = []
    answers = iter([("short", True), (WORDS, True), ("other words", True), (WORDS, True),
                    (WORDS, True)])  # fmt: skip

    def answer(_parent: object, _title: str, question: str, _mode: object) -> tuple[str, bool]:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr(QInputDialog, "getText", answer)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    app: App = window()  # type: ignore[operator]
    app.records.show_taking(app.show_welcome)
    page = app.currentWidget()
    assert isinstance(page, Taking)
    page.seal.click()
    wait(lambda: "opens with the passphrase" in page.said.text(), 20.0)
    assert "at least 8 letters" in asked[1]
    assert "not the same" in asked[3]
    assert len(read_sealed(out.with_suffix(".coherence-sessions"), store, WORDS).sessions) == 1


def test_a_clients_file_is_taken_in_for_the_person_that_is_open(
    window: object, store: Store, therapist: Places, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    file = tmp_path / "theirs.coherence-sessions"
    with Store.open(therapist.store) as theirs:  # here: the client's
        number = session(theirs)
        assert theirs.session(number).practice == "just_sit"
        hand_back(theirs, [number], file, passphrase=WORDS)
    store.me()
    heron = add_person(store, "Heron")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("not these words", True))
    app: App = window()  # type: ignore[operator]
    app.records.show_taking(app.show_welcome, None, heron.id)
    page = app.currentWidget()
    assert isinstance(page, Taking)
    page.take([file])
    wait(lambda: "not its passphrase" in page.said.text(), 20.0)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (WORDS, True))
    page.take([file], dry_run=True)
    wait(lambda: "1 session would be with Heron." in page.said.text(), 20.0)
    assert store.sessions() == []
    page.take([file])
    wait(lambda: "1 session is with Heron now." in page.said.text(), 20.0)
    (record,) = store.sessions()
    assert [who.person_id for who in record.participants] == [heron.id]


def test_what_looks_like_html_in_a_pack_is_words(window: object, store: Store) -> None:
    """Else a picture in a tool tip would be fetched from wherever the pack likes."""
    reaching = "<img src='file://somewhere/else.png'> why"
    where = places()
    where.practices.mkdir(parents=True)
    text = PRACTICE.format(key="evening").replace("It may help.", reaching)
    text = text.replace('"Evening"', '"<b>Evening</b>"')
    (where.practices / "evening.toml").write_text(text)
    app: App = window()  # type: ignore[operator]
    app.show_welcome()
    there = welcome(app)
    rows = [row for row in there.findChildren(Row) if "Evening" in row.text()]
    tips = [widget.toolTip() for widget in there.findChildren(QWidget) if widget.toolTip()]
    assert rows
    assert any("&lt;img" in tip for tip in tips)
    assert not any("<img" in tip for tip in tips)
    for label in there.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText, label.text()
