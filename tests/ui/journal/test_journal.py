"""Looking back: the list, one session in full, weeks, two side by side, deleting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsView, QLabel, QLineEdit, QWidget
from tests.ui.clipping import clipped
from tests.ui.desk import reached_by_tab, unnamed, wait

from coherence.model import Ended, Reflection
from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer, OpenSession
from coherence.storage.database import Store
from coherence.storage.deleting import hidden
from coherence.storage.diary import AFTER, BEFORE, Diary
from coherence.storage.people import add_person, move_session
from coherence.storage.shown_rows import insert_shown, row_of, shown_in
from coherence.ui.area import Sideways
from coherence.ui.journal.compare_page import ComparePage
from coherence.ui.journal.journal import GONE, WHOSE, Journal
from coherence.ui.journal.said import EMPTY, NO_MATCH
from coherence.ui.journal.session_page import SessionPage
from coherence.ui.journal.trends_page import TrendsPage
from coherence.ui.journal.wide_plots import WidePlot
from coherence.ui.theme import DUSK, load_fonts
from coherence.ui.widgets import Pill

TODAY = date(2026, 3, 1)
TITLES = {"soothing_rhythm": "Soothing rhythm", "grounding": "Grounding"}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Two simulated sessions, recorded once."""
    path = tmp_path_factory.mktemp("journal") / "coherence.db"
    with Store.open(path) as store:
        for key, seconds in (("soothing_rhythm", 200), ("grounding", 130)):
            session = OpenSession(
                FromWearer("practised", 2), practice(key), speed=None, store=store, seconds=seconds
            )
            with session:
                while not session.over:
                    session.advance()
    return path


@pytest.fixture
def store(recorded, tmp_path):
    from coherence.storage.backup import snapshot

    snapshot(recorded, tmp_path / "coherence.db")
    with Store.open(tmp_path / "coherence.db") as opened:
        yield opened


@pytest.fixture
def journal(store, qt_app):
    screen = Journal(DUSK, store, TITLES, TODAY, lambda _: [(20000.0, 5.5), (20010.0, 5.3)])
    screen.resize(1300, 860)
    screen.show()
    yield screen
    screen.close()
    screen.deleteLater()
    QApplication.processEvents()


@pytest.fixture(scope="module")
def qt_app():
    app = QApplication.instance() or QApplication([])
    load_fonts()
    return app


def page(journal: Journal, kind: type[QWidget]) -> QWidget:
    wait(lambda: journal.findChildren(kind), 30.0)
    return journal.findChildren(kind)[-1]


def choose(journal: Journal, row: int) -> None:
    journal.list.setFocus()
    journal.list.setCurrentIndex(journal.model.index(row))
    QTest.keyClick(journal.list, Qt.Key.Key_Return)


