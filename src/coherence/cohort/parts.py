"""A table that is written in parts: each is whole, and they become one file at the end."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from coherence.cohort.columns import META, WHAT_FOR, Row, about, schema, table
from coherence.cohort.outcome import SPOOL, Outcome
from coherence.cohort.task import Asked
from coherence.reports.needing import needing
from coherence.reports.whole_file import whole_file

FULL_ROWS = 5_000  # of a part …
OFTEN_S = 5.0  # … or what was done in this time


class OtherTable(Exception):
    """What is there already was made otherwise: one sentence that says what to do."""


class Parts:
    """The table that becomes ``out``; until ``merge`` it lies as parts in a folder beside it.

    Begun ``anew``, what is there goes only once there is something to put in its place.
    """

    def __init__(self, out: Path, asked: Asked, *, anew: bool = False) -> None:
        self.out = out
        self.folder = out.with_name(out.name + ".parts")
        self._anew = anew
        self._about = about(asked)
        self._rows: list[Row] = []
        self._number = 0
        self._written_s = time.monotonic()

    # --- what is there already ---

    def there(self) -> list[Path]:
        """The file and the parts that are there, oldest first; begun anew, those of this run."""
        if self._anew:
            return []
        parts = sorted(self.folder.glob("part-*.parquet")) if self.folder.is_dir() else []
        return ([self.out] if self.out.exists() else []) + parts

    def resume(self) -> dict[str, str]:
        """Go on with what is there; the fingerprint of each recording that is done, by its name.

        Raises ``OtherTable`` where it was made otherwise.
        """
        done: dict[str, str] = {}
        for path in self.there():
            if (number := re.fullmatch(r"part-(\d+)\.parquet", path.name)) is not None:
                self._number = max(self._number, int(number[1]) + 1)
            done |= self._done_in(path)
        return done

    def clear(self) -> None:
        """Remove the parts of an earlier run."""
        for path in self.there():
            if path != self.out:
                path.unlink()
        for path in self.folder.glob(f"{SPOOL}*"):  # of a worker that was ended
            path.unlink(missing_ok=True)

    def _done_in(self, path: Path) -> dict[str, str]:
        pq = needing("pyarrow.parquet", "research", WHAT_FOR)
        pa = needing("pyarrow", "research", WHAT_FOR)
        try:
            file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise OtherTable(
                f"{path} is no table of recordings ({error}): choose another --out."
            ) from error
        with file:
            said = (file.schema_arrow.metadata or {}).get(META.encode(), b"").decode()
            if said != self._about[META]:
                raise OtherTable(
                    f"{path} was made with other options or another version of coherence: choose "
                    "another --out, or begin anew with --force."
                )
            done: dict[str, str] = {}
            for number in range(file.num_row_groups):
                names = file.read_row_group(number, columns=["file", "fingerprint"])
                files, states = names["file"].to_pylist(), names["fingerprint"].to_pylist()
                done |= dict(zip(files, states, strict=True))
        return done

    # --- writing ---

    def add(self, outcome: Outcome) -> None:
        """All rows of one recording. They are on disk after ``OFTEN_S``, or with ``flush``."""
        if outcome.path is not None:
            self.flush()
            Path(outcome.path).replace(self._following())
        elif outcome.content is not None:
            self.flush()
            with whole_file(self._following()) as new:
                new.write_bytes(outcome.content)
        self._rows += outcome.rows
        if len(self._rows) >= FULL_ROWS or time.monotonic() - self._written_s >= OFTEN_S:
            self.flush()

    def _following(self) -> Path:
        if self._anew:
            self._anew = False
            for path in self.there():
                path.unlink()
        self._number += 1
        return self.folder / f"part-{self._number - 1:06}.parquet"

    def flush(self) -> None:
        """Write what waits. Raises ``StorageError``."""
        if self._rows:
            pq = needing("pyarrow.parquet", "research", WHAT_FOR)
            with whole_file(self._following()) as new:
                pq.write_table(table(self._rows, self._about), new)
            self._rows = []
        self._written_s = time.monotonic()

    def merge(self) -> int:
        """Make one file of all that is there, a part at a time; returns its number of rows.

        Of a recording that is there twice (it has changed, or a merge was cut short) the last
        rows stay.
        """
        self.flush()
        if self._anew and self.out.exists():  # nothing was done that could take its place
            return 0
        pq = needing("pyarrow.parquet", "research", WHAT_FOR)
        paths = self.there()
        last: dict[str, Path] = {}
        for path in paths:
            last |= dict.fromkeys(self._done_in(path), path)
        rows = 0
        with whole_file(self.out) as new, pq.ParquetWriter(new, schema(self._about)) as writer:
            for path in paths:
                for batch in _batches(path):
                    keep = [last[name] == path for name in batch["file"].to_pylist()]
                    kept = batch if all(keep) else batch.filter(_mask(keep))
                    if kept.num_rows:
                        writer.write_table(kept)
                        rows += kept.num_rows
        self.clear()
        with suppress(OSError):
            self.folder.rmdir()
        return rows


def _mask(keep: list[bool]) -> Any:
    return needing("pyarrow", "research", WHAT_FOR).array(keep)


def _batches(path: Path) -> Iterator[Any]:
    """A file's row groups as tables: no more of it than one is in memory."""
    pq = needing("pyarrow.parquet", "research", WHAT_FOR)
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number)
