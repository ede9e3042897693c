"""Who practises here, and whether others could read it: people by pseudonym, and the record."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout

from coherence.model import Person
from coherence.storage.database import Store
from coherence.storage.encryption import Protection, Wish
from coherence.storage.erasing import bring_back, hidden_people
from coherence.storage.errors import StorageError
from coherence.storage.people import add_person, keep_for, people
from coherence.translation import _, ngettext
from coherence.ui.choice import Choice
from coherence.ui.person_screen import BRING_BACK, HERE_AGAIN, WAITS, brief
from coherence.ui.record_part import RecordPart
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import REGULAR, Theme
from coherence.ui.widgets import Label, Pill, Row, announce

TITLE = _("People and records")
WHO = _("Who is practising?")
PSEUDONYM = _("Another person, by a name of their choosing")
KEPT = _("How long sessions are kept")
ALWAYS = _("Always")
CHANGE = _("Change…")
YEARS = (1, 2, 3, 5, 10)
DAYS_A_YEAR = 365


class PeopleScreen(SheetScreen):
    """Emits who was chosen, and what is wished of the record; who opened it does both."""

    chosen = Signal(object)  # a person's number
    change = Signal(int)  # the number of who is to be renamed or erased
    wished = Signal(object)  # Wish | None
    done = Signal()

    def __init__(
        self,
        theme: Theme,
        store: Store,
        person_id: int,
        protection: Protection,
        *,
        can_encrypt: bool,
        keyring_works: bool = False,
        wish: Wish | None = None,
        holds: Callable[[str], bool] = lambda passphrase: False,
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
        self._waiting = QVBoxLayout()
        self.column.addLayout(self._waiting)
        for person in hidden_people(store):
            self._add_waiting(person)
        self.name = self._field(PSEUDONYM)
        self.name.returnPressed.connect(self._add)
        self.add_person = Pill(_("Add"), theme)
        self.add_person.clicked.connect(self._add)
        self.row(self.name, self.add_person)
        self.kept = self._kept_choice()
        self.trouble = self.paragraph("")
        self.trouble.hide()
        self.record = RecordPart(
            self, theme, protection,
            can_encrypt=can_encrypt, keyring_works=keyring_works, wish=wish, holds=holds,
        )  # fmt: skip
        self.record.wished.connect(self.wished)
        back = Pill(_("Back"), theme, primary=True)
        back.clicked.connect(self.done)
        self.row(back)
        self.column.addStretch()

    def _field(self, name: str) -> QLineEdit:
        field = self.field(QLineEdit())
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        return field

    def _add_row(self, person: Person) -> None:
        said = ngettext("{n} session", "{n} sessions", person.sessions).format(n=person.sessions)
        change = Pill(CHANGE, self._theme, px=14, pad_px=14)
        change.setAccessibleName(f"{CHANGE.rstrip('…')}: {person.pseudonym}")
        change.clicked.connect(lambda: self.change.emit(person.id))
        row = Row(person.pseudonym, said, self._theme, dot="breath", action=change)
        self._ids[row] = person.id
        self._group.addButton(row)
        row.setChecked(person.id == self._person_id)
        self._rows.addWidget(self.add(row))

    def _add_waiting(self, person: Person) -> None:
        """Somebody who is to be erased, and can be brought back."""
        name = person.pseudonym
        told = Label(WAITS.format(name=name), self._theme, px=15, weight=REGULAR, wrap=True)
        pill = Pill(BRING_BACK.format(name=brief(name)), self._theme)
        line = QHBoxLayout()
        line.addWidget(self.add(told), 1)
        line.addWidget(self.add(pill))
        self._waiting.addLayout(line)

        def back() -> None:
            try:
                bring_back(self._store, person)
            except StorageError as error:
                self._say_trouble(str(error))
                return
            told.hide()
            pill.hide()
            self._add_row(next(each for each in people(self._store) if each.id == person.id))
            self.fit()
            announce(self, HERE_AGAIN.format(name=name))

        pill.clicked.connect(back)

    def _on_chosen(self, row: Row) -> None:
        self._person_id = self._ids[row]
        self._show_kept()
        self.chosen.emit(self._person_id)

    def _kept_choice(self) -> Choice:
        """For how long the chosen person's sessions are meant to be kept."""
        line = QHBoxLayout()
        line.addWidget(self.add(Label(KEPT, self._theme, px=15, weight=REGULAR, tone="mid")))
        choice = self.field(Choice())
        choice.setAccessibleName(KEPT)
        line.addWidget(choice)
        line.addStretch()
        self.column.addLayout(line)
        self.kept = choice
        self._show_kept()
        choice.activated.connect(self._keep)
        return choice

    def _show_kept(self) -> None:
        days = next((p.keep_days for p in people(self._store) if p.id == self._person_id), None)
        every = [years * DAYS_A_YEAR for years in YEARS]
        if days is not None and days not in every:  # as the command line may have it
            every = sorted([*every, days])
        self.kept.clear()
        self.kept.addItem(ALWAYS, None)
        for each in every:
            self.kept.addItem(kept_for(each), each)
        self.kept.setCurrentIndex(self.kept.findData(days) if days is not None else 0)

    def _keep(self) -> None:
        (person,) = (p for p in people(self._store) if p.id == self._person_id)
        try:
            keep_for(self._store, person, self.kept.currentData())
        except StorageError as error:
            self._say_trouble(str(error))

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

    def _say_trouble(self, text: str) -> None:
        self.trouble.set_words(text)
        self.trouble.show()
        announce(self, text)
        self.fit()

    def leave(self) -> None:
        self.done.emit()


def kept_for(days: int) -> str:
    """A length of time as people say it."""
    years, over = divmod(days, DAYS_A_YEAR)
    if over:
        return ngettext("{n} day", "{n} days", days).format(n=days)
    return ngettext("{n} year", "{n} years", years).format(n=years)
