"""Clips for the tests: a tone that somebody might have recorded."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np


def write_clip(path: Path, seconds: float = 1.5, rate_hz: int = 22_050, level: float = 0.5) -> Path:
    """A mono WAV of 16 bits: a swelling tone of 440 Hz."""
    t_s = np.arange(round(seconds * rate_hz)) / rate_hz
    samples = level * np.sin(2 * np.pi * 440 * t_s) * np.sin(np.pi * t_s / seconds)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(np.rint(samples * 32767).astype("<i2").tobytes())
    return path
