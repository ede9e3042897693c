"""What keeps practising gentle: how long a first time is, what opens when. Pure numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from coherence.model import Practised
from coherence.practice.practices import Practice

FIRST_MIN = 5  # science 8.3: a first paced practice lasts at most so long
USUAL_MIN = 10
TRIED_S, COUNTS_FROM_S = 60.0, 180.0
CHECK_IN_AFTER_S = 120.0  # of pacing; what a strap cannot see is asked (science 8.3)
CHECK_IN_OPEN_S = 30.0  # unanswered, the question leaves again


def lengths_min(practice: Practice, *, first: bool) -> tuple[int, ...]:
    """The lengths to choose from, min; none where it has no end. A first time is short."""
    if practice.minutes is None:
        return ()
    every = practice.lengths_min or (practice.minutes,)
    if not first or practice.assesses:
        return every
    return tuple(m for m in every if m <= FIRST_MIN) or (FIRST_MIN,)


def usual_min(practice: Practice, *, first: bool) -> int | None:
    """The length that is offered first."""
    every = lengths_min(practice, first=first)
    if not every:
        return None
    wanted = FIRST_MIN if first else practice.minutes or USUAL_MIN
    return min(every, key=lambda m: abs(m - wanted))


def has_been_paced(history: Iterable[Practised]) -> bool:
    """Whether a paced practice has been tried before; until then it lasts five minutes at most."""
    return any(each.paced_s >= TRIED_S for each in history)


def soothing_count(history: Iterable[Practised], practices: Iterable[Practice]) -> int:
    """How many soothing practices there have been: whole ones, and those that lasted a while."""
    soothing = {each.key for each in practices if each.family == "soothing"}
    return sum(
        each.practice in soothing and (each.whole or each.seconds >= COUNTS_FROM_S)
        for each in history
    )


def is_open(practice: Practice, soothing: int, opened: Collection[str], *, all_open: bool) -> bool:
    """Whether a practice may be begun, after so many ``soothing`` ones.

    A therapist opens it sooner: by a file that names it, by a file of its own, or by the setting.
    """
    by_therapist = all_open or practice.key in opened or practice.therapist is not None
    return by_therapist or soothing >= practice.opens_after


class CheckIns:
    """When a person is asked how the breath is for them: once, after two minutes of pacing."""

    def __init__(self) -> None:
        self._asked_s: float | None = None

    def due(self, paced_s: float, now_s: float) -> bool:
        """Whether to ask now; it is asked once."""
        if self._asked_s is not None or paced_s < CHECK_IN_AFTER_S:
            return False
        self._asked_s = now_s
        return True

    def left_open(self, now_s: float) -> bool:
        """Whether the question has stood there for long enough."""
        return self._asked_s is not None and now_s - self._asked_s > CHECK_IN_OPEN_S
