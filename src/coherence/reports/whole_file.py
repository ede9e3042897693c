"""Writing a file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coherence.storage.errors import StorageError, is_full
from coherence.storage.files import replacing
from coherence.translation import _


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """An empty file to be filled; it takes the place of ``path`` only once it is whole.

    Raises ``StorageError`` with one sentence for people where it cannot be written.
    """
    try:
        with replacing(path) as new:
            yield new
    except OSError as error:
        if is_full(error, path):
            said = _(
                "{path} was not written: the disk is full. Make some room there, and try again."
            )
        else:
            said = _("{path} was not written ({why}): choose another place, then try again.")
        why = error.strerror or _("it cannot be written")
        raise StorageError(said.format(path=path, why=why), path) from error
