"""When the tones and the spoken lines of a practice fall, from what was recorded of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coherence.model import Arrival, Ended, PaceChanged, Paused, Resumed, StepStarted
from coherence.practice.practices import Practice, Prompt
from coherence.sound.score import Cue
from coherence.sound.tones import Tone

BEGIN_AFTER_S = 1.0  # the first tone waits until the sound is there
AGAIN_S = 5.0  # a line broken off so soon after it began is said again when the practice goes on


def line_names(whole: Practice) -> dict[str, str]:
    """The name of each line of a practice (as its file has it): practice, step, number.

    A clip is a file of that name: "soothing_rhythm-1-2" is the second prompt of the first step,
    "soothing_rhythm-2-more-1" the first of those for longer versions, and "…-still" is what is
    said in a prompt's place where the breath is left alone.
    """
    names: dict[str, str] = {}
    for s, step in enumerate(whole.steps, start=1):
        numbered = [(f"{s}-{p}", prompt) for p, prompt in enumerate(step.prompts, start=1)]
        numbered += [(f"{s}-more-{p}", prompt) for p, prompt in enumerate(step.more, start=1)]
        for number, prompt in numbered:
            names.setdefault(prompt.text, f"{whole.key}-{number}")
            if prompt.without_breath is not None:
                names.setdefault(prompt.without_breath, f"{whole.key}-{number}-still")
    return names


@dataclass(frozen=True, slots=True)
class _Line:
    """A prompt that falls at ``t_s``; ``still`` where the breath is left alone then."""

    t_s: float
    prompt: Prompt
    still: bool
    until_s: float = math.inf

    @property
    def text(self) -> str:
        still = self.prompt.without_breath if self.still else None
        return self.prompt.text if still is None else still


class CueSheet:
    """Hears the arrivals of a session and knows what is to be told when. Pure.

    ``practice`` is what is practised, in its length; ``names`` are those of its lines, by text.
    """

    def __init__(
        self, practice: Practice, names: Mapping[str, str], *, without_breath: bool = False
    ) -> None:
        self._practice, self._names = practice, names
        self._still = without_breath
        self._paced = False  # the step that runs has a guide of its own
        self._tones: list[Cue] = []
        self._lines: list[_Line] = []  # both in order of time
        self._withheld: list[_Line] = []  # while paused, as if it had begun at 0
        self._paused_s: float | None = None

    def feed(self, arrival: Arrival) -> None:
        match arrival:
            case StepStarted(t_s, index):
                first = not self._tones
                tone_s = t_s + BEGIN_AFTER_S if first else t_s
                self._tones.append(Cue(tone_s, Tone.BEGIN if first else Tone.STEP))
                self._drop_after(t_s)
                if index < len(self._practice.steps):
                    step = self._practice.steps[index]
                    self._paced = step.pattern is not None
                    self._lines += [_Line(t_s + p.at_s, p, self._still) for p in step.prompts]
            case PaceChanged(t_s, pattern):
                if pattern is not None or self._paced:  # else the guide was not wanted any more
                    self._still = pattern is None
                    self._lines = [
                        replace(each, still=self._still) if each.t_s > t_s else each
                        for each in self._lines
                    ]
            case Paused(t_s):
                self._pause(t_s)
            case Resumed(t_s) if self._paused_s is not None:
                self._lines += [
                    replace(each, t_s=each.t_s + t_s, still=self._still) for each in self._withheld
                ]
                self._withheld, self._paused_s = [], None
            case Ended(t_s):
                self._break_off(t_s)
                self._drop_after(t_s)
                self._tones.append(Cue(t_s, Tone.END))
            case _:
                pass

    def turn_to(self, practice: Practice) -> None:
        """The next step to begin is the first of another practice."""
        self._practice = practice

    def between(self, from_s: float, to_s: float) -> Sequence[Cue]:
        found = [cue for cue in self._tones if from_s <= cue.t_s < to_s]
        for text, t_s, until_s in self.spoken(from_s, to_s):
            if (name := self._names.get(text)) is not None:
                found.append(Cue(t_s, name, until_s))
        return sorted(found, key=lambda cue: cue.t_s)

    def spoken(self, from_s: float, to_s: float) -> list[tuple[str, float, float]]:
        """(text, when, until when at most) of the lines that begin between two times."""
        found, next_s = [], math.inf
        for line in reversed(self._lines):
            if from_s <= line.t_s < to_s:  # never two voices at once
                found.append((line.text, line.t_s, min(line.until_s, next_s)))
            next_s = line.t_s
        return found[::-1]

    def _pause(self, t_s: float) -> None:
        self._paused_s = t_s
        broken = [each for each in self._lines if 0.0 <= t_s - each.t_s < AGAIN_S]
        later = [each for each in self._lines if each.t_s > t_s]
        self._withheld = [replace(each, t_s=0.0) for each in broken]
        self._withheld += [replace(each, t_s=each.t_s - t_s) for each in later]
        self._break_off(t_s)
        self._drop_after(t_s)

    def _break_off(self, t_s: float) -> None:
        self._lines = [replace(each, until_s=min(each.until_s, t_s)) for each in self._lines]

    def _drop_after(self, t_s: float) -> None:
        self._lines = [each for each in self._lines if each.t_s <= t_s]
