"""The few numbers kept with a session in the list of sessions: a cache, made again at any time."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np

from coherence.analysis.markers import MARKER_VERSION
from coherence.model import Arrival
from coherence.sessions.assessment import assessed
from coherence.sessions.found_paces import resonance_numbers
from coherence.sessions.tracker import SessionTracker
from coherence.sessions.usual import HIGH, LOW

SUMMED_UP = ("heart_rate_bpm", "coherence", "rsa_bpm", "guide_amplitude_ms")
VERSION = "marker_version"
QUIRK = "quirk_"  # of the strap, and when it was found


def summary_of(tracker: SessionTracker) -> dict[str, float]:
    """Medians over the session, where there are any; and which version of the markers said so."""
    columns = tracker.history.columns
    medians = {
        key: float(np.nanmedian(column))
        for key, column in columns.items()
        if key in SUMMED_UP and np.isfinite(column).any()
    }
    swings = columns["guide_amplitude_ms"]
    swings = swings[np.isfinite(swings)]
    if len(swings):
        low, high = np.percentile(swings, (10, 95))
        medians |= {LOW: float(low), HIGH: float(high)}
    found = {f"{QUIRK}{kind.value}_s": t_s for kind, t_s in tracker.strap.quirks.found.items()}
    found |= resonance_numbers(assessed(tracker))
    return {VERSION: MARKER_VERSION, "beats": float(len(tracker.judged))} | medians | found


def summary_again(arrivals: Iterable[Arrival]) -> dict[str, float]:
    """The summary as today's markers have it, from what arrived."""
    tracker = SessionTracker()
    for arrival in arrivals:
        tracker.feed(arrival)
    tracker.finish()
    return summary_of(tracker)


def summary_read(text: str) -> dict[str, float]:
    """A summary as it was stored; what of it is no number, or cannot be read, is left out."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {key: n for key, n in said.items() if isinstance(n, int | float)}
