"""What was shown, in the store: a block a minute, and once what its columns are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from coherence.model import Reading
from coherence.storage.errors import StorageError
from coherence.storage.shown import Shown, joined, packed, shown_by, unpacked

if TYPE_CHECKING:
    from coherence.storage.database import Store  # which takes blocks in by what stands here


class ShownRow(NamedTuple):
    """One block: by which version of the program, of which markers, and from when on."""

    app_version: str
    markers: str  # JSON: the version of each marker by its key, in the order of the block's rows
    first_s: float
    body: bytes


def row_of(shown: Shown) -> ShownRow:
    """The row that keeps ``shown``, which has at least a second."""
    markers = json.dumps(dict(shown.versions), separators=(",", ":"))
    return ShownRow(shown.app_version, markers, float(shown.t_s[0]), packed(shown))


def row_by(readings: Sequence[Reading], app_version: str) -> ShownRow:
    """The row that keeps ``readings``, of which there is at least one."""
    return row_of(shown_by(readings, app_version))


def insert_shown(connection: sqlite3.Connection, session_id: int, rows: Iterable[ShownRow]) -> None:
    """Keep blocks of a session; one that is there already stays as it is."""
    for row in rows:
        made_by = (row.app_version, row.markers)
        connection.execute(
            "INSERT OR IGNORE INTO shown_by(app_version, markers) VALUES (?, ?)", made_by
        )
        connection.execute(
            "INSERT OR IGNORE INTO shown(session_id, first_s, shown_by, body) "
            "SELECT ?, ?, id, ? FROM shown_by WHERE app_version = ? AND markers = ?",
            (session_id, row.first_s, row.body, *made_by),
        )


def shown_in(store: Store, session_id: int) -> list[Shown]:
    """What a session showed, in order; one for each version that showed it.

    Empty where nothing was kept: of an imported recording, or before it was. Raises
    ``StorageError``.
    """
    store.session(session_id)
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT app_version, markers, first_s, body FROM shown "
            "JOIN shown_by ON shown_by.id = shown_by WHERE session_id = ? ORDER BY first_s",
            (session_id,),
        ).fetchall()
    try:
        return joined([unpacked(row[3], json.loads(row[1]), row[0]) for row in rows])
    except ValueError as error:  # of the block, or of what its columns are
        raise StorageError(
            f"What session {session_id} in {store.path} showed cannot be read ({error}): what "
            "arrived in it is not touched by that; put one of your backups in its place.",
            store.path,
        ) from error
