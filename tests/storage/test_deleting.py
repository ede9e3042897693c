"""Deleting: undone at will, and then gone from every file there is."""

from pathlib import Path

import pytest

from coherence.model import Arrival, Moment, Reading, Value
from coherence.storage.backup import snapshot
from coherence.storage.database import Store
from coherence.storage.deleting import hidden, hide, purge, unhide
from coherence.storage.errors import StorageError
from coherence.storage.places import backups_of
from coherence.storage.rescue import write_rescue
from coherence.storage.shown_rows import insert_shown, row_by
from coherence.storage.words import set_note
from coherence.storage.writer import RecordWriter

SECRET = "a very private word"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def session(store: Store, *arrivals: Arrival) -> int:
    number = store.begin_session("just_sit")
    writer = RecordWriter(store.path, number)
    for seq, arrival in enumerate(arrivals):
        writer.put(seq, arrival)
    assert writer.close() is None
    store.finish_session(number, 60.0)
    return number


def everything(store: Store, *more: Path) -> bytes:
    folders = (store.path.parent, *more)
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return b"".join(file.read_bytes() for file in files)


def test_a_deleted_session_can_be_brought_back_whole(store: Store) -> None:
    keep, drop = session(store, Moment(1.0, "kept")), session(store, Moment(1.0, SECRET))
    hide(store, [drop])
    assert [record.id for record in store.sessions()] == [keep]
    for ask in (store.session, store.arrivals):
        with pytest.raises(StorageError, match=f"no session {drop}"):
            ask(drop)
    assert hidden(store) == (drop,)
    assert unhide(store) == (drop,)
    assert list(store.arrivals(drop)) == [Moment(1.0, SECRET)]
    assert unhide(store, [keep, drop]) == ()


def test_a_purged_session_is_gone_from_record_log_backups_and_rescue(
    store: Store, temporary: Path
) -> None:
    keep, drop = session(store, Moment(1.0, "kept")), session(store, Moment(1.0, SECRET))
    set_note(store, drop, SECRET)
    row = row_by(
        [Reading(float(n), "rmssd_ms", Value(40.0 + n % 7), 1.0, 1) for n in range(60)], "1"
    )
    with store.writing() as connection:
        insert_shown(connection, drop, [row])
    for name in ("one.db", "two.db"):
        snapshot(store.path, backups_of(store.path) / name)
    write_rescue(store.path, drop, [(1, Moment(2.0, SECRET))])
    assert SECRET.encode() in everything(store, temporary)
    assert row.body in everything(store)
    hide(store, [drop])
    done = purge(store)
    assert row.body not in everything(store)
    assert (done.sessions, done.backups, done.unreadable) == (1, 2, ())
    assert done.sentence == ("1 session is gone for good, from the record and from 2 backups.")
    assert SECRET.encode() not in everything(store, temporary)
    assert b"kept" in everything(store)
    assert hidden(store) == ()
    assert unhide(store) == ()
    for backup in backups_of(store.path).glob("*.db"):
        with Store.open(backup) as other:
            assert [record.id for record in other.sessions()] == [keep]
            assert list(other.arrivals(keep)) == [Moment(1.0, "kept")]
    assert session(store) > drop, "its number is not given away"


def test_a_purge_that_broke_off_is_gone_on_with(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = session(store, Moment(1.0, SECRET))
    snapshot(store.path, backups_of(store.path) / "one.db")
    hide(store, [drop])
    with monkeypatch.context() as patch:
        patch.setattr("coherence.storage.deleting.rescues_for", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            purge(store)
    assert hidden(store) == (drop,)
    assert purge(store).sessions == 1
    assert SECRET.encode() not in everything(store)


def test_a_backup_that_cannot_be_opened_is_named(store: Store) -> None:
    drop = session(store, Moment(1.0, SECRET))
    backups_of(store.path).mkdir()
    broken = backups_of(store.path) / "broken.db"
    broken.write_bytes(b"no database at all" * 99)
    hide(store, [drop])
    done = purge(store)
    assert done.unreadable == (broken,)
    assert str(broken) in done.sentence
    assert SECRET.encode() not in store.path.read_bytes()


def test_what_is_being_recorded_is_not_deleted_and_neither_is_half_a_list(store: Store) -> None:
    done = session(store)
    running = store.begin_session("just_sit")
    with pytest.raises(StorageError, match="being recorded: end it"):
        hide(store, [done, running])
    with pytest.raises(StorageError, match="no session 77"):
        hide(store, [done, 77])
    assert hidden(store) == ()
    assert purge(store).sessions == 0
