"""Session plans of the room: steps that a therapist lays out, kept as a file.

A plan is told in steps of five kinds: baseline and recovery with one's own breath, a prompt that
somebody meets, a practice, and free time. A step without ``seconds`` goes on by hand.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from coherence.model import BreathPattern
from coherence.pacing import QUICKEST_PER_MIN, SLOWEST_PER_MIN
from coherence.practice.library import practices
from coherence.practice.practices import PROMPT_EVERY_S, Practice, Prompt, Step, scaled
from coherence.practice.schema import BOM, LONGEST_PROMPT, LONGEST_STEP_S, PracticeError
from coherence.translation import SOURCE, _, number, spoken

BASELINE, PROMPT, PRACTICE, RECOVERY, FREE = "baseline", "prompt", "practice", "recovery", "free"
PLAN_KINDS = (BASELINE, PROMPT, PRACTICE, RECOVERY, FREE)
PLANS = "plans"  # a folder beside the practices
FIRST_LINE_S = 4.0
MOST_STEPS, MOST_LINES, LONGEST_TITLE = 20, 12, 40
SHARES = (0.25, 0.6)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """``seconds`` is ``None`` where it goes on by hand; ``other_lines`` are another wording.

    Only a practice is paced, and it need not be. ``of`` names a practice of the library that is
    gone through in its place, in ``seconds`` where there are any.
    """

    kind: str
    title: str
    seconds: float | None = None
    breaths_per_min: float | None = None
    inhale_share: float = 0.40
    lines: tuple[str, ...] = ()
    other_lines: tuple[str, ...] = ()
    of: str | None = None


Get = Callable[[str], Practice | None]  # a practice by its key


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What a session in the room is to hold. ``wordings`` names the two ways of its lines."""

    key: str
    title: str
    why: str
    steps: tuple[PlanStep, ...]
    wordings: tuple[str, ...] = ()

    def practice(self, wording: int = 0, get: Get | None = None) -> Practice:
        """The plan as a practice that a conductor can go through.

        ``get`` finds the practices that steps name; by default those that come with coherence.
        Raises ``PracticeError`` where one is not there.
        """
        found = get or _shipped_practice
        steps = tuple(made for each in self.steps for made in _steps(each, wording, found))
        subtitle = self.wordings[wording] if self.wordings else ""
        return Practice(
            self.key, self.title, subtitle, self.why, "", "therapist", steps, family="own"
        )


def _shipped_practice(key: str) -> Practice | None:
    return next((each for each in practices() if each.key == key), None)


def _steps(plan: PlanStep, wording: int, get: Get) -> tuple[Step, ...]:
    """The step itself, or those of the practice that it names."""
    if plan.of is None:
        return (_step(plan, wording),)
    whole = get(plan.of)
    if whole is None or whole.assesses:
        raise PracticeError(
            f"The step {plan.title!r} names a practice that is not there ({plan.of}): name another."
        )
    return (whole if plan.seconds is None else scaled(whole, plan.seconds / 60.0)).steps


def _step(plan: PlanStep, wording: int) -> Step:
    lines = plan.other_lines if wording and plan.other_lines else plan.lines
    room_s = math.inf if plan.seconds is None else plan.seconds
    every_s = PROMPT_EVERY_S
    if lines and room_s < math.inf:  # spread over the step, never closer than they may be
        every_s = max(every_s, (room_s - FIRST_LINE_S) / len(lines))
    at_s = [FIRST_LINE_S + n * every_s for n in range(len(lines))]
    prompts = tuple(
        Prompt(t_s, text) for t_s, text in zip(at_s, lines, strict=True) if t_s < room_s
    )
    pattern = None
    if plan.kind == PRACTICE and plan.breaths_per_min is not None:
        pattern = BreathPattern(plan.breaths_per_min, plan.inhale_share)
    return Step(plan.kind, plan.title, plan.seconds, pattern, prompts)


# --- files ----------------------------------------------------------------------------------------


