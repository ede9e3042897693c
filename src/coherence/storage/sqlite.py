"""SQLite, plain or encrypted: two libraries with one set of errors."""

from __future__ import annotations

import sqlite3
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


def is_encrypted(file: Path) -> bool:
    """Whether ``file`` holds something that is no plain SQLite. Raises ``OSError``."""
    with file.open("rb") as opened:
        head = opened.read(len(PLAIN_HEAD))
    return bool(head) and head != PLAIN_HEAD
