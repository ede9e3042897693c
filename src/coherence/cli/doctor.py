"""`coherence doctor`: what stands in the way of a practice, a line each, with what to do."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount
from coherence.cli.choosing import radio_option
from coherence.cli.display import (
    QT_LIBRARIES,
    XCB_LIBRARIES,
    DisplayError,
    NoDisplay,
    WrongPlatform,
    look_for_display,
)
from coherence.cli.printing import plain_console
from coherence.translation import _

if TYPE_CHECKING:
    from coherence.devices.which_radio import WhichRadio
    from coherence.doctor.finding import Finding

ENVIRONMENT = 3
LABEL_WIDTH = 24


@click.command()
@click.option("--strap", default="*", metavar=_("NAME"), help=_("Which strap to try, if several."))
@click.option("--seconds", type=Amount(min=0.5), default=5.0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object on stdout."))
@click.option(
    "--report", metavar=_("FILE"), help=_("Also write it without names, places and values.")
)
@click.option("--force", is_flag=True, help=_("Replace the report if it is there."))
@radio_option
def doctor(
    strap: str, seconds: float, as_json: bool, report: str | None, force: bool, radio: WhichRadio
) -> int:
    """Look at all that a practice with a strap needs, and say what to do where something is amiss.

    Put the strap on first: it is looked for for --seconds, then listened to for some more.
    """
    path = None if report is None else Path(report)
    if path is not None and path.exists() and not force:
        raise click.UsageError(
            _("{path} is there already: choose another name, or add --force.").format(path=path)
        )
    from coherence.doctor.examination import examined
    from coherence.doctor.finding import redacted, usable
    from coherence.storage.errors import plainly
    from coherence.storage.files import replacing
    from coherence.storage.places import places

    found: list[Finding] = []

    async def look() -> None:
        examination = examined(
            places(), radio, window=window_findings, wanted=strap, looking_s=seconds
        )
        async for each in examination:
            found.append(each)
            if not as_json:
                for line in lines_of(each):
                    click.echo(line)

    with plain_console(stderr=True).status(_("Looking…")):
        asyncio.run(look())
    fit = usable(found)
    if as_json:
        click.echo(json.dumps({"usable": fit, "findings": [each.as_json() for each in found]}))
    else:
        click.echo()
        click.echo(
            _("Nothing stands in the way of a practice with a strap.")
            if fit
            else _("Where a line begins with !, something is to be done first; the rest is well.")
        )
    if path is not None:
        with plainly(path), replacing(path) as new:
            new.write_text(redacted(found), encoding="utf-8")
        click.echo(
            _("Wrote {path}, without names, addresses, places and values.").format(path=path),
            err=True,
        )
    return 0 if fit else ENVIRONMENT


def lines_of(finding: Finding) -> Iterator[str]:
    """One line, and one more with what to do."""
    from coherence.doctor.finding import PLAIN_SYMBOLS, SYMBOLS

    encoding = sys.stdout.encoding or "ascii"
    try:
        "".join(SYMBOLS.values()).encode(encoding)
        symbols = SYMBOLS
    except UnicodeEncodeError:
        symbols = PLAIN_SYMBOLS
    detail = f" ({finding.detail})" if finding.detail else ""
    said = finding.said.removesuffix(".") + detail + "." if detail else finding.said
    label = f"{finding.label} ".ljust(LABEL_WIDTH)  # a longer one, as in German, has its own room
    yield f"{symbols[finding.state]} {label}{said}"
    if finding.fix:
        yield f"{'':{LABEL_WIDTH + 2}}{finding.fix}"


def window_findings() -> Iterator[Finding]:
    """Whether the window can open: Qt's libraries, and a display."""
    from coherence.doctor.finding import Finding, State

    try:
        from PySide6 import QtGui, QtWidgets  # noqa: F401 - whether they load
    except ImportError as error:
        fix = _("Install coherence again, with all it depends on.")
        if ".so" in str(error):
            fix = _("sudo apt-get install {libraries}, or what provides them here.").format(
                libraries=QT_LIBRARIES
            )
        said = _("They do not load: until then `coherence live` shows the practice in a terminal.")
        yield Finding("qt", _("Qt libraries"), State.TO_KNOW, said, fix, str(error))
    else:
        yield Finding("qt", _("Qt libraries"), State.FINE, _("They load."))
    try:
        look_for_display()
    except NoDisplay:
        said = _("There is none here: `coherence live` shows the practice in a terminal.")
        yield Finding("display", _("Display"), State.TO_KNOW, said)
    except DisplayError as error:
        said = _(
            "The window cannot open on it: until then `coherence live` shows the practice in a "
            "terminal."
        )
        if isinstance(error, WrongPlatform):
            fix = _("Unset QT_QPA_PLATFORM, or let it name what Qt has here.")
        else:
            fix = _(
                "See that DISPLAY names the right one, and that these are installed: {libraries}."
            ).format(libraries=f"{QT_LIBRARIES} {XCB_LIBRARIES}")
        yield Finding("display", _("Display"), State.TO_KNOW, said, fix, str(error))
    else:
        yield Finding("display", _("Display"), State.FINE, _("A window can open."))
