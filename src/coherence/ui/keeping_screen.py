"""Sessions older than their people wish to keep them: shown at the start, and left to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import Signal

from coherence.model import Person, SessionRecord
from coherence.storage.database import Store
from coherence.storage.deleting import hide, unhide
from coherence.storage.errors import StorageError
from coherence.storage.people import past_keeping, people
from coherence.translation import _, ngettext
from coherence.ui.journal.said import day_of, day_words
from coherence.ui.people_screen import kept_for
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme
from coherence.ui.widgets import Pill, announce

ASKED_EVERY = timedelta(days=30)
TITLE = _("Older sessions")
OLDER = _(
    "Some sessions are older than they were meant to be kept. Nothing happens to them by itself: "
    "keep them, or let them go."
)
GONE = _(
    "They are deleted, and go for good when the window closes. Until then they can be brought back."
)
BACK = _("They are all here again.")


def is_due(asked_on: str | None, today: date) -> bool:
    """Whether to ask: at most once a month; a clock that stood far ahead once puts it off no more.

    >>> is_due("2026-03-01", date(2026, 3, 30)), is_due("2026-03-01", date(2026, 3, 31))
    (False, True)
    >>> is_due("2040-01-01", date(2026, 3, 31))
    True
    """
    return asked_on is None or abs(today - date.fromisoformat(asked_on)) >= ASKED_EVERY


def sessions_past_keeping(store: Store, now: datetime) -> list[SessionRecord]:
    """Those to be asked about, oldest first. Raises ``StorageError``."""
    found = (store.session(number) for number in past_keeping(store, now))
    return sorted(found, key=lambda record: record.started_at)


class KeepingScreen(SheetScreen):
    """Offers to delete, and to bring back what was; ``done`` with either."""

    done = Signal()

    def __init__(self, theme: Theme, store: Store, records: Sequence[SessionRecord]) -> None:
        super().__init__(theme, TITLE)
        self._store, self._ids = store, [record.id for record in records]
        self.state = self.paragraph(OLDER)
        everybody = people(store)
        for person in everybody:
            its = [r for r in records if any(p.person_id == person.id for p in r.participants)]
            if its:
                self.say(_told(person, its, alone=len(everybody) == 1))
        self.keep = Pill(_("Keep them for now"), theme, primary=True)
        self.delete = Pill(_("Delete them"), theme)
        self.back = Pill(_("Bring them back"), theme)
        self.back.hide()
        self.column.addSpacing(10)
        self.row(self.keep, self.delete, self.back)
        self.column.addStretch()
        self.keep.clicked.connect(self.done)
        self.delete.clicked.connect(self._delete)
        self.back.clicked.connect(self._bring_back)

    def _delete(self) -> None:
        if self._done(lambda: hide(self._store, self._ids), GONE):
            self._show(deleted=True)

    def _bring_back(self) -> None:
        if self._done(lambda: unhide(self._store, self._ids), BACK):
            self._show(deleted=False)

    def _done(self, do: Callable[[], object], said: str) -> bool:
        try:
            do()
        except StorageError as error:
            said, worked = str(error), False
        else:
            worked = True
        self.state.set_words(said)
        announce(self, said)
        self.fit()
        return worked

    def _show(self, *, deleted: bool) -> None:
        self.keep.set_words(_("Go on") if deleted else _("Keep them for now"))
        self.delete.setVisible(not deleted)
        self.back.setVisible(deleted)
        self.keep.setFocus()

    def leave(self) -> None:
        self.done.emit()


def _told(person: Person, records: Sequence[SessionRecord], *, alone: bool) -> str:
    """Of one person: how many, of which days, and what was wished."""
    count = ngettext("{n} session", "{n} sessions", len(records)).format(n=len(records))
    days = kept_for(person.keep_days or 0)
    first, last = (day_words(day_of(record)) for record in (records[0], records[-1]))
    if first == last:
        said = _("{sessions} of {day}, meant to be kept for {days}.")
        told = said.format(sessions=count, day=first, days=days)
    else:
        said = _("{sessions} from {first} to {last}, meant to be kept for {days}.")
        told = said.format(sessions=count, first=first, last=last, days=days)
    return told if alone else _("{name}: {what}").format(name=person.pseudonym, what=told)
