"""Somebody renamed, erased and brought back in the window, and erased when it is closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from tests.ui.desk import Key, brought_up, let_go, not_reached, press, unnamed
from tests.ui.test_people_screen import through_the_window

from coherence.model import Participant
from coherence.storage.database import CLIENT, Store
from coherence.storage.erasing import hidden_people, hide_person
from coherence.storage.people import add_person, people, person_named
from coherence.storage.places import places
from coherence.storage.settings import Settings, load, save
from coherence.storage.wanted import Wanted
from coherence.ui.people_screen import PeopleScreen
from coherence.ui.person_screen import ERASED, PersonScreen, asked
from coherence.ui.room.caseload_screen import CaseloadScreen
from coherence.ui.theme import DUSK, load_fonts
from coherence.ui.widgets import Pill


def session(store: Store, person_id: int) -> int:
    number = store.begin_session("just_sit", participants=(Participant(CLIENT, person_id),))
    store.finish_session(number, 60.0)
    return number


@pytest.fixture
def store(tmp_path: Path):
    QApplication.instance() or QApplication([])
    load_fonts()
    with Store.open(tmp_path / "coherence.db") as opened:
        opened.me()
        willow = add_person(opened, "Willow")
        session(opened, willow.id)
        session(opened, willow.id)
        yield opened


def willows(store: Store) -> PersonScreen:
    return brought_up(PersonScreen(DUSK, store, person_named(store, "Willow")), 900, 700)


def test_another_name_is_typed_and_one_that_is_taken_is_said(store: Store) -> None:
    page = willows(store)
    page.name.setFocus()
    page.name.setText("ME")
    press(Key.Key_Return)
    assert "called me already" in page.state.text()
    page.name.setText(" Oak ")
    press(Key.Key_Return)
    assert [person.pseudonym for person in people(store)] == ["me", "Oak"]
    assert (page.heading.text(), page.name.text()) == ("Oak", "Oak")
    let_go(page)


def test_erasing_asks_first_and_by_keyboard_alone_it_is_undone(store: Store) -> None:
    page, hidden, done = willows(store), [], []
    page.hidden.connect(hidden.append)
    page.done.connect(lambda: done.append(1))
    assert not_reached(page, page.name) == set()
    assert unnamed(page) == []
    page.erase.setFocus()
    press(Key.Key_Space)
    assert page.state.text() == asked("Willow", 2)
    assert page.keep.hasFocus(), "the one that keeps everything has the keyboard"
    assert not_reached(page, page.name) == set()
    press(Key.Key_Escape)
    assert (page.asks, done, len(people(store))) == (False, [], 2)
    press(Key.Key_Space)
    press(Key.Key_Tab)
    assert page.sure.hasFocus()
    press(Key.Key_Space)
    assert page.state.text() == ERASED.format(name="Willow")
    assert [person.pseudonym for person in people(store)] == ["me"]
    assert store.sessions() == []
    assert hidden == [hidden_people(store)[0].id]
    assert not page.rename.isEnabled()
    page.bring_back.setFocus()
    press(Key.Key_Space)
    assert [person.sessions for person in people(store)] == [0, 2]
    press(Key.Key_Escape)
    assert done == [1]
    let_go(page)


def test_what_cannot_be_erased_now_is_said(store: Store) -> None:
    willow = person_named(store, "Willow")
    store.begin_session("just_sit", participants=(Participant(CLIENT, willow.id),))
    page = willows(store)
    page.erase.click()
    page.sure.click()
    assert "being recorded" in page.state.text()
    assert page.erase.isVisible()
    assert len(people(store)) == 2
    let_go(page)


def test_who_waits_to_be_erased_comes_back_from_both_lists(store: Store) -> None:
    willow = person_named(store, "Willow")
    hide_person(store, willow)
    lists = CaseloadScreen(DUSK, store, {})
    assert not lists.undo.isHidden()
    assert lists.undo.text() == "Bring Willow back"
    lists.undo.click()
    assert lists.undo.isHidden()
    assert lists.case is not None
    assert lists.case.person.id == willow.id
    lists.deleteLater()
    hide_person(store, willow)
    page = brought_up(PeopleScreen(DUSK, store, store.me(), _plain(), can_encrypt=True), 900, 800)
    (back,) = [pill for pill in page.findChildren(Pill) if pill.text() == "Bring Willow back"]
    back.click()
    assert not back.isVisible()
    assert [person.pseudonym for person in people(store)] == ["me", "Willow"]
    assert not_reached(page, page.name) == set()
    let_go(page)


def _plain():
    from coherence.storage.encryption import Protection

    return Protection(False)


def test_the_window_erases_when_it_is_closed() -> None:
    where = places()
    with Store.open(where.store) as store:
        me = store.me()
        willow = add_person(store, "Willow")
        mine, _theirs = session(store, me), session(store, willow.id)
    mine_now = Settings(
        first_run_done=True, person_id=willow.id, own_pace_per_min=5.0, own_paces={str(me): 6.0}
    )
    save(mine_now, where.settings)

    def erased(page: PeopleScreen) -> None:
        page.change.emit(willow.id)
        (window,) = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        shown = window.currentWidget()
        assert isinstance(shown, PersonScreen)
        shown.erase.click()
        shown.sure.click()
        shown.back.click()
        assert isinstance(window.currentWidget(), PeopleScreen)

    (said,) = through_the_window(erased)
    assert said.startswith("1 person is erased, with all that was theirs.")
    with Store.open(where.store) as store:
        assert [person.pseudonym for person in people(store)] == ["me"]
        assert hidden_people(store) == []
        assert [record.id for record in store.sessions(Wanted())] == [mine]
    kept = load(where.settings)[0]
    assert (kept.person_id, kept.own_pace_per_min) == (me, 6.0), "their own pace, not the other's"
    assert kept.own_paces == {}, "nothing of who is gone"
