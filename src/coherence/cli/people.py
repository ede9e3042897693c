"""`coherence people`: whose sessions are kept here, by names of their choosing."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from coherence.cli.choosing import open_store
from coherence.cli.click_words import WholeSentences
from coherence.cli.printing import show
from coherence.translation import _, ngettext


@click.group(cls=WholeSentences, invoke_without_command=True)
@click.option(
    "--json", "as_json", is_flag=True, help=_("Everybody at a glance, as `caseload` has it.")
)
@click.pass_context
def people(ctx: click.Context, as_json: bool) -> None:
    """Who practises here: list, add, rename and remove people, by pseudonym."""
    if ctx.invoked_subcommand is not None:
        if as_json:
            raise click.UsageError(_("--json comes after the command, as in `people list --json`."))
        return
    if not as_json:
        click.echo(ctx.get_help())
        return
    from coherence.cli.caseload import print_json
    from coherence.sessions.caseload import BY_NAME, in_order, read_caseload

    with open_store(to_read=True) as store:
        print_json(in_order(read_caseload(store), BY_NAME))


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array on stdout."))
def list_people(as_json: bool) -> None:
    """Everybody, and how many sessions each has."""
    from coherence.storage.people import people as everybody

    with open_store(to_read=True) as store:
        found = everybody(store)
    if as_json:
        click.echo(json.dumps([asdict(person) for person in found]))
        return
    if not found:
        click.echo(_("Nobody yet. The first session is yours, as `me`."), err=True)
        return
    from rich.table import Table

    table = Table(_("name"), _("since (UTC)"), _("sessions"), _("kept for"))
    for person in found:
        kept = (
            _("always")
            if person.keep_days is None
            else ngettext("{n} day", "{n} days", person.keep_days).format(n=person.keep_days)
        )
        table.add_row(person.pseudonym, person.created_at[:10], str(person.sessions), kept)
    show(table)


@people.command()
@click.argument("name")
def add(name: str) -> None:
    """Somebody new. A pseudonym says less than a name."""
    from coherence.storage.encryption import protection_of
    from coherence.storage.people import add_person
    from coherence.storage.places import places

    with open_store() as store:
        store.me()  # the first person is there before the second
        person = add_person(store, name)
    click.echo(_("{pseudonym} is here now.").format(pseudonym=person.pseudonym), err=True)
    if not protection_of(places()).encrypted:
        click.echo(
            _(
                "There are records of more than one person now: `coherence encrypt on` makes them"
                " unreadable to others who get hold of them."
            ),
            err=True,
        )


@people.command()
@click.argument("name")
@click.argument("new_name")
def rename(name: str, new_name: str) -> None:
    """Another name for the same person."""
    from coherence.storage.people import person_named, rename_person

    with open_store() as store:
        rename_person(store, person_named(store, name), new_name)


@people.command()
@click.argument("name")
@click.option("--days", type=click.IntRange(min=1), help=_("Propose to delete older ones."))
@click.option("--always", is_flag=True, help=_("Keep all of them."))
def keep(name: str, days: int | None, always: bool) -> None:
    """For how long somebody's sessions are meant to be kept. Nothing is deleted by itself."""
    if always == (days is not None):
        raise click.UsageError(_("Say --days N or --always."))
    from coherence.storage.people import keep_for, person_named

    with open_store() as store:
        keep_for(store, person_named(store, name), days)


@people.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget somebody who has no sessions any more."""
    from coherence.storage.people import person_named, remove_person

    with open_store() as store:
        remove_person(store, person_named(store, name))


@people.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help=_("Do not ask whether that is meant."))
def erase(name: str, yes: bool) -> None:
    """Erase somebody for good: sessions, diary and name, from record and backups.

    There is no way back. The window erases when it closes, and can bring back until then.
    """
    from dataclasses import replace

    from coherence.storage.erasing import erase as erased
    from coherence.storage.erasing import sessions_of
    from coherence.storage.own_paces import forgotten
    from coherence.storage.people import people as people_here
    from coherence.storage.people import person_named
    from coherence.storage.places import places
    from coherence.storage.settings import load, save

    settings, _rest = load(places().settings)
    with open_store() as store:
        person = person_named(store, name)
        current = settings.person_id or people_here(store)[0].id
        n = len(sessions_of(store, person))
        asked = ngettext(
            "Erase {name} and {n} session for good?", "Erase {name} and {n} sessions for good?", n
        )
        if not yes:
            click.confirm(asked.format(name=person.pseudonym, n=n), abort=True, err=True)
        done = erased(store, person)
        following = next((each.id for each in people_here(store)), None)
        left = forgotten(settings, person.id, current, following)
        if left != settings:
            save(left, places().settings)
    click.echo(_("{name} is not here any more.").format(name=person.pseudonym), err=True)
    click.echo(replace(done, people=0).sentence, err=True)


@people.command("bring-back")
@click.argument("name")
def back(name: str) -> None:
    """Bring somebody back whom the window is to erase when it closes."""
    from coherence.storage.erasing import bring_back, hidden_people
    from coherence.storage.people import NoSuchPerson

    wanted = name.strip().casefold()
    with open_store() as store:
        for person in hidden_people(store):
            if person.pseudonym.casefold() == wanted:
                bring_back(store, person)
                break
        else:
            told = _("Nobody who is called {name!r} waits to be erased.")
            raise NoSuchPerson(told.format(name=name), store.path)
    click.echo(_("{pseudonym} is here again.").format(pseudonym=person.pseudonym), err=True)
