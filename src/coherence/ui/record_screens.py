"""The screens of the record: looking back, sessions out and in, people, packs, the caseload."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QWidget

from coherence.practice.library import Library
from coherence.storage.database import Store
from coherence.storage.encryption import Wish
from coherence.storage.erasing import hidden_people
from coherence.storage.own_paces import forgotten, turned_to
from coherence.storage.people import people
from coherence.storage.places import Places
from coherence.ui import screens
from coherence.ui.kept_settings import KeptSettings
from coherence.ui.packs_screen import PacksScreen
from coherence.ui.person_screen import PersonScreen
from coherence.ui.room.desk import Desk


class Window(Protocol):
    """Where the screens are shown, and what they lead to."""

    @property
    def store(self) -> Store | None: ...
    @property
    def there(self) -> Library: ...
    def show_page(self, page: QWidget) -> None: ...
    def show_welcome(self) -> None: ...
    def show_settings(self) -> None: ...
    def show_room_setup(self, client: str | None = None) -> None: ...
    def watch_again(self, session_id: int, speed: float) -> None: ...
    def turned_to(self, person_id: int) -> None: ...


class RecordScreens:
    """Shows them in ``window``. ``wish`` is what is to be done with the record at the end."""

    def __init__(self, window: Window, where: Places, kept: KeptSettings) -> None:
        self._window, self._where, self._kept = window, where, kept
        self.wish: Wish | None = None

    def person_id(self) -> int | None:
        """Who practises here; None where nothing is kept."""
        store = self._window.store
        return None if store is None else self._kept.now.person_id or store.me()

    def show_caseload(self) -> None:
        """Everybody at a glance, for who accompanies several."""
        window, store = self._window, self._window.store
        if store is None:
            return
        self._desk = Desk(
            self._where, store, lambda: self._kept.theme, lambda: screens.titles_of(window.there),
            put=window.show_page, room=window.show_room_setup, journal=self.show_journal,
            taking=lambda person, session, then: self.show_taking(then, session, person),
            change=self.show_person,
            back=window.show_welcome,
        )  # fmt: skip
        self._desk.show()

    def show_journal(
        self, person_id: int | None = None, then: Callable[[], None] | None = None
    ) -> None:
        """What was, to be looked back on; that person's alone where one is named."""
        window, store, me = self._window, self._window.store, self.person_id()
        if store is None or me is None:
            return
        journal = screens.journal_screen(self._kept.theme, window.there, store, person_id or me)
        journal.left.connect(then or window.show_welcome)
        journal.watch_again.connect(window.watch_again)
        again = partial(self.show_journal, person_id, then)
        journal.take.connect(lambda number: self.show_taking(again, number, person_id))
        window.show_page(journal)
        journal.words.setFocus()

    def show_taking(
        self, then: Callable[[], None], chosen: int | None = None, person_id: int | None = None
    ) -> None:
        """Sessions out and in, as pages and files; ``then`` goes on."""
        store, me = self._window.store, self.person_id()
        if store is None or me is None:
            then()
            return
        page = screens.taking_screen(
            self._kept.theme, self._window.there, store, person_id or me, chosen,
            only_theirs=person_id is not None,
        )  # fmt: skip
        page.done.connect(then)
        self._window.show_page(page)

    def show_packs(self) -> None:
        """Home practice packs: opened, read, and taken out."""
        kept = self._kept
        page = PacksScreen(kept.theme, self._where, lambda: kept.now, self.person_id())
        page.changed.connect(kept.take)
        page.done.connect(self._window.show_settings)
        self._window.show_page(page)

    def show_people(self) -> None:
        """Who practises here, and whether others could read it."""
        store, me = self._window.store, self.person_id()
        if store is None or me is None:
            return
        page = screens.people_screen(self._kept.theme, self._where, store, me, wish=self.wish)
        page.chosen.connect(self._take_person)
        page.wished.connect(self._take_wish)
        page.change.connect(lambda number: self.show_person(number, self.show_people))
        page.done.connect(self._window.show_settings)
        self._window.show_page(page)

    def show_person(self, person_id: int, then: Callable[[], None]) -> None:
        """Another name for somebody, or erasing them; ``then`` goes on."""
        store = self._window.store
        person = None
        if store is not None:
            person = next((each for each in people(store) if each.id == person_id), None)
        if store is None or person is None:
            then()
            return
        page = PersonScreen(self._kept.theme, store, person)
        page.hidden.connect(self._somebody_else_for)
        page.done.connect(then)
        self._window.show_page(page)
        page.name.setFocus()

    def _somebody_else_for(self, person_id: int) -> None:
        """Who is not here any more does not practise on."""
        store = self._window.store
        if store is not None and self._kept.now.person_id in (None, person_id):
            first = store.me()
            self._kept.take(turned_to(self._kept.now, first, person_id))
            self._window.turned_to(first)

    def forget_hidden(self) -> None:
        """The settings hold nothing of who is erased now. Raises ``StorageError``."""
        if (store := self._window.store) is not None:
            left = self._kept.now
            for person in hidden_people(store):
                left = forgotten(left, person.id, None, None)
            self._kept.take(left)

    def _take_wish(self, wish: Wish | None) -> None:
        self.wish = wish

    def _take_person(self, person_id: int) -> None:
        me = self.person_id()
        if me is not None:
            self._kept.take(turned_to(self._kept.now, person_id, me))
            self._window.turned_to(person_id)
