"""Help: what may soothe now, a place for one's own contacts, and what coherence is not."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPlainTextEdit

from coherence.translation import _
from coherence.ui import words
from coherence.ui.pages import Offers
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme
from coherence.ui.widgets import Pill

CONTACTS_HINT = _("Names, and how to reach them. Only you see this; it stays on this computer.")
SAFETY_AGAIN = _("What to know before you begin")
BACK = _("Back")
LONGEST, CONTACTS_PX = 4000, 132


class Help(SheetScreen):
    """Emits what was chosen, and the contacts as they were written. It ships no numbers."""

    soothe = Signal()
    ground = Signal()
    read_safety = Signal()
    contacts_changed = Signal(str)
    done = Signal()

    def __init__(self, theme: Theme, contacts: str) -> None:
        super().__init__(theme, words.HELP)
        self._offers: list[Offers] = []
        self.say(words.HELP_NOW)
        self.soothe_pill = Pill(words.SOOTHE, theme, primary=True)
        self.ground_pill = Pill(words.FEEL_GROUND, theme)
        now = Offers(words.HELP, (self.soothe_pill, self.ground_pill), self, left=True)
        self._put_offers(now)
        self.head(words.YOUR_PEOPLE)
        self.say(CONTACTS_HINT)
        self.contacts = self.field(QPlainTextEdit(contacts))
        self.contacts.setAccessibleName(words.YOUR_PEOPLE)
        self.contacts.setTabChangesFocus(True)
        self.contacts.setFixedHeight(CONTACTS_PX)
        self.contacts.textChanged.connect(self._cut)
        self.column.addWidget(self.contacts)
        self.say(words.HELP_BEYOND)
        self.say(words.WELLBEING)
        self.safety, self.back = Pill(SAFETY_AGAIN, theme), Pill(BACK, theme)
        self._put_offers(Offers(BACK, (self.safety, self.back), self, left=True))
        self.column.addStretch()
        self.soothe_pill.clicked.connect(lambda: self._leave(self.soothe))
        self.ground_pill.clicked.connect(lambda: self._leave(self.ground))
        self.safety.clicked.connect(lambda: self._leave(self.read_safety))
        self.back.clicked.connect(lambda: self._leave(self.done))

    def _put_offers(self, offers: Offers) -> None:
        self.add(offers)
        offers.show()
        self.column.addWidget(offers)
        self._offers.append(offers)

    def _cut(self) -> None:
        text = self.contacts.toPlainText()
        if len(text) > LONGEST:
            self.contacts.setPlainText(text[:LONGEST])

    def put_away(self) -> None:
        """What was written is kept, whichever way one leaves."""
        self.contacts_changed.emit(self.contacts.toPlainText().strip())

    def _leave(self, signal: SignalInstance) -> None:
        self.put_away()
        signal.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.soothe_pill.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        for offers in self._offers:
            offers.hold(self.card_px - 90)
        super().resizeEvent(event)

    def leave(self) -> None:
        self.back.click()
