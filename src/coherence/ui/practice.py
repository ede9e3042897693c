"""The practice window: the scene, two bars, and the keys. It knows a session, not its source."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from coherence.practice.practices import Practice
from coherence.sessions.view import SessionView
from coherence.sound.kinds import KINDS, Kind
from coherence.storage.settings import QUICK_MARKS
from coherence.translation import _
from coherence.ui import measured_breath, words
from coherence.ui.aside import Aside, Fading
from coherence.ui.bars import FADED, TOP_PX, BottomBar, TopBar
from coherence.ui.caring import Caring
from coherence.ui.keys import KeyMap, with_keys
from coherence.ui.latency import Latency
from coherence.ui.overlays import Overlays
from coherence.ui.practice_session import PracticeSession
from coherence.ui.scene.layout import PRACTICE
from coherence.ui.scene.scene import Scene
from coherence.ui.scene.staging import Staging
from coherence.ui.theme import Theme
from coherence.ui.widgets import announce

LOOK_MS = 17  # two looks are a frame: 29 pictures a second, at most 59
FRAME_LOOKS = 1.7  # by the clock: a slow frame swallows a look
LARGE_LOOK_MS, LARGE_PX = 25, 5_000_000  # a 4K window rests a little longer between frames
PACE_STEP_PER_MIN = 0.1
VOLUME_STEP = 0.1
NOTE_S = 12.0
_MARKED_S = 2.5
_WHEN_ENDED = ("end", "theme", "full_screen", "larger", "smaller", "soothe", "help")
_INPUT = (
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class PracticeWindow(QWidget):
    """Shows a session and passes on what the person does."""

    page_asked = Signal()  # the session has ended, and a page of it is wanted
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
        soothing: Practice | None = None,  # for a hard moment, one key away
        grounding: Practice | None = None,
        contacts: str = "",
        in_room: bool = False,  # trouble is told to the therapist, in a window of theirs
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._theme, self._clock = session, theme, clock
        self._staging = Staging(reduced_motion)
        self._keys, self._marks = KeyMap(keys), tuple(quick_marks)[:9]
        self._sound, self._soft_pause, self._ended = sound, False, False
        self._in_room, self._numbers_allowed = in_room, True
        self._view: SessionView | None = None
        self._practised_s = 0.0
        self._frame_s = clock()
        self._aside, self._fading = Aside(), Fading(FADED, self._frame_s)
        self._said_steps, self._said_step, self._said_strap = session.steps, -1, ""

        self.setAccessibleName(_("Practice"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.latency = Latency()
        self.scene = Scene(theme, PRACTICE, self)
        self.scene.painted = lambda: self.latency.painted(session.now_s())
        self.top = TopBar(theme, session.steps, self)
        self.bottom = BottomBar(theme, sound is not None, numbers, self)
        self._mark_more = with_keys(words.MARK_MORE, self._keys.keys)
        self.over = Overlays(theme, self._keys.keys, self._marks, contacts, self)
        self.care = Caring(
            session,
            self.over,
            soothing=soothing,
            grounding=grounding,
            say=self.tell,
            settle=self._settle,
            parent=self,
            mark_more=self._mark_more,
        )
        self._connect()
        self._say_sound()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def _connect(self) -> None:
        bottom = self.bottom
        bottom.pause.clicked.connect(self.toggle_pause)
        bottom.sound.clicked.connect(self.next_sound)
        bottom.slower.clicked.connect(lambda: self._change_pace(-PACE_STEP_PER_MIN))
        bottom.numbers.toggled.connect(self.numbers_switched)
        bottom.end.clicked.connect(self.ask_end)
        over = self.over
        over.question.stay.clicked.connect(self.stay)
        over.question.end.clicked.connect(self.end)
        over.end_page.finished.connect(self.finished)
        over.end_page.keep_page.connect(self.page_asked)
        over.end_page.resized.connect(self._place)
        over.guide_page.done.connect(self.toggle_guide)
        over.help_page.done.connect(self.toggle_help)
        bottom.guide.clicked.connect(self.toggle_guide)
        self._do: dict[str, Callable[[], object]] = {
            "pause": self.toggle_pause,
            "end": self._escape,
            "quicker": lambda: self._change_pace(PACE_STEP_PER_MIN),
            "slower": lambda: self._change_pace(-PACE_STEP_PER_MIN),
            "let_go": self.care.let_go,
            "follow": self.care.follow,
            "breath": self._session.mark_breath,
            "guide": self.toggle_guide,
            "soothe": self.care.soothe,
            "help": self.toggle_help,
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

    def look(self) -> None:
        """A frame where one is due; before that only where the strap has said something."""
        due_s = self._frame_s + FRAME_LOOKS * self._timer.interval() / 1000.0
        if self._clock() >= due_s or self._session.waits:
            self.tick()

    def tick(self) -> None:
        """Take in what has come, and show it."""
        view = self._session.tick().for_client()  # this is the client's screen
        self.latency.taken_in(self._session.fresh_s)
        if not self.isVisible() or self.window().isMinimized():
            self.latency.unseen()
        real_s = self._clock()
        dt_s, self._frame_s = real_s - self._frame_s, real_s
        if self._view is not None and not view.paused and not self._ended:
            self._practised_s += max(0.0, view.now_s - self._view.now_s)
        self._view = view
        if self._session.ended and not self._ended:
            self._show_end()
        self.care.check_in(view, quiet=self._soft_pause)
        self._show_bars(view)
        self._fade_bars(real_s, dt_s)
        self._show_scene(view, real_s)

    def _show_scene(self, view: SessionView, real_s: float) -> None:
        session, quiet = self._session, self._soft_pause or self._ended
        moment = view.guide.at(view.now_s)
        cue, prompt = "", None
        asks = self.over.cue
        if asks:
            cue = asks
        elif not quiet:
            without = self.care.leaves_the_breath_alone
            inhaling = None if moment is None else moment.inhaling
            cue = words.cue_words(view, inhaling, without_breath=without)
            prompt = self._aside.at(real_s) or session.prompt(view.now_s)
        numbers = ""
        if not asks and not quiet:
            numbers = words.guide_words(session.guiding, view, self._mark_more)
            if self.bottom.numbers.isChecked() and self._numbers_allowed:
                numbers = words.numbers_words(view, session.has_strap) or numbers
        state = self._staging.state(
            view,
            cue=cue,
            prompt=prompt,
            numbers=numbers,
            has_strap=session.has_strap,
            quiet=quiet,
            blank=self._soft_pause,
        )
        if self._ended:  # the words of the end stand in their place
            state = replace(state, cue="", prompt="")
        self.scene.show_state(state, view.now_s)

    def _show_bars(self, view: SessionView) -> None:
        session, top, bottom = self._session, self.top, self.bottom
        strap, tone = words.strap_words(view, session.has_strap)
        trouble = None if self._in_room else session.trouble
        sentence = words.state_words(view, session.has_strap, trouble)
        if self._soft_pause:
            sentence = words.SOFT_PAUSE
        if session.banner and not self._in_room:
            strap = f"{session.banner} · {strap}"
        if session.steps != self._said_steps:  # another practice in the same session
            self._said_steps, self._said_step = session.steps, -1
            top.set_steps(session.steps)
        held = session.practice is not None and session.practice.assesses
        if bottom.slower.isHidden() is not held:  # an assessment keeps its pace
            bottom.slower.setHidden(held)
            self._place()
        top.show_strap("" if self._soft_pause else measured_breath.beside(strap, view), tone)
        top.show_step(session.step_index)
        top.show_time(words.time_left(session.seconds_left))
        if sentence != bottom.state.text():
            bottom.state.set_words(sentence)
            self._place()
            if trouble:
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

    def _fade_bars(self, real_s: float, dt_s: float) -> None:
        if self._fading.move(real_s, dt_s, held=self.over.any):
            opacity = 1.0 if self._theme.strong else self._fading.opacity
            self.top.set_opacity(opacity)
            self.bottom.set_opacity(opacity)
        cursor = Qt.CursorShape.BlankCursor if self._fading.gone else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() is not cursor:
            self.setCursor(cursor)

    @property
    def bars_opacity(self) -> float:
        return self._fading.opacity

    def _wake(self) -> None:
        self._fading.wake(self._clock())

    def _say_aside(self, text: str, seconds: float) -> None:
        self._aside.say(text, seconds, self._clock())

    def _settle(self) -> None:
        """Something was put away: lay out anew, and take the keyboard back."""
        self._soft_pause = False
        self._place()
        self.setFocus()

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
        self.tick()  # what is to be hidden is gone before anything else happens

    @property
    def soft_pause(self) -> bool:
        return self._soft_pause

    @property
    def theme(self) -> Theme:
        """The colours that the person looks at."""
        return self._theme

    def allow_numbers(self, allowed: bool) -> None:
        """Whether the person may have the line of numbers at all."""
        self._numbers_allowed = allowed
        self.bottom.numbers.setVisible(allowed)
        self._place()

    def choose_sound(self, kind: Kind) -> None:
        """Say which sound is on, where somebody else chose it."""
        if self._sound is not None:
            self._sound = kind
            self._say_sound()

    def next_sound(self) -> None:
        """Another kind of sound, where there is any."""
        if self._sound is not None:
            self._sound = KINDS[(KINDS.index(self._sound) + 1) % len(KINDS)]
            self._say_sound()
            announce(self, words.SOUND_NAMES[self._sound])
            self.sound_chosen.emit(self._sound)

    def tell(self, note: str, seconds: float = NOTE_S) -> None:
        """A line in the prompt's place for a while, which a screen reader hears too."""
        if seconds > 0.0:
            self._say_aside(note, seconds)
        announce(self, note)

    def toggle_keys(self) -> None:
        """Show or hide the keys."""
        self.over.toggle(self.over.keys_page)

    def toggle_help(self) -> None:
        """Show or hide help; the practice goes on beneath."""
        self.over.toggle(self.over.help_page)

    def toggle_guide(self) -> None:
        """Show or hide the breath guide and its ways."""
        if self._view is not None:
            beside = words.beside_words(self._session.guiding, self._view)
            self.over.guide_page.show_guiding(self._session.guiding, beside)
        self.over.toggle(self.over.guide_page)

    def ask_end(self) -> None:
        """Ask once, softly, in the scene."""
        if not self._ended:
            self.over.hide_all()
            self.over.question.show()
            self._place()
            self.over.question.stay.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self, words.ASK_END)

    def stay(self) -> None:
        """Go on with the practice."""
        self.over.question.hide()
        self._place()
        self.setFocus()

    def end(self) -> None:
        """End the session and show its end."""
        self.over.question.hide()
        if not self._session.ended:
            self._session.end()
        self._show_end()

    def _show_end(self) -> None:
        if self._ended:
            return
        self._ended = self.care.ended = True
        self._soft_pause = False
        said = words.end_words(self._practised_s)
        self.over.end_page.say(
            said,
            whole=self._session.whole,
            ground=self.care.grounds,
            page=self._session.session_id is not None,
        )
        self.over.hide_all()
        self.top.hide()
        self.over.end_page.show()
        self._place()
        self.over.end_page.done.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, said)

    def _escape(self) -> None:
        """One step back: from a card, from a question, to the question."""
        if (card := self.over.card) is not None:
            self.over.toggle(card)
        elif self._ended:
            self.finished.emit()
        elif self.over.shows(self.over.check_in):
            self.care.close_check_in()
        elif self.over.shows(self.over.question):
            self.stay()
        else:
            self.ask_end()

    def _change_pace(self, delta_per_min: float) -> None:
        self._session.change_pace(delta_per_min)

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
        for part in (self.scene, self.top, self.bottom, self.over):
            part.set_theme(theme)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self._keys.action(event, self.focusWidget())
        if action is None or (self._ended and action not in _WHEN_ENDED):
            super().keyPressEvent(event)
        elif action.startswith("mark "):
            number = int(action.removeprefix("mark "))
            self._mark(self._marks[number - 1] if number <= len(self._marks) else str(number))
        elif action in self._do:
            self._do[action]()
        else:
            super().keyPressEvent(event)

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
        self._timer.setInterval(LARGE_LOOK_MS if pixels > LARGE_PX else LOOK_MS)
        self._place()

    def _place(self) -> None:
        width, height = self.width(), self.height()
        self.scene.setGeometry(self.rect())
        self.top.setGeometry(0, 0, width, TOP_PX)
        self.top.place()
        sentence = self.bottom.place(self.size())
        if sentence is not None:
            self.bottom.state.setGeometry(sentence)
        asks = bool(self.over.cue) or self._ended
        self.bottom.setVisible(not asks)
        self.bottom.state.setVisible(not asks)
        self.scene.set_foot(0 if asks else self.bottom.height() - 10)
        horizon = round((PRACTICE.horizon + 0.045) * height)
        water = QRect(0, horizon, width, height - horizon)
        self.over.place(water)
