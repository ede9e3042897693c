"""Two hearts of one sitting: two records, each with its own person and consent, and the tie.

The rule for erasing one of the two: each is a whole record, so that one goes from record and
backups like any other, and the other stays as it was. What was said of both together is never
stored; it is worked out while both are there.
"""

from __future__ import annotations

from coherence.storage.database import Store


def tie(store: Store, own_session_id: int, client_session_id: int) -> None:
    """Note that the therapist's own heart was recorded beside a client's. Raises StorageError."""
    with store.writing() as connection:
        connection.execute(
            "INSERT INTO beside(session_id, client_session_id) VALUES (?, ?)",
            (own_session_id, client_session_id),
        )


def sitting_of(store: Store, session_id: int) -> tuple[int, int] | None:
    """The client's and the therapist's record of the sitting that ``session_id`` is one of.

    ``None`` where there is no other, or no longer. Raises ``StorageError``.
    """
    with store.reading() as connection:
        row = connection.execute(
            "SELECT client_session_id, session_id FROM beside "
            "JOIN session AS own ON own.id = session_id "
            "JOIN session AS client ON client.id = client_session_id "
            "WHERE ? IN (session_id, client_session_id) "
            "AND own.hidden_at IS NULL AND client.hidden_at IS NULL",
            (session_id,),
        ).fetchone()
    return None if row is None else (int(row[0]), int(row[1]))
