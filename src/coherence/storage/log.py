"""A small rotating log without names, addresses or values, and a place for what a crash leaves."""

from __future__ import annotations

import faulthandler
import logging
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from coherence.storage.errors import plainly
from coherence.storage.files import make_private, open_private
from coherence.storage.places import Places

LARGEST_B, KEPT = 256 * 1024, 3


class _PrivateLog(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        return open_private(Path(self.baseFilename))


def open_log(where: Places) -> Callable[[], None]:
    """Log warnings and what we say ourselves into the log folder; returns what closes it.

    Raises ``StorageError``.
    """
    with plainly(where.log):
        make_private(where.log)
        handler = _PrivateLog(where.log / "coherence.log", maxBytes=LARGEST_B, backupCount=KEPT)
        crash = open_private(where.log / "crash.log")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    ours = logging.getLogger("coherence")
    ours.setLevel(logging.INFO)
    ours.addHandler(handler)
    faulthandler.enable(crash)

    def close() -> None:
        faulthandler.disable()
        ours.removeHandler(handler)
        handler.close()
        crash.close()

    return close
