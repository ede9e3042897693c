"""The lock: nothing shown, nothing readable, and what runs goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QWidget,
)
from tests.ui.desk import MINE, brought_up, let_go, unnamed, wait

from coherence.model import Moment
from coherence.practice.library import practice
from coherence.sessions.opening import FromNobody, FromWearer
from coherence.storage import keys
from coherence.storage.connection import connect
from coherence.storage.database import Store
from coherence.storage.encryption import turn_on
from coherence.storage.keys import StoreLocked
from coherence.storage.people import add_person
from coherence.storage.places import places
from coherence.storage.private_notes import private_note
from coherence.storage.sqlite import OwnFault
from coherence.storage.words import set_note
from coherence.ui.app import App
from coherence.ui.lock_page import Kind, LockPage
from coherence.ui.practice import PracticeWindow
from coherence.ui.room.caseload_screen import CaseloadScreen
from coherence.ui.room.room import Room
from coherence.ui.welcome import Welcome

NAME, NOTE, WORDS = "Heron by the river", "she spoke of the winter", "willow by the water"


def filled(store: Store) -> None:
    store.me()
    heron = add_person(store, NAME)
    number = store.begin_session("just_sit", strap_id="AA")
    set_note(store, number, NOTE)
    store.finish_session(number, 60.0)
    with store.writing() as connection:
        connection.execute("UPDATE participant SET person_id = ?", (heron.id,))


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., App]]:
    """The window on a record with somebody in it: plain, or encrypted with a passphrase."""
    monkeypatch.delenv(keys.PASSPHRASE, raising=False)
    keys.lock()
    made: list[App] = []

    def make(*, encrypted: bool) -> App:
        where = places()
        with Store.open(where.store) as store:
            filled(store)
        if encrypted:
            turn_on(where, WORDS)
        window = App(where, Store.open(where.store), MINE, None)
        made.append(window)
        return brought_up(window, 1200, 800)

    yield make
    for each in made:
        let_go(each)
        if each.store is not None:
            each.store.close()
    keys.lock()


def all_that_is_said(*, hidden: bool) -> str:
    """Every word in every widget of the program, also what only a screen reader would say."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    said = []
    for widget in QApplication.allWidgets():
        if not (hidden or widget.isVisible()):
            continue
        said += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        said += [widget.windowTitle()]
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            said.append(widget.text())
        elif isinstance(widget, QPlainTextEdit):
            said.append(widget.toPlainText())
        elif isinstance(widget, QComboBox):
            said += [widget.itemText(n) for n in range(widget.count())]
        elif isinstance(widget, QListView) and widget.model() is not None:
            model = widget.model()
            said += [str(model.index(n, 0).data()) for n in range(model.rowCount())]
    return "\n".join(said)


