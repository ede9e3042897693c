"""The heart as water: from the beats of a view to the heights of its line. No Qt here.

Height = (HR − mean of the last 60 s) / max(6 bpm, 95th percentile of the deviation). Mean and
span ease, a fresh beat rises from the water as it stood, and after the last beat the line stays
level, and calms where none comes: nothing is extrapolated. Across segments there is a hole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.sessions.view import SessionView
from coherence.ui.scene.easing import eased, smooth
from coherence.ui.scene.state import Floats, HeartLine

SPAN_S = 36.0  # how much of the past is drawn
SAMPLES = 433  # twelve a second
LEVEL_S = 60.0
SMALLEST_SPAN_BPM = 6.0
LEVEL_EASE_S = 4.0
RISE_S = 0.6  # a fresh beat takes this long to come to its height
HOLD_S, HOLD_FADE_S = 2.5, 1.5  # the level tail after the last beat, then it fades
HOLE_FADE_S = 0.5
RISES_IN_S = 1.2  # so long before the first beat after a hole the water leaves its rest
HIGHEST = 1.45


@dataclass(frozen=True, slots=True)
class Level:
    """What the water's height is measured against."""

    mean_bpm: float
    span_bpm: float


@dataclass(slots=True, eq=False)
class Beats:
    """The beats a line goes through, as they are shown at one moment."""

    t_s: Floats  # (n,)
    heights: Floats  # (n,)
    segment: NDArray[np.int64]  # (n,)
    flagged: NDArray[np.bool_]  # (n,)
    free: Floats  # (n,) 0 before a fresh beat, where the line was level, 1 once that has risen


def level_of(view: SessionView) -> Level | None:
    """The level of the beats of the last minute, or ``None`` before there are two of them."""
    recent = (view.t_s > view.now_s - LEVEL_S) & ~view.flagged
    hr_bpm = view.hr_bpm[recent]
    if len(hr_bpm) < 2:
        return None
    mean = float(hr_bpm.mean())
    span = float(np.percentile(np.abs(hr_bpm - mean), 95))
    return Level(mean, max(SMALLEST_SPAN_BPM, span))


def height_of(hr_bpm: Floats, level: Level) -> Floats:
    """Heights (n,) of heart rates (n,): proportional up to ±1, then bending towards ±1.45."""
    raw = (hr_bpm - level.mean_bpm) / level.span_bpm
    size, room = np.abs(raw), HIGHEST - 1.0
    bent = 1.0 + room * np.tanh((size - 1.0) / room)
    return np.asarray(np.sign(raw) * np.where(size <= 1.0, size, bent))


def curve(x: Floats, y: Floats, at: Floats, free: Floats | None = None) -> Floats:
    """A smooth line through the points (x, y), at ``at`` (n,); level at and beyond both ends.

    Cubic Hermite, the slope in a point being that of the parabola through it and its neighbours,
    times ``free`` (0 to 1): 0 makes the line level there.
    """
    if len(x) == 1:
        return np.full(len(at), y[0])
    width = np.diff(x)
    rise = np.diff(y) / width
    slope = np.zeros(len(x))
    slope[1:-1] = (width[1:] * rise[:-1] + width[:-1] * rise[1:]) / (width[1:] + width[:-1])
    if free is not None:
        slope *= free
    inside = np.clip(at, x[0], x[-1])
    i = np.clip(np.searchsorted(x, inside, side="right") - 1, 0, len(x) - 2)
    u = (inside - x[i]) / width[i]
    v = 1.0 - u
    ends = y[i] * v * v * (1.0 + 2.0 * u) + y[i + 1] * u * u * (1.0 + 2.0 * v)
    return np.asarray(ends + width[i] * u * v * (slope[i] * v - slope[i + 1] * u))


def presence_of(t_s: Floats, segment: NDArray[np.int64], at_s: Floats) -> Floats:
    """How far the line is there at ``at_s`` (n,): 0 outside the beats and between segments."""
    there = np.clip((at_s - t_s[0]) / HOLE_FADE_S, 0.0, 1.0)
    tail = t_s[-1] + HOLD_S + HOLD_FADE_S - at_s
    there = np.minimum(there, np.clip(tail / HOLD_FADE_S, 0.0, 1.0))
    for i in np.flatnonzero(np.diff(segment)):
        away = np.maximum(t_s[i] - at_s, at_s - t_s[i + 1])  # below 0 inside the hole
        there = np.minimum(there, np.clip(away / HOLE_FADE_S, 0.0, 1.0))
    return np.asarray(there)


def line_of(beats: Beats, now_s: float) -> HeartLine:
    """The line through ``beats`` over the last ``SPAN_S`` before now."""
    seconds = np.linspace(-SPAN_S, 0.0, SAMPLES)
    at_s = seconds + now_s
    shown = beats.flagged & (beats.t_s > now_s - SPAN_S)
    return HeartLine(
        seconds=seconds,
        heights=np.clip(_surface(beats, at_s), -HIGHEST, HIGHEST),
        presence=presence_of(beats.t_s, beats.segment, at_s),
        hollow_s=beats.t_s[shown] - now_s,
        hollow_heights=beats.heights[shown],
    )


