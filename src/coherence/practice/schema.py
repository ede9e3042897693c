"""What a practice file may say: read strictly, and what makes no sense is told with its line."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from coherence.model import BreathPattern
from coherence.pacing import (
    FOLLOWED_PER_MIN,
    LONGEST_PAUSE_S,
    MOST_PAUSED,
    QUICKEST_PER_MIN,
    SLOWEST_PER_MIN,
)
from coherence.practice.lines import line_of, lines_of
from coherence.practice.practices import (
    COLOURS,
    FAMILIES,
    KINDS,
    LONGEST_PACED_S,
    PROMPT_EVERY_S,
    PROMPT_S,
    Practice,
    Prompt,
    Step,
)
from coherence.translation import _, number

LONGEST_PAUSE_BY_THERAPIST_S = 10.0
LONGEST_STEP_S = 4 * 3600.0
LONGEST_PROMPT = 90  # characters: one line at any size
LONGEST_MIN = 240
BOM = "\ufeff"  # some editors put it before all they save
LAST_PLACE = 100  # in the menu: files of one's own come after ours

T = TypeVar("T")


class PracticeError(Exception):
    """A practice file that cannot be used: says which file, where in it, and what to mend."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: a practice and its place in the menu, or only what it opens, or both."""

    place: int
    practice: Practice | None
    opens: tuple[str, ...] = ()  # keys of practices that a therapist opens at once


def parse(text: str, name: str, *, own: bool = False) -> Content:
    """What the content file called ``name`` says; ``own`` for a file that people added themselves.

    A file of one's own that names its ``therapist`` may have longer pauses and open practices.
    Raises ``PracticeError`` with the line.
    """
    text = text.removeprefix(BOM)
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said_so = _("{name} is not valid TOML: {error}. Mend that line.")
        raise PracticeError(said_so.format(name=name, error=error)) from error
    table = _Table(said, name, "", lines_of(text))
    therapist = table.maybe("therapist", str) if own else None
    opens: tuple[str, ...] = ()
    if therapist is not None:
        opens = tuple(table.each("opens", str))
        if opens and "key" not in said and "step" not in said:  # a pack and nothing else
            table.nothing_else()
            return Content(LAST_PLACE, None, opens)
    place = table.maybe("place", int) if own else table.take("place", int)
    made = _practice(table, therapist)
    table.nothing_else()
    return Content(LAST_PLACE if place is None else place, made, opens)


def _practice(table: _Table, therapist: str | None) -> Practice:
    steps = tuple(
        _step(table.inner(each, f"step {n}"), therapist)
        for n, each in enumerate(table.take("step", list), start=1)
    )
    if not steps:
        raise table.wrong("step", _("needs at least one [[step]]"))
    if any(step.seconds is None for step in steps[:-1]):
        raise table.wrong("step", _("needs seconds: only the last one may be without an end"))
    if sum(step.seconds or math.inf for step in steps if step.pattern) > LONGEST_PACED_S:
        too_long = _("has more than {n} minutes of paced breath")
        raise table.wrong("step", too_long.format(n=number(LONGEST_PACED_S / 60)))
    _check_distances(table, steps)
    whole_min = _("whole minutes from 1 to {most}").format(most=LONGEST_MIN)
    lengths = table.each("lengths", int, lambda v: 1 <= v <= LONGEST_MIN, whole_min)
    if lengths != sorted(set(lengths)):
        raise table.wrong("lengths", _("has to go from the shortest to the longest"))
    return Practice(
        key=table.take("key", str),
        title=table.take("title", str),
        subtitle=table.take("subtitle", str),
        why=table.take("why", str),
        without_breath=table.take("without_breath", str),
        colour=table.take("colour", str, lambda v: v in COLOURS, _one_of(COLOURS)),
        steps=steps,
        lengths_min=tuple(lengths),
        family=table.maybe("family", str, lambda v: v in FAMILIES, _one_of(FAMILIES)) or "own",
        opens_after=table.maybe("opens_after", int, lambda v: 0 <= v <= 20, _from_to(0, 20)) or 0,
        therapist=therapist,
    )


