"""One session in full, as plain data: what the journal, and who compares two, looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.coherence_ratio import coherence_spectrum
from coherence.analysis.markers import MARKERS
from coherence.analysis.series import NNSeries
from coherence.model import Arrival, Ended, Gap, Reason, StepStarted, Value
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker

SPECTRUM_EVERY_S = 5.0
HIGHEST_HZ = 0.40
SETTLED_S = 60.0
BY_STEP = (
    "heart_rate_bpm",
    "rmssd_ms",
    "rsa_bpm",
    "breaths_per_min",
    "guide_coherence",
    "coherence",
)
ROWS = {marker.key: marker for marker in MARKERS}


@dataclass(frozen=True, slots=True)
class StepTold:
    """One step: from when to when, whether it was guided, and the medians of its numbers."""

    key: str
    from_s: float
    to_s: float
    guided: bool
    numbers: dict[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class LookedBack:
    """A session folded once. Arrays are for reading only."""

    duration_s: float
    beats: NNSeries
    gaps: tuple[Gap, ...]
    t_s: NDArray[np.float64]  # (m,) whole seconds of data time
    coherence: NDArray[np.float64]  # (m,) 0 to 1, NaN where there is none
    spectrum_t_s: NDArray[np.float64]  # (k,)
    spectrum_hz: NDArray[np.float64]  # (f,)
    spectrum: NDArray[np.float64]  # (k, f) share of the largest at each time, NaN where none
    steps: tuple[StepTold, ...]
    moments: tuple[tuple[float, str], ...]
    flagged: int
    tracker: SessionTracker


def looked_back(
    arrivals: Iterable[Arrival], progress: Callable[[float], None] | None = None
) -> LookedBack:
    """Fold a stored session and lay out what there is to see."""
    came = list(arrivals)
    tracker, _ = trace(came, progress=progress)
    end_s = max((arrival.t_s for arrival in came), default=0.0)
    beats = tracker.log.series()
    times, hz, spectrum = spectrum_over_time(beats, end_s)
    starts = [arrival for arrival in came if isinstance(arrival, StepStarted)]
    ended_s = next((a.t_s for a in came if isinstance(a, Ended)), end_s)
    bounds = [*(start.t_s for start in starts), ended_s]
    return LookedBack(
        duration_s=end_s,
        beats=beats,
        gaps=tuple(tracker.gaps_between(-np.inf, np.inf)),
        t_s=tracker.history.t_s,
        coherence=tracker.history.columns["coherence"],
        spectrum_t_s=times,
        spectrum_hz=hz,
        spectrum=spectrum,
        steps=tuple(
            _step(tracker, start.key, bounds[i], bounds[i + 1]) for i, start in enumerate(starts)
        ),
        moments=tuple(tracker.view(end_s).moments),
        flagged=beats.flagged,
        tracker=tracker,
    )


def spectrum_over_time(
    beats: NNSeries, end_s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The 64 s spectrum every five seconds: (k,) times, (f,) Hz, (k, f) shares of each largest."""
    times = np.arange(64.0, end_s, SPECTRUM_EVERY_S)
    rows: list[NDArray[np.float64] | None] = []
    hz: NDArray[np.float64] = np.zeros(0)
    for t_s in times.tolist():
        found = coherence_spectrum(beats.window(t_s - 100.0, t_s))
        if isinstance(found, Reason) or t_s - found.tachogram.t_s[-1] > SPECTRUM_EVERY_S:
            rows.append(None)
            continue
        inside = found.spectrum.hz <= HIGHEST_HZ
        hz = found.spectrum.hz[inside]
        power = found.spectrum.psd[inside]
        rows.append(power / power.max() if power.max() > 0 else None)
    blank = np.full(len(hz), np.nan)
    whole = np.array([blank if row is None else row for row in rows]).reshape(len(times), len(hz))
    return times, hz, whole


def _step(tracker: SessionTracker, key: str, from_s: float, to_s: float) -> StepTold:
    """Medians of the windows that lie in the step: what came before it does not count."""
    t_s, columns = tracker.history.t_s, tracker.history.columns
    guided = tracker.guide.at((from_s + to_s) / 2.0) is not None
    numbers = {}
    for name in BY_STEP:
        marker = ROWS[name]
        first_s = min(from_s + min(marker.window_s, SETTLED_S), to_s - 1.0)
        values = columns[name][(t_s >= first_s) & (t_s <= to_s)]
        values = values[np.isfinite(values)]
        if guided and marker.resting_only:
            numbers[name] = Value(None, Reason.PACED)  # slow breathing distorts it
        elif not guided and name == "guide_coherence":
            numbers[name] = Value(None, Reason.NOT_PACED)
        elif not len(values):
            numbers[name] = Value(None, Reason.NO_DATA)
        else:
            numbers[name] = Value(float(np.median(values)))
    return StepTold(key, from_s, to_s, guided, numbers)
