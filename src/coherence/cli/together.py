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
    from coherence.reports.together import Pair

PACED = _("Both breathed with a guide: then nothing but that is claimed.")
OFFSET = _("How much later than the first the second recording began.")


@click.command()
@click.argument("first", metavar="FILE_A|ID")
@click.argument("second", metavar="[FILE_B]", required=False)
@click.option("--paced", is_flag=True, help=PACED)
@click.option("--offset", "offset_s", type=Finite(), metavar="S", help=OFFSET)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object on stdout."))
def together(
    first: str, second: str | None, paced: bool, offset_s: float | None, as_json: bool
) -> None:
    """Set the hearts of two recordings of the same time against each other.

    Or ID alone: a session of the room for which you wore a strap, too.

    What is found stands beside what chance gives: the same two, one of them a minute and more
    later. Where a guide ran in either of them that time is left out.
    """
    if second is None and (not first.isdecimal() or offset_s is not None):
        raise click.UsageError(
            _("Name two files, or the number of one session of the room, without --offset.")
        )
    from coherence.reports import together as report

    which: dict[str, list[str] | list[int]]
    notes = plain_console(stderr=True)
    with notes.status(_("Listening to both hearts…")):
        if second is None:
            both, pair = _of_sitting(int(first))
            which, names = {"sessions": both}, [_("session {id}").format(id=each) for each in both]
        else:
            pair = report.read_pair(Path(first), Path(second), offset_s)
            which, names = {"files": [first, second]}, [first, second]
        for doubt in pair.doubts:
            click.echo(doubt, err=True)
        found = report.compared(pair, paced=paced)
    if as_json:
        click.echo(json.dumps(which | report.as_json(found)))
    else:
        print_together(names[0], names[1], found)


def _of_sitting(session_id: int) -> tuple[list[int], Pair]:
    from coherence.cli.choosing import open_store
    from coherence.cli.sessions import session_of
    from coherence.reports.together import pair_of_sitting

    with open_store(to_read=True) as store:
        return pair_of_sitting(store, session_of(store, session_id).id)


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
