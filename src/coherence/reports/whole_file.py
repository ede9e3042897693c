"""Writing a file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coherence.storage.errors import StorageError, is_full
from coherence.storage.files import replacing


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """An empty file to be filled; it takes the place of ``path`` only once it is whole.

    Raises ``StorageError`` with one sentence for people where it cannot be written.
    """
    try:
        with replacing(path) as new:
            yield new
    except OSError as error:
        what = "make some room there" if is_full(error) else "choose another place"
        why = "the disk is full" if is_full(error) else error.strerror or "it cannot be written"
        raise StorageError(
            f"{path} was not written ({why}): {what}, then try again.", path
        ) from error
