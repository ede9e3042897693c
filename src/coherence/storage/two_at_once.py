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


def own_beside(store: Store, client_session_id: int) -> int | None:
    """The therapist's own record beside a client's, if it is there. Raises ``StorageError``."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT session_id FROM beside JOIN session ON session.id = session_id "
            "WHERE client_session_id = ? AND hidden_at IS NULL",
            (client_session_id,),
        ).fetchone()
    return None if row is None else int(row[0])
