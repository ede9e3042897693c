"""A copy of the whole store, made while it is in use and checked before it counts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from coherence.storage.connection import connect
from coherence.storage.copying import copying
from coherence.storage.errors import StorageError, is_full, plainly, sentence
from coherence.storage.files import replacing
from coherence.storage.sqlite import SqlError
from coherence.translation import _


def snapshot(store: Path, destination: Path) -> None:
    """Copy ``store`` as it is now; ``destination`` appears whole and checked, or not at all.

    Raises ``StorageError``; what stood at ``destination`` before is then still there.
    """
    if destination.exists() and store.exists() and destination.samefile(store):
        raise StorageError(_("A backup cannot take the place of the record itself."), destination)
    with (
        copying(store),
        plainly(store),
        closing(connect(store)) as connection,
        plainly(destination),
        replacing(destination) as new,
    ):
        try:
            before = told(connection)
            # VACUUM INTO accepts an empty file, which keeps the copy private from its first byte
            connection.execute("VACUUM INTO ?", (str(new),))
        except SqlError as error:
            at_fault = destination if is_full(error, destination) else store
            raise StorageError(sentence(error, at_fault), at_fault) from error
        with closing(connect(new)) as copy:
            fault = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if fault != "ok" or told(copy) < before:
                raise StorageError(
                    _(
                        "The backup {destination} did not come out right and was not kept"
                        " ({fault}): check the disk, then try again."
                    ).format(destination=destination, fault=fault),
                    destination,
                )


def told(connection: sqlite3.Connection) -> tuple[int, ...]:
    """What a copy must have as well: its schema, its tables, and how much has arrived."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    arrivals = 0
    if "arrival" in tables:
        arrivals = connection.execute("SELECT count(*) FROM arrival").fetchone()[0]
    return version, len(tables), arrivals
