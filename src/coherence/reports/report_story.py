"""The sentences of a report: marked moments and measured change, never a guess at feeling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.reports.report_steps import StepRow, Steps
from coherence.reports.report_words import clock_words
from coherence.translation import _, ngettext

Floats = NDArray[np.float64]

ENDS_S = 180.0  # the first and the last three minutes are set side by side
FEWEST_S = 30  # seconds with a value; below it nothing is said of a stretch
CHANGED = 1.5  # of ten: smaller differences come and go by themselves
AFTER_S = 150.0  # so long after a moment it is looked at; the window itself is 64 s
BACK = 0.5
MOMENTS_TOLD = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A step that began, or a moment that somebody marked."""

    t_s: float
    label: str
    step: bool


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Coherence over the whole session, 0 to 10; NaN where there is none."""

    t_s: Floats  # (n,)
    ten: Floats
    in_rhythm: NDArray[np.bool_]  # heart and guide moved together, by the claim
    marks: tuple[Mark, ...]
    end_s: float

    def typical(self, from_s: float, to_s: float) -> float | None:
        """The median of a stretch; ``None`` where too little is known."""
        values = self.between(from_s, to_s)[1]
        return float(np.median(values)) if len(values) >= FEWEST_S else None

    def between(self, from_s: float, to_s: float) -> tuple[Floats, Floats]:
        """The seconds of a stretch that have a value, and the values."""
        known = (self.t_s > from_s) & (self.t_s <= to_s) & np.isfinite(self.ten)
        return self.t_s[known], self.ten[known]


def story_of(flow: Flow, steps: Steps) -> tuple[str, tuple[str, ...]]:
    """(the sentence that leads, those that follow)."""
    details = [_heart_rate(steps.rows[0], steps.rows[-1]), _together(flow), *_moments(flow)]
    return _lead(flow), tuple(said for said in details if said)


def _lead(flow: Flow) -> str:
    t_s, values = flow.between(0.0, flow.end_s)
    if len(values) < FEWEST_S:
        return _("There were too few clear beats in a row to tell how your rhythm went.")
    typical = float(np.median(values))
    alone = _("Your rhythm, as your heart told it: coherence about {n:.0f} of 10.").format(
        n=typical
    )
    if t_s[-1] - t_s[0] < 2 * ENDS_S:
        return alone
    first = flow.typical(t_s[0] - 1.0, t_s[0] + ENDS_S)
    last = flow.typical(t_s[-1] - ENDS_S, t_s[-1])
    if first is None or last is None:
        return alone
    if last - first >= CHANGED:
        said = _(
            "Your rhythm grew more even: coherence {first:.0f} of 10 in the first three minutes, "
            "{last:.0f} in the last three."
        )
    elif first - last >= CHANGED:
        said = _(
            "Your rhythm was more even early on: coherence {first:.0f} of 10 in the first three "
            "minutes, {last:.0f} in the last three."
        )
    else:
        said = _(
            "Your rhythm began and ended much alike: coherence {first:.0f} of 10 in the first "
            "three minutes, {last:.0f} in the last three."
        )
    return said.format(first=first, last=last)


def _heart_rate(first: StepRow, last: StepRow) -> str:
    if first is last:
        return ""
    one, other = first.values["heart_rate_bpm"], last.values["heart_rate_bpm"]
    if one.value is None or other.value is None:
        return ""
    wandering = max(one.uncertainty or 0.0, other.uncertainty or 0.0, 1.0)
    if abs(one.value - other.value) < wandering:
        said = _(
            "Your heart beat {one:.0f} times a minute in “{first}” and {other:.0f} in “{last}”: no "
            "more apart than a heart wanders by itself."
        )
    else:
        said = _(
            "Your heart beat {one:.0f} times a minute in “{first}” and {other:.0f} in “{last}”."
        )
    return said.format(one=one.value, first=first.title, other=other.value, last=last.title)


def _together(flow: Flow) -> str:
    if not flow.in_rhythm.any():
        return ""
    first_s = float(flow.t_s[np.argmax(flow.in_rhythm)])
    return _("At {time} heart and breath guide were first seen to move together.").format(
        time=clock_words(first_s)
    )


def _moments(flow: Flow) -> Iterable[str]:
    moments = [mark for mark in flow.marks if not mark.step]
    for mark in moments[:MOMENTS_TOLD]:
        said = (
            _("At {time} you marked “{name}”.")
            if mark.label
            else _("At {time} you marked a moment.")
        )
        told = said.format(time=clock_words(mark.t_s), name=mark.label)
        yield f"{told} {_after(flow, mark.t_s)}"
    if len(moments) > MOMENTS_TOLD:
        more = len(moments) - MOMENTS_TOLD
        yield ngettext(
            "You marked {n} more; it stands in the picture.",
            "You marked {n} more; they stand in the picture.",
            more,
        ).format(n=more)


def _after(flow: Flow, t_s: float) -> str:
    """What coherence did after a moment; it says nothing of why."""
    before = flow.between(t_s - 10.0, t_s)[1]
    times_s, values = flow.between(t_s, t_s + AFTER_S)
    if not len(before) or len(values) < FEWEST_S:
        return _("Too few clear beats lie around it to say more.")
    there = float(np.median(before))
    lowest, highest = int(np.argmin(values)), int(np.argmax(values))
    falls, rises = there - values[lowest] >= CHANGED, values[highest] - there >= CHANGED
    if falls and (not rises or lowest < highest):
        low = float(values[lowest])
        later_s, later = flow.between(times_s[lowest], flow.end_s)
        back = np.flatnonzero(later >= there - BACK)
        if len(back):
            return _(
                "Coherence came down from {there:.0f} to {low:.0f}, and was back by {time}."
            ).format(there=there, low=low, time=clock_words(float(later_s[back[0]])))
        return _("Coherence came down from {there:.0f} to {low:.0f}.").format(there=there, low=low)
    if rises:
        return _("Coherence went from {there:.0f} to {high:.0f}.").format(
            there=there, high=float(values[highest])
        )
    return _("Coherence stayed near {there:.0f}.").format(there=there)
