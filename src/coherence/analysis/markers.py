"""MARKERS: every number we show, with its unit, window, meaning and source; and evaluate()."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coherence.analysis.marker import MARKER_VERSION, Marker, coverage, due, likely_range, value_of
from coherence.analysis.markers_beats import HEART, JUDGED, SHAPE
from coherence.analysis.markers_breath import WAVES
from coherence.analysis.markers_power import INDICES, POWER
from coherence.analysis.phase import middle_direction
from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import Floats
from coherence.analysis.window import Window
from coherence.model import Gap, Reading, Value
from coherence.pacing import BreathGuide

__all__ = [
    "LIVE",
    "MARKERS",
    "MARKER_VERSION",
    "Marker",
    "coverage",
    "due",
    "evaluate",
    "evaluate_span",
    "likely_range",
    "middle",
    "value_of",
]

MARKERS: tuple[Marker, ...] = (*HEART, *WAVES, *SHAPE, *POWER, *INDICES, *JUDGED)
LIVE: tuple[Marker, ...] = tuple(marker for marker in MARKERS if marker.every_s)
_DIRECTIONS = frozenset(marker.key for marker in MARKERS if marker.unit == "°")


def evaluate(
    window: Window, rows: Sequence[Marker] = LIVE, *, all_live: bool = False
) -> dict[str, Reading]:
    """Evaluate at the window's end each of ``rows`` due then; with ``all_live`` all of them.

    >>> window = Window(NNSeries.from_rr([1000.0] * 30), 28.0)
    >>> evaluate(window)["heart_rate_bpm"].value.value
    60.0
    >>> "lf_ms2" in evaluate(window), "lf_ms2" in evaluate(window, all_live=True)
    (False, True)
    """
    return {
        marker.key: Reading(
            window.end_s,
            marker.key,
            value_of(window, marker),
            coverage(window, marker),
            marker.version,
        )
        for marker in (rows if all_live else due(rows, window.end_s))
    }


def evaluate_span(
    series: NNSeries, gaps: Sequence[Gap] = (), guide: BreathGuide | None = None
) -> dict[str, Value]:
    """Evaluate over all of ``series`` the markers that may be (``over_span``).

    With a ``guide`` that ran during it, markers of rest say so.

    >>> evaluate_span(NNSeries.from_rr([1000, 1100] * 30))["rmssd_ms"].value
    100.0
    """
    window = Window(series, series.end_s, gaps=gaps, guide=guide, whole=True)
    return {marker.key: value_of(window, marker) for marker in MARKERS if marker.over_span}


def middle(key: str, numbers: Floats) -> float:
    """The median of what the marker ``key`` said (n,), n > 0; of a direction as of a circle.

    >>> around = np.array([170.0, -170.0])
    >>> middle("rsa_ms", around), middle("phase_lag_deg", around)
    (0.0, 180.0)
    """
    return middle_direction(numbers) if key in _DIRECTIONS else float(np.median(numbers))
