"""How steadily the heart rate keeps its place in the guided breath, and where that place is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np

from coherence.analysis.guide_coherence import SAMPLES
from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import Floats, band_passed
from coherence.analysis.tachogram import JoinedBeats, Stamp, tachogram
from coherence.model import BreathPattern, Reason
from coherence.pacing import BreathGuide, volume_in_breath

Degrees = TypeVar("Degrees", float, Floats)

BAND = (0.6, 1.5)  # times the pace
FLAT_BPM = 0.01
LOCKED = 0.7  # below it the heart has no one place in the breath
# The heart's own slow waves last for some breaths, so two minutes hold but so many independent
# ones; and when a beat was felt is known to so many seconds (95 %). Measured on simulated wearers.
ALONE = 4.0
TIMED_S = 0.15
HALF_TURN_DEG = 180.0


@dataclass(frozen=True, slots=True)
class PhaseLock:
    """``locking``: 0 to 1, the length of the mean direction; ``lag_deg`` in (-180, 180]."""

    locking: float
    lag_deg: float  # how far the heart rate comes after the guide's volume; 0 is together
    within_deg: float  # half-width of its 95 % band
    unsure: bool


def phase_lock(
    beats: NNSeries | JoinedBeats,
    guide: BreathGuide | None,
    end_s: float,
    late_s: float = 0.0,
) -> PhaseLock | Reason:
    """Compare the phase of the heart rate with the guide's over the last two minutes.

    The heart rate is band-passed around the pace; below two minutes of guide nothing is said
    (``WARMING_UP``): a resting heart keeps step with an imagined guide too often by chance. The
    beats may lie too late by up to ``late_s``.

    >>> from coherence.model import PaceChanged
    >>> guide = BreathGuide()
    >>> guide.feed(PaceChanged(0.0, BreathPattern(6.0, inhale_share=0.5)))
    >>> rr_ms = 900.0 - 40.0 * np.cos(0.2 * np.pi * (0.9 * np.arange(180) + 4.55))
    >>> lock = phase_lock(NNSeries.from_rr(rr_ms), guide, 150.0)
    >>> round(lock.locking, 2)
    1.0
    """
    now = None if guide is None else guide.at(end_s)
    if guide is None or now is None:
        return Reason.NOT_PACED
    even = tachogram(beats, SAMPLES, Stamp.MIDDLE)
    if isinstance(even, Reason):
        return even
    phase = guide.phase(even.t_s)
    # The last beat's middle lies before now: the guide may have begun half an interval later.
    if np.isnan(phase).any() or not even.nn_ms.min() > 0.0:
        return Reason.WARMING_UP
    pattern = now.breath.pattern
    pace_hz = pattern.breaths_per_min / 60.0
    rate_bpm = 60000.0 / even.nn_ms
    wave = band_passed(rate_bpm - rate_bpm.mean(), BAND[0] * pace_hz, BAND[1] * pace_hz)
    if not float(wave.std()) > FLAT_BPM:
        return Reason.FLAT
    turn = np.exp(1j * (analytic_angle(wave) - phase)).mean()
    lag_deg = math.degrees(volume_angle(pattern) - float(np.angle(turn)))
    locking = min(1.0, float(abs(turn)))
    return PhaseLock(
        locking=locking,
        lag_deg=in_half_turns(lag_deg),
        within_deg=_within_deg(locking, 360.0 * pace_hz * math.hypot(TIMED_S, late_s)),
        unsure=even.unsure,
    )


def in_half_turns(deg: Degrees) -> Degrees:
    """The same direction, or directions (n,), in (-180, 180].

    >>> in_half_turns(190.0), in_half_turns(-180.0)
    (-170.0, 180.0)
    """
    return HALF_TURN_DEG - (HALF_TURN_DEG - deg) % 360.0


def middle_direction(deg: Floats) -> float:
    """The median of directions (n,), n > 0, about their mean one: those beside 180 are alike.

    >>> round(middle_direction(np.array([165.0, 175.0, -175.0])), 6)
    175.0
    """
    about = math.degrees(float(np.angle(np.exp(1j * np.radians(deg)).mean())))
    return in_half_turns(about + float(np.median(in_half_turns(deg - about))))


def _within_deg(locking: float, timed_deg: float) -> float:
    """How far the lag may be off: by the breaths that differ, and by when beats were felt."""
    strays = math.sqrt(max(0.0, 1.0 - locking**2) / ALONE) / max(locking, 1e-9)
    return min(HALF_TURN_DEG, math.hypot(1.96 * math.degrees(strays), timed_deg))


def analytic_angle(wave: Floats) -> Floats:
    """Phase of the analytic signal; as ``numpy.angle(scipy.signal.hilbert(wave))``."""
    n = len(wave)
    weights = np.zeros(n)
    weights[0] = 1.0
    weights[1 : (n + 1) // 2] = 2.0
    if n % 2 == 0:
        weights[n // 2] = 1.0
    return np.angle(np.fft.ifft(np.fft.fft(wave) * weights))


@lru_cache(maxsize=8)
def volume_angle(pattern: BreathPattern) -> float:
    """Phase of the guide's volume itself where its in-breath begins, by its first harmonic."""
    steps = 256
    volume = [volume_in_breath(i * pattern.period_s / steps, pattern)[0] for i in range(steps)]
    return float(np.angle(np.fft.rfft(volume)[1]))
