"""The measured breath: from how the chest moves and how high the R waves are, as they stream."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.breathing import (
    WINDOW_S,
    Breathing,
    agreed,
    from_heart_rhythm,
    from_r_height,
)
from coherence.analysis.chest_motion import from_acceleration, moving_share
from coherence.analysis.series import NNSeries
from coherence.model import Waveform
from coherence.sessions.ecg_peaks import EcgPeak

Floats = NDArray[np.float64]

KEPT_S = WINDOW_S + 8.0  # seconds are evaluated a little after their samples came
OLD_S = 5.0  # a source that has not spoken for so long says nothing of now
MOVING_SHARE = 0.10  # of the last minute's seconds


@dataclass(frozen=True, slots=True)
class _Stretch:
    start_s: float
    rate_hz: float
    mg: Floats  # (n, 3)

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.mg) / self.rate_hz


class BreathSense:
    """Feed it the waveforms of acceleration; ask it at each second that is evaluated."""

    def __init__(self) -> None:
        self._stretches: deque[_Stretch] = deque()
        self.moving = False  # as of the last second asked for

    def feed(self, wave: Waveform) -> None:
        """Take in a chunk of acceleration; what does not join it is let go."""
        if not wave.joined:
            self._stretches.clear()
        mg = np.array(wave.samples, np.float64).reshape(-1, 3)
        self._stretches.append(_Stretch(wave.t_s, wave.rate_hz, mg))
        while self._stretches[0].end_s < wave.t_s - KEPT_S:
            self._stretches.popleft()

    def at(self, t_s: float, peaks: Iterable[EcgPeak], beats: NNSeries) -> Breathing | None:
        """The breath at ``t_s``, by samples and R waves up to then; ``None`` where neither streams.

        ``beats`` only settle which of two that differ is right.
        """
        measured = [
            each
            for each in (self._of_the_chest(t_s), self._of_the_heights(t_s, peaks))
            if each is not None
        ]
        if not measured:
            return None
        return agreed(measured, lambda: from_heart_rhythm(beats.since(t_s - WINDOW_S)))

    def _of_the_chest(self, t_s: float) -> Breathing | None:
        self.moving = False
        if not self._stretches or self._stretches[-1].end_s < t_s - OLD_S:
            return None
        first, last = self._stretches[0], self._stretches[-1]
        mg = np.concatenate([stretch.mg for stretch in self._stretches])
        rate_hz = len(mg) / (last.end_s - first.start_s)
        later = max(0, int((last.end_s - t_s) * rate_hz))  # what came after the second in question
        mg = mg[max(0, len(mg) - later - round(WINDOW_S * rate_hz)) : len(mg) - later]
        if not len(mg):
            return None
        self.moving = moving_share(mg, rate_hz) >= MOVING_SHARE
        return from_acceleration(mg, rate_hz, min(t_s, last.end_s))

    @staticmethod
    def _of_the_heights(t_s: float, peaks: Iterable[EcgPeak]) -> Breathing | None:
        recent: list[EcgPeak] = []
        for peak in peaks:
            if t_s - KEPT_S < peak.t_s <= t_s:
                if recent and peak.t_s <= recent[-1].t_s:
                    recent.clear()  # garbled stamps: what was before stands anywhere
                recent.append(peak)
        if not recent or recent[-1].t_s < t_s - OLD_S:
            return None
        return from_r_height(
            np.array([peak.t_s for peak in recent]),
            np.array([peak.height_uv for peak in recent]),
        )
