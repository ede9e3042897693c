"""The schema, as the ordered steps that lead to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from coherence.storage.backup import snapshot
from coherence.storage.connection import transaction
from coherence.storage.errors import StorageError
from coherence.storage.places import backups_of
from coherence.translation import _

APPLICATION_ID = 0x636F6872  # "cohr", in the file's header

Migration = Callable[[sqlite3.Connection], None]


def migrate(
    connection: sqlite3.Connection, store: Path, migrations: Sequence[Migration] | None = None
) -> Path | None:
    """Bring the store to the newest schema, each step whole or not at all.

    A store that already holds something is backed up first; the backup's path is returned.
    Raises ``StorageError`` for a file that is not ours or newer than we are, ``sqlite3.Error``.
    """
    steps = MIGRATIONS if migrations is None else migrations
    version = _version(connection)
    if version > len(steps):
        raise StorageError(
            _(
                "{store} was written by a newer coherence (schema {version}, this one knows {n}):"
                " update coherence to open it."
            ).format(store=store, version=version, n=len(steps)),
            store,
        )
    if not _is_ours(connection, version):
        raise StorageError(
            _(
                "{store} is a database of another program: move it away, or choose another folder"
                " with COHERENCE_HOME."
            ).format(store=store),
            store,
        )
    if version == len(steps):
        return None
    kept = None
    if version > 0:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        kept = backups_of(store) / f"{store.stem}-schema{version}-{stamp}.db"
        snapshot(store, kept)
    for number, step in enumerate(steps[version:], start=version + 1):
        with transaction(connection):
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            step(connection)
            connection.execute(f"PRAGMA user_version = {number}")
    return kept


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_ours(connection: sqlite3.Connection, version: int) -> bool:
    if version == 0:  # only a file with nothing in it
        return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def first_schema(connection: sqlite3.Connection) -> None:
    """People, sessions, who was in them, and what arrived."""
    for statement in _FIRST_SCHEMA:
        connection.execute(statement)


# AUTOINCREMENT: the number of a deleted session is never given to another one.
_FIRST_SCHEMA = (
    """CREATE TABLE person(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        pseudonym TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL
    )""",
    """CREATE TABLE session(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started_at TEXT NOT NULL,
        duration_s REAL NOT NULL DEFAULT 0,
        practice TEXT NOT NULL,
        origin TEXT NOT NULL,
        strap TEXT,
        "end" TEXT NOT NULL DEFAULT 'open',
        app_version TEXT NOT NULL,
        summary TEXT NOT NULL DEFAULT '{}'
    )""",
    """CREATE TABLE participant(
        session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
        role TEXT NOT NULL,
        person_id INTEGER NOT NULL REFERENCES person(id),
        strap_id TEXT,
        consent_at TEXT,
        PRIMARY KEY(session_id, role, person_id)
    )""",
    """CREATE TABLE arrival(
        session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        t_s REAL NOT NULL,
        strap TEXT,
        characteristic TEXT,
        body BLOB NOT NULL,
        PRIMARY KEY(session_id, seq)
    ) WITHOUT ROWID""",
    # also turns INSERT OR REPLACE away, which would not wake the other two
    """CREATE TRIGGER arrivals_are_numbered_without_a_gap BEFORE INSERT ON arrival
        WHEN NEW.seq IS NOT (
            SELECT coalesce(max(seq) + 1, 0) FROM arrival WHERE session_id = NEW.session_id
        )
        BEGIN SELECT raise(ABORT, 'arrivals are numbered without a gap'); END""",
    """CREATE TRIGGER arrivals_are_never_changed BEFORE UPDATE ON arrival
        BEGIN SELECT raise(ABORT, 'arrivals are never changed'); END""",
    # a session that is deleted is gone before its arrivals are
    """CREATE TRIGGER arrivals_leave_with_their_session BEFORE DELETE ON arrival
        WHEN EXISTS (SELECT 1 FROM session WHERE id = OLD.session_id)
        BEGIN SELECT raise(ABORT, 'arrivals leave only with their session'); END""",
)


def imported_files_are_known_again(connection: sqlite3.Connection) -> None:
    """What an imported file held, as a fingerprint, so that it is not taken in twice."""
    connection.execute("ALTER TABLE session ADD COLUMN fingerprint TEXT")
    connection.execute(
        "CREATE INDEX session_fingerprint ON session(fingerprint) WHERE fingerprint IS NOT NULL"
    )


def people_and_their_words(connection: sqlite3.Connection) -> None:
    """How long a person's sessions are kept; notes and tags; sessions hidden before they go."""
    for statement in (
        "ALTER TABLE person ADD COLUMN keep_days INTEGER",
        "ALTER TABLE session ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE session ADD COLUMN hidden_at TEXT",  # deleted, and may still be undone
        """CREATE TABLE tag(
            session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
            tag TEXT NOT NULL,
            PRIMARY KEY(session_id, tag)
        ) WITHOUT ROWID""",
        "CREATE INDEX tag_tag ON tag(tag, session_id)",
        "CREATE INDEX session_started ON session(started_at DESC, id DESC)",
        "CREATE INDEX participant_person ON participant(person_id, session_id)",
    ):
        connection.execute(statement)


