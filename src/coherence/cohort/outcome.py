"""What came of one recording, as it travels: few rows as they are, many as part of the table."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from coherence.cohort.columns import WHAT_FOR, Row, about, schema, table
from coherence.cohort.one import rows_of
from coherence.cohort.task import Asked, Task
from coherence.reports.needing import needing

FEW = 512  # rows that are carried about as they are: a day in windows of five minutes has 288
GROUP = 8 * FEW  # rows of a recording that are compressed together
SPOOL = ".rows-"  # how files begin that are not a part yet: readers pass over them


@dataclass(frozen=True, slots=True)
class Outcome:
    """All rows of one recording: as ``rows``, or in a Parquet file."""

    head: Row  # the first of them
    count: int
    rows: tuple[Row, ...] = ()
    path: str | None = None  # the file …
    content: bytes | None = None  # … or what is in it, where it comes from another computer

    @classmethod
    def of(cls, rows: list[Row]) -> Outcome:
        """A few rows as they are."""
        return cls(rows[0], len(rows), tuple(rows))


def outcome_of(task: Task, asked: Asked, folder: Path | None = None) -> Outcome:
    """Sum up one recording. Many rows go into a file of ``folder``, or without it come back whole.

    No more of them is held than ``GROUP``, however long the recording is.
    """
    rows: list[Row] = []
    head: Row | None = None
    spool: _Spool | None = None
    try:
        for row in rows_of(task, asked):
            if row.get("error_kind") is not None:
                return Outcome.of([row])
            head = head or row
            rows.append(row)
            if len(rows) == FEW:
                spool = spool or _Spool(asked, folder)
                spool.add(rows)
                rows = []
        assert head is not None  # without rows there is one that says why
        if spool is None:
            return Outcome.of(rows)
        spool.add(rows)
        return spool.ended(head)
    finally:
        if spool is not None:
            spool.forget()


class _Spool:
    """A Parquet file that takes rows as they come."""

    def __init__(self, asked: Asked, folder: Path | None) -> None:
        self._folder, self._held, self._kept = folder, list[Any](), False
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = tempfile.NamedTemporaryFile(  # type: ignore[assignment]  # noqa: SIM115
            prefix=SPOOL, suffix=".parquet", dir=folder, delete=False
        )
        pq = needing("pyarrow.parquet", "research", WHAT_FOR)
        self._writer = pq.ParquetWriter(self._file, schema(about(asked)))
        self._count = 0

    def add(self, rows: list[Row]) -> None:
        """So many more."""
        if rows:
            self._held.append(table(rows))
            self._count += len(rows)
        if sum(each.num_rows for each in self._held) >= GROUP:
            self._write()

    def _write(self) -> None:
        if self._held:
            pa = needing("pyarrow", "research", WHAT_FOR)
            self._writer.write_table(pa.concat_tables(self._held))
            self._held = []

    def ended(self, head: Row) -> Outcome:
        """The file is whole."""
        self._write()
        self._writer.close()
        self._file.close()
        if self._folder is not None:
            self._kept = True
            return Outcome(head, self._count, path=self._file.name)
        return Outcome(head, self._count, content=Path(self._file.name).read_bytes())

    def forget(self) -> None:
        """Take the file away, unless somebody has it."""
        if not self._kept:
            with suppress(Exception):
                self._writer.close()
            self._file.close()
            Path(self._file.name).unlink(missing_ok=True)
