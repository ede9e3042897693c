"""Sessions that a crash cut short get their numbers and their picture, as those that ended do."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from coherence.model import End
from coherence.sessions.summary import summary_text, tracker_of
from coherence.storage.database import Store
from coherence.storage.errors import StorageError

LONGEST_SUMMED_S = 26 * 3600.0  # a file that says it lasted for years is not gone through


def not_summed_up(store: Store) -> list[int]:
    """Sessions recorded here, and over, that were never summed up. Raises ``StorageError``."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id FROM session WHERE summary = '{}' AND fingerprint IS NULL "
            'AND hidden_at IS NULL AND "end" != ? AND duration_s BETWEEN 1 AND ?',
            (End.OPEN.value, LONGEST_SUMMED_S),
        ).fetchall()
    return [number for (number,) in rows]


def sum_up(path: Path, numbers: Iterable[int]) -> None:
    """Sum these up, in a store that is opened for it. Raises ``StorageError``.

    One that cannot be read is left as it is.
    """
    with Store.open(path) as store:
        for number in numbers:
            with suppress(StorageError):
                store.set_summary(number, summary_text(tracker_of(store.arrivals(number))))
