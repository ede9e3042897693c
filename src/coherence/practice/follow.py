"""Follow me: the guide comes to where the person's breath is and invites it slower. Pure.

The guide begins at the measured breath, waits while the breath does not come along, and goes back
to it when it is clearly quicker. What is not known is waited for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from coherence.model import BreathPattern
from coherence.pacing import FOLLOWED_PER_MIN

EVERY_S = 20.0  # between two decisions
SLOWER_ABOVE_PER_MIN2, SLOWER_BELOW_PER_MIN2 = 1.5, 0.5  # an invitation, a minute each minute …
EASY_PER_MIN = 9.0  # … above and below this pace
WITH_PER_MIN = 0.5  # a breath at most so much quicker is with the guide
NEAR_PER_MIN = 0.75  # nor does it go on when it is so far ahead of what was last heard
ABOVE_PER_MIN = 1.0  # a breath more than so much quicker is gone back to
HEARD_OVER_S = 64.0  # a measured breath is a mean over so long
USUAL_BREATH_PER_MIN = 12.0  # where the guide begins when nothing is known


class Stance(Enum):
    """What the guide does just now, for the words beside it."""

    LISTENING = "listening"  # the breath is not known: nothing changes
    INVITING = "inviting"
    WAITING = "waiting"
    MEETING = "meeting"  # on its way back to a quicker breath
    SETTLED = "settled"  # as slow as it was meant to become


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the guide goes from here."""

    per_min: float
    stance: Stance


def met(breath_per_min: float | None, otherwise_per_min: float) -> float:
    """Where the guide begins: at the person's breath, as far as a guide goes.

    >>> met(15.0, 12.0), met(None, 12.0), met(27.0, 12.0)
    (15.0, 12.0, 20.0)
    """
    wanted = otherwise_per_min if breath_per_min is None else breath_per_min
    slowest, quickest = FOLLOWED_PER_MIN
    return min(quickest, max(slowest, wanted))


def slower(per_min: float, seconds: float, settle_per_min: float, *, share: float = 1.0) -> float:
    """The slowest invitation ``seconds`` later, no slower than ``settle_per_min``.

    >>> slower(12.0, 60.0, 6.0), slower(8.0, 60.0, 6.0), slower(9.75, 60.0, 6.0)
    (10.5, 7.5, 8.75)
    """
    left_min = share * seconds / 60.0
    if per_min > EASY_PER_MIN:
        above_min = min(left_min, (per_min - EASY_PER_MIN) / SLOWER_ABOVE_PER_MIN2)
        per_min -= SLOWER_ABOVE_PER_MIN2 * above_min
        left_min -= above_min
    if left_min > 0.0 and per_min <= EASY_PER_MIN:
        per_min -= SLOWER_BELOW_PER_MIN2 * left_min
    return max(per_min, settle_per_min)


def decide(
    guide_per_min: float,
    beside_per_min: float,
    breath_per_min: float | None,
    settle_per_min: float,
    seconds: float = EVERY_S,
) -> Decision:
    """What comes after ``seconds`` at ``guide_per_min``.

    ``breath_per_min`` was heard over a while and is held against ``beside_per_min``, the mean of
    the guide over that same while; ``None`` where it is not known well enough.
    """
    floor = max(settle_per_min, FOLLOWED_PER_MIN[0])
    if breath_per_min is None:
        return Decision(guide_per_min, Stance.LISTENING)
    above = breath_per_min - beside_per_min
    if above > ABOVE_PER_MIN and met(breath_per_min, 0.0) > guide_per_min:
        return Decision(met(breath_per_min, 0.0), Stance.MEETING)
    if above > WITH_PER_MIN or breath_per_min - guide_per_min > NEAR_PER_MIN:
        return Decision(guide_per_min, Stance.WAITING)
    if guide_per_min <= floor:
        return Decision(guide_per_min, Stance.SETTLED)
    return Decision(slower(guide_per_min, seconds, floor), Stance.INVITING)


def at_rate(pattern: BreathPattern, per_min: float) -> BreathPattern:
    """``pattern`` at another pace; its pauses grow no longer and shrink with the breath."""
    shrunk = min(1.0, pattern.breaths_per_min / per_min)
    return replace(
        pattern,
        breaths_per_min=per_min,
        pause_full_s=pattern.pause_full_s * shrunk,
        pause_empty_s=pattern.pause_empty_s * shrunk,
    )
