"""`coherence backup` and `coherence restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from coherence.cli.choosing import open_store
from coherence.translation import _


@click.command()
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--list", "listed", is_flag=True, help=_("Say which backups there are."))
@click.option("--force", is_flag=True, help=_("Replace the file if it is there."))
def backup(file: str | None, listed: bool, force: bool) -> None:
    """Copy the whole record to FILE, or among the backups that come by themselves each day."""
    from coherence.storage.backup import snapshot
    from coherence.storage.places import backups_of, places

    store = places().store
    if listed:
        for there in sorted(backups_of(store).glob("*.db")):
            click.echo(there)
        return
    with open_store():  # whatever is wrong with it is said first
        pass
    if file is None:
        path = backups_of(store) / f"by-hand-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"
    else:
        path = Path(file)
    if path.exists() and not force:
        raise click.UsageError(
            _("{path} is there already: choose another name, or add --force.").format(path=path)
        )
    snapshot(store, path)
    click.echo(_("Wrote {path}.").format(path=path), err=True)


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def restore(file: str, yes: bool) -> None:
    """Put a backup in the record's place; the present record is kept among the backups."""
    from coherence.storage.keeping import look_through
    from coherence.storage.keeping import restore as put_back
    from coherence.storage.places import places

    where, path = places(), Path(file)
    look_through(path)
    if not yes:
        question = _("Sessions since {name} was made will not be in the record. Go on?").format(
            name=path.name
        )
        click.confirm(question, abort=True, err=True)
    kept = put_back(where, path)
    said = (
        _("{path} is the record now.")
        if kept is None
        else _("{path} is the record now. The record as it was is kept as {kept}.")
    )
    click.echo(said.format(path=path, kept=kept), err=True)
