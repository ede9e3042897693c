"""`coherence simulate`: the recording of a simulated wearer."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import click

from coherence.cli.amounts import Amount
from coherence.cli.choosing import (
    chosen_export,
    chosen_practice,
    from_wearer,
    practice_option,
    wearer_options,
)
from coherence.translation import _


@click.command()
@click.option("--out", required=True, metavar=_("FILE"), help=_("Ends in .json, .csv or .txt."))
@click.option("--seconds", type=Amount(min=1), default=600.0, show_default=True)
@practice_option
@wearer_options()
@click.option("--force", is_flag=True, help=_("Replace the file if it is there."))
def simulate(out: str, seconds: float, practice: str, person: str, seed: int, force: bool) -> None:
    """Write the recording of a simulated wearer, for trying things out."""
    from coherence.model import Arrival
    from coherence.reports.exports import export_arrivals
    from coherence.sessions.opening import OpenSession

    path = Path(out)
    kind = chosen_export(path, force=force)
    kept: list[Arrival] = []
    session = OpenSession(
        from_wearer(person, seed),
        chosen_practice(practice),
        speed=None,
        seconds=seconds,
        sinks=(lambda _, arrival: kept.append(arrival),),
    )
    with session:
        while not session.over:
            session.advance()
    started_at = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")
    export_arrivals(path, kind, kept, practice=practice, origin="simulated", started_at=started_at)
    click.echo(
        _("Wrote {path}: {now_s:.0f} s of a simulated wearer.").format(
            path=path, now_s=session.live.now_s()
        ),
        err=True,
    )
