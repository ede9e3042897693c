"""The welcome screen: strap, today's practice, begin. One screen before the first breath."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from coherence.devices.strap_choice import UNNAMED, told_apart
from coherence.devices.straps import Stream, recognise
from coherence.model import BreathPattern, PaceChanged, StrapSeen
from coherence.pacing import BreathGuide
from coherence.practice.practices import Practice
from coherence.translation import _
from coherence.ui import words
from coherence.ui.practice_choice import PracticeChoice
from coherence.ui.scene.layout import WELCOME
from coherence.ui.scene.scene import Scene
from coherence.ui.scene.state import SceneState
from coherence.ui.sheet import Sheet
from coherence.ui.theme import LIGHT, REGULAR, SEMIBOLD, Theme, stylesheet
from coherence.ui.widgets import Label, Pill, Row, Themed, announce

W = TypeVar("W", bound=Themed)
FRAME_MS = 50
AHEAD_S = np.arange(0.0, 100.0, 0.25)
MOST_STRAPS, MOST_TODAY = 4, 3
CARD_PX = 620
PILL_PAD_PX, NARROW_PILL_PAD_PX = 22, 12
NARROW_PX = 1180  # below, the card lies over the moon and lets less of it through
LOOKING = _("Looking for your strap…")
LOOKING_HOW = _("Put it on; a little water under it often helps")
STILL_LOOKING_HOW = _("Moisten it, and close whatever else may hold it, also on a phone")
LONG_S = 15.0  # of looking in vain; then there is a further hint
RATE_ALONE = _("heart rate alone, no rhythm")
RHYTHM = {Stream.INTERVALS, Stream.PULSE_INTERVALS}
NONE_YET = _("No strap has shown itself yet")
NEEDS_STRAP = _("This one listens to your heart, so it needs the strap")
SAFETY = _("Stays on this computer. If the breath feels uncomfortable, let it go and simply rest.")


class Welcome(QWidget):
    """Emits what was chosen; it knows nothing of radio, record or session."""

    begin = Signal(object, object)  # StrapSeen, Chosen
    without_strap = Signal(object)  # Chosen
    look_again = Signal()
    open_settings = Signal()
    look_back = Signal()
    open_room = Signal()
    open_caseload = Signal()
    open_help = Signal()
    strap_help = Signal()
    soothe = Signal()

    def __init__(
        self,
        theme: Theme,
        practices: Sequence[Practice],
        *,
        returning: bool,
        first: bool | None = None,  # the first paced practice is still to come
        today: Sequence[str] = (),
        because: str = "",
        is_open: Callable[[Practice], bool] = lambda _: True,
        last_strap_id: str | None = None,
        last_strap: str | None = None,
        reduced_motion: bool = False,
        notice: str | None = None,
        caseload: bool = False,
    ) -> None:
        super().__init__()
        self._theme = theme
        self.choice = PracticeChoice(
            theme,
            practices,
            today=today or [each.key for each in practices[:MOST_TODAY]],
            because=because,
            first=not returning if first is None else first,
            is_open=is_open,
        )
        self._last_id, self._last_name = last_strap_id, last_strap
        self._chosen_by_hand = False
        self._reduced_motion = reduced_motion
        self._straps: dict[str, StrapSeen] = {}
        self._strap_rows: dict[str, Row] = {}
        self._guide = BreathGuide()
        self._guide.feed(PaceChanged(0.0, BreathPattern(5.5)))
        self._t_s = 0.0
        self._looked_from_s: float | None = None  # until the further hint is given
        self._themed: list[Themed] = [self.choice]
        self._scene = Scene(theme, frame=WELCOME, parent=self)
        self._name = self._add(Label("coherence", theme, px=22, weight=LIGHT, tone="hi"))
        self._name.setParent(self)
        self._soothe = self._add(Pill(words.SOOTHE, theme, parent=self))
        self._soothe.setToolTip(words.KEYS["soothe"])
        self._help = self._add(Pill(words.HELP, theme, parent=self))
        self._look_back = self._add(Pill(_("Look back"), theme, parent=self))
        self._soothe.clicked.connect(self.soothe)
        self._help.clicked.connect(self.open_help)
        self._look_back.clicked.connect(self.look_back)
        self._caseload = self._add(Pill(_("Caseload"), theme, parent=self))
        self._room = self._add(
            Pill(_("Room"), theme, name=_("The room, for a session"), parent=self)
        )
        self._settings = self._add(Pill(_("Settings"), theme, parent=self))
        self._room.clicked.connect(self.open_room)
        self._caseload.clicked.connect(self.open_caseload)
        self._caseload.setVisible(caseload)
        self._has_caseload = caseload
        self._settings.clicked.connect(self.open_settings)
        self._card = self._build(_("Welcome back") if returning else _("Welcome"), notice)
        self._in_order()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._frame)

    # --- building ---

    def _add(self, widget: W) -> W:
        self._themed.append(widget)
        return widget

    def _build(self, title: str, notice: str | None) -> Sheet:
        theme = self._theme
        card = self._add(Sheet(theme, radius=28, glass=True, parent=self))
        outer = QVBoxLayout(card)
        outer.setContentsMargins(6, 6, 6, 20)
        outer.setSpacing(0)
        outer.addWidget(self._choices(title, notice), 1)
        outer.addLayout(self._foot())
        self.choice.changed.connect(self._enable)
        self._enable()
        return card

    def _choices(self, title: str, notice: str | None) -> QScrollArea:
        """Strap and practice; it scrolls where the window is small."""
        theme = self._theme
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setStyleSheet("background: transparent; border: none")
        area.verticalScrollBar().setStyleSheet(stylesheet(theme))
        inside = QWidget()
        inside.setAccessibleName(_("Choose your practice"))
        area.setWidget(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(38, 32, 38, 8)
        column.setSpacing(8)
        column.addWidget(self._add(Label(title, theme, px=34, weight=LIGHT, tone="hi")))
        greeting = _("However you arrive today is welcome.")
        column.addWidget(self._add(Label(greeting, theme, px=17, weight=REGULAR, wrap=True)))
        said = Label(notice or "", theme, px=14, weight=REGULAR, tone="breath_text", wrap=True)
        self._notice = self._add(said)
        column.addWidget(self._notice)
        self._notice.setVisible(bool(notice))
        column.addSpacing(10)
        column.addWidget(
            self._add(Label(_("Your strap"), theme, px=14, weight=SEMIBOLD, tone="low"))
        )
        self._strap_column = QVBoxLayout()
        self._strap_column.setSpacing(8)
        column.addLayout(self._strap_column)
        self._strap_group = QButtonGroup(self)
        self._strap_group.buttonClicked.connect(self._on_strap_chosen)
        self._again = Pill(_("Look again"), theme)
        self._again.clicked.connect(self.look_again)
        self._looking = self._row(LOOKING, LOOKING_HOW, "guide", self._strap_group, self._again)
        self._looking.setChecked(True)
        self._strap_column.addWidget(self._looking)
        self._trouble = self._add(Label("", theme, px=14, weight=REGULAR, wrap=True))
        self._trouble.hide()
        column.addWidget(self._trouble)
        self._missing = self._add(Pill(_("If it is not found…"), theme, px=14, pad_px=14))
        self._missing.clicked.connect(self.strap_help)
        self._missing.hide()
        column.addWidget(self._missing, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(8)
        column.addWidget(self.choice)
        column.addStretch()
        return area

    def _row(
        self, title: str, detail: str, dot: str, group: QButtonGroup, action: Pill | None = None
    ) -> Row:
        row = self._add(Row(title, detail, self._theme, dot=dot, action=action))
        # as wide as the card, not as its words: these are cut short where there is no room
        row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        group.addButton(row)
        return row

    def _foot(self) -> QVBoxLayout:
        """What begins: always in sight."""
        theme = self._theme
        column = QVBoxLayout()
        column.setContentsMargins(38, 12, 38, 6)
        column.setSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        self._begin = self._add(Pill(_("Begin"), theme, primary=True, px=17, pad_px=60))
        self._begin.clicked.connect(self._on_begin)
        self._alone = self._add(Pill(_("Try without a strap"), theme))
        self._alone.clicked.connect(lambda: self.without_strap.emit(self.choice.chosen))
        for button in (self._begin, self._alone):
            buttons.addWidget(button)
        buttons.addStretch()
        column.addLayout(buttons)
        column.addWidget(
            self._add(Label(SAFETY, theme, px=13, weight=REGULAR, tone="low", wrap=True))
        )
        return column

    # --- what is chosen ---

    @property
    def strap(self) -> StrapSeen | None:
        """The strap that is chosen, if one was found."""
        for strap_id, row in self._strap_rows.items():
            if row.isChecked():
                return self._straps[strap_id]
        return None

    def _on_strap_chosen(self, _: QAbstractButton) -> None:
        self._chosen_by_hand = True

    def _on_begin(self) -> None:
        if self.strap is not None:
            self.begin.emit(self.strap, self.choice.chosen)

    def _enable(self) -> None:
        found = self.strap is not None
        self._begin.setEnabled(found)
        needs_heart = self.choice.practice.assesses
        self._alone.setEnabled(not needs_heart)
        self._alone.setToolTip(NEEDS_STRAP if needs_heart else "")
        if found and self._alone.hasFocus():
            self._begin.setFocus()

    def press_primary(self) -> None:
        """Do what the screen is there for: begin, with the strap where there is one."""
        (self._begin if self._begin.isEnabled() else self._alone).click()

    def say(self, sentence: str) -> None:
        """A sentence under the greeting, and for a screen reader: a reminder, say."""
        self._notice.set_words(sentence)
        self._notice.show()
        announce(self, sentence)

    # --- what the radio found ---

    def show_looking(self) -> None:
        """The radio looks for straps."""
        self._looked_from_s = self._t_s
        self._trouble.hide()
        self._looking.set_words(LOOKING, LOOKING_HOW)

    def show_trouble(self, sentence: str) -> None:
        """No strap can be found, and why, in one sentence."""
        if not self._strap_rows:
            self._looked_from_s = None
            self._looking.set_words(NONE_YET, LOOKING_HOW)
            self._looking.setAccessibleDescription(sentence)
            self._trouble.set_words(sentence)
            self._trouble.show()
            self._missing.show()
            announce(self, sentence)

    def show_strap(self, strap: StrapSeen) -> None:
        """A strap was seen, or says its name now; the one used last comes first and is chosen."""
        straps = {**self._straps, strap.strap_id: strap}
        mine = self._mine(straps) == strap.strap_id
        row = self._strap_rows.get(strap.strap_id)
        if row is not None:
            self._straps = straps
        elif mine or len(self._straps) < MOST_STRAPS:
            self._straps = straps
            row = self._row(strap.name, "", "ok", self._strap_group)
            self._strap_rows[strap.strap_id] = row
            self._strap_column.insertWidget(0 if mine else self._strap_column.count(), row)
            self._in_order()
            announce(self, _("{strap} is nearby").format(strap=strap.name))
        else:
            return
        self._name_rows()
        if (mine and not self._chosen_by_hand) or self.strap is None:
            row.setChecked(True)
        self._looked_from_s = None
        self._looking.hide()
        self._trouble.hide()
        self._missing.hide()
        self._enable()

    def _mine(self, straps: Mapping[str, StrapSeen]) -> str | None:
        """Which one was used last: by its id, else by its name if that is one strap's alone."""
        if self._last_id in straps:
            return self._last_id
        same = [each for each in straps.values() if each.name == self._last_name != UNNAMED]
        return same[0].strap_id if len(same) == 1 else None

    def _name_rows(self) -> None:
        mine, names = self._mine(self._straps), told_apart(self._straps.values())
        for strap_id, row in self._strap_rows.items():
            detail = _("Yours, and nearby") if strap_id == mine else _("Nearby")
            model = recognise(self._straps[strap_id].name)
            if model is not None and not model.streams & RHYTHM:
                detail = f"{detail} · {RATE_ALONE}"
            row.set_words(names[strap_id], detail)

    def _in_order(self) -> None:
        """Tab goes as the eye does: the top row, straps as they stand, the practice, begin."""
        mine_first = sorted(self._strap_rows.values(), key=self._strap_column.indexOf)
        top = (self._soothe, self._help, self._look_back, self._caseload, self._room)
        straps = (*mine_first, self._looking, self._again, self._missing)
        practice = (self.choice.all, *self.choice.rows, *self.choice.lengths, self.choice.without)
        order = (*top, self._settings, *straps, *practice, self._begin, self._alone)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    # --- drawing ---

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._scene.set_theme(theme)
        for widget in self._themed:
            widget.set_theme(theme)
        self._area.verticalScrollBar().setStyleSheet(stylesheet(theme))
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
        x, size = w - 34, self._settings.sizeHint()
        theirs = (self._caseload,) if self._has_caseload else ()
        pills = (self._settings, self._room, *theirs, self._look_back, self._help, self._soothe)
        for pill in pills:
            pill.set_pad(PILL_PAD_PX)
        if sum(pill.sizeHint().width() + 6 for pill in pills) > w - 34 - self._name.width() - 60:
            for pill in pills:
                pill.set_pad(NARROW_PILL_PAD_PX)
        for pill in pills:
            size = pill.sizeHint()
            x -= size.width()
            pill.setGeometry(x, 20, size.width(), size.height())
            x -= 6
        self._name.setVisible(x > self._name.geometry().right())
        self._card.veiled = w < NARROW_PX
        card_w = min(round(CARD_PX * max(1.0, 0.9 * self._theme.text_scale)), w - 40)
        top = max(72, 26 + size.height())
        left = max(20, min(w - card_w - 20, round(0.53 * w)))
        if self._card.veiled:
            left = (w - card_w) // 2
        foot = 16 if h < 760 else 24
        self._card.setGeometry(left, top, card_w, max(200, min(820, h - top - foot)))

    def _frame(self) -> None:
        self._t_s += FRAME_MS / 1000.0
        if self._looked_from_s is not None and self._t_s - self._looked_from_s > LONG_S:
            self._looked_from_s = None
            self._looking.set_words(LOOKING, STILL_LOOKING_HOW)
            self._missing.show()
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
