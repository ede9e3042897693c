"""From the score to what a device is handed: in step with its clock, layered, at a volume."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.sound.drift import Leg
from coherence.sound.kinds import RATE_HZ, Frames
from coherence.sound.score import Score

VOLUME_S = 0.12  # a volume is reached in a few of these
GROWS_S, FADES_S = 6.0, 18.0  # the fifth comes slowly and goes three times slower


@dataclass(slots=True)
class Level:
    """Something that eases to where it is wanted: a pure function of the frame."""

    wanted: float = 0.0
    rising_s: float = VOLUME_S
    falling_s: float = VOLUME_S
    _from: float = 0.0
    _since: int = 0

    def want(self, value: float, frame: int) -> None:
        """From ``frame`` on it eases to ``value``."""
        self._from = float(self.at(frame, 1)[0])
        self._since, self.wanted = frame, value

    def at(self, first: int, n: int) -> NDArray[np.float32]:
        """(n,) from ``first`` on."""
        ease_s = self.rising_s if self.wanted > self._from else self.falling_s
        waited = np.maximum(0, np.arange(first - self._since, first - self._since + n))
        left = np.exp(waited * (-1.0 / (ease_s * RATE_HZ)))
        eased: NDArray[np.float32] = (self.wanted + (self._from - self.wanted) * left).astype(
            np.float32
        )
        return eased

    def still(self, first: int, n: int) -> bool:
        """Whether it stays at nothing throughout."""
        return self.wanted == 0.0 and not self.at(first, n).any()


class Mixer:
    """Makes any stretch of device frames from the score."""

    def __init__(self, score: Score) -> None:
        self.score = score
        self.volume = Level()
        self.fifth = Level(rising_s=GROWS_S, falling_s=FADES_S)

    def make(self, leg: Leg) -> Frames:
        """(n, 2): what is to be heard in ``leg``."""
        low = math.floor(leg.place) - 1
        high = math.ceil(leg.at(leg.first + leg.n)) + 3
        heard = self.score.render(low, high - low)
        both = heard[:, :2]
        if self.fifth.wanted or self.fifth.at(leg.first, 1)[0] > 1e-4:
            level = self.fifth.at(leg.first - 1, len(heard))
            both = both + (level * heard[:, 2])[:, None]
        made = between(both, leg.place - low + leg.step * np.arange(leg.n, dtype=np.float64))
        made *= loudness_of(self.volume.at(leg.first, leg.n))[:, None]
        return made


def loudness_of(volume: NDArray[np.float32]) -> NDArray[np.float32]:
    """The gain of a volume of 0 to 1: squared, so that it feels even."""
    return volume * volume


def between(frames: Frames, places: NDArray[np.float64]) -> Frames:
    """(n, 2): ``frames`` at fractional ``places``, by cubic interpolation (Catmull-Rom)."""
    whole = np.floor(places).astype(np.intp)
    x = (places - whole).astype(np.float32)[:, None]
    if not x.any():
        return frames[whole]
    a, b, c, d = (frames[whole + k] for k in (-1, 0, 1, 2))
    curved: Frames = b + 0.5 * x * (
        c - a + x * (2.0 * a - 5.0 * b + 4.0 * c - d + x * (3.0 * (b - c) + d - a))
    )
    return curved


def crossed(old: Frames, new: Frames, n: int) -> Frames:
    """``new``, into which the first ``n`` frames of ``old`` fade without a corner."""
    n = min(n, len(old), len(new))
    share = (0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / max(1, n))).astype(np.float32)
    out = new.copy()
    out[:n] = old[:n] + share[:, None] * (new[:n] - old[:n])
    return out
