"""`coherence scan`: which straps are near."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount
from coherence.cli.choosing import radio_option
from coherence.cli.printing import plain_console, show
from coherence.translation import _

if TYPE_CHECKING:
    from coherence.devices.which_radio import WhichRadio

ENVIRONMENT = 3  # there is no strap


@click.command()
@click.option("--seconds", type=Amount(min=0.1), default=8.0, show_default=True)
@click.option("--all", "show_all", is_flag=True, help=_("Also what does not say it is a strap."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array on stdout."))
@radio_option
def scan(seconds: float, show_all: bool, as_json: bool, radio: WhichRadio) -> int:
    """Look for straps nearby. A strap only shows itself while it is worn and not in use."""
    from rich.table import Table

    from coherence.devices.straps import recognise

    with plain_console(stderr=True).status(_("Looking for straps…")):
        found = asyncio.run(radio.find_straps(seconds, show_all=show_all))
    if as_json:
        rows = [{"name": s.name, "id": s.strap_id, "rssi_dbm": s.rssi_dbm} for s in found]
        click.echo(json.dumps(rows))
    if not found:
        click.echo(
            _(
                "No strap shows itself: put it on, wet it a little, close other programs that "
                "use it, and try again; `coherence doctor` says what else may be the matter."
            ),
            err=True,
        )
        return ENVIRONMENT
    if as_json:
        return 0
    table = Table(_("name"), _("id"), _("signal"), _("known as"))
    for strap in found:
        model = recognise(strap.name)
        signal = "" if strap.rssi_dbm is None else f"{strap.rssi_dbm} dBm"
        table.add_row(strap.name, strap.strap_id, signal, "" if model is None else model.label)
    show(table)
    return 0
