"""The practice window: the scene, two bars, and the keys. It knows a session, not its source."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from coherence.sessions.view import SessionView
from coherence.sound.kinds import KINDS, Kind
from coherence.ui import measured_breath, words
from coherence.ui.bars import FADED, TOP_PX, BottomBar, TopBar
from coherence.ui.keys import KeyMap
from coherence.ui.pages import EndPage, KeysPage, Question
from coherence.ui.practice_session import PracticeSession
from coherence.ui.scene.easing import eased, smooth
from coherence.ui.scene.layout import PRACTICE
from coherence.ui.scene.scene import Scene
from coherence.ui.scene.staging import Staging
from coherence.ui.theme import Theme
from coherence.ui.widgets import announce

FRAME_MS = 33
LARGE_FRAME_MS, LARGE_PX = 50, 5_000_000  # a 4K window rests a little longer between frames
REST_S = 6.0  # without mouse or keys the bars fade
PACE_STEP_PER_MIN = 0.1
QUICK_MARKS = ("critic", "safe place", "kind voice", "grief")
VOLUME_STEP = 0.1
NOTE_S = 12.0
_MARKED_S, _RELEASED_S = 2.5, 12.0
_WHEN_ENDED = ("end", "theme", "full_screen", "larger", "smaller")
_INPUT = (
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class PracticeWindow(QWidget):
    """Shows a session and passes on what the person does."""

    finished = Signal()  # the session has ended and "Done" was pressed
    theme_chosen = Signal(object)  # Theme: the other one, or other letters
    sound_chosen = Signal(str)  # a ``Kind``
    volume_asked = Signal(float)  # so much louder
    numbers_switched = Signal(bool)
    plots_asked = Signal()

    def __init__(
        self,
        session: PracticeSession,
        theme: Theme,
        *,
        reduced_motion: bool = False,
        numbers: bool = False,
        keys: Mapping[str, str] | None = None,
        quick_marks: Sequence[str] = QUICK_MARKS,
        sound: Kind | None = None,  # None: there is no sound to choose
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._theme, self._clock = session, theme, clock
        self._staging = Staging(reduced_motion)
        self._keys, self._marks = KeyMap(keys), tuple(quick_marks)[:9]
        self._sound, self._soft_pause, self._ended = sound, False, False
        self._view: SessionView | None = None
        self._practised_s = 0.0
        self._input_s = self._frame_s = clock()
        self._bars_opacity = 1.0
        self._aside: tuple[str, float, float] | None = None  # text, from, until; on our clock
        self._said_step, self._said_strap = -1, ""

        self.setAccessibleName("Practice")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scene = Scene(theme, PRACTICE, self)
        self.top = TopBar(theme, session.steps, self)
        self.bottom = BottomBar(theme, sound is not None, numbers, self)
        self.question = Question(theme, self)
        self.end_page = EndPage(theme, self)
        self.keys_page = KeysPage(theme, self._keys.keys, self._marks, self)
        self._connect()
        self._say_sound()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.tick)

    def _connect(self) -> None:
        bottom = self.bottom
        bottom.pause.clicked.connect(self.toggle_pause)
        bottom.sound.clicked.connect(self.next_sound)
        bottom.slower.clicked.connect(lambda: self._change_pace(-PACE_STEP_PER_MIN))
        bottom.numbers.toggled.connect(self.numbers_switched)
        bottom.end.clicked.connect(self.ask_end)
        self.question.stay.clicked.connect(self.stay)
        self.question.end.clicked.connect(self.end)
        self.end_page.done.clicked.connect(self.finished)
        self._do: dict[str, Callable[[], object]] = {
            "pause": self.toggle_pause,
            "end": self._escape,
            "quicker": lambda: self._change_pace(PACE_STEP_PER_MIN),
            "slower": lambda: self._change_pace(-PACE_STEP_PER_MIN),
            "let_go": self._let_go,
            "sound": self.next_sound,
            "louder": lambda: self.volume_asked.emit(VOLUME_STEP),
            "softer": lambda: self.volume_asked.emit(-VOLUME_STEP),
            "numbers": bottom.numbers.toggle,
            "theme": lambda: self._choose(self._theme.other()),
            "plots": self.plots_asked.emit,
            "full_screen": self._toggle_full_screen,
            "moment": lambda: self._mark(""),
            "soft_pause": self.toggle_soft_pause,
            "larger": lambda: self._choose(self._theme.larger(1)),
            "smaller": lambda: self._choose(self._theme.larger(-1)),
            "keys": self.toggle_keys,
        }
        for widget in (self, *self.findChildren(QWidget)):
            widget.setMouseTracking(True)
            widget.installEventFilter(self)

    # --- a frame ---

    def tick(self) -> None:
        """Take in what has come, and show it."""
        view = self._session.tick().for_client()  # this is the client's screen
        real_s = self._clock()
        dt_s, self._frame_s = real_s - self._frame_s, real_s
        if self._view is not None and not view.paused and not self._ended:
            self._practised_s += max(0.0, view.now_s - self._view.now_s)
        self._view = view
        if self._session.ended and not self._ended:
            self._show_end()
        self._show_bars(view)
        self._fade_bars(dt_s)
        self._show_scene(view, real_s)

    def _show_scene(self, view: SessionView, real_s: float) -> None:
        session, quiet = self._session, self._soft_pause or self._ended
        moment = view.guide.at(view.now_s)
        cue, prompt = "", None
        if self.question.isVisibleTo(self):
            cue = words.ASK_END
        elif not quiet:
            cue = words.cue_words(view, None if moment is None else moment.inhaling)
            prompt = self._aside_now(real_s) or session.prompt(view.now_s)
        numbers = ""
        if self.bottom.numbers.isChecked() and not self.question.isVisibleTo(self):
            numbers = words.numbers_words(view, session.has_strap)
        state = self._staging.state(
            view,
            cue=cue,
            prompt=prompt,
            numbers=numbers,
            has_strap=session.has_strap,
            quiet=quiet,
        )
        self.scene.show_state(state, view.now_s)

    def _show_bars(self, view: SessionView) -> None:
        session, top, bottom = self._session, self.top, self.bottom
        strap, tone = words.strap_words(view, session.has_strap)
        sentence = words.state_words(view, session.has_strap, session.trouble)
        if self._soft_pause:
            sentence = words.SOFT_PAUSE
        if session.banner:
            strap = f"{session.banner} · {strap}"
        top.show_strap("" if self._soft_pause else measured_breath.beside(strap, view), tone)
        top.show_step(session.step_index)
        top.show_time(words.time_left(session.seconds_left))
        if sentence != bottom.state.text():
            bottom.state.set_words(sentence)
            self._place()
            if session.trouble:
                self._wake()
        resting = words.RESUME if view.paused else words.PAUSE
        if resting != bottom.pause.text():
            bottom.pause.set_words(resting)
            self._place()
        self._announce(session.step_index, strap)

    def _announce(self, step: int, strap: str) -> None:
        if step != self._said_step:
            self._said_step = step
            if 0 <= step < len(self._session.steps):
                announce(self, self._session.steps[step])
        if strap != self._said_strap:
            first, self._said_strap = not self._said_strap, strap
            if not first and not self._soft_pause:
                announce(self, strap)
                self._wake()

    def _fade_bars(self, dt_s: float) -> None:
        resting = self._clock() - self._input_s > REST_S and not self._asks_something()
        wanted = FADED if resting else 1.0
        opacity = eased(self._bars_opacity, wanted, dt_s, 1.5 if resting else 0.3)
        if abs(opacity - wanted) < 0.01:
            opacity = wanted
        if opacity != self._bars_opacity:
            self._bars_opacity = opacity
            self.top.set_opacity(opacity)
            self.bottom.set_opacity(opacity)
        cursor = Qt.CursorShape.BlankCursor if opacity == FADED else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() is not cursor:
            self.setCursor(cursor)

    def _asks_something(self) -> bool:
        return any(
            page.isVisibleTo(self) for page in (self.question, self.end_page, self.keys_page)
        )

    @property
    def bars_opacity(self) -> float:
        return self._bars_opacity

    def _wake(self) -> None:
        self._input_s = self._clock()

    def _aside_now(self, real_s: float) -> tuple[str, float] | None:
        """A line of our own in the prompt's place, for a while."""
        if self._aside is None:
            return None
        text, begin_s, end_s = self._aside
        if real_s >= end_s:
            self._aside = None
            return None
        return text, min(smooth((real_s - begin_s) / 0.4), smooth((end_s - real_s) / 0.8))

    def _say_aside(self, text: str, seconds: float) -> None:
        now_s = self._clock()
        self._aside = (text, now_s, now_s + seconds)

    # --- what the person does ---

    def toggle_pause(self) -> None:
        """Let steps and guide rest, or go on."""
        if self._view is not None and self._view.paused:
            self._session.resume()
        else:
            self._session.pause()

    def toggle_soft_pause(self) -> None:
        """Show nothing but a moon at rest, or everything again; the session goes on."""
        self._soft_pause = not self._soft_pause

    def next_sound(self) -> None:
        """Another kind of sound, where there is any."""
        if self._sound is not None:
            self._sound = KINDS[(KINDS.index(self._sound) + 1) % len(KINDS)]
            self._say_sound()
            announce(self, words.SOUND_NAMES[self._sound])
            self.sound_chosen.emit(self._sound)

    def tell(self, note: str, seconds: float = NOTE_S) -> None:
        """A line in the prompt's place for a while, which a screen reader hears too."""
        self._say_aside(note, seconds)
        announce(self, note)

    def toggle_keys(self) -> None:
        """Show or hide the keys."""
        self.keys_page.setVisible(not self.keys_page.isVisibleTo(self))
        self.keys_page.place(self.rect())
        self.keys_page.raise_()

    def ask_end(self) -> None:
        """Ask once, softly, in the scene."""
        if not self._ended:
            self.question.show()
            self._place()
            self.question.stay.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self, words.ASK_END)

    def stay(self) -> None:
        """Go on with the practice."""
        self.question.hide()
        self._place()
        self.setFocus()

    def end(self) -> None:
        """End the session and show its end."""
        self.question.hide()
        if not self._session.ended:
            self._session.end()
        self._show_end()

    def _show_end(self) -> None:
        if self._ended:
            return
        self._ended, self._soft_pause = True, False
        said = words.end_words(self._practised_s)
        self.end_page.say(said)
        for widget in (self.question, self.keys_page, self.top):
            widget.hide()
        self.end_page.show()
        self._place()
        self.end_page.done.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, said)

    def _escape(self) -> None:
        """One step back: from the keys, from the question, to the question."""
        if self.keys_page.isVisibleTo(self):
            self.toggle_keys()
        elif self._ended:
            self.finished.emit()
        elif self.question.isVisibleTo(self):
            self.stay()
        else:
            self.ask_end()

    def _change_pace(self, delta_per_min: float) -> None:
        self._session.change_pace(delta_per_min)

    def _let_go(self) -> None:
        self._session.let_pace_go()
        self._say_aside(words.RELEASED, _RELEASED_S)
        announce(self, words.RELEASED)

    def _mark(self, label: str) -> None:
        self._session.mark(label)
        self._say_aside(f"{words.MARKED}: {label}" if label else words.MARKED, _MARKED_S)

    def _say_sound(self) -> None:
        if self._sound is not None:
            kind = self._sound
            self.bottom.sound.set_words(words.SOUND_PILLS[kind], words.SOUND_NAMES[kind])
            self._place()

    def _choose(self, theme: Theme) -> None:
        self.set_theme(theme)
        self.theme_chosen.emit(theme)

    def _toggle_full_screen(self) -> None:
        window = self.window()
        if window.isFullScreen():
            window.showNormal()
        else:
            window.showFullScreen()

    # --- Qt ---

    def set_theme(self, theme: Theme) -> None:
        """Other colours, or letters of another size."""
        self._theme = theme
        for part in (
            self.scene, self.top, self.bottom, self.question, self.end_page, self.keys_page
        ):  # fmt: skip
            part.set_theme(theme)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self._keys.action(event, self.focusWidget())
        if action is None or (self._ended and action not in _WHEN_ENDED):
            super().keyPressEvent(event)
        elif action.startswith("mark "):
            number = int(action.removeprefix("mark "))
            self._mark(self._marks[number - 1] if number <= len(self._marks) else str(number))
        else:
            self._do[action]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._wake()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()
        self._wake()
        self._timer.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        if not self._session.ended:
            self._session.end()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        pixels = self.width() * self.height() * self.devicePixelRatioF() ** 2
        self._timer.setInterval(LARGE_FRAME_MS if pixels > LARGE_PX else FRAME_MS)
        self._place()

    def _place(self) -> None:
        width, height = self.width(), self.height()
        self.scene.setGeometry(self.rect())
        self.top.setGeometry(0, 0, width, TOP_PX)
        self.top.place()
        sentence = self.bottom.place(self.size())
        if sentence is not None:
            self.bottom.state.setGeometry(sentence)
        asks = self.question.isVisibleTo(self) or self._ended
        self.bottom.setVisible(not asks)
        self.bottom.state.setVisible(not asks)
        self.scene.set_foot(0 if asks else self.bottom.height() - 10)
        horizon = round((PRACTICE.horizon + 0.045) * height)
        water = QRect(0, horizon, width, height - horizon)
        self.question.place(water)
        self.end_page.place(water)
        self.keys_page.place(self.rect())
