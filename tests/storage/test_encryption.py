"""Encryption: nothing readable anywhere, nothing lost on the way in, out or across."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coherence.model import Moment
from coherence.storage import encryption, keeping, keys
from coherence.storage.backup import snapshot
from coherence.storage.connection import connect
from coherence.storage.database import Store
from coherence.storage.deleting import hide, purge
from coherence.storage.encryption import (
    Turn,
    Wish,
    carry_out,
    change_passphrase,
    holds,
    protection_of,
    turn_off,
    turn_on,
)
from coherence.storage.errors import InstanceError, StorageError
from coherence.storage.interrupted import close_interrupted
from coherence.storage.keeping import restore
from coherence.storage.keys import StoreLocked, WrongPassphrase, unlock
from coherence.storage.lock import hold_app
from coherence.storage.places import Places, backups_of
from coherence.storage.rescue import rescues_for, write_rescue
from coherence.storage.sqlite import is_encrypted
from coherence.storage.words import set_note
from coherence.storage.writer import RecordWriter

SECRET = "a very private word"
WORDS, OTHER = "willow by the water", "moss under the oak"
LABELS = [SECRET + str(n) for n in range(40)]


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    """A home with two sessions and a backup of one of them."""
    monkeypatch.delenv(keys.PASSPHRASE, raising=False)
    keys.lock()
    here = Places(tmp_path / "home", tmp_path / "home", tmp_path / "home" / "log")
    recorded(here, LABELS)
    snapshot(here.store, backups_of(here.store) / "one.db")
    recorded(here, ["later"])
    yield here
    keys.lock()


def recorded(where: Places, labels: list[str]) -> int:
    with Store.open(where.store) as store:
        number = store.begin_session("just_sit", strap=SECRET)
        set_note(store, number, SECRET)
        writer = RecordWriter(store.path, number)
        for seq, label in enumerate(labels):
            writer.put(seq, Moment(float(seq), label))
        assert writer.close() is None
        store.finish_session(number, 60.0)
    return number


def said(path: Path) -> list[list[str]]:
    with Store.open(path) as store:
        return [
            [each.label for each in store.arrivals(record.id) if isinstance(each, Moment)]
            for record in store.sessions()
        ]


def everything(*folders: Path) -> bytes:
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return b"".join(file.read_bytes() for file in files)


def test_nothing_readable_is_left_and_nothing_is_lost(
    where: Places, own_temporary_folder: Path
) -> None:
    whole = said(where.store)
    assert SECRET.encode() in everything(where.data)
    assert turn_on(where, WORDS) == "passphrase"
    assert protection_of(where) == encryption.Protection(True, "passphrase", 0)
    with Store.open(where.store) as store:  # a log is open, and nobody closes it
        number = store.begin_session("just_sit")
        writer = RecordWriter(store.path, number)
        writer.put(0, Moment(1.0, SECRET))
        while writer.waiting:
            pass
        assert (where.data / "coherence.db-wal").stat().st_size > 0
        snapshot(store.path, backups_of(store.path) / "two.db")
        write_rescue(store.path, number, [(1, Moment(2.0, SECRET))])
        assert SECRET.encode() not in everything(where.data, own_temporary_folder)
        assert b"just_sit" not in everything(where.data, own_temporary_folder)
        (rescue,) = rescues_for(store.path)
        assert rescue.arrivals == ((1, Moment(2.0, SECRET)),)
        assert writer.close() is None
    with Store.open(where.store) as store:
        close_interrupted(store)
    assert said(where.store) == [[SECRET, SECRET], *whole]
    assert said(backups_of(where.store) / "one.db") == [LABELS]


def test_without_the_passphrase_nothing_opens(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(where, WORDS)
    keys.lock()
    for ask in (lambda: Store.open(where.store), lambda: connect(where.store)):
        with pytest.raises(StoreLocked, match="encrypted"):
            ask()
    with pytest.raises(WrongPassphrase, match="not the passphrase"):
        unlock(where.store, WORDS + " ")
    with pytest.raises(StoreLocked):
        Store.open(where.store)
    unlock(where.store, WORDS)
    assert said(where.store) == [["later"], LABELS]
    keys.lock()
    monkeypatch.setenv(keys.PASSPHRASE, WORDS)  # for scripts
    assert said(where.store) == [["later"], LABELS]


def test_off_again_everything_is_plain_and_as_it_was(where: Places) -> None:
    turn_on(where, WORDS)
    turn_off(where)
    keys.lock()
    assert not keys.key_file_of(where.store).exists()
    assert not is_encrypted(where.store)
    assert said(where.store) == [["later"], LABELS]
    assert said(backups_of(where.store) / "one.db") == [LABELS]
    with Store.open(where.store) as store:  # what guards the record came along
        assert store.begin_session("x") == 3
        with pytest.raises(Exception, match="never changed"), store.writing() as connection:
            connection.execute("UPDATE arrival SET t_s = 0")


def test_a_new_passphrase_holds_and_the_old_one_does_not(where: Places) -> None:
    turn_on(where, WORDS)
    before = where.store.read_bytes()
    assert change_passphrase(where, OTHER) == "passphrase"
    assert where.store.read_bytes() == before, "nothing has to be encrypted again"
    keys.lock()
    with pytest.raises(WrongPassphrase):
        unlock(where.store, WORDS)
    unlock(where.store, OTHER)
    assert said(where.store) == [["later"], LABELS]
    with pytest.raises(StorageError, match="at least 8 letters"):
        change_passphrase(where, "short")
    keys.lock()
    unlock(where.store, OTHER)


@pytest.mark.parametrize("turn", ["on", "off"])
def test_wherever_it_breaks_off_all_can_be_opened_and_it_goes_on(
    where: Places, monkeypatch: pytest.MonkeyPatch, turn: str
) -> None:
    """Killed at each replacing of a file, before and after."""
    for at in range(12):
        if turn == "off":
            turn_on(where, WORDS)
        steps = 0
        real = os.replace

        def replaced(*paths: object, at: int = at, real=real) -> None:
            nonlocal steps
            if steps == at:
                raise KeyboardInterrupt
            steps += 1
            real(*paths)
            if steps == at:
                raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", lambda self, to, do=replaced: do(self, to))
            broke_off = False
            try:
                turn_on(where, WORDS) if turn == "on" else turn_off(where)
            except KeyboardInterrupt:
                broke_off = True
        keys.lock()
        if keys.key_file_of(where.store).exists():
            unlock(where.store, WORDS)
        assert said(where.store) == [["later"], LABELS]
        assert said(backups_of(where.store) / "one.db") == [LABELS]
        turn_on(where, WORDS) if turn == "on" else turn_off(where)
        assert is_encrypted(where.store) == (turn == "on")
        assert is_encrypted(backups_of(where.store) / "one.db") == (turn == "on")
        if not broke_off:
            assert at > 1, "it never broke off: this proves nothing"
            return
        if turn == "on":
            turn_off(where)
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize("after", [False, True])
def test_a_change_that_breaks_off_leaves_one_passphrase_that_holds(
    where: Places, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    turn_on(where, WORDS)
    real = os.replace

    def killed(self: Path, to: Path) -> None:
        if after:
            real(self, to)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            change_passphrase(where, OTHER)
    keys.lock()
    new, old = (OTHER, WORDS) if after else (WORDS, OTHER)
    with pytest.raises(WrongPassphrase):
        unlock(where.store, old)
    unlock(where.store, new)
    assert said(where.store) == [["later"], LABELS]
    assert said(backups_of(where.store) / "one.db") == [LABELS]
    change_passphrase(where, "birch in the wind")
    assert holds(where, "birch in the wind")
    assert not holds(where, new)


def test_what_is_wished_is_carried_out(where: Places) -> None:
    assert not holds(where, WORDS), "there is none yet"
    carry_out(where, Wish(Turn.ON, WORDS))
    assert protection_of(where).kept == "passphrase"
    carry_out(where, Wish(Turn.CHANGE, OTHER))
    assert (holds(where, WORDS), holds(where, OTHER)) == (False, True)
    (backups_of(where.store) / "one.db").unlink()
    with closing(sqlite3.connect(backups_of(where.store) / "plain.db")) as plain:
        plain.execute("CREATE TABLE left_readable(x)")
    assert protection_of(where).plain_backups == 1
    carry_out(where, Wish(Turn.REST))
    assert protection_of(where) == encryption.Protection(True, "passphrase", 0)
    carry_out(where, Wish(Turn.OFF))
    assert protection_of(where) == encryption.Protection(False)
    assert said(where.store) == [["later"], LABELS]


def test_a_copy_that_did_not_come_out_right_is_not_taken(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = encryption._copied

    def half(file: Path, new: Path, key: bytes | None) -> None:
        copied(file, new, key)
        connection = connect(new)
        connection.execute("DELETE FROM session WHERE id = 1")
        connection.close()

    monkeypatch.setattr(encryption, "_copied", half)
    with pytest.raises(StorageError, match="left as it is"):
        turn_on(where, WORDS)
    monkeypatch.undo()
    keys.lock()
    assert said(where.store) == [["later"], LABELS]


def test_a_purge_reaches_into_encrypted_backups(where: Places) -> None:
    turn_on(where, WORDS)
    with Store.open(where.store) as store:
        hide(store, [1])
        done = purge(store)
    assert (done.sessions, done.backups, done.unreadable) == (1, 1, ())
    assert said(backups_of(where.store) / "one.db") == []


def test_an_encrypted_backup_is_restored(where: Places) -> None:
    turn_on(where, WORDS)
    restore(where, backups_of(where.store) / "one.db")
    assert said(where.store) == [LABELS]
    assert is_encrypted(where.store)


def test_under_an_open_window_nothing_is_turned(where: Places) -> None:
    held = hold_app(where)
    with pytest.raises(InstanceError):
        turn_on(where, WORDS)
    held.release()
    assert not is_encrypted(where.store)


def test_a_backup_that_is_under_way_is_waited_for(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window was closed just after it was opened: its daily backup is not done yet."""
    began, done = threading.Event(), []

    def slow(store: Path, destination: Path) -> None:
        with closing(connect(store)) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM arrival").fetchone()
            began.set()
            time.sleep(0.5)
        snapshot(store, destination)
        done.append(destination)

    monkeypatch.setattr(keeping, "snapshot", slow)
    keeping.backing_up(where.store, datetime(2026, 3, 1, tzinfo=UTC))
    assert began.wait(5.0)
    turn_on(where, WORDS)
    assert done
    assert protection_of(where) == encryption.Protection(True, "passphrase", 0)


