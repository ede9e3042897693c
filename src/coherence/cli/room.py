"""`coherence room`: the therapist's window, with the client's screen on a second display."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coherence.cli.choosing import chosen_practice, chosen_source, radio_option
from coherence.cli.display import look_for_display
from coherence.cli.window import open_window

if TYPE_CHECKING:
    from coherence.devices.which_radio import WhichRadio


@click.command()
@click.option("--strap", metavar="NAME", help="The client's strap: its name or part of it.")
@click.option("--simulate", is_flag=True, help="A simulated wearer in place of a strap.")
@click.option("--practice", default="soothing_rhythm", show_default=True, help="What to practise.")
@click.option("--person", default="practised", help="With --simulate: who wears the strap.")
@click.option("--seed", type=int, default=1, help="With --simulate: which run of the wearer.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after so long.")
@radio_option
def room(
    strap: str | None,
    simulate: bool,
    practice: str,
    person: str,
    seed: int,
    seconds: float | None,
    radio: WhichRadio,
) -> None:
    """Open the therapist's window for a session with a client.

    The client's screen opens on the second display, full screen, where there is one.
    """
    if strap is not None and simulate:
        raise click.UsageError("Give only one of --strap and --simulate.")
    look_for_display()  # before anybody waits for a strap
    plan = chosen_practice(practice)
    source = chosen_source(strap, simulate, None, person, seed, radio)
    open_window(source, plan, seconds=seconds, radio=radio, room=True)
