"""Somebody erased: nothing of theirs is in any file, and others' records are as they were."""

from pathlib import Path

import pytest

from coherence.model import Moment, Participant, Reflection
from coherence.storage.backup import snapshot
from coherence.storage.caseload import given_to, note_given
from coherence.storage.database import CLIENT, Store
from coherence.storage.deleting import hidden, hide, unhide
from coherence.storage.diary import BEFORE, Diary
from coherence.storage.erasing import (
    bring_back,
    erase,
    hidden_people,
    hide_person,
    purge_all,
    sessions_of,
)
from coherence.storage.errors import StorageError
from coherence.storage.people import add_person, move_session, people, the_therapist
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


def test_who_is_hidden_comes_back_with_what_went_with_them_alone(store: Store) -> None:
    store.me()
    willow = add_person(store, NAME)
    hers, deleted = session(store, willow.id, WORDS), session(store, willow.id, WORDS)
    note_given(store, willow.id, "pack", "Evenings")
    hide(store, [deleted])
    hide_person(store, willow)
    assert [person.pseudonym for person in people(store)] == ["me"]
    assert store.sessions() == []
    assert (hidden(store), unhide(store)) == ((), ()), "they come back with their person alone"
    assert given_to(store, "pack") is None, "nothing is taken in for who is going"
    with pytest.raises(StorageError, match="is being erased still has the name"):
        add_person(store, NAME.upper())
    assert [person.id for person in hidden_people(store)] == [willow.id]
    bring_back(store, willow)
    assert [record.id for record in store.sessions()] == [hers]
    assert hidden(store) == (deleted,)
    assert given_to(store, "pack") == willow.id


def test_who_is_hidden_is_erased_with_all_else_that_is_deleted(store: Store) -> None:
    me = store.me()
    willow, ash = add_person(store, NAME), add_person(store, "Ash")
    mine, hers = session(store, me, WORDS), session(store, willow.id, WORDS)
    kept = session(store, ash.id, "kept")
    snapshot(store.path, backups_of(store.path) / "one.db")
    hide(store, [mine])
    hide_person(store, willow)
    done = purge_all(store)
    assert (done.people, done.sessions, done.backups) == (1, 2, 1)
    assert hers not in {record.id for record in store.sessions()}
    assert [record.id for record in store.sessions()] == [kept]
    for said in (NAME, WORDS):
        assert said.encode() not in everything(store)
    assert not purge_all(store)


def test_somebody_is_here_also_when_the_only_one_waits_to_be_erased(store: Store) -> None:
    me = store.me()
    therapist = the_therapist(store)
    for person in people(store):
        hide_person(store, person)
    assert store.me() not in (me, therapist.id)
    assert [person.pseudonym for person in people(store)] == ["me 2"]
    assert the_therapist(store).pseudonym == "therapist 2"


def test_what_is_being_recorded_is_not_hidden(store: Store) -> None:
    willow = add_person(store, NAME)
    store.begin_session("just_sit", participants=(Participant(CLIENT, willow.id),))
    with pytest.raises(StorageError, match="being recorded"):
        hide_person(store, willow)
    assert hidden_people(store) == []
