"""A table in storage that workers share: a folder behind a URL, a part a recording."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from pathlib import Path

from coherence import __version__
from coherence.cohort.columns import WHAT_FOR, about, table
from coherence.cohort.fetching import filesystem
from coherence.cohort.outcome import Outcome, outcome_of
from coherence.cohort.task import Asked, Task
from coherence.reports.needing import needing

TOLD = ("file", "error", "error_kind")  # what comes back from a worker


def write_outcome_of(task: Task, asked: Asked, url: str) -> Outcome:
    """``outcome_of``, written from here; only what a summary needs is returned.

    Raises ``Unreachable`` or what the storage raises where it cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="coherence-") as folder:
        return write(task, outcome_of(task, asked, Path(folder)), asked, url)


def write(task: Task, outcome: Outcome, asked: Asked, url: str) -> Outcome:
    """Write a recording's part, whole or not at all; twice is as good as once."""
    system, folder = filesystem(url)
    system.makedirs(folder, exist_ok=True)
    folder, name = folder.rstrip("/"), part_name(task, asked)
    new = f"{folder}/.{name}.new"  # readers of the folder pass over what begins with a dot
    if outcome.path is not None:
        system.put_file(outcome.path, new)
    else:
        pq = needing("pyarrow.parquet", "research", WHAT_FOR)
        out = io.BytesIO()
        pq.write_table(table(list(outcome.rows), about(asked)), out)
        system.pipe_file(new, out.getvalue())
    system.mv(new, f"{folder}/{name}")
    for path in system.glob(f"{folder}/{name.rpartition('-')[0]}-*.parquet"):
        if not str(path).endswith(f"/{name}"):  # of the recording before it changed
            system.rm_file(path)
    return Outcome({key: outcome.head.get(key) for key in TOLD}, outcome.count)


def part_name(task: Task, asked: Asked) -> str:
    """The same for the same state of a recording, summed up in the same way."""
    said = json.dumps([task.name, asked.as_json(), __version__])
    return f"part-{_short(said, 24)}-{_short(task.fingerprint, 8)}.parquet"


def _short(said: str, length: int) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:length]


def names_there(url: str) -> set[str]:
    """The parts that are there. Raises ``Unreachable``."""
    system, folder = filesystem(url)
    if not system.exists(folder):
        return set()
    return {str(path).rpartition("/")[2] for path in system.find(folder)}


def clear(url: str) -> None:
    """Remove the parts that are there."""
    system, folder = filesystem(url)
    if system.exists(folder):
        for path in system.find(folder):
            if str(path).rpartition("/")[2].startswith("part-"):
                system.rm_file(path)
