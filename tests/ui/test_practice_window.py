"""The practice window, driven by keys and ticks: what it says, shows, does and leaves alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from tests.ui.clipping import clipped

from coherence.devices.quirks import QUIRKS, QuirkRow, Withheld
from coherence.devices.radio_error import RadioReason, radio_error
from coherence.model import LinkState, QuirkKind, Value
from coherence.sessions.strap_watch import StrapNow, StrapState, state_of
from coherence.sessions.view import Band, SessionView
from coherence.ui import practice, words
from coherence.ui.keys import DEFAULT_KEYS
from coherence.ui.practice import PracticeWindow
from coherence.ui.sample import SampleSession, Script
from coherence.ui.theme import DUSK, MORNING, Theme

Key = Qt.Key


class Clock:
    """The real time of the window, which only the test moves."""

    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


class Desk:
    """A window on a session, and time for both."""

    def __init__(self, session: SampleSession | None = None, **how: object) -> None:
        self.session, self.clock = session or SampleSession(), Clock()
        self.window = PracticeWindow(self.session, DUSK, clock=self.clock, **how)  # type: ignore[arg-type]
        self.window.resize(1200, 760)
        self.window.scene.setUpdatesEnabled(False)  # what is painted is test_scene's to look at
        self.window.show()
        self.window._timer.stop()
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window)
        self.window.setFocus()
        self.tick()

    def tick(self, seconds: float = 1 / 30, frames: int = 1) -> None:
        for _ in range(frames):
            self.session.advance(seconds / frames)
            self.clock.now_s += seconds / frames
            self.window.tick()

    def press(self, key: Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        none = Qt.KeyboardModifier.NoModifier
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier or none)
        self.tick()

    @property
    def called(self) -> list[tuple[str, object]]:
        return self.session.called

    @property
    def sentence(self) -> str:
        return self.window.bottom.state.text()


@pytest.fixture
def desk() -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(session: SampleSession | None = None, **how: object) -> Desk:
        made.append(Desk(session, **how))
        return made[-1]

    yield make
    for one in made:
        one.session.ended = True
        one.window.close()
        one.window.deleteLater()


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("band", Band)
def test_each_band_has_its_sentence(desk: Callable[..., Desk], band: Band) -> None:
    here = desk(SampleSession(Script(band=band)))
    assert here.sentence == words.BANDS[band]
    assert here.window.bottom.state.accessibleName() == words.BANDS[band]


@pytest.mark.parametrize("link", LinkState)
def test_each_state_of_the_strap_has_its_words(desk: Callable[..., Desk], link: LinkState) -> None:
    here = desk(SampleSession(Script(link=link)))
    assert here.window.top.strap.text() == words.STRAPS[state_of(link, found_s=60.0)]
    if link is LinkState.LOST:
        assert here.sentence == (
            "Resting here. We will pick up when the strap returns. Nothing is lost"
        )
    if link is LinkState.QUIET:
        assert here.sentence.startswith("The strap has gone quiet. A little water")


@pytest.mark.parametrize("state", StrapState)
def test_each_state_of_a_session_with_a_strap_is_said(
    desk: Callable[..., Desk], state: StrapState
) -> None:
    here = desk(SampleSession(Script(strap=StrapNow(state, since_s=2.0))))
    assert here.window.top.strap.text() == words.STRAPS[state]
    soon = here.sentence
    here.session.script.strap = StrapNow(state, since_s=25.0)
    here.tick()
    assert soon
    waits = (StrapState.LOOKING, StrapState.CONNECTING, StrapState.LISTENING)
    assert (here.sentence != soon) == (state in waits)  # after a while there is a hint


def test_what_is_wrong_with_bluetooth_is_said_where_it_can_be_mended(
    desk: Callable[..., Desk],
) -> None:
    off = str(radio_error(RadioReason.POWERED_OFF, "Linux"))
    here = desk(SampleSession(Script(strap=StrapNow(StrapState.AWAY, reason=off))))
    assert f"{here.sentence}." == off


@pytest.mark.parametrize("row", QUIRKS, ids=lambda row: row.kind.value)
def test_a_quirk_is_told_calmly_and_no_longer_than_it_matters(
    desk: Callable[..., Desk], row: QuirkRow
) -> None:
    found = StrapNow(StrapState.STEADY, quirks=(row.kind,), quirk_s=3.0)
    here = desk(SampleSession(Script(strap=found)))
    band = words.BANDS[Band.IN_RHYTHM]
    assert here.sentence == (band if row.aside else row.sentence)
    label = here.window.bottom.state
    assert label.height() >= label.heightForWidth(label.width()) - 2
    here.session.script.strap = replace(found, quirk_s=60.0)
    here.tick()
    lasts = row.withheld is not Withheld.NOTHING or row.kind is QuirkKind.NO_INTERVALS
    assert here.sentence == (row.sentence if lasts else band)


def test_what_needs_a_hand_is_said_first(desk: Callable[..., Desk]) -> None:
    here = desk(SampleSession(Script(fell=True)))
    assert here.sentence == words.FELL
    here.session.script.contact = False
    here.tick()
    assert here.sentence == words.QUIET
    assert here.window.top.strap.text() == "Strap quiet"
    here.session.trouble = "The disk is full: what follows is not kept."
    here.tick()
    assert here.sentence == here.session.trouble


def test_end_words_count_minutes() -> None:
    assert "forty-two minutes" in words.end_words(42 * 60)
    assert "one minute of" in words.end_words(70)
    assert "90 minutes" in words.end_words(90 * 60)
    assert words.time_left(59.0) == "the last minute"


def test_what_is_not_a_strap_says_so(desk: Callable[..., Desk]) -> None:
    session = SampleSession()
    session.banner = "Simulated wearer"
    assert desk(session).window.top.strap.text() == "Simulated wearer · Strap steady"


def test_without_a_strap_no_heart_is_drawn(desk: Callable[..., Desk]) -> None:
    here = desk(SampleSession(has_strap=False), numbers=True)
    here.tick(3.0, 30)
    assert here.window.scene.state.heart is None
    assert here.window.scene.state.numbers == ""
    assert here.window.top.strap.text() == "Without a strap"
    assert here.sentence == words.JUST_BREATH


def test_step_time_cue_and_prompt_are_shown(desk: Callable[..., Desk]) -> None:
    here = desk()
    bright = [label.text() for label in here.window.top.steps if label._tone == "hi"]
    assert bright == ["Soothe"]
    assert here.window.top.time.text() == "6 min left"
    cues = set()
    for _ in range(30):
        here.tick(0.5, 5)
        cues.add(here.window.scene.state.cue)
        assert here.window.scene.state.prompt == "Let your face soften, as if greeting a friend"
    assert cues == {"Breathe in", "and out, in your own time"}
    here.session.step_index, here.session.seconds_left = 2, None
    here.tick()
    bright = [label.text() for label in here.window.top.steps if label._tone == "hi"]
    assert bright == ["Compassion"]
    assert not here.window.top.time.isVisible()


# --- keys -----------------------------------------------------------------------------------------


def test_space_pauses_and_goes_on(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.press(Key.Key_Space)
    here.tick(2.0, 20)
    assert here.called == [("pause", None)]
    assert here.window.bottom.pause.text() == "Go on"
    assert here.sentence == words.PAUSED
    assert here.window.scene.state.cue == "Resting"
    here.press(Key.Key_Space)
    assert here.called[-1] == ("resume", None)
    assert here.window.bottom.pause.text() == "Pause"


def test_keys_do_what_they_say(desk: Callable[..., Desk]) -> None:
    here = desk(quick_marks=("critic", "safe place"))
    themes: list[Theme] = []
    here.window.theme_chosen.connect(themes.append)
    here.press(Key.Key_Up)
    here.press(Key.Key_Down)
    here.press(Key.Key_M)
    here.press(Key.Key_1)
    here.press(Key.Key_2)
    here.press(Key.Key_7)
    here.press(Key.Key_R)
    assert here.called == [
        ("change_pace", 0.1), ("change_pace", -0.1), ("mark", ""), ("mark", "critic"),
        ("mark", "safe place"), ("mark", "7"), ("let_pace_go", None),
    ]  # fmt: skip
    control = Qt.KeyboardModifier.ControlModifier
    here.press(Key.Key_T)
    here.press(Key.Key_Plus, control | Qt.KeyboardModifier.ShiftModifier)
    here.press(Key.Key_Equal, control)
    here.press(Key.Key_Minus, control)
    assert [theme.name for theme in themes] == ["morning"] * 4
    assert [theme.text_scale for theme in themes] == [1.0, 1.15, 1.3, 1.15]
    assert here.window.bottom.end.font().pixelSize() == 17


def test_numbers_are_off_until_asked_for(desk: Callable[..., Desk]) -> None:
    here = desk()
    assert here.window.scene.state.numbers == ""
    here.press(Key.Key_N)
    assert here.window.bottom.numbers.isChecked()
    said = here.window.scene.state.numbers
    assert said.endswith(" · in rhythm")
    assert " beats a minute · coherence 8 · " in said
    here.press(Key.Key_N)
    assert here.window.scene.state.numbers == ""


def test_numbers_leave_out_what_is_not_known() -> None:
    view = replace(
        SampleSession(Script(band=Band.LISTENING)).tick(),
        values={"heart_rate_bpm": Value(61.6), "coherence": Value(None)},
    )
    assert words.numbers_words(view, has_strap=True) == "62 beats a minute · listening"
    full = replace(view, values={"coherence": Value(0.9039)})
    assert words.numbers_words(full, has_strap=True) == "coherence 10 · listening"


def test_full_screen_and_back(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.press(Key.Key_F11)
    assert here.window.isFullScreen()
    here.press(Key.Key_F11)
    assert not here.window.isFullScreen()


def test_sound_only_where_there_is_some(desk: Callable[..., Desk]) -> None:
    chosen: list[str] = []
    silent = desk()
    silent.window.sound_chosen.connect(chosen.append)
    silent.press(Key.Key_S)
    assert not silent.window.bottom.sound.isVisible()
    assert chosen == []


def test_sound_goes_round_by_key_and_pill(desk: Callable[..., Desk]) -> None:
    here, chosen = desk(sound="waves"), []
    pill = here.window.bottom.sound
    here.window.sound_chosen.connect(chosen.append)
    said = [(pill.text(), pill.accessibleName())]
    for _ in range(3):
        here.press(Key.Key_S)
        said.append((pill.text(), pill.accessibleName()))
    pill.click()
    assert chosen == ["pad", "bowl", "none", "waves"]
    assert [text for text, _ in said] == [
        "Sound: waves",
        "Sound: pad",
        "Sound: bowl",
        "Sound: none",
    ]
    assert said[2][1] == "Sound: a bowl at each turn of the breath"


def test_louder_and_softer_by_key(desk: Callable[..., Desk]) -> None:
    here, asked = desk(sound="waves"), []
    here.window.volume_asked.connect(asked.append)
    here.press(Key.Key_Plus, Qt.KeyboardModifier.ShiftModifier)
    here.press(Key.Key_Minus)
    assert asked == [0.1, -0.1]


def test_a_note_is_shown_and_said(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(practice, "announce", lambda widget, text: heard.append(text))
    here = desk()
    here.window.tell("No sound device answers.")
    here.tick(1.0, 10)
    assert here.window.scene.state.prompt == "No sound device answers."
    assert heard[-1] == "No sound device answers."
    here.tick(14.0, 20)
    assert here.window.scene.state.prompt != "No sound device answers."


def test_letters_type_in_text_fields(desk: Callable[..., Desk]) -> None:
    here = desk()
    field = QLineEdit(here.window)
    field.show()
    field.setFocus()
    for key in (Key.Key_N, Key.Key_M, Key.Key_1, Key.Key_Space, Key.Key_Up):
        here.press(key)
    assert here.called == []
    assert field.text() == "nm1 "
    field.setReadOnly(True)  # such a field lets keys through; they still do nothing
    here.press(Key.Key_M)
    assert here.called == []
    here.press(Key.Key_F9)  # no letter
    assert here.sentence == words.SOFT_PAUSE


def test_keys_can_be_chosen(desk: Callable[..., Desk]) -> None:
    here = desk(keys={"moment": "K", "numbers": "", "pause": "Ctrl+P"})
    here.press(Key.Key_M)
    here.press(Key.Key_N)
    here.press(Key.Key_Space)
    assert here.called == []
    assert not here.window.bottom.numbers.isChecked()
    here.press(Key.Key_K)
    here.press(Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert here.called == [("mark", ""), ("pause", None)]


def test_the_keys_are_told(desk: Callable[..., Desk]) -> None:
    assert set(words.KEYS) == set(DEFAULT_KEYS) - {"lock"}  # which the settings tell
    here = desk()
    here.press(Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    page = here.window.over.keys_page
    assert page.isVisible()
    shown = {label.text() for label in page.findChildren(QLabel)}
    assert set(words.KEYS.values()) <= shown
    assert here.window.rect().contains(page.geometry())
    here.press(Key.Key_Escape)
    assert not page.isVisible()
    assert not here.window.over.question.isVisible()


@pytest.mark.parametrize("size", [(800, 600), (1024, 640), (1440, 900)])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_all_keys_are_to_be_read_in_any_window(
    desk: Callable[..., Desk], size: tuple[int, int], scale: float
) -> None:
    here = desk()
    here.window.resize(*size)
    here.window.set_theme(DUSK.scaled(scale))
    here.press(Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    page = here.window.over.keys_page
    QApplication.processEvents()
    assert here.window.rect().contains(page.geometry())
    assert clipped(page) == []
    placed = [label.geometry() for label in page.findChildren(QLabel)]
    assert not any(a.intersects(b) for a, b in combinations(placed, 2))
    in_one_column = len({at.left() for at in placed}) == 2
    assert in_one_column or not (size == (1440, 900) and scale == 1.0)
    here.press(Key.Key_Escape)
    assert not page.isVisible()


# --- bars -----------------------------------------------------------------------------------------


def test_bars_stay_for_who_asks_for_contrast(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.window.set_theme(DUSK.stronger())
    here.tick(12.0, 60)
    assert here.window.top.strap._opacity == here.window.bottom.end._opacity == 1.0


def test_bars_fade_at_rest_and_return_on_any_input(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.tick(5.5, 60)
    assert here.window.bars_opacity == 1.0
    here.tick(4.0, 60)
    assert here.window.bars_opacity == 0.25
    assert here.window.top.strap._opacity == here.window.bottom.end._opacity == 0.25
    here.press(Key.Key_Shift)  # a key that does nothing
    here.tick(1.0, 30)
    assert here.window.bars_opacity == 1.0
    here.tick(12.0, 60)
    assert here.window.bars_opacity == 0.25
    move = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(300, 300), here.window.mapToGlobal(QPointF(300, 300)),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(here.window.scene, move)
    here.tick(1.0, 30)
    assert here.window.bars_opacity == 1.0


def test_bars_come_back_for_news_of_the_strap(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.tick(12.0, 60)
    here.session.script.link = LinkState.LOST
    here.tick(1.0, 30)
    assert here.window.bars_opacity == 1.0


# --- the quiet picture ----------------------------------------------------------------------------


def test_a_soft_pause_shows_no_data(desk: Callable[..., Desk]) -> None:
    here = desk(numbers=True)
    here.tick(3.0, 30)
    assert here.window.scene.state.heart is not None
    here.press(Key.Key_F9)
    here.tick(8.0, 120)
    state = here.window.scene.state
    assert state.heart is None
    assert (state.cue, state.prompt, state.numbers) == ("", "", "")
    assert state.arc_opacity == state.ahead_opacity == 0.0
    volume = state.volume
    here.tick(3.0, 30)
    assert here.window.scene.state.volume == volume  # the moon is still
    assert not here.window.top.strap.isVisible()
    assert here.sentence == words.SOFT_PAUSE
    assert here.called == []  # the session goes on
    here.press(Key.Key_F9)
    here.tick(4.0, 60)
    assert here.window.scene.state.heart is not None
    assert here.window.top.strap.isVisible()


# --- the end --------------------------------------------------------------------------------------


def test_the_end_is_asked_once_and_softly(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.press(Key.Key_Escape)
    here.tick(2.0, 30)
    assert here.window.over.question.isVisible()
    assert here.window.scene.state.cue == "Shall we end here?"
    assert here.window.focusWidget() is here.window.over.question.stay
    assert here.called == []
    here.press(Key.Key_Escape)
    assert not here.window.over.question.isVisible()
    assert here.called == []
    here.window.bottom.end.click()
    here.window.over.question.stay.click()
    assert here.called == []
    here.press(Key.Key_Escape)
    here.press(Key.Key_Tab)
    here.press(Key.Key_Space)  # the pill that has the keyboard, not the pause
    assert here.called == [("end", None)]
    assert here.window.over.end_page.isVisible()
    assert not here.window.over.question.isVisible()


def test_the_end_page_counts_the_time_that_was_practised(desk: Callable[..., Desk]) -> None:
    here = desk()
    finished: list[bool] = []
    here.window.finished.connect(lambda: finished.append(True))
    for _ in range(100):
        here.tick(6.0)
    here.press(Key.Key_Space)
    for _ in range(50):
        here.tick(6.0)  # a pause is not counted
    here.window.end()
    said = here.window.over.end_page.given.text().replace("\n", " ")
    assert said == "You gave yourself ten minutes of care. That counts, whatever the lines did"
    here.tick(8.0, 120)
    assert here.window.scene.state.heart is None
    assert not here.window.bottom.isVisible()
    here.press(Key.Key_M)
    assert here.called == [("pause", None), ("end", None)]
    assert finished == []
    here.window.over.end_page.done.click()
    assert finished == [True]


def test_a_session_that_ends_by_itself_shows_its_end(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.press(Key.Key_Escape)
    here.session.ended = True
    here.tick()
    assert here.window.over.end_page.isVisible()
    assert not here.window.over.question.isVisible()
    assert ("end", None) not in here.called


def test_closing_the_window_ends_the_session(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.window.close()
    assert here.called == [("end", None)]


# --- for everybody --------------------------------------------------------------------------------


def test_every_widget_has_an_accessible_name(desk: Callable[..., Desk]) -> None:
    here = desk(sound="waves")
    here.press(Key.Key_Escape)
    here.window.toggle_keys()
    here.tick()
    for widget in [here.window, *here.window.findChildren(QWidget)]:
        if widget.isVisible():
            said = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
            assert said, widget
    moon = QAccessible.queryAccessibleInterface(here.window.scene)
    assert moon.text(QAccessible.Text.Description) == "grows as you breathe in"


def test_tab_goes_through_all_pills(desk: Callable[..., Desk]) -> None:
    here = desk(sound="waves")
    seen = []
    for _ in range(6):
        here.press(Key.Key_Tab)
        focus = here.window.focusWidget()
        seen.append(focus.accessibleName())
        assert min(focus.width(), focus.height()) >= 44
    assert seen == [
        "Pause",
        "Sound: waves that swell with the breath",
        "Slower",
        words.GUIDE_TITLE,
        "Numbers",
        "End gently",
    ]
    QTest.mouseClick(here.window.bottom.slower, Qt.MouseButton.LeftButton)
    assert here.called == [("change_pace", -0.1)]


def test_a_screen_reader_hears_changes_and_no_breaths(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(practice, "announce", lambda widget, text: heard.append(text))
    here = desk()
    assert heard == ["Soothe"]
    here.tick(40.0, 60)
    assert heard == ["Soothe"]
    here.session.step_index = 2
    here.session.script.link = LinkState.QUIET
    here.tick()
    assert heard[1:] == ["Compassion", "Strap quiet"]
    here.window.end()
    assert heard[3].startswith("You gave yourself")


def test_announcements_reach_qt_quietly(desk: Callable[..., Desk]) -> None:
    from coherence.ui.widgets import announce

    announce(desk().window, "Soothe")  # no reader here: nothing happens, nothing breaks


SIZES = [(800, 600), (1024, 768), (1440, 900), (1920, 1080)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", [DUSK, MORNING.scaled(1.5), DUSK.scaled(2.0)])
def test_nothing_overlaps_or_falls_out(
    desk: Callable[..., Desk], size: tuple[int, int], theme: Theme
) -> None:
    here = desk(sound="waves", numbers=True)
    window, top, bottom = here.window, here.window.top, here.window.bottom
    window.set_theme(theme)
    window.resize(*size)
    here.session.script.link = LinkState.LOST  # the longest sentence
    here.tick()
    window.grab()
    for bar, parts in (
        (top, [*top.steps, top.strap, top.time]),
        (bottom, bottom.pills),
    ):
        shown = [part for part in parts if part.isVisible()]
        for i, part in enumerate(shown):
            inside = part.geometry().translated(bar.pos())
            assert window.rect().contains(inside), (part.text(), inside)
            for other in shown[i + 1 :]:
                assert not part.geometry().intersects(other.geometry()), (part.text(), other.text())
    for pill in bottom.pills:
        assert min(pill.width(), pill.height()) >= 44
    sentence = bottom.state
    assert sentence.isVisible()
    assert sentence.height() >= sentence.heightForWidth(sentence.width()) - 8
    for page in (window.over.question, window.over.end_page, window.over.keys_page):
        page.place(window.rect())
        assert window.rect().contains(page.geometry())


def test_fifty_thousand_void_calls_lose_no_reference() -> None:
    """PySide6 6.12.0 on Python 3.11 drops one reference to None a call, and then aborts."""
    soak = """
import sys
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label, image = QLabel(), QImage(8, 8, QImage.Format.Format_RGB32)
painter = QPainter(image)
before = sys.getrefcount(None)
for i in range(25_000):
    label.setText("breath")
    painter.drawEllipse(QRectF(1, 1, 5, 5))
painter.end()
after = sys.getrefcount(None)
print(after - before)
assert after - before > -1000, (before, after)
"""
    done = subprocess.run(
        [sys.executable, "-c", soak], capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > -1000


class Frank(SampleSession):
    """A session that knows what is not for a client's page."""

    def tick(self) -> SessionView:
        view = super().tick()
        return replace(view, values=dict(view.values) | {"activation_index": Value(1.2345)})


def test_the_window_never_holds_what_is_not_for_a_client(desk: Callable[..., Desk]) -> None:
    session = Frank()
    assert "activation_index" in session.tick().values
    seen = desk(session, numbers=True)
    seen.tick(30.0, 30)
    assert seen.window._view is not None
    assert "coherence" in seen.window._view.values
    assert "activation_index" not in seen.window._view.values
