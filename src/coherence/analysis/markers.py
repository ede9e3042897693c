"""MARKERS: every number we show, with its unit, window, meaning and source; and evaluate()."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coherence.analysis import coherence_ratio, guide_coherence, time_domain
from coherence.analysis.coherence_ratio import Coherence
from coherence.analysis.respiration import FEWEST_BREATHS, RECENT_BREATHS
from coherence.analysis.series import NNSeries
from coherence.analysis.window import MOST_ARTEFACTS_PCT, Window
from coherence.model import Gap, Reading, Reason, Value

MARKER_VERSION = 1
LEAST_BREATH_SHARE = 0.3  # below it the highest wave may well not be the breath


@dataclass(frozen=True, slots=True)
class Marker:
    """One number we show. ``compute`` may rely on the rules of ``value_of``.

    ``over_span``: of a recording as a whole it is computed over all of it; the others are then told
    by the median of their live readings.
    """

    key: str
    label: str
    unit: str
    window_s: float
    min_span_s: float  # of data; before that the reason is "warming up"
    min_coverage: float  # share of the window that accepted beats must account for
    compute: Callable[[Window], Value]
    meaning: str
    citation: str
    over_span: bool = False
    at_any_quality: bool = False  # said even where more than 10 % of the beats are flagged
    version: int = MARKER_VERSION


def value_of(window: Window, marker: Marker) -> Value:
    """Compute one marker under the rules that hold for all: a finite number, or the reason.

    ``NO_DATA`` without beats, ``WARMING_UP`` with too short a span, ``TOO_MANY_ARTEFACTS`` with
    more than 10 % of the window's beats flagged or missing, ``GAP`` with too little covered.
    """
    if not len(window.series):
        return Value(None, Reason.NO_DATA)
    if window.span_s < marker.min_span_s:
        return Value(None, Reason.WARMING_UP)
    trailing = window.trailing(marker.window_s)
    if not len(trailing.beats):
        return Value(None, Reason.GAP)
    if not marker.at_any_quality and trailing.artefact_pct > MOST_ARTEFACTS_PCT:
        return Value(None, Reason.TOO_MANY_ARTEFACTS)
    begun = 1.0 if window.whole else min(1.0, window.span_s / marker.window_s)
    if trailing.coverage < marker.min_coverage * begun:
        return Value(None, Reason.GAP)
    value = marker.compute(window)
    if value.value is None:
        return value
    if not math.isfinite(value.value):
        return Value(None, Reason.NO_DATA)
    if window.span_s < marker.window_s and not window.whole:
        return replace(value, low_confidence=True)
    return value


def coverage(window: Window, marker: Marker) -> float:
    """Share of the marker's window that accepted beats account for, 0 to 1."""
    return window.trailing(marker.window_s).coverage


def evaluate(window: Window) -> dict[str, Reading]:
    """Evaluate every marker at the window's end."""
    return {
        marker.key: Reading(
            window.end_s,
            marker.key,
            value_of(window, marker),
            coverage(window, marker),
            marker.version,
        )
        for marker in MARKERS
    }


def evaluate_span(series: NNSeries, gaps: Sequence[Gap] = ()) -> dict[str, Value]:
    """Evaluate over all of ``series`` the markers that may be (``over_span``)."""
    window = Window(series, series.end_s, gaps=gaps, whole=True)
    return {marker.key: value_of(window, marker) for marker in MARKERS if marker.over_span}


# --- how each is computed -------------------------------------------------------------------------


def _beats(compute: Callable[[NNSeries], Value], window_s: float) -> Callable[[Window], Value]:
    return lambda window: compute(window.trailing(window_s).beats)


def _wave(part: Callable[[Coherence], float | None]) -> Callable[[Window], Value]:
    """A number of the coherent wave; where no wave stands out, 0 or nothing, and the reason."""

    def compute(window: Window) -> Value:
        wave = window.coherence
        if isinstance(wave, Reason):
            return Value(None, wave)
        reason = Reason.NO_PEAK if wave.peak_hz is None else None
        return Value(part(wave), reason, low_confidence=window.unsure)

    return compute


def _guide_share(window: Window) -> Value:
    rhythm = window.guide_rhythm
    if isinstance(rhythm, Reason):
        return Value(None, rhythm)
    return Value(rhythm.share, low_confidence=rhythm.unsure)


def _guide_amplitude(window: Window) -> Value:
    rhythm = window.guide_rhythm
    if isinstance(rhythm, Reason):
        return Value(None, rhythm)
    return Value(rhythm.amplitude_ms, low_confidence=rhythm.unsure)


def _in_rhythm(window: Window) -> Value:
    claim, rhythm = window.in_rhythm, window.guide_rhythm
    if isinstance(claim, Reason) or isinstance(rhythm, Reason):
        return Value(None, claim if isinstance(claim, Reason) else Reason.NOT_PACED)
    return Value(float(claim), low_confidence=rhythm.unsure)


def _breath_share(window: Window) -> Value:
    share = window.breath_share
    if isinstance(share, Reason):
        return Value(None, share)
    return Value(share, low_confidence=window.unsure)


def _swing(unit: str) -> Callable[[Window], Value]:
    def compute(window: Window) -> Value:
        swings = window.swings
        if isinstance(swings, Reason):
            return Value(None, swings)
        recent = (swings.bpm if unit == "bpm" else swings.ms)[-RECENT_BREATHS:]
        if len(recent) < FEWEST_BREATHS:
            return Value(None, Reason.WARMING_UP)
        return Value(float(np.mean(recent)), low_confidence=len(recent) < RECENT_BREATHS)

    return compute


