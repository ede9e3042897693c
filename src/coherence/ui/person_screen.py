"""One person: another name for them, and erasing them, which can be taken back for a while."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from coherence.model import Person
from coherence.storage.database import Store
from coherence.storage.erasing import bring_back, hide_person, sessions_of
from coherence.storage.errors import StorageError
from coherence.storage.people import LONGEST_NAME, people, rename_person
from coherence.translation import _, ngettext
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme
from coherence.ui.widgets import Pill, announce

CHANGE = _("Rename or erase…")
NAME, RENAME, RENAMED = _("Name"), _("Rename"), _("The name is {name} now.")
ERASE, ERASE_ASKING, KEEP = _("Erase"), _("Erase…"), _("Keep everything")
WHAT_GOES = _(
    "Erasing takes all that is kept of {name} out of the record and its backups: sessions, words, "
    "what is planned, and the name. Files that were taken along stay where they are."
)
ERASED = _(
    "{name} is in no list any more, and is erased for good when the window closes. Until then "
    "nothing is lost."
)
UNTIL_THEN = _("Until the window closes all of it can be brought back.")
WAITS = _("{name} is erased when the window closes.")
BRING_BACK, HERE_AGAIN = _("Bring {name} back"), _("{name} is here again, with everything.")
BACK = _("Back")
LONGEST_SHOWN = 24  # letters of a name


def asked(name: str, n: int) -> str:
    """The question before somebody is erased."""
    said = ngettext(
        "Erase {name} and {n} session for good?", "Erase {name} and {n} sessions for good?", n
    )
    return f"{said.format(name=name, n=n)} {UNTIL_THEN}"


def brief(name: str) -> str:
    """A name as a button and a title have room for it.

    >>> brief("Willow"), brief("Willow by the long brook in the valley")
    ('Willow', 'Willow by the long broo…')
    """
    return name if len(name) <= LONGEST_SHOWN else f"{name[: LONGEST_SHOWN - 1].rstrip()}…"


class PersonScreen(SheetScreen):
    """Renames and hides by itself; the record erases who is hidden when it is closed."""

    hidden = Signal(int)  # a person's number: somebody else practises from here on
    done = Signal()

    def __init__(self, theme: Theme, store: Store, person: Person) -> None:
        super().__init__(theme, brief(person.pseudonym))
        self._store, self._person = store, person
        self.head(NAME)
        self.name = self.field(QLineEdit(person.pseudonym))
        self.name.setAccessibleName(NAME)
        self.name.setMaxLength(LONGEST_NAME)
        self.rename = Pill(RENAME, theme)
        self.row(self.name, self.rename)
        self.head(ERASE)
        self.state = self.paragraph(WHAT_GOES.format(name=person.pseudonym))
        self.erase = Pill(ERASE_ASKING, theme, name=f"{ERASE}: {person.pseudonym}")
        self.keep = Pill(KEEP, theme, primary=True)
        self.sure = Pill(ERASE, theme)
        self.bring_back = Pill("", theme)
        self.row(self.erase, self.keep, self.sure, self.bring_back)
        self.column.addSpacing(10)
        self.back = Pill(BACK, theme, primary=True)
        self.row(self.back)
        self.column.addStretch()
        self.name.returnPressed.connect(self._rename)
        self.rename.clicked.connect(self._rename)
        self.erase.clicked.connect(self._ask)
        self.keep.clicked.connect(self._keep)
        self.sure.clicked.connect(self._hide)
        self.bring_back.clicked.connect(self._bring_back)
        self.back.clicked.connect(self.done)
        self._show(self.erase)

    @property
    def asks(self) -> bool:
        """Whether the question stands open."""
        return self.sure.isVisibleTo(self)

    def _rename(self) -> None:
        if self._tried(lambda: rename_person(self._store, self._person, self.name.text())):
            self._person = next(p for p in people(self._store) if p.id == self._person.id)
            self.name.setText(self._person.pseudonym)
            self.heading.set_words(brief(self._person.pseudonym))
            self._say(RENAMED.format(name=self._person.pseudonym))

    def _ask(self) -> None:
        numbers: list[int] = []
        if not self._tried(lambda: numbers.extend(sessions_of(self._store, self._person))):
            return
        name = self._person.pseudonym
        self.sure.set_words(_("Erase {name}").format(name=brief(name)))
        self._say(asked(name, len(numbers)))
        self._show(self.keep, self.sure)
        self.keep.setFocus()

    def _keep(self) -> None:
        self._say(WHAT_GOES.format(name=self._person.pseudonym))
        self._show(self.erase)
        self.erase.setFocus()

    def _hide(self) -> None:
        if not self._tried(lambda: hide_person(self._store, self._person)):
            self._show(self.erase)
            return
        name = self._person.pseudonym
        self.bring_back.set_words(BRING_BACK.format(name=brief(name)))
        self._say(ERASED.format(name=name))
        self._show(self.bring_back)
        self.back.setFocus()
        self.hidden.emit(self._person.id)

    def _bring_back(self) -> None:
        if self._tried(lambda: bring_back(self._store, self._person)):
            self._say(HERE_AGAIN.format(name=self._person.pseudonym))
            self._show(self.erase)
            self.erase.setFocus()

    def _tried(self, do: Callable[[], object]) -> bool:
        try:
            do()
        except StorageError as error:
            self._say(str(error))
            return False
        return True

    def _say(self, text: str) -> None:
        self.state.set_words(text)
        announce(self, text)
        self.fit()

    def _show(self, *pills: Pill) -> None:
        for pill in (self.erase, self.keep, self.sure, self.bring_back):
            pill.setVisible(pill in pills)
        gone = self.bring_back in pills
        self.name.setEnabled(not gone)
        self.rename.setEnabled(not gone)
        self.back.setVisible(self.keep not in pills)
        self.fit()

    def leave(self) -> None:
        if self.asks:
            self._keep()
        else:
            self.done.emit()
