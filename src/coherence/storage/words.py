"""What people write about a session: a note and tags. They may be changed at any time."""

from __future__ import annotations

from collections.abc import Iterable

from coherence.storage.database import Store
from coherence.storage.tag_rows import as_note, put_tags


def set_note(store: Store, session_id: int, note: str) -> None:
    """Put ``note`` in place of what was there. Raises ``StorageError``."""
    store.session(session_id)
    with store.writing() as connection:
        connection.execute("UPDATE session SET note = ? WHERE id = ?", (as_note(note), session_id))


def set_tags(store: Store, session_id: int, tags: Iterable[str]) -> tuple[str, ...]:
    """Put ``tags`` in place of those there were; returns them as they are kept.

    A tag is one or more words, kept in lower case. Raises ``StorageError``.
    """
    store.session(session_id)
    with store.writing() as connection:
        return put_tags(connection, session_id, tags)


def tags(store: Store) -> list[str]:
    """Every tag in use, in order of the alphabet. Raises ``StorageError``."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT DISTINCT tag FROM tag JOIN session ON session_id = id "
            "WHERE hidden_at IS NULL ORDER BY tag"
        ).fetchall()
    return [tag for (tag,) in rows]
