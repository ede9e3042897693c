"""A therapist's private notes: kept with the session, read again in the caseload alone.

No list, journal, report, export or pack reads this table; it leaves with its session.
"""

from __future__ import annotations

from coherence.storage.database import CLIENT, Store
from coherence.storage.whole_text import made_whole


def private_note(store: Store, session_id: int) -> str:
    """The note to a session; empty where there is none. Raises ``StorageError``."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT words FROM private_note WHERE session_id = ?", (session_id,)
        ).fetchone()
    return "" if row is None else str(row[0])


def private_notes_of(store: Store, person_id: int) -> list[tuple[str, str]]:
    """(when the session began, the note), of a client's sessions, newest first.

    Raises ``StorageError``.
    """
    with store.reading() as connection:
        return connection.execute(
            "SELECT started_at, words FROM private_note JOIN session ON session.id = session_id "
            "WHERE hidden_at IS NULL AND session_id IN "
            "(SELECT session_id FROM participant WHERE person_id = ? AND role = ?) "
            "ORDER BY started_at DESC, session_id DESC",
            (person_id, CLIENT),
        ).fetchall()


def keep_private_note(store: Store, session_id: int, words: str) -> None:
    """Put a note in place of the one there was; without words it goes. Raises ``StorageError``."""
    with store.writing() as connection:
        if not words.strip():
            connection.execute("DELETE FROM private_note WHERE session_id = ?", (session_id,))
            return
        connection.execute(
            "INSERT INTO private_note(session_id, words) VALUES (?, ?) "
            "ON CONFLICT(session_id) DO UPDATE SET words = excluded.words",
            (session_id, made_whole(words)),
        )