def _check_distances(table: _Table, steps: Sequence[Step]) -> None:
    """Prompts keep their distance from one step to the next as well."""
    begun_s, last_s = 0.0, -math.inf
    for n, step in enumerate(steps, start=1):
        for m, prompt in enumerate(step.prompts, start=1):
            at_s = begun_s + prompt.at_s
            if at_s - last_s < PROMPT_EVERY_S:
                raise table.wrong(
                    f"step {n}.prompt {m}.at",
                    _("comes within half a minute of the prompt before it"),
                )
            last_s = at_s
        begun_s += step.seconds or 0.0


def _step(table: _Table, therapist: str | None) -> Step:
    kind = table.take("kind", str, lambda v: v in KINDS, _one_of(KINDS))
    length = _("more than 0 and at most {most}").format(most=number(LONGEST_STEP_S))
    seconds = table.maybe("seconds", float, lambda v: 0 < v <= LONGEST_STEP_S, length)
    breath = _Breath(None)
    if (said := table.maybe("breath", dict)) is not None:
        breath = _breath(table.inner(said, "breath"), therapist)
    prompts: list[Prompt] = []
    for n, each in enumerate(table.maybe("prompt", list) or [], start=1):
        earliest_s = prompts[-1].at_s + PROMPT_EVERY_S if prompts else 0.0
        prompts.append(_prompt(table.inner(each, f"prompt {n}"), earliest_s, seconds))
    more = [
        _prompt(table.inner(each, f"more {n}"), 0.0, seconds)
        for n, each in enumerate(table.maybe("more", list) or [], start=1)
    ]
    made = Step(
        kind, table.take("title", str), seconds, breath.pattern, tuple(prompts),
        breath.follow_from, tuple(more), breath.own_pace, breath.held, breath.slides,
    )  # fmt: skip
    table.nothing_else()
    return made


def _prompt(line: _Table, earliest_s: float, seconds: float | None) -> Prompt:
    latest_s = (seconds or LONGEST_STEP_S) - PROMPT_S
    at_s = line.take("at", float)
    if not earliest_s <= at_s <= latest_s:
        rule = _(
            "has to be at least {earliest} (half a minute apart) and at most {latest} (time to "
            "read it)"
        )
        raise line.wrong("at", rule.format(earliest=number(earliest_s), latest=number(latest_s)))

    def short(v: str) -> bool:
        return len(v) <= LONGEST_PROMPT and "\n" not in v

    rule = _("a line of at most {most} characters").format(most=LONGEST_PROMPT)
    text = line.take("text", str, short, rule)
    still = line.maybe("without_breath", str, short, rule)
    keep = line.maybe("keep", bool) or False
    line.nothing_else()
    return Prompt(at_s, text, still, keep)


class _Breath(NamedTuple):
    """What a file says of a step's breath."""

    pattern: BreathPattern | None
    follow_from: float | None = None  # where following begins when the own breath is not known
    own_pace: bool = False
    held: bool = False
    slides: bool = False


