"""Notes and tags as they are kept, and tags as rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from coherence.storage.whole_text import made_whole


def as_note(words: str) -> str:
    """A note as it is kept."""
    return made_whole(words.strip())


def put_tags(
    connection: sqlite3.Connection, session_id: int, tags: Iterable[str]
) -> tuple[str, ...]:
    """Put ``tags`` in place of those there were; returns them as they are kept.

    A tag is one or more words, kept in lower case.
    """
    kept = tuple(sorted({made_whole(" ".join(tag.split()).lower()) for tag in tags} - {""}))
    connection.execute("DELETE FROM tag WHERE session_id = ?", (session_id,))
    connection.executemany("INSERT INTO tag VALUES (?, ?)", ((session_id, t) for t in kept))
    return kept
