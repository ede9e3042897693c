"""What is doubtful about a long recording, told piece by piece: the rules of ``soundness``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from coherence.reports.soundness import (
    BACK_S,
    DAY_MS,
    EVEN_S,
    MADE_OF_RATES,
    MILLISECONDS,
    NONE_AT_MOST,
    OFFSET_MS,
    PAUSE_MS,
    RATES_FROM,
    SECONDS,
    SLOW_MS,
    Floats,
    are_whole_rates,
    do_fit,
    is_one_a_second,
    lacks_beats,
    likely_unit_s,
    missing_said,
    none_said,
    of_seconds,
    offset_said,
    pauses_said,
)
from coherence.translation import _

Pieces = Callable[[], Iterator[tuple[Floats, Floats | None]]]  # values and times, again and again


class OddError(Exception):
    """Something that is to be told of in a sentence: the file has to be read whole."""


def kept(values: Floats) -> NDArray[np.bool_]:
    """Which values may be intervals."""
    may_be: NDArray[np.bool_] = np.isfinite(values) & (values > 0.0)
    return may_be


class Survey:
    """What all of a recording says together. Raises ``OddError`` where it is not sound."""

    def __init__(
        self,
        pieces: Pieces,
        first_none: int | None,
        times_unit_s: float | None,
        leave_out_first: Callable[[], None],
    ) -> None:
        self.doubts: list[str] = []
        self._first = np.nan
        self.in_seconds = self._in_seconds(pieces, first_none)
        first_ms = float(self.in_ms(np.array([self._first]))[0])
        if first_ms > OFFSET_MS:
            self.doubts.append(offset_said(first_ms))
            leave_out_first()
        self.unit_s = 1.0
        self._of_intervals(pieces)
        if any(times is not None for _, times in pieces()):
            self._of_times(pieces, times_unit_s)

    def _in_seconds(self, pieces: Pieces, first_none: int | None) -> bool:
        """The unit of the values."""
        n = none = 0
        closing = np.empty(0)
        grows, first, last = True, np.nan, np.nan
        for values, _times in pieces():
            known = values[kept(values)]
            n, none = n + len(values), none + len(values) - len(known)
            if len(known):
                steps = np.diff(known, prepend=[] if np.isnan(last) else [last])
                grows &= bool((steps > 0.0).all())
                first = float(known[0]) if np.isnan(first) else first
                last = float(known[-1])
            closing = values[-1:]
        if n - none < 2 or none > NONE_AT_MOST * n or (closing == 0.0).any():
            raise OddError
        if grows and last > 3 * first:
            raise OddError
        self._first = first
        if none:
            assert first_none is not None
            self.doubts.append(none_said(none, first_none))
        typical = middle(lambda: (values[kept(values)] for values, _ in pieces()), n - none)
        if SECONDS[0] <= typical < SECONDS[1]:
            return True
        if not MILLISECONDS[0] <= typical < MILLISECONDS[1]:
            raise OddError
        return False

    def in_ms(self, values: Floats) -> Floats:
        """The intervals among values."""
        known = values[kept(values)]
        return of_seconds(known) if self.in_seconds else known

    def _of_intervals(self, pieces: Pieces) -> None:
        n = pauses = 0
        sum_ms, whole, different = 0.0, True, np.empty(0)
        for values, _times in pieces():
            rr_ms = self.in_ms(values)
            if not n and len(rr_ms):
                sum_ms = -float(rr_ms[0])
            if (rr_ms > DAY_MS).any():
                raise OddError
            n += len(rr_ms)
            sum_ms += float(rr_ms.sum())
            pauses += int(np.count_nonzero(rr_ms > PAUSE_MS))
            if len(different) < 3:
                different = np.unique(np.concatenate((different, rr_ms)))[:3]
            whole = whole and are_whole_rates(rr_ms)
        self._intervals, self._after_first_s = n, sum_ms / 1000.0
        if pauses:
            self.doubts.append(pauses_said(pauses))
        if whole and n >= RATES_FROM and len(different) == 3:
            typical = middle(lambda: (self.in_ms(values) for values, _ in pieces()), n)
            if typical >= SLOW_MS:
                self.doubts.append(_(MADE_OF_RATES))

    def _of_times(self, pieces: Pieces, times_unit_s: float | None) -> None:
        first = last = None
        for values, times in pieces():
            assert times is not None
            known = times[kept(values)]
            if len(known):
                first, last = known[0] if first is None else first, known[-1]
        assert first is not None
        assert last is not None
        self.begin = float(first)
        sum_s, span = self._after_first_s, float(last - first)
        self.unit_s = likely_unit_s(span, sum_s) if times_unit_s is None else times_unit_s
        even, before_s = 0, 0.0
        for values, times in pieces():
            arrival_s = self.arrivals(values, times)
            steps = np.diff(arrival_s, prepend=before_s)
            if (steps < BACK_S).any():
                raise OddError
            even += int(np.count_nonzero(np.abs(steps - 1.0) < EVEN_S))
            before_s = float(arrival_s[-1]) if len(arrival_s) else before_s
        mean_ms = 1000.0 * sum_s / max(1, self._intervals - 1)
        span_s = span * self.unit_s
        if not do_fit(span_s, sum_s) or is_one_a_second(even, self._intervals - 1, mean_ms):
            raise OddError
        if lacks_beats(span_s, sum_s):
            self.doubts.append(missing_said(span_s, sum_s))

    def arrivals(self, values: Floats, times: Floats | None) -> Floats:
        """The times of the intervals in s, from that of the first on."""
        assert times is not None
        arrival_s: Floats = (times[kept(values)] - self.begin) * self.unit_s
        return arrival_s


def middle(pieces: Callable[[], Iterator[Floats]], n: int) -> float:
    """The median of ``n`` numbers above 0 that come in pieces: by their bits, 16 at a time.

    >>> import numpy as np
    >>> middle(lambda: iter([np.array([3.0, 1.0]), np.array([8.0, 2.0])]), 4)
    2.5
    """
    return (_numbered(pieces, (n - 1) // 2) + _numbered(pieces, n // 2)) / 2.0


def _numbered(pieces: Callable[[], Iterator[Floats]], place: int) -> float:
    """The number at a place in order of size; bits of numbers above 0 are in the same order."""
    found = 0
    for shift in (48, 32, 16, 0):
        counts = np.zeros(1 << 16, np.int64)
        for piece in pieces():
            bits = np.ascontiguousarray(piece).view(np.uint64)
            if shift < 48:
                bits = bits[bits >> np.uint64(shift + 16) == np.uint64(found)]
            part = (bits >> np.uint64(shift)) & np.uint64(0xFFFF)
            counts += np.bincount(part.astype(np.int64), minlength=1 << 16)
        before = np.cumsum(counts)
        at = int(before.searchsorted(place, side="right"))
        place -= int(before[at] - counts[at])
        found = (found << 16) | at
    return float(np.array([found], np.uint64).view(np.float64)[0])
