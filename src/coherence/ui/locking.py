"""The lock: everything hidden at once and, with an encrypted record, closed and its key forgotten.

While a session runs the recording goes on with the connections it has, and nothing is shown or
opened. Memory is cleared as far as Python lets it: docs/privacy.md.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from coherence.storage import keys
from coherence.storage.database import Store
from coherence.storage.encryption import protection_of
from coherence.storage.errors import StorageError
from coherence.storage.places import Places
from coherence.ui.kept_settings import KeptSettings
from coherence.ui.keys import KeyMap
from coherence.ui.lock_page import Kind, LockPage
from coherence.ui.room.client import ClientScreen
from coherence.ui.theme import Theme

LOG = logging.getLogger("coherence.lock")
TOUCHED = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class Hides(Protocol):
    """The therapist's window of a session that runs."""

    def lock(self, page: LockPage) -> None: ...
    def unlock(self) -> None: ...
    def keep_notes_in(self, store: Store | None) -> None: ...
    @property
    def over(self) -> bool: ...
    @property
    def theme(self) -> Theme: ...


class Window(Protocol):
    """What is locked."""

    @property
    def store(self) -> Store | None: ...
    @property
    def in_room(self) -> Hides | None: ...
    @property
    def practising(self) -> bool: ...
    def take_store(self, store: Store | None) -> None: ...
    def show_page(self, page: QWidget) -> None: ...
    def hide_beside(self) -> None: ...
    def go_on(self) -> None: ...
    def protect(self) -> None: ...


def kind_of(where: Places, store: Store | None) -> Kind:
    """What a lock is worth here."""
    if store is None:
        return Kind.NOTHING
    try:
        found = protection_of(where)
    except StorageError:
        return Kind.PLAIN
    if not found.encrypted:
        return Kind.PLAIN
    return Kind.REAL if found.kept == "passphrase" else Kind.KEYRING


class Locking(QObject):
    """Locks and unlocks ``window``; ``look`` is to be called now and then while it is locked."""

    def __init__(self, window: Window, where: Places, kept: KeptSettings) -> None:
        super().__init__()
        self._window, self._where, self._kept = window, where, kept
        self.kind: Kind | None = None  # while it is locked
        self._page: LockPage | None = None

    @property
    def locked(self) -> bool:
        return self.kind is not None

    def lock(self) -> None:
        """Hide everything now; close the record, unless a session is being recorded."""
        if self.locked:
            return
        kind = self.kind = kind_of(self._where, self._window.store)
        LOG.info("locked")
        self._window.hide_beside()
        room = self._window.in_room
        if room is not None:
            room.lock(self._made(kind, running=not room.over))
            self.look()
        elif not self._window.practising:  # else the practice goes on, and nothing beside it
            self.show()

    def show(self) -> None:
        """The page of the lock in the window itself, in place of what was there."""
        assert self.kind is not None
        self._window.show_page(self._made(self.kind, running=False))
        self.look()

    def look(self) -> None:
        """Close the record as soon as nothing is recorded any more."""
        room = self._window.in_room
        recording = self._window.practising if room is None else not room.over
        if self.kind is Kind.REAL and not recording and self._window.store is not None:
            self._close()

    def _close(self) -> None:
        """Nothing can be read from here on without the passphrase."""
        store = self._window.store
        assert store is not None
        if (room := self._window.in_room) is not None:
            room.keep_notes_in(None)
        self._window.take_store(None)
        store.close()
        keys.lock()
        os.environ.pop(keys.PASSPHRASE, None)  # with it anything would open again by itself

    def _made(self, kind: Kind, *, running: bool) -> LockPage:
        room = self._window.in_room
        theme = self._kept.theme if room is None else room.theme
        page = self._page = LockPage(theme, kind, running=running)
        page.tried.connect(self.unlock)
        page.shown_again.connect(lambda: self._opened(None))
        page.protect.connect(self._protect)
        return page

    def unlock(self, passphrase: str) -> None:
        """Open with the passphrase; another one is told, and nothing is shown."""
        if self.kind is not Kind.REAL or self._page is None:
            return
        try:
            if self._window.store is None:
                keys.unlock(self._where.store, passphrase)
                self._opened(Store.open(self._where.store))
            else:  # the session is still being recorded
                key_file = keys.read_key_file(self._where.store)
                if key_file is not None:
                    keys.from_passphrase(key_file, passphrase)
                    self._opened(None)
        except StorageError as error:
            self._page.say(str(error))

    def _opened(self, store: Store | None) -> None:
        self.kind = None
        room = self._window.in_room
        if store is not None:
            self._window.take_store(store)
            if room is not None:
                room.keep_notes_in(store)
        self._page = None
        if room is not None:
            room.unlock()
        else:
            self._window.go_on()

    def _protect(self) -> None:
        self._opened(None)
        self._window.protect()


def on_lock_key(window: QWidget, chosen: Mapping[str, str], lock: Callable[[], None]) -> None:
    """The key that locks, wherever in ``window`` the keyboard is."""
    key = KeyMap(chosen).keys["lock"]
    if key:
        shortcut = QShortcut(QKeySequence(key), window)
        shortcut.activated.connect(lock)


class Idle(QObject):
    """Tells when nobody has touched anything for so long; what a client does does not count."""

    over = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)  # a coarse one may be minutes late
        self._timer.timeout.connect(self.over)
        self._watching = False

    def set_minutes(self, minutes: float | None) -> None:
        """After so many; ``None`` for never. Events are only looked at where it is needed."""
        application = QCoreApplication.instance()
        assert application is not None
        if minutes is None:
            self._timer.stop()
            if self._watching:
                application.removeEventFilter(self)
            self._watching = False
            return
        self._timer.start(round(minutes * 60_000))
        if not self._watching:
            application.installEventFilter(self)
            self._watching = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHED:
            by_client = isinstance(watched, QWidget) and isinstance(watched.window(), ClientScreen)
            if not by_client:
                self._timer.start()
        return False
