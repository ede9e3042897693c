"""One copy of the record at a time; and halves of copies, left by a program that was killed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coherence.storage.errors import InstanceError, StorageError, is_refused
from coherence.storage.lock import hold_copying
from coherence.storage.places import backups_of

_HALF = re.compile(r"\..+\.db\.[a-z0-9_]{8}(-journal|-wal|-shm)?")  # as ``replacing`` names them


@contextmanager
def copying(store: Path) -> Iterator[None]:
    """Nobody else copies ``store`` meanwhile, and no half of a copy is left beside it.

    What is to go from every copy can only be looked for while none is being made. Waits for
    another one. Raises ``InstanceError`` where that takes too long, ``StorageError``.
    """
    try:
        held = hold_copying(store)
    except InstanceError:
        raise
    except StorageError as error:
        if not is_refused(error.__cause__):
            raise
        yield  # nothing can be written beside it: a copy elsewhere is in nobody's way
        return
    try:
        sweep(store)
        yield
    finally:
        held.release()


def sweep(store: Path) -> None:
    """Take away halves of copies; only while copying is held, for one may be under way."""
    for folder in (store.parent, backups_of(store)):
        with suppress(OSError):  # not there, or not ours to change
            for file in list(folder.iterdir()):
                if _HALF.fullmatch(file.name):
                    file.unlink(missing_ok=True)