def test_the_list_is_told_to_eyes_and_to_a_screen_reader(journal):
    assert journal.model.rowCount() == 2
    assert journal.model.title(0) == "Grounding"
    said = journal.model.data(journal.model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert "Grounding" in said
    assert "simulated wearer" in said
    assert journal.model.heads(0) is not None
    assert page(journal, TrendsPage).accessibleName() == "Over weeks"


def test_one_session_in_full_by_keyboard(journal, store):
    choose(journal, 1)
    shown = page(journal, SessionPage)
    plots = [card_plot for _, card_plot in shown._plots]
    assert all(plot.accessibleName() for plot in plots)
    assert "beats a minute" in plots[0].accessibleDescription()
    before = plots[0].getPlotItem().getViewBox().viewRange()[0]
    QTest.keyClick(plots[0], Qt.Key.Key_Plus)
    near = plots[0].getPlotItem().getViewBox().viewRange()[0]
    assert np.diff(near) < np.diff(before)
    assert plots[2].getPlotItem().getViewBox().viewRange()[0] == pytest.approx(near)
    QTest.keyClick(plots[2], Qt.Key.Key_0)
    assert plots[0].getPlotItem().getViewBox().viewRange()[0] == pytest.approx(before)
    shown._point(100.0)
    assert "1:40 · " in shown._heart_card.right.text()
    shown._point(float("nan"))
    assert shown._heart_card.right.text() == ""


def test_what_scrolls_or_zooms_by_keys_is_one_named_stop_with_a_ring(journal):
    choose(journal, 1)
    shown = page(journal, SessionPage)
    assert unnamed(journal) == []
    QApplication.processEvents()
    stops = list(reached_by_tab(journal.list))
    for stop in (shown, *(plot for _, plot in shown._plots)):
        assert stops.count(stop) == 1
        shown.ensureWidgetVisible(stop)
        stop.setFocus()
        QApplication.processEvents()
        edge = stop.grab().toImage().pixelColor(stop.width() // 2, 1)
        assert edge.name().upper() == DUSK.focus
    for plot in journal.findChildren(QGraphicsView):
        assert plot.viewport().accessibleName() == plot.accessibleName() != ""


@pytest.mark.parametrize("size", [(800, 600), (1024, 640), (1440, 900)])
def test_a_session_is_seen_whole_in_a_small_window(journal, size):
    journal.resize(*size)
    choose(journal, 1)
    shown = page(journal, SessionPage)
    for _ in range(3):
        QApplication.processEvents()
    assert clipped(journal) == []
    assert shown.horizontalScrollBar().maximum() == 0
    assert journal.list.height() > 150
    (table,) = shown.findChildren(Sideways)
    moves = table.horizontalScrollBar().maximum() > 0
    assert bool(table.focusPolicy() & Qt.FocusPolicy.TabFocus) is moves
    assert table.verticalScrollBar().maximum() == 0


def test_words_are_kept_and_found_again(journal, store):
    choose(journal, 1)
    note, tags = page(journal, SessionPage).findChildren(QLineEdit)
    note.setText("by the window")
    note.editingFinished.emit()
    tags.setText("Evening, slow walk")
    tags.editingFinished.emit()
    assert store.session(1).note == "by the window"
    assert store.session(1).tags == ("evening", "slow walk")
    journal.words.setText("WINDOW walk")
    wait(lambda: journal.model.rowCount() == 1)
    journal.words.setText("the sea")
    wait(lambda: journal.model.rowCount() == 0)
    assert journal._empty.text() == NO_MATCH
    journal.words.clear()
    wait(lambda: journal.model.rowCount() == 2)


def test_what_was_said_before_and_after_stands_with_it(journal, store):
    diary = Diary(store)
    line = diary.begin("soothing_rhythm", 1)
    diary.reflect(line, BEFORE, Reflection(body=0.2))
    diary.reflect(line, AFTER, Reflection(0.6, 0.5, "warmer than before"))
    choose(journal, 1)
    told = words_on(page(journal, SessionPage))
    assert "“warmer than before”" in told
    assert "Body, 0 stirred up to 10 at ease: 2 before, 6 after" in told


def test_two_side_by_side(journal):
    choose(journal, 1)
    page(journal, SessionPage).compare.emit(1)
    choose(journal, 0)
    shown = page(journal, ComparePage)
    assert shown.accessibleName() == "Two sessions side by side"
    heart = shown.findChildren(WidePlot)[0]
    curves = [c for c in heart.getPlotItem().curves if c.getData()[0] is not None]
    styles = [curve.opts["pen"].style() for curve in curves]
    assert styles == [Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine]  # told apart without colour


def test_what_is_deleted_can_be_brought_back(journal, store):
    choose(journal, 0)
    page(journal, SessionPage).delete.emit(2)
    assert journal.model.rowCount() == 1
    assert hidden(store) == (2,)
    assert journal._undo.isVisible()
    later = Journal(DUSK, store, TITLES, TODAY)  # after a look elsewhere
    assert not later._undo.isHidden()
    assert later._said.text() == GONE
    later.deleteLater()
    QTest.keyClick(journal._undo, Qt.Key.Key_Space)
    assert journal.model.rowCount() == 2
    assert hidden(store) == ()


def test_watching_again_and_leaving_are_asked_of_the_window(journal):
    heard = []
    journal.watch_again.connect(lambda number, speed: heard.append((number, speed)))
    journal.left.connect(lambda: heard.append("left"))
    choose(journal, 0)
    (again,) = [
        p for p in page(journal, SessionPage).findChildren(Pill) if p.text() == "Watch again"
    ]
    again.click()
    shown = page(journal, SessionPage)
    shown.speed.setCurrentIndex(shown.speed.count() - 1)
    again.click()
    QTest.keyClick(journal, Qt.Key.Key_Escape)
    assert heard == [(2, 1.0), (2, 30.0), "left"]


def test_the_calendar_moves_by_keys_and_leads_to_a_day(journal, store):
    grid = journal.calendar.grid
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert grid.at == date(2026, 2, 28)
    QTest.keyClick(grid, Qt.Key.Key_PageUp)
    assert grid.at == date(2026, 1, 28)
    assert grid.accessibleDescription() == "Wednesday, 28 January 2026, no session"
    from coherence.ui.journal.said import day_of

    grid.go(day_of(store.session(1)))
    QTest.keyClick(grid, Qt.Key.Key_Return)
    page(journal, SessionPage)


def test_sessions_are_found_by_a_tag_of_theirs(journal, store):
    assert not journal.tag.isVisible(), "there is none yet"
    choose(journal, 1)
    _note, field = page(journal, SessionPage).findChildren(QLineEdit)
    field.setText("Evening")
    field.editingFinished.emit()
    assert journal.tag.isVisible()
    journal.tag.setCurrentIndex(journal.tag.findText("evening"))
    assert [journal.model.record(row).id for row in range(journal.model.rowCount())] == [1]
    field.setText("")
    field.editingFinished.emit()
    assert not journal.tag.isVisible()
    assert journal.model.rowCount() == 2, "a tag that is gone asks for nothing"


def words_on(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_several_people_are_kept_apart(store, qt_app):
    willow = add_person(store, "Willow")
    move_session(store, 2, willow)
    screen = Journal(DUSK, store, TITLES, TODAY, person_id=willow.id)
    assert [screen.model.record(row).id for row in range(screen.model.rowCount())] == [2]
    screen.person.setCurrentIndex(0)
    assert screen.model.rowCount() == 2
    assert WHOSE in words_on(page(screen, TrendsPage)), "two people have no usual range"
    screen.person.setCurrentIndex(screen.person.findText("me"))
    assert [screen.model.record(row).id for row in range(screen.model.rowCount())] == [1]
    assert WHOSE not in words_on(page(screen, TrendsPage))
    screen.deleteLater()


def test_a_session_is_given_to_whom_it_belongs(store, qt_app):
    willow = add_person(store, "Willow")
    screen = Journal(DUSK, store, TITLES, TODAY)
    screen.show()
    choose(screen, 0)
    whose = page(screen, SessionPage).whose
    assert whose.currentText() == "A session of me"
    whose.setCurrentIndex(1)
    whose.activated.emit(1)
    assert [who.person_id for who in store.session(2).participants] == [willow.id]
    assert "It is Willow's now." in screen._said.text()
    screen.close()
    screen.deleteLater()


def test_what_another_version_showed_is_told_beside_todays_numbers(journal, store):
    choose(journal, 1)
    assert "While it ran" not in words_on(page(journal, SessionPage)), "it showed the same"
    (now,) = shown_in(store, 1)
    heart, *_ = (now.said("heart_rate_bpm"),)
    with store.writing() as connection:
        connection.execute("DELETE FROM shown")
        then = replace(now, app_version="0.0.1", versions=dict.fromkeys(now.versions, 0))
        insert_shown(connection, 1, [row_of(then)])
    choose(journal, 0)
    page(journal, SessionPage)
    choose(journal, 1)
    wait(lambda: "While it ran" in words_on(page(journal, SessionPage)), 30.0)
    told = words_on(page(journal, SessionPage))
    assert "version 0.0.1 worked them out in another way" in told
    assert f"{np.nanmedian(heart[1]):.0f} bpm" in told


def test_what_was_shown_may_be_damaged_and_the_session_opens(journal, store):
    with store.writing() as connection:
        connection.execute("UPDATE shown SET body = x'00'")
    choose(journal, 1)
    assert "By step" in words_on(page(journal, SessionPage))


def test_an_empty_journal_is_kind(tmp_path, qt_app):
    with Store.open(tmp_path / "empty.db") as store:
        screen = Journal(DUSK, store, TITLES, TODAY)
        assert screen._empty.text() == EMPTY
        assert screen.findChildren(TrendsPage)
        screen.deleteLater()


def test_a_session_without_a_heartbeat_opens_as_well(journal, store):
    about = replace(store.sessions()[0], id=0, started_at="2030-01-01T10:00:00+00:00")
    store.add_session(about, [Ended(600.0)], fingerprint="silent")
    journal.refresh()
    choose(journal, 0)
    assert page(journal, SessionPage).accessibleName() == journal.model.title(0)
