"""`coherence sessions …` that change what is kept: delete and undo, move, note, tag."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from coherence.cli.choosing import open_store
from coherence.translation import _, later

UNDO = later("Until they are purged, `coherence sessions undelete` brings them back.")


@click.command()
@click.argument("session_ids", type=int, nargs=-1, metavar="[ID...]")
@click.option("--past-keeping", is_flag=True, help=_("Those older than their person wants kept."))
def delete(session_ids: tuple[int, ...], past_keeping: bool) -> None:
    """Delete sessions: hidden at once, and gone for good when they are purged.

    The window purges when it closes; `coherence sessions purge` does it now.
    """
    if past_keeping == bool(session_ids):
        raise click.UsageError(_("Name the sessions by their numbers, or say --past-keeping."))
    from coherence.cli.sessions import session_of
    from coherence.storage.deleting import hide
    from coherence.storage.people import past_keeping as past

    with open_store() as store:
        numbers = past(store, datetime.now(UTC)) if past_keeping else list(session_ids)
        for number in numbers:
            session_of(store, number)
        hide(store, numbers)
    told = _("{n} deleted. {undo}") if numbers else _("There is none.")
    click.echo(told.format(n=len(numbers), undo=_(UNDO)), err=True)


@click.command()
@click.argument("session_ids", type=int, nargs=-1, metavar="[ID...]")
def undelete(session_ids: tuple[int, ...]) -> None:
    """Bring deleted sessions back: those named, or all that are not purged yet."""
    from coherence.storage.deleting import unhide

    with open_store() as store:
        back = unhide(store, session_ids or None)
    said = ", ".join(map(str, back))
    told = _("Back again: {ids}.") if back else _("There is none to bring back.")
    click.echo(told.format(ids=said), err=True)


@click.command()
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object on stdout."))
def purge(as_json: bool) -> None:
    """Remove deleted sessions for good: from the record, its log, its backups."""
    from coherence.storage.erasing import purge_all

    with open_store() as store:
        done = purge_all(store)
    if as_json:
        unreadable = [str(path) for path in done.unreadable]
        click.echo(
            json.dumps(
                {
                    "sessions": done.sessions,
                    "people": done.people,
                    "backups": done.backups,
                    "unreadable": unreadable,
                }
            )
        )
    click.echo(done.sentence if done else _("There is nothing to purge."), err=True)


@click.command()
@click.argument("session_id", type=int, metavar="ID")
@click.option("--to", "name", required=True, metavar=_("NAME"), help=_("Whose it is."))
def move(session_id: int, name: str) -> None:
    """Give a session to the person it belongs to."""
    from coherence.cli.sessions import session_of
    from coherence.storage.people import move_session, person_named

    with open_store() as store:
        person = person_named(store, name)
        session_of(store, session_id)
        move_session(store, session_id, person)
    click.echo(
        _("Session {id} belongs to {name} now.").format(id=session_id, name=person.pseudonym),
        err=True,
    )


@click.command()
@click.argument("session_id", type=int, metavar="ID")
@click.argument("text")
def note(session_id: int, text: str) -> None:
    """Write a note about a session, in place of the one there was."""
    from coherence.cli.sessions import session_of
    from coherence.storage.words import set_note

    with open_store() as store:
        session_of(store, session_id)
        set_note(store, session_id, text)


@click.command()
@click.argument("session_id", type=int, metavar="ID")
@click.argument("tags", nargs=-1, metavar="[TAG...]")
def tag(session_id: int, tags: tuple[str, ...]) -> None:
    """Put tags to a session, in place of those there were; with none it has none."""
    from coherence.cli.sessions import session_of
    from coherence.storage.words import set_tags

    with open_store() as store:
        session_of(store, session_id)
        kept = set_tags(store, session_id, tags)
    told = _("Tags: {tags}.") if kept else _("No tags.")
    click.echo(told.format(tags=", ".join(kept)), err=True)


KEEPING = (delete, undelete, purge, move, note, tag)
