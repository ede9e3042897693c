"""When samples were taken: a strap's own stamps laid on the session clock.

A frame says on the strap's clock when its last sample was taken. That gives the rate (an H10 that
names 130 Hz was seen at 130.17) and what was lost. Where the strap's clock stands on ours only
arrivals tell: none comes before its last sample was taken, so the lower edge of their delays
counts, and its slope is how far both clocks drift apart.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

LEARNING = 3  # frames that are held until the rate is known
FOLLOWS, RATE_FOLLOWS = 0.2, 0.02  # shares by which end and rate go along with each stamp
SHORTEST_S, LONGEST_S = 0.0005, 0.05  # from one sample to the next; else stamps are garbled
LOST = 0.5  # of a frame's length: a stamp that is later by more tells of a loss …
SHORT = -0.25  # … and one that is earlier by more, that the rate was not this
SLEW = 0.005  # of the time that passes: a better idea of the delay is never jumped to
DRIFT_AFTER_S = 300.0  # before, jitter would look like a drift
LARGEST_DRIFT = 0.002  # between two quartz clocks there is far less
TOO_EARLY_S = 1.0  # no frame comes so long before it could: the strap's clock was set
TOO_LATE_S, RECENT = 2.0, 20  # all of so many frames late by so much: the same


@dataclass(frozen=True, slots=True)
class Chunk(Generic[T]):
    """A frame with its place in time; ``joined``: it goes on where the one before ended."""

    start_s: float  # when its first sample was taken, on the session clock
    rate_hz: float  # on the strap's clock, so that intervals are its own
    samples: T
    joined: bool


@dataclass(frozen=True, slots=True)
class _Frame(Generic[T]):
    arrived_s: float
    end_s: float  # on the strap's clock
    count: int
    samples: T

    @property
    def delay_s(self) -> float:
        return self.arrived_s - self.end_s


class SampleClock(Generic[T]):
    """Feed it the frames of one stream as they arrive; it gives them back with their times.

    The first frames are held until the third. Starts never run backwards.

    >>> clock = SampleClock[str]()
    >>> for i in range(3):  # 73 samples in 560 ms, 40 ms on their way
    ...     chunks = clock.feed(10.6 + 0.56 * i, 10**9 + 560_000_000 * i, 73, "abc"[i])
    >>> [(chunk.samples, round(chunk.start_s, 3), round(chunk.rate_hz, 2)) for chunk in chunks]
    [('a', 10.048, 130.36), ('b', 10.608, 130.36), ('c', 11.168, 130.36)]
    """

    def __init__(self) -> None:
        self._period_s: float | None = None
        self._zero_ns: int | None = None  # where the strap's clock is counted from
        self._after_s = -math.inf  # the last chunk's end on the session clock
        self._begin()

    def _begin(self) -> None:
        """Know nothing of how both clocks stand; the rate stays known."""
        self._held: list[_Frame[T]] = []
        self._delays = _Edge()
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._stamp_s = -math.inf  # the last one
        self._end_s: float | None = None  # the last one, as fitted
        self._offset_s: float | None = None  # what is added to the strap's clock
        self._apart = 0  # chunks in a row that did not join

    def feed(self, arrived_s: float, timestamp_ns: int, count: int, samples: T) -> list[Chunk[T]]:
        """A frame of ``count`` samples; the frames that now have a place, oldest first.

        A frame that comes again gives nothing.
        """
        if self._zero_ns is None:
            self._zero_ns = timestamp_ns
        frame = _Frame(arrived_s, (timestamp_ns - self._zero_ns) / 1e9, count, samples)
        if frame.end_s == self._stamp_s:
            return []
        if frame.end_s < self._stamp_s or self._is_set(frame):
            self._begin()
        self._stamp_s = frame.end_s
        self._delays.add(frame.end_s, frame.delay_s)
        self._recent.append(frame.delay_s)
        if self._period_s is None:
            self._held.append(frame)
            return self._learn() if len(self._held) == LEARNING else []
        return [self._place(frame, self._period_s)]

    def cut(self) -> None:
        """The link broke: what comes next begins anew, for the strap's clock may have been set."""
        self._begin()

    def _learn(self) -> list[Chunk[T]]:
        held, self._held = self._held, []
        steps = zip(held[1:], held, strict=False)
        period_s = min((now.end_s - last.end_s) / now.count for now, last in steps)
        if not SHORTEST_S <= period_s <= LONGEST_S:
            self._held = held[1:]
            return []
        self._period_s = period_s
        return [self._place(frame, period_s) for frame in held]

    def _place(self, frame: _Frame[T], period_s: float) -> Chunk[T]:
        length_s = frame.count * period_s
        last_s, end_s, joined = self._end_s, frame.end_s, False
        if last_s is not None:
            off_s = frame.end_s - (last_s + length_s)
            if joined := SHORT * length_s <= off_s <= LOST * length_s:
                length_s += FOLLOWS * off_s
                end_s = last_s + length_s
                self._period_s = period_s + RATE_FOLLOWS * off_s / frame.count
        self._apart = 0 if joined else self._apart + 1
        self._end_s = end_s
        self._slew(self._delays.at(end_s), math.inf if last_s is None else end_s - last_s)
        assert self._offset_s is not None
        first_s = end_s - length_s * (1 - 1 / frame.count)
        if not joined:  # whatever a stamp says: after the one before, and before it arrived
            latest_s, earliest_s = frame.arrived_s - end_s, self._after_s - first_s
            self._offset_s = max(min(self._offset_s, latest_s), earliest_s)
        start_s = first_s + self._offset_s
        self._after_s = start_s + length_s
        if self._apart > LEARNING:  # the rate was learned from frames that did not follow others
            self._begin()
            self._period_s, self._stamp_s = None, frame.end_s
        return Chunk(start_s, frame.count / length_s, frame.samples, joined)

    def _slew(self, wanted_s: float, passed_s: float) -> None:
        if self._offset_s is None:
            self._offset_s = wanted_s
        else:
            most_s = SLEW * passed_s
            self._offset_s += min(most_s, max(-most_s, wanted_s - self._offset_s))

    def _is_set(self, frame: _Frame[T]) -> bool:
        """Whether the strap's clock, or ours, has jumped."""
        if not self._recent:
            return False
        expected_s = self._delays.at(frame.end_s)
        late_s = frame.delay_s - expected_s
        if late_s < -TOO_EARLY_S:
            return True
        if late_s < TOO_LATE_S or len(self._recent) < RECENT:
            return False
        return min(self._recent) - expected_s > TOO_LATE_S


