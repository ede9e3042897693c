"""BeatJudge: verdicts on beats, never edits; and what a share of flagged beats means for quality.

Live beat by beat and of a recording at once it is the same code: see verdicts.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import ArrayLike

from coherence.analysis.series import NNSeries
from coherence.analysis.verdicts import RESEED_RUN, Departure, VerdictStream
from coherence.model import Beat, JudgedBeat, Quality, Verdict


class BeatJudge:
    """Judges beats as they come, each two beats late; ``trust_all`` accepts every one at once.

    A new ``segment`` is a wall: no difference and no ectopic decision goes across. A beat may come
    back, judged again: the later verdict holds.

    >>> judge = BeatJudge()
    >>> beats = [Beat(t_s=0.8 * (i + 1), rr_ms=800.0, segment=0) for i in range(4)]
    >>> [[judged.index for judged in judge.feed(beat)] for beat in beats]
    [[], [], [0], [1]]
    >>> [judged.index for judged in judge.flush()]
    [2, 3]
    """

    def __init__(self, trust_all: bool = False) -> None:
        self._trust_all = trust_all
        self._stream = VerdictStream()
        self._beats: list[Beat] = []  # those that may still be decided, or judged again
        self._count = 0

    def feed(self, beat: Beat) -> list[JudgedBeat]:
        """Take the next beat; return what is now decided, oldest first."""
        judged: list[JudgedBeat] = []
        if self._beats and beat.segment != self._beats[-1].segment:
            judged = self.flush()
        self._count += 1
        if self._trust_all:
            return [JudgedBeat(self._count - 1, beat, Verdict.NORMAL)]
        self._beats.append(beat)
        decided = self._stream.decided
        judged += self._with_beats(decided, self._stream.take((beat.rr_ms,)))
        if len(self._beats) > 4 * RESEED_RUN:
            del self._beats[: -2 * RESEED_RUN]
        return judged

    def flush(self) -> list[JudgedBeat]:
        """Judge the beats that still wait, by their range; the next beat begins as after a gap."""
        decided = self._stream.decided
        return self._with_beats(decided, self._stream.wall())

    def _with_beats(self, decided: int, departures: Iterable[Departure]) -> list[JudgedBeat]:
        """Those decided since so many were, and those judged again."""
        said = {i: (verdict, swallowed) for i, verdict, swallowed in departures}
        again = sorted(i for i in said if i < decided)
        first = self._count - len(self._beats)
        return [
            JudgedBeat(i, self._beats[i - first], *said.get(i, (Verdict.NORMAL, 0)))
            for i in (*again, *range(decided, self._stream.decided))
        ]


def judged_series(
    rr_ms: ArrayLike, segment: Sequence[int] | None = None
) -> tuple[NNSeries, list[Verdict]]:
    """Judge a whole recording exactly as if its beats had come live.

    ``rr_ms`` (n,) in milliseconds; ``segment`` (n,), changing at each gap, all one by default.
    Beat times are the intervals laid end to end from 0. Returns the series and a verdict a beat.

    >>> series, verdicts = judged_series([800, 805, 795, 800, 400, 400, 800, 805, 795, 800])
    >>> [i for i, verdict in enumerate(verdicts) if verdict is not Verdict.NORMAL]
    [4, 5]
    >>> series.flagged
    2
    """
    intervals: list[float] = np.asarray(rr_ms, dtype=np.float64).tolist()
    stream = VerdictStream()
    verdicts = [Verdict.NORMAL] * len(intervals)
    swallowed = [0] * len(intervals)
    numbers = [0] * len(intervals) if segment is None else list(segment)
    first = 0
    for _, same in groupby(numbers):
        after = first + len(list(same))
        for index, verdict, beats in (*stream.take(intervals[first:after]), *stream.wall()):
            verdicts[index] = verdict
            swallowed[index] = beats
        first = after
    accepted = [verdict is Verdict.NORMAL for verdict in verdicts]
    series = NNSeries.from_rr(intervals, accepted=accepted, segment=numbers, missing=swallowed)
    return series, verdicts


def judge_all(rr_ms: Iterable[float], segment: Sequence[int] | None = None) -> list[JudgedBeat]:
    """The same as beats with their verdicts: one a beat, in order.

    >>> beats = judge_all([800, 805, 795, 800, 400, 400, 800, 805, 795, 800])
    >>> [judged.index for judged in beats if judged.verdict is not Verdict.NORMAL]
    [4, 5]
    """
    series, verdicts = judged_series(np.fromiter(rr_ms, np.float64), segment)
    columns = (series.t_s, series.rr_ms, series.segment, series.missing)
    return [
        JudgedBeat(index, Beat(t_s, interval_ms, number), verdict, swallowed)
        for index, (verdict, t_s, interval_ms, number, swallowed) in enumerate(
            zip(verdicts, *(column.tolist() for column in columns), strict=True)
        )
    ]


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
