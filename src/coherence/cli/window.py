"""The commands that open the window: `coherence`, `coherence demo`, `coherence replay`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount
from coherence.cli.choosing import (
    Speed,
    chosen_practice,
    chosen_radio,
    from_file,
    from_wearer,
    practice_option,
    wearer_options,
)
from coherence.cli.display import DisplayError, NoDisplay, look_for_display, missing
from coherence.translation import _

if TYPE_CHECKING:
    from coherence.devices.which_radio import WhichRadio
    from coherence.practice.practices import Practice
    from coherence.sessions.opening import Source
    from coherence.share.server import PhoneServer


@click.command()
@practice_option
@wearer_options()
@click.option(
    "--seconds", type=Amount(min=0, min_open=True), help=_("End the session after so long.")
)
@click.pass_context
def demo(ctx: click.Context, practice: str, person: str, seed: int, seconds: float | None) -> int:
    """Practise with a simulated wearer.

    With no display the same session runs in the terminal.
    """
    source = from_wearer(person, seed, measures=True)
    plan = chosen_practice(practice)
    try:
        open_window(source, plan, seconds=seconds)
    except NoDisplay:
        click.echo(_("There is no display here, so the practice runs in this terminal."), err=True)
    except DisplayError as why:
        click.echo(
            _("{why} Until then the practice runs in this terminal.").format(why=why), err=True
        )
    else:
        return 0
    from coherence.cli.live import live

    status: int = ctx.invoke(
        live, simulate=True, speed=1.0, practice=practice, person=person, seed=seed,
        seconds=seconds, radio=chosen_radio(None),
    )  # fmt: skip
    return status


@click.command()
@click.argument("file", metavar=_("FILE"))
@click.option(
    "--speed", type=Speed(), default="1", show_default=True, help=_("So many times real.")
)
@click.option(
    "--seconds", type=Amount(min=0, min_open=True), help=_("End the session after so long.")
)
def replay(file: str, speed: float | None, seconds: float | None) -> None:
    """Show a recording in the window, as if live."""
    if speed is None:
        raise click.UsageError(
            _("The window needs a speed such as 10; `coherence live` takes max.")
        )
    open_window(from_file(Path(file)), None, speed=speed, seconds=seconds)


def open_window(
    source: Source | None = None,
    practice: Practice | None = None,
    *,
    speed: float = 1.0,
    seconds: float | None = None,
    radio: WhichRadio | None = None,
    room: bool = False,
    own_source: Source | None = None,
    consents: tuple[str, str] | None = None,
    client: str | None = None,
    phone: PhoneServer | None = None,
    record: bool = True,
) -> None:
    """Open the window, on the welcome screen or straight into a session.

    Raises ``DisplayError`` where no window can be.
    """
    look_for_display()
    try:
        from coherence.ui.running import run_app
    except ImportError as error:
        raise DisplayError(missing(error)) from error
    status = run_app(
        source, practice, speed=speed, seconds=seconds, radio=radio, room=room,
        own_source=own_source, consents=consents, client=client, phone=phone, record=record,
        say=_say,
    )  # fmt: skip
    if status:
        raise click.exceptions.Exit(status)


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
