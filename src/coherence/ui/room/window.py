"""The therapist's window: what happens, the client's screen in small, and what leads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QKeyEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from coherence.sessions.view import SessionView
from coherence.sound.kinds import Kind
from coherence.translation import _
from coherence.ui import words
from coherence.ui.coherence_card import CoherenceCard
from coherence.ui.heart_card import HeartCard
from coherence.ui.keys import KeyMap
from coherence.ui.locking import on_lock_key
from coherence.ui.room import sayings
from coherence.ui.room.head import Head
from coherence.ui.room.marker_card import MarkerCard
from coherence.ui.room.moment_card import MomentCard
from coherence.ui.room.note_card import NoteCard
from coherence.ui.room.pace_card import PaceCard
from coherence.ui.room.seen_card import SeenCard
from coherence.ui.room.together_card import TogetherCard
from coherence.ui.signal_card import SignalCard
from coherence.ui.spectrum_card import SpectrumCard
from coherence.ui.theme import Theme, stylesheet
from coherence.ui.widgets import Label

LEFT_PX, RIGHT_PX, MARGIN_PX, GUTTER_PX = 304, 408, 24, 14
BAR_PX = 10  # kept beside a column for its scroll bar
FOLD_PX = 1400  # narrower, the left column is a drawer
PACE_STEP = 0.1
SUMMARY_EVERY_S = 30.0


class RoomWindow(QWidget):
    """Shows views of the session and says what the therapist wants; it decides nothing."""

    closed = Signal()
    moved = Signal()
    act = Signal(str)  # an action of the keys that is the room's

    def __init__(
        self,
        theme: Theme,
        name: str,
        subtitle: str,
        steps: Sequence[str],
        *,
        marks: Sequence[str],
        kind: Kind | None,
        volume: float,
        note: str = "",
        together: bool = False,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._theme, self._keys, self._marks = theme, KeyMap(keys), tuple(marks)
        self._folded = False
        self._lock: QWidget | None = None
        self._behind: list[QWidget] = []
        self._summary_s = -SUMMARY_EVERY_S
        self.setWindowTitle(_("coherence — the room"))
        self.setAccessibleName(_("The therapist's window"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(1180, 640)  # a display of 1366 × 768 has so much room, bars and all
        self.resize(1680, 1050)
        self.head = Head(theme, name, subtitle, steps)
        self.seen = SeenCard(theme, name)
        self.pace = PaceCard(theme, kind, volume)
        self.moments = MomentCard(theme, marks, note)
        self.heart, self.coherence = HeartCard(theme), CoherenceCard(theme, labelled=True)
        self.markers, self.spectrum = MarkerCard(theme), SpectrumCard(theme)
        self.signal, self.note = SignalCard(theme), NoteCard(theme)
        self.together = TogetherCard(theme) if together else None
        self._build()
        on_lock_key(self, keys or {}, self._ask_lock)

    # --- building ---

    def _build(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(MARGIN_PX, 16, MARGIN_PX - BAR_PX, 20)
        page.setSpacing(GUTTER_PX)
        page.addWidget(self.head)
        self.head.setContentsMargins(0, 0, BAR_PX, 0)
        self._body = QHBoxLayout()
        self._body.setSpacing(GUTTER_PX - BAR_PX)
        page.addLayout(self._body, 1)
        scale = max(1.0, 0.85 * self._theme.text_scale)
        self.left = self._column(_("Client and controls"), round(LEFT_PX * scale))
        self._fill(self.left, (self.seen, 0), (self.pace, 0), (self.moments, 1))
        self._right = self._column(_("Markers and signal"), round(RIGHT_PX * scale))
        self._fill(self._right, (self.markers, 0), (self.spectrum, 1), (self.signal, 0))
        self._centre = QVBoxLayout()
        self._centre.setSpacing(GUTTER_PX)
        self._blank = Label(sayings.BLANK, self._theme, px=17, tone="mid", wrap=True)
        self._blank.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._blank.hide()
        self._centre.addWidget(self._blank, 1)
        self._centre.addWidget(self.heart, 12)
        self._centre.addWidget(self.coherence, 10)
        if self.together is not None:
            self._centre.addWidget(self.together, 6)
        self._body.addWidget(self.left)
        self._body.addLayout(self._centre, 1)
        self._body.addSpacing(BAR_PX)
        beside = QVBoxLayout()
        beside.setSpacing(GUTTER_PX)
        beside.addWidget(self._right, 1)
        foot = QHBoxLayout()  # never scrolled away: how to pause the screen, and how to end
        foot.setContentsMargins(0, 0, BAR_PX, 0)
        foot.addWidget(self.note)
        beside.addLayout(foot)
        self._body.addLayout(beside)
        self.cover = Label(sayings.COVER, self._theme, px=17, tone="mid", wrap=True, parent=self)
        self.cover.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.cover.setAutoFillBackground(True)
        palette = self.cover.palette()
        palette.setColor(self.cover.backgroundRole(), QColor(self._theme.bg))
        self.cover.setPalette(palette)
        self.cover.hide()
        self.head.drawer.toggled.connect(self._open_drawer)

    def _column(self, name: str, width: int) -> QScrollArea:
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setStyleSheet("QScrollArea { background: transparent; border: none }")
        area.viewport().setStyleSheet("background: transparent")
        area.verticalScrollBar().setStyleSheet(stylesheet(self._theme))
        area.setAccessibleName(name)
        area.setFixedWidth(width + BAR_PX)
        return area

    def _fill(self, area: QScrollArea, *cards: tuple[QWidget, int]) -> None:
        inside = QWidget()
        inside.setAccessibleName(area.accessibleName())
        inside.setStyleSheet("")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, BAR_PX, 0)
        column.setSpacing(GUTTER_PX)
        for card, stretch in cards:
            if card is cards[-1][0]:
                column.addStretch()  # holds the last one at the foot while others are blanked
            column.addWidget(card, stretch)
        area.setWidget(inside)
        area.verticalScrollBar().rangeChanged.connect(
            lambda _at, most: column.setContentsMargins(0, 0, 0 if most else BAR_PX, 0)
        )
        inside.setAutoFillBackground(False)

    # --- showing ---

    def show_view(self, view: SessionView, has_strap: bool = True) -> None:
        """Four times a second; each card redraws only what is new."""
        text, tone = words.strap_words(view, has_strap)
        if view.battery_pct is not None:
            text += f" · {view.battery_pct} %"
        self.head.client.say(text, tone)
        slower_too = self.heart.show_view(view)
        self.heart.show_moments(view)
        for card in (self.signal, self.markers, self.moments):
            card.show_view(view)
        if slower_too:
            self.coherence.show_view(view)
            self.spectrum.show_view(view)
        if view.now_s - self._summary_s >= SUMMARY_EVERY_S:
            self._summary_s = view.now_s
            said = words.numbers_words(view, has_strap)
            for plot in (self.heart.plot, self.coherence.plot, self.spectrum.plot):
                plot.setAccessibleDescription(said)

    def show_blank(self, blank: bool) -> None:
        """The soft pause holds here too: no line, no number; what leads the session stays."""
        if self.locked or blank == self._blank.isVisibleTo(self):
            return
        data: list[QWidget | None] = [self.heart, self.coherence, self.together, self.markers]
        data += [self.spectrum, self.signal]
        for card in data:
            if card is not None:
                card.setVisible(not blank)
        self._blank.setVisible(blank)
        self.moments.show_data(not blank)

    def show_cover(self, covered: bool) -> None:
        """Nothing but a sentence, while this window lies where the client looks."""
        if self.locked:
            return
        self.cover.setVisible(covered)
        self.cover.setGeometry(self.rect())
        if covered:
            self.cover.raise_()

    # --- locked ---

    def show_lock(self, page: QWidget) -> None:
        """Nothing but ``page``: all else is hidden, to the eye and to a screen reader."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        self._behind = [
            child for child in self.findChildren(QWidget, options=direct) if not child.isHidden()
        ]
        for child in self._behind:
            child.hide()
        page.setParent(self)
        page.setGeometry(self.rect())
        self._lock = page
        page.show()
        page.setFocus()

    def take_lock(self) -> None:
        """Show again what was there."""
        if self._lock is None:
            return
        page, self._lock = self._lock, None
        page.hide()
        page.deleteLater()
        for child in self._behind:
            child.show()
        self._behind = []
        self._fold()
        self.setFocus()

    @property
    def locked(self) -> bool:
        return self._lock is not None

    def _ask_lock(self) -> None:
        if not self.locked:
            self.act.emit("lock")

    # --- the drawer ---

    @property
    def folded(self) -> bool:
        return self._folded

    def _fold(self) -> None:
        if self.locked:
            return
        folded = self.width() < FOLD_PX * max(1.0, self._theme.text_scale)
        if folded != self._folded:
            self._folded = folded
            self.head.fold(folded)
            if folded:
                self._body.removeWidget(self.left)
                self.left.setParent(self)
                self._open_drawer(self.head.drawer.isChecked())
            else:
                self._body.insertWidget(0, self.left)
                self.left.show()
        if folded:
            top = self.head.geometry().bottom() + GUTTER_PX
            room = self.height() - top - 20
            self.left.setGeometry(MARGIN_PX, top, self.left.width(), room)

    def _open_drawer(self, opened: bool) -> None:
        self.left.setVisible(opened or not self._folded)
        if opened:
            self.left.raise_()

    def show_phones(self, words: str, count: int) -> None:
        """Who looks on from a phone: on the client's card, and above where that is folded away."""
        self.seen.say_phones(words, count)
        self.head.show_phones(words if self._folded else "")

    # --- Qt ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.locked:
            return
        action = self._keys.action(event, self.focusWidget())
        do: dict[str, Callable[[], object]] = {
            "quicker": lambda: self.pace.step(PACE_STEP),
            "slower": lambda: self.pace.step(-PACE_STEP),
            "sound": self.pace.next_kind,
            "moment": lambda: self.moments.mark_asked.emit(""),
            "soft_pause": self.note.soft_pause_asked.emit,
            "numbers": self.seen.numbers.toggle,
            "end": self.note.ask_end,
            "full_screen": lambda: self.setWindowState(
                self.windowState() ^ Qt.WindowState.WindowFullScreen
            ),
        }
        if action is None:
            super().keyPressEvent(event)
        elif action.startswith("mark "):
            number = int(action.removeprefix("mark "))
            if number <= len(self._marks):
                self.moments.mark_asked.emit(self._marks[number - 1])
        elif action in do:
            do[action]()
        else:
            self.act.emit(action)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._lock is not None:
            self._lock.setGeometry(self.rect())
        self._fold()
        self.cover.setGeometry(self.rect())

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.moved.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.bg))
