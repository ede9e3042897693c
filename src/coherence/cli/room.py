"""`coherence room`: the therapist's window, with the client's screen on a second display."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount
from coherence.cli.choosing import (
    chosen_practice,
    chosen_source,
    from_strap,
    from_wearer,
    practice_option,
    radio_option,
    wearer_options,
)
from coherence.cli.display import look_for_display
from coherence.cli.window import open_window
from coherence.translation import _

if TYPE_CHECKING:
    from coherence.devices.which_radio import WhichRadio
    from coherence.practice.practices import Practice
    from coherence.sessions.opening import Source
    from coherence.share.server import PhoneServer

PEM = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--strap", metavar=_("NAME"), help=_("The client's strap: its name or part of it."))
@click.option("--simulate", is_flag=True, help=_("A simulated wearer in place of a strap."))
@click.option(
    "--client", metavar=_("NAME"), help=_("Whose session it is: a pseudonym of `people`.")
)
@click.option("--own-strap", metavar=_("NAME"), help=_("Your own strap, to see both hearts."))
@click.option("--together", is_flag=True, help=_("With --simulate: a second simulated wearer."))
@click.option(
    "--both-agree",
    is_flag=True,
    help=_("You and your client have agreed that both hearts are kept; else neither is."),
)
@click.option("--record/--no-record", default=True, help=_("Keep the session, or not."))
@practice_option
@click.option("--plan", metavar=_("KEY"), help=_("A session plan in place of a practice."))
@click.option("--other-wording", is_flag=True, help=_("The plan's second way of saying it."))
@wearer_options(simulating=True)
@click.option(
    "--share",
    metavar="ADDRESS[:PORT]",
    help=_("Show the client's screen on a phone too, from this address of this computer."),
)
@click.option("--cert", type=PEM, help=_("With --share: a certificate (PEM), to share by TLS."))
@click.option("--key", type=PEM, help=_("With --cert: its key (PEM)."))
@click.option(
    "--seconds", type=Amount(min=0, min_open=True), help=_("End the session after so long.")
)
@radio_option
def room(
    strap: str | None,
    simulate: bool,
    client: str | None,
    own_strap: str | None,
    together: bool,
    both_agree: bool,
    record: bool,
    practice: str,
    plan: str | None,
    other_wording: bool,
    person: str,
    seed: int,
    share: str | None,
    cert: Path | None,
    key: Path | None,
    seconds: float | None,
    radio: WhichRadio,
) -> None:
    """Open the therapist's window for a session with a client.

    Without a strap the window asks first whose session it is and what it holds. The client's
    screen opens on the second display, full screen, where there is one.
    """
    if simulate and (strap is not None or own_strap is not None):
        raise click.UsageError(_("--strap and --own-strap do not go with --simulate."))
    if together and not simulate:
        raise click.UsageError(
            _("--together goes with --simulate; with straps say --own-strap NAME.")
        )
    if own_strap is not None and client is None and both_agree:
        raise click.UsageError(
            _("Say whose session it is with --client NAME: two people are kept.")
        )
    kept = record and (own_strap is None or both_agree)
    if strap is not None and client is None and kept:
        raise click.UsageError(
            _(
                "Say whose session it is with --client NAME (`coherence people list` tells who "
                "there is), or --no-record to keep nothing."
            )
        )
    if (cert is None) is not (key is None):
        raise click.UsageError(_("--cert and --key go together."))
    if cert is not None and share is None:
        raise click.UsageError(_("--cert and --key go with --share."))
    look_for_display()  # before anybody waits for a strap
    if not simulate and strap is None:
        if own_strap is not None or client is not None or plan is not None or share:
            raise click.UsageError(_("Say the client's strap with --strap NAME, or --simulate."))
        open_window(radio=radio, room=True)  # all is chosen in the window
        return
    what = chosen_practice(practice) if plan is None else _planned(plan, other_wording)
    with ExitStack() as stack:
        # The door comes first: nobody is to wait for a strap whose session then cannot be shared.
        phone = None if share is None else stack.enter_context(_phone(share, cert, key))
        source = chosen_source(strap, simulate, None, person, seed, radio)
        own: Source | None = from_wearer("resting", seed + 1) if together else None
        if own_strap is not None:
            own = from_strap(own_strap, radio)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        open_window(
            source, what, seconds=seconds, radio=radio, room=True, own_source=own, client=client,
            consents=(now, now) if both_agree else None, phone=phone, record=record,
        )  # fmt: skip


@contextmanager
def _phone(share: str, cert: Path | None, key: Path | None) -> Iterator[PhoneServer]:
    """A page for a phone, served until the room is left."""
    from coherence.share.place import place_of
    from coherence.share.server import Certificate, PhoneServer

    try:
        place = place_of(share)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    certificate = None if cert is None or key is None else Certificate(cert, key)
    server = PhoneServer(place, certificate)
    try:
        click.echo(_("For the phone: {url}").format(url=server.url), err=True)
        click.echo(
            _(
                "Whoever has this link sees your client's screen: share it only if they have"
                " agreed."
            ),
            err=True,
        )
        if server.readable_by_others:
            click.echo(
                _("Others in this network could read along; with --cert and --key they cannot."),
                err=True,
            )
        yield server
    finally:
        server.close()


def _planned(key: str, other_wording: bool) -> Practice:
    from coherence.practice.library import library
    from coherence.practice.session_plans import plans
    from coherence.storage.places import places

    get = library(places().practices).get
    there, troubles = plans(places().plans, get)
    for trouble in troubles:
        click.echo(trouble, err=True)
    for plan in there:
        if plan.key == key:
            return plan.practice(1 if other_wording else 0, get)
    raise click.UsageError(
        _("There is no plan {key!r}; there are {every}.").format(
            key=key, every=", ".join(plan.key for plan in there)
        )
    )
