"""Sealed files on the command line: sessions out for a therapist, and a client's sessions in."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.choosing import TRIES, new_passphrase, open_store
from coherence.translation import _, ngettext

if TYPE_CHECKING:
    from coherence.exchange.installed import Installed
    from coherence.exchange.sealed_sessions import Inside
    from coherence.reports.importing import Import
    from coherence.storage.database import Store

PASSPHRASE = "COHERENCE_FILE_PASSPHRASE"  # for scripts; others who run programs as you can read it


def seal_for_therapist(
    session_ids: tuple[int, ...],
    path: Path,
    force: bool,
    pack_name: str | None,
    by_passphrase: bool,
    name: str | None,
    diary: bool,
) -> None:
    """Write sessions, or all of a person's where none is named, into one sealed file."""
    from coherence.exchange.sealed_sessions import SUFFIX, hand_back
    from coherence.exchange.sealing import fingerprint
    from coherence.storage.people import person_named
    from coherence.storage.places import places
    from coherence.storage.settings import load
    from coherence.storage.wanted import Wanted

    if path.suffix.lower() != SUFFIX:
        raise click.UsageError(
            _("coherence does not write {name}: let it end in {endings}.").format(
                name=path.name, endings=SUFFIX
            )
        )
    if path.exists() and not force:
        raise click.UsageError(
            _("{path} is there already: choose another name, or add --force.").format(path=path)
        )
    if pack_name is not None and by_passphrase:
        raise click.UsageError(_("Say --pack or --passphrase, not both."))
    pack = None if by_passphrase else _pack_with_key(pack_name)
    with open_store() as store:
        if name is not None:
            person_id = person_named(store, name).id
        else:
            person_id = load(places().settings)[0].person_id or store.me()
        wanted = store.sessions(Wanted(person_id=person_id))
        numbers = session_ids or tuple(sorted(record.id for record in wanted))
        others = set(session_ids) - {record.id for record in wanted}
        if others:
            raise click.UsageError(
                _("Session {number} is not of that person: say whose with --person.").format(
                    number=min(others)
                )
            )
        if not numbers and not diary:
            raise click.UsageError(_("There is no session to hand over yet."))
        hand_back(
            store,
            numbers,
            path,
            public=None if pack is None else pack.manifest.key,
            passphrase=None if pack is not None else _new_passphrase(),
            pack_id=None if pack is None else pack.manifest.id,
            diary_of=person_id if diary else None,
        )
    said = ngettext("{n} session is in {path}", "{n} sessions are in {path}", len(numbers))
    said = said.format(n=len(numbers), path=path)
    if pack is None or pack.manifest.key is None:
        click.echo(_("{said}; it opens with the passphrase.").format(said=said), err=True)
        return
    click.echo(
        _("{said}; only {by} can open it (key {key}).").format(
            said=said, by=pack.manifest.by, key=fingerprint(pack.manifest.key)
        ),
        err=True,
    )


def take_sealed(path: Path, store: Store, person_id: int | None, *, dry_run: bool) -> list[Import]:
    """What became of each session in a sealed file; a file that does not open is one of them."""
    from coherence.exchange.sealed_sessions import person_for, take_back
    from coherence.exchange.sealing import SealError
    from coherence.reports.importing import Import, Taken
    from coherence.reports.recording import ImportFailed
    from coherence.storage.people import people

    try:
        inside = _opened(path, store)
    except (SealError, ImportFailed) as error:
        return [Import(path, Taken.UNREADABLE, reason=getattr(error, "reason", str(error)))]
    whose = person_for(inside, store) if person_id is None else person_id
    everybody = people(store)
    if whose is None and len(everybody) > 1 and not dry_run:
        names = ", ".join(person.pseudonym for person in everybody)
        raise click.UsageError(_("Say whose they are with --person: {names}.").format(names=names))
    found = take_back(inside, path, store, whose or store.me(), dry_run=dry_run)
    if person_id is None and whose is not None:
        name = next((each.pseudonym for each in everybody if each.id == whose), "")
        click.echo(
            _("{path}: for {name}, by the pack that you gave them.").format(path=path, name=name),
            err=True,
        )
    return found


def _opened(path: Path, store: Store) -> Inside:
    from coherence.exchange.sealed_sessions import read_sealed
    from coherence.exchange.sealing import PassphraseWanted, WrongWords

    said = os.environ.get(PASSPHRASE)
    for attempt in range(TRIES):
        try:
            return read_sealed(path, store, said)
        except PassphraseWanted:
            if not sys.stdin.isatty():
                raise
        except WrongWords as error:
            if attempt == TRIES - 1 or not sys.stdin.isatty():
                raise
            click.echo(str(error), err=True)
        said = click.prompt(_("Passphrase of this file"), hide_input=True, err=True)
    return read_sealed(path, store, said)


def _pack_with_key(name: str | None) -> Installed | None:
    """Whose key to seal for: the pack that is named, or the only one with a key."""
    from coherence.exchange.installed import installed, named
    from coherence.exchange.manifest import PackError
    from coherence.storage.places import places

    if name is not None:
        pack = named(places(), name)
        if pack.manifest.key is None:
            raise PackError(
                _("The pack {name} brings no key: say --passphrase.").format(
                    name=pack.manifest.name
                )
            )
        return pack
    with_key = [pack for pack in installed(places()) if pack.manifest.key is not None]
    if len({pack.manifest.key for pack in with_key}) > 1:
        names = ", ".join(pack.manifest.name for pack in with_key)
        raise click.UsageError(_("Say whose key with --pack: {names}.").format(names=names))
    if not with_key:
        raise click.UsageError(
            _("No pack with a key is here: open your therapist's pack first, or say --passphrase.")
        )
    return with_key[0]


def _new_passphrase() -> str:
    from coherence.exchange.sealing import require_sealing

    require_sealing()  # before anybody thinks of words
    question = _("A passphrase that you and your therapist know (a few words)")
    return new_passphrase(question, PASSPHRASE)
