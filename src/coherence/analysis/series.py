"""NNSeries: the beats of a stretch of time as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coherence.analysis.once import once

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
T = TypeVar("T", np.bool_, np.int64)

LONGEST_MS = 86_400_000.0  # a day
LOOSE_S = 0.010  # between an interval and the step of its time: more is a gap
SAME_TIME_S = 1e-6  # sums of the same intervals differ by less than this


@dataclass(frozen=True, eq=False)  # no slots: what many markers ask of it is worked out once
class NNSeries:
    """Intervals in order of time, flagged ones included: five arrays of one length.

    Nothing is left out of the arrays, so what must not be used can still be seen as a hole. The
    arrays may be views of a longer recording: read them, never write to them.

    >>> series = NNSeries.from_rr([800, 810, 400, 420, 790, 805], accepted=[1, 1, 0, 0, 1, 1])
    >>> series.nn_ms
    array([800., 810., 790., 805.])
    >>> series.differences_ms
    array([10., 15.])
    >>> series.holes()
    array([[1.61, 2.43]])
    """

    t_s: FloatArray  # where each interval ends; never decreases
    rr_ms: FloatArray
    accepted: BoolArray
    segment: IntArray  # a new number begins after each gap
    missing: IntArray  # beats that a missed interval swallowed, else 0

    @classmethod
    def from_rr(
        cls,
        rr_ms: ArrayLike,
        *,
        start_s: float = 0.0,
        accepted: ArrayLike | None = None,
        segment: ArrayLike | None = None,
        missing: ArrayLike | None = None,
    ) -> NNSeries:
        """Lay plain intervals end to end from ``start_s``; accepted, in one segment unless said.

        Raises ``ValueError`` that names the first that is no interval: not a number, below 0,
        longer than a day, or 0 and accepted.
        """
        rr = _intervals(rr_ms)
        n = rr.size
        kept = _kept(accepted, rr)
        return cls(
            t_s=start_s + np.cumsum(rr) / 1000.0,
            rr_ms=rr,
            accepted=kept,
            segment=_column(segment, np.zeros(n, np.int64)),
            missing=_column(missing, np.zeros(n, np.int64)),
        )

    @classmethod
    def from_times(
        cls,
        t_s: ArrayLike,
        rr_ms: ArrayLike,
        *,
        accepted: ArrayLike | None = None,
    ) -> NNSeries:
        """Intervals with the times where they end; where they do not fit a new segment begins.

        Raises ``ValueError`` where times run backwards or are no numbers, and as ``from_rr``.

        >>> NNSeries.from_times([0.8, 1.6, 5.0, 5.9], [800, 800, 850, 900]).segment
        array([0, 0, 1, 1])
        """
        rr, times = _intervals(rr_ms), np.asarray(t_s, dtype=np.float64)
        if times.shape != rr.shape:
            raise ValueError(f"{rr.size} intervals, but times of shape {times.shape}")
        steps_s = np.diff(times)
        wrong = np.flatnonzero(~np.isfinite(times))
        if not wrong.size:
            wrong = np.flatnonzero(steps_s < 0.0) + 1
        if wrong.size:
            i = int(wrong[0])
            raise ValueError(f"time {i} ({times[i]}) does not follow the one before it")
        apart = np.abs(steps_s - rr[1:] / 1000.0) > LOOSE_S
        return cls(
            t_s=times,
            rr_ms=rr,
            accepted=_kept(accepted, rr),
            segment=np.concatenate((np.zeros(min(1, rr.size), np.int64), np.cumsum(apart))),
            missing=np.zeros(rr.size, np.int64),
        )

    def __len__(self) -> int:
        return self.t_s.size

    # --- stretches of it ------------------------------------------------------------------------

    def window(self, from_s: float, to_s: float) -> NNSeries:
        """Return the intervals that end in (from_s, to_s], as views: no data is copied."""
        first, end = self.t_s.searchsorted((from_s, to_s), side="right").tolist()
        return self._part(slice(first, end))

    def since(self, from_s: float) -> NNSeries:
        """Return the intervals that end after ``from_s``, as views."""
        return self._part(slice(int(self.t_s.searchsorted(from_s, side="right")), None))

    def _part(self, part: slice) -> NNSeries:
        made = NNSeries(
            self.t_s[part],
            self.rr_ms[part],
            self.accepted[part],
            self.segment[part],
            self.missing[part],
        )
        if self.unbroken:  # then so is each part: it need not be looked at again
            made.__dict__.update(flagged=0, unbroken=True)
        return made

    def last(self, window_s: float, end_s: float | None = None) -> NNSeries:
        """Return the trailing window of ``window_s``, up to ``end_s`` or to the last interval."""
        if end_s is None:
            end_s = self.end_s
        return self.window(end_s - window_s, end_s)

    def earlier_by(self, late_s: Mapping[int, float]) -> NNSeries:
        """Return the same with each segment earlier by so many seconds (0 where not said).

        Where that would put two segments one over the other, the later one waits.

        >>> NNSeries.from_rr([800, 900]).earlier_by({0: 0.5}).t_s
        array([0.3, 1.2])
        """
        late = np.array([late_s.get(segment, 0.0) for segment in self.segment.tolist()])
        t_s = np.maximum.accumulate(self.t_s - late)
        return NNSeries(t_s, self.rr_ms, self.accepted, self.segment, self.missing)

    # --- what may be computed from --------------------------------------------------------------

    @once
    def nn_ms(self) -> FloatArray:
        """The accepted intervals."""
        return self.rr_ms[self.accepted] if self.flagged else self.rr_ms

    @once
    def nn_t_s(self) -> FloatArray:
        """Where the accepted intervals end."""
        return self.t_s[self.accepted] if self.flagged else self.t_s

    @once
    def nn_sum_ms(self) -> float:
        """The accepted intervals together."""
        return float(np.add.reduce(self.nn_ms))

    @once
    def off_mean_ms(self) -> FloatArray:
        """The accepted intervals less their mean."""
        return self.nn_ms - self.nn_sum_ms / len(self.nn_ms)

    @once
    def neighbours(self) -> BoolArray:
        """Where an interval and the one before it are both accepted, of one segment: (n - 1,)."""
        together: BoolArray = self.accepted[1:] & self.accepted[:-1]
        together &= self.segment[1:] == self.segment[:-1]
        return together

    @once
    def differences_ms(self) -> FloatArray:
        """Successive differences of accepted neighbours: none touches a flagged beat or a gap."""
        differences: FloatArray = self.rr_ms[1:] - self.rr_ms[:-1]
        return differences if self.unbroken else differences[self.neighbours]

    @once
    def squared_differences_ms2(self) -> float:
        """The sum of their squares."""
        return float(self.differences_ms.dot(self.differences_ms))

    # --- how much of it there is ----------------------------------------------------------------

    @once
    def flagged(self) -> int:
        """How many intervals are not accepted."""
        return self.accepted.tobytes().count(0)  # a byte each

    @property
    def missed(self) -> int:
        """How many beats the intervals judged as missed have swallowed."""
        return int(np.add.reduce(self.missing)) if np.count_nonzero(self.missing) else 0

    @once
    def unbroken(self) -> bool:
        """Whether all is accepted and of one segment; true where there is nothing."""
        if not len(self):
            return True
        return not self.flagged and not np.count_nonzero(self.segment != self.segment[0])

    @property
    def start_s(self) -> float:
        """Where the first interval begins; 0 when there is none."""
        return self.t_s.item(0) - self.rr_ms.item(0) / 1000.0 if len(self) else 0.0

    @property
    def end_s(self) -> float:
        """Where the last interval ends; 0 when there is none."""
        return self.t_s.item(-1) if len(self) else 0.0

    @property
    def span_s(self) -> float:
        """Elapsed time from the beginning of the first interval to the end of the last."""
        return self.end_s - self.start_s

    @property
    def covered_s(self) -> float:
        """Time that accepted intervals account for."""
        return self.nn_sum_ms / 1000.0

    def holes(self, from_s: float | None = None, to_s: float | None = None) -> FloatArray:
        """Return the stretches without an accepted interval: (start_s, end_s) rows, merged.

        Flagged intervals and the gaps between segments are holes; those that meet are one. A hole
        runs from the end of the last accepted interval to the beginning of the next one. At the
        edges it reaches to ``from_s`` and ``to_s``, or to the edges of the series where they are
        not given. Shape (n, 2).
        """
        start = self.start_s if from_s is None else from_s
        end = self.end_s if to_s is None else to_s
        kept = np.flatnonzero(self.accepted)
        ends = self.t_s[kept]
        starts = ends - self.rr_ms[kept] / 1000.0
        # Accepted neighbours of one segment lie end to end: what is between them is rounding.
        apart = (np.diff(kept) > 1) | (np.diff(self.segment[kept]) != 0)
        left = np.concatenate(([start], ends[:-1][apart], ends[-1:]))
        right = np.concatenate((starts[:1], starts[1:][apart], [end]))
        if not kept.size:
            left, right = np.array([start]), np.array([end])
        rows = np.stack((left, right), axis=1)
        return rows[right - left > SAME_TIME_S]


def _intervals(rr_ms: ArrayLike) -> FloatArray:
    rr = np.asarray(rr_ms, dtype=np.float64)
    if rr.ndim != 1:
        raise ValueError("intervals must be a flat sequence")
    wrong = np.flatnonzero(~((rr >= 0.0) & (rr <= LONGEST_MS)))  # NaN is neither
    if wrong.size:
        i = int(wrong[0])
        raise ValueError(f"interval {i} ({rr[i]} ms) is no interval: leave it out")
    return rr


def _kept(accepted: ArrayLike | None, rr: FloatArray) -> BoolArray:
    kept = _column(accepted, np.ones(rr.size, np.bool_))
    for i in np.flatnonzero(kept & (rr == 0.0))[:1].tolist():
        raise ValueError(f"interval {i} (0 ms) is no interval: leave it out, or do not accept it")
    return kept


def _column(values: ArrayLike | None, default: NDArray[T]) -> NDArray[T]:
    if values is None:
        return default
    column = np.asarray(values).astype(default.dtype)
    if column.shape != default.shape:
        raise ValueError(f"{default.size} intervals, but a column of shape {column.shape}")
    return column
