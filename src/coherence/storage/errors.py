"""What goes wrong with files, said to people in one plain sentence."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coherence.storage.sqlite import DiskError, OwnFault
from coherence.translation import _

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
INDEX_B = 32 * 1024  # what SQLite asks for at a time, for the index of its log
_IN_THE_WAY = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_REFUSED_BY_SQLITE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}


class StorageError(Exception):
    """Something about the record; the message is one sentence for people, ``path`` the place."""

    def __init__(self, sentence: str, path: Path | None = None) -> None:
        super().__init__(sentence)
        self.path = path


class InstanceError(StorageError):
    """Another coherence holds what this one asks for."""


class NoSuchRecord(StorageError):
    """A number that no session has."""


class NoBackup(StorageError):
    """A file that cannot take the record's place."""


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say about ``path`` into a ``StorageError``.

    Faults of our own (a broken constraint, a connection used from the wrong thread) pass through.
    """
    try:
        yield
    except OwnFault:
        raise
    except DiskError as error:
        raise StorageError(sentence(error, path), path) from error


def is_full(error: BaseException | None, path: Path) -> bool:
    """Whether there was no room left for ``path``.

    SQLite calls it an I/O error where it is the index of its log that has no room.
    """
    if isinstance(error, OSError):
        return error.errno in _FULL
    if not isinstance(error, DiskError):
        return False
    code = _sqlite_code(error)
    return code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _has_no_room(path))


def _has_no_room(path: Path) -> bool:
    folder = next((each for each in path.absolute().parents if each.is_dir()), None)
    try:
        return folder is not None and shutil.disk_usage(folder).free < INDEX_B
    except OSError:
        return False


def is_refused(error: BaseException | None) -> bool:
    """Whether what was asked for may not be done there: most often, writing."""
    if isinstance(error, OSError):
        return error.errno in _REFUSED
    return isinstance(error, DiskError) and _sqlite_code(error) in _REFUSED_BY_SQLITE


def sentence(error: sqlite3.Error | OSError, path: Path) -> str:
    """What happened to ``path`` and what to do next."""
    if is_full(error, path):
        return _(
            "The disk that holds {path} is full: make some room there, then try again."
        ).format(path=path)
    if isinstance(error, OSError):
        if error.errno in _IN_THE_WAY:
            return _(
                "{value} is in the way, a file where a folder belongs or the other way round: "
                "move it, then try again."
            ).format(value=error.filename or path)
    else:
        if _sqlite_code(error) == sqlite3.SQLITE_CANTOPEN and not path.exists():
            return _(
                "{path} is not there: put it back, or choose another folder with COHERENCE_HOME."
            ).format(path=path)
    if is_refused(error):
        return _(
            "coherence may not write to {path}: allow it there, or choose another folder "
            "with COHERENCE_HOME."
        ).format(path=path)
    match _sqlite_code(error):
        case sqlite3.SQLITE_NOTADB:
            return _(
                "{path} is not a coherence record, or it is encrypted and its key file is not "
                "beside it. If it was encrypted, put a copy of {key_file} back there; if not, put "
                "one of your backups in its place."
            ).format(path=path, key_file=path.with_suffix(".key.json").name)
        case sqlite3.SQLITE_CORRUPT:
            return _(
                "The record {path} is damaged: keep a copy of it, then put one of your backups "
                "in its place."
            ).format(path=path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return _("Another program is using {path}: close it, then try again.").format(path=path)
    return _(
        "{path} could not be read or written ({error}): check its disk, then try again."
    ).format(path=path, error=error)


def _sqlite_code(error: sqlite3.Error | OSError) -> int | None:
    """SQLite's primary result code, where there is one."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
