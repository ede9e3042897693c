"""Deleting for good: hidden at once, undone at will, and then gone from everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from coherence.storage.connection import connect, transaction
from coherence.storage.copying import copying
from coherence.storage.database import Store
from coherence.storage.errors import StorageError, plainly
from coherence.storage.places import backups_of
from coherence.storage.rescue import rescues_for
from coherence.storage.sqlite import DiskError
from coherence.translation import _, ngettext

LOOKING: tuple[type[Exception], ...] = (*DiskError, StorageError)


@dataclass(frozen=True, slots=True)
class Purged:
    """What deleting for good has done."""

    sessions: int
    backups: int  # in which some of them were
    unreadable: tuple[Path, ...] = ()  # backups that could not be looked through
    people: int = 0  # who were erased with all that is theirs

    def __bool__(self) -> bool:
        """Whether anything was there to go."""
        return bool(self.sessions or self.people)

    @property
    def sentence(self) -> str:
        """What is said to people."""
        gone = ngettext(
            "{n} session is gone for good, from the record", "{n} sessions are gone for good, from "
            "the record", self.sessions,
        )  # fmt: skip
        backups = ngettext("{n} backup", "{n} backups", self.backups)
        said = _("{gone} and from {backups}.").format(
            gone=gone.format(n=self.sessions), backups=backups.format(n=self.backups)
        )
        if self.people:
            told = ngettext(
                "{n} person is erased, with all that was theirs.",
                "{n} people are erased, with all that was theirs.",
                self.people,
            )
            said = f"{told.format(n=self.people)} {said}"
        if self.unreadable:
            names = ", ".join(map(str, self.unreadable))
            told = _("These backups could not be opened and may still hold them: {names}.")
            said = f"{said} {told.format(names=names)}"
        return said


def hide(store: Store, session_ids: Iterable[int]) -> None:
    """Take sessions out of every list, all or none; ``unhide`` brings them back.

    Raises ``StorageError``.
    """
    numbers = sorted(set(session_ids))
    for number in numbers:
        store.session(number)
        look_unlocked(store, number)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    with store.writing() as connection:
        connection.executemany(
            "UPDATE session SET hidden_at = ? WHERE id = ?", ((now, number) for number in numbers)
        )


def look_unlocked(store: Store, number: int) -> None:
    """Raise ``StorageError`` where a session is still being recorded."""
    if store.is_locked(number):
        raise StorageError(
            _("Session {number} is being recorded: end it before it is deleted.").format(
                number=number
            ),
            store.path,
        )


def unhide(store: Store, session_ids: Iterable[int] | None = None) -> tuple[int, ...]:
    """Bring hidden sessions back (all of them by default); returns which. Raises StorageError."""
    there = set(hidden(store))
    back = sorted(there if session_ids is None else there & set(session_ids))
    with store.writing() as connection:
        connection.executemany(
            "UPDATE session SET hidden_at = NULL WHERE id = ?", ((number,) for number in back)
        )
    return tuple(back)


def hidden(store: Store) -> tuple[int, ...]:
    """The sessions that are deleted and can still be brought back. Raises ``StorageError``.

    Those of somebody who is to be erased come back with them alone.
    """
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id FROM session WHERE hidden_at IS NOT NULL AND id NOT IN "
            "(SELECT session_id FROM participant JOIN person ON person.id = person_id "
            "WHERE person.hidden_at IS NOT NULL) ORDER BY id"
        ).fetchall()
    return tuple(number for (number,) in rows)


def _hidden_of(store: Store, only: Iterable[int]) -> tuple[int, ...]:
    """Which of them are hidden, whoever they are of."""
    with store.reading() as connection:
        rows = connection.execute("SELECT id FROM session WHERE hidden_at IS NOT NULL").fetchall()
    return tuple(sorted({number for (number,) in rows} & set(only)))


def purge(store: Store, only: Iterable[int] | None = None) -> Purged:
    """Remove what is hidden from the record, its write-ahead log, its backups and rescue files.

    All of it, or ``only`` these of them. Backups come first: should anything break off, the
    sessions are still hidden and the next purge goes on. Raises ``StorageError``.
    """
    numbers = hidden(store) if only is None else _hidden_of(store, only)
    if not numbers:
        return Purged(0, 0)
    with store.reading() as connection:
        marks = ", ".join("?" * len(numbers))
        rows = connection.execute(
            f"SELECT id, started_at FROM session WHERE id IN ({marks})", numbers
        ).fetchall()
    with copying(store.path):  # no backup is made meanwhile that holds them still
        touched, unreadable = in_each_backup(store, lambda backup: _removed_from(backup, rows))
        for rescue in rescues_for(store.path):
            if any(rescue.is_of(*row) for row in rows):
                with plainly(rescue.file):
                    rescue.file.unlink(missing_ok=True)
        with store.writing() as connection:
            connection.executemany("DELETE FROM session WHERE id = ?", ((n,) for n in numbers))
        empty_log(store)
    return Purged(len(numbers), touched, unreadable)


def in_each_backup(store: Store, do: Callable[[Path], bool]) -> tuple[int, tuple[Path, ...]]:
    """How many of the backups ``do`` changed, and which could not be looked through."""
    touched, unreadable = 0, []
    for backup in sorted(backups_of(store.path).glob("*.db")):
        try:
            touched += do(backup)
        except LOOKING:
            unreadable.append(backup)
    return touched, tuple(unreadable)


def empty_log(store: Store) -> None:
    """What was deleted leaves the write-ahead log as well. Raises ``StorageError``."""
    with store.reading() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _removed_from(backup: Path, rows: list[tuple[int, str]]) -> bool:
    """Whether any was there; numbers are never given twice, the time makes doubly sure."""
    with closing(connect(backup)) as connection:
        with transaction(connection):
            found = connection.executemany(
                "DELETE FROM session WHERE id = ? AND started_at = ?", rows
            ).rowcount
        if found:
            connection.execute("VACUUM")
    return bool(found)
