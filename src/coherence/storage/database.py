"""The store: people, sessions and what arrived in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from types import TracebackType

from filelock import BaseFileLock

from coherence import __version__
from coherence.model import Arrival, End, Origin, Participant, SessionRecord, StrapSeen
from coherence.storage.arrival_json import ArrivalError
from coherence.storage.arrival_rows import COLUMNS, ArrivalRow, from_row, insert_arrivals
from coherence.storage.beside import NOTHING, Beside, insert_beside
from coherence.storage.connection import connect, transaction
from coherence.storage.errors import NoSuchRecord, StorageError, plainly
from coherence.storage.files import make_private, touch_private
from coherence.storage.keys import key_file_of, unlock, unlocked
from coherence.storage.lock import hold_recording, is_locked, let_go, opening
from coherence.storage.migrations import migrate
from coherence.storage.places import places
from coherence.storage.session_rows import records_in
from coherence.storage.sqlite import is_encrypted
from coherence.storage.tag_rows import as_note, put_tags
from coherence.storage.wanted import Wanted
from coherence.translation import _

ME, CLIENT, THERAPIST = "me", "client", "therapist"
TOGETHER = "together"  # what a therapist's own heart beside a client's is kept as
LARGEST_NUMBER = 2**63 - 1  # that SQLite knows
CHECKED_AT_OPENING_B = 64 * 2**20  # looking at every arrival of a larger store would take too long

Row = tuple[str, float, str | None, str | None, bytes]
PIECE = 4096  # arrivals


class Store:
    """One open store. It belongs to the thread that opened it: another thread opens its own."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._held: dict[int, BaseFileLock] = {}  # recordings begun here

    @classmethod
    def open(cls, path: Path | None = None) -> Store:
        """Open the store, made and migrated where needed.

        An encrypted one is unlocked by the system's keyring or ``COHERENCE_PASSPHRASE``, if it is
        not yet. Raises ``StoreLocked`` where it takes a passphrase, ``StorageError``.
        """
        store = (places().store if path is None else path).absolute()
        with plainly(store):
            make_private(store.parent)
            with opening(store):
                touch_private(store)
                connection = _connected(store)
        return cls(store, connection)

    @classmethod
    def open_to_read(cls, path: Path | None = None) -> Store:
        """Open a store that is there, where nothing may be written: a disk for reading only.

        Raises as ``open`` does.
        """
        store = (places().store if path is None else path).absolute()
        with plainly(store):
            return cls(store, _connected(store, to_read=True))

    def close(self) -> None:
        """Let go of file and locks; a session begun here and not finished stays open in it."""
        for held in self._held.values():
            let_go(held)
        self._held.clear()
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- recording --------------------------------------------------------------------------------

    def begin_session(
        self,
        practice: str,
        *,
        origin: Origin = Origin.STRAP,
        strap: str | None = None,
        strap_id: str | None = None,
        participants: tuple[Participant, ...] | None = None,
        started_at: str | None = None,
        app_version: str = __version__,
    ) -> int:
        """Note a session and hold its lock until it is finished. Raises ``StorageError``.

        ``strap`` is its name; without ``participants`` it is one person, "me", with ``strap_id``.
        """
        with self.writing() as connection:
            if participants is None:
                participants = (Participant(CLIENT, self._me(connection), strap_id),)
            session_id = connection.execute(
                "INSERT INTO session(started_at, practice, origin, strap, app_version) "
                "VALUES (?, ?, ?, ?, ?)",
                (started_at or _utc_now(), practice, origin.value, strap, app_version),
            ).lastrowid
            assert session_id is not None
            connection.executemany(
                "INSERT INTO participant VALUES (?, ?, ?, ?, ?)",
                (
                    (session_id, who.role, who.person_id, who.strap_id, who.consent_utc)
                    for who in participants
                ),
            )
            # before the commit: nobody sees an open session that is not held
            held = hold_recording(self.path, session_id)
            try:
                connection.commit()
            except BaseException:
                let_go(held)
                raise
        self._held[session_id] = held
        return session_id

    def finish_session(
        self, session_id: int, duration_s: float, end: End = End.ENDED, summary: str = "{}"
    ) -> None:
        """Note how the session ended and free its lock.

        Raises ``StorageError``; where that cannot be written, ``close_interrupted`` does it later.
        """
        try:
            with self.writing() as connection:
                changed = connection.execute(
                    'UPDATE session SET duration_s = ?, "end" = ?, summary = ? WHERE id = ?',
                    (duration_s, end.value, summary, session_id),
                )
            if changed.rowcount == 0:
                raise self._unknown(session_id)
        finally:
            if held := self._held.pop(session_id, None):
                let_go(held)

    def add_session(
        self,
        about: SessionRecord,
        arrivals: Iterable[Arrival],
        *,
        fingerprint: str,
        person_id: int | None = None,
        beside: Beside = NOTHING,
        summary: str = "{}",
    ) -> int:
        """Take in a session that was recorded elsewhere, whole or not at all; returns its number.

        It is that person's, or the first one's, with its note and tags and what stood ``beside``
        it; its number, participants and summary are not taken over. Raises ``StorageError``.
        """
        with self.writing() as connection:
            session_id = connection.execute(
                "INSERT INTO session(started_at, duration_s, practice, origin, strap, "
                '"end", app_version, fingerprint, note, summary) '
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    about.started_at,
                    about.duration_s,
                    about.practice,
                    about.origin.value,
                    about.strap,
                    about.end.value,
                    about.app_version,
                    fingerprint,
                    as_note(about.note),
                    summary,
                ),
            ).lastrowid
            assert session_id is not None
            put_tags(connection, session_id, about.tags)
            whose = person_id or self._me(connection)
            connection.execute(
                "INSERT INTO participant(session_id, role, person_id) VALUES (?, ?, ?)",
                (session_id, CLIENT, whose),
            )
            insert_arrivals(connection, session_id, enumerate(arrivals))
            insert_beside(connection, session_id, whose, beside)
        return session_id

    def session_with(self, fingerprint: str) -> int | None:
        """The number of the session that an earlier import of the same made, if there is one.

        One that is deleted does not count: it goes for good, and what is taken in now stays.
        """
        with plainly(self.path):
            row = self._connection.execute(
                "SELECT id FROM session WHERE fingerprint = ? AND hidden_at IS NULL",
                (fingerprint,),
            ).fetchone()
        return None if row is None else int(row[0])

    def set_summary(self, session_id: int, summary: str) -> None:
        """Put another summary (JSON) in place of the cached one. Raises ``StorageError``."""
        with self.writing() as connection:
            changed = connection.execute(
                "UPDATE session SET summary = ? WHERE id = ?", (summary, session_id)
            )
        if changed.rowcount == 0:
            raise self._unknown(session_id)

    # --- looking back -----------------------------------------------------------------------------

    def sessions(self, wanted: Wanted = Wanted()) -> list[SessionRecord]:  # noqa: B008 (frozen)
        """The wanted sessions, newest first; hidden ones never. Raises ``StorageError``."""
        where, values = wanted.where()
        with self.reading() as connection:
            return records_in(connection, where, values)

    def session(self, session_id: int) -> SessionRecord:
        """One session. Raises ``NoSuchRecord`` when there is none of that number."""
        if session_id > LARGEST_NUMBER:
            raise self._unknown(session_id)
        with self.reading() as connection:
            found = records_in(connection, "id = ? AND hidden_at IS NULL", [session_id])
        if not found:
            raise self._unknown(session_id)
        return found[0]

    def arrivals(self, session_id: int) -> Iterator[Arrival]:
        """What arrived, in order; the first has number 0. Raises ``StorageError``.

        The rows are read at once and the iterator may be handed to any thread.
        """
        self.session(session_id)
        with plainly(self.path):
            rows = self._connection.execute(
                f"SELECT {COLUMNS} FROM arrival WHERE session_id = ? ORDER BY seq", (session_id,)
            ).fetchall()
        return self._read(session_id, rows)

    def arrivals_in_pieces(self, session_id: int) -> Iterator[list[Arrival]]:
        """The same, some thousand at a time, for those who hold not all. Raises ``StorageError``.

        For the thread that the store is used by.
        """
        self.session(session_id)
        for first in count(0, PIECE):
            with self.reading() as connection:
                rows = connection.execute(
                    f"SELECT {COLUMNS} FROM arrival WHERE session_id = ? AND seq >= ? AND seq < ? "
                    "ORDER BY seq",
                    (session_id, first, first + PIECE),
                ).fetchall()
            if not rows:
                return
            yield list(self._read(session_id, rows, first))

    def last_strap(self) -> StrapSeen | None:
        """The strap of the newest session that had a real one. Raises ``StorageError``."""
        with plainly(self.path):
            row = self._connection.execute(
                "SELECT strap_id, strap FROM session JOIN participant ON session_id = id "
                "WHERE origin = ? AND strap_id IS NOT NULL ORDER BY started_at DESC, id DESC",
                (Origin.STRAP.value,),
            ).fetchone()
        return None if row is None else StrapSeen(row[0], row[1] or row[0])

    def is_locked(self, session_id: int) -> bool:
        """Whether the session is being recorded, here or by another process."""
        return is_locked(self.path, session_id)

    def me(self) -> int:
        """The first person, made at first use. Raises ``StorageError``."""
        with self.writing() as connection:
            return self._me(connection)

    # --- within -----------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, for the modules of this package. Raises ``StorageError``."""
        with plainly(self.path), transaction(self._connection) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, to read from. Raises ``StorageError``."""
        with plainly(self.path):
            yield self._connection

    def _me(self, connection: sqlite3.Connection) -> int:
        row = connection.execute("SELECT min(id) FROM person WHERE hidden_at IS NULL").fetchone()
        if row[0] is None:  # a name that is taken later is changed like any other
            taken = {name for (name,) in connection.execute("SELECT pseudonym FROM person")}
            names = chain((ME,), (f"{ME} {n}" for n in count(2)))  # who is erased may still have it
            row = connection.execute(
                "INSERT INTO person(pseudonym, created_at) VALUES (?, ?) RETURNING id",
                (next(name for name in names if name not in taken), _utc_now()),
            ).fetchone()
        return int(row[0])

    def _read(self, session_id: int, rows: list[Row], first: int = 0) -> Iterator[Arrival]:
        for number, row in enumerate(rows, start=first):
            try:
                yield from_row(ArrivalRow(*row))
            except ArrivalError as error:
                raise StorageError(
                    _(
                        "Entry {number} of session {session_id} in {path} makes no sense ({error}):"
                        " put one of your backups in its place."
                    ).format(number=number, session_id=session_id, path=self.path, error=error),
                    self.path,
                ) from error

    def _unknown(self, session_id: int) -> NoSuchRecord:
        return NoSuchRecord(
            _("There is no session {session_id} in {path}: list them to see their numbers.").format(
                session_id=session_id, path=self.path
            ),
            self.path,
        )


def _connected(store: Path, *, to_read: bool = False) -> sqlite3.Connection:
    if key_file_of(store).exists() and is_encrypted(store) and not unlocked():
        unlock(store)
    connection = connect(store, to_read=to_read)
    try:
        migrate(connection, store)
        if not to_read:
            connection.execute("PRAGMA journal_mode = WAL")
        _check(connection, store)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, store: Path) -> None:
    """A quick look at the pages of the store; raises ``StorageError`` when one is damaged."""
    tables = ["person", "session", "participant", "tag", "practised", "reflection"]
    tables += ["private_note", "beside", "shown_by"]
    tables += ["planned", "given_pack", "sealing_key", "sqlite_sequence"]
    if store.stat().st_size <= CHECKED_AT_OPENING_B:
        tables += ["arrival", "shown"]
    for table in tables:
        if (fault := connection.execute(f"PRAGMA quick_check({table})").fetchone()[0]) != "ok":
            damaged = sqlite3.DatabaseError(str(fault))
            damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damaged


def _utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
