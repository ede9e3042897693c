"""BeatJudge: verdicts on beats, never edits; and what a share of flagged beats means for quality.

The classifier of Lipponen and Tarvainen (J Med Eng Technol 2019, 43:173-181) with a fixed lag: a
beat is decided when the second one after it has come, from the 91 beats up to there. Departures
from the paper are constants below, each with its reason. Live and from a file it is the same code.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise

from coherence.model import Beat, JudgedBeat, Quality, Verdict

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


class BeatJudge:
    """Judges beats as they come, each two beats late; ``trust_all`` accepts every one at once.

    A new ``segment`` is a wall: no difference and no ectopic decision goes across, and the last two
    beats before it are judged as at the end of a file, by their range alone. Only the windows that
    the thresholds come from go on. After five flagged beats in a row, each near the one before, the
    windows begin anew at the first of them, and the five are returned as normal: the later verdict
    holds. (Without "near", bigeminy would be called normal five beats at a time.)

    >>> judge = BeatJudge()
    >>> beats = [Beat(t_s=0.8 * (i + 1), rr_ms=800.0, segment=0) for i in range(4)]
    >>> [[judged.index for judged in judge.feed(beat)] for beat in beats]
    [[], [], [0], [1]]
    >>> [judged.index for judged in judge.flush()]
    [2, 3]
    """

    def __init__(self, trust_all: bool = False) -> None:
        self._trust_all = trust_all
        self._count = 0
        self._segment: int | None = None
        # The beat before the one to be decided, that one, and the two after it: with differences.
        self._recent: deque[tuple[int, Beat, float]] = deque(maxlen=LOOK_AHEAD + 2)
        self._undecided = 0  # how many at the right of _recent wait for a verdict
        self._second_fragment = -1  # index of the beat that an EXTRA verdict has marked
        self._run: list[
            JudgedBeat
        ] = []  # flagged in a row up to the last decided, each near the last
        self._differences = _SortedWindow(THRESHOLD_BEATS)
        self._intervals = _SortedWindow(THRESHOLD_BEATS)
        self._latest = _SortedWindow(MEDIAN_BEATS)

    def feed(self, beat: Beat) -> list[JudgedBeat]:
        """Take the next beat; return what is now decided, oldest first."""
        index = self._count
        self._count += 1
        if self._trust_all:
            return [JudgedBeat(index, beat, Verdict.NORMAL)]
        judged: list[JudgedBeat] = []
        if beat.segment != self._segment:
            judged = self.flush()
            self._segment = beat.segment
        difference_ms = 0.0
        if self._recent:
            difference_ms = beat.rr_ms - self._recent[-1][1].rr_ms
            self._differences.push(abs(difference_ms))
        self._intervals.push(beat.rr_ms)
        self._latest.push(beat.rr_ms)
        self._recent.append((index, beat, difference_ms))
        self._undecided += 1
        if self._undecided > LOOK_AHEAD:
            judged += self._decide()
        return judged

    def flush(self) -> list[JudgedBeat]:
        """Judge the beats that still wait, by their range; the next beat begins as after a gap."""
        waiting = list(self._recent)[len(self._recent) - self._undecided :]
        judged = []
        for index, beat, _ in waiting:
            verdict = Verdict.EXTRA if index == self._second_fragment else Verdict.NORMAL
            judged.append(_ranged(index, beat, verdict, 0))
        self._recent.clear()
        self._undecided = 0
        self._run.clear()
        return judged

    def _decide(self) -> list[JudgedBeat]:
        index, beat, difference_ms = self._recent[-1 - LOOK_AHEAD]
        self._undecided -= 1
        median_ms = _quantile(self._latest.ordered, 0.5)
        if index == self._second_fragment:
            verdict, missing = Verdict.EXTRA, 0
        else:
            verdict, missing = self._classify(median_ms)
            if verdict is Verdict.EXTRA:
                self._second_fragment = index + 1
        judged = _ranged(index, beat, verdict, missing)
        # A run is what the new windows would accept: flagged, but steady in itself.
        if abs(difference_ms) > START_SHARE * median_ms:
            self._run.clear()
        if judged.verdict in (Verdict.NORMAL, Verdict.RANGE):
            self._run.clear()
            return [judged]
        self._run.append(judged)
        return [judged] if len(self._run) < RESEED_RUN else self._reseed()

    def _classify(self, median_ms: float) -> tuple[Verdict, int]:
        """Say what the beat two before the newest is, and how many beats it swallowed."""
        *before, (_, beat, d0), (_, following, d1), (_, _, d2) = self._recent
        rr_ms = beat.rr_ms
        off_ms = _off_median(rr_ms, median_ms)
        th1_ms = self._difference_threshold(median_ms)
        if abs(d0) <= th1_ms and abs(off_ms) <= FAR_FROM_MEDIAN * THRESHOLD_FLOOR_MS:
            return Verdict.NORMAL, 0  # near even by the lowest Th2 there is: most beats end here
        th2_ms = self._median_threshold(median_ms)
        # Everything in milliseconds: D = d / th1, so that |D| > 1 is |d| > th1.
        long = short = False
        if abs(d0) > th1_ms:
            d_before = before[0][2] if before else 0.0
            limit_ms = C1 * abs(d0) + C2 * th1_ms
            if d0 > 0:
                if max(d_before, d1) < -limit_ms:
                    return Verdict.ECTOPIC, 0
                long = min(d1, d2) < -th1_ms
            else:
                if min(d_before, d1) > limit_ms:
                    return Verdict.ECTOPIC, 0
                short = max(d1, d2) > th1_ms
        if short and abs(rr_ms + following.rr_ms - median_ms) < th2_ms:
            return Verdict.EXTRA, 0
        if long:
            shared = range(2, MOST_LOST_TOGETHER + 2)
            off, beats = min((abs(rr_ms / beats - median_ms), beats) for beats in shared)
            if off < th2_ms:
                return Verdict.MISSED, beats - 1
        far = abs(off_ms) > FAR_FROM_MEDIAN * th2_ms
        if long or (far and not short and off_ms > 0):
            return Verdict.LONG, 0
        return (Verdict.SHORT if short or far else Verdict.NORMAL), 0

    def _difference_threshold(self, median_ms: float) -> float:
        """Th1: how far neighbours may lie apart, in milliseconds."""
        if len(self._differences) < START_DIFFERENCES:
            return START_SHARE * median_ms
        spread_ms = ALPHA * _quartile_deviation(self._differences.ordered)
        return min(max(spread_ms, THRESHOLD_FLOOR_MS), THRESHOLD_CAP * median_ms)

    def _median_threshold(self, median_ms: float) -> float:
        """Th2: how far from the median an interval may lie, in milliseconds."""
        if len(self._differences) < START_DIFFERENCES:
            return max(START_SHARE * median_ms, THRESHOLD_FLOOR_MS)
        intervals_ms = self._intervals.ordered
        distances_ms = [
            rr_ms - median_ms if rr_ms >= median_ms else 2.0 * (median_ms - rr_ms)
            for rr_ms in intervals_ms
        ]
        distances_ms.sort()  # a falling run and a rising one: merged in linear time
        return max(ALPHA * _quartile_deviation(distances_ms), THRESHOLD_FLOOR_MS)

    def _reseed(self) -> list[JudgedBeat]:
        """Take the run of flagged beats for the new normal; windows begin at the first of them."""
        normal = [JudgedBeat(each.index, each.beat, Verdict.NORMAL) for each in self._run]
        self._run.clear()
        self._second_fragment = -1
        intervals_ms = [each.beat.rr_ms for each in normal]
        intervals_ms += [beat.rr_ms for _, beat, _ in list(self._recent)[-LOOK_AHEAD:]]
        for window in (self._differences, self._intervals, self._latest):
            window.clear()
        for rr_ms in intervals_ms:
            self._intervals.push(rr_ms)
            self._latest.push(rr_ms)
        for earlier_ms, later_ms in pairwise(intervals_ms):
            self._differences.push(abs(later_ms - earlier_ms))
        return normal


def judge_all(rr_ms: Iterable[float], segment: Sequence[int] | None = None) -> list[JudgedBeat]:
    """Judge a whole recording exactly as if its beats had come live; one verdict a beat, in order.

    ``rr_ms`` in milliseconds; ``segment`` one number a beat, changing at each gap, all one segment
    by default. Beat times are the intervals laid end to end from 0.

    >>> beats = judge_all([800, 805, 795, 800, 400, 400, 800, 805, 795, 800])
    >>> [judged.index for judged in beats if judged.verdict is not Verdict.NORMAL]
    [4, 5]
    """
    judge = BeatJudge()
    judged: list[JudgedBeat] = []
    t_s = 0.0
    for index, interval_ms in enumerate(rr_ms):
        t_s += interval_ms / 1000.0
        number = 0 if segment is None else int(segment[index])
        for each in judge.feed(Beat(t_s, float(interval_ms), number)):
            judged[each.index : each.index + 1] = [each]  # in place of its earlier verdict, if any
    judged += judge.flush()
    return judged


def artefact_pct(accepted: int, flagged: int, missing: int) -> float:
    """Return the share of beats flagged or missing, in per cent of all there should be.

    0 where there is no beat at all: whether there is data is for the caller to ask first.

    >>> artefact_pct(accepted=96, flagged=3, missing=1)
    4.0
    """
    total = accepted + flagged + missing
    return 100.0 * (flagged + missing) / total if total else 0.0


def quality_of(pct: float) -> Quality:
    """Say what an artefact percentage means: good to 2, fair to 5, poor to 10, then unusable."""
    if pct <= 2.0:
        return Quality.GOOD
    if pct <= 5.0:
        return Quality.FAIR
    return Quality.POOR if pct <= 10.0 else Quality.UNUSABLE


def _ranged(index: int, beat: Beat, verdict: Verdict, missing: int) -> JudgedBeat:
    """Apply the hard gate last: a long interval may be a missed beat, and then it is that."""
    if beat.rr_ms < SHORTEST_MS or (beat.rr_ms > LONGEST_MS and verdict is not Verdict.MISSED):
        return JudgedBeat(index, beat, Verdict.RANGE)
    return JudgedBeat(index, beat, verdict, missing)


def _off_median(rr_ms: float, median_ms: float) -> float:
    """Return the distance from the median; downwards it counts double (Lipponen and Tarvainen)."""
    off_ms = rr_ms - median_ms
    return 2.0 * off_ms if off_ms < 0 else off_ms


class _SortedWindow:
    """The last ``size`` numbers, kept in order of size, so that a quantile costs a look-up."""

    __slots__ = ("_arrived", "_size", "ordered")

    def __init__(self, size: int) -> None:
        self._size = size
        self._arrived: deque[float] = deque()
        self.ordered: list[float] = []

    def __len__(self) -> int:
        return len(self.ordered)

    def clear(self) -> None:
        self._arrived.clear()
        self.ordered.clear()

    def push(self, value: float) -> None:
        if len(self._arrived) == self._size:
            del self.ordered[bisect_left(self.ordered, self._arrived.popleft())]
        self._arrived.append(value)
        insort(self.ordered, value)


def _quantile(ordered: list[float], share: float) -> float:
    """``numpy.percentile`` of sorted numbers, method "linear" (Hyndman and Fan's type 7)."""
    position = (len(ordered) - 1) * share
    below = int(position)
    part = position - below
    if not part:
        return ordered[below]
    return ordered[below] + part * (ordered[below + 1] - ordered[below])


def _quartile_deviation(ordered: list[float]) -> float:
    return (_quantile(ordered, 0.75) - _quantile(ordered, 0.25)) / 2.0
