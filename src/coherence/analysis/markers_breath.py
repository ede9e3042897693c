"""Rows of the registry that look for a wave: coherence, the guide, the breath."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from coherence.analysis import coherence_ratio, guide_coherence
from coherence.analysis.coherence_ratio import Coherence
from coherence.analysis.marker import OWN, Marker
from coherence.analysis.phase import LOCKED, PhaseLock
from coherence.analysis.respiration import FEWEST_BREATHS, RECENT_BREATHS
from coherence.analysis.window import Window
from coherence.model import Reason, Value
from coherence.translation import later

T = TypeVar("T")

LEAST_BREATH_SHARE = 0.3  # below it the highest wave may well not be the breath
STUDENT_T = {3: 4.303, 4: 3.182, 5: 2.776}  # 97.5th percentile, by the number of breaths

_MCCRATY = "after McCraty and Zayas, Front Psychol 2014, 5:1090; limits and window our own"
_SHAFFER = "Shaffer and Meehan, Front Neurosci 2020, 14:570400"
_VASCHILLO = (
    "Vaschillo, Lehrer, Rishe and Konstantinov, Appl Psychophysiol Biofeedback 2002, 27:1-27"
)
_LACHAUX = "Lachaux, Rodriguez, Martinerie and Varela, Hum Brain Mapp 1999, 8:194-208"


def _wave(part: Callable[[Coherence], float | None]) -> Callable[[Window], Value]:
    """A number of the coherent wave; where no wave stands out, 0 or nothing, and the reason."""

    def compute(window: Window) -> Value:
        wave = window.coherence
        if isinstance(wave, Reason):
            return Value(None, wave)
        reason = Reason.NO_PEAK if wave.peak_hz is None else None
        return Value(part(wave), reason, low_confidence=window.unsure)

    return compute


def _if_found(
    ask: Callable[[Window], T | Reason], say: Callable[[T], Value]
) -> Callable[[Window], Value]:
    """What ``say`` makes of what the window has, or the reason why it has nothing."""

    def compute(window: Window) -> Value:
        found = ask(window)
        return Value(None, found) if isinstance(found, Reason) else say(found)

    return compute


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
        last = swings.each[-RECENT_BREATHS:]
        if unit == "bpm":
            recent, floor = [swing.bpm for swing in last], swings.floor_bpm
        else:
            recent, floor = [swing.ms for swing in last], swings.floor_ms
        if len(recent) < FEWEST_BREATHS:
            return Value(None, Reason.WARMING_UP)
        return Value(
            sum(recent) / len(recent),
            uncertainty=_half_width_of_mean(recent),
            low_confidence=len(recent) < RECENT_BREATHS,
            floor=floor,
        )

    return compute


def _breaths_per_min(window: Window) -> Value:
    if window.breath is not None:
        return Value(window.breath)
    wave = window.breath_wave
    if isinstance(wave, Reason):
        return Value(None, wave)
    if wave.peak_hz is None:
        return Value(None, Reason.NO_PEAK)
    doubtful = window.unsure or wave.share < LEAST_BREATH_SHARE
    return Value(60.0 * wave.peak_hz, low_confidence=doubtful)


def _half_width_of_mean(recent: Sequence[float]) -> float | None:
    n = len(recent)
    if n not in STUDENT_T:
        return None
    mean = sum(recent) / n
    return STUDENT_T[n] * math.hypot(*[swing - mean for swing in recent]) / math.sqrt((n - 1) * n)


def _regularity(window: Window) -> Value:
    spectrum = window.spectrum
    found = spectrum if isinstance(spectrum, Reason) else coherence_ratio.regularity(spectrum)
    if isinstance(found, Reason):
        return Value(None, found)
    return Value(found, low_confidence=window.unsure)


def _lag(lock: PhaseLock) -> Value:
    """A heart that is not with the guide has a lag by chance only: then it is doubtful."""
    doubtful = lock.unsure or lock.locking < LOCKED
    return Value(lock.lag_deg, uncertainty=lock.within_deg, low_confidence=doubtful)


WAVES = (
    Marker(
        "coherence", later("Coherence"), "", coherence_ratio.WINDOW_S, 63.75, 0.7,
        _wave(lambda wave: wave.share),
        later(
            "The share of the heart rhythm's power that lies in one even wave, 0 to 1; it says"
            " nothing of the breath."
        ),
        _MCCRATY,
    ),
    Marker(
        "coherence_ratio", later("Coherence ratio"), "", coherence_ratio.WINDOW_S, 63.75, 0.7,
        _wave(lambda wave: wave.ratio),
        later("The power of that wave over the power of all the rest."),
        _MCCRATY,
    ),
    Marker(
        "coherence_pct", later("Coherence, of a pure wave"), "%", coherence_ratio.WINDOW_S, 63.75,
        0.7,
        _wave(lambda wave: wave.pct),
        later("The same share in per cent of what a pure wave reaches in this window."),
        _MCCRATY,
    ),
    Marker(
        "coherence_peak_hz", later("Frequency of the wave"), "Hz", coherence_ratio.WINDOW_S, 63.75,
        0.7,
        _wave(lambda wave: wave.peak_hz),
        later("How often that wave comes in a second; 0.1 Hz is six a minute."),
        _MCCRATY,
    ),
    Marker(
        "guide_coherence", later("With the guide"), "", guide_coherence.WINDOW_S, 0.0, 0.7,
        _if_found(
            lambda window: window.guide_rhythm,
            lambda rhythm: Value(rhythm.share, low_confidence=rhythm.unsure),
        ),
        later(
            "The share of the heart rhythm's swing that keeps time with the breath guide, 0 to 1."
        ),
        OWN,
    ),
    Marker(
        "guide_amplitude_ms", later("Swing with the guide"), "ms", guide_coherence.WINDOW_S, 0.0,
        0.7,
        _if_found(
            lambda window: window.guide_rhythm,
            lambda rhythm: Value(rhythm.amplitude_ms, low_confidence=rhythm.unsure),
        ),
        later(
            "How far the intervals swing in time with the breath guide, from the middle outwards."
        ),
        OWN,
    ),
    Marker(
        "in_rhythm", later("In rhythm"), "", guide_coherence.WINDOW_S, 0.0, 0.7,
        _in_rhythm,
        later("1 while heart and guide move together beyond what one's own breath showed, else 0."),
        OWN,
    ),
    Marker(
        "breath_coherence", later("With the breath"), "", coherence_ratio.WINDOW_S, 0.0, 0.7,
        _breath_share,
        later("The share of the heart rhythm's power that lies at the measured breath, 0 to 1."),
        OWN,
    ),
    Marker(
        "spectral_regularity", later("Regularity"), "", coherence_ratio.WINDOW_S, 63.75, 0.7,
        _regularity,
        later("How far the power gathers in few waves: 0 spread as in noise, 1 all in one."),
        "1 less the normalised spectral entropy (Shannon, Bell Syst Tech J 1948, 27:379-423)",
        every_s=5,
    ),
    Marker(
        "phase_locking", later("In step with the guide"), "", guide_coherence.WINDOW_S, 0.0, 0.7,
        _if_found(
            lambda window: window.phase_lock,
            lambda lock: Value(lock.locking, low_confidence=lock.unsure),
        ),
        later("How steadily the heart rate keeps its place in each guided breath, 0 to 1."),
        _LACHAUX, every_s=5,
    ),
    Marker(
        "phase_lag_deg", later("Behind the guide"), "°", guide_coherence.WINDOW_S, 0.0, 0.7,
        _if_found(lambda window: window.phase_lock, _lag),
        later(
            "How far the heart rate comes after the guide's breath, in degrees of a breath: at 0 it"
            " is highest where the guide's lungs are fullest, as at one's resonance; above 0 it"
            " comes later, below 0 earlier."
        ),
        f"{_LACHAUX}; 0 as in {_VASCHILLO}", every_s=5,
    ),
    Marker(
        "rsa_bpm", later("Swing in each breath"), "bpm", 64.0, 20.0, 0.7,
        _swing("bpm"),
        later(
            "How far the heart rate rises and falls within a breath: the mean of the last five."
            " Noise alone gives more than 0, so what noise would give stands beside it."
        ),
        _SHAFFER,
    ),
    Marker(
        "rsa_ms", later("Swing in each breath"), "ms", 64.0, 20.0, 0.7,
        _swing("ms"),
        later(
            "The longest less the shortest interval within a breath: the mean of the last five."
            " Noise alone gives more than 0, so what noise would give stands beside it."
        ),
        _SHAFFER,
    ),
    Marker(
        "breaths_per_min", later("Breaths a minute"), "/min", coherence_ratio.WINDOW_S, 63.75, 0.7,
        _breaths_per_min,
        later(
            "The pace of the breath: measured where the strap sends an ECG or how the chest moves,"
            " else as far as the heart rhythm tells it, an estimate."
        ),
        OWN,
    ),
)  # fmt: skip
