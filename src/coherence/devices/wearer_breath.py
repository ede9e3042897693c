"""The simulated wearer's breath: a rhythm of one's own that can go along with a guide."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

import numpy as np

from coherence.devices.people import Person

Guide = Callable[[float], float | None]  # the guide's volume 0 to 1 at a time, None where it rests

TURN = 2.0 * math.pi
SPELLS_S = 150.0  # one spell with the guide and one without, in the mean
CLOSING_S = 2.0  # how quickly a difference to the guide is made up …
LEAST_CLOSING = 0.25  # … and never slower than this, in rad/s: after about a breath they are one
SLOWED = 0.3  # waiting for the guide slows the breath to this share, never stops it
MET = 0.03  # rad: from here on breath and guide are one
REMEMBERED = 600  # levels
JUMP = 0.5  # rad in one step: the guide began anew


class Breath:
    """One breath after another. Ask ``level`` for times ``step_s`` apart, in order.

    Only what the guide says now and said before is used, so a guide whose pace somebody changes
    meanwhile can be followed. ``phase`` (0 at the start of the in-breath, rad) never jumps by more
    than one step of breathing, so neither does the breath.
    """

    def __init__(
        self, person: Person, rng: np.random.Generator, guide: Guide | None, step_s: float
    ) -> None:
        self._person, self._rng, self._guide, self._step_s = person, rng, guide, step_s
        self._own_per_step = 0.0
        self._draw_own_rate()
        self.phase = rng.uniform(0.0, TURN)
        self.with_guide = False  # whether breath and guide are one
        self._willing = bool(rng.uniform() < person.faithfulness)
        wavering = 0.0 < person.faithfulness < 1.0
        self._spell_ends_s = self._spell_s() if wavering else math.inf
        self._guide_phase: float | None = None
        self._guide_volume = 0.0
        self._guide_rising = True
        self.levels: deque[float] = deque(maxlen=REMEMBERED)  # the last ones that were asked for

    def level(self, t_s: float) -> float:
        """How full the lungs are at ``t_s``: -1 empty to +1 full."""
        volume = None if self._guide is None or t_s < 0.0 else self._guide(t_s)
        moved = self._guide_moved(volume)
        while t_s >= self._spell_ends_s:
            self._willing = not self._willing
            self._spell_ends_s += self._spell_s()
        if moved is None or not self._willing:
            self.with_guide = False
            self._forward(self._own_per_step)
        else:
            self._follow(moved)
        level = -math.cos(self.phase)
        self.levels.append(level)
        return level

    def _follow(self, moved: float) -> None:
        """Go along with a guide that ``moved`` by so many rad in this step."""
        assert self._guide_phase is not None
        if abs(moved) > JUMP:
            self.with_guide, moved = False, self._own_per_step
        if not self.with_guide:
            ahead = math.remainder(self._guide_phase - self.phase - moved, TURN)
            closing = max(abs(ahead) / CLOSING_S, LEAST_CLOSING) * self._step_s
            if abs(ahead) <= max(MET, closing):
                self.with_guide = True
            else:
                self._forward(max(SLOWED * moved, moved + math.copysign(closing, ahead)))
        if self.with_guide:
            self.phase = self._guide_phase

    def _forward(self, by_rad: float) -> None:
        self.phase += by_rad
        if self.phase >= TURN:
            self.phase -= TURN
            self._draw_own_rate()

    def _guide_moved(self, volume: float | None) -> float | None:
        """Find the guide's phase from its ``volume``; returns how far it has gone since."""
        if volume is None:
            self._guide_phase = None
            return None
        if volume != self._guide_volume:
            self._guide_rising = volume > self._guide_volume
        half = math.acos(min(1.0, max(-1.0, 1.0 - 2.0 * volume)))
        before, self._guide_volume = self._guide_phase, volume
        self._guide_phase = half if self._guide_rising else TURN - half
        return math.inf if before is None else math.remainder(self._guide_phase - before, TURN)

    def _draw_own_rate(self) -> None:
        spread = math.exp(self._person.breath_spread * self._rng.standard_normal())
        self._own_per_step = TURN * self._person.own_breaths_per_min / 60.0 * spread * self._step_s

    def _spell_s(self) -> float:
        share = self._person.faithfulness if self._willing else 1.0 - self._person.faithfulness
        return float(self._rng.exponential(SPELLS_S * share))
