"""VerdictStream: intervals in, verdicts out; the one judge behind a live session and a whole day.

The classifier of Lipponen and Tarvainen (J Med Eng Technol 2019, 43:173-181) with a fixed lag: an
interval is decided when the second one after it has come, from the 91 up to there. Departures from
the paper are constants below, each with its reason.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from coherence.model import Verdict

SHORTEST_MS = 300.0  # 200 beats a minute
LONGEST_MS = 2000.0  # 30 beats a minute

ALPHA = 5.2
C1, C2 = 0.13, 0.17
FAR_FROM_MEDIAN = 3.0  # |M| beyond this is judged even where the difference is small
THRESHOLD_BEATS = 91
MEDIAN_BEATS = 11
LOOK_AHEAD = 2

THRESHOLD_FLOOR_MS = 40.0  # below it a heart of tiny variability is flagged all over
THRESHOLD_CAP = 0.30  # of the median interval; without it bigeminy raises the bar above itself
START_SHARE = 0.20  # of the median interval, until there are differences to take quartiles of
START_DIFFERENCES = 11
MOST_LOST_TOGETHER = 3  # beats that one MISSED interval may have swallowed
RESEED_RUN = 5  # as many flagged in a row that agree with each other are a change of state

NEAR_MS = FAR_FROM_MEDIAN * THRESHOLD_FLOOR_MS  # no interval is far that is nearer to the median
CALMEST_MS = THRESHOLD_FLOOR_MS / START_SHARE  # from this median on the first threshold is a floor
FORGETTING = 4096  # intervals remembered: when there are more, those out of reach are dropped

AT_ONCE = 64  # in a helping of so many and more those near their median are found by arrays

Departure = tuple[int, Verdict, int]  # index, verdict, beats that a missed interval swallowed


class VerdictStream:
    """Takes intervals in helpings of any size; the verdicts are the same whatever their size.

    What is decided and not among the departures is normal. ``wall`` is a gap: nothing is compared
    across it, and the last two intervals before it are judged as at the end of a file, by their
    range alone. Only the windows that the thresholds come from go on. After five flagged in a row,
    each near the one before, the windows begin anew at the first of them, and the five come back
    as normal: the later verdict holds. (Without "near", bigeminy would be called normal five beats
    at a time.)

    >>> stream = VerdictStream()
    >>> stream.take([800.0, 810.0, 805.0, 250.0, 800.0, 800.0]), stream.decided
    ([(3, <Verdict.RANGE: 'range'>, 0)], 4)
    >>> stream.wall(), stream.decided
    ([], 6)
    """

    def __init__(self) -> None:
        # Positions below count from the first interval that is still remembered.
        self._rr_ms: list[float] = []
        self._changes_ms: list[float] = []  # from the interval before; 0 after a wall
        self._sizes_ms: list[float] = []  # of the changes within segments
        self._dropped = 0  # how many are not remembered any more
        self._wall = 0  # the first interval of the segment
        self._next = 0  # the first interval that waits for its verdict
        # Where the windows begin: at the start, or at the last change of state.
        self._first = self._first_size = 0
        self._second_fragment = -1  # the interval that an EXTRA verdict has marked
        self._run: list[int] = []  # flagged in a row up to the last decided, each near the last
        self._ordered: list[float] = []  # the sizes of the window that was last asked for
        self._ordered_of = 0, 0

    @property
    def decided(self) -> int:
        """How many intervals have their verdict, counted from the very first."""
        return self._dropped + self._next

    def take(self, rr_ms: Sequence[float]) -> list[Departure]:
        """Take the next intervals of this segment; return the departures among those decided."""
        if not rr_ms:
            return []
        if len(self._rr_ms) > FORGETTING:
            self._forget()
        new = len(self._rr_ms)
        self._rr_ms += rr_ms
        if new == self._wall:
            self._changes_ms.append(0.0)
            new += 1
        changes_ms = [b - a for a, b in pairwise(self._rr_ms[new - 1 :])]
        self._changes_ms += changes_ms
        self._sizes_ms += map(abs, changes_ms)
        after = len(self._rr_ms) - LOOK_AHEAD
        departures: list[Departure] = []
        at = max(self._next, self._wall)
        if after - at < AT_ONCE:
            for each in range(at, after):
                self._decide(each, departures)
        else:
            self._decide_many(at, after, departures)
        self._next = max(self._next, after)
        return departures

    def wall(self) -> list[Departure]:
        """Judge what still waits, by its range; the next interval begins as after a gap."""
        departures: list[Departure] = []
        for at in range(self._next, len(self._rr_ms)):
            verdict = Verdict.EXTRA if at == self._second_fragment else Verdict.NORMAL
            verdict, swallowed = _in_range(self._rr_ms[at], verdict, 0)
            if verdict is not Verdict.NORMAL:
                departures.append((self._dropped + at, verdict, swallowed))
        self._wall = self._next = len(self._rr_ms)
        self._run.clear()
        return departures

    def _decide_many(self, at: int, after: int, departures: list[Departure]) -> None:
        """Decide ``at`` up to ``after``, but look only at those that may not be normal."""
        full = max(at, MEDIAN_BEATS - 1 - LOOK_AHEAD)
        for each in range(at, full):
            self._decide(each, departures)
        rr_ms = np.array(self._rr_ms[full + LOOK_AHEAD + 1 - MEDIAN_BEATS :])
        change_ms = np.array(self._changes_ms[full:after])
        latest_ms = np.partition(sliding_window_view(rr_ms, MEDIAN_BEATS), MEDIAN_BEATS // 2)
        median_ms = latest_ms[:, MEDIAN_BEATS // 2]
        interval_ms = rr_ms[MEDIAN_BEATS - 1 - LOOK_AHEAD : -LOOK_AHEAD]
        off_ms = interval_ms - median_ms
        near = np.abs(change_ms) <= THRESHOLD_FLOOR_MS
        near &= (off_ms >= -NEAR_MS / 2.0) & (off_ms <= NEAR_MS) & (median_ms >= CALMEST_MS)
        near &= (interval_ms >= SHORTEST_MS) & (interval_ms <= LONGEST_MS)
        far = [*(np.flatnonzero(~near) + full).tolist(), after]
        at, i = full, 0
        while True:
            # The others must be looked at too where windows have begun anew and the median was of
            # fewer, and where an extra beat has marked the next one.
            partial = at < self._first + MEDIAN_BEATS - 1 - LOOK_AHEAD
            if not partial and at != self._second_fragment:
                i = bisect_left(far, at, i)
                if far[i] > at:
                    self._run.clear()
                    at = far[i]
            if at >= after:
                break
            self._decide(at, departures)
            at += 1

    def _decide(self, at: int, departures: list[Departure]) -> None:
        newest = at + LOOK_AHEAD
        latest_ms = sorted(self._rr_ms[max(self._first, newest - MEDIAN_BEATS + 1) : newest + 1])
        median_ms = _quantile(latest_ms, 0.5)
        interval_ms, change_ms = self._rr_ms[at], self._changes_ms[at]
        if (
            abs(change_ms) <= THRESHOLD_FLOOR_MS
            and -NEAR_MS / 2.0 <= interval_ms - median_ms <= NEAR_MS  # downwards it counts double
            and median_ms >= CALMEST_MS
            and SHORTEST_MS <= interval_ms <= LONGEST_MS
            and at != self._second_fragment
        ):
            self._run.clear()  # near by the lowest thresholds there are: most end here
            return
        verdict, swallowed = self._judged(at, newest, median_ms)
        verdict, swallowed = _in_range(interval_ms, verdict, swallowed)
        if verdict is Verdict.NORMAL:
            self._run.clear()
            return
        departures.append((self._dropped + at, verdict, swallowed))
        # A run is what the new windows would accept: flagged, but steady in itself.
        if verdict is Verdict.RANGE or abs(change_ms) > START_SHARE * median_ms:
            self._run.clear()
        if verdict is not Verdict.RANGE:
            self._run.append(at)
        if len(self._run) == RESEED_RUN:
            departures.pop()
            departures += self._begin_anew(newest)

    def _judged(self, at: int, newest: int, median_ms: float) -> tuple[Verdict, int]:
        if at == self._second_fragment:
            return Verdict.EXTRA, 0
        verdict, swallowed = self._classified(at, newest, median_ms)
        if verdict is Verdict.EXTRA:
            self._second_fragment = at + 1
        return verdict, swallowed

    def _classified(self, at: int, newest: int, median_ms: float) -> tuple[Verdict, int]:
        """Say what the interval two before the newest is, and how many beats it swallowed."""
        change_ms, next_ms, after_ms = self._changes_ms[at : newest + 1]
        interval_ms = self._rr_ms[at]
        off_ms = interval_ms - median_ms
        if off_ms < 0:
            off_ms *= 2.0  # downwards it counts double (Lipponen and Tarvainen)
        sizes_ms = self._ordered_sizes(newest)
        th1_ms = _change_threshold(sizes_ms, median_ms)
        if abs(change_ms) <= th1_ms and abs(off_ms) <= NEAR_MS:
            return Verdict.NORMAL, 0  # near even by the lowest second threshold there is
        th2_ms = self._median_threshold(newest, len(sizes_ms), median_ms)
        # Everything in milliseconds: D = change / th1, so that |D| > 1 is |change| > th1.
        long = short = False
        if abs(change_ms) > th1_ms:
            before_ms = self._changes_ms[at - 1] if at > self._wall else 0.0
            limit_ms = C1 * abs(change_ms) + C2 * th1_ms
            if change_ms > 0:
                if max(before_ms, next_ms) < -limit_ms:
                    return Verdict.ECTOPIC, 0
                long = min(next_ms, after_ms) < -th1_ms
            else:
                if min(before_ms, next_ms) > limit_ms:
                    return Verdict.ECTOPIC, 0
                short = max(next_ms, after_ms) > th1_ms
        if short and abs(interval_ms + self._rr_ms[at + 1] - median_ms) < th2_ms:
            return Verdict.EXTRA, 0
        if long:
            shared = range(2, MOST_LOST_TOGETHER + 2)
            off, beats = min((abs(interval_ms / beats - median_ms), beats) for beats in shared)
            if off < th2_ms:
                return Verdict.MISSED, beats - 1
        far = abs(off_ms) > FAR_FROM_MEDIAN * th2_ms
        if long or (far and not short and off_ms > 0):
            return Verdict.LONG, 0
        return (Verdict.SHORT if short or far else Verdict.NORMAL), 0

    def _sizes_to(self, newest: int) -> int:
        return len(self._sizes_ms) - (len(self._rr_ms) - 1 - newest)

    def _ordered_sizes(self, newest: int) -> list[float]:
        """The last 91 sizes of changes in order of size."""
        sizes, ordered = self._sizes_ms, self._ordered
        first, after = self._ordered_of
        new_after = self._sizes_to(newest)
        new_first = max(self._first_size, new_after - THRESHOLD_BEATS)
        if new_after - after > THRESHOLD_BEATS // 4 or new_first - first > THRESHOLD_BEATS // 4:
            ordered[:] = sorted(sizes[new_first:new_after])
        else:  # not long since it was asked for: in with the new, out with the old
            for size_ms in sizes[after:new_after]:
                insort(ordered, size_ms)
            for size_ms in sizes[first:new_first]:
                del ordered[bisect_left(ordered, size_ms)]
        self._ordered_of = new_first, new_after
        return ordered

    def _median_threshold(self, newest: int, sizes: int, median_ms: float) -> float:
        """Th2: how far from the median an interval may lie, in milliseconds."""
        if sizes < START_DIFFERENCES:
            return max(START_SHARE * median_ms, THRESHOLD_FLOOR_MS)
        distances_ms = [
            rr_ms - median_ms if rr_ms >= median_ms else 2.0 * (median_ms - rr_ms)
            for rr_ms in self._rr_ms[max(self._first, newest + 1 - THRESHOLD_BEATS) : newest + 1]
        ]
        distances_ms.sort()
        return max(ALPHA * _quartile_deviation(distances_ms), THRESHOLD_FLOOR_MS)

    def _begin_anew(self, newest: int) -> list[Departure]:
        """Take the run of flagged intervals for the new normal; windows begin at the first."""
        normal = [(self._dropped + at, Verdict.NORMAL, 0) for at in self._run]
        self._first = self._run[0]
        self._first_size = self._sizes_to(newest) - (RESEED_RUN + LOOK_AHEAD - 1)
        self._second_fragment = -1
        self._run.clear()
        return normal

    def _forget(self) -> None:
        """Drop what no window reaches back to any more."""
        kept = THRESHOLD_BEATS + RESEED_RUN + LOOK_AHEAD
        gone, gone_sizes = len(self._rr_ms) - kept, len(self._sizes_ms) - kept
        if gone > 0:
            del self._rr_ms[:gone], self._changes_ms[:gone]
            self._dropped += gone
            self._wall -= gone
            self._next -= gone
            self._first = max(0, self._first - gone)
            self._second_fragment -= gone
            self._run = [at - gone for at in self._run]
        if gone_sizes > 0:
            del self._sizes_ms[:gone_sizes]
            self._first_size = max(0, self._first_size - gone_sizes)
            self._ordered.clear()
            self._ordered_of = 0, 0


def _change_threshold(ordered_sizes_ms: Sequence[float], median_ms: float) -> float:
    """Th1: how far neighbours may lie apart, in milliseconds."""
    if len(ordered_sizes_ms) < START_DIFFERENCES:
        return START_SHARE * median_ms
    spread_ms = ALPHA * _quartile_deviation(ordered_sizes_ms)
    return min(max(spread_ms, THRESHOLD_FLOOR_MS), THRESHOLD_CAP * median_ms)


def _in_range(rr_ms: float, verdict: Verdict, swallowed: int) -> tuple[Verdict, int]:
    """Apply the hard gate last: a long interval may be a missed beat, and then it is that."""
    if rr_ms < SHORTEST_MS or (rr_ms > LONGEST_MS and verdict is not Verdict.MISSED):
        return Verdict.RANGE, 0
    return verdict, swallowed


def _quantile(ordered: Sequence[float], share: float) -> float:
    """``numpy.percentile`` of sorted numbers, method "linear" (Hyndman and Fan's type 7)."""
    position = (len(ordered) - 1) * share
    below = int(position)
    part = position - below
    if not part:
        return ordered[below]
    return ordered[below] + part * (ordered[below + 1] - ordered[below])


def _quartile_deviation(ordered: Sequence[float]) -> float:
    return (_quantile(ordered, 0.75) - _quantile(ordered, 0.25)) / 2.0
