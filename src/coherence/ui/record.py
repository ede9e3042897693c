"""The store in the life of the window: opened, mended and backed up; purged and closed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from coherence.sessions.summing_up import not_summed_up, sum_up
from coherence.storage.database import Store
from coherence.storage.erasing import purge_all
from coherence.storage.errors import StorageError
from coherence.storage.interrupted import close_interrupted
from coherence.storage.keeping import backing_up, beside
from coherence.storage.keys import StoreLocked, WrongPassphrase, unlock
from coherence.storage.own_paces import forgotten
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
        numbers = not_summed_up(store)
        purge_all(store)  # what was deleted and could not be purged when the window closed
    except BaseException:
        store.close()
        raise
    backing_up(store.path, datetime.now(UTC))
    if numbers:
        beside(lambda: sum_up(store.path, numbers), "summing-up")
    return store


def with_known_person(settings: Settings, store: Store) -> Settings:
    """The settings with nothing of people who are gone; the first one follows, where one chosen is.

    Raises ``StorageError``.
    """
    first = store.me()
    there = {person.id for person in people(store)}
    chosen = settings.person_id
    told = {int(key) for key in (*settings.own_paces, *settings.own_contacts) if key.isdecimal()}
    told |= {*settings.numbers_hidden_for, *([] if chosen is None else [chosen])}
    for gone in sorted(told - there):
        settings = forgotten(settings, gone, chosen, first)
    return settings


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
        done = purge_all(store)
        return done.sentence if done else None
    except StorageError as error:  # it stays hidden and goes the next time
        LOG.warning("what was deleted could not be purged")
        return str(error)
    finally:
        store.close()
