"""Sound into a WAV file: 16 bits, two channels, block by block."""

from __future__ import annotations

import wave
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from coherence.sound.kinds import RATE_HZ, Frames

FULL_SCALE = 32767.0


def write_wav(path: Path, blocks: Iterable[Frames]) -> float:
    """Write left and right of ``blocks``; returns the highest peak, 0 to 1. Raises ``OSError``."""
    peak = 0.0
    with path.open("wb") as file, wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        for block in blocks:
            both = block[:, :2]
            peak = max(peak, float(np.abs(both).max(initial=0.0)))
            whole = np.rint(np.clip(both, -1.0, 1.0) * FULL_SCALE)
            out.writeframes(whole.astype("<i2").tobytes())
    return peak
