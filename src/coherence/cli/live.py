"""`coherence live`: the main job in the terminal, or one JSON object a second for scripts."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount
from coherence.cli.choosing import (
    Speed,
    chosen_practice,
    chosen_source,
    opened_store,
    practice_option,
    radio_option,
    wearer_options,
)
from coherence.cli.stopping import told_to_stop
from coherence.translation import _

if TYPE_CHECKING:
    from coherence.devices.which_radio import WhichRadio
    from coherence.share.lsl import LslStreams

TICK_S = 0.05
ENVIRONMENT, INTERRUPTED = 3, 130


@click.command()
@click.option("--strap", metavar=_("NAME"), help=_("The strap to use: its name or part of it."))
@click.option("--simulate", is_flag=True, help=_("A simulated wearer in place of a strap."))
@click.option("--replay", metavar=_("FILE"), help=_("A recording in place of a strap."))
@click.option("--seconds", type=Amount(min=0, min_open=True), help=_("Stop after so long."))
@click.option(
    "--speed",
    type=Speed(),
    default="1",
    show_default=True,
    help=_("With --simulate or --replay: so many times real time, or max."),
)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object a second on stdout."))
@click.option("--record/--no-record", default=True, help=_("Keep the session, or not."))
@practice_option
@click.option("--minutes", type=click.IntRange(1, 240), help=_("The practice in so many minutes."))
@click.option("--without-breath", is_flag=True, help=_("No guide, and words that leave it alone."))
@wearer_options(simulating=True)
@click.option(
    "--lsl", is_flag=True, help=_("Stream RR, HR and coherence by LSL, on this computer.")
)
@click.option("--lsl-network", is_flag=True, help=_("The same, for others on the network, too."))
@radio_option
def live(
    strap: str | None,
    simulate: bool,
    replay: str | None,
    seconds: float | None,
    speed: float | None,
    as_json: bool,
    record: bool,
    practice: str,
    minutes: int | None,
    without_breath: bool,
    seed: int,
    person: str,
    lsl: bool,
    lsl_network: bool,
    radio: WhichRadio,
) -> int:
    """Practise in the terminal with a strap, a simulated wearer or a recording.

    Ctrl-C ends the session; what was recorded is kept.
    """
    if sum((strap is not None, simulate, replay is not None)) > 1:
        raise click.UsageError(_("Give only one of --strap, --simulate and --replay."))
    if speed != 1.0 and not (simulate or replay):
        raise click.UsageError(_("--speed goes with --simulate or --replay: a heart has its own."))
    if radio.transport is not None and (simulate or replay):
        raise click.UsageError(_("--radio goes with a strap, not with --simulate or --replay."))
    if (lsl or lsl_network) and speed != 1.0:
        raise click.UsageError(_("--lsl streams as time goes by: it does not go with --speed."))
    from coherence.cli.terminal import screen_of
    from coherence.practice.practices import at_own_pace, scaled
    from coherence.reports.assessment import sentence
    from coherence.sessions.assessment import assessed
    from coherence.sessions.opening import OpenSession
    from coherence.storage.places import places
    from coherence.storage.settings import load
    from coherence.ui.words import end_words

    plan = None if replay else chosen_practice(practice)
    if plan is not None and minutes is not None:
        plan = scaled(plan, minutes)
    if plan is not None and not simulate:
        plan = at_own_pace(plan, load(places().settings)[0].own_pace_per_min)
    with ExitStack() as stack:
        # The store comes first: nobody is to wait for a strap that could then not be recorded.
        store = stack.enter_context(opened_store()) if record else None
        streams = _streams(lsl, lsl_network, stack)
        source = chosen_source(strap, simulate, replay, person, seed, radio)
        stop = stack.enter_context(told_to_stop())
        session = stack.enter_context(
            OpenSession(
                source,
                plan,
                store=store,
                speed=speed,
                seconds=seconds,
                without_breath=without_breath,
            )
        )
        screen = stack.enter_context(screen_of(session, as_json=as_json))
        try:
            while not (session.over or stop.told):
                readings = session.advance()
                screen.show(readings)
                if streams is not None:
                    streams.show(session.live.tracker, readings, session.live.now_s())
                if speed is not None:
                    time.sleep(TICK_S)
        finally:
            last = session.close()
        screen.show(last)
    if session.trouble:
        click.echo(session.trouble, err=True)
        return ENVIRONMENT
    if plan is not None and not as_json:
        click.echo(f"{end_words(session.live.now_s())}.", err=True)
        if plan.assesses and (found := assessed(session.live.tracker)) is not None:
            click.echo(sentence(found.result), err=True)
    if session.session_id is not None:
        click.echo(
            _("Kept as session {session_id} on this computer.").format(
                session_id=session.session_id
            ),
            err=True,
        )
    return INTERRUPTED if stop.told else 0


def _streams(lsl: bool, network: bool, stack: ExitStack) -> LslStreams | None:
    """The LSL streams, where they are wanted; said aloud where others can read them."""
    if not (lsl or network):
        return None
    from coherence.share.lsl import LslStreams

    streams = stack.enter_context(LslStreams(network=network))
    if network:
        click.echo(_("Others on this network can read the LSL streams of this session."), err=True)
    return streams