def _breaths_per_min(window: Window) -> Value:
    wave = window.breath_wave
    if isinstance(wave, Reason):
        return Value(None, wave)
    if wave.peak_hz is None:
        return Value(None, Reason.NO_PEAK)
    doubtful = window.unsure or wave.share < LEAST_BREATH_SHARE
    return Value(60.0 * wave.peak_hz, low_confidence=doubtful)


def _artefact_pct(window: Window) -> Value:
    return Value(window.trailing(coherence_ratio.WINDOW_S).artefact_pct)


_TASK_FORCE = "Task Force of ESC and NASPE, Circulation 1996, 93:1043-1065"
_MCCRATY = "after McCraty and Zayas, Front Psychol 2014, 5:1090; limits and window our own"
_OWN = "our own; measured on simulated and real hearts (docs/validation.md)"
_SHAFFER = "Shaffer and Meehan, Front Neurosci 2020, 14:570400"

MARKERS: tuple[Marker, ...] = (
    Marker(
        "heart_rate_bpm", "Heart rate", "bpm", 10.0, 0.0, 0.0,
        _beats(time_domain.heart_rate_bpm, 10.0),
        "How often the heart beats in a minute, over the last ten seconds.",
        _TASK_FORCE, over_span=True, at_any_quality=True,
    ),
    Marker(
        "mean_rr_ms", "Mean interval", "ms", 60.0, 10.0, 0.5,
        _beats(time_domain.mean_rr_ms, 60.0),
        "The mean time from one heartbeat to the next.",
        _TASK_FORCE, over_span=True,
    ),
    Marker(
        "rmssd_ms", "RMSSD", "ms", 60.0, 30.0, 0.8,
        _beats(time_domain.rmssd_ms, 60.0),
        "How much each interval differs from the one before; at rest it tells of the vagus nerve,"
        " while breathing slowly it says little.",
        _TASK_FORCE, over_span=True,
    ),
    Marker(
        "sdnn_ms", "SDNN", "ms", 60.0, 60.0, 0.8,
        _beats(time_domain.sdnn_ms, 60.0),
        "How widely the intervals are spread in all.",
        _TASK_FORCE, over_span=True,
    ),
    Marker(
        "coherence", "Coherence", "", coherence_ratio.WINDOW_S, 63.75, 0.7,
        _wave(lambda wave: wave.share),
        "The share of the heart rhythm's power that lies in one even wave, 0 to 1; it says nothing"
        " of the breath.",
        _MCCRATY,
    ),
    Marker(
        "coherence_ratio", "Coherence ratio", "", coherence_ratio.WINDOW_S, 63.75, 0.7,
        _wave(lambda wave: wave.ratio),
        "The power of that wave over the power of all the rest.",
        _MCCRATY,
    ),
    Marker(
        "coherence_pct", "Coherence, of a pure wave", "%", coherence_ratio.WINDOW_S, 63.75, 0.7,
        _wave(lambda wave: wave.pct),
        "The same share in per cent of what a pure wave reaches in this window.",
        _MCCRATY,
    ),
    Marker(
        "coherence_peak_hz", "Frequency of the wave", "Hz", coherence_ratio.WINDOW_S, 63.75, 0.7,
        _wave(lambda wave: wave.peak_hz),
        "How often that wave comes in a second; 0.1 Hz is six a minute.",
        _MCCRATY,
    ),
    Marker(
        "guide_coherence", "With the guide", "", guide_coherence.WINDOW_S, 0.0, 0.7,
        _guide_share,
        "The share of the heart rhythm's swing that keeps time with the breath guide, 0 to 1.",
        _OWN,
    ),
    Marker(
        "guide_amplitude_ms", "Swing with the guide", "ms", guide_coherence.WINDOW_S, 0.0, 0.7,
        _guide_amplitude,
        "How far the intervals swing in time with the breath guide, from the middle outwards.",
        _OWN,
    ),
    Marker(
        "in_rhythm", "In rhythm", "", guide_coherence.WINDOW_S, 0.0, 0.7,
        _in_rhythm,
        "1 while heart and guide move together beyond what one's own breath showed, else 0.",
        _OWN,
    ),
    Marker(
        "breath_coherence", "With the breath", "", coherence_ratio.WINDOW_S, 0.0, 0.7,
        _breath_share,
        "The share of the heart rhythm's power that lies at the measured breath, 0 to 1.",
        _OWN,
    ),
    Marker(
        "rsa_bpm", "Swing in each breath", "bpm", 64.0, 20.0, 0.7,
        _swing("bpm"),
        "How far the heart rate rises and falls within a breath: the mean of the last five.",
        _SHAFFER,
    ),
    Marker(
        "rsa_ms", "Swing in each breath", "ms", 64.0, 20.0, 0.7,
        _swing("ms"),
        "The longest less the shortest interval within a breath: the mean of the last five.",
        _SHAFFER,
    ),
    Marker(
        "breaths_per_min", "Breaths a minute", "/min", coherence_ratio.WINDOW_S, 63.75, 0.7,
        _breaths_per_min,
        "The pace of the breath as far as the heart rhythm tells it: an estimate.",
        _OWN,
    ),
    Marker(
        "artefact_pct", "Unclear beats", "%", coherence_ratio.WINDOW_S, 0.0, 0.0,
        _artefact_pct,
        "Beats that were left out or are missing, in per cent of all.",
        "Lipponen and Tarvainen, J Med Eng Technol 2019, 43:173-181",
        over_span=True, at_any_quality=True,
    ),
)  # fmt: skip
