"""The conductor: says which step of a practice begins when. Pure: it is told the time."""

from __future__ import annotations

import math
from dataclasses import replace

from coherence.model import (
    Arrival,
    BreathPattern,
    Ended,
    PaceChanged,
    Paused,
    Resumed,
    StepStarted,
)
from coherence.pacing import QUICKEST_PER_MIN, SLOWEST_PER_MIN, BreathGuide
from coherence.practice.practices import Practice

FADE_IN_S, STAY_S, FADE_OUT_S = 0.8, 12.0, 1.2
AT_TURN_S = 0.5  # so early in a breath it may still be left out


class StepConductor:
    """Goes through a practice's steps; pausing stops their time. Every answer is put on record.

    What people do is answered with whatever was due by then, and after it their own arrival.
    """

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.step = -1  # the index of the step that runs
        self.ended = False
        self._begun_s = 0.0  # where the step's time has its zero, pauses taken out
        self._paused_s: float | None = None
        self._delta_per_min = 0.0  # what the person chose; it stays for later steps
        self._let_go = False
        self._guide = BreathGuide()  # as the screen has it: tells where a breath ends
        self._release_s: float | None = None  # the guide goes when the breath it is in has ended

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(step.title for step in self.practice.steps)

    @property
    def paused(self) -> bool:
        return self._paused_s is not None

    def due(self, now_s: float) -> list[Arrival]:
        """What is due by ``now_s``: each once, stamped with the time at which it was due."""
        out: list[Arrival] = []
        while not self.ended and self._paused_s is None:
            next_s = self._next_s()
            if self._release_s is not None and self._release_s <= min(now_s, next_s):
                out += self._release(self._release_s)
            elif next_s <= now_s:
                out += self._begin_next(next_s)
            else:
                break
        return out

    def next_step(self, now_s: float) -> list[Arrival]:
        """Go on to the next step by hand."""
        out = self.due(now_s)
        if not self.ended and self._paused_s is None:
            out += self._begin_next(now_s)
        return out

    def pause(self, now_s: float) -> list[Arrival]:
        out = self.due(now_s)
        if not self.ended and self._paused_s is None:
            out += self._release(now_s)
            self._paused_s = now_s
            out += self._said(Paused(now_s))
        return out

    def resume(self, now_s: float) -> list[Arrival]:
        if self.ended or self._paused_s is None:
            return []
        self._begun_s += now_s - self._paused_s
        self._paused_s = None
        return self._said(Resumed(now_s))

    def end(self, now_s: float) -> list[Arrival]:
        out = self.due(now_s)
        return out if self.ended else out + self._end(now_s)

    def change_pace(self, now_s: float, delta_per_min: float) -> list[Arrival]:
        """A little quicker or slower, within bounds; it stays so for the steps to come."""
        out = self.due(now_s)
        own = self._own_pattern()
        if own is None or self.ended:
            return out
        before = None if self._let_go else self._chosen(own)
        if self._let_go:  # asking for a pace brings the guide back, as it was
            self._let_go = False
        else:
            self._delta_per_min += delta_per_min
        after = self._chosen(own)
        self._delta_per_min = round(after.breaths_per_min - own.breaths_per_min, 6)
        return out if after == before else out + self._said(PaceChanged(now_s, after))

    def let_go(self, now_s: float) -> list[Arrival]:
        """Let the pacing go for the rest of the practice, or until a pace is asked for."""
        out = self.due(now_s)
        if self._release_s is not None:
            return out + self._release(now_s)
        if self._own_pattern() is None or self._let_go or self.ended:
            return out
        self._let_go = True
        return out + self._said(PaceChanged(now_s, None))

    def seconds_left(self, now_s: float) -> float | None:
        """Time left in the whole practice; ``None`` where it has no end of its own."""
        seconds = [step.seconds for step in self.practice.steps[max(0, self.step) :]]
        if None in seconds:
            return None
        left = sum(s for s in seconds if s is not None) - self._in_step_s(now_s)
        return 0.0 if self.ended else max(0.0, left)

    def prompt(self, now_s: float) -> tuple[str, float] | None:
        """The prompt to be shown and its opacity 0 to 1, or ``None``."""
        if self.step < 0 or self.ended or self._paused_s is not None:
            return None
        in_step_s = self._in_step_s(now_s)
        for prompt in reversed(self.practice.steps[self.step].prompts):
            shown_s = in_step_s - prompt.at_s
            if shown_s < 0.0:
                continue
            leaving_s = FADE_IN_S + STAY_S + FADE_OUT_S - shown_s
            if leaving_s <= 0.0:
                return None
            return prompt.text, min(1.0, shown_s / FADE_IN_S, leaving_s / FADE_OUT_S)
        return None

    def _in_step_s(self, now_s: float) -> float:
        return (now_s if self._paused_s is None else self._paused_s) - self._begun_s

    def _own_pattern(self) -> BreathPattern | None:
        return self.practice.steps[self.step].pattern if self.step >= 0 else None

    def _chosen(self, own: BreathPattern) -> BreathPattern:
        rate = own.breaths_per_min + self._delta_per_min
        return replace(own, breaths_per_min=min(QUICKEST_PER_MIN, max(SLOWEST_PER_MIN, rate)))

    def _next_s(self) -> float:
        """When the step that runs is over; the first one begins with the session."""
        if self.step < 0:
            return 0.0
        seconds = self.practice.steps[self.step].seconds
        return math.inf if seconds is None else self._begun_s + seconds

    def _begin_next(self, at_s: float) -> list[Arrival]:
        if self.step + 1 == len(self.practice.steps):
            return self._end(at_s)
        self.step += 1
        self._begun_s = at_s
        out = self._said(StepStarted(at_s, self.step, self.practice.steps[self.step].kind))
        own = self._own_pattern()
        if own is not None:
            self._release_s = None
            if not self._let_go and self._guide.target != self._chosen(own):
                out += self._said(PaceChanged(at_s, self._chosen(own)))
        elif self._release_s is None and (moment := self._guide.at(at_s)) is not None:
            begun_s, end_s = moment.breath.start_s, moment.breath.end_s
            self._release_s = at_s if at_s - begun_s < AT_TURN_S else end_s
        return out

    def _release(self, at_s: float) -> list[Arrival]:
        if self._release_s is None:
            return []
        self._release_s = None
        return self._said(PaceChanged(at_s, None))

    def _end(self, at_s: float) -> list[Arrival]:
        self.ended, self._release_s = True, None
        return self._said(Ended(at_s))

    def _said(self, arrival: Arrival) -> list[Arrival]:
        self._guide.feed(arrival)
        return [arrival]
