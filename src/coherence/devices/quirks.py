"""Quirks of straps: what each is called, what it makes false, and finding them in the stream.

Nothing is ever corrected in silence: a quirk is told in one sentence, the raw frames stay as they
came, and numbers that it would make false are withheld.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.quirk_clock import MINUTE_S, WINDOW_S, Milliseconds, ShortExtras, TooMany
from coherence.devices.quirk_signs import (
    SHORTEST_TICKS,
    Calculated,
    ContactUnknown,
    Filler,
    NoIntervals,
    Sign,
)
from coherence.devices.straps import recognise
from coherence.model import LinkChanged, LinkState, Quirk, QuirkKind
from coherence.translation import _, later


class Withheld(Enum):
    """Which numbers a quirk would make false."""

    NOTHING = "nothing"
    VARIABILITY = "variability"  # all but the heart rate
    ALL = "all"


@dataclass(frozen=True, slots=True)
class QuirkRow:
    """One quirk as people hear of it. ``aside``: only where details are shown.

    It was there ``before_s`` already when it is told: always, unless it comes and goes.
    """

    kind: QuirkKind
    english: str
    withheld: Withheld
    aside: bool = False
    before_s: float = math.inf

    @property
    def sentence(self) -> str:
        """It in the language in use."""
        return _(self.english)


# The first that was found of these is the one that is told.
QUIRKS: tuple[QuirkRow, ...] = (
    QuirkRow(
        QuirkKind.NO_INTERVALS,
        later(
            "This sensor tells the heart rate but not each beat. Just the breath today; a "
            "chest strap would show your rhythm"
        ),
        Withheld.NOTHING,  # there is nothing
    ),
    QuirkRow(
        QuirkKind.CALCULATED,
        later(
            "This sensor works out its beats from the heart rate, so they hold no rhythm "
            "of yours. Only the heart rate is shown"
        ),
        Withheld.VARIABILITY,
    ),
    QuirkRow(
        QuirkKind.MILLISECONDS,
        later(
            "This strap counts in milliseconds, not in the 1/1024 s of the standard. "
            "Numbers would be 2 % off, so they rest"
        ),
        Withheld.ALL,
    ),
    QuirkRow(
        QuirkKind.FILLER,
        later(
            "This strap fills in one and the same interval now and then. Numbers would not "
            "be yours, so they rest"
        ),
        Withheld.ALL,
    ),
    QuirkRow(
        QuirkKind.TOO_MANY,
        later(
            "This strap tells more beats than the time has room for. Until that is over, "
            "numbers rest"
        ),
        Withheld.ALL,
        before_s=MINUTE_S + WINDOW_S,
    ),
    QuirkRow(
        QuirkKind.SMOOTHED,
        later(
            "This sensor smooths its beats, which hides their rhythm. Only the heart rate is shown"
        ),
        Withheld.VARIABILITY,
    ),
    QuirkRow(
        QuirkKind.INACCURATE,
        later(
            "Beats from this kind of sensor are known not to be fit for variability. Only "
            "the heart rate is shown"
        ),
        Withheld.VARIABILITY,
    ),
    QuirkRow(
        QuirkKind.SHORT_EXTRAS,
        later(
            "This strap adds very short intervals that no heart makes. They are kept in "
            "the record and left out of the beats"
        ),
        Withheld.NOTHING,  # with these left out, the numbers hold
    ),
    QuirkRow(
        QuirkKind.CONTACT_UNKNOWN,
        later("This strap does not say whether it touches the skin"),
        Withheld.NOTHING,
        aside=True,
    ),
)
ROWS = {row.kind: row for row in QUIRKS}
BY_NAME = frozenset({QuirkKind.SMOOTHED, QuirkKind.INACCURATE})  # no stream gives these away


class QuirkFinder:
    """Feed it what one strap says, in order; it tells each quirk once it is sure."""

    def __init__(self) -> None:
        self._found: set[QuirkKind] = set()
        self._at_rest = False
        self._signs: tuple[Sign, ...] = (
            NoIntervals(),
            ContactUnknown(),
            Calculated(),
            Milliseconds(),
            ShortExtras(),
            TooMany(),
            Filler(),
        )

    def feed(self, t_s: float, said: HeartRateMeasurement) -> list[Quirk]:
        """What a frame that arrived at ``t_s`` gives away."""
        ticks = self.of_a_heart(said.rr_ticks)
        told: list[Quirk] = []
        for sign in self._signs:
            told += self._told(t_s, sign.kind, sign.feed(t_s, said, ticks))
        return told

    def link(self, change: LinkChanged) -> list[Quirk]:
        """A link begins or ends; while connecting its reason is the strap's name."""
        for sign in self._signs:
            sign.begin_anew()
        model = recognise(change.reason) if change.state is LinkState.CONNECTING else None
        if model is None or self._at_rest:
            return []
        known = [kind for kind in QuirkKind if kind in BY_NAME & model.quirks]
        return [quirk for kind in known for quirk in self._told(change.t_s, kind, True)]

    def beats_from_elsewhere(self, t_s: float) -> list[Quirk]:
        """The beats no longer come of what is fed: its quirks spoil no number any more."""
        self._at_rest = True
        of_beats = [kind for kind in QuirkKind if kind is not QuirkKind.CONTACT_UNKNOWN]
        return [quirk for kind in of_beats for quirk in self._told(t_s, kind, False)]

    def of_a_heart(self, ticks: tuple[int, ...]) -> tuple[int, ...]:
        """Intervals without the strap's own short extras, once these are known for what they are.

        0 says "no interval" and stays.
        """
        if QuirkKind.SHORT_EXTRAS not in self._found:
            return ticks
        return tuple(t for t in ticks if t == 0 or t >= SHORTEST_TICKS)

    def _told(self, t_s: float, kind: QuirkKind, found: bool | None) -> list[Quirk]:
        if found is None or found == (kind in self._found):
            return []
        (self._found.add if found else self._found.discard)(kind)
        return [Quirk(t_s, kind, found)]
