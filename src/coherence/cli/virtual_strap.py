"""`coherence virtual-strap`: somebody who wears a strap on a virtual radio, for other programs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import SEED, Amount
from coherence.cli.choosing import WEARERS, chosen_person
from coherence.cli.stopping import Stop, told_to_stop
from coherence.cli.strap_stage import Stage, Tell
from coherence.translation import _

if TYPE_CHECKING:
    from coherence.devices.air import Air
    from coherence.devices.wearer_breath import Guide

INTERRUPTED = 130
PORT = 6402
TICK_S = 0.05
SCRIPT = _("Orders, each after so many seconds of being listened to: '10 drop; 20 quiet 5'.")


class VirtualRadioError(Exception):
    """A virtual radio cannot be here; the message is one sentence that says what to do."""


@click.command("virtual-strap")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True)
@click.option(
    "--vhci", is_flag=True, help=_("As a Bluetooth adapter of this computer (Linux, root).")
)
@click.option("--straps", type=click.IntRange(1, 8), default=1, show_default=True)
@click.option(
    "--name",
    default="Virtual strap",
    show_default=True,
    help=_("What it calls itself; a Polar H10 sends an ECG too."),
)
@click.option(
    "--person", metavar=WEARERS, default="practised", show_default=True, help=_("Who wears it.")
)
@click.option("--seed", type=SEED, default=1, show_default=True, help=_("Which run of the wearer."))
@click.option("--pace", type=Amount(2.0, 30.0), help=_("Breathe so many times a minute."))
@click.option("--seconds", type=Amount(min=0, min_open=True), help=_("End after so long."))
@click.option("--script", default="", metavar=_("ORDERS"), help=SCRIPT)
@click.option("--json", "as_json", is_flag=True, help=_("What happens, one JSON object a line."))
def virtual_strap(
    port: int,
    vhci: bool,
    straps: int,
    name: str,
    person: str,
    seed: int,
    pace: float | None,
    seconds: float | None,
    script: str,
    as_json: bool,
) -> int:
    """Simulate somebody who wears a strap, on a radio that only this computer can reach.

    Other programs use it with --radio. Lines on stdin order faults; Ctrl-C ends it.
    """
    try:
        from coherence.devices.virtual_strap import VirtualStrap  # says what is missing
    except ImportError as error:
        raise VirtualRadioError(str(error)) from error
    from coherence.devices.air import Air
    from coherence.devices.sources import SessionClock
    from coherence.devices.strap_orders import OrderError, parsed_script
    from coherence.devices.straps import Stream, recognise
    from coherence.devices.virtual_polar import VirtualPolar
    from coherence.devices.worn_strap import WornStrap

    wearer = chosen_person(person)
    try:
        due = parsed_script(script)
    except OrderError as error:
        raise click.UsageError(str(error)) from error
    tell = tell_json if as_json else tell_in_words
    model = recognise(name)
    has_ecg = model is not None and Stream.ECG in model.streams

    async def run(stop: Stop) -> int:
        air, clock = Air(), SessionClock()
        worn = [
            WornStrap(
                VirtualStrap(
                    air,
                    name if n == 0 else f"{name} {n + 1}",
                    f"C0:FF:EE:00:00:{n:02X}",
                    measures=VirtualPolar() if has_ecg else None,
                ),
                wearer,
                seed + n,
                clock,
                guide=None if pace is None else _even_guide(pace),
                tell=_tells_frames(tell, n + 1) if as_json else None,
            )
            for n in range(straps)
        ]
        async with _reached_at(air, None if vhci else port) as way:
            tell("ready", radio=way, straps=[each.strap.name for each in worn])
            stage = Stage(worn, tell, due)
            while not (stop.told or stage.over or (seconds and clock.now_s() >= seconds)):
                await stage.go_on()
                await asyncio.sleep(TICK_S)
            await stage.clear()
        return INTERRUPTED if stop.told else 0

    with told_to_stop() as stop:
        return asyncio.run(run(stop))


@asynccontextmanager
async def _reached_at(air: Air, port: int | None) -> AsyncIterator[str | None]:
    """Open the way to the air; yields what goes with --radio, if that is how it is reached."""
    from coherence.devices.radio_port import LOOPBACK, open_port, plug_in

    async with AsyncExitStack() as stack:
        try:
            if port is None:
                await stack.enter_async_context(plug_in(air))
            else:
                port = await stack.enter_async_context(open_port(air, port))
        except OSError as error:
            raise VirtualRadioError(
                _(
                    "This computer takes no virtual adapter ({why}): it needs Linux, root and "
                    "`modprobe hci_vhci`; without --vhci a port is used."
                ).format(why=error.strerror)
                if port is None
                else _(
                    "Port {port} cannot be used ({why}): another virtual strap may run there; end "
                    "it, or choose a different --port."
                ).format(port=port, why=error.strerror)
            ) from error
        yield None if port is None else f"tcp-client:{LOOPBACK}:{port}"


def _even_guide(breaths_per_min: float) -> Guide:
    from coherence.model import BreathPattern, PaceChanged
    from coherence.pacing import BreathGuide

    guide = BreathGuide()
    guide.feed(PaceChanged(0.0, BreathPattern(breaths_per_min)))

    def volume(t_s: float) -> float | None:
        moment = guide.at(t_s)
        return None if moment is None else moment.volume

    return volume


# --- what is said, and heard ----------------------------------------------------------------------


def tell_json(event: str, **facts: object) -> None:
    """One line on stdout for a script to read."""
    click.echo(json.dumps({"event": event} | facts))


def tell_in_words(event: str, **facts: object) -> None:
    """How to reach it on stdout, what happens on stderr."""
    from coherence.devices.strap_orders import ORDERS

    match event:
        case "ready":
            straps = facts["straps"]
            assert isinstance(straps, list)
            click.echo(_("Somebody wears {straps}.").format(straps=", ".join(straps)), err=True)
            if facts["radio"] is None:
                click.echo(
                    _("It is an adapter of this computer: `coherence scan` finds it."), err=True
                )
            else:
                click.echo(f"coherence live --radio {facts['radio']}")
                click.echo(f"coherence --radio {facts['radio']}")
            click.echo(_("Orders, one a line (#2 at the end: to the second strap):"), err=True)
            for what, (usual, meaning) in ORDERS.items():
                words = what if usual is None else f"{what} {usual:g}"
                click.echo(f"  {words:12} {meaning}", err=True)
        case "ordered":
            click.echo(_("Strap {strap}: {order}.").format(**facts), err=True)
        case "listened":
            click.echo(_("Strap {strap} is listened to.").format(**facts), err=True)
        case "left":
            click.echo(_("Strap {strap} is let go of.").format(**facts), err=True)
        case _:
            pass


def _tells_frames(tell: Tell, number: int) -> Callable[[bytes, int], None]:
    return lambda frame, heard: tell("sent", strap=number, frame=frame.hex(), heard=heard)
