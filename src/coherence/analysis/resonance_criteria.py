"""The six criteria at one pace: how far, how evenly and how much with the breath the heart swings.

Shaffer and Meehan 2020 (Front Neurosci 14:570400) name them and give their order, but no formulas;
those here are ours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coherence.analysis.coherence_ratio import FLAT_MS2
from coherence.analysis.phase import BAND, FLAT_BPM, analytic_angle, volume_angle
from coherence.analysis.resonance import Criteria
from coherence.analysis.resonance_curve import Complexes
from coherence.analysis.spectrum import Floats, Spectrum, band_passed, detrended
from coherence.analysis.tachogram import Tachogram
from coherence.pacing import Breath

LF_LOW_HZ, LF_HIGH_HZ = 0.04, 0.15
PEAK_SHARE = 0.10  # of the highest peak: what is lower is none
BREATH_LOW_HZ, BREATH_HIGH_HZ = 0.05, 0.40


@dataclass(frozen=True, slots=True, eq=False)
class PacedWave:
    """Heart rate on the 4 Hz grid of a step, beside the guide's phase there: (n,) each."""

    t_s: Floats
    nn_ms: Floats
    rate_bpm: Floats  # without its straight line
    phase: Floats  # 0 where an in-breath begins

    @classmethod
    def of(cls, beats: Tachogram, breaths: Sequence[Breath]) -> PacedWave:
        starts = np.array([b.start_s for b in breaths])
        periods = np.array([b.pattern.period_s for b in breaths])
        i = np.clip(np.searchsorted(starts, beats.t_s, side="right") - 1, 0, len(breaths) - 1)
        phase = 2.0 * np.pi * (beats.t_s - starts[i]) / periods[i]
        return cls(beats.t_s, beats.nn_ms, detrended(60000.0 / beats.nn_ms), phase)

    def breath_waves(self, kept: Sequence[Breath]) -> Complexes:
        """The heart rate's wave in each breath; its angle is 0 where both rise and fall as one."""
        turned = 2.0 * self.rate_bpm * np.exp(-1j * self.phase)
        edges = np.searchsorted(self.t_s, [b.start_s for b in kept] + [kept[-1].end_s])
        waves = np.array([turned[a:b].mean() for a, b in pairwise(edges.tolist()) if b > a])
        with_breath: Complexes = waves * np.exp(-1j * volume_angle(kept[0].pattern))
        return with_breath

    def measured_per_min(self) -> float | None:
        """The breath as far as the heart tells: where its rhythm has the highest peak."""
        hz = Spectrum.of(detrended(self.nn_ms)).peak_hz(BREATH_LOW_HZ, BREATH_HIGH_HZ)
        return None if hz is None else 60.0 * hz


def criteria(
    wave: PacedWave, per_min: float, breath_waves: Complexes, swing_bpm: float
) -> Criteria | None:
    """The criteria of a step; ``None`` where the heart is as good as still."""
    around_pace = band_passed(wave.rate_bpm, BAND[0] * per_min / 60.0, BAND[1] * per_min / 60.0)
    spectrum = Spectrum.of(detrended(wave.nn_ms))
    lf_ms2 = spectrum.power(LF_LOW_HZ, LF_HIGH_HZ)
    if not float(around_pace.std()) > FLAT_BPM or not lf_ms2 > FLAT_MS2:
        return None
    low, high = np.searchsorted(spectrum.hz, (LF_LOW_HZ, LF_HIGH_HZ))
    around = spectrum.psd[low - 1 : high + 1]
    peaks = around[1:-1][(around[1:-1] > around[:-2]) & (around[1:-1] >= around[2:])]
    turns = np.exp(1j * (analytic_angle(around_pace) - wave.phase))
    return Criteria(
        lag_deg=-math.degrees(float(np.angle(breath_waves.mean()))),
        locking=min(1.0, float(abs(turns.mean()))),
        swing_bpm=swing_bpm,
        lf_ms2=lf_ms2,
        lf_peak_ms2_hz=float(around[1:-1].max()),
        smoothness=_smoothness(wave),
        lf_peaks=int((peaks > PEAK_SHARE * peaks.max(initial=0.0)).sum()),
    )


def _smoothness(wave: PacedWave) -> float:
    """The share of the heart rate's variance in a sine at the pace and its first overtone."""
    turns = [np.exp(1j * n * wave.phase) for n in (1, 2)]
    waves = [part for turn in turns for part in (turn.real, turn.imag)]
    columns = np.stack([np.ones_like(wave.phase), *waves], axis=1)
    fit = np.linalg.lstsq(columns, wave.rate_bpm, rcond=None)[0]
    rest = wave.rate_bpm - columns @ fit
    return max(0.0, 1.0 - float(rest @ rest) / float(wave.rate_bpm @ wave.rate_bpm))
