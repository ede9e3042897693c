"""Practices: what a person is invited to do, and the same in another length or at another pace."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from coherence.model import BreathPattern

KINDS = ("arrive", "soothe", "compassion", "return", "free")
FIXED = ("arrive", "return")  # steps that keep their length when a practice is scaled
COLOURS = ("breath", "heart", "therapist", "ok")
FAMILIES = ("soothing", "compassion", "sitting", "grounding", "presence", "assessment", "own")
LONGEST_PACED_S = 20 * 60.0  # at a stretch; science 8.3
PROMPT_EVERY_S = 30.0
PROMPT_S = 14.0  # for so long a prompt is on the screen
LEAST_MOVING_S = 60.0  # between arriving and returning
_LATER_S = 20.0  # a prompt may wait so long for the one before it


@dataclass(frozen=True, slots=True)
class Prompt:
    """One line, shown ``at_s`` into its step; ``keep`` holds on to it where time is short."""

    at_s: float
    text: str
    without_breath: str | None = None  # said in its place where the breath is left alone
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of a practice; ``seconds`` is ``None`` where it lasts until it is ended.

    With ``follow_from_per_min`` the guide begins at the person's own breath, as far as it is known
    and else there, and ``pattern`` is where it may settle. ``more`` are lines for longer versions.
    With ``own_pace`` the pattern takes on the pace that a person has found to be their own. In an
    assessment the pace is ``held``: nobody changes it on the way. A step that ``slides`` goes
    through the paces of ``protocols.sliding``, from one breath to the next.
    """

    kind: str
    title: str
    seconds: float | None
    pattern: BreathPattern | None
    prompts: tuple[Prompt, ...]
    follow_from_per_min: float | None = None
    more: tuple[Prompt, ...] = ()
    own_pace: bool = False
    held: bool = False
    slides: bool = False


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
    lengths_min: tuple[int, ...] = ()  # the lengths to choose from; none: only as it is written
    family: str = "own"
    opens_after: int = 0  # so many soothing practices come first
    therapist: str | None = None  # who stands for a file of one's own

    @property
    def seconds(self) -> float | None:
        """The whole length, where it has one."""
        lengths = [step.seconds for step in self.steps]
        return None if None in lengths else sum(s for s in lengths if s is not None)

    @property
    def minutes(self) -> int | None:
        """The length as it is written, to the next minute."""
        return None if self.seconds is None else max(1, round(self.seconds / 60.0))

    @property
    def paced(self) -> bool:
        """Whether a breath guide runs in it."""
        return any(step.pattern is not None for step in self.steps)

    @property
    def assesses(self) -> bool:
        """Whether it looks for the person's own pace: then it is done as it is written."""
        return any(step.held for step in self.steps)


def at_pace(whole: Practice, pattern: BreathPattern | None) -> Practice:
    """The same practice with a pattern of the person's choice, in the steps that take one on."""
    if pattern is None:
        return whole
    steps = (replace(s, pattern=pattern) if s.own_pace and s.pattern else s for s in whole.steps)
    return replace(whole, steps=tuple(steps))


def at_own_pace(whole: Practice, per_min: float | None) -> Practice:
    """The same practice at the pace that the person has found, in the steps that ask for it."""
    if per_min is None:
        return whole

    def paced(step: Step) -> Step:
        if step.pattern is None or not step.own_pace:
            return step
        return replace(step, pattern=replace(step.pattern, breaths_per_min=per_min))

    return replace(whole, steps=tuple(paced(step) for step in whole.steps))


def scaled(whole: Practice, minutes: float) -> Practice:
    """The same practice in ``minutes``: arriving and returning keep their length.

    What lies between has at least a minute, and is paced for at most ``LONGEST_PACED_S``. Prompts
    keep their order and their distance; where there is little room those to ``keep`` come first,
    and where there is more than in the file ``more`` of them are said.
    """
    moving_s = sum(s.seconds or 0.0 for s in whole.steps if s.kind not in FIXED)
    if moving_s == 0.0 or whole.seconds is None or whole.assesses:
        return whole
    wanted_s = max(LEAST_MOVING_S, minutes * 60.0 - (whole.seconds - moving_s))
    paced_s = sum(s.seconds or 0.0 for s in whole.steps if s.pattern is not None)
    factor = min(wanted_s / moving_s, LONGEST_PACED_S / paced_s if paced_s else math.inf)
    factors = [1.0 if step.kind in FIXED else factor for step in whole.steps]
    said = _prompts(whole.steps, factors)
    steps = [
        replace(step, seconds=(step.seconds or 0.0) * each, prompts=tuple(prompts), more=())
        for step, each, prompts in zip(whole.steps, factors, said, strict=True)
    ]
    return replace(whole, steps=tuple(steps))


@dataclass(slots=True)
class _Said:
    """A prompt that has found its place in the whole practice."""

    step: int
    rank: int
    t_s: float  # from the start of the practice
    prompt: Prompt


def _prompts(steps: Sequence[Step], factors: Sequence[float]) -> list[list[Prompt]]:
    """The prompts of each step when it lasts ``factors`` times as long."""
    wanted: list[tuple[_Said, float, float]] = []  # with where its step begins and ends
    begun_s = 0.0
    for number, (step, factor) in enumerate(zip(steps, factors, strict=True)):
        end_s = begun_s + (step.seconds or 0.0) * factor
        lines = [(0 if p.keep or step.kind in FIXED else 1, p) for p in step.prompts]
        lines += [(2, p) for p in step.more if factor > 1.0]
        for rank, prompt in lines:
            t_s = begun_s + prompt.at_s * factor
            wanted.append((_Said(number, rank, t_s, prompt), begun_s, end_s))
        begun_s = end_s
    wanted.sort(key=lambda each: each[0].t_s)  # as they follow one another …
    order = {id(each): place for place, (each, _, _) in enumerate(wanted)}
    placed: list[_Said] = []
    for each, _, end_s in sorted(wanted, key=lambda w: w[0].rank):  # … the dearest first
        place = order[id(each)]
        before = max((p.t_s for p in placed if order[id(p)] < place), default=-math.inf)
        after = min((p.t_s for p in placed if order[id(p)] > place), default=math.inf)
        t_s = max(each.t_s, before + PROMPT_EVERY_S)
        if t_s - each.t_s <= _LATER_S and t_s + PROMPT_S <= end_s and t_s + PROMPT_EVERY_S <= after:
            each.t_s = t_s
            placed.append(each)
    begins = {each.step: begin_s for each, begin_s, _ in wanted}
    out: list[list[Prompt]] = [[] for _ in steps]
    for each in sorted(placed, key=lambda p: p.t_s):
        out[each.step].append(replace(each.prompt, at_s=each.t_s - begins[each.step]))
    return out
