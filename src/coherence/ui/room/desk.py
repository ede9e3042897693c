"""The therapist's desk: the caseload, and what is opened from it for one person."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from coherence.model import Person
from coherence.sessions.caseload import Case
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.people import people
from coherence.storage.places import Places
from coherence.ui.reminding import now_here
from coherence.ui.room.caseload_screen import CaseloadScreen
from coherence.ui.room.pack_maker import PackMaker
from coherence.ui.theme import Theme

Then = Callable[[], None]  # comes back


class Desk:
    """Shows its screens by ``put``; ``back`` leaves.

    ``room`` opens the set-up for a pseudonym, ``journal`` somebody's sessions, ``taking`` their
    pages and files, with one session chosen, ``change`` their name or that they are erased.
    """

    def __init__(
        self,
        where: Places,
        store: Store,
        theme: Callable[[], Theme],
        titles: Callable[[], dict[str, str]],
        *,
        put: Callable[[QWidget], None],
        room: Callable[[str], None],
        journal: Callable[[int, Then], None],
        taking: Callable[[int, int | None, Then], None],
        change: Callable[[int, Then], None],
        back: Then,
    ) -> None:
        self._where, self._store, self._theme, self._titles = where, store, theme, titles
        self._put, self._back = put, back
        self._room, self._journal, self._taking, self._change = room, journal, taking, change

    def show(self, person_id: int | None = None) -> None:
        """Everybody at a glance, beginning with that person."""
        page = CaseloadScreen(self._theme(), self._store, self._titles())
        if person_id is not None:
            page.refresh(person_id)
        page.left.connect(self._back)
        page.room.connect(lambda case: self._room(case.person.pseudonym))
        page.look_back.connect(lambda case: self._journal(case.person.id, self._again(case)))
        page.page.connect(self._page)
        page.take.connect(lambda case: self._taking(case.person.id, None, self._again(case)))
        page.give.connect(self._give)
        page.change.connect(lambda case: self._change(case.person.id, self._again(case)))
        self._put(page)

    def _again(self, case: Case) -> Then:
        return lambda: self.show(case.person.id)

    def _page(self, case: Case) -> None:
        last = None if case.last is None else case.last.id
        self._taking(case.person.id, last, self._again(case))

    def _give(self, case: Case) -> None:
        page = PackMaker(
            self._theme(), self._store, self._where, case.person, now_here().date(),
            therapists_name(self._store),
        )  # fmt: skip
        page.done.connect(self._again(case))
        self._put(page)


def therapists_name(store: Store) -> str:
    """How the therapist calls themselves here, if there is one by name."""
    try:
        named: Person | None = next((each for each in people(store) if each.therapist), None)
    except StorageError:
        named = None
    return "" if named is None else named.pseudonym


def has_caseload(store: Store | None) -> bool:
    """Whether somebody accompanies others here: more than one person, or a therapist by name."""
    if store is None:
        return False
    try:
        everybody = people(store)
    except StorageError:
        return False
    return len(everybody) > 1
