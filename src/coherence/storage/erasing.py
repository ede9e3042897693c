"""Somebody erased: hidden at once, brought back at will, and then gone from everywhere.

With them go their sessions and diary, what was planned and given, and their name.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from coherence.model import Person
from coherence.storage.connection import connect, transaction
from coherence.storage.copying import copying
from coherence.storage.database import Store
from coherence.storage.deleting import (
    Purged,
    empty_log,
    hide,
    in_each_backup,
    look_unlocked,
    purge,
)
from coherence.storage.errors import StorageError
from coherence.storage.sqlite import IntegrityError
from coherence.translation import _


def sessions_of(store: Store, person: Person) -> list[int]:
    """The sessions that somebody is in, deleted ones that may still come back included.

    Raises ``StorageError``, also for a session that is somebody else's as well.
    """
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT session_id, (SELECT count(DISTINCT person_id) FROM participant AS other "
            "WHERE other.session_id = participant.session_id) FROM participant "
            "WHERE person_id = ? GROUP BY session_id",
            (person.id,),
        ).fetchall()
    if shared := [number for number, of in rows if of > 1]:
        raise StorageError(
            _(
                "Session {number} is somebody else's as well as {name}'s: delete it, or move it to "
                "one of them, first."
            ).format(number=shared[0], name=person.pseudonym),
            store.path,
        )
    return [number for number, _of in rows]


def hide_person(store: Store, person: Person) -> None:
    """Take somebody and their sessions out of every list; ``bring_back`` undoes it.

    ``purge_all`` erases them. Raises ``StorageError``, also for what is being recorded.
    """
    for number in sessions_of(store, person):
        look_unlocked(store, number)
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    with store.writing() as connection:
        connection.execute("UPDATE person SET hidden_at = ? WHERE id = ?", (now, person.id))
        connection.execute(
            "UPDATE session SET hidden_at = ? WHERE hidden_at IS NULL AND id IN "
            "(SELECT session_id FROM participant WHERE person_id = ?)",
            (now, person.id),
        )


def bring_back(store: Store, person: Person) -> None:
    """Somebody hidden is here again, with the sessions that were hidden with them.

    Raises ``StorageError``.
    """
    with store.writing() as connection:
        connection.execute(
            "UPDATE session SET hidden_at = NULL WHERE hidden_at = "
            "(SELECT hidden_at FROM person WHERE id = ?) AND id IN "
            "(SELECT session_id FROM participant WHERE person_id = ?)",
            (person.id, person.id),
        )
        connection.execute("UPDATE person SET hidden_at = NULL WHERE id = ?", (person.id,))


def hidden_people(store: Store) -> list[Person]:
    """Who is to be erased and can still be brought back, the last one first.

    Raises ``StorageError``.
    """
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id, pseudonym, created_at FROM person WHERE hidden_at IS NOT NULL "
            "ORDER BY hidden_at DESC, id DESC"
        ).fetchall()
    return [Person(*row) for row in rows]


def purge_all(store: Store) -> Purged:
    """Erase who is hidden, and remove the sessions that are. Raises ``StorageError``."""
    done = [erase(store, person) for person in hidden_people(store)]
    done.append(purge(store))
    return Purged(
        sum(each.sessions for each in done),
        max(each.backups for each in done),
        tuple(dict.fromkeys(file for each in done for file in each.unreadable)),
        sum(each.people for each in done),
    )


def erase(store: Store, person: Person) -> Purged:
    """Erase somebody and all that is theirs; there is no way back. Raises ``StorageError``.

    Should it break off, their sessions are hidden and erasing once more goes on. In a backup where
    a session that is somebody else's by now is still theirs, only the name goes.
    """
    numbers = sessions_of(store, person)
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id FROM session WHERE hidden_at IS NULL AND id IN "
            "(SELECT session_id FROM participant WHERE person_id = ?)",
            (person.id,),
        ).fetchall()
    hide(store, (number for (number,) in rows))
    purged = purge(store, numbers)
    with copying(store.path):  # no backup is made meanwhile that holds them still
        touched, unreadable = in_each_backup(store, lambda backup: _erased_from(backup, person))
        with store.writing() as connection:
            connection.execute("DELETE FROM person WHERE id = ?", (person.id,))
        empty_log(store)
    return Purged(purged.sessions, max(purged.backups, touched), unreadable, people=1)


def _erased_from(backup: Path, person: Person) -> bool:
    """Whether they were there; numbers are never given twice, the time makes doubly sure."""
    who = (person.id, person.created_at)
    with closing(connect(backup)) as connection:
        try:
            with transaction(connection):
                found = connection.execute(
                    "DELETE FROM person WHERE id = ? AND created_at = ?", who
                ).rowcount
        except IntegrityError:
            with transaction(connection):
                found = connection.execute(
                    "UPDATE person SET pseudonym = ? WHERE id = ? AND created_at = ?",
                    (f"({person.id})", *who),
                ).rowcount
        if found:
            connection.execute("VACUUM")
    return bool(found)
