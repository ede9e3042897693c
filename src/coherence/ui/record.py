"""The store in the life of the window: opened, mended and backed up; purged and closed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from coherence.storage.database import Store
from coherence.storage.deleting import purge
from coherence.storage.errors import StorageError
from coherence.storage.interrupted import close_interrupted
from coherence.storage.keeping import backing_up
from coherence.storage.keys import StoreLocked, WrongPassphrase, unlock
from coherence.storage.people import people
from coherence.storage.places import Places
from coherence.storage.settings import Settings

LOG = logging.getLogger("coherence.record")


Ask = Callable[[str | None], str | None]  # told why it is asked again; ``None`` for no answer


def open_record(where: Places, ask: Ask) -> Store:
    """The store, with what a crash left open closed as interrupted; a backup is under way.

    An encrypted one is unlocked by what ``ask`` returns. Raises ``StorageError``; ``StoreLocked``
    when nobody wants to say the passphrase.
    """
    store = _unlocked(where, ask)
    try:
        close_interrupted(store)
        purge(store)  # what was deleted and could not be purged when the window closed
    except BaseException:
        store.close()
        raise
    backing_up(store.path, datetime.now(UTC))
    return store


def with_known_person(settings: Settings, store: Store) -> Settings:
    """The settings; who practises is the first person where the one that was chosen is gone.

    Raises ``StorageError``.
    """
    chosen = settings.person_id
    if chosen is None or any(person.id == chosen for person in people(store)):
        return settings
    return replace(settings, person_id=None)


def _unlocked(where: Places, ask: Ask) -> Store:
    why: str | None = None
    while True:
        try:
            return Store.open(where.store)
        except StoreLocked:
            said = ask(why)
            if said is None:
                raise
        try:
            unlock(where.store, said)
        except WrongPassphrase as error:
            why = str(error)


def close_record(store: Store) -> str | None:
    """Purge what was deleted and close the store; returns one sentence, if there is one to say."""
    try:
        done = purge(store)
        return done.sentence if done.sessions else None
    except StorageError as error:  # it stays hidden and goes the next time
        LOG.warning("what was deleted could not be purged")
        return str(error)
    finally:
        store.close()
