"""Encryption turned on, off and changed: each file anew beside the old one, checked, then swapped.

Wherever it breaks off, each file is whole, either as it was or as it shall be, and can be opened:
``connect`` looks at the file itself. Turning it on or off once more goes on where it stopped.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from coherence.storage import keys
from coherence.storage.backup import told
from coherence.storage.connection import connect, key_pragma
from coherence.storage.copying import copying
from coherence.storage.database import Store
from coherence.storage.errors import StorageError, plainly
from coherence.storage.files import replacing
from coherence.storage.interrupted import close_interrupted
from coherence.storage.keeping import wait_for_what_runs_beside
from coherence.storage.keys import Kept, KeyFile
from coherence.storage.lock import hold_app, opening
from coherence.storage.places import Places, backups_of
from coherence.storage.sqlite import cipher, is_encrypted
from coherence.translation import _

COPIED = ("user_version", "application_id")  # which the export leaves behind
Told = Callable[[int, int], None]  # files done, of how many


@dataclass(frozen=True, slots=True)
class Protection:
    """How the record is kept."""

    encrypted: bool
    kept: Kept | None = None  # where its key is
    plain_backups: int = 0  # left readable by something that broke off


class Turn(Enum):
    """What may be wished of encryption."""

    ON = "on"
    REST = "rest"  # of the backups, where it broke off
    CHANGE = "change"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Wish:
    """A turn to be made once nobody has the record open; ``None``: the keyring keeps the key."""

    turn: Turn
    passphrase: str | None = None


def carry_out(where: Places, wish: Wish, progress: Told | None = None) -> None:
    """Do what is wished; the key of an encrypted record has to be unlocked. Raises StorageError."""
    match wish.turn:
        case Turn.ON | Turn.REST:
            turn_on(where, wish.passphrase, progress)
        case Turn.CHANGE:
            change_passphrase(where, wish.passphrase)
        case Turn.OFF:
            turn_off(where, progress)


def holds(where: Places, passphrase: str) -> bool:
    """Whether that is the passphrase of the record as it is now. Raises ``StorageError``."""
    key_file = keys.read_key_file(where.store)
    if key_file is None or key_file.kept != "passphrase":
        return False
    try:
        keys.from_passphrase(key_file, passphrase)
    except keys.WrongPassphrase:
        return False
    return True


def protection_of(where: Places) -> Protection:
    """Whether the record is encrypted, and what is not. Raises ``StorageError``."""
    store = where.store
    with plainly(store):
        if not store.exists() or not is_encrypted(store):
            return Protection(False)
        plain = [file for file in _backups(store) if not is_encrypted(file)]
    key_file = keys.read_key_file(store)
    return Protection(True, None if key_file is None else key_file.kept, len(plain))


def require_cipher() -> None:
    """Raise ``StorageError`` where the extra ``secure`` is not installed."""
    if cipher is None:
        raise StorageError(
            _("Encryption needs sqlcipher3: install it with pip install 'coherence-hrv[secure]'.")
        )


def turn_on(where: Places, passphrase: str | None, progress: Told | None = None) -> Kept:
    """Encrypt record and backups under ``passphrase``, or a key in the system's keyring.

    Returns where the key is kept. Raises ``StorageError``; all that was readable before is then
    still whole.
    """
    require_cipher()
    with _alone(where, passphrase) as store:
        if is_encrypted(store):  # something broke off the last time
            key, key_file = _key_of(store), keys.read_key_file(store)
            assert key_file is not None
        else:
            key, key_file = keys.new_key(), None
        if key_file is None:
            key_file = _kept_by(passphrase, key)
            keys.write_key_file(store, key_file)
            keys.keep_unlocked(key)
        _each(store, lambda file: not is_encrypted(file), key, progress)
        return key_file.kept


def turn_off(where: Places, progress: Told | None = None) -> None:
    """Make record and backups plain again; their key has to be unlocked. Raises StorageError."""
    with _alone(where) as store:
        _each(store, is_encrypted, None, progress)
        key_file = keys.read_key_file(store)
        if key_file is not None and key_file.kept == "keyring":
            keys.out_of_keyring(key_file.store)
        with plainly(store):
            keys.key_file_of(store).unlink(missing_ok=True)
        keys.lock()


def change_passphrase(where: Places, passphrase: str | None) -> Kept:
    """Another passphrase for the same key, or the keyring in its place.

    The key has to be unlocked. Raises ``StorageError``; the old one then still holds.
    """
    store = where.store
    before = keys.read_key_file(store)
    if before is None or not is_encrypted(store):
        raise StorageError(_("The record is not encrypted: turn encryption on first."), store)
    key = _key_of(store)  # raises where it is not known
    after = _kept_by(passphrase, key)
    keys.write_key_file(store, after)
    if before.kept == "keyring":
        keys.out_of_keyring(before.store)
    return after.kept


def _kept_by(passphrase: str | None, key: bytes) -> KeyFile:
    name = secrets.token_hex(8)
    if passphrase is not None:
        return keys.under_passphrase(key, passphrase, name)
    if not keys.keyring_works():
        raise StorageError(
            _("This system has no keyring that coherence can use: choose a passphrase instead.")
        )
    keys.to_keyring(name, key)
    return KeyFile("keyring", name)


@contextmanager
def _alone(where: Places, passphrase: str | None = None) -> Iterator[Path]:
    """The store, opened by nobody else; what a crash left is taken in first."""
    held = hold_app(where)
    try:
        wait_for_what_runs_beside()
        if where.store.exists():
            with plainly(where.store):
                if is_encrypted(where.store) and not keys.unlocked():
                    keys.unlock(where.store, passphrase)
        with Store.open(where.store) as store:
            close_interrupted(store)
        with opening(where.store), plainly(where.store):
            yield where.store
    finally:
        held.release()


def _each(
    store: Path, wanted: Callable[[Path], bool], key: bytes | None, progress: Told | None
) -> None:
    """Bring backups and store, the store last, to ``key`` (``None``: plain)."""
    files = [file for file in (*_backups(store), store) if wanted(file)]
    with copying(store):
        for done, file in enumerate(files):
            if progress is not None:
                progress(done, len(files))
            _brought_to(file, key)
    if progress is not None:
        progress(len(files), len(files))


def _backups(store: Path) -> list[Path]:
    return sorted(backups_of(store).glob("*.db"))


def _brought_to(file: Path, key: bytes | None) -> None:
    """Write ``file`` anew under ``key``, check it, swap it in and blot the old one out."""
    with closing(connect(file)) as writers:
        writers.execute("PRAGMA journal_mode = DELETE")  # nothing may stay behind in a log
        writers.execute("BEGIN IMMEDIATE")  # and nobody writes until it is swapped
        before = told(writers)
        with closing(_old_of(file)) as old:
            with replacing(file) as new:
                _copied(file, new, key)
                with closing(connect(new)) as copy:
                    fault = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
                    if fault != "ok" or told(copy) != before:
                        raise StorageError(
                            _(
                                "{file} did not come out right and was left as it is ({fault}):"
                                " check the disk, then try again."
                            ).format(file=file, fault=fault),
                            file,
                        )
            old.blot_out()
        writers.rollback()


def _copied(file: Path, new: Path, key: bytes | None) -> None:
    assert cipher is not None
    with closing(cipher.connect(str(file), isolation_level=None)) as source:
        source.execute("PRAGMA cipher_log_level = NONE")
        if is_encrypted(file):
            source.execute(key_pragma(_key_of(file)))
        under = "" if key is None else f"x'{key.hex()}'"
        source.execute("ATTACH DATABASE ? AS new KEY ?", (str(new), under))
        source.execute("SELECT sqlcipher_export('new')")
        for pragma in COPIED:
            number = source.execute(f"PRAGMA main.{pragma}").fetchone()[0]
            source.execute(f"PRAGMA new.{pragma} = {number}")
        source.execute("DETACH DATABASE new")


def _key_of(file: Path) -> bytes:
    """Which of the known keys opens ``file``."""
    assert cipher is not None
    for key in keys.unlocked():
        with closing(cipher.connect(str(file))) as tried, suppress(cipher.DatabaseError):
            tried.execute("PRAGMA cipher_log_level = NONE")
            tried.execute(key_pragma(key))
            tried.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return key
    raise keys.StoreLocked(keys.UNKNOWN_KEY.format(file=file), file)


class _Old:
    """The file that is replaced, held so that its bytes can be overwritten once it is gone."""

    def __init__(self, number: int | None) -> None:
        self._number = number

    def blot_out(self) -> None:
        """Overwrite it. A solid-state disk may keep copies of its own: docs/privacy.md."""
        if self._number is None:
            return
        left = os.fstat(self._number).st_size
        os.lseek(self._number, 0, os.SEEK_SET)
        while left > 0:
            left -= os.write(self._number, bytes(min(left, 2**20)))
        os.fsync(self._number)

    def close(self) -> None:
        if self._number is not None:
            os.close(self._number)


def _old_of(file: Path) -> _Old:
    # an open file cannot be replaced on Windows: there the old bytes are freed, not overwritten
    return _Old(os.open(file, os.O_RDWR) if os.name == "posix" else None)
