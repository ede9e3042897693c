"""Who practises here, and whether others could read it: people by pseudonym, and the record."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout

from coherence.model import Person
from coherence.storage.database import Store
from coherence.storage.encryption import Protection
from coherence.storage.errors import StorageError
from coherence.storage.keys import SHORTEST
from coherence.storage.people import add_person, people
from coherence.translation import _, ngettext
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme, stylesheet
from coherence.ui.widgets import Pill, Row, announce

TITLE = _("People and records")
WHO = _("Who is practising?")
PSEUDONYM = _("Another person, by a name of their choosing")
RECORD = _("The record")
PLAIN = _(
    "The record is not encrypted: who can read the files of this account can read it. With more "
    "than one person here a passphrase is worth having."
)
BY_PASSPHRASE = _("The record is encrypted, and opens with its passphrase.")
BY_KEYRING = _("The record is encrypted; this system's keyring has its key.")
WANTED = _("When coherence closes, the record is encrypted with this passphrase. Keep it well.")
PASSPHRASE, AGAIN = _("A passphrase: a few words"), _("The same once more")
DIFFER = _("The two are not the same: type them once more.")
SHORT = _("A passphrase has at least {n} letters.")
CANNOT = _(
    "To encrypt the record, install the extra `secure`: pip install 'coherence-hrv[secure]'."
)


class PeopleScreen(SheetScreen):
    """Emits who was chosen, and a passphrase that is wanted; who opened it does both."""

    chosen = Signal(object)  # a person's number
    protect = Signal(str)
    done = Signal()

    def __init__(
        self,
        theme: Theme,
        store: Store,
        person_id: int,
        protection: Protection,
        *,
        can_encrypt: bool,
        wanted: bool = False,
    ) -> None:
        super().__init__(theme, TITLE)
        self._store, self._person_id = store, person_id
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_chosen)
        self.head(WHO)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.column.addLayout(self._rows)
        self._ids: dict[Row, int] = {}
        for person in people(store):
            self._add_row(person)
        self.name = self._field(PSEUDONYM)
        self.name.returnPressed.connect(self._add)
        self.add_person = Pill(_("Add"), theme)
        self.add_person.clicked.connect(self._add)
        self._line(self.name, self.add_person)
        self.trouble = self.paragraph("")
        self.trouble.hide()
        self.head(RECORD)
        self.state = self.paragraph(_state(protection, wanted=wanted))
        self.first, self.second = self._field(PASSPHRASE), self._field(AGAIN)
        self.encrypt = Pill(_("Encrypt"), theme)
        self.encrypt.clicked.connect(self._encrypt)
        self.second.returnPressed.connect(self._encrypt)
        for field in (self.first, self.second):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self._line(self.first, self.second, self.encrypt)
        for widget in (self.first, self.second, self.encrypt):
            widget.setVisible(not protection.encrypted and can_encrypt)
        if not can_encrypt and not protection.encrypted:
            self.say(CANNOT)
        back = Pill(_("Back"), theme, primary=True)
        back.clicked.connect(self.done)
        self._line(back)
        self.column.addStretch()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        field.setStyleSheet(stylesheet(self._theme))
        return field

    def _line(self, *widgets: QLineEdit | Pill) -> None:
        line = QHBoxLayout()
        for widget in widgets:
            line.addWidget(widget, 1 if isinstance(widget, QLineEdit) else 0)
            if isinstance(widget, Pill):
                self.add(widget)
        if not any(isinstance(widget, QLineEdit) for widget in widgets):
            line.addStretch()
        self.column.addLayout(line)

    def _add_row(self, person: Person) -> None:
        said = ngettext("{n} session", "{n} sessions", person.sessions).format(n=person.sessions)
        row = Row(person.pseudonym, said, self._theme, dot="breath")
        self._ids[row] = person.id
        self._group.addButton(row)
        row.setChecked(person.id == self._person_id)
        self._rows.addWidget(self.add(row))

    def _on_chosen(self, row: Row) -> None:
        self._person_id = self._ids[row]
        self.chosen.emit(self._person_id)

    def _add(self) -> None:
        try:
            person = add_person(self._store, self.name.text())
        except StorageError as error:
            self._say_trouble(str(error))
            return
        self.trouble.hide()
        self.name.clear()
        self._add_row(person)
        self.fit()
        announce(self, person.pseudonym)

    def _encrypt(self) -> None:
        if self.first.text() != self.second.text():
            self._say_trouble(DIFFER)
        elif len(self.first.text()) < SHORTEST:
            self._say_trouble(SHORT.format(n=SHORTEST))
        else:
            self.trouble.hide()
            self.state.set_words(WANTED)
            self.protect.emit(self.first.text())
            for field in (self.first, self.second):
                field.clear()
            announce(self, WANTED)
        self.fit()

    def _say_trouble(self, text: str) -> None:
        self.trouble.set_words(text)
        self.trouble.show()
        announce(self, text)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.done.emit()
        else:
            super().keyPressEvent(event)


def _state(protection: Protection, *, wanted: bool) -> str:
    if wanted:
        return WANTED
    if not protection.encrypted:
        return PLAIN
    return BY_KEYRING if protection.kept == "keyring" else BY_PASSPHRASE
