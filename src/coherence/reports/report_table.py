"""The therapist's table: a row a step, each number with how far it is to be trusted beneath."""

from __future__ import annotations

from dataclasses import dataclass

from coherence.analysis.coherence_ratio import ten_point
from coherence.analysis.marker import likely_range
from coherence.model import Reason, Value
from coherence.reports.remarks import span, why_none_here
from coherence.reports.report_steps import StepRow
from coherence.reports.report_words import length_words
from coherence.reports.rows import ROWS
from coherence.translation import _, later, number

NOTE = later(
    "Small: where it would likely lie over five minutes (95 %); n: what noise alone would give. "
    "What is for rest is left out where the guide ran, and not to be compared with a slow breath "
    "of one's own."
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name, what it is of, and where it begins (0 to 1)."""

    label: str
    at: float


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row, and in small beneath it."""

    value: str
    under: str = ""


HEADINGS = (
    Heading(later("Step"), 0.0),
    Heading(later("Breath"), 0.175),
    Heading(later("Heart rate"), 0.29),
    Heading("RMSSD", 0.385),
    Heading("ln RMSSD", 0.475),
    Heading("SDNN", 0.57),
    Heading(later("Swing"), 0.645),
    Heading(later("Coherence"), 0.745),
    Heading(later("With guide"), 0.835),
    Heading(later("Clear"), 0.935),
)


def cells_of(step: StepRow) -> tuple[Cell, ...]:
    """One row, in the order of ``HEADINGS``."""
    coherence = step.values["coherence"]
    ten = coherence if coherence.value is None else Value(ten_point(coherence.value))
    clear = step.clear_pct
    return (
        Cell(step.title, _length(step.minutes)),
        _breath(step),
        _cell("heart_rate_bpm", step.values["heart_rate_bpm"], _("bpm")),
        _cell("rmssd_ms", step.resting("rmssd_ms"), "ms"),
        _cell("ln_rmssd", step.resting("ln_rmssd"), "", digits=2),
        _cell("sdnn_ms", step.values["sdnn_ms"], "ms"),
        _cell("rsa_bpm", step.values["rsa_bpm"], _("bpm")),
        _cell("coherence", ten, "", digits=1),
        _cell("guide_coherence", step.values["guide_coherence"], "", digits=2),
        Cell(
            "–"
            if clear is None
            else f"{clear:.0f} %"
            if clear == 100
            else f"{number(min(clear, 99.9), 1)} %",
            _("{n} aside").format(n=number(step.set_aside, 0)) if step.set_aside else "",
        ),
    )


def _length(minutes: float) -> str:
    if minutes >= 120:
        return length_words(60.0 * minutes)
    return _("{n} min").format(n=number(minutes, 1))


def _breath(step: StepRow) -> Cell:
    if step.paced_per_min is not None:
        return Cell(_("guided {pace}").format(pace=number(step.paced_per_min, 1)), _("a minute"))
    per_min = step.values["breaths_per_min"].value
    if per_min is None:
        return Cell(_("own"))
    about = _("about {n:.0f}/min, slow") if step.slow else _("about {n:.0f}/min")
    return Cell(_("own"), about.format(n=per_min))


def _cell(key: str, value: Value, unit: str, digits: int = 0) -> Cell:
    if value.value is None:
        return Cell("–", _why(value.reason))
    said = f"{number(value.value, digits)} {unit}".strip()
    if value.floor is not None:
        return Cell(said, _("n {noise}").format(noise=number(value.floor, 1)))
    likely = likely_range(ROWS[key], value)
    if likely is None:
        return Cell(said, _("not sure") if value.low_confidence else "")
    if digits:
        return Cell(said, "–".join(number(end, digits) for end in likely))
    return Cell(said, span(likely))


def _why(reason: Reason | None) -> str:
    """Why there is no number, short enough for a column."""
    if reason is None:
        return ""
    if reason is Reason.PACED:
        return _("guide ran")
    short = {
        Reason.TOO_MANY_ARTEFACTS: _("odd beats"),
        Reason.GAP: _("a gap"),
        Reason.STRAP: _("the strap"),
        Reason.WARMING_UP: _("too short"),
        Reason.NOT_PACED: _("no guide"),
    }
    return short.get(reason) or why_none_here(reason)
