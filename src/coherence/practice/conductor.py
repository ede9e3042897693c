"""The conductor: says which step of a practice begins when. Pure: it is told the time."""

from __future__ import annotations

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
from coherence.pacing import QUICKEST_PER_MIN, SLOWEST_PER_MIN
from coherence.practice.practices import Practice

FADE_IN_S, STAY_S, FADE_OUT_S = 0.8, 12.0, 1.2


class StepConductor:
    """Goes through a practice's steps; pausing stops their time. Every answer is put on record."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.step = -1  # the index of the step that runs
        self.ended = False
        self._begun_s = 0.0  # where the step's time has its zero, pauses taken out
        self._paused_s: float | None = None
        self._delta_per_min = 0.0  # what the person chose; it stays for later steps
        self._let_go = False

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
            if self.step < 0:
                next_s = 0.0
            else:
                seconds = self.practice.steps[self.step].seconds
                next_s = self._begun_s + seconds if seconds is not None else now_s + 1.0
            if now_s < next_s:
                break
            out += self._begin_next(next_s)
        return out

    def next_step(self, now_s: float) -> list[Arrival]:
        """Go on to the next step by hand."""
        if self.ended or self._paused_s is not None:
            return []
        return self._begin_next(now_s)

    def pause(self, now_s: float) -> list[Arrival]:
        if self.ended or self._paused_s is not None:
            return []
        self._paused_s = now_s
        return [Paused(now_s)]

    def resume(self, now_s: float) -> list[Arrival]:
        if self.ended or self._paused_s is None:
            return []
        self._begun_s += now_s - self._paused_s
        self._paused_s = None
        return [Resumed(now_s)]

    def end(self, now_s: float) -> list[Arrival]:
        if self.ended:
            return []
        self.ended = True
        return [Ended(now_s)]

    def change_pace(self, now_s: float, delta_per_min: float) -> list[Arrival]:
        """A little quicker or slower, within bounds; it stays so for the steps to come."""
        own = self._own_pattern()
        if own is None or self.ended:
            return []
        if self._let_go:  # asking for a pace brings the guide back
            self._let_go = False
            return [PaceChanged(now_s, self._chosen(own))]
        before = self._chosen(own)
        self._delta_per_min += delta_per_min
        after = self._chosen(own)
        self._delta_per_min = round(after.breaths_per_min - own.breaths_per_min, 6)
        return [] if after == before else [PaceChanged(now_s, after)]

    def let_go(self, now_s: float) -> list[Arrival]:
        """Let the pacing go for the rest of the practice, or until a pace is asked for."""
        if self._own_pattern() is None or self._let_go or self.ended:
            return []
        self._let_go = True
        return [PaceChanged(now_s, None)]

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

    def _begin_next(self, at_s: float) -> list[Arrival]:
        before = self._own_pattern()
        if self.step + 1 == len(self.practice.steps):
            return self.end(at_s)
        self.step += 1
        self._begun_s = at_s
        out: list[Arrival] = [StepStarted(at_s, self.step, self.practice.steps[self.step].kind)]
        own = self._own_pattern()
        if own is not None and not self._let_go:
            out.append(PaceChanged(at_s, self._chosen(own)))
        elif own is None and before is not None:
            out.append(PaceChanged(at_s, None))
        return out
