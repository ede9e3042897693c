"""The few numbers kept with a session in the list of sessions: a cache, made again at any time."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np

from coherence.analysis.markers import MARKER_VERSION
from coherence.analysis.series import BoolArray, FloatArray
from coherence.model import Arrival
from coherence.sessions.assessment import assessed
from coherence.sessions.found_paces import resonance_numbers
from coherence.sessions.tracker import SessionTracker
from coherence.sessions.usual import HIGH, LOW

SUMMED_UP = ("heart_rate_bpm", "coherence", "rsa_bpm", "guide_amplitude_ms")
RESTING = ("heart_rate_bpm", "ln_rmssd", "rmssd_ms", "breaths_per_min")
PACED = ("heart_rate_bpm", "rsa_bpm", "guide_coherence", "breaths_per_min")
VERSION = "marker_version"
RHYTHM, RHYTHM_BINS = "rhythm", 48
MINUTE_S = 60.0
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
    medians |= by_breathing(tracker)
    found = {f"{QUIRK}{kind.value}_s": t_s for kind, t_s in tracker.strap.quirks.found.items()}
    found |= resonance_numbers(assessed(tracker))
    return {VERSION: MARKER_VERSION, "beats": float(len(tracker.judged))} | medians | found


def by_breathing(tracker: SessionTracker) -> dict[str, float]:
    """Medians of one's own breath (``resting_…``) and of guided breath (``paced_…``), kept apart.

    A window that reaches over from one into the other counts as neither.
    """
    t_s, columns = tracker.history.t_s, tracker.history.columns
    paced = np.array([tracker.guide.at(at_s) is not None for at_s in t_s.tolist()], np.bool_)
    found: dict[str, float] = {}
    for name, among, keys in (("resting", ~paced, RESTING), ("paced", paced, PACED)):
        settled = _settled(t_s, among)
        for key in keys:
            values = columns[key][settled]
            values = values[np.isfinite(values)]
            if len(values):
                found[f"{name}_{key}"] = float(np.median(values))
    return found


def _settled(t_s: FloatArray, among: BoolArray) -> BoolArray:
    """Where ``among`` has held for the whole of a minute's window."""
    changed_s = np.where(among, -np.inf, t_s)
    return among & (t_s - np.maximum.accumulate(changed_s) >= MINUTE_S) if len(t_s) else among


def rhythm_of(tracker: SessionTracker, bins: int = RHYTHM_BINS) -> str:
    """The session as a small picture: in each part its lowest and highest beats a minute, in hex.

    Two bytes a part, both 0 where there was no clear beat.
    """
    series = tracker.log.series()
    t_s, hr_bpm = series.nn_t_s, 60000.0 / series.nn_ms
    parts = bytearray(2 * bins)
    if len(t_s) and t_s[-1] > 0:
        at = np.minimum((t_s / t_s[-1] * bins).astype(np.int64), bins - 1)
        for part in np.unique(at).tolist():
            inside = hr_bpm[at == part]
            low, high = np.clip(np.rint([inside.min(), inside.max()]), 1, 255)
            parts[2 * part], parts[2 * part + 1] = int(low), int(high)
    return parts.hex()


def rhythm_read(text: str) -> list[tuple[int, int] | None]:
    """The small picture in a summary, a part each; empty where it has none."""
    try:
        parts = bytes.fromhex(json.loads(text)[RHYTHM])
    except (ValueError, TypeError, KeyError):
        return []
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return [(low, high) if low else None for low, high in pairs]


def summary_text(tracker: SessionTracker) -> str:
    """What is kept with a session: its numbers and its small picture, as JSON."""
    return json.dumps(summary_of(tracker) | {RHYTHM: rhythm_of(tracker)})


def tracker_of(arrivals: Iterable[Arrival]) -> SessionTracker:
    """Everything folded, to be summed up as today's markers have it."""
    tracker = SessionTracker()
    for arrival in arrivals:
        tracker.feed(arrival)
    tracker.finish()
    return tracker


def summary_read(text: str) -> dict[str, float]:
    """A summary as it was stored; what of it is no number, or cannot be read, is left out."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {key: n for key, n in said.items() if isinstance(n, int | float)}
