"""One person in full: last sessions in pictures, rest over weeks, what is next, what was given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from coherence.model import SessionRecord
from coherence.sessions.case_words import home_words, resting_words
from coherence.sessions.caseload import Case
from coherence.storage.caseload import LONGEST_PLAN
from coherence.translation import _, ngettext
from coherence.ui.flow import Flow
from coherence.ui.journal.said import day_words
from coherence.ui.journal.session_list import draw_rhythm
from coherence.ui.person_screen import CHANGE
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, stylesheet
from coherence.ui.widgets import Card, Label, Pill, announce

LAST, NONE_YET = _("Last sessions"), _("No session with them is here yet.")
REST, REST_NOT_YET = _("Own breath, over weeks"), _("Sessions with a strap will tell.")
REST_NAME = _("RMSSD: {said}.")
HONEST = _("Numbers rise and fall with sleep, coffee, illness and life.")
HOME, HOME_NONE = _("At home since you met"), _("Nothing has come back yet.")
PACK_NONE, PACK = _("No pack given yet."), _("Pack given: {name}, {day}.")
PLANNED, PLAN_HINT = _("Next time"), _("What you would like to come back to")
ROOM, LOOK, PAGE = _("To the room"), _("Look back"), _("A page of the last")
NOTES, NOTE = _("Your private notes"), _("{day}: {words}")
GIVE, TAKE = _("Give a pack…"), _("Take sessions in…")
ACTIONS = (ROOM, LOOK, PAGE, GIVE, TAKE, CHANGE)


class Rhythm(QWidget):
    """The small picture of a session."""

    def __init__(self, theme: Theme, record: SessionRecord, said: str) -> None:
        super().__init__()
        self._theme, self._record = theme, record
        self.setMinimumSize(QSize(120, 54))
        self.setAccessibleName(_("Heart rhythm, {session}").format(session=said))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_rhythm(painter, self.rect().toRectF().adjusted(0, 6, 0, -6), self._record.summary,
                    self._theme)  # fmt: skip


class CaseCard(Card):
    """Says what is asked for; who opened it does it."""

    room = Signal(object)  # Case, and so on
    look_back = Signal(object)
    page = Signal(object)
    give = Signal(object)
    take = Signal(object)
    change = Signal(object)
    planned = Signal(object, str)

    def __init__(
        self,
        theme: Theme,
        case: Case,
        words: Callable[[SessionRecord], str],
        notes: Sequence[tuple[str, str]] = (),  # when, and what: the newest first
    ) -> None:
        super().__init__(theme)
        self.case = case
        self.setAccessibleName(case.person.pseudonym)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(28, 22, 28, 22)
        self._column.setSpacing(8)
        self._say(case.person.pseudonym, px=26, weight=SEMIBOLD, tone="hi")
        n = case.person.sessions
        count = ngettext("{n} session", "{n} sessions", n).format(n=n)
        since = day_words(_day(case.person.created_at), _("d MMM yyyy"))
        self._say(_("{count}, here since {day}").format(count=count, day=since), tone="mid")
        self._actions()
        self._head(LAST)
        self._sessions(words)
        self._head(REST)
        rest = resting_words(case)
        self._say(REST_NAME.format(said=rest) if rest else REST_NOT_YET)
        if rest:
            self._say(HONEST, px=13, tone="low")
        self._head(HOME)
        home = home_words(case)
        self._say(f"{home}." if home else HOME_NONE)
        given = case.pack
        self._say(
            PACK_NONE
            if given is None
            else PACK.format(name=given.name, day=day_words(_day(given.given_at), _("d MMM yyyy")))
        )
        self._head(PLANNED)
        self.plan = QLineEdit(case.planned)
        self.plan.setMaxLength(LONGEST_PLAN)
        self.plan.setAccessibleName(PLANNED)
        self.plan.setPlaceholderText(PLAN_HINT)
        self.plan.setStyleSheet(stylesheet(theme))
        self.plan.editingFinished.connect(self._keep_plan)
        self._column.addWidget(self.plan)
        self._notes(notes)
        self._column.addStretch()

    def _actions(self) -> None:
        self.pills = {
            text: Pill(text, self._theme, primary=text == ROOM, px=14, pad_px=14)
            for text in ACTIONS
        }
        row = Flow(spacing_px=4)
        for text, pill in self.pills.items():
            row.addWidget(pill)
            pill.setAccessibleName(f"{text.rstrip('…')}: {self.case.person.pseudonym}")
        signals = (self.room, self.look_back, self.page, self.give, self.take, self.change)
        for pill, signal in zip(self.pills.values(), signals, strict=True):
            pill.clicked.connect(lambda _=False, signal=signal: signal.emit(self.case))
        self.pills[PAGE].setEnabled(self.case.last is not None)
        self.pills[LOOK].setEnabled(self.case.last is not None)
        self._column.addSpacing(4)
        self._column.addLayout(row)

    def _sessions(self, words: Callable[[SessionRecord], str]) -> None:
        if not self.case.recent:
            self._say(NONE_YET)
            return
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        for n, record in enumerate(self.case.recent):
            said = words(record)
            grid.addWidget(Rhythm(self._theme, record, said), 0, n)
            label = Label(said, self._theme, px=13, weight=REGULAR, tone="mid", wrap=True)
            grid.addWidget(label, 1, n, Qt.AlignmentFlag.AlignTop)
        for n in range(3):
            grid.setColumnStretch(n, 1)
        self._column.addLayout(grid)

    def _notes(self, notes: Sequence[tuple[str, str]]) -> None:
        """The therapist's own, shown when asked for: a client may sit beside them."""
        if not notes:
            return
        self._head(NOTES)
        count = ngettext("Show {n} note", "Show {n} notes", len(notes)).format(n=len(notes))
        self.show_notes = Pill(count, self._theme, px=14, pad_px=14)
        self.show_notes.setAccessibleName(f"{count}: {self.case.person.pseudonym}")
        row = Flow()
        row.addWidget(self.show_notes)
        self._column.addLayout(row)
        said = [
            NOTE.format(day=day_words(_day(at), _("d MMM yyyy")), words=note) for at, note in notes
        ]
        label = Label("", self._theme, px=15, weight=REGULAR, wrap=True)
        label.hide()
        self._column.addWidget(label)

        def show() -> None:
            self.show_notes.hide()
            label.set_words("\n\n".join(said))
            label.show()
            announce(self, label.text())

        self.show_notes.clicked.connect(show)

    def _head(self, text: str) -> None:
        self._column.addSpacing(8)
        self._say(text, px=16, weight=SEMIBOLD, tone="hi")

    def _say(self, text: str, *, px: int = 15, weight: int = REGULAR, tone: str = "mid") -> None:
        self._column.addWidget(Label(text, self._theme, px=px, weight=weight, tone=tone, wrap=True))

    def _keep_plan(self) -> None:
        if self.plan.text().strip() != self.case.planned:
            self.planned.emit(self.case, self.plan.text())


def _day(moment: str) -> date:
    """The local day of a moment."""
    return datetime.fromisoformat(moment).astimezone().date()
