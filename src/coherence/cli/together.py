"""`coherence together`: whether two hearts moved together beyond chance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Finite
from coherence.cli.printing import plain_console, show
from coherence.translation import _, decimal, number

if TYPE_CHECKING:
    from coherence.analysis.synchrony import Synchrony

PACED = _("Both breathed with a guide: then nothing but that is claimed.")
OFFSET = _("How much later than the first the second recording began.")


@click.command()
@click.argument("first", metavar="FILE_A")
@click.argument("second", metavar="FILE_B")
@click.option("--paced", is_flag=True, help=PACED)
@click.option("--offset", "offset_s", type=Finite(), metavar="S", help=OFFSET)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object on stdout."))
def together(first: str, second: str, paced: bool, offset_s: float | None, as_json: bool) -> None:
    """Set the hearts of two recordings of the same time against each other.

    What is found stands beside what chance gives: the same two, one of them a minute and more
    later. Where a guide ran in either of them that time is left out.
    """
    from coherence.reports import together as report

    notes = plain_console(stderr=True)
    with notes.status(_("Listening to both hearts…")):
        pair = report.read_pair(Path(first), Path(second), offset_s)
        for doubt in pair.doubts:
            click.echo(doubt, err=True)
        found = report.compared(pair, paced=paced)
    if as_json:
        click.echo(json.dumps({"files": [first, second]} | report.as_json(found)))
    else:
        print_together(first, second, found)


def print_together(first: str, second: str, found: Synchrony) -> None:
    """The measures beside chance, and one sentence."""
    from rich.table import Table

    from coherence.reports.together import LABELS, sentence

    table = Table("", title=_("{first} and {second}").format(first=first, second=second))
    for column in (_("value"), _("by chance"), _("away from it"), _("higher than")):
        table.add_column(column, justify="right")
    for measure in found.measures:
        table.add_row(
            _(LABELS[measure.key]),
            number(measure.value, 2),
            f"{number(measure.surrogate_mean, 2)} ± {number(measure.surrogate_sd, 2)}",
            decimal(f"{measure.z:+.1f} sd"),
            f"{measure.percentile:.0f} %",
        )
    out = plain_console()
    show(table, out)
    out.print(sentence(found))
