"""The one place where a connection to the store is made, plain or encrypted."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from coherence.storage import keys
from coherence.storage.errors import INDEX_B
from coherence.storage.keys import StoreLocked
from coherence.storage.sqlite import cipher, is_encrypted
from coherence.translation import _

BUSY_S = 5.0
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # in WAL: the log is on the disk before a commit returns
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten
    "PRAGMA temp_store = MEMORY",  # nothing readable in temporary files
)


def connect(store: Path, *, to_read: bool = False) -> sqlite3.Connection:
    """A connection to an existing file, for the thread that asks.

    An encrypted one needs its key to be unlocked in this process. ``to_read`` is for where nothing
    may be written. Raises ``SqlError``, ``StoreLocked``, ``OSError``.
    """
    uri = _uri(store, to_read)
    connection = _keyed(store, uri) if store.exists() and is_encrypted(store) else _opened(uri)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def key_pragma(key: bytes) -> str:
    """What gives SQLCipher a key that is no passphrase."""
    return f"PRAGMA key = \"x'{key.hex()}'\""


def _opened(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)


def _keyed(store: Path, uri: str) -> sqlite3.Connection:
    """Opened with whichever of the known keys fits."""
    if not keys.key_file_of(store).exists() and not keys.unlocked():
        return _opened(uri)  # nothing of ours is encrypted here: SQLite says what is wrong
    if cipher is None:
        raise StoreLocked(
            _(
                "{store} is encrypted: install what opens it with pip install"
                " 'coherence-hrv[secure]'."
            ).format(store=store),
            store,
        )
    for key in keys.unlocked():
        connection = cast(
            sqlite3.Connection,
            cipher.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None),
        )
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # else it writes to stderr
            connection.execute(key_pragma(key))
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except cipher.DatabaseError as error:
            connection.close()
            if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_NOTADB:
                raise
            continue  # another key
        except BaseException:
            connection.close()
            raise
        return connection
    raise StoreLocked(keys.UNKNOWN_KEY.format(file=store), store)


def _uri(store: Path, to_read: bool) -> str:
    # never mode=rwc: a store that went away must not be made anew, empty, behind everyone's back
    uri = store.absolute().as_uri()
    if not to_read:
        return f"{uri}?mode=rw"
    beside = os.path.realpath(store)  # of a link, what it leads to: SQLite has them there
    log, index = (Path(f"{beside}-{end}") for end in ("wal", "shm"))
    if log.exists() and (
        _holds(index, INDEX_B) or _holds(log, 1)
    ):  # what was written last is in it
        return f"{uri}?mode=ro"
    return f"{uri}?mode=ro&immutable=1"  # else SQLite would make the log's index beside it


def _holds(file: Path, least_b: int) -> bool:
    return file.exists() and file.stat().st_size >= least_b  # a full disk leaves a bit of an index


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
