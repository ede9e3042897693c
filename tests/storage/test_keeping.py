"""Backups by themselves, and the way back from one."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coherence.model import Moment
from coherence.storage.backup import snapshot
from coherence.storage.connection import connect
from coherence.storage.database import Store
from coherence.storage.errors import InstanceError, StorageError
from coherence.storage.keeping import backing_up, backup_of_today, daily_backups, restore
from coherence.storage.lock import hold_app
from coherence.storage.places import Places, backups_of
from coherence.storage.words import set_note
from coherence.storage.writer import RecordWriter

TODAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return Places(data=tmp_path / "home", config=tmp_path / "home", log=tmp_path / "log")


def recorded(where: Places, *labels: str) -> None:
    with Store.open(where.store) as store:
        for label in labels:
            number = store.begin_session("just_sit")
            writer = RecordWriter(store.path, number)
            writer.put(0, Moment(1.0, label))
            assert writer.close() is None
            store.finish_session(number, 60.0)


def labels(path: Path) -> list[str]:
    with Store.open(path) as store:
        found = [next(store.arrivals(record.id)) for record in store.sessions()]
    return [each.label for each in found if isinstance(each, Moment)]


def test_one_a_day_and_only_when_something_came(where: Places) -> None:
    recorded(where, "first")
    backup = backup_of_today(where.store, TODAY)
    assert backup is not None
    assert labels(backup) == ["first"]
    assert backup_of_today(where.store, TODAY) is None, "there is one of today"
    assert backup_of_today(where.store, TODAY + timedelta(days=1)) is None, "nothing came"
    with Store.open(where.store) as store:
        set_note(store, 1, "a word")
    assert backup_of_today(where.store, TODAY + timedelta(days=2)) is not None
    backing_up(where.store, TODAY + timedelta(days=3)).join()
    assert len(daily_backups(where.store)) == 2


def test_a_week_of_days_and_half_a_year_of_months_stay(where: Places) -> None:
    recorded(where, "first")
    folder = backups_of(where.store)
    folder.mkdir()
    for day in range(1, 300):  # empty files stand for the older ones
        (folder / f"coherence-{TODAY - timedelta(days=day):%Y%m%d}.db").touch()
    assert backup_of_today(where.store, TODAY) is not None
    left = [file.name[10:18] for file in daily_backups(where.store)]
    assert left[:7] == [f"{TODAY - timedelta(days=n):%Y%m%d}" for n in range(7)]
    assert left[7:] == ["20260131", "20251231", "20251130", "20251031"]


def test_a_linked_record_is_put_back_where_the_link_leads(where: Places, tmp_path: Path) -> None:
    recorded(where, "first")
    far = tmp_path / "stick" / "record.db"
    far.parent.mkdir()
    where.store.rename(far)
    where.store.symlink_to(far)
    snapshot(where.store, where.data / "copy.db")
    recorded(where, "second")
    left = far.with_name("record.db-wal")
    left.write_bytes(b"what a crash left")
    restore(where, where.data / "copy.db")
    assert where.store.is_symlink()
    assert not left.exists()
    assert labels(far) == ["first"]


def test_a_backup_takes_the_record_s_place_and_the_record_is_kept(where: Places) -> None:
    recorded(where, "first")
    backup = where.data / "safe" / "copy.db"
    snapshot(where.store, backup)
    recorded(where, "second")
    kept = restore(where, backup)
    assert labels(where.store) == ["first"]
    assert kept is not None
    assert set(labels(kept)) == {"first", "second"}
    assert backup.exists()
    restore(where, kept)
    assert set(labels(where.store)) == {"first", "second"}


def test_where_there_is_no_record_a_backup_becomes_one(where: Places, tmp_path: Path) -> None:
    recorded(where, "first")
    snapshot(where.store, tmp_path / "copy.db")
    new = replace(where, data=tmp_path / "new home")
    assert restore(new, tmp_path / "copy.db") is None
    assert labels(new.store) == ["first"]


def test_a_damaged_record_is_kept_as_it_is(where: Places, tmp_path: Path) -> None:
    recorded(where, "first")
    snapshot(where.store, tmp_path / "copy.db")
    broken = b"\xa5" * where.store.stat().st_size
    where.store.write_bytes(broken)
    kept = restore(where, tmp_path / "copy.db")
    assert labels(where.store) == ["first"]
    assert kept is not None
    assert kept.read_bytes() == broken


def _newer(path: Path) -> None:
    connection = connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def _foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other(x)")
    connection.close()


def _half(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_newer, "newer coherence"),
        (_foreign, "no backup of coherence"),
        (_half, "damaged"),
        (lambda path: path.write_bytes(b"half a wor"), "its key is not here"),
        (lambda path: path.unlink(), "no backup"),
    ],
)
def test_a_backup_that_cannot_be_used_changes_nothing(where: Places, harm, says: str) -> None:
    recorded(where, "first")
    backup = where.data / "copy.db"
    snapshot(where.store, backup)
    harm(backup)
    with pytest.raises(StorageError, match=says):
        restore(where, backup)
    assert labels(where.store) == ["first"]
    assert not backups_of(where.store).exists()


def test_nothing_is_restored_under_an_open_window(where: Places) -> None:
    recorded(where, "first")
    snapshot(where.store, where.data / "copy.db")
    held = hold_app(where)
    with pytest.raises(InstanceError, match="already open"):
        restore(where, where.data / "copy.db")
    held.release()
