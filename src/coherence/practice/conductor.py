"""The conductor: says which step of a practice begins when. Pure: it is told the time."""

from __future__ import annotations

import math

from coherence.model import Arrival, Ended, Moment, StepStarted
from coherence.practice.guiding import Guiding, Way
from coherence.practice.practices import Practice

FADE_IN_S, STAY_S, FADE_OUT_S = 0.8, 12.0, 1.2


class StepConductor:
    """Goes through a practice's steps; pausing stops their time. Every answer is put on record.

    What people do is answered with whatever was due by then, and after it their own arrival.
    ``hearing`` says whether anything measures the breath; on the way ``without_breath`` no guide
    runs and the lines are those that leave the breath alone.
    """

    def __init__(
        self, practice: Practice, *, hearing: bool = True, without_breath: bool = False
    ) -> None:
        self.practice = practice
        self.step = -1  # the index of the step that runs
        self.ended = False
        self.whole = False  # it came to its end by itself
        self.guiding = Guiding(hearing=hearing, without_breath=without_breath)
        self._begun_s = 0.0  # where the step's time has its zero, pauses taken out
        self._before_s = 0.0  # how long the steps before it have lasted
        self._paused_s: float | None = None
        self._asked: tuple[float, int] | None = None  # when to go to which step, by hand

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
            next_s, guide_s = self._next_s(), self.guiding.next_s()
            if guide_s <= min(now_s, next_s):
                out += self.guiding.due(guide_s)
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

    def ask_step(self, now_s: float, index: int) -> list[Arrival]:
        """Go to the step ``index`` where this breath ends; at once where no guide runs."""
        out = self.due(now_s)
        if self.ended or not 0 <= index < len(self.practice.steps):
            return out
        self._asked = (self.guiding.turn_s(now_s), index)
        return out + self.due(now_s)

    @property
    def asked_step(self) -> int | None:
        """The step that somebody asked for and that has not begun yet."""
        return None if self._asked is None else self._asked[1]

    def turn_to(self, now_s: float, practice: Practice) -> list[Arrival]:
        """Leave this practice for another one, in the same session; the guide goes at its turn."""
        out = self.due(now_s) + self.resume(now_s)
        if self.ended:
            return out
        self.practice, self.step, self._before_s, self._asked = practice, -1, 0.0, None
        self.guiding.forget_choice()
        return [*out, Moment(now_s, practice.title), *self._begin_next(now_s)]

    def pause(self, now_s: float) -> list[Arrival]:
        out = self.due(now_s)
        if not self.ended and self._paused_s is None:
            out += self.guiding.pause(now_s)
            self._paused_s = now_s
        return out

    def resume(self, now_s: float) -> list[Arrival]:
        if self.ended or self._paused_s is None:
            return []
        self._begun_s += now_s - self._paused_s
        self._paused_s = None
        if self._asked is not None:
            self._asked = (now_s, self._asked[1])
        return self.guiding.resume(now_s)

    def end(self, now_s: float) -> list[Arrival]:
        out = self.due(now_s)
        return out if self.ended else out + self._end(now_s)

    # --- the guide ---

    def set_pace(self, now_s: float, breaths_per_min: float, inhale_share: float) -> list[Arrival]:
        """Another pace from the next turn on; it stays so for the steps to come."""
        out = self.due(now_s)
        if self.ended:
            return out
        return out + self.guiding.set_pace(now_s, breaths_per_min, inhale_share)

    def change_pace(self, now_s: float, delta_per_min: float) -> list[Arrival]:
        """A little quicker or slower, within bounds; it stays so for the steps to come."""
        out = self.due(now_s)
        return out if self.ended else out + self.guiding.change_pace(now_s, delta_per_min)

    def let_go(self, now_s: float) -> list[Arrival]:
        """Let the pacing go for the rest of the practice, or until a pace is asked for."""
        out = self.due(now_s)
        return out if self.ended else out + self.guiding.let_pace_go(now_s)

    def choose_way(self, now_s: float, way: Way) -> list[Arrival]:
        """Lead the guide as written, following, or mirroring the person's marks."""
        out = self.due(now_s)
        return out if self.ended else out + self.guiding.choose_way(now_s, way)

    def mark_breath(self, now_s: float) -> list[Arrival]:
        """The person says that an in-breath of theirs begins now."""
        out = self.due(now_s)
        if self.ended or self._paused_s is not None:
            return out
        return out + self.guiding.mark_breath(now_s)

    # --- what is shown ---

    def practised_s(self, now_s: float) -> float:
        """How long this practice has lasted, pauses left out."""
        running = self.step >= 0 and not self.ended
        return self._before_s + (self._in_step_s(now_s) if running else 0.0)

    def seconds_left(self, now_s: float) -> float | None:
        """Time left in the whole practice; ``None`` where it has no end of its own."""
        seconds = [step.seconds for step in self.practice.steps[max(0, self.step) :]]
        if None in seconds:
            return None
        left = sum(s for s in seconds if s is not None) - self._in_step_s(now_s)
        return 0.0 if self.ended else max(0.0, left)

    def step_share(self, now_s: float) -> float | None:
        """How much of the step that runs is over; ``None`` where it has no end of its own."""
        seconds = self.practice.steps[max(0, self.step)].seconds
        if seconds is None:
            return None
        return 1.0 if self.ended else min(1.0, max(0.0, self._in_step_s(now_s) / seconds))

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
            text = prompt.text
            if self.guiding.let_go and prompt.without_breath is not None:
                text = prompt.without_breath
            return text, min(1.0, shown_s / FADE_IN_S, leaving_s / FADE_OUT_S)
        return None

    # --- within ---

    def _in_step_s(self, now_s: float) -> float:
        return (now_s if self._paused_s is None else self._paused_s) - self._begun_s

    def _next_s(self) -> float:
        """When the step that runs is over; the first one begins with the session."""
        if self.step < 0:
            return 0.0
        seconds = self.practice.steps[self.step].seconds
        over_s = math.inf if seconds is None else self._begun_s + seconds
        return over_s if self._asked is None else min(over_s, self._asked[0])

    def _begin_next(self, at_s: float) -> list[Arrival]:
        following = self.step + 1
        if self._asked is not None:
            (_, following), self._asked = self._asked, None
        if following == len(self.practice.steps):
            self.whole = True
            return self._end(at_s)
        if self.step >= 0:
            self._before_s += self._in_step_s(at_s)
        self.step = following
        self._begun_s = at_s
        step = self.practice.steps[self.step]
        begun = StepStarted(at_s, self.step, step.kind)
        return [*self.guiding.said(begun), *self.guiding.begin_step(at_s, step)]

    def _end(self, at_s: float) -> list[Arrival]:
        self._before_s, self.ended = self.practised_s(at_s), True
        return self.guiding.said(Ended(at_s))
