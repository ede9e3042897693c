"""A session that is running: what the window and the terminal both drive, by ``advance()``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from coherence.devices.beat_clock import ADRIFT_S
from coherence.devices.heart_rate import CHARACTERISTIC as HEART_RATE
from coherence.devices.sources import Feed
from coherence.model import (
    Arrival,
    ClockMark,
    Ended,
    LinkChanged,
    LinkState,
    Moment,
    Notification,
    Reading,
)
from coherence.practice.conductor import StepConductor
from coherence.practice.guiding import Way
from coherence.practice.practices import Practice
from coherence.sessions.tracker import SessionTracker

CLOCK_MARK_EVERY_S = 60.0
BREATH = "breaths_per_min"  # the marker that the guide may follow
WallClock = Callable[
    [float], tuple[float, int]
]  # session time to (POSIX seconds, offset in minutes)


class Clock(Protocol):
    """Anything that tells session time."""

    def now_s(self) -> float: ...


@dataclass(slots=True)
class ToldClock:
    """A clock that is told the time: for running a recording or a simulation at once."""

    t_s: float = 0.0

    def now_s(self) -> float:
        return self.t_s


class LiveSession:
    """Clock, feed, practice and fold of one running session.

    ``wall`` is ``None`` for a recording, which has its own clock marks. Everything the screen adds
    goes through ``feed.put``, so it is numbered and recorded like a beat. ``advance`` and ``take``
    are called from one thread only.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        feed: Feed,
        tracker: SessionTracker,
        conductor: StepConductor | None,
        wall: WallClock | None,
    ) -> None:
        self._clock, self._feed, self._wall = clock, feed, wall
        self.tracker, self.conductor = tracker, conductor
        self.ended = False
        self.fresh_s: list[float] = []  # when those frames were heard that were taken in last
        self._mark_due_s = 0.0
        self._marked = math.inf  # the wall clock less the session's, at the last mark

    def now_s(self) -> float:
        return self._clock.now_s()

    @property
    def waits(self) -> bool:
        """Whether something has arrived that was not taken in."""
        return self._feed.waits

    def advance(self) -> list[Reading]:
        """Put what is due, take in what has arrived; returns the new readings."""
        now_s = self._clock.now_s()
        if self._wall is not None:
            utc_s, offset_min = self._wall(now_s)
            slept_s = (utc_s - now_s) - self._marked
            if now_s >= self._mark_due_s or slept_s > ADRIFT_S:  # a gap that is told at once
                self._feed.put(ClockMark(now_s, utc_s, offset_min))
                self._mark_due_s = now_s + CLOCK_MARK_EVERY_S
                self._marked = utc_s - now_s
        if self.conductor is not None:
            self._put(self.conductor.due(now_s))
        return self.take()

    def take(self, *, quietly: bool = False) -> list[Reading]:
        """Take in what has arrived; returns the new readings.

        Raises what the source raised, unless ``quietly``: when a session is closing anyway.
        """
        readings: list[Reading] = []
        self.fresh_s.clear()
        for arrival in self._feed.drain(quietly=quietly):
            if isinstance(arrival, Notification) and arrival.characteristic == HEART_RATE:
                self.fresh_s.append(arrival.t_s)
            self.ended |= isinstance(arrival, Ended)
            new = self.tracker.feed(arrival)
            self._hear(new)
            readings += new
            if isinstance(arrival, LinkChanged) and arrival.state is LinkState.LISTENING:
                self._mark_due_s = 0.0  # a reconnect: see whether the machine slept
        return readings

    def _hear(self, readings: Sequence[Reading]) -> None:
        """Tell the conductor of the breath; what is not sure is not known."""
        if self.conductor is None:
            return
        for each in readings:
            if each.marker == BREATH:
                sure = not each.value.low_confidence
                per_min = each.value.value if sure else None
                self.conductor.guiding.hear(self.now_s(), per_min)

    # --- what people do ---

    def pause(self) -> None:
        if self.conductor is not None:
            self._put(self.conductor.pause(self.now_s()))

    def resume(self) -> None:
        if self.conductor is not None:
            self._put(self.conductor.resume(self.now_s()))

    def end(self) -> None:
        """End the session here, whatever the practice still had in mind."""
        if self.conductor is not None:
            self._put(self.conductor.end(self.now_s()))
        else:
            self._feed.put(Ended(self.now_s()))

    def change_pace(self, delta_per_min: float) -> None:
        if self.conductor is not None:
            self._put(self.conductor.change_pace(self.now_s(), delta_per_min))

    def set_pace(self, breaths_per_min: float, inhale_share: float) -> None:
        if self.conductor is not None:
            self._put(self.conductor.set_pace(self.now_s(), breaths_per_min, inhale_share))

    def ask_step(self, index: int) -> None:
        if self.conductor is not None:
            self._put(self.conductor.ask_step(self.now_s(), index))

    def let_pace_go(self) -> None:
        if self.conductor is not None:
            self._put(self.conductor.let_go(self.now_s()))

    def choose_way(self, way: Way) -> None:
        if self.conductor is not None:
            self._put(self.conductor.choose_way(self.now_s(), way))

    def mark_breath(self) -> None:
        if self.conductor is not None:
            self._put(self.conductor.mark_breath(self.now_s()))

    def turn_to(self, practice: Practice) -> None:
        if self.conductor is not None:
            self._put(self.conductor.turn_to(self.now_s(), practice))

    def mark(self, label: str = "") -> None:
        self._feed.put(Moment(self.now_s(), label))

    def _put(self, arrivals: Sequence[Arrival]) -> None:
        for arrival in arrivals:
            self._feed.put(arrival)


def run_at_once(
    session: LiveSession, clock: ToldClock, feed: Feed, arrivals: Iterable[Arrival]
) -> Iterator[list[Reading]]:
    """Run ``arrivals`` through ``session`` as fast as it goes; yields each arrival's readings."""
    for arrival in arrivals:
        clock.t_s = max(clock.t_s, arrival.t_s)
        readings = session.advance()
        feed.put(arrival)
        yield readings + session.take()
