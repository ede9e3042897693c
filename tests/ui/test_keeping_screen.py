"""Older sessions are asked about at the start, now and then; nothing goes by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from coherence.model import Participant
from coherence.storage.database import CLIENT, Store
from coherence.storage.deleting import hidden
from coherence.storage.people import add_person, keep_for, people
from coherence.storage.places import places
from coherence.storage.settings import Settings, load
from coherence.ui.app import App
from coherence.ui.keeping_screen import GONE, OLDER, KeepingScreen
from coherence.ui.screens import keeping_screen
from coherence.ui.theme import DUSK, load_fonts
from coherence.ui.welcome import Welcome

MINE = Settings(first_run_done=True)


@pytest.fixture
def store():
    """Somebody with sessions of 10, 300, 400 and 800 days ago, meant to be kept for a year."""
    QApplication.instance() or QApplication([])
    load_fonts()
    with Store.open(places().store) as opened:
        me = opened.me()
        for days in (10, 300, 400, 800):
            at = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
            number = opened.begin_session(
                "just_sit", started_at=at, participants=(Participant(CLIENT, me),)
            )
            opened.finish_session(number, 300.0)
        keep_for(opened, people(opened)[0], 365)
        yield opened


def words(page: KeepingScreen) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel))


def test_it_offers_and_does_nothing_by_itself(store):
    page = keeping_screen(DUSK, store, MINE)
    assert page is not None
    assert page.state.text() == OLDER
    assert "2 sessions from" in words(page)
    assert "kept for 1 year." in words(page)
    assert "me:" not in words(page), "who else"
    assert len(store.sessions()) == 4
    left = []
    page.done.connect(lambda: left.append(True))
    page.keep.click()
    assert left == [True]
    assert (len(store.sessions()), hidden(store)) == (4, ())


def test_what_is_deleted_can_be_brought_back(store):
    page = keeping_screen(DUSK, store, MINE)
    assert page is not None
    page.delete.click()
    assert page.state.text() == GONE
    assert len(store.sessions()) == 2
    assert len(hidden(store)) == 2
    page.back.click()
    assert len(store.sessions()) == 4
    assert page.delete.isVisibleTo(page)


def test_of_several_people_each_is_named(store):
    other = add_person(store, "Willow")
    keep_for(store, other, 30)
    at = (datetime.now(UTC) - timedelta(days=31)).isoformat()
    number = store.begin_session(
        "just_sit", started_at=at, participants=(Participant(CLIENT, other.id),)
    )
    store.finish_session(number, 60.0)
    page = keeping_screen(DUSK, store, MINE)
    assert page is not None
    assert "me: 2 sessions" in words(page)
    assert "Willow: 1 session of" in words(page)
    assert "30 days" in words(page)


def test_it_is_asked_once_a_month(store):
    window = App(places(), store, MINE, None)
    try:
        window.show_first()
        page = window.currentWidget()
        assert isinstance(page, KeepingScreen)
        page.keep.click()
        assert isinstance(window.currentWidget(), Welcome)
        asked = load(places().settings)[0]
        assert asked.keeping_asked_on == datetime.now().astimezone().date().isoformat()
        window.show_first()
        assert isinstance(window.currentWidget(), Welcome)
    finally:
        window.close()
    assert keeping_screen(DUSK, store, asked) is None
    last_month = (datetime.now(UTC) - timedelta(days=31)).date().isoformat()
    due = Settings(first_run_done=True, keeping_asked_on=last_month)
    assert keeping_screen(DUSK, store, due) is not None


def test_where_nothing_is_too_old_nothing_is_asked(store):
    keep_for(store, people(store)[0], None)
    assert keeping_screen(DUSK, store, MINE) is None
    assert keeping_screen(DUSK, None, MINE) is None
