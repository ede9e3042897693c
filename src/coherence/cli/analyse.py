"""`coherence analyse`: the numbers of recordings, as a table or as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount, Finite
from coherence.cli.following import following
from coherence.cli.printing import show
from coherence.translation import _, decimal, later, ngettext, number

if TYPE_CHECKING:
    from coherence.model import Arrival
    from coherence.reports.any_file import Held
    from coherence.reports.numbers import Numbers, Pace
    from coherence.reports.second_opinion import Compared

FROM = _("Only from this second on.")
PACE = _("As if guided at so many breaths a minute from its start.")
ARRIVE = _("With --pace: so long it was the person's own breath (120).")
RATE = _("The file is an ECG of so many samples a second (CSV or .npy).")
WRITTEN_OUT = 1e9  # from here on with a power of ten
SAME = 1e-9  # of a number: less than that is rounding
SIGNAL = {
    "good": later("signal good"), "fair": later("signal fair"), "poor": later("signal poor"),
    "unusable": later("signal not usable"),
}  # fmt: skip
FLAGGED = {
    "extra": later("{n} extra"), "missed": later("{n} missed"), "ectopic": later("{n} ectopic"),
    "long": later("{n} long"), "short": later("{n} short"), "range": later("{n} out of range"),
}  # fmt: skip


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--raw", is_flag=True, help=_("Judge no beat, to compare with tools that do not."))
@click.option("--from", "from_s", type=Finite(), metavar=_("S"), help=FROM)
@click.option("--to", "to_s", type=Finite(), metavar=_("S"), help=_("Only up to this second."))
@click.option("--rate", "rate_hz", type=Finite(), metavar="HZ", help=RATE)
@click.option("--pace", type=Amount(2.0, 30.0), metavar="BPM", help=PACE)
@click.option("--arrive", "arrive_s", type=Amount(0.0), metavar="S", help=ARRIVE)
@click.option(
    "--second-opinion", "compare", is_flag=True, help=_("NeuroKit2's numbers beside ours.")
)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object a file, each on a line."))
def analyse(
    files: tuple[str, ...],
    raw: bool,
    from_s: float | None,
    to_s: float | None,
    rate_hz: float | None,
    pace: float | None,
    arrive_s: float | None,
    compare: bool,
    as_json: bool,
) -> int:
    """Compute the numbers of recordings: RR text, CSV, Polar .hrm, a session's JSON, or an ECG.

    A file that cannot be read is named with its reason, and the others are still done. `-` is what
    comes through a pipe.
    """
    if from_s is not None and to_s is not None and to_s <= from_s:
        raise click.UsageError(_("--to has to lie after --from."))
    if arrive_s is not None and pace is None:
        raise click.UsageError(_("--arrive says when a --pace begins to count: give that too."))
    from coherence.reports.numbers import NothingFound, Pace
    from coherence.reports.recording import ImportFailed

    guided = None if pace is None else Pace(pace, 120.0 if arrive_s is None else arrive_s)
    failed = 0
    for name in files:
        try:
            found = _numbers(Path(name), rate_hz, raw, from_s, to_s, guided)
        except ImportFailed as error:
            failed += 1
            click.echo(str(error), err=True)
            continue
        except NothingFound as error:
            failed += 1
            click.echo(f"{name}: {error}", err=True)
            continue
        compared = _compared(found) if compare else None
        if as_json:
            said = {"file": name} | found.as_json()
            if compared is not None:
                said["second_opinion"] = {key: row.as_json() for key, row in compared.items()}
            click.echo(json.dumps(said))
        else:
            print_numbers(name, found)
            if compared is not None:
                print_compared(name, compared)
    return 1 if failed else 0


def arrivals_in(path: Path, rate_hz: float | None) -> list[Arrival]:
    """What a file or a pipe holds, as arrivals; its doubts are told. Raises ``ImportFailed``."""
    from coherence.cli.piped import at_hand
    from coherence.reports.any_file import held_in

    with at_hand(path) as file:
        held = held_in(file, rate_hz)
        arrivals = list(held.arrivals)
    tell_doubts(path, held)
    return arrivals


def tell_doubts(path: Path, held: Held) -> None:
    """What is doubtful about a file, a line each on stderr."""
    for doubt in held.doubts:
        click.echo(f"{path}: {doubt}", err=True)


def _numbers(
    path: Path,
    rate_hz: float | None,
    raw: bool,
    from_s: float | None,
    to_s: float | None,
    pace: Pace | None,
) -> Numbers:
    from coherence.cli.piped import at_hand
    from coherence.reports.any_file import held_in
    from coherence.reports.numbers import numbers

    with at_hand(path) as file, following(path.name) as bar:
        held = held_in(file, rate_hz)
        bar.lasts(held.duration_s)
        found = numbers(
            held.arrivals,
            raw=raw, from_s=from_s, to_s=to_s, pace=pace, plain=held.plain, progress=bar.reach,
        )  # fmt: skip
    tell_doubts(path, held)
    return found


def in_short(value: float, digits: int = 4) -> str:
    """A number of a table, with so many digits, as people write it.

    >>> in_short(0.71837), in_short(17333.8), in_short(17333.8, 6)
    ('0.7184', '17334', '17333.8')
    """
    whole = 10**digits <= abs(value) < WRITTEN_OUT
    return decimal(f"{value:.0f}" if whole else f"{value:.{digits}g}")


def _compared(found: Numbers) -> dict[str, Compared]:
    from coherence.analysis.with_neurokit import NeuroKitMissing
    from coherence.reports.second_opinion import second_opinion

    try:
        return second_opinion(found)
    except NeuroKitMissing as error:
        raise click.ClickException(str(error)) from error


def print_compared(name: str, compared: dict[str, Compared]) -> None:
    """Ours and NeuroKit2's side by side, and why they may differ."""
    from rich.table import Table

    from coherence.analysis.markers import MARKERS
    from coherence.reports.second_opinion import HOW_ASKED

    labels = {marker.key: marker.label for marker in MARKERS}
    table = Table("", title=_("{name}: a second opinion").format(name=name), caption=HOW_ASKED)
    for column in (_("ours"), "NeuroKit2", _("difference")):
        table.add_column(column, justify="right")
    table.add_column(_("what to know"), overflow="fold", ratio=1)
    for key, row in compared.items():
        apart = row.difference
        if apart is not None and row.ours and abs(apart) < SAME * abs(row.ours):
            apart = 0.0  # two orders of adding up
        three = (row.ours, row.neurokit, apart)
        shown = ("" if value is None else in_short(value, 6) for value in three)
        table.add_row(_(labels[key]), *shown, row.note)
    show(table)


