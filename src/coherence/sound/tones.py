"""Struck tones: the bowl at each turn, and the soft ones that tell where a practice stands."""

from __future__ import annotations

from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from coherence.sound.kinds import RATE_HZ

RINGS_S = 9.0  # a stroke of the bowl, to its end
ATTACK_S = 0.06  # a felt mallet, no click
PARTIALS = ((1.0, 1.0, 2.4), (2.76, 0.16, 0.9), (5.3, 0.03, 0.4))  # ratio, level, s to 1/e
WAVER_HZ, WAVER = 0.55, 0.18  # a bowl is never quite round
B_FLAT_3, F4, C5 = 233.082, 349.228, 523.251


class Tone(Enum):
    """What a tone tells; its value: for each stroke when, how high, how loud, how long it rings."""

    IN = ((0.0, F4, 0.30, 1.0),)  # the bowl: breathe in …
    OUT = ((0.0, B_FLAT_3, 0.30, 1.0),)  # … and out
    BEGIN = ((0.0, B_FLAT_3, 0.20, 0.5), (0.9, F4, 0.20, 0.5))  # rising: a practice begins
    STEP = ((0.0, C5, 0.16, 0.3),)  # high, single and brief: the next step
    ASK = ((0.0, F4, 0.15, 0.4), (0.6, F4, 0.12, 0.4))  # twice the same, softly: a question waits
    END = ((0.0, F4, 0.20, 0.5), (1.2, B_FLAT_3, 0.24, 0.8))  # falling: it has ended


def rings_s(tone: Tone) -> float:
    """How long something of ``tone`` is to be heard.

    >>> rings_s(Tone.OUT), round(rings_s(Tone.END), 1)
    (9.0, 8.4)
    """
    return float(max(after_s + rings * RINGS_S for after_s, _, _, rings in tone.value))


@cache
def struck(tone: Tone) -> NDArray[np.float32]:
    """(n, 2): the whole of ``tone`` until nothing of it is left."""
    out = np.zeros(round(rings_s(tone) * RATE_HZ))
    for after_s, hz, level, rings in tone.value:
        one = level * _stroke(hz, rings)
        first = round(after_s * RATE_HZ)
        out[first : first + len(one)] += one[: len(out) - first]
    made = np.repeat(out.astype(np.float32)[:, None], 2, axis=1)
    made.flags.writeable = False
    return made


def _stroke(hz: float, rings: float) -> NDArray[np.float64]:
    ends_s = rings * RINGS_S
    t_s = np.arange(round(ends_s * RATE_HZ)) / RATE_HZ
    out = np.zeros(len(t_s))
    for ratio, level, decay_s in PARTIALS:
        waver = 1.0 - WAVER * (0.5 - 0.5 * np.cos(2.0 * np.pi * WAVER_HZ * ratio * t_s))
        fading = np.exp(-t_s / (rings * decay_s))
        out += level * waver * fading * np.sin(2.0 * np.pi * ratio * hz * t_s)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.clip(t_s / ATTACK_S, 0.0, 1.0))
    fall = 0.5 - 0.5 * np.cos(np.pi * np.clip((ends_s - t_s) / (0.1 * ends_s), 0.0, 1.0))
    return out * rise * fall / sum(level for _, level, _ in PARTIALS)
