"""What is to be heard at each frame: breaths, tones and spoken lines, from what was recorded."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from coherence.model import Arrival, Ended, PaceChanged, Paused, Resumed, StepStarted
from coherence.pacing import Breath, BreathGuide
from coherence.sound.breath import LET_GO_S, Sounded, sounded, turns_s
from coherence.sound.kinds import RATE_HZ, Frames, Kind
from coherence.sound.sea import loops
from coherence.sound.tones import RINGS_S, Tone, struck

HEARD = (StepStarted, PaceChanged, Paused, Resumed, Ended)  # what can change what is heard
COLUMNS = 3  # left, right, and the fifth that may be added to both
LONGEST_BREATH_S = 30.0
KEPT_BREATHS = 4
HUSHED = 0.35  # what is left of the breath's sound under a voice …
HUSHING_S, COMING_BACK_S = 0.5, 1.2  # … which it makes way for so soon, and so slowly after
CUT_OFF_S = 0.25  # a line that is broken off fades in so long


@dataclass(frozen=True, slots=True)
class Cue:
    """A tone or a spoken line (by its name) at ``t_s``; it is broken off at ``until_s``."""

    t_s: float
    what: Tone | str
    until_s: float = math.inf


class Cues(Protocol):
    """What is to be told, as far as it is known; it hears the same arrivals as the guide."""

    def feed(self, arrival: Arrival) -> None: ...
    def between(self, from_s: float, to_s: float) -> Sequence[Cue]: ...  # begin within


class NoCues:
    """Nothing but the breath."""

    def feed(self, arrival: Arrival) -> None:
        pass

    def between(self, from_s: float, to_s: float) -> Sequence[Cue]:
        return ()


Clip = NDArray[np.float32]  # (n, 2), on our grid
Voice = Callable[[str], Clip | None]  # a line's clip by its name; None where there is none
LONGEST_CLIP_S = 60.0


class Score:
    """A pure function of what it was fed: the same frames in whatever blocks they are asked."""

    def __init__(
        self,
        kind: Kind = "waves",
        *,
        cues: Cues | None = None,
        voice: Voice | None = None,
        seed: int = 1,
    ) -> None:
        self.kind, self.voice, self._seed = kind, voice, seed
        self._cues: Cues = NoCues() if cues is None else cues
        self._guide = BreathGuide()
        self._breaths: dict[tuple[Breath, Kind], Sounded] = {}
        self._rung: list[Cue] = []  # what somebody rang for: it stands in no practice

    def ring(self, tone: Tone, t_s: float) -> None:
        """Sound ``tone`` from ``t_s`` on, beside what the cues tell."""
        self._rung = [cue for cue in self._rung if cue.t_s > t_s - LONGEST_BREATH_S - RINGS_S]
        self._rung.append(Cue(t_s, tone))

    def feed(self, arrival: Arrival) -> None:
        self._guide.feed(PaceChanged(arrival.t_s, None) if isinstance(arrival, Ended) else arrival)
        self._cues.feed(arrival)

    @property
    def sounds(self) -> bool:
        """Whether anything is to be heard at all."""
        return self.kind != "none" or self.voice is not None

    def prepare(self) -> None:
        """Make what takes a while beforehand."""
        if self.kind in ("waves", "pad"):
            loops(self._seed)

    def render(self, first: int, n: int) -> Frames:
        """(n, 3): the frames from ``first`` on."""
        out = np.zeros((n, COLUMNS), np.float32)
        begin_s, end_s = first / RATE_HZ, (first + n) / RATE_HZ
        longest_s = LONGEST_BREATH_S + RINGS_S
        for breath in self._guide.breaths(begin_s - longest_s, end_s + LONGEST_BREATH_S):
            if breath.start_s < end_s:
                self._add_breath(out, first, breath)
        said = self._said(begin_s, end_s)
        if said:
            out *= _hush(first, n, said)[:, None]
        if self.kind != "none":
            for cue in (*self._cues.between(begin_s - longest_s, end_s), *self._rung):
                if isinstance(cue.what, Tone):
                    _add_tone(out, first, cue.t_s, cue.what)
        for cue, clip in said:
            _add_clip(out, first, cue, clip)
        return out

    def _add_breath(self, out: Frames, first: int, breath: Breath) -> None:
        begin_s, end_s = first / RATE_HZ, (first + len(out)) / RATE_HZ
        if self.kind == "bowl":
            _, leaves_s, _ = turns_s(breath.pattern)
            _add_tone(out, first, breath.start_s, Tone.IN)
            if leaves_s < breath.end_s - breath.start_s:
                _add_tone(out, first, breath.start_s + leaves_s, Tone.OUT)
        elif self.kind != "none" and breath.end_s + LET_GO_S > begin_s and breath.start_s < end_s:
            made = self._breath(breath, self.kind)
            _add(out, first, made.first, made.frames)

    def _breath(self, breath: Breath, kind: Kind) -> Sounded:
        key = (breath, kind)
        if key not in self._breaths:
            while len(self._breaths) >= KEPT_BREATHS:
                del self._breaths[next(iter(self._breaths))]
            self._breaths[key] = sounded(breath, kind, self._seed)
        return self._breaths[key]

    def _said(self, begin_s: float, end_s: float) -> list[tuple[Cue, Clip]]:
        """The lines that are heard, or that the breath makes way for, between these times."""
        if self.voice is None:
            return []
        found = []
        cues = self._cues.between(begin_s - LONGEST_CLIP_S, end_s + HUSHING_S)
        for cue in cues:
            if isinstance(cue.what, str) and (clip := self.voice(cue.what)) is not None:
                found.append((cue, clip))
        return found


def _first_of(t_s: float) -> int:
    return math.ceil(t_s * RATE_HZ)


def _add(out: Frames, first: int, begins: int, what: NDArray[np.float32]) -> None:
    """Add ``what``, which begins at frame ``begins``, to ``out``, which begins at ``first``."""
    low, high = max(first, begins), min(first + len(out), begins + len(what))
    if low < high:
        out[low - first : high - first, : what.shape[1]] += what[low - begins : high - begins]


def _add_tone(out: Frames, first: int, t_s: float, tone: Tone) -> None:
    begins = _first_of(t_s)
    if begins < first + len(out):
        _add(out, first, begins, struck(tone))


def _add_clip(out: Frames, first: int, cue: Cue, clip: Clip) -> None:
    begins = _first_of(cue.t_s)
    if cue.until_s < math.inf:
        t_s = np.arange(len(clip)) / RATE_HZ
        left = np.clip((cue.until_s + CUT_OFF_S - cue.t_s - t_s) / CUT_OFF_S, 0.0, 1.0)
        clip = clip * (0.5 - 0.5 * np.cos(np.pi * left)).astype(np.float32)[:, None]
    _add(out, first, begins, clip)


def _hush(first: int, n: int, said: Sequence[tuple[Cue, Clip]]) -> NDArray[np.float32]:
    """How loud the breath is beneath the lines that are spoken."""
    t_s = np.arange(first, first + n) / RATE_HZ
    way = np.zeros(n)
    for cue, clip in said:
        end_s = min(cue.t_s + len(clip) / RATE_HZ, cue.until_s)
        coming = np.clip((t_s - cue.t_s + HUSHING_S) / HUSHING_S, 0.0, 1.0)
        going = np.clip((end_s + COMING_BACK_S - t_s) / COMING_BACK_S, 0.0, 1.0)
        way = np.maximum(way, 0.5 - 0.5 * np.cos(np.pi * np.minimum(coming, going)))
    return (1.0 - (1.0 - HUSHED) * way).astype(np.float32)
