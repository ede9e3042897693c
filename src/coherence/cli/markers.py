"""`coherence markers`: what each number means, and where it comes from."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from coherence.translation import _

if TYPE_CHECKING:
    from coherence.analysis.marker import Marker

WIDEST = 100


@click.command()
@click.argument("keys", nargs=-1, metavar="[KEY...]")
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array on stdout."))
def markers(keys: tuple[str, ...], as_json: bool) -> None:
    """Say what each number means, in which unit it is, and where it comes from.

    KEY is its name in JSON and CSV, as rmssd_ms; with none all are told.
    """
    from coherence.analysis.markers import MARKERS

    rows = {marker.key: marker for marker in MARKERS}
    if unknown := [key for key in keys if key not in rows]:
        raise click.UsageError(
            _("There is no number {key!r}; `coherence markers` names all.").format(key=unknown[0])
        )
    wanted = [rows[key] for key in keys or rows]
    if as_json:
        click.echo(json.dumps([_row(marker) for marker in wanted]))
        return
    width = min(shutil.get_terminal_size().columns, WIDEST)
    click.echo("\n\n".join("\n".join(_lines(marker, width)) for marker in wanted))


def _row(marker: Marker) -> dict[str, object]:
    return {
        "key": marker.key,
        "label": _(marker.label),
        "unit": marker.unit,
        "meaning": _(marker.meaning),
        "source": marker.citation,
        "window_s": marker.window_s,
        "of_rest": marker.resting_only,
        "for_client": marker.for_client,
        "version": marker.version,
    }


def _lines(marker: Marker, width: int) -> Iterator[str]:
    unit = f", {marker.unit}" if marker.unit else ""
    yield f"{marker.key}: {_(marker.label)}{unit}"
    said = [_(marker.meaning)]
    if marker.resting_only:
        said.append(_("Of rest: slow breathing distorts it."))
    if not marker.for_client:
        said.append(_("Not for a client's page."))
    said.append(_("Source: {source}.").format(source=marker.citation))
    for sentence in said:
        yield from textwrap.wrap(
            sentence, max(width, 20), initial_indent="  ", subsequent_indent="  "
        )
