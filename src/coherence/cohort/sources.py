"""What the words after `coherence cohort` mean: files, folders, patterns, URLs, our own store."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from coherence.cohort.fetching import filesystem, is_url
from coherence.cohort.packed import Packed
from coherence.cohort.task import Task
from coherence.model import SessionRecord
from coherence.reports.importing import ENDINGS
from coherence.reports.wfdb import HEADER
from coherence.storage.database import Store
from coherence.storage.people import people, person_named
from coherence.storage.wanted import Wanted


class NothingThere(Exception):
    """A folder, pattern or store without a recording: one sentence that says so."""


def names_of(words: tuple[str, ...]) -> list[str]:
    """The files that are meant, each once, in order: of folders and patterns those inside.

    A file that is named itself is always meant, also where it is not there: the table then says
    so. Raises ``NothingThere``, ``Unreachable``, ``ExtraMissing``.
    """
    found: dict[str, None] = {}
    for word in words:
        inside = list(_of_url(word) if is_url(word) else _of_path(word))
        if not inside:
            raise NothingThere(
                f"There is no recording in {word}: choose another folder or pattern."
            )
        found |= dict.fromkeys(inside)
    return list(found)


def task_of(name: str) -> Task:
    """The task of a file; how large it is and when it was changed tells one state of it apart."""
    try:
        if is_url(name):
            system, path = filesystem(name)
            said = system.info(path)
            changed = next(
                (said[k] for k in ("ETag", "etag", "mtime", "LastModified") if k in said), ""
            )
            return Task(name, f"{said.get('size')}-{changed}")
        stat = Path(name).stat()
    except Exception:  # whoever reads it next says why
        return Task(name, "")
    return Task(name, f"{stat.st_size}-{stat.st_mtime_ns}")


def stored(store: Store, person: str | None) -> list[SessionRecord]:
    """The sessions of a person, or of all, oldest first. Raises ``NoSuchPerson``."""
    wanted = Wanted() if person is None else Wanted(person_id=person_named(store, person).id)
    return store.sessions(wanted)[::-1]


def session_heads(store: Store, records: list[SessionRecord]) -> list[tuple[SessionRecord, Task]]:
    """Sessions as tasks, without what arrived in them."""
    names = {each.id: each.pseudonym for each in people(store)}
    return [
        (
            record,
            Task(
                f"session {record.id}",
                f"{record.started_at}-{record.duration_s}",
                person=", ".join(names[who.person_id] for who in record.participants) or None,
                started_at=record.started_at,
                practice=record.practice,
            ),
        )
        for record in records
    ]


def session_tasks(store: Store, heads: list[tuple[SessionRecord, Task]]) -> Iterator[Task]:
    """The same with all that arrived: workers need neither the store nor its key."""
    for record, head in heads:
        yield replace(head, arrivals=Packed.of(store.arrivals_in_pieces(record.id)))


def _of_path(word: str) -> Iterator[str]:
    path = Path(word)
    if path.is_dir():
        inside = sorted(each for each in path.rglob("*") if each.is_file())
        yield from (str(each) for each in inside if _may_be_one(each.suffix))
    elif not path.exists() and glob.has_magic(word):
        named = sorted(each for each in glob.glob(word, recursive=True) if Path(each).is_file())
        yield from (each for each in named if Path(each).suffix.lower() != HEADER)
    else:
        yield word


def _of_url(word: str) -> Iterator[str]:
    system, path = filesystem(word)
    if glob.has_magic(path):
        named = sorted(system.glob(path))
    elif word.endswith("/") or system.isdir(path):
        named = [each for each in sorted(system.find(path)) if _may_be_one(Path(each).suffix)]
    else:
        named = [path]
    yield from (str(system.unstrip_protocol(each)) for each in named)


def _may_be_one(ending: str) -> bool:
    return ending.lower() in ENDINGS
