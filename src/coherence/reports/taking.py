"""Taking sessions along from the window: a page, a file, all of them; and recordings in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from coherence.model import SessionRecord
from coherence.reports.exports import EXPORTS, Export, export_kept
from coherence.reports.importing import Taken, files_in, take_in
from coherence.reports.numbers import NothingFound
from coherence.reports.report import report_of
from coherence.reports.report_about import about_session
from coherence.reports.whole_file import whole_file
from coherence.storage.database import Store
from coherence.storage.wanted import Wanted
from coherence.translation import _, ngettext

Progress = Callable[[float], None]  # told the share that is done, 0 to 1


def keep_page(store: Store, session_id: int, path: Path) -> str:
    """Write the client's page of a session, as PDF or HTML by its ending; says what was done.

    Raises ``StorageError``, ``NothingFound``, ``ExtraMissing``.
    """
    from coherence.reports.html import write_html
    from coherence.reports.pdf import write_pdf

    record = store.session(session_id)
    made = report_of(store.arrivals(session_id), about_session(store, record))
    write = write_html if path.suffix.lower() in (".html", ".htm") else write_pdf
    with whole_file(path) as new:
        write(new, made, therapist=False)
    return _("Kept as {path}.").format(path=path)


def keep_every_page(store: Store, person_id: int, folder: Path, progress: Progress) -> str:
    """Write the client's page of each of a person's sessions into a folder; what is there stays.

    A session too short for a page has none. Raises ``StorageError``, ``ExtraMissing``.
    """
    written, records = 0, store.sessions(Wanted(person_id=person_id))
    for number, record in enumerate(records):
        progress(number / len(records))
        path = folder / file_name(record, ".pdf")
        if not path.exists():
            with suppress(NothingFound):
                keep_page(store, record.id, path)
                written += 1
    return ngettext(
        "{written} of {all} page was written to {folder}.",
        "{written} of {all} pages were written to {folder}.",
        len(records),
    ).format(written=written, all=len(records), folder=folder)


def export_one(
    store: Store, session_id: int, path: Path, kind: Export, progress: Progress | None = None
) -> str:
    """Write one session to a file. Raises ``StorageError``, ``ExtraMissing``."""
    export_kept(path, kind, store, store.session(session_id), progress)
    return _("Kept as {path}.").format(path=path)


def export_every(store: Store, person_id: int, folder: Path, progress: Progress) -> str:
    """Write all of a person's sessions, each whole, into a folder; what is there stays.

    Raises ``StorageError``.
    """
    kind, written = EXPORTS[0], 0
    records = store.sessions(Wanted(person_id=person_id))
    for number, record in enumerate(records):
        progress(number / len(records))
        path = folder / file_name(record, kind.suffix)
        if not path.exists():
            export_kept(path, kind, store, record)
            written += 1
    return ngettext(
        "{written} of {all} session was written to {folder}.",
        "{written} of {all} sessions were written to {folder}.",
        len(records),
    ).format(written=written, all=len(records), folder=folder)


def import_all(
    store: Store,
    person_id: int,
    paths: Sequence[Path],
    progress: Progress,
    *,
    dry_run: bool = False,
) -> tuple[str, ...]:
    """Take recordings in; says how many, and of each that could not be read why.

    On ``dry_run`` it says the same of what would come, and nothing is taken in. Raises
    ``StorageError``.
    """
    files = list(files_in(tuple(paths)))
    counted = dict.fromkeys(Taken, 0)
    said = []
    for number, path in enumerate(files):
        progress(number / len(files))
        found = take_in(path, store, person_id=person_id, dry_run=dry_run)
        counted[found.taken] += 1
        if found.taken is Taken.UNREADABLE:
            said.append(f"{path.name}: {found.reason}")
        elif found.taken is Taken.NEW:
            said += [f"{path.name}: {doubt}" for doubt in found.doubts]
    new, known = counted[Taken.NEW], counted[Taken.KNOWN]
    if dry_run:
        told = ngettext(
            "{n} recording would be taken in.", "{n} recordings would be taken in.", new
        )
    else:
        told = ngettext("{n} recording was taken in.", "{n} recordings were taken in.", new)
    first = told.format(n=new)
    if known:
        there = ngettext("{n} was there already.", "{n} were there already.", known)
        first = f"{first} {there.format(n=known)}"
    return (first, *said)


def file_name(record: SessionRecord, suffix: str) -> str:
    """A name that says when it was, and of nobody.

    >>> from coherence.model import End, Origin
    >>> at = "2026-11-18T23:30:00+00:00"
    >>> file_name(SessionRecord(7, at, 9.0, "just_sit", Origin.STRAP, End.ENDED, "1"), ".pdf")
    'coherence-2026-11-18-2330-7.pdf'
    """
    stamp = record.started_at[:16].replace("T", "-").replace(":", "")
    return f"coherence-{stamp}-{record.id}{suffix}"
