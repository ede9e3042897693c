"""The last seconds of an ECG, for a screen to draw."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from coherence.model import Waveform

Floats = NDArray[np.float64]
KEPT_S = 14.0


class EcgStrip:
    """A ring of waveforms. The fold feeds it; others only read."""

    def __init__(self) -> None:
        self._waves: deque[Waveform] = deque()
        self.chunks = 0  # that ever came: tells a screen whether there is anything new

    def feed(self, wave: Waveform) -> None:
        self.chunks += 1
        self._waves.append(wave)
        while self._waves[0].t_s < wave.t_s - KEPT_S:
            self._waves.popleft()

    @property
    def end_s(self) -> float | None:
        """When the last sample was taken; ``None`` where there is no ECG."""
        if not self._waves:
            return None
        last = self._waves[-1]
        return last.t_s + (len(last.samples) - 1) / last.rate_hz

    def since(self, from_s: float) -> tuple[Floats, Floats]:
        """Times (s) and µV (n,) from ``from_s`` on; NaN where samples are missing."""
        t_s: list[Floats] = []
        uv: list[Floats] = []
        for wave in self._waves:
            at = wave.t_s + np.arange(len(wave.samples)) / wave.rate_hz
            if at[-1] < from_s:
                continue
            if t_s and not wave.joined:
                t_s.append(at[:1])
                uv.append(np.array([np.nan]))
            t_s.append(at)
            uv.append(np.array(wave.samples, np.float64))
        if not t_s:
            return np.empty(0), np.empty(0)
        times, samples = np.concatenate(t_s), np.concatenate(uv)
        kept = times >= from_s
        return times[kept], samples[kept]
