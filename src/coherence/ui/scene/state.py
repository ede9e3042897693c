"""What the scene is told to paint: plain data, one moment of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True, eq=False)
class HeartLine:
    """The heart's line up to now. Heights: ±1 for the usual swing, never beyond ±1.45."""

    seconds: Floats  # (n,) relative to now, rising, the last one 0
    heights: Floats  # (n,)
    presence: Floats  # (n,) 0 where nothing is known (a hole), 1 where there are beats
    hollow_s: Floats = field(default_factory=_none)  # (m,) beats judged not normal
    hollow_heights: Floats = field(default_factory=_none)  # (m,)


@dataclass(frozen=True, slots=True, eq=False)
class SceneState:
    """One frame. ``heart`` is ``None`` where there is no strap: then no heart is drawn."""

    volume: float = 0.45  # how large the moon is, 0 to 1
    arc: float = 0.0  # how much of the ring is filled, from the bottom up, 0 to 1
    arc_opacity: float = 0.0  # 0 where no guide runs
    light: float = 0.0  # how warm and how far the moon shines, 0 to 1
    heart: HeartLine | None = None
    ahead_s: Floats = field(default_factory=_none)  # (k,) from 0 on, evenly spaced
    ahead: Floats = field(default_factory=_none)  # (k,) the invited volume, 0 to 1
    ahead_opacity: float = 0.0
    cue: str = ""
    cue_opacity: float = 1.0
    prompt: str = ""
    prompt_opacity: float = 1.0
    numbers: str = ""
    reduced_motion: bool = False  # the moon keeps its size, only the arc moves
