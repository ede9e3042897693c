"""What keeps practising gentle: how long a first time is, what opens when. Pure numbers."""

from __future__ import annotations

from collections.abc import Collection

from coherence.practice.practices import Practice

FIRST_MIN = 5  # science 8.3: a first paced practice lasts at most so long
USUAL_MIN = 10


def lengths_min(practice: Practice, *, first: bool) -> tuple[int, ...]:
    """The lengths to choose from, min; none where it has no end. A first time is short."""
    if practice.minutes is None:
        return ()
    every = practice.lengths_min or (practice.minutes,)
    if not first:
        return every
    return tuple(m for m in every if m <= FIRST_MIN) or (FIRST_MIN,)


def usual_min(practice: Practice, *, first: bool) -> int | None:
    """The length that is offered first."""
    every = lengths_min(practice, first=first)
    if not every:
        return None
    wanted = FIRST_MIN if first else practice.minutes or USUAL_MIN
    return min(every, key=lambda m: abs(m - wanted))


def is_open(practice: Practice, soothing: int, opened: Collection[str], *, all_open: bool) -> bool:
    """Whether a practice may be begun, after so many ``soothing`` ones.

    A therapist opens it sooner: by a file that names it, by a file of its own, or by the setting.
    """
    by_therapist = all_open or practice.key in opened or practice.therapist is not None
    return by_therapist or soothing >= practice.opens_after