def diary(connection: sqlite3.Connection) -> None:
    """What was practised, and what people said before and after."""
    for statement in _DIARY:
        connection.execute(statement)


_DIARY = (
    """CREATE TABLE practised(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person_id INTEGER NOT NULL REFERENCES person(id) ON DELETE CASCADE,
        practice TEXT NOT NULL,
        begun_at TEXT NOT NULL,
        offset_min INTEGER NOT NULL,
        seconds REAL NOT NULL DEFAULT 0,
        paced_s REAL NOT NULL DEFAULT 0,
        whole INTEGER NOT NULL DEFAULT 0,
        session_id INTEGER REFERENCES session(id) ON DELETE CASCADE
    )""",
    """CREATE TABLE reflection(
        practised_id INTEGER NOT NULL REFERENCES practised(id) ON DELETE CASCADE,
        moment TEXT NOT NULL CHECK(moment IN ('before', 'after')),
        body REAL CHECK(body BETWEEN 0 AND 1),
        mood REAL CHECK(mood BETWEEN 0 AND 1),
        words TEXT NOT NULL DEFAULT '',
        PRIMARY KEY(practised_id, moment)
    ) WITHOUT ROWID""",
    "CREATE INDEX practised_in_session ON practised(session_id)",
)


def private_notes(connection: sqlite3.Connection) -> None:
    """What a therapist writes for themselves: apart from the note that goes out with a session."""
    connection.execute(
        """CREATE TABLE private_note(
            session_id INTEGER PRIMARY KEY REFERENCES session(id) ON DELETE CASCADE,
            words TEXT NOT NULL
        )"""
    )


def two_at_once(connection: sqlite3.Connection) -> None:
    """Whose session a therapist's own heart was recorded beside; either may be erased alone."""
    connection.execute(
        """CREATE TABLE beside(
            session_id INTEGER PRIMARY KEY REFERENCES session(id) ON DELETE CASCADE,
            client_session_id INTEGER REFERENCES session(id) ON DELETE SET NULL
        )"""
    )


def readings_as_shown(connection: sqlite3.Connection) -> None:
    """What was on the screen: blocks of readings, and which markers their columns are."""
    for statement in (
        """CREATE TABLE shown_by(
            id INTEGER PRIMARY KEY,
            app_version TEXT NOT NULL,
            markers TEXT NOT NULL,
            UNIQUE(app_version, markers)
        )""",
        """CREATE TABLE shown(
            session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
            first_s REAL NOT NULL,
            shown_by INTEGER NOT NULL REFERENCES shown_by(id),
            body BLOB NOT NULL,
            PRIMARY KEY(session_id, first_s)
        )""",
    ):
        connection.execute(statement)


def caseload(connection: sqlite3.Connection) -> None:
    """Who is the therapist, what is planned and given, and keys that files are sealed for."""
    for statement in (
        "ALTER TABLE person ADD COLUMN therapist INTEGER NOT NULL DEFAULT 0",
        """CREATE TABLE planned(
            person_id INTEGER PRIMARY KEY REFERENCES person(id) ON DELETE CASCADE,
            words TEXT NOT NULL
        )""",
        """CREATE TABLE given_pack(
            pack_id TEXT PRIMARY KEY,
            person_id INTEGER NOT NULL REFERENCES person(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            given_at TEXT NOT NULL
        )""",
        """CREATE TABLE sealing_key(
            public BLOB PRIMARY KEY,
            private BLOB NOT NULL,
            made_at TEXT NOT NULL
        )""",
    ):
        connection.execute(statement)


def people_hidden_before_they_go(connection: sqlite3.Connection) -> None:
    """Somebody who is to be erased is in no list any more, and may still be brought back."""
    connection.execute("ALTER TABLE person ADD COLUMN hidden_at TEXT")


MIGRATIONS: tuple[Migration, ...] = (
    first_schema,
    imported_files_are_known_again,
    people_and_their_words,
    diary,
    private_notes,
    two_at_once,
    readings_as_shown,
    caseload,
    people_hidden_before_they_go,
)
