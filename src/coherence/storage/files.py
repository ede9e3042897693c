"""Folders and files that only their owner may read and that survive a power cut."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from coherence.translation import _


def make_private(folder: Path) -> None:
    """Make ``folder`` and what is missing above it. Raises ``OSError``."""
    for part in (*reversed(folder.parents), folder):
        if not part.exists():
            part.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def touch_private(file: Path) -> None:
    """Make ``file``, empty, unless it is there. Raises ``OSError``."""
    if file.exists():  # to open and close a record would take its connections' locks away
        return
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def open_private(file: Path) -> TextIOWrapper:
    """``file`` to go on writing in, for its owner alone. Raises ``OSError``."""

    def opened(path: str, flags: int) -> int:
        number = os.open(path, flags, 0o600)
        if os.name == "posix":  # one that an earlier version made
            os.fchmod(number, 0o600)
        return number

    return open(file, "a", encoding="utf-8", opener=opened)


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """An empty file to be filled; it takes the place of ``file`` only once it is whole and safe.

    A link stays one: what it leads to is replaced. A device or a pipe is refused, for a file would
    take its place for all programs. Whatever goes wrong on the way, ``file`` stays as it was.
    Raises ``OSError``.
    """
    file = Path(os.path.realpath(file))  # resolve() raises where links go round
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, _("it is no file"), str(file))
    make_private(file.parent)
    number, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mode 0600
    os.close(number)
    new = Path(name)
    try:
        yield new
        _sync(new, os.O_RDWR)
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # elsewhere a folder cannot be opened
        _sync(file.parent, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    number = os.open(path, flags)
    try:
        os.fsync(number)
    finally:
        os.close(number)
