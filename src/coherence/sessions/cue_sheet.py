"""When the tones and the spoken lines of a practice fall, from what was recorded of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from coherence.model import Arrival, Ended, Paused, Resumed, StepStarted
from coherence.practice.practices import Practice
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


class CueSheet:
    """Hears the arrivals of a session and knows what is to be told when. Pure.

    ``practice`` is what is practised, in its length; ``names`` are those of its lines.
    """

    def __init__(self, practice: Practice, names: Mapping[str, str]) -> None:
        self._practice, self._names = practice, names
        self._cues: list[Cue] = []  # in order of time
        self._withheld: list[Cue] = []  # while paused, as if it had begun at 0
        self._paused_s: float | None = None

    def feed(self, arrival: Arrival) -> None:
        match arrival:
            case StepStarted(t_s, index):
                self._drop_after(t_s)
                first = not self._cues
                tone_s = t_s + BEGIN_AFTER_S if first else t_s
                self._cues.append(Cue(tone_s, Tone.BEGIN if first else Tone.STEP))
                if index < len(self._practice.steps):
                    self._plan(t_s, index)
            case Paused(t_s):
                self._pause(t_s)
            case Resumed(t_s) if self._paused_s is not None:
                self._cues += [replace(cue, t_s=cue.t_s + t_s) for cue in self._withheld]
                self._withheld, self._paused_s = [], None
            case Ended(t_s):
                self._break_off(t_s)
                self._drop_after(t_s)
                self._cues.append(Cue(t_s, Tone.END))
            case _:
                pass

    def between(self, from_s: float, to_s: float) -> Sequence[Cue]:
        found, next_line_s = [], math.inf
        for cue in reversed(self._cues):
            if isinstance(cue.what, str):  # never two voices at once
                cue, next_line_s = replace(cue, until_s=min(cue.until_s, next_line_s)), cue.t_s
            if from_s <= cue.t_s < to_s:
                found.append(cue)
        return found[::-1]

    def _plan(self, begun_s: float, index: int) -> None:
        for prompt in self._practice.steps[index].prompts:
            if (name := self._names.get(prompt.text)) is not None:
                self._cues.append(Cue(begun_s + prompt.at_s, name))

    def _pause(self, t_s: float) -> None:
        self._paused_s = t_s
        broken = [cue for cue in self._lines() if 0.0 <= t_s - cue.t_s < AGAIN_S]
        later = [cue for cue in self._cues if cue.t_s > t_s]
        self._break_off(t_s)
        self._drop_after(t_s)
        self._withheld = [replace(cue, t_s=0.0) for cue in broken]
        self._withheld += [replace(cue, t_s=cue.t_s - t_s) for cue in later]

    def _lines(self) -> list[Cue]:
        return [cue for cue in self._cues if isinstance(cue.what, str)]

    def _break_off(self, t_s: float) -> None:
        for i, cue in enumerate(self._cues):
            if isinstance(cue.what, str):
                self._cues[i] = replace(cue, until_s=min(cue.until_s, t_s))

    def _drop_after(self, t_s: float) -> None:
        self._cues = [cue for cue in self._cues if cue.t_s <= t_s]
