"""Practices: what a person is invited to do, read from content files that are checked strictly."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from coherence.model import BreathPattern
from coherence.pacing import QUICKEST_PER_MIN, SLOWEST_PER_MIN

KINDS = ("arrive", "soothe", "compassion", "return", "free")
LONGEST_PAUSE_S = 2.0  # science 8.3: longer ones only in a file that a therapist adds
LONGEST_PACED_S = 20 * 60.0  # at a stretch; science 8.3
LONGEST_STEP_S = 4 * 3600.0
PROMPT_EVERY_S = 30.0
PROMPT_S = 14.0  # for so long a prompt is on the screen
LONGEST_PROMPT = 90  # characters: one line at any size
FIXED = ("arrive", "return")  # steps that keep their length when a practice is scaled
COLOURS = ("breath", "heart", "therapist", "ok")

T = TypeVar("T")


class PracticeError(Exception):
    """A practice file that cannot be used: says which file, where in it, and what to mend."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One line, shown ``at_s`` into its step."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of a practice; ``seconds`` is ``None`` where it lasts until it is ended."""

    kind: str
    title: str
    seconds: float | None
    pattern: BreathPattern | None
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class Practice:
    """What a person is invited to do, why, and the way to do it without the breath."""

    key: str
    title: str
    subtitle: str
    why: str
    without_breath: str
    colour: str
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float | None:
        """The whole length, where it has one."""
        lengths = [step.seconds for step in self.steps]
        return None if None in lengths else sum(s for s in lengths if s is not None)


@cache
def practices(language: str = "en") -> tuple[Practice, ...]:
    """All practices of a language, in the order of the menu; English where it has none."""
    content = resources.files("coherence.practice") / "content"
    folder = content / language
    if not language.isalpha() or not folder.is_dir():
        folder = content / "en"
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    read = [parse(file.read_text(encoding="utf-8"), file.name) for file in files]
    return tuple(practice for _, practice in sorted(read, key=lambda pair: (pair[0], pair[1].key)))


def practice(key: str, language: str = "en") -> Practice:
    """The practice of that key. Raises ``PracticeError``."""
    for each in practices(language):
        if each.key == key:
            return each
    raise PracticeError(f"There is no practice called {key!r}: choose another one.")


def scaled(whole: Practice, minutes: float) -> Practice:
    """The same practice in ``minutes``: arriving and returning keep their length.

    What lies between has at least a minute, and is paced for at most ``LONGEST_PACED_S``. Prompts
    keep their order and their distance; where there is no room some are left out.
    """
    moving_s = sum(s.seconds or 0.0 for s in whole.steps if s.kind not in FIXED)
    if moving_s == 0.0 or whole.seconds is None:
        return whole
    wanted_s = max(60.0, minutes * 60.0 - (whole.seconds - moving_s))
    paced_s = sum(s.seconds or 0.0 for s in whole.steps if s.pattern is not None)
    factor = min(wanted_s / moving_s, LONGEST_PACED_S / paced_s if paced_s else math.inf)
    steps: list[Step] = []
    since_s = PROMPT_EVERY_S  # from the last prompt to the start of the step
    for step in whole.steps:
        steps.append(_stretched(step, 1.0 if step.kind in FIXED else factor, since_s))
        lengths_s, prompts = steps[-1].seconds or 0.0, steps[-1].prompts
        since_s = lengths_s - prompts[-1].at_s if prompts else since_s + lengths_s
    return replace(whole, steps=tuple(steps))


def _stretched(step: Step, factor: float, since_s: float) -> Step:
    assert step.seconds is not None
    seconds = step.seconds * factor
    kept: list[Prompt] = []
    for prompt in step.prompts:
        at_s = prompt.at_s * factor
        if not kept:  # the first one waits; those after it are left out where they come too close
            at_s = max(at_s, PROMPT_EVERY_S - since_s)
        elif at_s - kept[-1].at_s < PROMPT_EVERY_S:
            continue
        if at_s + PROMPT_S <= seconds:
            kept.append(Prompt(at_s, prompt.text))
    return replace(step, seconds=seconds, prompts=tuple(kept))


# --- reading a file ---


def parse(text: str, name: str) -> tuple[int, Practice]:
    """(place in the menu, practice) from the text of a content file called ``name``.

    Raises ``PracticeError`` with the line (what is not TOML) or the key (what has no meaning).
    """
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PracticeError(f"{name} is not valid TOML: {error}. Mend that line.") from error
    table = _Table(said, name, "")
    steps = tuple(
        _step(_Table(each, name, f"step {n}."))
        for n, each in enumerate(table.take("step", list), start=1)
    )
    if not steps:
        raise table.wrong("step", "needs at least one [[step]]")
    if any(step.seconds is None for step in steps[:-1]):
        raise table.wrong("step", "needs seconds: only the last one may be without an end")
    if sum(step.seconds or math.inf for step in steps if step.pattern) > LONGEST_PACED_S:
        raise table.wrong("step", f"has more than {LONGEST_PACED_S / 60:g} minutes of paced breath")
    _check_distances(table, steps)
    made = Practice(
        key=table.take("key", str),
        title=table.take("title", str),
        subtitle=table.take("subtitle", str),
        why=table.take("why", str),
        without_breath=table.take("without_breath", str),
        colour=table.take("colour", str, lambda v: v in COLOURS, f"one of {', '.join(COLOURS)}"),
        steps=steps,
    )
    place = table.take("place", int)
    table.nothing_else()
    return place, made


def _check_distances(table: _Table, steps: Sequence[Step]) -> None:
    """Prompts keep their distance from one step to the next as well."""
    begun_s, last_s = 0.0, -math.inf
    for n, step in enumerate(steps, start=1):
        for m, prompt in enumerate(step.prompts, start=1):
            at_s = begun_s + prompt.at_s
            if at_s - last_s < PROMPT_EVERY_S:
                raise table.wrong(
                    f"step {n}.prompt {m}.at", "comes within half a minute of the prompt before it"
                )
            last_s = at_s
        begun_s += step.seconds or 0.0


def _step(table: _Table) -> Step:
    kind = table.take("kind", str, lambda v: v in KINDS, f"one of {', '.join(KINDS)}")
    length = f"more than 0 and at most {LONGEST_STEP_S:g}"
    seconds = table.maybe("seconds", float, lambda v: 0 < v <= LONGEST_STEP_S, length)
    pattern = None
    if (breath := table.maybe("breath", dict)) is not None:
        pattern = _pattern(_Table(breath, table.name, f"{table.path}breath."))
    prompts: list[Prompt] = []
    for n, each in enumerate(table.maybe("prompt", list) or [], start=1):
        line = _Table(each, table.name, f"{table.path}prompt {n}.")
        earliest_s = prompts[-1].at_s + PROMPT_EVERY_S if prompts else 0.0
        latest_s = (seconds or LONGEST_STEP_S) - PROMPT_S
        at_s = line.take("at", float)
        if not earliest_s <= at_s <= latest_s:
            rule = f"at least {earliest_s:g} (half a minute apart)"
            raise line.wrong("at", f"has to be {rule} and at most {latest_s:g} (time to read it)")
        short = f"a line of at most {LONGEST_PROMPT} characters"
        words = line.take("text", str, lambda v: len(v) <= LONGEST_PROMPT and "\n" not in v, short)
        line.nothing_else()
        prompts.append(Prompt(at_s, words))
    made = Step(kind, table.take("title", str), seconds, pattern, tuple(prompts))
    table.nothing_else()
    return made


def _pattern(table: _Table) -> BreathPattern:
    def rate(v: float) -> bool:
        return SLOWEST_PER_MIN <= v <= QUICKEST_PER_MIN

    def pause(v: float) -> bool:
        return 0.0 <= v <= LONGEST_PAUSE_S

    rates = f"from {SLOWEST_PER_MIN:g} to {QUICKEST_PER_MIN:g}"
    made = BreathPattern(
        table.take("per_minute", float, rate, rates),
        table.maybe("inhale_share", float, lambda v: 0.2 <= v <= 0.7, "from 0.2 to 0.7") or 0.40,
        table.maybe("pause_full", float, pause, "from 0 to 2 seconds") or 0.0,
        table.maybe("pause_empty", float, pause, "from 0 to 2 seconds") or 0.0,
    )
    table.nothing_else()
    return made


class _Table:
    """A TOML table that is taken apart key by key, so that nothing unknown stays unseen."""

    def __init__(self, said: object, name: str, path: str) -> None:
        self.name, self.path = name, path
        if not isinstance(said, Mapping):
            raise PracticeError(f"{name}: {path.rstrip('.')} has to be a table. Mend it.")
        self._left: dict[str, Any] = dict(said)

    def wrong(self, key: str, what: str) -> PracticeError:
        return PracticeError(f"{self.name}: {self.path}{key} {what}. Mend it and try again.")

    def take(
        self, key: str, kind: type[T], ok: Callable[[T], bool] | None = None, rule: str = ""
    ) -> T:
        if key not in self._left:
            raise self.wrong(key, "is missing")
        value = self._left.pop(key)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value) if abs(value) < 1e9 else math.inf
        if not isinstance(value, kind) or isinstance(value, bool):
            names: dict[type, str] = {str: "text", float: "a number", int: "a whole number"}
            names |= {list: f"one or more [[{key}]] tables", dict: "a table"}
            raise self.wrong(key, f"has to be {names[kind]}")
        if isinstance(value, str) and not value.strip():
            raise self.wrong(key, "is empty")
        if ok is not None and not ok(value):
            raise self.wrong(key, f"has to be {rule}")
        return value

    def maybe(
        self, key: str, kind: type[T], ok: Callable[[T], bool] | None = None, rule: str = ""
    ) -> T | None:
        return self.take(key, kind, ok, rule) if key in self._left else None

    def nothing_else(self) -> None:
        for key in self._left:
            raise self.wrong(key, "has no meaning here")