class _Edge:
    """The line below all points that lies closest to them: an edge of their lower hull.

    Of the hull's edges it is the one over the mean of all times (Zhang, Liu and Xia, INFOCOM 2002).
    """

    _MOST = 500

    def __init__(self) -> None:
        self._hull: list[tuple[float, float]] = []  # (time, delay), from left to right
        self._count, self._mean_s = 0, 0.0
        self._first_s = 0.0

    def add(self, t_s: float, delay_s: float) -> None:
        """Take in a point; its time is not before the last one's."""
        if not self._count:
            self._first_s = t_s
        self._count += 1
        self._mean_s += (t_s - self._mean_s) / self._count
        hull = self._hull
        if hull and hull[-1][0] == t_s:
            delay_s = min(delay_s, hull.pop()[1])
        while len(hull) > 1 and _is_above(hull[-2], hull[-1], (t_s, delay_s)):
            hull.pop()
        hull.append((t_s, delay_s))
        if len(hull) > self._MOST:
            del hull[0]

    def at(self, t_s: float) -> float:
        """The least delay to be expected at ``t_s``."""
        slope = self._slope()
        return min(delay_s + slope * (t_s - at_s) for at_s, delay_s in self._hull)

    def _slope(self) -> float:
        hull = self._hull
        if hull[-1][0] - self._first_s < DRIFT_AFTER_S or len(hull) < 2:
            return 0.0
        right = next((i for i in range(1, len(hull)) if hull[i][0] >= self._mean_s), len(hull) - 1)
        (t0_s, delay0_s), (t1_s, delay1_s) = hull[right - 1], hull[right]
        slope = (delay1_s - delay0_s) / (t1_s - t0_s)
        return min(LARGEST_DRIFT, max(-LARGEST_DRIFT, slope))


def _is_above(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Whether ``b`` lies on or above the line from ``a`` to ``c``."""
    return (b[1] - a[1]) * (c[0] - a[0]) >= (c[1] - a[1]) * (b[0] - a[0])
