"""Recordings that come through a pipe: `-`, `/dev/stdin`, `<(…)`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from coherence.reports.imports import LARGEST_B
from coherence.reports.recording import ImportFailed
from coherence.translation import _

STDIN = "-"
AT_ONCE_B = 2**20


@contextmanager
def at_hand(path: Path) -> Iterator[Path]:
    """``path``, or where what it gives is kept until it is read: it may be read several times.

    What is said of a copy names ``path``. Raises ``ImportFailed``.
    """
    if str(path) != STDIN and not path.is_fifo():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="coherence-") as folder:  # mode 0700
        copy = Path(folder) / "piped"
        try:
            if str(path) == STDIN:
                _keep(sys.stdin.buffer, copy, path)
            else:
                with path.open("rb") as pipe:
                    _keep(pipe, copy, path)
            yield copy
        except ImportFailed as error:
            raise ImportFailed(path, error.reason, error.line) from error


def _keep(pipe: BinaryIO, copy: Path, path: Path) -> None:
    kept = 0
    with copy.open("wb") as file:
        while piece := pipe.read(AT_ONCE_B):
            kept += len(piece)
            if kept > LARGEST_B:
                raise ImportFailed(path, _("it never seems to end: choose a recording."))
            file.write(piece)
