"""The store in the life of the window: opened, mended and backed up; purged and closed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from coherence.storage.database import Store
from coherence.storage.deleting import purge
from coherence.storage.errors import StorageError
from coherence.storage.keeping import backing_up
from coherence.storage.log import open_log
from coherence.storage.places import Places

LOG = logging.getLogger("coherence.record")


def open_record(where: Places) -> Store:
    """The store, with what a crash left open closed as interrupted; a backup is under way.

    Raises ``StorageError``.
    """
    open_log(where)
    store = Store.open(where.store)
    try:
        store.close_interrupted()
        purge(store)  # what was deleted and could not be purged when the window closed
    except BaseException:
        store.close()
        raise
    backing_up(store.path, datetime.now(UTC))
    return store


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
