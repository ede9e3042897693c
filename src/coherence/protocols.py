"""The protocols of a resonance assessment: at which pace the guide runs, and when. Pure.

Guide, practice, score and benchmark all ask here, so they cannot differ about the schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coherence.model import BreathPattern
from coherence.pacing import Breath

# Lehrer, Vaschillo and Vaschillo 2000; Shaffer and Meehan 2020: five paces, two minutes each.
STEPPED_PER_MIN = (6.5, 6.0, 5.5, 5.0, 4.5)
STEP_S, REST_S = 120.0, 60.0
STEPPED_INHALE = 0.45  # a little longer out than in
FEWEST_BREATHS = 8  # kept at one pace, after its beginning is left out

# Fisher and Lehrer 2022: from 6.75 to 4.25 a minute, each breath 67.04 ms longer, in like out.
SLIDE_FROM_PER_MIN = 6.75
SLIDE_LONGER_S = 0.06704
SLIDE_BREATHS = 78
SLIDING_INHALE = 0.5
FEWEST_SLIDE_BREATHS = 60  # fewer do not reach the slow end
SAME_PACE_PER_MIN, SAME_TIME_S = 0.01, 0.01


@dataclass(frozen=True, slots=True)
class PacedStep:
    """One stretch of breaths of the same pace, in order and without a break."""

    breaths: tuple[Breath, ...]

    @property
    def per_min(self) -> float:
        return self.breaths[0].pattern.breaths_per_min

    @property
    def start_s(self) -> float:
        return self.breaths[0].start_s

    @property
    def end_s(self) -> float:
        return self.breaths[-1].end_s


def stepped(rest_s: float = REST_S, start_s: float = 0.0) -> tuple[PacedStep, ...]:
    """The steps of the stepped protocol, from ``start_s`` on, with ``rest_s`` between them.

    >>> [(step.per_min, len(step.breaths), step.end_s) for step in stepped()][-1]
    (4.5, 9, 840.0)
    """
    steps = []
    for per_min in STEPPED_PER_MIN:
        pattern = BreathPattern(per_min, STEPPED_INHALE)
        edges = [start_s + i * pattern.period_s for i in range(round(STEP_S / pattern.period_s))]
        edges.append(start_s + STEP_S)
        steps.append(PacedStep(_breaths(edges, [pattern] * (len(edges) - 1))))
        start_s += STEP_S + rest_s
    return tuple(steps)


def sliding(start_s: float = 0.0) -> tuple[Breath, ...]:
    """The breaths of the sliding protocol, each a little slower than the one before.

    >>> breaths = sliding()
    >>> len(breaths), round(breaths[-1].end_s, 2), round(breaths[-1].pattern.breaths_per_min, 2)
    (78, 894.65, 4.27)
    """
    patterns = [slide_pattern(k) for k in range(SLIDE_BREATHS)]
    edges = [start_s]
    for pattern in patterns:
        edges.append(edges[-1] + pattern.period_s)
    return _breaths(edges, patterns)


def slide_pattern(breath: int) -> BreathPattern:
    """How the slide's breath of that number (from 0) is breathed."""
    period_s = 60.0 / SLIDE_FROM_PER_MIN + SLIDE_LONGER_S * breath
    return BreathPattern(60.0 / period_s, SLIDING_INHALE)


def steps_among(breaths: Sequence[Breath]) -> tuple[PacedStep, ...]:
    """The steps in a guide as it was recorded: at least eight breaths of one pace on end."""
    runs = _unbroken(breaths, lambda a, b: abs(_rate(a) - _rate(b)) < SAME_PACE_PER_MIN)
    return tuple(PacedStep(run) for run in runs if len(run) >= FEWEST_BREATHS)


def slide_among(breaths: Sequence[Breath]) -> tuple[Breath, ...] | None:
    """The slide in a guide as it was recorded: breaths that slow down evenly, or ``None``."""

    def slower(a: Breath, b: Breath) -> bool:
        longer_s = b.pattern.period_s - a.pattern.period_s
        return abs(longer_s - SLIDE_LONGER_S) < SLIDE_LONGER_S / 10.0

    longest = max(_unbroken(breaths, slower), key=len, default=())
    return longest if len(longest) >= FEWEST_SLIDE_BREATHS else None


def _unbroken(
    breaths: Sequence[Breath], alike: Callable[[Breath, Breath], bool]
) -> list[tuple[Breath, ...]]:
    """Runs of whole breaths that follow one another at once, each ``alike`` to the one before."""
    runs: list[list[Breath]] = []
    for breath in breaths:
        if breath.end_s - breath.start_s < breath.pattern.period_s - SAME_TIME_S:  # it was cut off
            continue
        before = runs[-1][-1] if runs else None
        if (
            before is not None
            and abs(breath.start_s - before.end_s) < SAME_TIME_S
            and alike(before, breath)
        ):
            runs[-1].append(breath)
        else:
            runs.append([breath])
    return [tuple(run) for run in runs]


def _rate(breath: Breath) -> float:
    return breath.pattern.breaths_per_min


def _breaths(edges: Sequence[float], patterns: Sequence[BreathPattern]) -> tuple[Breath, ...]:
    triples = zip(edges[:-1], edges[1:], patterns, strict=True)
    return tuple(Breath(a, b, pattern) for a, b, pattern in triples)
