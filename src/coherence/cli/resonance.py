"""`coherence resonance`: the pace at which the heart answers the breath most, from a recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount, Finite
from coherence.cli.printing import plain_console, show
from coherence.translation import _, later, number

if TYPE_CHECKING:
    from rich.table import Table

    from coherence.analysis.resonance import Resonance, SlideCurve
    from coherence.sessions.assessment import Assessment

PROTOCOL = "stepped: five paces of two minutes; sliding: ever slower for 15 minutes."
REST = _("Rests between the steps (60), where the guide is not on record.")
ASSUMED = later(
    "no such guide is on record, so the protocol was taken to begin where the recording does."
)
SHOWN_PER_MIN = (6.5, 6.25, 6.0, 5.75, 5.5, 5.25, 5.0, 4.75, 4.5)  # of the slide
RATE = _("The file is an ECG of so many samples a second (CSV or .npy).")


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--protocol", type=click.Choice(["stepped", "sliding"]), required=True, help=PROTOCOL)
@click.option("--rest", "rest_s", type=Amount(0.0, 600.0), metavar="S", help=REST)
@click.option("--rate", "rate_hz", type=Finite(), metavar="HZ", help=RATE)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object."))
def resonance(
    file: str, protocol: str, rest_s: float | None, rate_hz: float | None, as_json: bool
) -> None:
    """Score a recording of a resonance assessment: any file that `analyse` reads.

    A session of coherence holds its guide; of any other file the protocol is taken to begin where
    the recording does.
    """
    if rest_s is not None and protocol == "sliding":
        raise click.UsageError(_("--rest is for the stepped protocol: the sliding one has none."))
    from coherence.analysis.resonance import Outcome
    from coherence.cli.analyse import arrivals_in
    from coherence.cli.following import following
    from coherence.reports.assessment import assessment_json, read_assessment
    from coherence.sessions.assessment import AssessmentError, Protocol

    arrivals = arrivals_in(Path(file), rate_hz)
    with following(Path(file).name) as bar:
        bar.lasts(arrivals[-1].t_s if arrivals else 0.0)
        try:
            found = read_assessment(arrivals, Protocol(protocol), rest_s=rest_s, progress=bar.reach)
        except AssessmentError as error:
            raise AssessmentError(f"{file}: {error}") from error
    if found.result.outcome is Outcome.NOT_FOLLOWING and not found.guide_recorded:
        click.echo(f"{file}: {_(ASSUMED)}", err=True)
    if as_json:
        click.echo(json.dumps({"file": file} | assessment_json(found)))
    else:
        print_assessment(file, found)


def print_assessment(name: str, found: Assessment) -> None:
    """A table for people, and beneath it what it says in a sentence."""
    from coherence.reports.assessment import sentence, why_not

    out = plain_console()
    result = found.result
    if result.steps:
        show(_steps_table(name, result), out)
        for line in why_not(result.steps):
            out.print(line, soft_wrap=True)
    elif result.slide is not None:
        show(_slide_table(name, result.slide), out)
    out.print(sentence(result), soft_wrap=True)


def _steps_table(name: str, result: Resonance) -> Table:
    from rich.table import Table

    caption = _("artefacts {pct} %").format(pct=number(result.artefact_pct, 1))
    if result.best_step_per_min is not None:
        best = _("most of the criteria at {pace} a minute").format(
            pace=number(result.best_step_per_min)
        )
        caption = f"{best} · {caption}"
    table = Table(_("a minute"), title=_("{name}: stepped").format(name=name), caption=caption)
    columns = (_("swing"), _("later by"), _("locked"), "LF", _("LF peak"), _("smooth"), _("peaks"))
    for column in (*columns, _("score")):
        table.add_column(column, justify="right")
    for step in result.steps:
        c = step.criteria
        cells = [""] * 7
        if c is not None:
            cells = [number(c.swing_bpm, 1), f"{c.lag_deg:.0f}°", number(c.locking, 2)]
            cells += [f"{c.lf_ms2:.0f}", f"{c.lf_peak_ms2_hz:.0f}", number(c.smoothness, 2)]
            cells.append(str(c.lf_peaks))
        score = "–" if step.score is None else number(step.score, 2)
        table.add_row(number(step.per_min), *cells, score)
    return table


def _slide_table(name: str, slide: SlideCurve) -> Table:
    import numpy as np
    from rich.table import Table

    table = Table(_("a minute"), title=_("{name}: sliding").format(name=name))
    table.add_column(_("swing ms"), justify="right")
    for per_min in SHOWN_PER_MIN:
        near = np.abs(slide.per_min - per_min) <= 0.125
        if near.any():
            table.add_row(number(per_min), f"{slide.smooth_ms[near].mean():.0f}")
    return table
