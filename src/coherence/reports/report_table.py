"""The therapist's table: a row a step, each number with how far it is to be trusted beneath."""

from __future__ import annotations

from dataclasses import dataclass

from coherence.analysis.coherence_ratio import ten_point
from coherence.analysis.marker import likely_range
from coherence.model import Reason, Value
from coherence.reports.remarks import OF_A_RECORDING, WHY_NONE, span
from coherence.reports.report_steps import StepRow
from coherence.reports.report_words import length_words
from coherence.reports.rows import ROWS

NOTE = (
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
    Heading("Step", 0.0),
    Heading("Breath", 0.175),
    Heading("Heart rate", 0.29),
    Heading("RMSSD", 0.385),
    Heading("ln RMSSD", 0.475),
    Heading("SDNN", 0.57),
    Heading("Swing", 0.655),
    Heading("Coherence", 0.74),
    Heading("With guide", 0.835),
    Heading("Clear", 0.935),
)


def cells_of(step: StepRow) -> tuple[Cell, ...]:
    """One row, in the order of ``HEADINGS``."""
    coherence = step.values["coherence"]
    ten = coherence if coherence.value is None else Value(ten_point(coherence.value))
    clear = step.clear_pct
    return (
        Cell(step.title, _length(step.minutes)),
        _breath(step),
        _cell("heart_rate_bpm", step.values["heart_rate_bpm"], "bpm"),
        _cell("rmssd_ms", step.resting("rmssd_ms"), "ms"),
        _cell("ln_rmssd", step.resting("ln_rmssd"), "", digits=2),
        _cell("sdnn_ms", step.values["sdnn_ms"], "ms"),
        _cell("rsa_bpm", step.values["rsa_bpm"], "bpm"),
        _cell("coherence", ten, "", digits=1),
        _cell("guide_coherence", step.values["guide_coherence"], "", digits=2),
        Cell(
            "–"
            if clear is None
            else f"{clear:.0f} %"
            if clear == 100
            else f"{min(clear, 99.9):.1f} %",
            f"{step.set_aside} aside" if step.set_aside else "",
        ),
    )


def _length(minutes: float) -> str:
    return f"{minutes:.1f} min" if minutes < 120 else length_words(60.0 * minutes)


def _breath(step: StepRow) -> Cell:
    if step.paced_per_min is not None:
        return Cell(f"guided {step.paced_per_min:.1f}", "a minute")
    per_min = step.values["breaths_per_min"].value
    if per_min is None:
        return Cell("own")
    return Cell("own", f"about {per_min:.0f}/min" + (", slow" if step.slow else ""))


def _cell(key: str, value: Value, unit: str, digits: int = 0) -> Cell:
    if value.value is None:
        return Cell("–", _why(value.reason))
    said = f"{value.value:.{digits}f} {unit}".strip()
    if value.floor is not None:
        return Cell(said, f"n {value.floor:.1f}")
    likely = likely_range(ROWS[key], value)
    if likely is None:
        return Cell(said, "not sure" if value.low_confidence else "")
    if digits:
        return Cell(said, f"{likely[0]:.{digits}f}–{likely[1]:.{digits}f}")
    return Cell(said, span(likely))


def _why(reason: Reason | None) -> str:
    """Why there is no number, short enough for a column."""
    if reason is None:
        return ""
    if reason is Reason.PACED:
        return "guide ran"
    short = {
        Reason.TOO_MANY_ARTEFACTS: "odd beats",
        Reason.GAP: "a gap",
        Reason.STRAP: "the strap",
        Reason.WARMING_UP: "too short",
        Reason.NOT_PACED: "no guide",
    }
    return short.get(reason, OF_A_RECORDING.get(reason, WHY_NONE[reason]))
