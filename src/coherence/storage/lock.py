"""Locks of the operating system, which frees them when a process dies, however it dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from coherence.storage.errors import InstanceError, plainly
from coherence.storage.files import make_private
from coherence.storage.places import Places, locks_of
from coherence.translation import _

OPENING_S, COPYING_S = 30.0, 120.0


def hold_app(where: Places) -> BaseFileLock:
    """Held for as long as the window is open. Raises ``InstanceError`` when one already is."""
    return _hold(
        locks_of(where.store) / "app.lock",
        _("coherence is already open: go on in that window, or close it first."),
    )


@contextmanager
def opening(store: Path) -> Iterator[None]:
    """Two processes do not make or migrate a store at once: the second waits."""
    held = _hold(
        locks_of(store) / f"{store.name}.opening.lock",
        _(
            "Another coherence has been opening {store} for long: wait for it, then try again."
        ).format(store=store),
        OPENING_S,
    )
    try:
        yield
    finally:
        held.release()


def hold_copying(store: Path) -> BaseFileLock:
    """Held while the record is copied, or while all of its copies are looked through."""
    return _hold(
        locks_of(store) / f"{store.name}.copying.lock",
        _(
            "Another coherence has been copying {store} for long: wait for it, then try again."
        ).format(store=store),
        COPYING_S,
    )


def hold_recording(store: Path, session_id: int) -> BaseFileLock:
    """Held while a session is recorded; give it back with ``let_go``."""
    return _hold(
        _recording_file(store, session_id),
        _(
            "Session {session_id} is being recorded by another coherence: end it there first."
        ).format(session_id=session_id),
    )


def is_locked(store: Path, session_id: int) -> bool:
    """Whether a process, this one included, is recording the session; tidies a dead one's lock."""
    if not _recording_file(store, session_id).exists():
        return False
    try:
        let_go(hold_recording(store, session_id))
    except InstanceError:
        return True
    return False


def let_go(held: BaseFileLock) -> None:
    """Release a recording's lock and take its file away: a session is only ever recorded once."""
    file = Path(held.lock_file)
    if os.name == "posix":  # while held, so that nobody can lock a file that is about to go
        file.unlink(missing_ok=True)
        held.release()
    else:  # Windows does not remove an open file
        held.release()
        try:
            file.unlink(missing_ok=True)
        except PermissionError:  # somebody is looking at it; it goes the next time
            return


def _recording_file(store: Path, session_id: int) -> Path:
    return locks_of(store) / f"{store.name}.{session_id}.lock"


def _hold(file: Path, taken: str, wait_s: float = 0.0) -> BaseFileLock:
    # thread_local: a recording may be begun in one thread and finished in another
    lock = FileLock(file, timeout=wait_s, mode=0o600, thread_local=False)
    with plainly(file):
        make_private(file.parent)
        try:
            lock.acquire()
        except Timeout as error:  # itself an OSError
            raise InstanceError(taken, file) from error
    return lock
