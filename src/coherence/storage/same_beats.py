"""Which sessions may hold the beats that a file holds, by what stands in the list of sessions."""

from __future__ import annotations

from coherence.storage.database import Store

SLACK_S = 3.0  # the first interval began before the session did


def sessions_of_so_many(store: Store, beats: int, lasting_s: float) -> list[int]:
    """Sessions that sum up to so many beats; of those that were never summed up, the long enough.

    Deleted ones do not count. Raises ``StorageError``.
    """
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id FROM (SELECT id, duration_s, fingerprint, CASE WHEN json_valid(summary) "
            "THEN json_extract(summary, '$.beats') END AS beats FROM session "
            "WHERE hidden_at IS NULL) "
            "WHERE beats = ? OR (beats IS NULL AND fingerprint IS NULL AND duration_s >= ?) "
            "ORDER BY id DESC",
            (beats, lasting_s - SLACK_S),
        ).fetchall()
    return [number for (number,) in rows]
