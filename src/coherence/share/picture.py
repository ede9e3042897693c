"""What goes to a phone: one small picture of the client's screen, and nothing else of a session.

No name, no interval, no heart rate: the line is a shape without a unit, and times are those of the
session. What is written here is all there is; ``docs/sharing.md`` lists it for people.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.pacing import BreathGuide

Floats = NDArray[np.float64]

STEP_S = 0.25  # between two samples of the line: single beats cannot be read from it
FINENESS = 80  # a height of 1 is so many steps
AHEAD_S = 40.0  # of breaths that are told beforehand
MOST_BREATHS = 16


@dataclass(frozen=True, slots=True)
class Line:
    """The water as it is drawn: heights on a grid of ``STEP_S``, ``None`` where there is none."""

    first: int  # number of the first sample since the session began
    heights: tuple[int | None, ...]  # in 1/``FINENESS``


@dataclass(frozen=True, slots=True)
class Picture:
    """One look at the client's screen. Words are those that stand there, in their language."""

    now_s: float  # session time …
    at_s: float  # … and the server's clock, told together
    breaths: tuple[tuple[float, ...], ...] = ()  # start, end, a minute, in-share, two pauses
    light: float = 0.5
    line: Line | None = None
    cue: str | None = None  # ``None`` where the phone says it by its own breath
    prompt: str = ""
    prompt_opacity: float = 0.0
    band: str = ""
    sentence: str = ""
    time_left: str = ""
    steps: tuple[str, ...] = ()
    step: int = -1
    numbers: str = ""
    theme: str = "dusk"
    blank: bool = False  # nothing of the heart is to be seen from now on


def line_of(seconds: Floats, heights: Floats, presence: Floats, now_s: float) -> Line:
    """The drawn line (n,) with ``seconds`` from ``now_s``, on the phone's coarser grid."""
    first = int(np.ceil((now_s + float(seconds[0])) / STEP_S))
    last = int(np.floor(now_s / STEP_S))
    at_s = np.arange(first, last + 1) * STEP_S - now_s
    there = np.interp(at_s, seconds, presence) >= 0.5
    steps = np.rint(np.interp(at_s, seconds, heights) * FINENESS).astype(int)
    kept = zip(steps.tolist(), there.tolist(), strict=True)
    return Line(first, tuple(height if shown else None for height, shown in kept))


def breaths_of(guide: BreathGuide, now_s: float) -> tuple[tuple[float, ...], ...]:
    """The breath of now and those to come, as they are planned; empty where no guide runs."""
    told: list[tuple[float, ...]] = []
    t_s = now_s
    while t_s < now_s + AHEAD_S and len(told) < MOST_BREATHS:
        moment = guide.at(t_s)
        if moment is None:
            break
        breath, pattern = moment.breath, moment.breath.pattern
        told.append((
            breath.start_s, breath.end_s, pattern.breaths_per_min, pattern.inhale_share,
            pattern.pause_full_s, pattern.pause_empty_s,
        ))  # fmt: skip
        t_s = breath.end_s
    return tuple(told)


def wire(picture: Picture, number: int) -> str:
    """The picture as one message: the keys here are all that a phone is ever told."""
    line = picture.line
    return json.dumps(
        {
            "kind": "picture",
            "number": number,
            "now": round(picture.now_s, 4),
            "at": round(picture.at_s, 4),
            "breaths": [[round(part, 4) for part in breath] for breath in picture.breaths],
            "light": round(picture.light, 2),
            "line": None if line is None else {"first": line.first, "heights": line.heights},
            "cue": picture.cue,
            "prompt": [picture.prompt, round(picture.prompt_opacity, 2)],
            "band": picture.band,
            "sentence": picture.sentence,
            "left": picture.time_left,
            "steps": picture.steps,
            "step": picture.step,
            "numbers": picture.numbers,
            "theme": picture.theme,
            "blank": picture.blank,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
