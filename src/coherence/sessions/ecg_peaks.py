"""R waves of an ECG that streams: from waveforms to heartbeats on both clocks."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from coherence.analysis.r_peaks import SLOWEST_HZ, RPeak, RPeakDetector
from coherence.model import Waveform

KEPT = 64  # chunks (36 s of an H10): a beat may be found several seconds late
OTHER_RATE = 0.02  # a share: as far as the detector's filters do not care


@dataclass(frozen=True, slots=True)
class EcgPeak:
    """An R wave. ``own_s`` counts along the samples: intervals are taken from it."""

    own_s: float
    t_s: float  # on the session clock
    height_uv: float
    segment: int


@dataclass(frozen=True, slots=True)
class _Chunk:
    first: int  # its first sample, counted from the first ever fed
    wave_s: float
    own_s: float
    rate_hz: float


class EcgPeaks:
    """Feed it the waveforms of an ECG; it gives their R waves, mostly half a second later.

    A new segment begins where samples are missing, and where no beat was found for four seconds.
    """

    def __init__(self) -> None:
        self._detector: RPeakDetector | None = None
        self._before = 0  # segments of detectors before this one
        self._chunks: deque[_Chunk] = deque(maxlen=KEPT)
        self._fed = 0
        self.own_s = 0.0  # where the next sample stands

    def feed(self, wave: Waveform) -> list[EcgPeak]:
        """The R waves that are known now, oldest first."""
        if wave.rate_hz < SLOWEST_HZ:
            return []
        peaks: list[EcgPeak] = []
        detector = self._detector
        if detector is not None and not wave.joined:
            peaks += self._placed(detector.flush())
        if detector is None or abs(wave.rate_hz / detector.rate_hz - 1.0) > OTHER_RATE:
            peaks += self._begin(wave.rate_hz)
            detector = self._detector
        assert detector is not None
        self._chunks.append(_Chunk(self._fed, wave.t_s, self.own_s, wave.rate_hz))
        self._fed += len(wave.samples)
        self.own_s += len(wave.samples) / wave.rate_hz
        return peaks + self._placed(detector.feed(np.array(wave.samples, np.float64)))

    def _begin(self, rate_hz: float) -> list[EcgPeak]:
        left: list[EcgPeak] = []
        if self._detector is not None:
            left = self._placed(self._detector.flush())
            self._before = left[-1].segment + 1 if left else self._before + 1
        self._detector = RPeakDetector(rate_hz)
        self._chunks.clear()
        self._fed = 0
        return left

    def _placed(self, peaks: list[RPeak]) -> list[EcgPeak]:
        return [self._place(peak) for peak in peaks]

    def _place(self, peak: RPeak) -> EcgPeak:
        chunk = next((c for c in reversed(self._chunks) if c.first <= peak.sample), self._chunks[0])
        since_s = (peak.sample - chunk.first) / chunk.rate_hz
        return EcgPeak(
            chunk.own_s + since_s,
            chunk.wave_s + since_s,
            peak.amplitude,
            self._before + peak.segment,
        )
