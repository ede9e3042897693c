"""One breath as sound: sea and pad swell with it, and both turns are silent."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.model import BreathPattern
from coherence.pacing import Breath, volume_in_breath
from coherence.sound.kinds import RATE_HZ, Frames, Kind
from coherence.sound.sea import sea

GRID_S = 0.002  # so finely is the guide asked
LET_GO_S = 0.8  # a breath that is let go fades in so long
HUSH, EDGE = 0.0022, 0.0105  # of the breath: silence to each side of a turn, and the way out of it
F3_HZ, FOURTH = 174.614, 2.0 ** (5 / 12)  # the pad glides from F3 to B flat 3 and back
SEA = {"waves": 0.13, "pad": 0.008}  # RMS at the fullest
PAD = {"waves": 0.085, "pad": 0.27}  # peak at the fullest
PARTIALS = ((0.5, 0.14), (1.0, 0.64), (2.0, 0.18), (4.0, 0.04))  # of the pad: no fifth among them
FIFTH = ((1.5, 0.8), (3.0, 0.2))  # what the coherence layer adds
FIFTH_LEVEL = 0.5  # of the pad
APART = 0.35  # radians that left is ahead and right is behind: breadth without beats


@dataclass(frozen=True, slots=True)
class Sounded:
    """A breath as sound; columns left, right, and the fifth that may be added to both."""

    first: int  # the frame it begins at
    frames: Frames


def sounded(breath: Breath, kind: Kind, seed: int) -> Sounded:
    """The whole of ``breath`` in the ``kind`` "waves" or "pad".

    A breath that was let go goes on as it would have, fading.
    """
    start_s, pattern = breath.start_s, breath.pattern
    whole_s = pattern.period_s
    cut_s = breath.end_s - start_s
    first = math.ceil(start_s * RATE_HZ)
    end = math.ceil((start_s + min(whole_s, cut_s + LET_GO_S)) * RATE_HZ)
    if end <= first:
        return Sounded(first, np.zeros((0, 3), np.float32))
    t_s = np.arange(first, end) / RATE_HZ - start_s
    volume = volume_of(t_s, pattern)
    loud = volume * _turns(t_s, pattern)
    if cut_s < whole_s - 1e-9:
        loud *= _eased((cut_s + LET_GO_S - t_s) / LET_GO_S)
    out = np.empty((end - first, 3), np.float32)
    loud32 = loud.astype(np.float32)
    out[:, :2] = sea(first, volume.astype(np.float32), seed) * np.float32(SEA[kind])
    turned = np.cumsum(F3_HZ * FOURTH**volume) / RATE_HZ  # how many times, since the start
    for ratio, level in PARTIALS:
        angle = _angle(ratio * turned)
        middle, side = math.cos(APART) * np.sin(angle), math.sin(APART) * np.cos(angle)
        out[:, 0] += np.float32(PAD[kind] * level) * (middle + side)
        out[:, 1] += np.float32(PAD[kind] * level) * (middle - side)
    fifth = [level * np.sin(_angle(ratio * turned)) for ratio, level in FIFTH]
    out[:, 2] = np.float32(PAD[kind] * FIFTH_LEVEL) * sum(fifth)
    out *= loud32[:, None]
    out.flags.writeable = False
    return Sounded(first, out)


def volume_of(t_s: NDArray[np.float64], pattern: BreathPattern) -> NDArray[np.float64]:
    """The guide's volume at each time after the breath's start."""
    asked_s = np.arange(0.0, t_s[-1] + 2 * GRID_S, GRID_S)
    said = [volume_in_breath(t, pattern)[0] for t in asked_s.tolist()]
    return np.interp(t_s, asked_s, said)


def turns_s(pattern: BreathPattern) -> tuple[float, float, float]:
    """After its start: where the breath is full, where it leaves again, where it is empty."""
    moving_s = pattern.period_s - pattern.pause_full_s - pattern.pause_empty_s
    full_s = pattern.inhale_share * moving_s
    return full_s, full_s + pattern.pause_full_s, pattern.period_s - pattern.pause_empty_s


def _turns(t_s: NDArray[np.float64], pattern: BreathPattern) -> NDArray[np.float64]:
    """0 at the turns and in the pauses, 1 between, and smooth."""
    full_s, leaves_s, empty_s = turns_s(pattern)
    hush_s, edge_s = HUSH * pattern.period_s, EDGE * pattern.period_s

    def within(begin_s: float, end_s: float) -> NDArray[np.float64]:
        return _eased((t_s - begin_s - hush_s) / edge_s) * _eased((end_s - t_s - hush_s) / edge_s)

    return within(0.0, full_s) + within(leaves_s, empty_s)


def _eased(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 0 to 1 with no corner at either end."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(x, 0.0, 1.0))


def _angle(turns: NDArray[np.float64]) -> NDArray[np.float32]:
    """Radians within the last of so many turns: small enough for single precision."""
    return (2.0 * np.pi * (turns - np.floor(turns))).astype(np.float32)
