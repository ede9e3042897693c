"""SQLite, plain or encrypted: two libraries with one set of errors."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from types import ModuleType
from typing import cast


def _cipher() -> ModuleType | None:
    try:
        from sqlcipher3 import dbapi2
    except ImportError:  # the extra `secure` is not installed
        return None
    return cast(ModuleType, dbapi2)


cipher = _cipher()

PLAIN_HEAD = b"SQLite format 3\0"


def _both(name: str) -> tuple[type[sqlite3.Error], ...]:
    plain = cast(type[sqlite3.Error], getattr(sqlite3, name))
    if cipher is None:
        return (plain,)
    return plain, cast(type[sqlite3.Error], getattr(cipher, name))  # of the same shape


SqlError = _both("Error")
IntegrityError = _both("IntegrityError")
OwnFault = IntegrityError + _both("ProgrammingError")  # the program's, not the disk's
DiskError: tuple[type[sqlite3.Error] | type[OSError], ...] = (*SqlError, OSError)


# Closing a file takes away every lock that the process has on it (POSIX fcntl), those of SQLite's
# own connections too: sqlite.org/howtocorrupt.html 2.2. So what was opened to be looked at stays
# open for as long as the file is there.
_held: dict[tuple[int, int], int] = {}
_holding = threading.Lock()


def is_encrypted(file: Path) -> bool:
    """Whether ``file`` holds something that is no plain SQLite. Raises ``OSError``."""
    if os.name != "posix":
        with file.open("rb") as opened:
            head = opened.read(len(PLAIN_HEAD))
    else:
        head = os.pread(_number_of(file), len(PLAIN_HEAD), 0)
    return bool(head) and head != PLAIN_HEAD


def _number_of(file: Path) -> int:
    with _holding:
        for node, number in list(_held.items()):
            if os.fstat(number).st_nlink == 0:  # replaced or deleted
                os.close(_held.pop(node))
        now = file.stat()
        node = (now.st_dev, now.st_ino)
        if node not in _held:
            _held[node] = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        return _held[node]
