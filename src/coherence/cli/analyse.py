"""`coherence analyse`: the numbers of recordings, as a table or as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from coherence.reports.numbers import Numbers

NAMES = {"good": "good", "fair": "fair", "poor": "poor", "unusable": "not usable"}


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--raw", is_flag=True, help="Judge no beat, to compare with tools that do not.")
@click.option("--from", "from_s", type=float, metavar="S", help="Only from this second on.")
@click.option("--to", "to_s", type=float, metavar="S", help="Only up to this second.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, each on a line.")
def analyse(
    files: tuple[str, ...], raw: bool, from_s: float | None, to_s: float | None, as_json: bool
) -> int:
    """Compute the numbers of recordings: RR text, CSV, Polar .hrm or a session's JSON.

    A file that cannot be read is named with its reason, and the others are still done.
    """
    if from_s is not None and to_s is not None and to_s <= from_s:
        raise click.UsageError("--to has to lie after --from.")
    from rich.console import Console

    from coherence.reports.numbers import NothingFound
    from coherence.reports.recording import ImportFailed

    notes = Console(stderr=True)
    failed = 0
    for name in files:
        try:
            found = _numbers(Path(name), raw, from_s, to_s, notes)
        except ImportFailed as error:
            failed += 1
            click.echo(str(error), err=True)
            continue
        except NothingFound as error:
            failed += 1
            click.echo(f"{name}: {error}", err=True)
            continue
        if as_json:
            click.echo(json.dumps({"file": name} | found.as_json()))
        else:
            print_numbers(name, found)
    return 1 if failed else 0


def _numbers(
    path: Path, raw: bool, from_s: float | None, to_s: float | None, notes: Console
) -> Numbers:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from coherence.reports.imports import arrivals_of, read_recording
    from coherence.reports.numbers import numbers

    recording = read_recording(path)
    for doubt in recording.doubts:
        click.echo(f"{path}: {doubt}", err=True)
    arrivals = list(arrivals_of(recording, as_strap=False))
    end_s = arrivals[-1].t_s if arrivals else 0.0
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=notes,
        transient=True,
        disable=not notes.is_terminal,
    ) as progress:
        task = progress.add_task(path.name, total=end_s)
        return numbers(
            arrivals,
            raw=raw,
            from_s=from_s,
            to_s=to_s,
            progress=lambda t_s: progress.update(task, completed=t_s),
        )


def print_numbers(name: str, found: Numbers) -> None:
    """A table for people: one marker a line, and the beats beneath."""
    from rich.console import Console
    from rich.table import Table

    from coherence.analysis.markers import MARKERS

    total = sum(found.verdicts.values())
    flagged = ", ".join(f"{n} {k}" for k, n in found.verdicts.items() if n and k != "normal")
    minutes, seconds = divmod(round(found.duration_s), 60)
    table = Table(
        title=name,
        caption=(
            f"{minutes} min {seconds:02d} s · {total} beats"
            + (f", of these {flagged}" if flagged else ", none flagged")
            + f" · artefacts {found.artefact_pct:.1f} % · signal {NAMES[found.quality.value]}"
        ),
    )
    for column in ("", "value", "unit"):
        table.add_column(column, justify="right" if column == "value" else "left")
    for marker in MARKERS:
        value = found.markers[marker.key]
        if value.value is None:
            why = value.reason.value.replace("_", " ") if value.reason else ""
            table.add_row(marker.label, f"[dim]{why}[/dim]", "")
        else:
            table.add_row(marker.label, f"{value.value:.4g}", marker.unit)
    Console().print(table)