def _surface(beats: Beats, at_s: Floats) -> Floats:
    """The water's height (n,) at ``at_s`` (n,): through the beats, at rest in a long hole."""
    t_s, heights, free = beats.t_s, beats.heights, beats.free
    points: list[tuple[float, float]] = []
    holes = np.flatnonzero((np.diff(beats.segment) != 0) & (np.diff(t_s) > HOLD_S)).tolist()
    for i, end_s in [*((i, t_s[i + 1] - RISES_IN_S) for i in holes), (-1, float(at_s[-1]))]:
        rest_s = t_s[i] + HOLD_S + HOLD_FADE_S
        if end_s > t_s[i] + HOLD_S:
            points += [(t_s[i] + HOLD_S, heights[i]), (rest_s, 0.0)]
        if end_s > rest_s:
            points.append((end_s, 0.0))
    if points:
        where = np.searchsorted(t_s, [t for t, _ in points])
        t_s = np.insert(t_s, where, [t for t, _ in points])
        heights = np.insert(heights, where, [height for _, height in points])
        free = np.insert(free, where, 0.0)
    return curve(t_s, heights, at_s, free)


def _stood(beats: Beats, i: int, seen_s: float) -> float:
    """How high the water stood when beat ``i`` was seen: at the last normal one, or calmed."""
    if beats.segment[i] != beats.segment[i - 1]:
        calmed = smooth((seen_s - beats.t_s[i - 1] - HOLD_S) / HOLD_FADE_S)
        return float(beats.heights[i - 1]) * (1.0 - calmed)
    normal = np.flatnonzero(~beats.flagged[:i] & (beats.segment[:i] == beats.segment[i]))
    return float(beats.heights[normal[-1] if len(normal) else i - 1])


class WaterLine:
    """Follows a session's views and gives the line for each; the easing is all it remembers."""

    def __init__(self) -> None:
        self._level: Level | None = None
        self._now_s: float | None = None
        self._newest_s: float | None = None
        self._rising: dict[float, float] = {}  # beat to when it was first seen
        self._bridged: dict[float, float] = {}  # flagged beat to when its flag was first seen

    def follow(self, view: SessionView) -> HeartLine | None:
        """The line at ``view.now_s``, or ``None`` where there are not beats enough."""
        level = self._eased_level(view)
        recent = view.t_s > view.now_s - SPAN_S - 6.0
        if level is None or not recent.any():
            return None
        beats = Beats(
            t_s=view.t_s[recent],
            heights=height_of(view.hr_bpm[recent], level),
            segment=view.segment[recent],
            flagged=view.flagged[recent],
            free=np.ones(int(recent.sum())),
        )
        drawn_until_s = self._newest_s
        self._rise(beats, view.now_s)
        self._bridge(beats, view.now_s, drawn_until_s)
        return line_of(beats, view.now_s)

    def _eased_level(self, view: SessionView) -> Level | None:
        target = level_of(view)
        dt_s = 0.0 if self._now_s is None else view.now_s - self._now_s
        self._now_s = view.now_s
        if target is None or self._level is None:
            self._level = target
        else:
            self._level = Level(
                eased(self._level.mean_bpm, target.mean_bpm, dt_s, LEVEL_EASE_S),
                eased(self._level.span_bpm, target.span_bpm, dt_s, LEVEL_EASE_S),
            )
        return self._level

    def _rise(self, beats: Beats, now_s: float) -> None:
        """Let fresh beats come to their height from the line as it stood before them."""
        if self._newest_s is not None:
            for t in beats.t_s[beats.t_s > self._newest_s].tolist():
                self._rising[t] = now_s
        self._newest_s = float(beats.t_s[-1])
        self._rising = {t: seen for t, seen in self._rising.items() if now_s - seen < RISE_S}
        for t, seen in self._rising.items():
            i = int(np.searchsorted(beats.t_s, t))
            if not 0 < i < len(beats.t_s):
                continue
            share = beats.free[i - 1] = smooth((now_s - seen) / RISE_S)
            before = _stood(beats, i, seen)
            beats.heights[i] = before + (beats.heights[i] - before) * share

    def _bridge(self, beats: Beats, now_s: float, drawn_until_s: float | None) -> None:
        """Lay flagged beats onto the line between their normal neighbours."""
        self._bridged = {t: seen for t, seen in self._bridged.items() if t >= beats.t_s[0]}
        for i in np.flatnonzero(beats.flagged).tolist():
            t = float(beats.t_s[i])
            normal = (beats.segment == beats.segment[i]) & ~beats.flagged
            if not normal.any():
                continue
            drawn = drawn_until_s is not None and t <= drawn_until_s
            seen = self._bridged.setdefault(t, now_s if drawn else now_s - RISE_S)
            there = float(np.interp(t, beats.t_s[normal], beats.heights[normal]))
            beats.heights[i] += (there - beats.heights[i]) * smooth((now_s - seen) / RISE_S)
