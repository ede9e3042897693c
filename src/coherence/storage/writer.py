"""The record's writer: one thread that makes arrivals durable, whatever the window is doing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from coherence import __version__
from coherence.model import Arrival, Reading
from coherence.storage.arrival_rows import to_row
from coherence.storage.connection import connect, transaction
from coherence.storage.errors import StorageError, is_full
from coherence.storage.rescue import Numbered, write_rescue
from coherence.storage.shown_rows import ShownRow, insert_shown, row_by
from coherence.storage.sqlite import DiskError
from coherence.translation import _

RETRY_S = 1.0  # between attempts while the store cannot be written
CLOSING_S = 5.0
SHOWN_EVERY_S = 60.0  # of the session: what was shown is kept by the minute

WRITING: tuple[type[Exception], ...] = (*DiskError, ValueError, StorageError)
INSERT = "INSERT INTO arrival VALUES (?, ?, ?, ?, ?, ?, ?)"


class RecordWriter:
    """Appends what is put, in order, in transactions that are on the disk when they return.

    While the store cannot be written everything stays in memory and ``trouble`` says so; it is
    written, with nothing left out, as soon as that is possible again.

    What was shown is kept as well, after what arrived and apart from it: it can be computed again.
    """

    def __init__(self, store: Path, session_id: int, began: str | None = None) -> None:
        self._store, self._session_id, self._began = store, session_id, began
        self._kept: list[
            Numbered
        ] = []  # put and not yet durable: appended at the end, cut in front
        self._shown: list[Reading] = []  # of the minute that runs: the feeding thread's own
        self._minutes: list[list[Reading]] = []  # whole: appended at the end, taken in front
        self._blocks: list[ShownRow] = []  # packed and not yet durable: the writer's own
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._given_up = threading.Event()
        self._trouble: str | None = None
        self._written = 0
        self._connection: sqlite3.Connection | None = None  # the thread's own
        self._thread = threading.Thread(target=self._run, name="record writer", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str | None:
        """One sentence while the record cannot be written, or once some of it was not."""
        return self._trouble

    @property
    def written(self) -> int:
        """How many arrivals are durable."""
        return self._written

    @property
    def waiting(self) -> int:
        """How many arrivals are only in memory so far."""
        return len(self._kept)

    def put(self, number: int, arrival: Arrival) -> None:
        """Take an arrival from any thread; never waits, never raises."""
        self._kept.append((number, arrival))
        self._wake.set()

    def show(self, readings: Sequence[Reading]) -> None:
        """Take what is shown now, always from the same thread; never waits, never raises."""
        if not readings:
            return
        if self._shown and readings[-1].t_s - self._shown[0].t_s >= SHOWN_EVERY_S:
            self._hand_over_shown()
        self._shown += readings

    def _hand_over_shown(self) -> None:
        if self._shown:
            self._minutes.append(self._shown)
            self._shown = []
            self._wake.set()

    def close(self, timeout_s: float = CLOSING_S) -> str | None:
        """Write what waits and end the thread; put nothing afterwards.

        Returns ``None`` when all is written, else one sentence that says where the rest went.
        """
        if not self._closing.is_set():
            self._hand_over_shown()
            self._closing.set()
            self._wake.set()
            self._thread.join(timeout_s)
            self._given_up.set()
            if rest := self._kept[:]:
                self._trouble = self._rescued(rest)
        return self._trouble

    def _run(self) -> None:
        try:
            while not (self._closing.is_set() and not (self._kept or self._minutes)):
                self._wake.wait()
                self._wake.clear()
                while self._kept or self._minutes:
                    if not self._append() and self._given_up.wait(RETRY_S):
                        return
            if self._blocks:
                self._tried((), self._blocks)
        finally:
            self._disconnect()

    def _append(self) -> bool:
        """Write all that waits in one transaction; whether what arrived is written.

        Whole minutes go along. Where that fails what arrived goes alone, and they wait for the next
        minute.
        """
        minutes = self._minutes[:]  # looked at first: what they were made of is in the batch
        batch = self._kept[:]
        del self._minutes[: len(minutes)]
        self._blocks += [row_by(minute, __version__) for minute in minutes]
        error = self._tried(batch, self._blocks if minutes else ())
        if minutes and error is None:
            self._blocks.clear()
        elif minutes:
            error = self._tried(batch)
        if error is not None:
            self._trouble = _trouble(error, self._store)
            return False
        del self._kept[: len(batch)]
        self._written += len(batch)
        self._trouble = None
        return True

    def _tried(
        self, batch: Sequence[Numbered], blocks: Sequence[ShownRow] = ()
    ) -> Exception | None:
        """Write both or neither; what stood in the way."""
        if not batch and not blocks:
            return None
        try:
            if self._connection is None:
                self._connection = connect(self._store)
            with transaction(self._connection) as connection:
                rows = [(self._session_id, number, *to_row(arrival)) for number, arrival in batch]
                there = self._already_there(connection, rows) if rows else 0
                connection.executemany(INSERT, rows[there:])
                insert_shown(connection, self._session_id, blocks)
        except WRITING as error:
            self._disconnect()  # the next attempt starts afresh
            return error
        return None

    def _already_there(
        self, connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]]
    ) -> int:
        """How many rows an earlier commit kept after all, though it reported an error."""
        there = connection.execute(
            "SELECT * FROM arrival WHERE session_id = ? AND seq >= ? ORDER BY seq", rows[0][:2]
        ).fetchall()
        return len(there) if there == rows[: len(there)] else 0

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _rescued(self, rest: Sequence[Numbered]) -> str:
        try:
            file = write_rescue(self._store, self._session_id, rest, self._began)
        except OSError:
            return _(
                "The last {n} of {all} entries of this session could not be kept anywhere: make"
                " some room on the disk before the next one."
            ).format(n=len(rest), all=len(rest) + self._written)
        return _(
            "The last {n} entries of this session could not be put in the record and lie in {file}:"
            " make some room, and coherence takes them in when it next opens."
        ).format(n=len(rest), file=file)


def _trouble(error: Exception, store: Path) -> str:
    if is_full(error, store):
        return _(
            "The disk is full: this session goes on in memory, and is written as soon as there is "
            "room."
        )
    return _(
        "The record cannot be written just now ({error}): this session goes on in memory, and"
        " writing is tried again."
    ).format(error=error)
