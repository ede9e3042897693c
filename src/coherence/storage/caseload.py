"""What a therapist keeps of each person beside their sessions: what is planned, what was given."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from coherence.model import GivenPack, Person, Practised
from coherence.storage.database import Store
from coherence.storage.errors import StorageError

LONGEST_PLAN = 400


def planned(store: Store) -> dict[int, str]:
    """What is planned next, by person. Raises ``StorageError``."""
    with store.reading() as connection:
        return dict(connection.execute("SELECT person_id, words FROM planned").fetchall())


def plan_next(store: Store, person: Person, words: str) -> None:
    """Put a plan in place of the one there was; without words it goes. Raises ``StorageError``."""
    said = " ".join(words.split())[:LONGEST_PLAN]
    with store.writing() as connection:
        if not said:
            connection.execute("DELETE FROM planned WHERE person_id = ?", (person.id,))
            return
        connection.execute(
            "INSERT INTO planned(person_id, words) VALUES (?, ?) "
            "ON CONFLICT(person_id) DO UPDATE SET words = excluded.words",
            (person.id, said),
        )


def note_given(store: Store, person_id: int, pack_id: str, name: str) -> None:
    """Note that somebody was given a home practice pack. Raises ``StorageError``."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with store.writing() as connection:
        connection.execute(
            "INSERT INTO given_pack(pack_id, person_id, name, given_at) VALUES (?, ?, ?, ?)",
            (pack_id, person_id, name, now),
        )


def given_packs(store: Store) -> list[GivenPack]:
    """All packs that were given, newest first. Raises ``StorageError``."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT pack_id, person_id, name, given_at FROM given_pack "
            "ORDER BY given_at DESC, rowid DESC"
        ).fetchall()
    return [GivenPack(*row) for row in rows]


def given_to(store: Store, pack_id: str) -> int | None:
    """Whom a pack was given to, if it was made here. Raises ``StorageError``."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT person_id FROM given_pack JOIN person ON person.id = person_id "
            "WHERE pack_id = ? AND hidden_at IS NULL",
            (pack_id,),
        ).fetchone()
    return None if row is None else int(row[0])


def brought_in(store: Store) -> frozenset[int]:
    """The sessions that came as files: practised elsewhere. Raises ``StorageError``."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id FROM session WHERE fingerprint IS NOT NULL AND hidden_at IS NULL"
        ).fetchall()
    return frozenset(number for (number,) in rows)


def practised_alone(store: Store) -> dict[int, list[Practised]]:
    """What was practised without a strap, by person, newest first. Raises ``StorageError``."""
    found: dict[int, list[Practised]] = defaultdict(list)
    with store.reading() as connection:
        for (
            person_id,
            number,
            practice,
            begun_at,
            offset_min,
            seconds,
            paced_s,
            whole,
        ) in connection.execute(
            "SELECT person_id, id, practice, begun_at, offset_min, seconds, paced_s, whole "
            "FROM practised WHERE session_id IS NULL ORDER BY begun_at DESC, id DESC"
        ):
            found[person_id].append(
                Practised(number, practice, begun_at, offset_min, seconds, paced_s, bool(whole))
            )
    return found


# --- keys that files are sealed for ---


def sealing_keys(store: Store) -> list[tuple[bytes, bytes]]:
    """(public, private), the newest first. Raises ``StorageError``."""
    with store.reading() as connection:
        return [
            (bytes(public), bytes(private))
            for public, private in connection.execute(
                "SELECT public, private FROM sealing_key ORDER BY made_at DESC, rowid DESC"
            )
        ]


def keep_sealing_key(store: Store, public: bytes, private: bytes) -> None:
    """Keep a pair. It is as well protected as the record is. Raises ``StorageError``."""
    if len(public) != 32 or len(private) != 32:
        raise StorageError("A key to seal files with has 32 bytes.", store.path)
    with store.writing() as connection:
        connection.execute(
            "INSERT INTO sealing_key(public, private, made_at) VALUES (?, ?, ?)",
            (public, private, datetime.now(UTC).isoformat(timespec="milliseconds")),
        )
