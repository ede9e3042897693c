"""Whether the heart moves with the breath guide: the share at the guide, and when to say so.

The heart rhythm is compared with the *recorded* phase of the guide, so a resting heart's own wave
of about six a minute, or a breath at another rate than the guide's, is not taken for being with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.coherence_ratio import HALF_WIDTH_HZ
from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import Floats, Spectrum, band_limited, detrended, hann
from coherence.analysis.tachogram import JoinedBeats, Stamp, tachogram
from coherence.model import Reason
from coherence.pacing import BreathGuide

Complexes = NDArray[np.complex128]

WINDOW_S = 120.0
SAMPLES = 480
EARLY_S = 60.0  # from here on it says something, with low confidence
EARLY_SAMPLES = 240
BREATH_LOW_HZ, BREATH_HIGH_HZ = 0.04, 0.40
STEADY_BREATHS = 12
FEWEST_STEADY_BREATHS = 4  # whole ones, to say how steady they are
BASELINE_SAMPLES = 480
FEWEST_BASELINE_SAMPLES = 180  # 45 s
FLAT_MS2 = 1e-6

# The claim. A heart's own wave of six a minute keeps step with a guide by chance for a while, so
# less than two minutes must say it more plainly.
SHARE_CLAIMED, SHARE_CLAIMED_EARLY = 0.5, 0.6
STEADINESS_CLAIMED, STEADINESS_CLAIMED_EARLY = 0.8, 0.85
RISE_CLAIMED = 1.5  # times the power that was there with one's own breath
SLIP_BREATHS = 0.5  # a guide that gains or loses so much over the window must fit less well


@dataclass(frozen=True, slots=True)
class AmplitudeRange:
    """A person's own range of the wave at the guide: 10th and 95th percentile of |A|, in ms.

    The defaults are for before there are sessions: wide enough that most hearts lie inside.
    """

    low_ms: float = 5.0
    high_ms: float = 40.0


@dataclass(frozen=True, slots=True)
class GuideRhythm:
    """How the heart rhythm of the last two minutes (or since pacing began) goes with the guide."""

    share: float  # G: 0 to 1, of the power from 0.04 to 0.40 Hz
    steadiness: float  # rho: 0 to 1, whether each breath meets the same place in the wave
    amplitude_ms: float  # |A|, half of peak to trough
    fits: bool  # no guide that slips a little would fit better
    guide_hz: float  # the pace now
    early: bool  # less than two minutes of it
    unsure: bool  # early, or over a long hole

    def claims(self, own_ms2: float) -> bool:
        """Whether heart and guide may be said to move together.

        ``own_ms2`` is the power found at this pace with one's own breath (``own_power``).
        """
        return (
            self.share >= (SHARE_CLAIMED_EARLY if self.early else SHARE_CLAIMED)
            and self.steadiness >= (STEADINESS_CLAIMED_EARLY if self.early else STEADINESS_CLAIMED)
            and (self.early or self.fits)
            and self.amplitude_ms**2 / 2.0 >= RISE_CLAIMED * own_ms2
        )


def guide_rhythm(
    beats: NNSeries | JoinedBeats, guide: BreathGuide | None, end_s: float
) -> GuideRhythm | Reason:
    """Compare ``beats`` up to ``end_s`` with the guide as it was recorded.

    ``NOT_PACED`` where the guide does not run at ``end_s``, ``WARMING_UP`` until it has run for a
    minute without a break.

    >>> guide_rhythm(NNSeries.from_rr([900.0] * 60), None, 54.0)
    <Reason.NOT_PACED: 'not_paced'>
    """
    now = None if guide is None else guide.at(end_s)
    if guide is None or now is None:
        return Reason.NOT_PACED
    even = tachogram(beats, SAMPLES, Stamp.MIDDLE, fewest=EARLY_SAMPLES)
    if isinstance(even, Reason):
        return even
    phase = guide.phase(even.t_s)
    off = np.flatnonzero(np.isnan(phase))
    first = int(off[-1]) + 1 if off.size else 0
    if len(phase) - first < EARLY_SAMPLES:
        return Reason.WARMING_UP
    wave = band_limited(even.nn_ms[first:], BREATH_LOW_HZ, BREATH_HIGH_HZ)
    phase = phase[first:]
    weight = hann(len(wave))
    at_guide = wave * np.exp(-1j * phase)
    weighted = weight * wave
    amplitude_ms = float(2.0 * abs(weight @ at_guide) / weight.sum())
    power_ms2 = float((weighted @ weighted) / (weight @ weight))
    if not power_ms2 > FLAT_MS2:
        return Reason.FLAT
    return GuideRhythm(
        share=min(1.0, amplitude_ms**2 / 2.0 / power_ms2),
        steadiness=_steadiness(at_guide, phase),
        amplitude_ms=amplitude_ms,
        fits=_fits(at_guide),
        guide_hz=now.breath.pattern.breaths_per_min / 60.0,
        early=len(wave) < SAMPLES,
        unsure=even.unsure or len(wave) < SAMPLES,
    )


def own_power(baseline: NNSeries | None, hz: float) -> float | Reason:
    """Return the power in ms² at ``hz`` of the last two minutes of one's own breath, at least 45 s.

    ``NO_BASELINE`` where there is less than that.

    >>> own_power(NNSeries.from_rr([900.0] * 30), 0.1)
    <Reason.NO_BASELINE: 'no_baseline'>
    """
    if baseline is None:
        return Reason.NO_BASELINE
    columns = (baseline.t_s, baseline.rr_ms, baseline.accepted, baseline.segment)
    spectrum = _own_spectrum(*(column.tobytes() for column in columns))
    if spectrum is None:
        return Reason.NO_BASELINE
    return spectrum.power(hz - HALF_WIDTH_HZ, hz + HALF_WIDTH_HZ)


@lru_cache(maxsize=4)
def _own_spectrum(t_s: bytes, rr_ms: bytes, accepted: bytes, segment: bytes) -> Spectrum | None:
    """Spectrum of a baseline, by its content: the same one is asked for every second."""
    beats = NNSeries(
        np.frombuffer(t_s),
        np.frombuffer(rr_ms),
        np.frombuffer(accepted, np.bool_),
        np.frombuffer(segment, np.int64),
        np.zeros(len(accepted), np.int64),
    )
    even = tachogram(beats, BASELINE_SAMPLES, fewest=FEWEST_BASELINE_SAMPLES)
    return None if isinstance(even, Reason) else Spectrum.of(detrended(even.nn_ms))


def _steadiness(at_guide: Complexes, phase: Floats) -> float:
    """Length of the mean direction of the last whole breaths, counted back from now."""
    begins = np.cumsum(phase[1:] < phase[:-1])  # also where a breath was cut off
    turns = phase / (2 * math.pi)
    turns[1:] += begins
    back = (turns[-1] - turns + 1e-9).astype(np.int64)
    whole = min(STEADY_BREATHS, int(back.max()))  # the earliest turn is cut off somewhere
    if whole < FEWEST_STEADY_BREATHS:
        return 0.0
    inside = back < whole
    sums = np.bincount(back[inside], at_guide.real[inside], whole) + 1j * np.bincount(
        back[inside], at_guide.imag[inside], whole
    )
    length = np.abs(sums)
    return float(abs(np.mean(sums / np.where(length > 0, length, 1.0))))


def _fits(at_guide: Complexes) -> bool:
    """Whether the wave keeps the guide's pace: at a slightly other pace there is less of it."""
    n = len(at_guide)
    slip = np.exp(2j * math.pi * SLIP_BREATHS * np.arange(n) / n)
    here = abs(at_guide.sum())
    return bool(here >= abs(at_guide @ slip) and here >= abs(at_guide @ slip.conj()))