def test_a_lost_key_file_is_said_to_be_lost(where: Places) -> None:
    turn_on(where, WORDS)
    key_file = keys.key_file_of(where.store)
    assert WORDS not in key_file.read_text()
    whole = key_file.read_text()
    key_file.write_text(whole[:40])
    keys.lock()
    with pytest.raises(StorageError, match=r"key file .* is damaged"):
        Store.open(where.store)
    key_file.unlink()
    with pytest.raises(StorageError, match=r"put a copy of coherence.key.json back there"):
        Store.open(where.store)
    key_file.write_text(whole)
    unlock(where.store, WORDS)
    assert said(where.store) == [["later"], LABELS]


def test_the_keyring_keeps_the_key_where_there_is_one(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    before = keyring.get_keyring()

    class InMemory(KeyringBackend):
        """A real back-end by the library's own protocol, that forgets at the end."""

        priority = 1  # type: ignore[assignment]

        def __init__(self) -> None:
            super().__init__()
            self.kept: dict[tuple[str, str], str] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.kept[service, username]

    here = InMemory()
    keyring.set_keyring(here)
    try:
        assert turn_on(where, None) == "keyring"
        keys.lock()
        assert said(where.store) == [["later"], LABELS], "nobody is asked"
        change_passphrase(where, WORDS)
        assert here.kept == {}
        keys.lock()
        unlock(where.store, WORDS)
        change_passphrase(where, None)
        here.kept.clear()
        keys.lock()
        with pytest.raises(StoreLocked, match="keyring does not give"):
            Store.open(where.store)
    finally:
        keyring.set_keyring(before)


def test_a_passphrase_is_work_to_guess(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each guess costs as much as the key file says: never less than for interactive use."""
    assert keys.KeyFile("passphrase", "x").work >= 2**15  # RFC 7914, 2
    monkeypatch.setattr(keys, "SCRYPT_N", 2**13)
    turn_on(where, WORDS)
    key_file = keys.read_key_file(where.store)
    assert key_file is not None
    assert key_file.work == 2**13
    monkeypatch.setattr(keys, "SCRYPT_N", 2**10)  # what was chosen later changes nothing here
    keys.lock()
    unlock(where.store, WORDS)


def test_without_a_keyring_a_passphrase_is_asked_for(where: Places) -> None:
    if keys.keyring_works():
        pytest.skip("this system has a keyring")
    with pytest.raises(StorageError, match="choose a passphrase"):
        turn_on(where, None)
    assert not is_encrypted(where.store)


def test_another_records_key_file_is_told_apart(where: Places, tmp_path: Path) -> None:
    other = Places(tmp_path / "other", tmp_path / "other", tmp_path / "other")
    for each in (where, other):
        turn_on(each, WORDS)
        keys.lock()
    own = keys.key_file_of(where.store).read_text()
    keys.key_file_of(where.store).write_text(keys.key_file_of(other.store).read_text())
    keys.unlock(where.store, WORDS)
    with pytest.raises(keys.StoreLocked, match="is another's, put a copy of its own back"):
        Store.open(where.store)
    keys.lock()
    keys.key_file_of(where.store).write_text(own)
    keys.unlock(where.store, WORDS)
    Store.open(where.store).close()
    keys.lock()
