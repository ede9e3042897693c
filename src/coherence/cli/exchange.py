"""`coherence export` and `coherence import`: sessions as files, out and in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.choosing import chosen_export, open_store
from coherence.cli.printing import plain_console
from coherence.translation import _, ngettext, number

if TYPE_CHECKING:
    from coherence.reports.importing import Import

KEYS = (
    "session",
    "rr_text",
    "beats",
    "events",
    "markers",
    "ecg",
    "edf",
    "parquet",
)  # as in EXPORTS
HELP_SEALED = _("One encrypted file that only your therapist can read: by the key in their pack.")
HELP_OUT = _("Ends in .json, .txt, .csv, .edf or .parquet; with --all a folder.")


@click.command()
@click.argument("session_ids", type=int, metavar="[ID...]", nargs=-1)
@click.option("--all", "every", is_flag=True, help=_("Every session, each in a file of its own."))
@click.option("--out", required=True, metavar="FILE", help=HELP_OUT)
@click.option(
    "--to", "key", type=click.Choice(KEYS), help=_("What to write, if not by the ending.")
)
@click.option("--force", is_flag=True, help=_("Replace what is there."))
@click.option("--for-therapist", is_flag=True, help=HELP_SEALED)
@click.option(
    "--pack", metavar=_("NAME"), help=_("With --for-therapist: whose key, by their pack.")
)
@click.option("--passphrase", is_flag=True, help=_("With --for-therapist: a passphrase, no key."))
@click.option(
    "--person", "name", metavar=_("NAME"), help=_("With --for-therapist: whose sessions.")
)
@click.option(
    "--diary", is_flag=True, help=_("With --for-therapist: practising without a strap too.")
)
def export(
    session_ids: tuple[int, ...],
    every: bool,
    out: str,
    key: str | None,
    force: bool,
    for_therapist: bool,
    pack: str | None,
    passphrase: bool,
    name: str | None,
    diary: bool,
) -> None:
    """Write sessions to files: everything, intervals, beats, events, numbers, EDF+ or Parquet.

    With --for-therapist they go into one encrypted file that only your therapist can read.
    """
    if for_therapist:
        from coherence.cli.sealed import seal_for_therapist

        if key is not None or every == bool(session_ids):
            raise click.UsageError(
                _("Name sessions by their numbers, or say --all; --to is not for it.")
            )
        seal_for_therapist(session_ids, Path(out), force, pack, passphrase, name, diary)
        return
    if pack is not None or passphrase or name is not None or diary:
        raise click.UsageError(
            _("--pack, --passphrase, --person, --diary go with --for-therapist.")
        )
    if every == bool(session_ids) or len(session_ids) > 1:
        raise click.UsageError(_("Name one session by its number, or say --all."))
    from rich.progress import Progress, track

    from coherence.cli.sessions import session_of
    from coherence.reports.exports import EXPORTS, export_kept

    path, console = Path(out), plain_console(stderr=True)
    quiet = not console.is_terminal
    if session_ids:
        kind = chosen_export(path, force=force, key=key)
        with (
            open_store(to_read=True) as store,
            Progress(console=console, disable=quiet, transient=True) as bar,
        ):
            record = session_of(store, session_ids[0])
            task = bar.add_task(_("Exporting"), total=1.0)

            def told(share: float) -> None:
                # all of it is read: how long working it out takes is not known
                bar.update(task, completed=share, total=None if share == 1.0 else 1.0)

            export_kept(path, kind, store, record, told)
        click.echo(_("Wrote {path}.").format(path=path), err=True)
        return
    kind = next(row for row in EXPORTS if row.key == (key or "session"))
    named_as_file = not path.exists() and path.suffix.lower() in {row.suffix for row in EXPORTS}
    if named_as_file or (path.exists() and not path.is_dir()):
        raise click.UsageError(
            _("{path} is no folder: with --all the files go into one.").format(path=path)
        )
    written = 0
    with open_store(to_read=True) as store:
        records = store.sessions()
        for record in track(
            records, _("Exporting"), console=console, disable=quiet, transient=True
        ):
            stamp = record.started_at[:16].replace(":", "")
            file = path / f"{stamp}-{record.id}-{kind.key}{kind.suffix}"
            if file.exists() and not force:
                click.echo(
                    _("{file} is there already and was left as it is.").format(file=file), err=True
                )
                continue
            export_kept(file, kind, store, record)
            written += 1
    click.echo(
        ngettext(
            "Wrote {written} of {n} session to {path}.",
            "Wrote {written} of {n} sessions to {path}.",
            len(records),
        ).format(written=written, n=len(records), path=path),
        err=True,
    )


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option(
    "--person",
    "name",
    metavar="NAME",
    help=_("Whose they are, where there are several."),
)
@click.option("--dry-run", is_flag=True, help=_("Say what would be taken in, and change nothing."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object a file, each on a line."))
def import_files(files: tuple[str, ...], name: str | None, dry_run: bool, as_json: bool) -> int:
    """Take recordings into the store: RR text or CSV, Polar .hrm, our own session files.

    What is there already is noticed. A file that cannot be read is named with its reason, and the
    others are still taken in. Sessions that a client has encrypted for you go to the person whom
    you gave the pack, or to --person.
    """
    from rich.progress import track

    from coherence.cli.sealed import take_sealed
    from coherence.exchange.sealed_sessions import is_sealed_file
    from coherence.reports.importing import Taken, files_in, take_in
    from coherence.storage.people import people, person_named

    console = plain_console(stderr=True)
    paths = list(files_in(tuple(Path(name) for name in files)))
    sealed = {path for path in paths if is_sealed_file(path)}
    if not paths:
        raise click.UsageError(_("There is no recording in that folder."))
    counted = dict.fromkeys(Taken, 0)
    with open_store() as store:
        person_id = None if name is None else person_named(store, name).id
        several = people(store)
        plain = [path for path in paths if path.exists() and path not in sealed]
        if name is None and not dry_run and len(several) > 1 and plain:
            names = ", ".join(person.pseudonym for person in several)
            raise click.UsageError(
                _("Say whose they are with --person: {names}.").format(names=names)
            )
        for path in track(
            paths, _("Importing"), console=console, disable=not console.is_terminal, transient=True
        ):
            if path in sealed:
                every = take_sealed(path, store, person_id, dry_run=dry_run)
            else:
                every = [take_in(path, store, person_id=person_id, dry_run=dry_run)]
            for found in every:
                counted[found.taken] += 1
                if as_json:
                    click.echo(json.dumps(found.as_json()))
                click.echo(_told(found), err=True)
    new, known, unreadable = (counted[each] for each in Taken)
    told = (
        _("{new} would be taken in, {known} known already, {unreadable} not readable.")
        if dry_run
        else _("{new} taken in, {known} known already, {unreadable} not readable.")
    )
    click.echo(told.format(new=new, known=known, unreadable=unreadable), err=True)
    return 1 if unreadable else 0


def _told(found: Import) -> str:
    """What became of one file, and what is doubtful about it."""
    from coherence.reports.importing import Taken

    length = ngettext(
        "{minutes} min, {beats} beat", "{minutes} min, {beats} beats", found.beats
    ).format(minutes=number(found.duration_s / 60, 1), beats=number(found.beats, 0))
    match found.taken:
        case Taken.UNREADABLE:
            said = found.reason
        case Taken.KNOWN:
            said = _("{length}; it is there already, as session {id}.")
        case _ if found.session_id is None:
            said = _("{length}; new.")
        case _:
            said = _("{length}; now session {id}.")
    if found.taken is not Taken.UNREADABLE:
        said = said.format(length=length, id=found.session_id)
    return "\n".join(f"{found.path}: {line}" for line in (said, *found.doubts))