def parse_plan(text: str, name: str) -> SessionPlan:
    """Read a plan file strictly. Raises ``PracticeError`` with what to mend.

    >>> parse_plan('key = "k"', "k.toml")
    Traceback (most recent call last):
    coherence.practice.schema.PracticeError: k.toml: "title" is missing. Add it.
    """
    try:
        said = tomllib.loads(text.removeprefix(BOM))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PracticeError(
            _("{name} is not valid TOML: {error}. Mend that line.").format(name=name, error=error)
        ) from error
    rows = said.pop("step", None)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        rows = []
    about = {key: _text(said, key, name) for key in ("key", "title", "why")}
    wordings = _lines(said, "wordings", name)
    _nothing_else(said, name)
    if not rows or len(rows) > MOST_STEPS:
        raise PracticeError(
            _("{name}: a plan has 1 to {most} steps. Mend that.").format(name=name, most=MOST_STEPS)
        )
    if len(wordings) not in (0, 2):
        raise PracticeError(
            _('{name}: "wordings" names two ways of saying it, or none. Mend that.').format(
                name=name
            )
        )
    steps = tuple(
        _read(row, _("{name}, step {n}").format(name=name, n=n))
        for n, row in enumerate(rows, start=1)
    )
    return SessionPlan(about["key"], about["title"], about["why"], steps, wordings)


def _read(row: dict[str, object], name: str) -> PlanStep:
    kind = row.pop("kind", None)
    if kind not in PLAN_KINDS:
        raise PracticeError(
            _('{name}: "kind" is one of {kinds}. Mend that.').format(
                name=name, kinds=", ".join(PLAN_KINDS)
            )
        )
    title = _text(row, "title", name)
    if len(title) > LONGEST_TITLE:
        raise PracticeError(
            _("{name}: a title has at most {most} letters. Shorten it.").format(
                name=name, most=LONGEST_TITLE
            )
        )
    seconds = _number(row, "seconds", name, 10.0, LONGEST_STEP_S)
    rate = _number(row, "breaths_per_min", name, SLOWEST_PER_MIN, QUICKEST_PER_MIN)
    share = _number(row, "inhale_share", name, *SHARES)
    if rate is not None and kind != PRACTICE:
        raise PracticeError(
            _("{name}: only a practice is paced. Leave the breath out of it.").format(name=name)
        )
    lines, other = _lines(row, "lines", name), _lines(row, "other_lines", name)
    of = _text(row, "practice", name) if "practice" in row else None
    if of is not None and (kind != PRACTICE or rate is not None or lines or other):
        raise PracticeError(
            f"{name}: a step that names a practice is one, and brings no breath and no lines of "
            "its own. Leave them out."
        )
    _nothing_else(row, name)
    return PlanStep(str(kind), title, seconds, rate, share or 0.40, lines, other, of)


def _text(row: dict[str, object], key: str, name: str) -> str:
    if key not in row:
        raise PracticeError(_('{name}: "{key}" is missing. Add it.').format(name=name, key=key))
    value = row.pop(key)
    if not isinstance(value, str) or not value.strip():
        raise PracticeError(
            _('{name}: "{key}" is to be some words. Mend that.').format(name=name, key=key)
        )
    return value.strip()


def _number(row: dict[str, object], key: str, name: str, least: float, most: float) -> float | None:
    value = row.pop(key, None)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise PracticeError(
            _('{name}: "{key}" is from {least} to {most}. Mend that.').format(
                name=name, key=key, least=number(least), most=number(most)
            )
        )
    return float(value)


def _lines(row: dict[str, object], key: str, name: str) -> tuple[str, ...]:
    value = row.pop(key, [])
    if not isinstance(value, list) or len(value) > MOST_LINES:
        raise PracticeError(
            _('{name}: "{key}" is a list of at most {most} lines. Mend that.').format(
                name=name, key=key, most=MOST_LINES
            )
        )
    for line in value:
        if not isinstance(line, str) or not 0 < len(line.strip()) <= LONGEST_PROMPT:
            raise PracticeError(
                _('{name}: each of "{key}" has 1 to {most} letters. Mend {line!r}.').format(
                    name=name, key=key, most=LONGEST_PROMPT, line=line
                )
            )
    return tuple(line.strip() for line in value)


