"""The breath guide: from what was recorded of it to its motion. Pure; no clock in here.

Sound, simulator, markers and screen all ask the same guide, so they cannot drift apart.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coherence.model import Arrival, BreathPattern, PaceChanged, Paused, Resumed
from coherence.translation import _, number

GLIDE_BREATHS = 3  # a change of pace is spread over this many breaths, always from a turn on
SLOWEST_PER_MIN, QUICKEST_PER_MIN = 3.5, 8.0
FOLLOWED_PER_MIN = (4.0, 20.0)  # the guide goes so far to meet a person's own breath
SOOTHING = BreathPattern(5.5)
EARLY_OUT = 0.88  # < 1: the out-breath leaves a little earlier and lands softly


PRESETS = {  # patterns to choose from, by name
    "longer_out": BreathPattern(5.5, 0.40),
    "even": BreathPattern(6.0, 0.50),
    "soft_pauses": BreathPattern(5.0, 0.42, 1.0, 1.0),
    "unhurried": BreathPattern(4.5, 0.40),
    "lighter": BreathPattern(7.0, 0.42),
}
LONGEST_PAUSE_S = 2.0  # science 8.3: longer ones only in a file that a therapist adds
SHORTEST_MOVE_S = 1.5  # in or out
MOST_PAUSED = 0.5  # of a breath


def pattern_of(in_s: float, full_s: float, out_s: float, empty_s: float) -> BreathPattern:
    """In, pause, out, pause in seconds as a pattern. Raises ``ValueError`` with what is too much.

    >>> pattern_of(4.0, 0.0, 6.0, 0.0)
    BreathPattern(breaths_per_min=6.0, inhale_share=0.4, pause_full_s=0.0, pause_empty_s=0.0)
    """
    if min(in_s, out_s) < SHORTEST_MOVE_S:
        raise ValueError(
            _("in and out each take at least {shortest} s").format(shortest=number(SHORTEST_MOVE_S))
        )
    if not (0.0 <= full_s <= LONGEST_PAUSE_S and 0.0 <= empty_s <= LONGEST_PAUSE_S):
        raise ValueError(
            _("a pause takes at most {longest} s").format(longest=number(LONGEST_PAUSE_S))
        )
    period_s = in_s + full_s + out_s + empty_s
    if not 60.0 / QUICKEST_PER_MIN <= period_s <= 60.0 / SLOWEST_PER_MIN:
        shortest_s, longest_s = 60.0 / QUICKEST_PER_MIN, 60.0 / SLOWEST_PER_MIN
        raise ValueError(
            _("a breath takes {shortest} to {longest} s in all").format(
                shortest=number(shortest_s), longest=number(longest_s, 1)
            )
        )
    if full_s + empty_s > MOST_PAUSED * period_s:
        raise ValueError(_("at least half of a breath is moving"))
    return BreathPattern(60.0 / period_s, in_s / (in_s + out_s), full_s, empty_s)


def parts_of(pattern: BreathPattern) -> tuple[float, float, float, float]:
    """In, pause, out, pause of a pattern, s."""
    moving_s = pattern.period_s - pattern.pause_full_s - pattern.pause_empty_s
    in_s = pattern.inhale_share * moving_s
    return in_s, pattern.pause_full_s, moving_s - in_s, pattern.pause_empty_s


def named_pattern(name: str) -> BreathPattern | None:
    """A preset by name, or a pattern of one's own as "in pause out pause" in seconds.

    >>> named_pattern("5 0 5 0") == named_pattern("even")
    True
    >>> named_pattern("4 0 90 0")
    """
    if name in PRESETS:
        return PRESETS[name]
    try:
        in_s, full_s, out_s, empty_s = (float(part) for part in name.split())
        return pattern_of(in_s, full_s, out_s, empty_s)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Breath:
    """One guided breath, from where its in-breath begins to the next, or to where it was let go."""

    start_s: float
    end_s: float
    pattern: BreathPattern


@dataclass(frozen=True, slots=True)
class BreathMoment:
    """Where the guide stands at one time."""

    volume: float  # 0 empty to 1 full
    inhaling: bool  # also true in the pause when full
    share: float  # how far through the in-breath or out-breath, 0 to 1
    breath: Breath


def volume_in_breath(elapsed_s: float, pattern: BreathPattern) -> tuple[float, bool, float]:
    """(volume, inhaling, share) at ``elapsed_s`` after the breath's start; slope 0 at both turns.

    >>> volume_in_breath(0.0, BreathPattern(6))
    (0.0, True, 0.0)
    >>> round(volume_in_breath(4.0, BreathPattern(6, inhale_share=0.4))[0], 6)
    1.0
    """
    moving_s = pattern.period_s - pattern.pause_full_s - pattern.pause_empty_s
    inhale_s = pattern.inhale_share * moving_s
    if elapsed_s < inhale_s:
        u = elapsed_s / inhale_s
        return 0.5 - 0.5 * math.cos(math.pi * u), True, u
    after_s = elapsed_s - inhale_s - pattern.pause_full_s
    if after_s < 0.0:
        return 1.0, True, 1.0
    u = min(1.0, after_s / (moving_s - inhale_s))
    return 0.5 + 0.5 * math.cos(math.pi * u**EARLY_OUT), False, u


def between(a: BreathPattern, b: BreathPattern, share: float) -> BreathPattern:
    """The pattern ``share`` (0 to 1) of the way from ``a`` to ``b``."""

    def mix(x: float, y: float) -> float:
        return y if share >= 1.0 else x + (y - x) * share

    return BreathPattern(
        mix(a.breaths_per_min, b.breaths_per_min),
        mix(a.inhale_share, b.inhale_share),
        mix(a.pause_full_s, b.pause_full_s),
        mix(a.pause_empty_s, b.pause_empty_s),
    )


@dataclass(slots=True)
class BreathGuide:
    """The guide as recorded: feed it arrivals in order, ask it about any time.

    A change of pace waits for the end of the breath it falls in, and glides over
    ``GLIDE_BREATHS`` breaths unless it says otherwise. Letting go (``None``) and pausing end the
    breath at once; resuming begins a new one.
    """

    _breaths: list[Breath] = field(default_factory=list)
    _starts: list[float] = field(default_factory=list)
    _target: BreathPattern | None = None
    _from: BreathPattern | None = None  # glide from here …
    _glide: int = GLIDE_BREATHS  # … and so many breaths of it are done
    _running: bool = False
    _paused: bool = False

    def feed(self, arrival: Arrival) -> None:
        match arrival:
            case PaceChanged(t_s, None):
                self._cut(t_s)
                self._target = None
            case PaceChanged(t_s, BreathPattern() as pattern, glide):
                self._change(t_s, pattern, glide)
            case Paused(t_s):
                self._cut(t_s)
                self._paused = True
            case Resumed(t_s):
                self._paused = False
                if self._target is not None and not self._running:
                    self._begin(t_s, self._target)
            case _:
                pass

    @property
    def target(self) -> BreathPattern | None:
        """The pattern the guide is at or gliding to; ``None`` where there is no guide."""
        return self._target

    @property
    def running(self) -> bool:
        return self._running

    def at(self, t_s: float) -> BreathMoment | None:
        """Where the guide stands at ``t_s``, or ``None`` where it does not run."""
        self._extend(t_s)
        i = bisect_right(self._starts, t_s) - 1
        if i < 0 or t_s >= self._breaths[i].end_s:
            return None
        breath = self._breaths[i]
        volume, inhaling, share = volume_in_breath(t_s - breath.start_s, breath.pattern)
        return BreathMoment(volume, inhaling, share, breath)

    def volume(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Volume 0 to 1 at each of ``t_s`` (n,); NaN where the guide does not run."""
        out = np.full(len(t_s), np.nan)
        for i, t in enumerate(t_s.tolist()):
            moment = self.at(t)
            if moment is not None:
                out[i] = moment.volume
        return out

    def phase(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Phase in radians at each of ``t_s`` (n,): 0 where an in-breath begins, 2π at its end.

        NaN where the guide does not run.
        """
        if not len(t_s):
            return np.empty(0)
        self._extend(float(t_s[-1]))
        first = max(0, bisect_right(self._starts, float(t_s[0])) - 1)
        breaths = self._breaths[first:]
        if not breaths:
            return np.full(len(t_s), np.nan)
        starts = np.array([b.start_s for b in breaths])
        ends = np.array([b.end_s for b in breaths])
        periods = np.array([b.pattern.period_s for b in breaths])
        i = np.searchsorted(starts, t_s, side="right") - 1
        on = (i >= 0) & (t_s < ends[i])
        return np.where(on, 2 * np.pi * (t_s - starts[i]) / periods[i], np.nan)

    def breaths(self, from_s: float, to_s: float) -> list[Breath]:
        """The breaths that begin at or after ``from_s`` and end at or before ``to_s``."""
        self._extend(to_s)
        first = bisect_right(self._starts, from_s - 1e-9)
        return [b for b in self._breaths[first:] if b.end_s <= to_s]

    # --- planning ---

    def _begin(self, t_s: float, pattern: BreathPattern) -> None:
        self._running, self._target, self._glide = True, pattern, GLIDE_BREATHS
        self._append(t_s, pattern)

    def _append(self, start_s: float, pattern: BreathPattern) -> None:
        self._breaths.append(Breath(start_s, start_s + pattern.period_s, pattern))
        self._starts.append(start_s)

    def _drop_after(self, t_s: float) -> None:
        keep = bisect_right(self._starts, t_s)
        del self._breaths[keep:], self._starts[keep:]

    def _cut(self, t_s: float) -> None:
        if not self._running:
            return
        self._extend(t_s)
        self._drop_after(t_s)
        last = self._breaths[-1]
        self._breaths[-1] = Breath(last.start_s, min(last.end_s, t_s), last.pattern)
        self._running = False

    def _change(self, t_s: float, pattern: BreathPattern, glide: bool) -> None:
        if self._paused:
            self._target = pattern
        elif not self._running:
            self._begin(t_s, pattern)
        elif pattern != self._target:
            self._extend(t_s)
            self._drop_after(t_s)
            self._from, self._target = self._breaths[-1].pattern, pattern
            self._glide = 0 if glide else GLIDE_BREATHS

    def _extend(self, t_s: float) -> None:
        while self._running and self._breaths[-1].end_s <= t_s:
            assert self._target is not None
            pattern = self._target
            if self._glide < GLIDE_BREATHS:
                assert self._from is not None
                self._glide += 1
                pattern = between(self._from, self._target, self._glide / GLIDE_BREATHS)
            self._append(self._breaths[-1].end_s, pattern)
