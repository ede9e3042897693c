"""Take it with you, from the window: pages, files, recordings; the file dialogs are answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QFileDialog
from tests.reports.told import practised
from tests.ui.desk import brought_up, let_go, not_reached, unnamed, wait

from coherence.model import End, Origin, SessionRecord
from coherence.storage.database import Store
from coherence.storage.wanted import Wanted
from coherence.ui.taking import Taking
from coherence.ui.theme import DUSK

ABOUT = SessionRecord(
    0, "2026-11-18T23:30:00+00:00", 240.0, "inner_critic", Origin.STRAP, End.ENDED, "0.1.0"
)


def page_of(store: Store, chosen: int | None = None) -> Taking:
    me = store.me()
    page = Taking(DUSK, store, me, store.sessions(Wanted(person_id=me)), {}, chosen)
    return brought_up(page, 1000, 700)


@pytest.fixture
def kept(store: Store) -> int:
    store.add_session(ABOUT, practised()[:3], fingerprint="b")
    return store.add_session(ABOUT, practised()[:240], fingerprint="a")


@pytest.fixture
def page(store: Store, kept: int) -> Iterator[Taking]:
    made = page_of(store, kept)
    yield made
    let_go(made)


def said(page: Taking) -> str:
    """What it says once it is done."""
    wait(page.take_in.isEnabled, 60.0)
    assert page.page.isEnabled()
    return page.said.text()


def answer(monkeypatch: pytest.MonkeyPatch, name: str, *given: object) -> None:
    told = given[0] if len(given) == 1 else given
    monkeypatch.setattr(QFileDialog, name, staticmethod(lambda *_: told))


def test_a_page_is_kept(page: Taking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer(monkeypatch, "getSaveFileName", str(tmp_path / "mine"), "HTML (*.html)")
    page.page.click()
    assert not page.page.isEnabled(), "one thing at a time"
    assert said(page) == f"Kept as {tmp_path / 'mine.html'}."
    text = (tmp_path / "mine.html").read_text()
    assert "Your session" in text
    assert "For the therapist" not in text, "it is the client's"


def test_one_session_to_a_file_and_in_again(
    page: Taking, kept: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer(
        monkeypatch,
        "getSaveFileName",
        str(tmp_path / "one"),
        "everything, to be read back (*.json)",
    )
    page.export.click()
    said(page)
    assert json.loads((tmp_path / "one.json").read_text())["session"]["practice"] == "inner_critic"
    rr = tmp_path / "rr.txt"
    rr.write_text("\n".join(str(800 + i % 7) for i in range(60)))
    (tmp_path / "holiday.txt").write_text("sun")
    files = [str(tmp_path / name) for name in ("one.json", "rr.txt", "holiday.txt")]
    answer(monkeypatch, "getOpenFileNames", files, "")
    page.take_in.click()
    told = said(page)
    assert told.startswith("1 recording was taken in. 1 was there already.")
    assert "holiday.txt: " in told
    with Store.open() as store:
        assert len(store.sessions()) == 3


def test_all_of_them_into_a_folder(
    page: Taking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer(monkeypatch, "getExistingDirectory", str(tmp_path))
    page.every.click()
    assert said(page) == f"2 of 2 sessions were written to {tmp_path}."
    page.every.click()
    assert said(page).startswith("0 of 2")
    assert len(list(tmp_path.glob("coherence-2026-11-18-2330-*.json"))) == 2


def test_a_page_of_each(page: Taking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer(monkeypatch, "getExistingDirectory", str(tmp_path))
    page.pages.click()
    assert said(page) == f"1 of 2 pages were written to {tmp_path}.", "one is too short for any"
    (pdf,) = tmp_path.glob("coherence-2026-11-18-2330-*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")


def test_what_would_come_in_is_told_and_nothing_taken(
    page: Taking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rr = tmp_path / "rr.txt"
    rr.write_text("\n".join(str(800 + i % 7) for i in range(60)))
    answer(monkeypatch, "getOpenFileNames", [str(rr)], "")
    page.look.click()
    told = said(page)
    assert told.startswith("1 recording would be taken in.")
    assert "does not say when it began" in told
    with Store.open() as store:
        assert len(store.sessions()) == 2


def test_what_goes_wrong_is_one_sentence(
    page: Taking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    answer(monkeypatch, "getSaveFileName", str(tmp_path / "file" / "x.pdf"), "PDF (*.pdf)")
    page.page.click()
    assert "was not written" in said(page)
    page.which.setCurrentIndex(page.which.findData(1))
    answer(monkeypatch, "getSaveFileName", str(tmp_path / "none.pdf"), "PDF (*.pdf)")
    page.page.click()
    assert "no heartbeat" in said(page)
    assert not (tmp_path / "none.pdf").exists()


def test_nothing_is_done_where_no_place_is_chosen(
    page: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "getSaveFileName", "", "")
    answer(monkeypatch, "getOpenFileNames", [], "")
    answer(monkeypatch, "getExistingDirectory", "")
    for pill in (page.page, page.export, page.every, page.pages, page.look, page.take_in):
        pill.click()
        assert page.said.text() == ""


def test_it_is_named_reached_by_keys_and_left(page: Taking) -> None:
    assert unnamed(page) == []
    assert not_reached(page, page.page) == set()
    left = QSignalSpy(page.done)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert left.count() == 1


def test_without_sessions_only_taking_in_is_offered(store: Store) -> None:
    page = page_of(store)
    try:
        assert not any(p.isEnabled() for p in (page.page, page.export, page.every))
        assert page.take_in.isEnabled()
    finally:
        let_go(page)
