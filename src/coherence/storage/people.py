"""People by pseudonym, and whose a session is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from coherence.model import Person
from coherence.storage.database import CLIENT, THERAPIST, Store
from coherence.storage.errors import StorageError
from coherence.storage.sqlite import IntegrityError
from coherence.translation import _

LONGEST_NAME = 60


class NoSuchPerson(StorageError):
    """A name that nobody here goes by."""


class NameRefused(StorageError):
    """A name that cannot be given."""


def people(store: Store) -> list[Person]:
    """Everybody, in the order in which they came. Raises ``StorageError``."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT person.id, pseudonym, created_at, keep_days, count(session.id), "
            "person.therapist FROM person "
            "LEFT JOIN participant ON person_id = person.id "
            "LEFT JOIN session ON session_id = session.id AND session.hidden_at IS NULL "
            "WHERE person.hidden_at IS NULL GROUP BY person.id ORDER BY person.id"
        ).fetchall()
    return [replace(Person(*said), therapist=bool(leads)) for *said, leads in rows]


def person_named(store: Store, pseudonym: str) -> Person:
    """Who goes by that name, without regard to case. Raises ``NoSuchPerson``."""
    wanted = pseudonym.strip().casefold()
    everybody = people(store)
    for person in everybody:
        if person.pseudonym.casefold() == wanted:
            return person
    names = ", ".join(person.pseudonym for person in everybody) or _("nobody yet")
    raise NoSuchPerson(
        _("Nobody here is called {pseudonym!r}; there is {names}.").format(
            pseudonym=pseudonym, names=names
        ),
        store.path,
    )


def add_person(store: Store, pseudonym: str) -> Person:
    """Somebody new; a name that is free. Raises ``StorageError``."""
    name = _free_name(store, pseudonym)
    created_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    with store.writing() as connection:
        number = connection.execute(
            "INSERT INTO person(pseudonym, created_at) VALUES (?, ?)", (name, created_at)
        ).lastrowid
    assert number is not None
    return Person(number, name, created_at)


def the_therapist(store: Store) -> Person:
    """Who leads sessions here: a person of their own, made at first need. Raises StorageError."""
    everybody = people(store)
    if found := next((person for person in everybody if person.therapist), None):
        return found
    taken = {person.pseudonym.casefold() for person in everybody} | _of_hidden(store)
    names = (THERAPIST, *(f"{THERAPIST} {n}" for n in range(2, len(taken) + 3)))
    person = add_person(store, next(name for name in names if name not in taken))
    with store.writing() as connection:
        connection.execute("UPDATE person SET therapist = 1 WHERE id = ?", (person.id,))
    return replace(person, therapist=True)


def rename_person(store: Store, person: Person, pseudonym: str) -> None:
    """Another name for the same person. Raises ``StorageError``."""
    name = _free_name(store, pseudonym, but=person)
    with store.writing() as connection:
        connection.execute("UPDATE person SET pseudonym = ? WHERE id = ?", (name, person.id))


def keep_for(store: Store, person: Person, days: int | None) -> None:
    """For how many days this person's sessions are meant to be kept. Raises ``StorageError``."""
    with store.writing() as connection:
        connection.execute("UPDATE person SET keep_days = ? WHERE id = ?", (days, person.id))


def past_keeping(store: Store, now: datetime) -> list[int]:
    """Sessions older than their person wants them kept: to be proposed for deletion, no more.

    A session of two people is past keeping when it is for both. Raises ``StorageError``.
    """
    past: set[int] = set()
    kept: set[int] = set()
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT session.id, started_at, keep_days FROM session "
            "JOIN participant ON session_id = session.id JOIN person ON person.id = person_id "
            "WHERE session.hidden_at IS NULL"
        ).fetchall()
    for number, started_at, keep_days in rows:
        began = datetime.fromisoformat(started_at)
        began = began if began.tzinfo else began.replace(tzinfo=UTC)
        is_past = keep_days is not None and began < now - timedelta(days=keep_days)
        (past if is_past else kept).add(number)
    return sorted(past - kept)


def remove_person(store: Store, person: Person) -> None:
    """Forget somebody who is in no session any more. Raises ``StorageError``."""
    try:
        with store.writing() as connection:
            connection.execute("DELETE FROM person WHERE id = ?", (person.id,))
    except IntegrityError as error:
        raise StorageError(
            _(
                "There are still sessions of {pseudonym}: delete them for good first, or move them"
                " to somebody else."
            ).format(pseudonym=person.pseudonym),
            store.path,
        ) from error


def move_session(store: Store, session_id: int, person: Person) -> None:
    """Give a session, and the lines of the diary about it, to the person it belongs to.

    Raises ``StorageError``.
    """
    store.session(session_id)
    with store.writing() as connection:
        connection.execute(
            "UPDATE participant SET person_id = ? WHERE session_id = ? AND role = ?",
            (person.id, session_id, CLIENT),
        )
        connection.execute(
            "UPDATE practised SET person_id = ? WHERE session_id = ?", (person.id, session_id)
        )


def _free_name(store: Store, pseudonym: str, *, but: Person | None = None) -> str:
    name = " ".join(pseudonym.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NameRefused(
            _("A name has one to {most} letters, signs or spaces: choose another one.").format(
                most=LONGEST_NAME
            ),
            store.path,
        )
    for person in people(store):
        if person.pseudonym.casefold() == name.casefold() and person != but:
            raise NameRefused(
                _("Somebody here is called {pseudonym} already: choose another name.").format(
                    pseudonym=person.pseudonym
                ),
                store.path,
            )
    if name.casefold() in _of_hidden(store):
        raise NameRefused(
            _(
                "Somebody who is being erased still has the name {pseudonym}: choose another one "
                "for now."
            ).format(pseudonym=name),
            store.path,
        )
    return name


def _of_hidden(store: Store) -> set[str]:
    """Names of those who are to be erased and may still come back, without regard to case."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT pseudonym FROM person WHERE hidden_at IS NOT NULL"
        ).fetchall()
    return {name.casefold() for (name,) in rows}
