"""The caseload: people to the left, to be found and sorted; one of them in full to the right."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from coherence.model import Person
from coherence.sessions.caseload import (
    BY_LAST,
    BY_NAME,
    BY_WAITING,
    Case,
    in_order,
    matching,
    read_caseload,
)
from coherence.storage.caseload import plan_next
from coherence.storage.database import Store
from coherence.storage.erasing import bring_back, hidden_people
from coherence.storage.errors import StorageError
from coherence.storage.private_notes import private_notes_of
from coherence.translation import _, ngettext
from coherence.ui.area import Area
from coherence.ui.choice import Choice
from coherence.ui.person_screen import BRING_BACK, HERE_AGAIN, brief
from coherence.ui.room.case_card import CaseCard
from coherence.ui.room.caseload_list import CaseListView, CaseModel
from coherence.ui.theme import LIGHT, REGULAR, Theme, stylesheet
from coherence.ui.widgets import Card, Label, Pill, announce

TITLE, BACK = _("Caseload"), _("Back")
FIND, FIND_HINT = _("Find people"), _("Find by name, plan, pack or practice")
ORDER = _("In which order")
ORDERS = (
    (BY_LAST, _("By last session")),
    (BY_NAME, _("By name")),
    (BY_WAITING, _("Longest since you met")),
)
NO_MATCH = _("Nobody is like that. Fewer letters may find more.")
NOBODY = _("Nobody yet. In the room you can take in somebody new.")
LEFT_PX, LEFT_SHARE, TYPING_MS = 460, 0.42, 120


class CaseloadScreen(QWidget):
    """Emits what is to be opened for whom; it keeps plans itself."""

    left = Signal()
    room = Signal(object)  # Case, and so on
    look_back = Signal(object)
    page = Signal(object)
    give = Signal(object)
    take = Signal(object)
    change = Signal(object)

    def __init__(self, theme: Theme, store: Store, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._theme, self._store = theme, store
        self._cases: list[Case] = []
        self._waiting: Person | None = None  # to be erased; the last one
        self.setAccessibleName(TITLE)
        self.model = CaseModel(titles)
        self.list = CaseListView(theme, self.model)
        self._typing = QTimer(self)
        self._typing.setInterval(TYPING_MS)
        self._typing.setSingleShot(True)
        self._typing.timeout.connect(self._show)
        self._build()
        self.refresh()

    def _build(self) -> None:
        theme = self._theme
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 16, 24, 20)
        page.setSpacing(14)
        head = QHBoxLayout()
        head.addWidget(Label(TITLE, theme, px=30, weight=LIGHT, tone="hi"))
        head.addStretch()
        self.said = Label("", theme, px=14, weight=REGULAR, tone="mid")
        self.back = Pill(BACK, theme)
        self.back.clicked.connect(self.left)
        self.undo = Pill("", theme)
        self.undo.clicked.connect(self._bring_back)
        head.addWidget(self.said)
        head.addWidget(self.undo)
        head.addWidget(self.back)
        page.addLayout(head)
        body = QHBoxLayout()
        body.setSpacing(14)
        page.addLayout(body, 1)
        side = self._side = Card(theme)
        body.addWidget(side)
        column = QVBoxLayout(side)
        column.setContentsMargins(18, 16, 12, 12)
        column.setSpacing(8)
        self.words = QLineEdit()
        self.words.setPlaceholderText(FIND_HINT)
        self.words.setAccessibleName(FIND)
        self.words.setClearButtonEnabled(True)
        self.words.setStyleSheet(stylesheet(theme))
        self.words.textChanged.connect(lambda _: self._typing.start())
        column.addWidget(self.words)
        self.order = Choice()
        self.order.tone = theme.mid
        self.order.setAccessibleName(ORDER)
        self.order.setStyleSheet(stylesheet(theme))
        for key, text in ORDERS:
            self.order.addItem(text, key)
        self.order.currentIndexChanged.connect(lambda _: self._show())
        column.addWidget(self.order)
        column.addWidget(self.list, 1)
        self._empty = Label("", theme, px=14, weight=REGULAR, tone="mid", wrap=True)
        column.addWidget(self._empty)
        self.area = Area(theme, TITLE)
        body.addWidget(self.area, 1)
        selection = self.list.selectionModel()
        selection.currentChanged.connect(lambda now, _before: self._show_case(now))
        self.list.activated.connect(self._open)

    # --- what there is ---

    def refresh(self, person_id: int | None = None) -> None:
        """Read everybody anew, and show that person, or the first one."""
        try:
            self._cases = read_caseload(self._store)
            self._waiting = next(iter(hidden_people(self._store)), None)
        except StorageError as error:
            self.said.set_words(str(error))
            return
        if self._waiting is not None:
            self.undo.set_words(BRING_BACK.format(name=brief(self._waiting.pseudonym)))
        self.undo.setVisible(self._waiting is not None)
        self._show(person_id)

    def _bring_back(self) -> None:
        """Who was erased last is here again."""
        person = self._waiting
        assert person is not None
        try:
            bring_back(self._store, person)
        except StorageError as error:
            self.said.set_words(str(error))
            return
        self.refresh(person.id)
        announce(self, HERE_AGAIN.format(name=person.pseudonym))

    def _show(self, person_id: int | None = None) -> None:
        if person_id is None and self.case is not None:
            person_id = self.case.person.id
        found = in_order(matching(self._cases, self.words.text()), self.order.currentData())
        self.model.show(found)
        self._empty.set_words(NO_MATCH if self._cases else NOBODY)
        self._empty.setVisible(not found)
        n = len(found)
        self.said.set_words(ngettext("{n} person", "{n} people", n).format(n=n))
        row = None if person_id is None else self.model.row_of(person_id)
        if found:
            self.list.setCurrentIndex(self.model.index(row or 0))
        elif (old := self.area.takeWidget()) is not None:
            old.deleteLater()

    @property
    def card(self) -> CaseCard | None:
        """Who is shown in full."""
        card = self.area.widget()
        return card if isinstance(card, CaseCard) else None

    @property
    def case(self) -> Case | None:
        return None if self.card is None else self.card.case

    def _show_case(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        case = self.model.case(index.row())
        notes: list[tuple[str, str]] = []
        with suppress(StorageError):  # the list has said what is wrong
            notes = private_notes_of(self._store, case.person.id)
        card = CaseCard(self._theme, case, self.model.session_words, notes)
        for mine, theirs in (
            (self.room, card.room),
            (self.look_back, card.look_back),
            (self.page, card.page),
            (self.give, card.give),
            (self.take, card.take),
            (self.change, card.change),
        ):
            theirs.connect(mine)
        card.planned.connect(self._plan)
        self.area.setWidget(card)  # the one before goes with it

    def _open(self, index: QModelIndex) -> None:
        self.room.emit(self.model.case(index.row()))

    def _plan(self, case: Case, words: str) -> None:
        try:
            plan_next(self._store, case.person, words)
        except StorageError as error:
            self.said.set_words(str(error))
            announce(self, str(error))
            return
        # not now: the field that was left may stand in the card that would go
        QTimer.singleShot(0, self, lambda: self.refresh(case.person.id))

    # --- Qt ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = round(LEFT_PX * max(1.0, 0.9 * self._theme.text_scale))
        self._side.setFixedWidth(min(wide, round(LEFT_SHARE * self.width())))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.words.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.bg))
