"""Backups that come and go by themselves, and the way back from one."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from coherence.storage.backup import snapshot
from coherence.storage.connection import connect
from coherence.storage.copying import copying
from coherence.storage.errors import NoBackup, StorageError, plainly
from coherence.storage.files import make_private, replacing
from coherence.storage.lock import hold_app
from coherence.storage.migrations import APPLICATION_ID, MIGRATIONS
from coherence.storage.places import Places, backups_of
from coherence.storage.sqlite import SqlError
from coherence.translation import _

KEPT_DAYS, KEPT_MONTHS = 7, 6
LOGS = ("-wal", "-shm")  # what SQLite keeps beside a store
_running: list[threading.Thread] = []
_DAILY = re.compile(r"coherence-(\d{8})\.db")


def backup_of_today(store: Path, now: datetime) -> Path | None:
    """Back up ``store`` once a day, if anything came since the last time; returns the new one.

    The newest of each of the last 7 days with one, and of each of the last 6 months, stay. Raises
    ``StorageError``.
    """
    with copying(store):  # what a program that was killed left half done goes, every time
        pass
    today = backups_of(store) / f"coherence-{now:%Y%m%d}.db"
    if today.exists() or not _changed_since_last(store):
        return None
    snapshot(store, today)
    for old in _outlived(daily_backups(store)):
        with suppress(OSError):  # it goes the next time
            old.unlink()
    return today


def backing_up(store: Path, now: datetime) -> threading.Thread:
    """The same in a thread of its own: nobody waits for it, and what fails is tried tomorrow."""
    return beside(lambda: backup_of_today(store, now), "backup")


def beside(do: Callable[[], object], name: str) -> threading.Thread:
    """Do something with the record that nobody waits for; what fails is tried the next time."""

    def run() -> None:
        with suppress(StorageError):
            do()

    thread = threading.Thread(target=run, name=name, daemon=True)
    _running.append(thread)
    thread.start()
    return thread


def wait_for_what_runs_beside() -> None:
    """Until nothing is under way in this process: whoever wants a record to themselves asks."""
    while _running:
        _running.pop().join()


def daily_backups(store: Path) -> list[Path]:
    """The backups that came by themselves, newest first."""
    there = backups_of(store).glob("coherence-*.db")
    return sorted((file for file in there if _DAILY.fullmatch(file.name)), reverse=True)


def restore(where: Places, backup: Path) -> Path | None:
    """Put ``backup`` in the store's place; returns where the present store, if any, is kept.

    Nothing is changed unless the backup is whole and of a schema we know. Raises ``InstanceError``
    while coherence is open, ``StorageError``.
    """
    look_through(backup)
    store = where.store
    held = hold_app(where)
    try:
        kept = None
        if store.exists():
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
            kept = backups_of(store) / f"before-restore-{stamp}.db"
            _put_aside(store, kept)
        with copying(store), plainly(store), replacing(store) as new:
            shutil.copyfile(backup, new)
            for log in _logs(store):  # of the old store: the new one has none
                log.unlink(missing_ok=True)
        return kept
    finally:
        held.release()


def look_through(backup: Path) -> None:
    """Raise ``NoBackup`` unless every page of ``backup`` is well and we know its schema."""
    if not backup.is_file():
        raise NoBackup(
            _("There is no backup {backup}: check its name.").format(backup=backup), backup
        )
    with plainly(backup), _no_database(backup), closing(connect(backup)) as connection:
        ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        fault = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if not ours:
        raise NoBackup(
            _("{backup} is no backup of coherence: choose another file.").format(backup=backup),
            backup,
        )
    if version > len(MIGRATIONS):
        raise NoBackup(
            _("{backup} was written by a newer coherence: update coherence to restore it.").format(
                backup=backup
            ),
            backup,
        )
    if fault != "ok":
        raise NoBackup(
            _("{backup} is damaged ({fault}): choose an older one.").format(
                backup=backup, fault=fault
            ),
            backup,
        )


@contextmanager
def _no_database(backup: Path) -> Iterator[None]:
    """Where SQLite sees no database it is for another file to take the record's place."""
    try:
        yield
    except SqlError as error:
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_NOTADB:
            raise
        said = _("{backup} is no backup of coherence, or its key is not here: choose another file.")
        raise NoBackup(said.format(backup=backup), backup) from error


def _put_aside(store: Path, kept: Path) -> None:
    """Keep the present store, even one that is too damaged to be copied as a database."""
    try:
        snapshot(store, kept)
    except StorageError:
        with plainly(kept):
            make_private(kept.parent)
            for file, ending in zip((store, *_logs(store)), ("", *LOGS), strict=True):
                if file.exists():
                    shutil.copy2(file, kept.with_name(kept.name + ending))


def _logs(store: Path) -> tuple[Path, ...]:
    beside = os.path.realpath(store)  # where SQLite has them, too
    return tuple(Path(beside + ending) for ending in LOGS)


def _changed_since_last(store: Path) -> bool:
    """Whether the store holds anything that its newest backup does not."""
    if not store.exists():
        return False
    newest = next(iter(daily_backups(store)), None)
    if newest is None:
        return True
    try:
        return _state(store) != _state(newest)
    except SqlError:  # better one backup too many
        return True


def _state(store: Path) -> tuple[object, ...]:
    with closing(connect(store)) as connection:
        sessions = connection.execute(
            'SELECT count(*), max(id), sum(length(note)), sum(hidden_at IS NULL), max("end") '
            "FROM session"
        ).fetchone()
        others = connection.execute(
            "SELECT (SELECT group_concat(pseudonym) FROM person), (SELECT count(*) FROM tag)"
        ).fetchone()
    return (*sessions, *others)


def _outlived(newest_first: list[Path]) -> list[Path]:
    """Those that neither the days nor the months ask for."""
    stay = set(newest_first[:KEPT_DAYS])
    months: set[str] = set()
    for file in newest_first:
        month = file.name[len("coherence-") :][:6]
        if month not in months and len(months) < KEPT_MONTHS:
            months.add(month)
            stay.add(file)
    return [file for file in newest_first if file not in stay]