def open_files() -> list[str]:
    """What this process has open of the record: its log is open while a connection is."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:
            continue
    logs = [name for name in found if name.endswith(("coherence.db-wal", "coherence.db-shm"))]
    return [name for name in logs if Path(name).parent == places().data.resolve()]


def everything() -> bytes:
    files = [file for file in places().data.rglob("*") if file.is_file()]
    return b"".join(file.read_bytes() for file in files)


def page_of(window: App) -> LockPage:
    page = window.currentWidget()
    assert isinstance(page, LockPage)
    return page


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="no /proc here")
@pytest.mark.parametrize(
    "screen",
    [
        "caseload",
        "journal",
        "settings",
        pytest.param("people", marks=pytest.mark.slow),
        pytest.param("setup", marks=pytest.mark.slow),
    ],
)
def test_with_the_record_encrypted_nothing_is_readable(
    home: Callable[..., App], screen: str
) -> None:
    window = home(encrypted=True)
    store = window.store
    assert store is not None
    {
        "caseload": window.records.show_caseload, "journal": window.records.show_journal,
        "people": window.records.show_people, "settings": window.show_settings,
        "setup": window.show_room_setup,
    }[screen]()  # fmt: skip
    QTest.qWait(50)
    if screen != "settings":
        assert NAME in all_that_is_said(hidden=True)
    assert open_files() != []
    focus = window.focusWidget() or window
    QTest.keyClick(focus, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    page = page_of(window)
    assert page.kind is Kind.REAL
    assert unnamed(page) == []
    # no window says anything, not even to a screen reader, and no widget is left that could
    QTest.qWait(50)
    said = all_that_is_said(hidden=True)
    assert NAME not in said
    assert NOTE not in said
    # the connection is closed, the key is forgotten, the files say nothing
    assert window.store is None
    assert keys.unlocked() == ()
    assert open_files() == []
    with pytest.raises(OwnFault), store.reading() as connection:
        connection.execute("SELECT 1")
    for ask in (lambda: Store.open(places().store), lambda: connect(places().store)):
        with pytest.raises(StoreLocked):
            ask()
    assert NAME.encode() not in everything()
    assert NOTE.encode() not in everything()


def test_only_the_passphrase_opens_it_again(home: Callable[..., App]) -> None:
    window = home(encrypted=True)
    window.records.show_journal()
    window.lock()
    page = page_of(window)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_H, Qt.Key.Key_L):
        QTest.keyClick(page, key)
    assert page_of(window) is page
    QTest.keyClicks(page.words, "another passphrase")
    QTest.keyClick(page.words, Qt.Key.Key_Return)
    assert page.said.text().startswith("That is not the passphrase")
    assert page.words.text() == ""
    assert window.store is None
    QTest.keyClicks(page.words, WORDS)
    QTest.keyClick(page.words, Qt.Key.Key_Return)
    assert isinstance(window.currentWidget(), Welcome)
    window.records.show_caseload()
    there = window.currentWidget()
    assert isinstance(there, CaseloadScreen)
    assert there.model.rowCount() == 2


def test_a_passphrase_of_scripts_does_not_open_it(
    home: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = home(encrypted=True)
    monkeypatch.setenv(keys.PASSPHRASE, WORDS)
    window.lock()
    with pytest.raises(StoreLocked):
        Store.open(places().store)


def test_without_encryption_it_says_that_it_hides_the_screen_only(
    home: Callable[..., App],
) -> None:
    window = home(encrypted=False)
    window.records.show_journal()
    window.lock()
    page = page_of(window)
    assert page.kind is Kind.PLAIN
    assert "hides the screen only" in page.said.text()
    assert not page.words.isVisible(), "no passphrase is pretended"
    QTest.qWait(50)
    assert NAME not in all_that_is_said(hidden=True)
    assert NAME.encode() in everything(), "which is what it says"
    page.protect_pill.click()
    assert type(window.currentWidget()).__name__ == "PeopleScreen"
    window.lock()
    page_of(window).open.click()
    assert isinstance(window.currentWidget(), Welcome)


def test_a_key_in_the_keyring_is_no_lock(
    home: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    from coherence.storage.encryption import Protection

    window = home(encrypted=False)
    monkeypatch.setattr(
        "coherence.ui.locking.protection_of", lambda where: Protection(True, "keyring")
    )
    window.lock()
    assert page_of(window).kind is Kind.KEYRING
    assert "hides the screen only" in page_of(window).said.text()


# --- while a session runs ---


def room_of(window: App) -> Room:
    window.open_room(FromWearer(), practice("soothing_rhythm"), client=NAME)
    room = window.in_room
    assert isinstance(room, Room)
    return room


def test_in_a_session_the_recording_goes_on_and_nothing_is_shown(
    home: Callable[..., App],
) -> None:
    window = home(encrypted=True)
    room = room_of(window)
    room.window.moments.note.setPlainText(NOTE)
    room.toggle_client()
    assert NAME in all_that_is_said(hidden=False)
    wait(lambda: room.run.view().beats > 0, 20.0)
    beats = room.run.view().beats
    QTest.keyClick(room.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert room.window.locked
    visible = all_that_is_said(hidden=False)
    assert NAME not in visible
    assert NOTE not in visible
    assert [each for each in room.window.findChildren(QWidget) if each.isVisible()] == [
        page_in(room), *[each for each in page_in(room).findChildren(QWidget) if each.isVisible()],
    ]  # fmt: skip
    # the client goes on, and sees nothing of others
    assert isinstance(room.client, PracticeWindow)
    assert room.client.isVisible()
    wait(lambda: room.run.view().beats > beats, 20.0)
    # no key of the window behind does anything
    for key in (Qt.Key.Key_1, Qt.Key.Key_M, Qt.Key.Key_F9, Qt.Key.Key_Escape, Qt.Key.Key_N):
        QTest.keyClick(page_in(room), key)
        QTest.keyClick(room.window, key)
    assert room.run.view().moments == ()
    assert not room.client.soft_pause
    assert not room.run.ended
    page = page_in(room)
    page.tried.emit("another passphrase")
    assert room.window.locked
    page.tried.emit(WORDS)
    assert not room.window.locked
    assert NAME in all_that_is_said(hidden=False)
    number = room.run.session_id or 0
    room.window.close()
    wait(window.isVisible)
    assert window.store is not None
    assert private_note(window.store, number) == NOTE
    assert window.store.session(number).duration_s > 0


def page_in(room: Room) -> LockPage:
    (page,) = room.window.findChildren(LockPage)
    return page


def test_a_session_that_ends_while_locked_is_kept_and_then_closed(
    home: Callable[..., App],
) -> None:
    window = home(encrypted=True)
    room = room_of(window)
    room.window.moments.note.setPlainText(NOTE)
    window.lock()
    assert window.store is not None, "it is being recorded"
    number = room.run.session_id or 0
    QTest.qWait(300)
    room.client.end()  # the client may
    wait(lambda: window.store is None, 20.0)
    assert keys.unlocked() == ()
    assert open_files() == []
    assert room.window.locked
    page_in(room).tried.emit(WORDS)
    assert not room.window.locked
    store = window.store
    assert store is not None
    assert private_note(store, number) == NOTE
    record = store.session(number)
    assert record.duration_s > 0
    assert not any(isinstance(each, Moment) for each in store.arrivals(number))
    room.private_note.write("and later")
    room.private_note.keep()
    assert private_note(store, number) == "and later"
    room.window.close()


def test_a_window_that_is_closed_while_locked_stays_locked(home: Callable[..., App]) -> None:
    window = home(encrypted=True)
    room = room_of(window)
    window.lock()
    room.window.close()
    wait(window.isVisible)
    assert page_of(window).kind is Kind.REAL
    assert window.store is None
    assert keys.unlocked() == ()


def test_ones_own_practice_goes_on_and_leads_to_the_lock(home: Callable[..., App]) -> None:
    window = home(encrypted=True)
    window.practise(FromNobody(), practice("just_sit"))
    screen = window.currentWidget()
    assert isinstance(screen, PracticeWindow)
    QTest.keyClick(screen, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.currentWidget() is screen
    assert window.store is not None
    screen.finished.emit()
    assert page_of(window).kind is Kind.REAL
    assert window.store is None


# --- by itself ---


def test_it_locks_by_itself_and_a_client_s_touch_does_not_count(
    home: Callable[..., App],
) -> None:
    window = home(encrypted=True)
    room = room_of(window)
    room.toggle_client()
    idle = window._idle
    idle.set_minutes(30.0)
    for touched, starts_anew in ((room.client, False), (room.window, True)):
        QTest.qWait(60)
        before = idle._timer.remainingTime()
        QTest.keyClick(touched, Qt.Key.Key_Shift)
        QTest.mouseClick(touched, Qt.MouseButton.LeftButton)
        assert (idle._timer.remainingTime() > before) is starts_anew
    assert not room.window.locked
    idle.set_minutes(0.001)
    wait(lambda: room.window.locked, 20.0)
    idle.set_minutes(30.0)
    idle._timer.stop()  # as it stands once it was over
    page_in(room).tried.emit(WORDS)
    assert not room.window.locked
    QTest.keyClick(room.window, Qt.Key.Key_Shift)
    assert idle._timer.isActive(), "it counts again"
    idle.set_minutes(None)
    room.window.close()


def test_it_is_off_until_it_is_chosen(home: Callable[..., App]) -> None:
    window = home(encrypted=False)
    assert MINE.lock_after_min is None
    assert not window._idle._timer.isActive()
    window.show_settings()
    screen = window.currentWidget()
    assert screen is not None
    (choice,) = [each for each in screen.findChildren(QComboBox)
                 if each.accessibleName() == "Lock by itself"]  # fmt: skip
    choice.setCurrentIndex(choice.findData(5))
    assert window._settings.lock_after_min == 5
    assert window._idle._timer.interval() == 5 * 60_000
    assert window._idle._timer.isActive()
