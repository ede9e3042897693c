"""The fold of a long file: the same seconds as live, worked out afterwards and many at once.

What a screen said at a second hung on the beats and verdicts of then. So the few seconds whose
beats are judged again, or whose gaps are told of later, are worked out before that is taken in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge

import numpy as np

from coherence.analysis.batch.live import KEYS, live_waves
from coherence.analysis.marker import Marker, due, value_of
from coherence.analysis.window import Window
from coherence.devices import intervals
from coherence.model import (
    Arrival,
    Ended,
    Event,
    Gap,
    GapWithdrawn,
    JudgedBeat,
    LinkChanged,
    Notification,
    Reading,
    Value,
)
from coherence.sessions.seconds import Second
from coherence.sessions.tracker import LONGEST_DATA_S, LOOK_BACK_S, SessionTracker

AT_ONCE = 1024  # seconds, so that the curve through the beats is never that of a week


def is_plain(arrivals: Iterable[Arrival]) -> bool:
    """Whether there are but intervals of a file: no guide, no strap, nothing else that is sent."""
    return all(
        isinstance(each, LinkChanged | Ended)
        or (isinstance(each, Notification) and each.characteristic == intervals.CHARACTERISTIC)
        for each in arrivals
    )


class AfterwardsTracker(SessionTracker):
    """A tracker of plain arrivals that gives no readings; ``seconds`` has them in the end."""

    def __init__(self, *, trust_all: bool, rows: Sequence[Marker], every_s: int) -> None:
        super().__init__(trust_all=trust_all, rows=rows, every_s=every_s)
        self._later_s: list[float] = []
        self._told: dict[float, dict[str, Value]] = {}

    def seconds(self) -> Iterator[Second]:
        """What the markers of waves said at each second that was due, in order."""
        told = (
            (t_s, {key: value for key, value in said.items() if key in KEYS})
            for t_s, said in sorted(self._told.items(), key=lambda each: each[0])
        )
        return merge(self._waves(), told, key=lambda each: each[0])

    def _waves(self) -> Iterator[Second]:
        """The seconds that nothing later would have changed."""
        for first in range(0, len(self._later_s), AT_ONCE):
            at_s = np.array(self._later_s[first : first + AT_ONCE])
            # The interval that covers a second ends so soon after it: there is always a beat.
            until_s = float(at_s[-1]) + LONGEST_DATA_S
            beats = self.log.series(float(at_s[0]) - LOOK_BACK_S, until_s)
            yield from zip(at_s.tolist(), live_waves(beats, at_s, self._gaps), strict=True)

    def said_at(self, t_s: float) -> Mapping[str, Value]:
        """What all markers said at one of these seconds."""
        return self._told.get(t_s) or self._singly(t_s)

    def _evaluate(self, t_s: float) -> list[Reading]:
        self._later_s.append(t_s)
        self._evaluated_s = t_s
        return []

    def _decide(self, judged: list[JudgedBeat]) -> list[Reading]:
        again = [each.beat.t_s for each in judged if each.index < len(self.log)]
        if again:
            self._tell_from(min(again))
        return super()._decide(judged)

    def _fold(self, events: Iterable[Event], t_s: float) -> list[Reading]:
        for event in events:
            if isinstance(event, Gap):
                self._tell_from(event.t_s)
            elif isinstance(event, GapWithdrawn):
                self._tell_from(event.gap_t_s)
            super()._fold((event,), t_s)
        return []

    def _tell_from(self, from_s: float) -> None:
        """Work out the seconds from then on by what is known now."""
        while self._later_s and self._later_s[-1] >= from_s:
            t_s = self._later_s.pop()
            self._told[t_s] = self._singly(t_s)

    def _singly(self, t_s: float) -> dict[str, Value]:
        window = Window(
            self.log.series(t_s - LOOK_BACK_S, t_s),
            t_s,
            guide=self.guide,
            gaps=self.gaps_between(t_s - LOOK_BACK_S, t_s),
        )
        return {row.key: value_of(window, row) for row in due(self._rows, t_s)}
