"""`coherence pack`: home practice as one file, made for a client and opened at home."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount
from coherence.cli.choosing import open_store
from coherence.cli.click_words import WholeSentences
from coherence.translation import _, ngettext, number

if TYPE_CHECKING:
    from coherence.exchange.manifest import Manifest
    from coherence.storage.places import Places
    from coherence.storage.settings import Settings

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as in the manifest
PACE = (4.0, 7.0)  # as in the settings


@click.group(cls=WholeSentences)
def pack() -> None:
    """Home practice packs: practices, pace, a voice and a few words in one file."""


@pack.command()
@click.option("--name", required=True, help=_("What the pack is called."))
@click.option("--by", required=True, metavar="NAME", help=_("How your client knows you."))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("--practice", "practices", multiple=True, metavar="KEY",
              help=_("A practice, yours or one that is there; as often as you like."))  # fmt: skip
@click.option("--voice", metavar="FOLDER", help=_("Your own clips for their lines."))
@click.option("--words", default="", help=_("A few words from you."))
@click.option("--day", "days", multiple=True, type=click.Choice(DAYS),
              help=_("A day of the week; none stands for every day."))  # fmt: skip
@click.option("--pace", type=Amount(*PACE), help=_("Breaths a minute that are theirs."))
@click.option("--open", "opens", multiple=True, metavar="KEY",
              help=_("A practice that is closed at first, as inner_critic."))  # fmt: skip
@click.option("--for", "client", metavar="NAME",
              help=_("Whom it is for; noted here, and their sessions find back."))  # fmt: skip
@click.option("--with-name", is_flag=True, help=_("Write that pseudonym into the pack too."))
@click.option("--without-key", is_flag=True,
              help=_("Leave out the key that their sessions can be sealed for."))  # fmt: skip
@click.option("--force", is_flag=True, help=_("Replace what is there."))
def make(
    name: str,
    by: str,
    out: Path,
    practices: tuple[str, ...],
    voice: str | None,
    words: str,
    days: tuple[str, ...],
    pace: float | None,
    opens: tuple[str, ...],
    client: str | None,
    with_name: bool,
    without_key: bool,
    force: bool,
) -> None:
    """Make a pack for a client. Nothing of their health goes into it."""
    from coherence.exchange.pack_file import SUFFIX, write_pack
    from coherence.exchange.pack_making import Wish, give, own_public_key, packed
    from coherence.storage.people import person_named
    from coherence.storage.places import places

    if out.suffix.lower() != SUFFIX:
        raise click.UsageError(
            _("coherence does not write {name}: let it end in {endings}.").format(
                name=out.name, endings=SUFFIX
            )
        )
    if out.exists() and not force:
        raise click.UsageError(
            _("{path} is there already: choose another name, or add --force.").format(path=out)
        )
    if with_name and client is None:
        raise click.UsageError(_("--with-name goes with --for NAME."))
    if client is None and without_key:
        made = packed(
            Wish(name, by, practices, voice, words, _in_order(days), pace, opens),
            places(), None, _today(),
        )  # fmt: skip
        write_pack(made, out)
    else:
        with open_store() as store:
            person = None if client is None else person_named(store, client)
            to = person.pseudonym if with_name and person is not None else ""
            wish = Wish(name, by, practices, voice, words, _in_order(days), pace, opens, to)
            key = None if without_key else own_public_key(store)
            made = packed(wish, places(), key, _today())
            write_pack(made, out)
            if person is not None:
                give(store, made, person.id)
    click.echo(_("Wrote {path}.").format(path=out), err=True)


@pack.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object on stdout."))
def show(file: Path, as_json: bool) -> None:
    """Say what is in a pack, and take nothing in."""
    from coherence.exchange.pack_file import read_pack

    there = read_pack(file)
    if as_json:
        click.echo(json.dumps(there.manifest.as_json(), ensure_ascii=False))
        return
    for line in _said(there.manifest):
        click.echo(line)
    for content in there.contents.values():
        if content.practice is not None:
            click.echo(f"  {content.practice.title} ({content.practice.key})")
    if there.clips:
        n = len(there.clips)
        click.echo(ngettext("{n} line spoken", "{n} lines spoken", n).format(n=n))


@pack.command("open")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--person", "name", metavar="NAME", help=_("Whose pace it sets, where there are several.")
)
@click.option("--replace", "again", is_flag=True, help=_("In place of a pack of the same name."))
def open_pack(file: Path, name: str | None, again: bool) -> None:
    """Put a pack's practices, voice and pace in; `coherence pack remove` takes them out."""
    from coherence.exchange.installed import put_in
    from coherence.exchange.pack_file import read_pack
    from coherence.storage.people import person_named
    from coherence.storage.settings import save

    there = read_pack(file)
    where, settings, current_id = _here()
    person_id = current_id
    if name is not None:
        with open_store() as store:
            person_id = person_named(store, name).id
            current_id = settings.person_id or store.me()
    changed = put_in(there, where, settings, person_id, current_id=current_id, replacing_old=again)
    if changed != settings:
        save(changed, where.settings)
    for line in _said(there.manifest):
        click.echo(line)
    click.echo(_("It is open here now."), err=True)


@pack.command("list")
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array on stdout."))
def list_packs(as_json: bool) -> None:
    """The packs that are open here."""
    from coherence.exchange.installed import installed
    from coherence.storage.places import places

    found = installed(places())
    if as_json:
        rows = [each.manifest.as_json() for each in found]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not found:
        click.echo(_("No pack is open here."), err=True)
    for each in found:
        click.echo(f"{each.manifest.name} · {each.manifest.by}")


@pack.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take a pack out again: its practices, its voice, and the pace that it set."""
    from coherence.exchange.installed import named, take_out
    from coherence.storage.places import places
    from coherence.storage.settings import save

    there = named(places(), name)
    where, settings, current_id = _here()
    changed = take_out(there, where, settings, current_id=current_id)
    if changed != settings:
        save(changed, where.settings)
    click.echo(_("{name} is not here any more.").format(name=there.manifest.name), err=True)


def _here() -> tuple[Places, Settings, int | None]:
    from coherence.storage.places import places
    from coherence.storage.settings import load

    where = places()
    settings, notice = load(where.settings)
    if notice:
        click.echo(notice, err=True)
    return where, settings, settings.person_id


def _said(about: Manifest) -> list[str]:
    """What a pack says of itself, a line each."""
    from coherence.exchange.sealing import fingerprint

    rows = [_("{name}, from {by}").format(name=about.name, by=about.by)]
    if about.words:
        rows += about.words.split("\n")
    if about.days:
        rows.append(_("Suggested days: {days}").format(days=", ".join(_day_names(about.days))))
    if about.breaths_per_min is not None:
        rows.append(_("{n} breaths a minute").format(n=number(about.breaths_per_min)))
    if about.suggests:
        rows.append(_("Practices: {keys}").format(keys=", ".join(about.suggests)))
    if about.opens:
        rows.append(_("Opens: {keys}").format(keys=", ".join(about.opens)))
    if about.key is not None:
        rows.append(
            _("Sessions can be sealed for the key {key}").format(key=fingerprint(about.key))
        )
    return rows


def _day_names(days: tuple[str, ...]) -> list[str]:
    names = dict(zip(DAYS, (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"),
                            _("Friday"), _("Saturday"), _("Sunday")), strict=True))  # fmt: skip
    return [names[day] for day in days]


def _in_order(days: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(day for day in DAYS if day in days)


def _today() -> date:
    return datetime.now().astimezone().date()
