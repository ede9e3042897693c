"""The therapist's window on one display: what it shows and does, what a client never sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from tests.ui.desk import Key, unnamed, wait

from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer
from coherence.storage.database import Store
from coherence.storage.private_notes import private_note
from coherence.storage.settings import Settings
from coherence.ui.app import App
from coherence.ui.live_loop import PracticeRun
from coherence.ui.room import sayings
from coherence.ui.room.room import Room, Who

SETTINGS = Settings(first_run_done=True, ask_reflection=False)


class Desk:
    """A room whose session runs only when it is told to."""

    def __init__(self, seconds: float, settings: Settings = SETTINGS) -> None:
        source = FromWearer("practised", seed=3)
        self.run = PracticeRun(
            source, practice("soothing_rhythm"), store=None, loop=None, speed=None
        )
        while self.run.now_s() < seconds:
            self.run.tick()
        self.changed: dict[str, object] = {}
        self.room = Room(self.run, settings, Who(), change_settings=self._change)
        self.room.client._timer.stop()
        self.room.open()
        self.room._timer.stop()
        self.room.client._timer.stop()
        assert QTest.qWaitForWindowActive(self.room.window)

    def _change(self, **changed: object) -> None:
        self.changed |= changed

    def go_on(self, seconds: float) -> None:
        """Let the session run on, and show it."""
        until_s = self.run.now_s() + seconds
        while self.run.now_s() < until_s:
            self.room.client.tick()
        self.room._show()
        self.room._show()  # the picture of a screen that is not shown comes at each second look
        QApplication.processEvents()


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk(200.0)
    yield made
    made.room.leave()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def said_by(widget: object) -> str:
    """All that a screen says, in words and to a screen reader."""
    labels = widget.findChildren(QLabel)  # type: ignore[attr-defined]
    return " ".join(label.text() for label in labels if label.isVisibleTo(widget))  # type: ignore[arg-type]


def test_the_window_shows_the_client_s_session(desk: Desk) -> None:
    desk.room.window.resize(1680, 1050)
    desk.go_on(1.0)
    window, view = desk.room.window, desk.run.view()
    np.testing.assert_array_equal(window.heart.ink.beats.bpm[-20:], view.hr_bpm[-20:])
    rate = view.values["heart_rate_bpm"].value
    assert window.markers.tiles["heart_rate_bpm"]._value.text() == f"{rate:.0f}"
    assert window.head.steps[1].current
    assert "since arriving" in window.markers.tiles["heart_rate_bpm"].change.text()
    assert "paced" in window.markers.tiles["rmssd_ms"].change.text()
    assert not window.seen.thumbnail.picture.isNull()
    assert unnamed(window) == []


def test_moments_by_key_and_button_are_on_record_and_not_on_the_client_s_screen(desk: Desk) -> None:
    QTest.keyClick(desk.room.window, Key.Key_1)
    QTest.keyClick(desk.room.window, Key.Key_M)
    desk.room.window.moments.quick[2].click()
    desk.go_on(2.0)
    assert [label for _, label in desk.run.view().moments] == ["critic", "", "kind voice"]
    assert "Critic" in said_by(desk.room.window.moments)
    client = desk.room.client
    state = client.scene.state
    shown = said_by(client) + state.cue + state.prompt + state.numbers
    assert "ritic" not in shown
    assert "arked" not in shown


def test_the_pace_goes_at_a_turn_of_the_client_s_breath(desk: Desk) -> None:
    now_s = desk.run.now_s()
    guide = desk.run.view().guide
    breath = guide.at(now_s).breath
    desk.room.window.pace.rate.setValue(45)
    desk.room.window.pace._ask()
    desk.room.client.tick()
    assert guide.at(breath.end_s - 0.01).breath == breath
    assert guide.target.breaths_per_min == pytest.approx(4.5)
    desk.go_on(70.0)
    assert guide.at(desk.run.now_s()).breath.pattern.breaths_per_min == pytest.approx(4.5)
    assert desk.room.window.pace._rate_words.text() == "4.5"


def test_a_step_goes_at_a_turn(desk: Desk) -> None:
    turn_s = desk.run.view().guide.at(desk.run.now_s()).breath.end_s
    desk.room.window.head.steps[3].click()
    assert desk.run.step_index == 1
    desk.go_on(turn_s - desk.run.now_s() + 1.5)
    assert desk.run.step_index == 3
    assert desk.room.window.head.steps[3].current


def test_a_soft_pause_blanks_the_data_at_once_and_the_session_goes_on(desk: Desk) -> None:
    desk.go_on(1.0)
    client = desk.room.client
    client.bottom.numbers.setChecked(True)
    desk.go_on(1.0)
    assert client.scene.state.heart is not None
    assert client.scene.state.numbers
    window = desk.room.window
    window.resize(1680, 1050)
    desk.room.mark("critic")
    desk.go_on(30.0)
    QTest.keyClick(window, Key.Key_F9)
    # on the therapist's window too: no line and no number, while what leads the session stays
    for card in (window.heart, window.coherence, window.markers, window.spectrum, window.signal):
        assert not card.isVisible()
    assert not window.moments._list.isVisible()
    assert window._blank.isVisible()
    for part in (window.pace, window.moments.note, window.moments.quick[0], window.note.end):
        assert part.isVisible()
    state = client.scene.state
    assert state.heart is None
    assert state.numbers == ""
    assert client.top.strap.text() == ""
    beats = desk.run.view().beats
    desk.go_on(5.0)
    assert desk.run.view().beats > beats
    assert client.scene.state.heart is None
    assert desk.room.window.note.pause.text() == "Show again"
    QTest.keyClick(desk.room.window, Key.Key_F9)
    desk.go_on(5.0)
    assert client.scene.state.heart is not None
    assert window.heart.isVisible()
    assert window.moments._list.isVisible()
    assert not window._blank.isVisible()


def test_the_numbers_can_be_hidden_from_the_client(desk: Desk) -> None:
    client = desk.room.client
    client.bottom.numbers.setChecked(True)
    desk.go_on(1.0)
    assert "coherence" in client.scene.state.numbers
    desk.room.window.seen.numbers.click()
    desk.go_on(1.0)
    assert "coherence" not in client.scene.state.numbers
    assert not client.bottom.numbers.isVisibleTo(client)


def test_the_client_is_told_no_trouble_and_the_therapist_is(desk: Desk) -> None:
    desk.run._source_trouble = "The radio is off: turn it on."
    desk.go_on(1.0)
    assert "radio" not in said_by(desk.room.client)
    assert desk.room.window.head.kept.label.text().startswith("The radio is off")


def test_the_client_s_window_can_be_put_away_and_the_session_goes_on(desk: Desk) -> None:
    desk.room.toggle_client()
    assert desk.room.client.isVisible()
    desk.room.client.close()
    assert not desk.room.client.isVisible()
    assert not desk.run.ended
    desk.go_on(1.0)
    assert desk.room.window.seen.show_pill.text() == "Own window"


def test_keys_of_the_room_do_nothing_on_the_client_s_screen(desk: Desk) -> None:
    desk.room.toggle_client()
    for key in (Key.Key_1, Key.Key_M, Key.Key_F9, Key.Key_L, Key.Key_Question):
        QTest.keyClick(desk.room.client, key)
    desk.go_on(1.0)
    assert desk.run.view().moments == ()
    assert not desk.room.client.soft_pause


def test_the_end_asks_once_and_the_client_s_screen_ends_gently(desk: Desk) -> None:
    window = desk.room.window
    window.note.end.click()
    assert not desk.run.ended
    window.note.end.click()
    desk.go_on(0.0)
    desk.room._show()
    assert desk.run.ended
    assert "That counts" in said_by(desk.room.client)
    assert window.note.note.text() == "The session has ended"


@pytest.mark.parametrize("size", [(1180, 760), (1680, 1050)])
def test_where_it_is_narrow_the_left_column_is_a_drawer(desk: Desk, size: tuple[int, int]) -> None:
    window = desk.room.window
    window.resize(*size)
    QApplication.processEvents()
    narrow = size[0] < 1400
    assert window.folded is narrow
    assert window.left.isVisible() is not narrow
    if narrow:
        window.head.drawer.click()
        assert window.left.isVisible()
        assert window.left.geometry().bottom() <= window.height()
    inside = window.left.widget()
    assert inside.minimumSizeHint().width() <= window.left.viewport().width()


@pytest.mark.parametrize("size", [(1180, 640), (1366, 700), (1440, 900)])
def test_the_soft_pause_and_the_end_are_never_scrolled_away(
    desk: Desk, size: tuple[int, int]
) -> None:
    window = desk.room.window
    window.resize(*size)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    for pill in (window.note.pause, window.note.end):
        foot = pill.mapTo(window, pill.rect().bottomRight())
        assert window.rect().contains(foot)
        assert pill.visibleRegion().boundingRect() == pill.rect()


def test_another_theme_keeps_the_note_and_what_goes_on(desk: Desk) -> None:
    desk.room.window.moments.note.setPlainText("stay with the breath")
    dark = desk.room._theme.dark
    QTest.keyClick(desk.room.window, Key.Key_T)
    assert desk.room._theme.dark is not dark
    assert desk.changed["room_theme"] == "dusk"
    assert desk.room.window.moments.note.toPlainText() == "stay with the breath"
    assert not desk.run.ended
    desk.go_on(1.0)
    assert len(desk.room.window.heart.ink.beats.t_s) > 50


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_whatever_button_has_the_keyboard_is_pressed(desk: Desk, key: Qt.Key) -> None:
    window = desk.room.window
    for button, held in (
        (window.moments.quick[0], lambda: len(desk.run.view().moments)),
        (window.head.steps[2], lambda: desk.run.asked_step == 2),
        (window.note.end, lambda: window.note.end.text() == sayings.ASK_END),
    ):
        before = held()
        button.setFocus()
        QTest.keyClick(button, key)
        desk.go_on(0.0)
        assert held() > before, button.accessibleName()


def test_letters_in_the_note_are_no_keys(desk: Desk) -> None:
    note = desk.room.window.moments.note
    note.setFocus()
    QTest.keyClicks(note, "1 sister, mother")
    assert note.toPlainText() == "1 sister, mother"
    assert desk.run.view().moments == ()


def test_the_app_opens_a_room_that_records_and_comes_back(window: object, store: Store) -> None:
    app: App = window()  # type: ignore[operator]
    app.open_room(FromWearer(), practice("soothing_rhythm"), speed=20.0)
    room = app._room
    assert room is not None
    assert not app.isVisible()
    wait(lambda: room.run.view().beats > 20)
    session_id = room.run.session_id
    assert session_id is not None
    room.window.moments.note.setPlainText("only for me")
    room.window.close()
    wait(app.isVisible)
    assert app._room is None
    assert private_note(store, session_id) == "only for me"
    assert store.session(session_id).duration_s > 10.0


def test_what_is_not_to_be_kept_leaves_nothing(window: object, store: Store) -> None:
    store.me()
    app: App = window()  # type: ignore[operator]
    app.open_room(FromWearer(), practice("soothing_rhythm"), client="me", speed=20.0, record=False)
    room = app._room
    assert room is not None
    wait(lambda: room.run.view().beats > 5)
    assert room.run.session_id is None
    assert room.run.trouble == "Nothing of this session is kept, as was asked for."
    room.window.close()
    wait(app.isVisible)
    assert store.sessions() == []


def test_a_room_without_a_record_says_so() -> None:
    made = Desk(10.0, replace(SETTINGS, room_theme="dusk"))
    made.room._show()
    assert "Not kept" in made.room.window.head.kept.label.text()
    assert made.room.window.moments.kept.text() == "This session is not kept"
    made.room.leave()