def print_numbers(name: str, found: Numbers) -> None:
    """A table for people: one marker a line, and the beats beneath."""
    from rich.table import Table

    from coherence.analysis.markers import MARKERS
    from coherence.devices.quirks import ROWS
    from coherence.model import Reason
    from coherence.reports.remarks import INSTEAD, UNGUIDED, WHY_NONE, about, maybe_slow

    total = sum(found.verdicts.values())
    flagged = ", ".join(
        _(FLAGGED.get(k, k)).format(n=n) for k, n in found.verdicts.items() if n and k != "normal"
    )
    minutes, seconds = divmod(round(found.duration_s), 60)
    paced = any(value.reason is Reason.PACED for value in found.markers.values())
    table = Table(
        title=name,
        caption=(
            (
                ngettext(
                    "{minutes} min {seconds:02d} s · {total} beat, of these {flagged}",
                    "{minutes} min {seconds:02d} s · {total} beats, of these {flagged}",
                    total,
                )
                if flagged
                else ngettext(
                    "{minutes} min {seconds:02d} s · {total} beat, none flagged",
                    "{minutes} min {seconds:02d} s · {total} beats, none flagged",
                    total,
                )
            ).format(minutes=minutes, seconds=seconds, total=total, flagged=flagged)
            + _(" · artefacts {pct} % · ").format(pct=number(found.artefact_pct, 1))
            + _(SIGNAL[found.quality.value])
            + (f"\n{_(INSTEAD)}" if paced else "")
            + (f"\n{_(UNGUIDED)}" if maybe_slow(found.markers) else "")
            + "".join(f"\n{ROWS[kind].sentence}." for kind in found.quirks)
        ),
    )
    table.add_column()
    table.add_column(_("value"), justify="right")
    table.add_column(_("unit"))
    table.add_column(_("what to know"), overflow="fold", style="dim")
    for marker in MARKERS:
        value = found.markers[marker.key]
        shown = "–" if value.value is None else in_short(value.value)
        unit = "" if value.value is None else marker.unit
        table.add_row(_(marker.label), shown, unit, about(marker, value))
    if found.at_pace is not None:
        pace, share = found.at_pace.pace, found.at_pace.in_rhythm_pct
        label = _("In rhythm with {pace} a minute").format(pace=number(pace.breaths_per_min))
        why = _(WHY_NONE[share.reason]) if share.value is None and share.reason else ""
        shown = "–" if share.value is None else in_short(share.value)
        table.add_row(label, shown, _("% of the time") if share.value is not None else "", why)
    show(table)
