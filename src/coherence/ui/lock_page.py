"""What a locked window shows: why, and the way back."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from coherence.translation import _
from coherence.ui.pages import Offers
from coherence.ui.theme import LIGHT, REGULAR, Theme, stylesheet
from coherence.ui.widgets import Card, Label, Pill, announce


class Kind(Enum):
    """What a lock is worth here."""

    REAL = "real"  # the record is encrypted, and only its passphrase opens it
    PLAIN = "plain"  # the record is not encrypted
    KEYRING = "keyring"  # it is, and the system's keyring gives its key to this account
    NOTHING = "nothing"  # nothing is recorded


TITLE, ONLY_HIDDEN = _("Locked"), _("Hidden")  # who only hides does not say locked
SAID = {
    Kind.REAL: _("The record is closed. Its passphrase opens it."),
    Kind.PLAIN: _(
        "This hides the screen only. The record is not encrypted: who can use this account can "
        "read it. With a passphrase for the record the lock is real."
    ),
    Kind.KEYRING: _(
        "This hides the screen only. The record is encrypted, and this system's keyring gives its "
        "key to whoever uses this account. With a passphrase for the record the lock is real."
    ),
    Kind.NOTHING: _("This hides the screen only. Nothing is being recorded here."),
}
MEANWHILE = _("The session goes on and is kept. Its passphrase shows this window again.")
PASSPHRASE, OPEN = _("The passphrase of the record"), _("Open")
SHOW, PROTECT = _("Show again"), _("A passphrase for the record…")
WIDE_PX = 520


class LockPage(QWidget):
    """Says what was typed, or that it is to be shown again; who locked decides."""

    tried = Signal(str)
    shown_again = Signal()
    protect = Signal()

    def __init__(
        self, theme: Theme, kind: Kind, *, running: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self.kind = theme, kind
        title = TITLE if kind is Kind.REAL else ONLY_HIDDEN
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer = QVBoxLayout(self)
        outer.addStretch(5)
        row = QHBoxLayout()
        row.addStretch()
        card = Card(theme, radius=28)
        card.setFixedWidth(round(WIDE_PX * max(1.0, 0.9 * theme.text_scale)))
        row.addWidget(card)
        row.addStretch()
        outer.addLayout(row)
        outer.addStretch(6)
        column = QVBoxLayout(card)
        column.setContentsMargins(38, 32, 38, 30)
        column.setSpacing(10)
        column.addWidget(Label(title, theme, px=34, weight=LIGHT, tone="hi"))
        said = MEANWHILE if running and kind is Kind.REAL else SAID[kind]
        self.said = Label(said, theme, px=16, weight=REGULAR, tone="mid", wrap=True)
        column.addWidget(self.said)
        self.words = QLineEdit()
        self.words.setEchoMode(QLineEdit.EchoMode.Password)
        self.words.setPlaceholderText(PASSPHRASE)
        self.words.setAccessibleName(PASSPHRASE)
        self.words.setStyleSheet(stylesheet(theme))
        self.words.returnPressed.connect(self._try)
        column.addWidget(self.words)
        self.open = Pill(OPEN if kind is Kind.REAL else SHOW, theme, primary=True, pad_px=40)
        self.open.clicked.connect(self._try)
        self.protect_pill = Pill(PROTECT, theme)
        self.protect_pill.clicked.connect(self.protect)
        self.words.setVisible(kind is Kind.REAL)
        self.protect_pill.setVisible(kind in (Kind.PLAIN, Kind.KEYRING) and not running)
        offers = Offers(title, (self.open, self.protect_pill), card, left=True)
        offers.show()
        offers.hold(card.width() - 76)
        column.addSpacing(6)
        column.addWidget(offers)

    def _try(self) -> None:
        if self.kind is not Kind.REAL:
            self.shown_again.emit()
            return
        typed = self.words.text()
        self.words.clear()
        if typed:
            self.tried.emit(typed)

    def say(self, sentence: str) -> None:
        """What is amiss, in a sentence."""
        self.said.set_words(sentence)
        announce(self, sentence)
        self.words.setFocus()

    # --- Qt ---

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        (self.words if self.kind is Kind.REAL else self.open).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._try()
        event.accept()  # no key of the window behind means anything now

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.bg))
