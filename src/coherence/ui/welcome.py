"""The welcome screen: strap, today's practice, begin. One screen before the first breath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from coherence.model import BreathPattern, PaceChanged, StrapSeen
from coherence.pacing import BreathGuide
from coherence.practice.practices import Practice
from coherence.ui.scene.layout import WELCOME
from coherence.ui.scene.scene import Scene
from coherence.ui.scene.state import SceneState
from coherence.ui.theme import LIGHT, REGULAR, SEMIBOLD, Theme
from coherence.ui.widgets import Card, Label, Pill, Row, Themed, announce

W = TypeVar("W", bound=Themed)
FRAME_MS = 50
AHEAD_S = np.arange(0.0, 100.0, 0.25)
LENGTHS_MIN = (5, 10, 15, 20)
MOST_STRAPS = 4
LOOKING = "Looking for your strap…"
LOOKING_HOW = "Put it on; a little water under it often helps"
NONE_YET = "No strap has shown itself yet"
SAFETY = "Stays on this computer. If the breath feels uncomfortable, let it go and simply rest."


class Welcome(QWidget):
    """Emits what was chosen; it knows nothing of radio, record or session."""

    begin = Signal(object, object, int)  # StrapSeen | None, Practice, minutes
    without_strap = Signal(object, int)  # Practice, minutes
    look_again = Signal()
    open_settings = Signal()

    def __init__(
        self,
        theme: Theme,
        practices: Sequence[Practice],
        *,
        returning: bool,
        last_strap: str | None,
        reduced_motion: bool = False,
    ) -> None:
        super().__init__()
        self._theme, self._practices, self._last = theme, practices, last_strap
        self._reduced_motion = reduced_motion
        self._minutes = 10 if returning else 5
        self._straps: dict[str, StrapSeen] = {}
        self._strap_rows: dict[str, Row] = {}
        self._guide = BreathGuide()
        self._guide.feed(PaceChanged(0.0, BreathPattern(5.5)))
        self._t_s = 0.0
        self._themed: list[Themed] = []
        self._scene = Scene(theme, frame=WELCOME, parent=self)
        self._name = self._add(Label("coherence", theme, px=22, weight=LIGHT, tone="hi"))
        self._name.setParent(self)
        self._settings = self._add(Pill("Settings", theme))
        self._settings.setParent(self)
        self._settings.clicked.connect(self.open_settings)
        self._card = self._build("Welcome back" if returning else "Welcome")
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._frame)

    # --- building ---

    def _add(self, widget: W) -> W:
        self._themed.append(widget)
        return widget

    def _build(self, title: str) -> Card:
        theme = self._theme
        card = Card(theme, radius=28, glass=True, parent=self)
        self._add(card)
        outer = QVBoxLayout(card)
        outer.setContentsMargins(6, 6, 6, 6)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setStyleSheet("background: transparent; border: none")
        inside = QWidget()
        inside.setAccessibleName("Choose your practice")
        area.setWidget(inside)
        outer.addWidget(area)
        column = QVBoxLayout(inside)
        column.setContentsMargins(38, 32, 38, 26)
        column.setSpacing(8)
        column.addWidget(self._add(Label(title, theme, px=34, weight=LIGHT, tone="hi")))
        greeting = "However you arrive today is welcome."
        column.addWidget(self._add(Label(greeting, theme, px=17, weight=REGULAR)))
        column.addSpacing(10)
        column.addWidget(self._add(Label("Your strap", theme, px=14, weight=SEMIBOLD, tone="low")))
        self._strap_column = QVBoxLayout()
        self._strap_column.setSpacing(8)
        column.addLayout(self._strap_column)
        self._strap_group = QButtonGroup(self)
        again = Pill("Look again", theme)
        again.clicked.connect(self.look_again)
        self._looking = self._add(Row(LOOKING, LOOKING_HOW, theme, dot="guide", action=again))
        self._looking.setChecked(True)
        self._strap_group.addButton(self._looking)
        self._strap_column.addWidget(self._looking)
        column.addSpacing(8)
        column.addWidget(
            self._add(Label("Today’s practice", theme, px=14, weight=SEMIBOLD, tone="low"))
        )
        self._practice_group = QButtonGroup(self)
        self._practice_rows: list[Row] = []
        for practice in self._practices:
            row = Row(practice.title, "", theme, dot=practice.colour)
            row.setToolTip(practice.why)
            self._practice_group.addButton(row)
            self._practice_rows.append(row)
            self._add(row)
            column.addWidget(row)
        self._practice_rows[0].setChecked(True)
        column.addLayout(self._length_row())
        column.addStretch()
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        self._begin = self._add(Pill("Begin", theme, primary=True, px=17, pad_px=60))
        self._begin.clicked.connect(self._on_begin)
        self._alone = self._add(Pill("Try without a strap", theme))
        self._alone.clicked.connect(lambda: self.without_strap.emit(self.practice, self._minutes))
        for button in (self._begin, self._alone):
            buttons.addWidget(button)
        buttons.addStretch()
        column.addSpacing(6)
        column.addLayout(buttons)
        column.addWidget(
            self._add(Label(SAFETY, theme, px=13, weight=REGULAR, tone="low", wrap=True))
        )
        self._say_lengths()
        self._enable()
        return card

    def _length_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self._lengths: list[Pill] = []
        for minutes in LENGTHS_MIN:
            pill = Pill(f"{minutes} min", self._theme, px=14, pad_px=14)
            pill.setCheckable(True)
            pill.setChecked(minutes == self._minutes)
            pill.setAccessibleName(f"{minutes} minutes")
            pill.clicked.connect(lambda _=False, m=minutes: self._choose_length(m))
            self._lengths.append(pill)
            self._add(pill)
            row.addWidget(pill)
        row.addStretch()
        return row

    # --- what is chosen ---

    @property
    def practice(self) -> Practice:
        """The practice that is chosen."""
        for row, practice in zip(self._practice_rows, self._practices, strict=True):
            if row.isChecked():
                return practice
        return self._practices[0]

    @property
    def strap(self) -> StrapSeen | None:
        """The strap that is chosen, if one was found."""
        for strap_id, row in self._strap_rows.items():
            if row.isChecked():
                return self._straps[strap_id]
        return None

    def _choose_length(self, minutes: int) -> None:
        self._minutes = minutes
        for pill, length in zip(self._lengths, LENGTHS_MIN, strict=True):
            pill.setChecked(length == minutes)
        self._say_lengths()

    def _say_lengths(self) -> None:
        for row, practice in zip(self._practice_rows, self._practices, strict=True):
            row.set_words(practice.title, f"{self._minutes} minutes · {practice.subtitle}")

    def _on_begin(self) -> None:
        if self.strap is not None:
            self.begin.emit(self.strap, self.practice, self._minutes)

    def _enable(self) -> None:
        self._begin.setEnabled(self.strap is not None)

    # --- what the radio found ---

    def show_looking(self) -> None:
        """The radio looks for straps."""
        if not self._strap_rows:
            self._looking.set_words(LOOKING, LOOKING_HOW)

    def show_trouble(self, sentence: str) -> None:
        """No strap can be found, and why, in one sentence."""
        if not self._strap_rows:
            self._looking.set_words(NONE_YET, sentence)
            self._looking.setToolTip(sentence)
            announce(self, sentence)

    def show_strap(self, strap: StrapSeen) -> None:
        """A strap was seen; the one used last comes first and is chosen."""
        if strap.strap_id in self._straps or len(self._straps) >= MOST_STRAPS:
            return
        mine = strap.name == self._last or strap.strap_id == self._last
        self._straps[strap.strap_id] = strap
        row = Row(strap.name, "Yours, and nearby" if mine else "Nearby", self._theme, dot="ok")
        self._add(row)
        self._strap_group.addButton(row)
        self._strap_rows[strap.strap_id] = row
        self._strap_column.insertWidget(0 if mine else self._strap_column.count(), row)
        if mine or self.strap is None:
            row.setChecked(True)
        self._looking.hide()
        self._enable()
        announce(self, f"{strap.name} is nearby")

    # --- drawing ---

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._scene.set_theme(theme)
        for widget in self._themed:
            widget.set_theme(theme)
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self._frame()
        (self._begin if self._begin.isEnabled() else self._alone).setFocus()

    def hideEvent(self, event: object) -> None:
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        w, h = self.width(), self.height()
        self._scene.setGeometry(self.rect())
        self._name.move(44, 30)
        self._name.adjustSize()
        size = self._settings.sizeHint()
        self._settings.setGeometry(w - size.width() - 34, 20, size.width(), size.height())
        card_w = min(620, w - 40)
        top = 84
        left = max(20, min(w - card_w - 20, round(0.53 * w)))
        self._card.setGeometry(left, top, card_w, max(200, min(760, h - top - 30)))

    def _frame(self) -> None:
        self._t_s += FRAME_MS / 1000.0
        moment = self._guide.at(0.0 if self._reduced_motion else self._t_s)
        self._scene.show_state(
            SceneState(
                volume=0.45 if moment is None else 0.35 + 0.3 * moment.volume,
                light=0.5,
                ahead_s=AHEAD_S,
                ahead=self._guide.volume(AHEAD_S + self._t_s),
                ahead_opacity=1.0,
                reduced_motion=self._reduced_motion,
            )
        )
