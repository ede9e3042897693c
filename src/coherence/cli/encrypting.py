"""`coherence encrypt`: whether the record can be read by others who get hold of it."""

from __future__ import annotations

import json

import click

from coherence.cli.choosing import new_passphrase, open_store
from coherence.cli.click_words import WholeSentences
from coherence.translation import _, later, ngettext

KEYRING = _("Let the system's keyring keep the key; no passphrase is asked for.")
BY_KEYRING = later("The record is encrypted; its key is kept by the system's keyring.")
BY_PASSPHRASE = later("The record is encrypted; its key is kept by a passphrase.")


@click.group(cls=WholeSentences)
def encrypt() -> None:
    """Encrypt the record: turn it on or off, change the passphrase, or say how it is."""


@encrypt.command()
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object on stdout."))
def status(as_json: bool) -> None:
    """Say whether the record is encrypted, and where its key is."""
    from coherence.storage.encryption import protection_of
    from coherence.storage.places import places

    found = protection_of(places())
    if as_json:
        said = {"encrypted": found.encrypted, "kept": found.kept, "plain": found.plain_backups}
        click.echo(json.dumps(said))
        return
    if not found.encrypted:
        click.echo(_("The record is not encrypted: who can read your files can read it."))
        return
    click.echo(_kept_by(found.kept))
    if found.plain_backups:
        left = ngettext(
            "{n} backup is not encrypted yet: `coherence encrypt on` goes on with it.",
            "{n} backups are not encrypted yet: `coherence encrypt on` goes on with them.",
            found.plain_backups,
        )
        click.echo(left.format(n=found.plain_backups))


@encrypt.command()
@click.option("--keyring", is_flag=True, help=KEYRING)
def on(keyring: bool) -> None:
    """Encrypt record and backups. A passphrase that is forgotten cannot be had again."""
    from coherence.storage.encryption import protection_of, require_cipher, turn_on
    from coherence.storage.places import places

    require_cipher()  # before anybody thinks of words
    where = places()
    if protection_of(where).encrypted:
        with open_store():  # asks for the passphrase where it has to
            pass
        passphrase = None
    else:
        passphrase = None if keyring else _new_passphrase()
    kept = turn_on(where, passphrase)
    click.echo(_kept_by(kept), err=True)


@encrypt.command()
def off() -> None:
    """Make record and backups plain again."""
    from coherence.storage.encryption import turn_off
    from coherence.storage.places import places

    with open_store():
        pass
    turn_off(places())
    click.echo(_("The record is not encrypted any more."), err=True)


@encrypt.command()
@click.option("--keyring", is_flag=True, help=KEYRING)
def change(keyring: bool) -> None:
    """Another passphrase, or the system's keyring in its place."""
    from coherence.storage.encryption import change_passphrase
    from coherence.storage.places import places

    with open_store():
        pass
    change_passphrase(places(), None if keyring else _new_passphrase())
    click.echo(_("From now on the new one holds."), err=True)


def _kept_by(how: str | None) -> str:
    return _(BY_KEYRING) if how == "keyring" else _(BY_PASSPHRASE)


def _new_passphrase() -> str:
    return new_passphrase(_("New passphrase (a few words)"), "COHERENCE_NEW_PASSPHRASE")