def _breath(table: _Table, therapist: str | None) -> _Breath:
    longest_s = LONGEST_PAUSE_S
    rule = _("from 0 to {most} seconds; longer ones only in a file that names its therapist")
    if therapist is not None:
        longest_s, rule = LONGEST_PAUSE_BY_THERAPIST_S, _("from 0 to {most} seconds")
    rule = rule.format(most=number(longest_s))

    def pause(key: str) -> float:
        return table.maybe(key, float, lambda v: 0.0 <= v <= longest_s, rule) or 0.0

    made = BreathPattern(
        table.take("per_minute", float, _between(SLOWEST_PER_MIN, QUICKEST_PER_MIN),
                   _from_to(SLOWEST_PER_MIN, QUICKEST_PER_MIN)),
        table.maybe("inhale_share", float, _between(0.2, 0.7), _from_to(0.2, 0.7)) or 0.40,
        pause("pause_full"),
        pause("pause_empty"),
    )  # fmt: skip
    if made.pause_full_s + made.pause_empty_s > MOST_PAUSED * made.period_s:
        raise table.wrong("per_minute", _("leaves less than half of each breath to move in"))
    slowest, quickest = FOLLOWED_PER_MIN
    follow_from = table.maybe(
        "follow_from", float, _between(slowest, quickest), _from_to(slowest, quickest)
    )
    own_pace = table.maybe("own_pace", bool) or False
    slides = table.maybe("slides", bool) or False
    held = table.maybe("held", bool) or slides
    if held and (own_pace or follow_from is not None):
        raise table.wrong("held", _("leaves no room for own_pace and follow_from"))
    table.nothing_else()
    return _Breath(made, follow_from, own_pace, held, slides)


def _one_of(words: Iterable[str]) -> str:
    return _("one of {words}").format(words=", ".join(words))


def _from_to(least: float, most: float) -> str:
    return _("from {least} to {most}").format(least=number(least), most=number(most))


def _between(least: float, most: float) -> Callable[[float], bool]:
    return lambda v: least <= v <= most


class _Table:
    """A TOML table that is taken apart key by key, so that nothing unknown stays unseen."""

    def __init__(self, said: object, name: str, path: str, lines: dict[str, int]) -> None:
        self.name, self.path, self._lines = name, path, lines
        if not isinstance(said, Mapping):
            raise self.wrong("", _("has to be a table"))
        self._left: dict[str, Any] = dict(said)

    def inner(self, said: object, where: str) -> _Table:
        return _Table(said, self.name, f"{self.path}{where}.", self._lines)

    def wrong(self, key: str, what: str) -> PracticeError:
        path = f"{self.path}{key}".rstrip(".")
        line = line_of(path, self._lines)
        said = _("{name}, line {line}: {path} {what}. Mend it and try again.")
        return PracticeError(said.format(name=self.name, line=line, path=path, what=what))

    def take(
        self, key: str, kind: type[T], ok: Callable[[T], bool] | None = None, rule: str = ""
    ) -> T:
        if key not in self._left:
            raise self.wrong(key, _("is missing"))
        return self._checked(key, self._left.pop(key), kind, ok, rule)

    def maybe(
        self, key: str, kind: type[T], ok: Callable[[T], bool] | None = None, rule: str = ""
    ) -> T | None:
        return self.take(key, kind, ok, rule) if key in self._left else None

    def each(
        self, key: str, kind: type[T], ok: Callable[[T], bool] | None = None, rule: str = ""
    ) -> list[T]:
        """The entries of a list; none where there is no such key."""
        if key not in self._left:
            return []
        found = self._left.pop(key)
        if not isinstance(found, list) or not found:
            raise self.wrong(key, _("has to be a list in [ ]"))
        return [self._checked(key, value, kind, ok, rule) for value in found]

    def _checked(
        self, key: str, value: Any, kind: type[T], ok: Callable[[T], bool] | None, rule: str
    ) -> T:
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value) if abs(value) < 1e9 else math.inf
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            names: dict[type, str] = {
                str: _("text"), float: _("a number"), int: _("a whole number"),
                list: _("one or more [[{key}]] tables").format(key=key), dict: _("a table"),
                bool: _("true or false"),
            }  # fmt: skip
            raise self.wrong(key, _("has to be {rule}").format(rule=names[kind]))
        if isinstance(value, str) and not value.strip():
            raise self.wrong(key, _("is empty"))
        if ok is not None and not ok(value):
            raise self.wrong(key, _("has to be {rule}").format(rule=rule))
        return value

    def nothing_else(self) -> None:
        for key in self._left:
            raise self.wrong(key, _("has no meaning here"))
