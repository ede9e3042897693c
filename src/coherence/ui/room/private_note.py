"""The therapist's private note while it is written: kept a moment after the last letter."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.private_notes import keep_private_note

KEPT_AFTER_MS = 800

LOG = logging.getLogger("coherence.room")


class PrivateNote(QObject):
    """The words so far; while there is no store to keep them in they wait for one.

    Without a session that is recorded they are kept nowhere.
    """

    not_kept = Signal(str)  # why, in one sentence

    def __init__(self, store: Store | None = None, session_id: int | None = None) -> None:
        super().__init__()
        self.words = ""
        self._store, self._session_id = store, session_id
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(KEPT_AFTER_MS)
        self._due.timeout.connect(self.keep)

    @property
    def is_kept(self) -> bool:
        """Whether the session is, and the note with it."""
        return self._session_id is not None

    def write(self, words: str) -> None:
        """Other words stand there now."""
        self.words = words
        self._due.start()

    def keep(self) -> None:
        """Keep the words now; what is in the way is told by ``not_kept``."""
        self._due.stop()
        if self._store is None or self._session_id is None:
            return
        try:
            keep_private_note(self._store, self._session_id, self.words)
        except StorageError as error:
            LOG.warning("a private note could not be kept")
            self.not_kept.emit(str(error))

    def keep_in(self, store: Store | None) -> None:
        """Where it goes from here on; ``None`` while the record is closed."""
        if store is None:
            self.keep()
        self._store = store
        if self.words:
            self.keep()

    def close(self) -> None:
        """Nothing more is written: what was not kept yet is kept now."""
        if self._due.isActive():
            self.keep()
