"""Halves of copies that a killed program left: they go, for what was erased is in them still."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.storage.test_erasing import NAME, WORDS, everything, session

from coherence.storage import keys
from coherence.storage.backup import snapshot
from coherence.storage.copying import copying
from coherence.storage.database import Store
from coherence.storage.deleting import hide, purge
from coherence.storage.encryption import turn_on
from coherence.storage.erasing import erase
from coherence.storage.files import replacing
from coherence.storage.keeping import backup_of_today
from coherence.storage.people import add_person, people
from coherence.storage.places import Places, backups_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class HalfWay:
    """A copy as far as it came, under the very name it is made by; nothing tidies up after it."""

    def __init__(self, store: Path, destination: Path) -> None:
        self._under_way = replacing(destination)
        self.file = self._under_way.__enter__()
        self.file.write_bytes(store.read_bytes())
        self.log = self.file.with_name(f"{self.file.name}-journal")
        self.log.write_bytes(WORDS.encode())


@pytest.fixture
def halves(store: Store) -> list[HalfWay]:
    """One of a backup, one of a record that was to be put in the place of this one."""
    willow = add_person(store, NAME)
    session(store, willow.id, WORDS)
    with store.reading() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    backup = backups_of(store.path) / "coherence-20260228.db"
    return [HalfWay(store.path, place) for place in (backup, store.path)]


def left(halves: list[HalfWay]) -> list[Path]:
    return [file for half in halves for file in (half.file, half.log) if file.exists()]


def test_who_is_erased_is_in_no_half_of_a_copy(store: Store, halves: list[HalfWay]) -> None:
    assert NAME.encode() in halves[0].file.read_bytes()
    willow = next(person for person in people(store) if person.pseudonym == NAME)
    erase(store, willow)
    assert left(halves) == []
    for said in (NAME, WORDS):
        assert said.encode() not in everything(store)


def test_the_next_backup_takes_them_away(store: Store, halves: list[HalfWay]) -> None:
    mine = store.path.parent / ".my own.db.notes"
    mine.write_text("not ours")
    assert backup_of_today(store.path, NOW) is not None
    assert left(halves) == []
    assert mine.exists()
    again = HalfWay(store.path, backups_of(store.path) / "coherence-20260302.db")
    assert backup_of_today(store.path, NOW) is None, "nothing new came"
    assert left([again]) == []


def test_nothing_readable_is_left_by_encrypting(store: Store, halves: list[HalfWay]) -> None:
    path = store.path
    store.close()
    turn_on(Places(path.parent, path.parent, path.parent), "willow by the water")
    try:
        assert left(halves) == []
        for file in path.parent.rglob("*"):
            assert not file.is_file() or NAME.encode() not in file.read_bytes()
    finally:
        keys.lock()


def test_a_backup_that_is_under_way_is_waited_for(store: Store) -> None:
    """Else it would be finished afterwards, with what was to go."""
    number = session(store, store.me(), WORDS)
    hide(store, [number])
    begun, go_on = threading.Event(), threading.Event()

    def back_up() -> None:
        with copying(store.path):
            begun.set()
            assert go_on.wait(20.0)

    other = threading.Thread(target=back_up)
    other.start()
    assert begun.wait(20.0)
    threading.Timer(0.2, go_on.set).start()
    assert purge(store).sessions == 1
    assert go_on.is_set(), "not before"
    other.join()
    copy = store.path.parent / "elsewhere" / "copy.db"
    snapshot(store.path, copy)
    assert WORDS.encode() not in copy.read_bytes()
