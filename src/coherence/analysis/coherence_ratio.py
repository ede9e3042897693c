"""Coherence by one defined recipe: how much of the heart rhythm's power lies in a single wave.

The search band and the width of the peak are those of McCraty and Zayas (Front Psychol 2014,
5:1090); grid, window and limits are ours, so it is not any other product's number. It says nothing
of the breath: for that see guide_coherence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from coherence.analysis.series import NNSeries
from coherence.analysis.slow_waves import SAMPLES, slow_spectrum
from coherence.analysis.spectrum import N_FFT, RATE_HZ, Spectrum
from coherence.analysis.tachogram import JoinedBeats, Tachogram, tachogram
from coherence.model import Reason

WINDOW_S = 64.0
PEAK_LOW_HZ, PEAK_HIGH_HZ = 0.04, 0.26
BREATH_HIGH_HZ = 0.40
TOTAL_LOW_HZ = 0.0033
HALF_WIDTH_HZ = 0.015
CEILING = 0.9039  # of a pure tone: what a Hann window of 64 s leaves within the half-width
FLAT_MS2 = 1.0  # less power than this in all is no rhythm to speak of
SETTLING_TEN, RHYTHM_TEN = 3.7, 7.1  # where the bands of the 0 to 10 scale change


@dataclass(frozen=True, slots=True, eq=False)
class CoherenceSpectrum:
    """The spectrum of the last 64 s and the tachogram that it came from."""

    tachogram: Tachogram
    spectrum: Spectrum
    total_ms2: float  # 0.0033 to 0.40 Hz


@dataclass(frozen=True, slots=True)
class Coherence:
    """One wave's share of the power. ``peak_hz`` is ``None`` where no wave stands out."""

    share: float  # C, 0 to 1
    peak_hz: float | None
    peak_ms2: float
    total_ms2: float

    @property
    def ratio(self) -> float:
        """The wave's power over all the rest: CR = C / (1 - C)."""
        return self.share / (1.0 - self.share)

    @property
    def pct(self) -> float:
        """The share in per cent of what a pure wave reaches."""
        return 10.0 * ten_point(self.share)

    @property
    def amplitude_ms(self) -> float:
        """Amplitude of the wave, half of peak to trough."""
        return math.sqrt(2.0 * self.peak_ms2 / CEILING)


def ten_point(share: float) -> float:
    """Return the one scale shown to people, 0 to 10, for a coherence C of 0 to 1.

    >>> round(ten_point(1 / 3), 1), round(ten_point(0.643), 1), ten_point(0.95)
    (3.7, 7.1, 10.0)
    """
    return 10.0 * min(1.0, share / CEILING)


def coherence_spectrum(beats: NNSeries | JoinedBeats) -> CoherenceSpectrum | Reason:
    """Spectrum of the 64 s up to the last accepted one of ``beats``, or why there is none.

    >>> coherence_spectrum(NNSeries.from_rr([1000.0] * 30))
    <Reason.WARMING_UP: 'warming_up'>
    """
    even = tachogram(beats, SAMPLES)
    if isinstance(even, Reason):
        return even
    spectrum = slow_spectrum(even.nn_ms)
    total_ms2 = spectrum.power(TOTAL_LOW_HZ, BREATH_HIGH_HZ)
    return CoherenceSpectrum(even, spectrum, total_ms2)


def coherence_of(of: CoherenceSpectrum, high_hz: float = PEAK_HIGH_HZ) -> Coherence | Reason:
    """Find the highest wave from 0.04 Hz to ``high_hz`` and its share of all power.

    ``FLAT`` below 1 ms² in all. Without a local maximum (only a slow drift) the share is 0.

    >>> beats = NNSeries.from_rr(900 + 50 * np.sin(0.2 * np.pi * 0.9 * np.arange(120)))
    >>> wave = coherence_of(coherence_spectrum(beats))
    >>> round(60 * wave.peak_hz, 1), round(wave.share, 1)
    (6.0, 0.9)
    """
    if not of.total_ms2 >= FLAT_MS2:
        return Reason.FLAT
    peak_hz = of.spectrum.peak_hz(PEAK_LOW_HZ, high_hz)
    if peak_hz is None:
        return Coherence(0.0, None, 0.0, of.total_ms2)
    peak_ms2 = of.spectrum.power(
        max(peak_hz - HALF_WIDTH_HZ, TOTAL_LOW_HZ), min(peak_hz + HALF_WIDTH_HZ, BREATH_HIGH_HZ)
    )
    return Coherence(peak_ms2 / of.total_ms2, peak_hz, peak_ms2, of.total_ms2)


def regularity(of: CoherenceSpectrum) -> float | Reason:
    """How far from even the power is spread from 0.04 to 0.40 Hz: 0 as in noise, 1 all in one bin.

    1 less the entropy of the bins of 1/64 Hz over that of as many equal ones.

    >>> beats = NNSeries.from_rr(900 + 50 * np.sin(0.2 * np.pi * 0.9 * np.arange(120)))
    >>> regularity(coherence_spectrum(beats)) > 0.6
    True
    """
    bins = of.spectrum.psd[:: N_FFT // SAMPLES]  # the padded spectrum at the unpadded bins
    step_hz = RATE_HZ / SAMPLES
    first, last = math.ceil(PEAK_LOW_HZ / step_hz), math.floor(BREATH_HIGH_HZ / step_hz)
    power = bins[first : last + 1]
    total = float(power.sum())
    if not total * step_hz >= FLAT_MS2:
        return Reason.FLAT
    share = power[power > 0.0] / total
    return min(1.0, 1.0 + float(share @ np.log(share)) / math.log(len(power)))


def breath_share(of: CoherenceSpectrum, breath_hz: float) -> float | Reason:
    """Return the share of 0.04 to 0.40 Hz that lies at a *measured* breath, 1 for a pure wave.

    >>> beats = NNSeries.from_rr(900 + 50 * np.sin(0.2 * np.pi * 0.9 * np.arange(120)))
    >>> round(breath_share(coherence_spectrum(beats), 0.1), 2)
    1.0
    """
    band_ms2 = of.spectrum.power(PEAK_LOW_HZ, BREATH_HIGH_HZ)
    if not band_ms2 >= FLAT_MS2:
        return Reason.FLAT
    tone = 2 * np.pi * breath_hz * of.tachogram.t_s
    ceiling = _share_at(Spectrum.of(np.sin(tone)), Spectrum.of(np.cos(tone)), breath_hz)
    return min(1.0, _share_at(of.spectrum, of.spectrum, breath_hz) / ceiling)


def _share_at(one: Spectrum, other: Spectrum, hz: float) -> float:
    low, high = max(hz - HALF_WIDTH_HZ, PEAK_LOW_HZ), min(hz + HALF_WIDTH_HZ, BREATH_HIGH_HZ)
    near = one.power(low, high) + other.power(low, high)
    band = one.power(PEAK_LOW_HZ, BREATH_HIGH_HZ) + other.power(PEAK_LOW_HZ, BREATH_HIGH_HZ)
    return near / band
