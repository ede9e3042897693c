"""Survey: what the numbers of a file are, and what about them is doubtful, told piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from coherence.reports.aside import AT_ONCE, Aside, Rows, kept
from coherence.reports.recording import RecordingFile
from coherence.reports.soundness import (
    BACK_S,
    BPM,
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
from coherence.translation import _, decimal

FEWEST_TO_GROW = 6


class Survey:
    """What all of a recording says together. Raises ``ImportFailed`` where it is none."""

    def __init__(
        self,
        file: RecordingFile,
        aside: Aside,
        doubts: list[str],
        times_unit_s: float | None = None,
    ) -> None:
        self.doubts = list(doubts)
        self._file, self._aside = file, aside
        self._leave_out_closing_zeros()
        first = self._find_unit()
        first_ms = float(self.in_ms(np.array([first]))[0])
        if first_ms > OFFSET_MS:
            self.doubts.append(offset_said(first_ms))
            aside.leave_out_first()
        self.unit_s, self.begin = 1.0, 0.0
        self._look_at_intervals()
        self.timed = aside.timed and self._look_at_times(times_unit_s)

    @property
    def duration_s(self) -> float:
        """How long it lasts, about."""
        return max(self._sum_s, self._span_s)

    def _leave_out_closing_zeros(self) -> None:
        """What some programs close a file with."""
        n = end = 0
        for rows in self._aside.pieces():
            there = np.flatnonzero(rows.values != 0.0)
            end = n + int(there[-1]) + 1 if len(there) else end
            n += len(rows.values)
        if end < n:
            self.doubts.append(_("A 0 at the end is no interval and was left out."))
            self._aside.cut(end)

    # --- the intervals ---

    def _find_unit(self) -> float:
        """Tell seconds from milliseconds; returns the first value."""
        known, none, line, grows, first, last = 0, 0, 0, True, np.nan, np.nan
        for rows in self._aside.pieces():
            there = kept(rows.values)
            values = rows.values[there]
            if not none and not there.all():
                line = int(rows.lines[np.argmin(there)])
            known, none = known + len(values), none + len(rows.values) - len(values)
            if len(values):
                steps = np.diff(values, prepend=[] if np.isnan(last) else [last])
                grows &= bool((steps > 0.0).all())
                first = float(values[0]) if np.isnan(first) else first
                last = float(values[-1])
        if known < 2:
            raise self._file.fail(
                _("there are no two intervals in it: choose a file that holds RR intervals.")
            )
        if none > NONE_AT_MOST * (known + none):
            raise self._file.fail(
                _(
                    "{n} of {all} values are no interval (0, negative or not a number): choose a "
                    "file with RR intervals."
                ).format(n=none, all=known + none),
                line,
            )
        if none:
            self.doubts.append(none_said(none, line))
        typical = middle(lambda: (r.values[kept(r.values)] for r in self._aside.pieces()), known)
        self.in_seconds = SECONDS[0] <= typical < SECONDS[1]
        if known >= FEWEST_TO_GROW and grows and last > 3 * first:
            raise self._file.fail(
                _(
                    "the numbers only grow, so they look like times of beats: save the intervals"
                    " between them, one a line, and open that."
                )
            )
        if not self.in_seconds and not MILLISECONDS[0] <= typical < MILLISECONDS[1]:
            raise self._no_intervals_around(typical)
        return first

    def _no_intervals_around(self, typical: float) -> Exception:
        if BPM[0] <= typical < BPM[1]:
            said = _(
                "values around {typical} look like heart rates, and hold no beat-to-beat"
                " intervals: choose a file with RR intervals."
            )
        else:
            said = _(
                "values around {typical} are neither seconds nor milliseconds between heartbeats:"
                " choose a file with RR intervals."
            )
        return self._file.fail(said.format(typical=decimal(f"{typical:.3g}")))

    def in_ms(self, values: Floats) -> Floats:
        """The intervals among values."""
        known = values[kept(values)]
        return of_seconds(known) if self.in_seconds else known

    def _look_at_intervals(self) -> None:
        n = pauses = 0
        sum_ms, first_ms, whole, different = 0.0, 0.0, True, np.empty(0)
        for rows in self._aside.pieces():
            rr_ms = self.in_ms(rows.values)
            if not n and len(rr_ms):
                first_ms = float(rr_ms[0])
            if (long := rr_ms > DAY_MS).any():
                raise self._file.fail(
                    _("an interval is longer than a day: mend it or take it out."),
                    int(rows.lines[kept(rows.values)][np.argmax(long)]),
                )
            n += len(rr_ms)
            sum_ms += float(rr_ms.sum())
            pauses += int(np.count_nonzero(rr_ms > PAUSE_MS))
            if len(different) < 3:
                different = np.unique(np.concatenate((different, rr_ms)))[:3]
            whole = whole and are_whole_rates(rr_ms)
        self._intervals, self._sum_s, self._span_s = n, sum_ms / 1000.0, 0.0
        self._after_first_s = (sum_ms - first_ms) / 1000.0
        if pauses:
            self.doubts.append(pauses_said(pauses))
        # at 133 a minute and slower neighbouring heart rates are 3 ms and more apart: no chance
        if whole and n >= RATES_FROM and len(different) == 3:
            typical = middle(lambda: (self.in_ms(r.values) for r in self._aside.pieces()), n)
            if typical >= SLOW_MS:
                self.doubts.append(_(MADE_OF_RATES))

    # --- their times ---

    def _look_at_times(self, times_unit_s: float | None) -> bool:
        """Whether the times make sense; where they do not, a doubt says so."""
        first, last = np.nan, np.nan
        for rows in self._aside.pieces():
            assert rows.times is not None
            known = rows.times[kept(rows.values)]
            if len(known):
                first = float(known[0]) if np.isnan(first) else first
                last = float(known[-1])
        self.begin = first
        sum_s, span = self._after_first_s, last - first
        self.unit_s = likely_unit_s(span, sum_s) if times_unit_s is None else times_unit_s
        even, before_s = 0, 0.0
        for rows in self._aside.pieces():
            arrival_s = self.arrivals(rows)
            steps = np.diff(arrival_s, prepend=before_s)
            if (steps < BACK_S).any():
                self.doubts.append(_("The times run backwards; the intervals are laid end to end."))
                return False
            even += int(np.count_nonzero(np.abs(steps - 1.0) < EVEN_S))
            before_s = float(arrival_s[-1]) if len(arrival_s) else before_s
        span_s = span * self.unit_s
        if not do_fit(span_s, sum_s):
            self.doubts.append(
                _("The times do not fit the intervals; the intervals are laid end to end.")
            )
            return False
        mean_ms = 1000.0 * self._sum_s / self._intervals
        if is_one_a_second(even, self._intervals - 1, mean_ms):
            raise self._file.fail(
                _(
                    "there is one value a second, whatever the heart did, so beats are missing:"
                    " choose a file with every RR interval."
                )
            )
        if lacks_beats(span_s, sum_s):
            self.doubts.append(missing_said(span_s, sum_s))
        self._span_s = span_s
        return True

    def arrivals(self, rows: Rows) -> Floats:
        """The times of the intervals in s, from that of the first on."""
        assert rows.times is not None
        arrival_s: Floats = (rows.times[kept(rows.values)] - self.begin) * self.unit_s
        return arrival_s


def middle(pieces: Callable[[], Iterator[Floats]], n: int) -> float:
    """The median of ``n`` numbers, none below 0, that come in pieces: by their bits, 16 at a time.

    >>> import numpy as np
    >>> middle(lambda: iter([np.array([3.0, 1.0]), np.array([8.0, 2.0])]), 4)
    2.5
    """
    if n <= AT_ONCE:
        with np.errstate(over="ignore"):  # of two in the middle beyond all bounds
            return float(np.median(np.concatenate(list(pieces()))))
    low = _numbered(pieces, (n - 1) // 2)
    up_to, following = 0, np.inf  # how many are no more than that, and the least that is
    for piece in pieces():
        more = piece[piece > low]
        up_to += len(piece) - len(more)
        following = min(following, float(more.min(initial=np.inf)))
    return (low + (low if up_to > n // 2 else following)) / 2.0


def _numbered(pieces: Callable[[], Iterator[Floats]], place: int) -> float:
    """The number at a place in order of size: the bits of such numbers are in the same order."""
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
