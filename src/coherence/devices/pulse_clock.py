"""Beat times of an optical sensor: pulse intervals laid end to end, those it doubts left out."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

from coherence.devices.polar_frames import PulseInterval
from coherence.model import Beat, Event, Gap, Repeated

LARGEST_ERROR_MS = 30  # of the sensor's own estimate: more would be taken for variability
RECENT = 12  # frames that tell how late they usually come
BEHIND_S, AHEAD_S = 2.5, 2.5  # frames bring some five seconds; by less they stray


class PulseClock:
    """Feed it each frame of pulse intervals. Beat times strictly increase.

    An interval that the sensor marks as disturbed, or doubts, takes its time as a gap.
    """

    def __init__(self, *, after: Beat | None = None) -> None:
        self._segment = 0 if after is None else after.segment
        self._end_s = -math.inf if after is None else after.t_s
        self._said: tuple[PulseInterval, ...] = ()
        self._lags_s: deque[float] = deque(maxlen=RECENT)

    def feed(self, t_s: float, said: Iterable[PulseInterval]) -> list[Event]:
        """A frame that arrived at ``t_s`` (s), its intervals oldest first."""
        intervals = tuple(each for each in said if each.interval_ms > 0)
        if not intervals:
            return []
        length_s = sum(each.interval_ms for each in intervals) / 1000.0
        events: list[Event] = []
        lag_s = t_s - (self._end_s + length_s)
        usual_s = min(self._lags_s, default=math.inf)
        if intervals == self._said and lag_s - usual_s < -AHEAD_S:
            return [Repeated(t_s, len(intervals))]
        self._said = intervals
        if not self._lags_s or not -AHEAD_S <= lag_s - usual_s <= BEHIND_S:
            start_s = t_s - length_s - (0.0 if math.isinf(usual_s) else usual_s)
            events += self._begin(max(start_s, self._end_s), intervals[0].interval_ms / 1000.0)
            lag_s = t_s - (self._end_s + length_s)
            self._lags_s.clear()
        self._lags_s.append(lag_s)
        doubted, from_s = 0, self._end_s
        for each in intervals:
            end_s = self._end_s + each.interval_ms / 1000.0
            if each.blocked or each.error_ms > LARGEST_ERROR_MS:
                doubted += 1
            else:
                if doubted:
                    events.append(self._gap(from_s, self._end_s, doubted))
                    doubted = 0
                events.append(Beat(end_s, float(each.interval_ms), self._segment))
                from_s = end_s
            self._end_s = end_s
        if doubted:
            events.append(self._gap(from_s, self._end_s, doubted))
        return events

    def cut(self) -> None:
        """The link broke: the next frame begins a segment."""
        self._lags_s.clear()
        self._said = ()

    def _begin(self, start_s: float, usual_s: float) -> list[Event]:
        before_s, self._end_s = self._end_s, start_s
        if math.isinf(before_s):
            return []
        return [self._gap(before_s, start_s, max(0, round((start_s - before_s) / usual_s)))]

    def _gap(self, from_s: float, to_s: float, missing: int) -> Gap:
        self._segment += 1
        return Gap(from_s, to_s, missing, certain=True)
