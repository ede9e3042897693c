"""The breath from what it moves: heart rhythm, R-wave height, chest. Rate, phase, and how sure.

Each source gives a wave on an even 4 Hz grid. Its highest spectral peak is the rate, and its share
of the power is the confidence. Too little of it, and the answer is "unknown", not a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coherence.analysis.coherence_ratio import CEILING, HALF_WIDTH_HZ
from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats, Spectrum, detrended
from coherence.analysis.spline import cubic_spline
from coherence.analysis.tachogram import LONGEST_BRIDGE_S, Stamp, tachogram
from coherence.model import Reason

HEART_RHYTHM, R_HEIGHT = "heart_rhythm", "r_height"  # sources
WINDOW_S = 64.0
SAMPLES, FEWEST_SAMPLES = 256, 128
LOW_HZ, HIGH_HZ = 0.04, 0.50  # what counts as power; 0.5 Hz is 30 breaths a minute
SLOWEST_HZ, QUICKEST_HZ = 0.05, 0.45  # where the breath is looked for: 3 to 27 a minute
OF_THE_HEART = 0.45  # of the heart rate: what beats tell of a quicker breath is folded over
SURE = 0.40  # confidence below it is "unknown": noise without a breath gets there once in 60
RIVAL = 0.60  # another peak so high beside the highest leaves it open which one is the breath
FIT_BREATHS = 1.5  # that the phase is taken from
OF_THE_PACE = (0.70, 0.78, 0.85, 0.93, 1.0, 1.08, 1.15, 1.23, 1.30)
FEWEST_BEATS = 20
OUTLIER_MADS = 6.0
AGREE_PER_MIN = 1.0


@dataclass(frozen=True, slots=True)
class Breathing:
    """What one source says of the breath. Where the rate is ``None`` there is a reason.

    ``phase_rad`` is 0 where an in-breath begins and pi where the wave that told it is highest; it
    holds at ``t_s``. Heart rate rises with the in-breath. Whether R waves and chest rise or fall
    with it depends on lead and fit, so on their own they may be half a breath out: see ``fused``.
    """

    rate_per_min: float | None
    phase_rad: float | None
    confidence: float  # 0 to 1: the share of power in the one wave
    reason: Reason | None = None
    t_s: float | None = None
    source: str = ""


def from_heart_rhythm(beats: NNSeries) -> Breathing:
    """The breath from RSA in the last 64 s of ``beats`` (32 s will do, with less to go by).

    >>> beats = NNSeries.from_rr(900 - 50 * np.cos(0.2 * np.pi * 0.9 * np.arange(90)))
    >>> breath = from_heart_rhythm(beats)
    >>> round(breath.rate_per_min, 1)
    6.0
    """
    even = tachogram(beats, SAMPLES, Stamp.MIDDLE, fewest=FEWEST_SAMPLES)
    if isinstance(even, Reason):
        return unknown(HEART_RHYTHM, even)
    quickest_hz = OF_THE_HEART * 1000.0 / float(even.nn_ms.mean())
    return of_wave(-even.nn_ms, float(even.t_s[-1]), HEART_RHYTHM, quickest_hz)


def from_r_height(t_s: Floats, height: Floats) -> Breathing:
    """The breath from the height of R waves: times (n,) in s and heights (n,) in any unit.

    The last 64 s are used. The chest turns the heart and changes its resistance with each breath.

    >>> t_s = 0.8 * np.arange(100)
    >>> round(from_r_height(t_s, 1.0 + 0.1 * np.sin(2 * np.pi * 0.25 * t_s)).rate_per_min)
    15
    """
    recent = t_s > t_s[-1] - WINDOW_S - 2.0 if len(t_s) else np.zeros(0, np.bool_)
    t_s, height = t_s[recent], height[recent]
    good = np.isfinite(height)
    if good.any():
        middle = np.median(height[good])
        off = np.abs(height - middle)
        good &= off <= OUTLIER_MADS * max(float(np.median(off[good])), 1e-12 * abs(middle))
    t_s, height = t_s[good], height[good]
    if len(t_s) < FEWEST_BEATS:
        return unknown(R_HEIGHT, Reason.TOO_FEW_BEATS)
    apart_s = np.diff(t_s)
    if np.any(apart_s <= 0):
        raise ValueError("the times of R waves must rise")
    long = np.flatnonzero(apart_s > LONGEST_BRIDGE_S)
    if long.size:
        t_s, height = t_s[long[-1] + 1 :], height[long[-1] + 1 :]
    samples = min(SAMPLES, int((t_s[-1] - t_s[0]) * RATE_HZ) + 1)
    if samples < FEWEST_SAMPLES:
        return unknown(R_HEIGHT, Reason.GAP if long.size else Reason.WARMING_UP)
    at = t_s[-1] + np.arange(1 - samples, 1) / RATE_HZ
    quickest_hz = OF_THE_HEART / float(np.diff(t_s).mean())
    return of_wave(cubic_spline(t_s, height, at), float(at[-1]), R_HEIGHT, quickest_hz)


def of_wave(
    wave: Floats,
    t_s: float,
    source: str,
    quickest_hz: float = QUICKEST_HZ,
    sure: float = SURE,
) -> Breathing:
    """The breath in a ``wave`` (n,) at 4 Hz that ends at ``t_s``, high where lungs are full.

    It is looked for up to ``quickest_hz``, and unknown with a confidence below ``sure``.

    >>> wave = np.sin(2 * np.pi * 0.1 * np.arange(256) / 4)
    >>> breath = of_wave(wave, 63.75, "belt")
    >>> round(breath.rate_per_min, 2), round(breath.confidence, 2)
    (6.0, 1.0)
    """
    flat = detrended(wave)
    swing = float(np.sqrt(flat @ flat / len(flat)))
    if not swing > 1e-9 * float(np.abs(wave).max()):
        return unknown(source, Reason.FLAT)
    spectrum = Spectrum.of(flat / swing)
    hz = spectrum.peak_hz(SLOWEST_HZ, min(QUICKEST_HZ, quickest_hz))
    total = spectrum.power(LOW_HZ, HIGH_HZ)
    if hz is None or not total > 0.01:  # of a wave of power 1: the rest is drift or noise
        return unknown(source, Reason.NO_PEAK)
    wide_hz = HALF_WIDTH_HZ * SAMPLES / len(wave)
    share = spectrum.power(hz - wide_hz, hz + wide_hz) / total
    confidence = min(1.0, share / CEILING) * min(1.0, len(wave) / SAMPLES)
    if confidence < sure or _has_rival(spectrum, hz, wide_hz, quickest_hz):
        return unknown(source, Reason.NO_PEAK, confidence)
    return Breathing(60.0 * hz, _phase(flat, hz), confidence, None, t_s, source)


def _has_rival(spectrum: Spectrum, hz: float, wide_hz: float, quickest_hz: float) -> bool:
    """Whether another wave, not a whole multiple of this one, is nearly as strong."""
    own = spectrum.power(hz - wide_hz, hz + wide_hz)
    highest = min(QUICKEST_HZ, quickest_hz)
    for low, high in ((SLOWEST_HZ, hz - 2 * wide_hz), (hz + 2 * wide_hz, highest)):
        if high > low:
            other = spectrum.peak_hz(low, high)
            if other is not None:
                power = spectrum.power(other - wide_hz, other + wide_hz)
                if power > RIVAL * own:
                    return True
    return False


def _phase(wave: Floats, hz: float) -> float:
    """Phase at the last sample, pi where the wave is high, by least squares on the last breaths.

    These may be slower or quicker than the 64 s were: the pace that fits them best is taken.
    """
    n = min(len(wave), math.ceil(FIT_BREATHS / hz * RATE_HZ) + 1)
    back = np.arange(1 - n, 1) / RATE_HZ
    best = math.inf, 0.0
    for share in OF_THE_PACE:
        turn = 2 * math.pi * hz * share * back
        columns = np.stack((np.cos(turn), np.sin(turn), np.ones(n)), axis=1)
        found = np.linalg.lstsq(columns, wave[-n:], rcond=None)[0]
        off = wave[-n:] - columns @ found
        best = min(best, (float(off @ off), math.atan2(-found[1], found[0])))
    return (best[1] + math.pi) % (2 * math.pi)


def fused(sources: list[Breathing]) -> Breathing:
    """The most confident of several; its phase turned by half a breath where the heart says so.

    Without a heart rhythm of the same pace the phase of another source is not known. ``NO_BREATH``
    where none of them knows.
    """
    known = [each for each in sources if each.rate_per_min is not None]
    if not known:
        best = max((each.confidence for each in sources), default=0.0)
        return unknown("fused", Reason.NO_BREATH, best)
    surest = max(known, key=lambda each: each.confidence)
    heart = next((each for each in known if each.source == HEART_RHYTHM), None)
    return surest if surest is heart else replace(surest, phase_rad=_turned_like(surest, heart))


def agreed(measured: Sequence[Breathing], heart: Callable[[], Breathing]) -> Breathing:
    """The first of the ``measured`` sources that knows, unless another says something else.

    Where they differ the heart rhythm is asked, and decides if it sides with one of them; else
    ``NO_BREATH``. What it says alone is no measured breath. Which way round the phase stands is
    left open.
    """
    known = [each for each in measured if each.rate_per_min is not None]
    if not known:
        best = max((each.confidence for each in measured), default=0.0)
        reason = measured[0].reason if measured else None
        return unknown("agreed", reason or Reason.NO_BREATH, best)
    first = known[0]
    if not all(_is_like(each, first) for each in known):
        told = heart()
        siding = [each for each in known if _is_like(each, told)]
        if not siding:
            return unknown("agreed", Reason.NO_BREATH, first.confidence)
        first = siding[0]
    return replace(first, phase_rad=None)


def _is_like(one: Breathing, other: Breathing) -> bool:
    if one.rate_per_min is None or other.rate_per_min is None:
        return False
    return abs(one.rate_per_min - other.rate_per_min) <= AGREE_PER_MIN


def _turned_like(breath: Breathing, heart: Breathing | None) -> float | None:
    """The phase of ``breath``, or half a breath on, whichever is nearer to the heart's."""
    match breath, heart:
        case (
            Breathing(float() as rate, float() as phase, t_s=float() as t_s),
            Breathing(float() as hearts, float() as its_phase, t_s=float() as its_t_s),
        ) if abs(rate - hearts) <= AGREE_PER_MIN:
            its_phase += 2 * math.pi * hearts / 60.0 * (t_s - its_t_s)
            turn = 0.0 if math.cos(phase - its_phase) >= 0.0 else math.pi
            return (phase + turn) % (2 * math.pi)
    return None


def unknown(source: str, reason: Reason, confidence: float = 0.0) -> Breathing:
    """An answer that is none, and why."""
    return Breathing(None, None, confidence, reason, None, source)