def _nothing_else(row: dict[str, object], name: str) -> None:
    if row:
        raise PracticeError(
            _('{name}: nothing is known of "{key}". Leave it out.').format(
                name=name, key=next(iter(row))
            )
        )


def plan_text(plan: SessionPlan) -> str:
    """The plan as its file says it; ``parse_plan`` reads it back."""
    rows = [f"{key} = {_said(getattr(plan, key))}" for key in ("key", "title", "why")]
    if plan.wordings:
        rows.append(f"wordings = {_said(list(plan.wordings))}")
    for step in plan.steps:
        rows += ["", "[[step]]", f"kind = {_said(step.kind)}", f"title = {_said(step.title)}"]
        if step.of is not None:
            rows.append(f"practice = {_said(step.of)}")
        if step.seconds is not None:
            rows.append(f"seconds = {step.seconds:g}")
        if step.breaths_per_min is not None:
            rows.append(f"breaths_per_min = {step.breaths_per_min:g}")
            rows.append(f"inhale_share = {step.inhale_share:g}")
        for key in ("lines", "other_lines"):
            if lines := getattr(step, key):
                inside = "".join(f"\n  {_said(line)}," for line in lines)
                rows.append(f"{key} = [{inside}\n]")
    return "\n".join(rows) + "\n"


def _said(value: object) -> str:
    """A text, or a list of them, as TOML; what JSON writes is that, but for one letter."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def shipped_plans(language: str | None = None) -> tuple[SessionPlan, ...]:
    """The plans that come with coherence, in the language that is spoken or asked for."""
    return _shipped_plans(language or spoken())


@cache
def _shipped_plans(language: str) -> tuple[SessionPlan, ...]:
    content = resources.files("coherence.practice") / "content"
    files: dict[str, Traversable] = {}  # by name: a language takes the place of English
    for each in dict.fromkeys((SOURCE, language)):
        if each.isalpha() and (content / each / PLANS).is_dir():
            files |= {f.name: f for f in (content / each / PLANS).iterdir()}
    return tuple(
        parse_plan(file.read_text(encoding="utf-8"), name)
        for name, file in sorted(files.items())
        if name.endswith(".toml")
    )


def plans(
    own: Path | None = None, get: Get | None = None
) -> tuple[tuple[SessionPlan, ...], tuple[str, ...]]:
    """(all plans, what cannot be used in a sentence each); one's own take the place of ours.

    ``get`` finds the practices that their steps may name.
    """
    by_key = {plan.key: plan for plan in shipped_plans()}
    troubles: list[str] = []
    for file in _files(own):
        try:
            plan = parse_plan(file.read_text(encoding="utf-8"), file.name)
            plan.practice(0, get)
        except PracticeError as error:
            said = str(error)
            troubles.append(said if said.startswith(file.name) else f"{file.name}: {said}")
        except (OSError, UnicodeDecodeError):
            troubles.append(f"{file.name} cannot be read: look at its rights, save it as UTF-8.")
        else:
            by_key[plan.key] = plan
    return tuple(by_key.values()), tuple(troubles)


def _files(folder: Path | None) -> Iterable[Path]:
    try:
        return sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else []
    except OSError:
        return []


def free_key(plan: SessionPlan, taken: Iterable[str]) -> SessionPlan:
    """The plan under a key of its own, so that one of ours is not written over unasked.

    >>> free_key(SessionPlan("k", "K", "", ()), ["k", "k_2"]).key
    'k_3'
    """
    there, n = set(taken), 2
    if plan.key not in there:
        return plan
    while f"{plan.key}_{n}" in there:
        n += 1
    return replace(plan, key=f"{plan.key}_{n}")
