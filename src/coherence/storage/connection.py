"""The one place where a connection to the store is made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUSY_S = 5.0
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # in WAL: the log is on the disk before a commit returns
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten
)


def connect(store: Path) -> sqlite3.Connection:
    """A connection to an existing file, for the thread that asks. Raises ``sqlite3.Error``."""
    # mode=rw: a store that went away must not be made anew, empty, behind everyone's back
    connection = sqlite3.connect(
        f"{store.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_S, isolation_level=None
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of it or nothing; other writers wait."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.commit()
    except BaseException:
        connection.rollback()  # does nothing where SQLite has already done it
        raise
