"""The fold of a long file: the same seconds as live, worked out afterwards and many at once.

What a screen said at a second hung on the beats and verdicts of then. So the few seconds whose
beats are judged again, or whose gaps are told of later, are worked out before that is taken in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from coherence.analysis.batch.live import KEYS, live_waves
from coherence.analysis.marker import Marker, value_of
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
from coherence.sessions.tracker import LOOK_BACK_S, SessionTracker

Second = tuple[float, Mapping[str, Value]]


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

    def seconds(self) -> list[Second]:
        """What the markers of waves said at each second that was due, in order."""
        series, at_s = self.log.series(), np.array(self._later_s)
        found = live_waves(series, at_s, self._gaps) if self._later_s else []
        told: list[Second] = [
            (t_s, {key: value for key, value in said.items() if key in KEYS})
            for t_s, said in self._told.items()
        ]
        return sorted((*zip(self._later_s, found, strict=True), *told), key=lambda each: each[0])

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
        return {row.key: value_of(window, row) for row in self._rows if row.is_due(t_s)}
