"""Somebody erased: nothing of theirs is in any file, and others' records are as they were."""

from pathlib import Path

import pytest

from coherence.model import Moment, Participant, Reflection
from coherence.storage.backup import snapshot
from coherence.storage.database import CLIENT, Store
from coherence.storage.deleting import hidden, hide
from coherence.storage.diary import BEFORE, Diary
from coherence.storage.erasing import erase, sessions_of
from coherence.storage.errors import StorageError
from coherence.storage.people import add_person, move_session, people
from coherence.storage.places import backups_of
from coherence.storage.writer import RecordWriter

NAME, WORDS = "Willowherb", "a very private word"


def session(store: Store, person_id: int, label: str) -> int:
    number = store.begin_session("just_sit", participants=(Participant(CLIENT, person_id),))
    writer = RecordWriter(store.path, number)
    writer.put(0, Moment(1.0, label))
    assert writer.close() is None
    store.finish_session(number, 1.0)
    return number


def everything(store: Store) -> bytes:
    files = [file for file in store.path.parent.rglob("*") if file.is_file()]
    return b"".join(file.read_bytes() for file in files)


def test_sessions_diary_and_name_are_in_no_file(store: Store) -> None:
    me = store.me()
    willow = add_person(store, NAME)
    mine, hers = session(store, me, "kept"), session(store, willow.id, WORDS)
    gone = session(store, willow.id, WORDS)
    line = Diary(store, willow.id).begin("grounding")  # without a strap
    Diary(store, willow.id).reflect(line, BEFORE, Reflection(words=WORDS))
    for name in ("one.db", "two.db"):
        snapshot(store.path, backups_of(store.path) / name)
    hide(store, [mine, gone])
    for said in (NAME, WORDS):
        assert said.encode() in everything(store)
    assert sessions_of(store, willow) == [hers, gone]
    done = erase(store, willow)
    assert (done.sessions, done.backups, done.unreadable) == (2, 2, ())
    for said in (NAME, WORDS):
        assert said.encode() not in everything(store)
    assert hidden(store) == (mine,), "what others have deleted may still come back"
    assert [person.pseudonym for person in people(store)] == ["me"]
    for backup in backups_of(store.path).glob("*.db"):
        with Store.open(backup) as other:
            assert [record.id for record in other.sessions()] == [mine]
            assert list(other.arrivals(mine)) == [Moment(1.0, "kept")]


def test_what_is_somebody_elses_by_now_stays_theirs_in_backups_too(store: Store) -> None:
    me, willow = store.me(), add_person(store, NAME)
    number = session(store, willow.id, "kept")
    snapshot(store.path, backups_of(store.path) / "one.db")
    move_session(store, number, people(store)[0])
    erase(store, willow)
    assert NAME.encode() not in everything(store)
    assert store.session(number).participants == (Participant(CLIENT, me),)
    with Store.open(backups_of(store.path) / "one.db") as other:
        assert list(other.arrivals(number)) == [Moment(1.0, "kept")]


def test_a_session_of_two_is_not_taken_from_the_other(store: Store) -> None:
    me, willow = store.me(), add_person(store, NAME)
    both = (Participant(CLIENT, willow.id), Participant("therapist", me))
    number = store.begin_session("just_sit", participants=both)
    store.finish_session(number, 1.0)
    with pytest.raises(StorageError, match=f"Session {number} is somebody else's as well"):
        erase(store, willow)
    assert len(people(store)) == 2


def test_what_is_being_recorded_is_not_erased(store: Store) -> None:
    willow = add_person(store, NAME)
    store.begin_session("just_sit", participants=(Participant(CLIENT, willow.id),))
    with pytest.raises(StorageError, match="being recorded"):
        erase(store, willow)


def test_a_backup_that_cannot_be_opened_is_named(store: Store) -> None:
    willow = add_person(store, NAME)
    broken: Path = backups_of(store.path) / "broken.db"
    broken.parent.mkdir()
    broken.write_bytes(b"no database at all" * 99)
    assert erase(store, willow).unreadable == (broken,)
