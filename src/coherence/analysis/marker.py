"""Marker: a row of the registry; and the rules that hold for every one of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from coherence.analysis.window import MOST_ARTEFACTS_PCT, Window
from coherence.model import Reason, Value

MARKER_VERSION = 1
ARTEFACT_WINDOW_S = 64.0

TASK_FORCE = "Task Force of ESC and NASPE, Circulation 1996, 93:1043-1065"
OWN = "our own; measured on simulated and real hearts (docs/validation.md)"


@dataclass(frozen=True, slots=True)
class Marker:
    """One number we show. ``compute`` may rely on the rules of ``value_of``."""

    key: str
    label: str
    unit: str
    window_s: float
    min_span_s: float  # of data; before that the reason is "warming up"
    min_coverage: float  # share of the window that accepted beats must account for
    compute: Callable[[Window], Value]
    meaning: str
    citation: str
    # Of a recording as a whole it is computed over all of it; the others are then told by the
    # median of their live readings.
    over_span: bool = False
    every_s: int = 1  # live at each second that this divides; 0 is never, only over a span
    resting_only: bool = False  # slow breathing distorts it: then it comes with ``Reason.PACED``
    for_client: bool = True  # may stand on a client's page
    at_any_quality: bool = False  # said even where more than 10 % of the beats are flagged
    ratio_band: bool = False  # its uncertainty is a ratio: so many times more or less
    version: int = MARKER_VERSION


def due(rows: Iterable[Marker], t_s: float) -> list[Marker]:
    """Those of ``rows`` evaluated live at ``t_s``; what follows a whole second counts as it."""
    second = math.floor(t_s)
    return [row for row in rows if row.every_s and second % row.every_s == 0]


def value_of(window: Window, marker: Marker) -> Value:
    """Compute one marker under the rules that hold for all: a finite number, or the reason.

    ``NO_DATA`` without beats, ``WARMING_UP`` with too short a span, ``TOO_MANY_ARTEFACTS`` (or
    ``MOTION``) with more than 10 % of the window's beats flagged or missing, ``GAP`` with too
    little covered. Where the guide ran in its window, a marker for rest keeps its number and says
    ``PACED`` beside it.
    """
    span_s, window_s = window.span_s, marker.window_s
    if not span_s > 0.0:
        return Value(None, Reason.NO_DATA)
    if span_s < marker.min_span_s and not window.short:
        return Value(None, Reason.WARMING_UP)
    trailing = window.trailing(window_s)
    if not trailing.beats.t_s.size:
        return Value(None, Reason.GAP)
    if trailing.artefact_pct > MOST_ARTEFACTS_PCT and not marker.at_any_quality:
        return Value(None, Reason.MOTION if window.moving else Reason.TOO_MANY_ARTEFACTS)
    short = span_s < window_s and not window.whole
    if trailing.coverage < marker.min_coverage * (span_s / window_s if short else 1.0):
        return Value(None, Reason.GAP)
    value = marker.compute(window)
    if value.value is None:
        return value
    if not math.isfinite(value.value):
        return Value(None, Reason.NO_DATA)
    if marker.resting_only and window.paced_within(window_s):
        value = value._replace(reason=Reason.PACED)
    return value._replace(low_confidence=True) if short else value


def coverage(window: Window, marker: Marker) -> float:
    """Share of the marker's window that accepted beats account for, 0 to 1."""
    return window.trailing(marker.window_s).coverage


def likely_range(marker: Marker, value: Value) -> tuple[float, float] | None:
    """Where the number would likely lie over five minutes (95 %); ``None`` where that is not known.

    >>> from coherence.analysis.markers import MARKERS
    >>> rmssd = next(m for m in MARKERS if m.key == "rmssd_ms")
    >>> low, high = likely_range(rmssd, Value(46.0, uncertainty=46.0 * (math.exp(0.33) - 1.0)))
    >>> round(low), round(high)
    (33, 64)
    """
    if value.value is None or value.uncertainty is None:
        return None
    high = value.value + value.uncertainty
    if marker.ratio_band:
        return (value.value**2 / high if high > 0 else 0.0), high
    low = value.value - value.uncertainty
    return (max(0.0, low), min(100.0, high)) if marker.unit == "%" else (low, high)
