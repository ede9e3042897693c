"""Seeded hearts with artefacts put in at known places, and the score of verdicts on them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np


class Kind(Enum):
    """What was put in; the values tell how many intervals it touches."""

    PVC = ("pvc", 2)
    PAC = ("pac", 1)
    MISSED = ("missed", 1)
    EXTRA = ("extra", 2)
    MISALIGNED = ("misaligned", 2)

    @property
    def intervals(self) -> int:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Heart:
    """A heart without artefacts: means and swings in ms, frequencies in Hz."""

    mean_ms: float
    rsa_ms: float  # amplitude
    breath_hz: float
    mayer_ms: float = 0.0
    noise_ms: float = 0.0
    becomes: "Heart | None" = None  # halfway


REST = Heart(900, 30, 0.25, mayer_ms=15, noise_ms=14)  # RMSSD about 35 ms
PACED = Heart(900, 120, 0.1, noise_ms=12)
HEARTS = {
    "rest": REST,
    "low HRV": Heart(900, 4, 0.25, mayer_ms=3, noise_ms=2),  # RMSSD about 5 ms
    "paced": PACED,
    "rest to paced": Heart(900, 30, 0.25, mayer_ms=15, noise_ms=14, becomes=PACED),
    "athlete rest": Heart(1150, 150, 0.25, noise_ms=15),
    "athlete paced": Heart(1100, 250, 0.09, noise_ms=15),
    "fast breath": Heart(850, 60, 0.35, noise_ms=12),
}
MAIN = ("rest", "low HRV", "paced", "rest to paced")

STRAP_TICK_MS = 1000.0 / 1024.0


def clean_rr_ms(heart: Heart, n: int, rng: np.random.Generator) -> np.ndarray:
    """``n`` intervals of a healthy heart, in whole ticks of a strap."""
    breath, mayer = rng.uniform(0, 2 * np.pi, 2)
    t_s, rr_ms = 0.0, np.empty(n)
    for i in range(n):
        now = heart.becomes if heart.becomes is not None and i >= n // 2 else heart
        rr_ms[i] = (
            now.mean_ms
            + now.rsa_ms * np.sin(2 * np.pi * now.breath_hz * t_s + breath)
            + now.mayer_ms * np.sin(2 * np.pi * 0.1 * t_s + mayer)
            + now.noise_ms * rng.standard_normal()
        )
        t_s += rr_ms[i] / 1000.0
    return np.round(rr_ms / STRAP_TICK_MS) * STRAP_TICK_MS


@dataclass(frozen=True, slots=True)
class Injected:
    """Intervals, and where in them what was put in: the first of the intervals it touches."""

    rr_ms: np.ndarray
    events: tuple[tuple[Kind, int], ...]


def inject(
    clean_ms: np.ndarray,
    rng: np.random.Generator,
    kinds: Sequence[Kind] = tuple(Kind),
    each_per_500: int = 2,
    apart: int = 12,
) -> Injected:
    """Put artefacts into clean intervals, at least ``apart`` beats from each other and the ends."""
    count = each_per_500 * len(clean_ms) // 500
    todo = [kind for kind in kinds for _ in range(count)]
    rng.shuffle(todo)  # type: ignore[arg-type]
    free = len(clean_ms) - 2 * apart - (apart + 2) * len(todo)
    places = np.sort(rng.integers(0, free, len(todo))) + apart
    places += (apart + 2) * np.arange(len(todo))

    out: list[float] = []
    events: list[tuple[Kind, int]] = []
    done = 0
    for kind, place in zip(todo, places.tolist(), strict=True):
        out += clean_ms[done:place].tolist()
        a, b = float(clean_ms[place]), float(clean_ms[place + 1])
        events.append((kind, len(out)))
        match kind:
            case Kind.PVC:
                early = a * rng.uniform(0.25, 0.40)
                out += [a - early, b + early]
            case Kind.PAC:
                out += [a * (1 - rng.uniform(0.20, 0.35)), b]
            case Kind.MISSED:
                out += [a + b]
            case Kind.EXTRA:
                split = a * rng.uniform(0.25, 0.75)
                out += [split, a - split, b]
            case Kind.MISALIGNED:
                shift = a * rng.uniform(0.08, 0.20) * rng.choice((-1, 1))
                out += [a + shift, b - shift]
        done = place + 2
    out += clean_ms[done:].tolist()
    return Injected(np.array(out), tuple(events))


@dataclass(slots=True)
class Score:
    """Found, found whole, and false alarms, summed over recordings."""

    events: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    false_alarms: int = 0
    clean: int = 0

    def add(self, flagged: np.ndarray, events: Sequence[tuple[str, int, int]]) -> None:
        """Count one recording: ``events`` are (name, first interval, how many intervals)."""
        near = np.zeros(len(flagged), dtype=bool)
        for name, first, n in events:
            hit = flagged[first : first + n]
            self.events[name] += 1
            self.found[name] += bool(hit.any())
            self.whole[name] += bool(hit.all())
            near[max(0, first - 1) : first + n + 1] = True
        self.false_alarms += int(np.count_nonzero(flagged & ~near))
        self.clean += int(np.count_nonzero(~near))

    def sensitivity(self, name: str) -> float:
        return self.found[name] / self.events[name]

    def whole_share(self, name: str) -> float:
        return self.whole[name] / self.events[name]

    @property
    def false_per_1000(self) -> float:
        return 1000.0 * self.false_alarms / self.clean


Flagger = Callable[[np.ndarray], np.ndarray]


def score_heart(
    heart: Heart, seeds: Sequence[int], flags: Flagger, kinds: Sequence[Kind] = tuple(Kind)
) -> Score:
    """Score a rule on simulated hearts of 500 beats, one a seed."""
    score = Score()
    for seed in seeds:
        rng = np.random.default_rng(seed)
        injected = inject(clean_rr_ms(heart, 500, rng), rng, kinds)
        events = [(kind.value[0], first, kind.intervals) for kind, first in injected.events]
        score.add(flags(injected.rr_ms), events)
    return score


def labelled_events(which: Sequence[int], beats: int, name: str) -> list[tuple[str, int, int]]:
    """Events of labelled beats: the interval that ends at each, and the one that follows."""
    events = []
    for beat in which:
        first, last = max(0, beat - 1), min(beat, beats - 2)
        events.append((name, first, last - first + 1))
    return events
