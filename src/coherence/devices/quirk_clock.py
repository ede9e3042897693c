"""Quirks that show against the clock: the wrong unit, short extras, more beats than there is time.

The lag of a frame is its arrival less all intervals so far. It rises by what was lost and for as
long as something is late; it falls only by intervals that no heart had time for. So the least lag
of twenty seconds is compared with that of twenty seconds a while before.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from coherence.devices.heart_rate import RR_TICKS_PER_S, HeartRateMeasurement
from coherence.devices.quirk_signs import SHORTEST_TICKS
from coherence.model import QuirkKind

WINDOW_S = 20.0  # of which the least lag counts
MINUTE_S = 60.0
COVERED = 1.1  # of a minute by intervals: beyond, there are too many
OVER_S = 1.5  # a minute that runs ahead by less is as usual: beats fall anywhere between frames
LONG_S = 300.0
LEAST_SHORT, LEAST_SHORT_S = 10, 1.5  # extras, and seconds of them
EXPLAINED = 0.6  # of these seconds the lag must have fallen by

STRETCH_S, LONGEST_S = 180.0, 600.0
SILENCE = 2.5  # times the usual distance of frames: too much may be lost
MILLISECONDS = (975.0, 1009.0)  # units a second of a strap that counts in 1/1000 s; some are lost
TICKS = (1015.0, 1040.0)  # and of one that counts in 1/1024 s
STEPS = 20
LONGEST_TICKS = 3 * RR_TICKS_PER_S  # what is longer may be garbage that reads as a frame


class Ledger:
    """Arrival, lag, sum and number of short intervals of the frames of the last ``span_s``."""

    def __init__(self, span_s: float) -> None:
        self._span_s = span_s + WINDOW_S
        self.begin_anew()

    def begin_anew(self) -> None:
        self._rows: deque[tuple[float, float, float, int]] = deque()
        self._sum_s = self._short_s = 0.0
        self._shorts = 0

    def feed(self, t_s: float, ticks: tuple[int, ...]) -> None:
        short = [t for t in ticks if 0 < t < SHORTEST_TICKS]
        self._sum_s += sum(t for t in ticks if t <= LONGEST_TICKS) / RR_TICKS_PER_S
        self._short_s += sum(short) / RR_TICKS_PER_S
        self._shorts += len(short)
        self._rows.append((t_s, t_s - self._sum_s, self._short_s, self._shorts))
        while self._rows[0][0] < t_s - self._span_s:
            self._rows.popleft()

    def fallen(self) -> tuple[float, float, int] | None:
        """By how much the least lag fell in the span, or since the first frame; shorts in it.

        These in seconds, and their number. ``None`` while there is too little to tell.
        """
        began_s, now_s = self._rows[0][0], self._rows[-1][0]
        early = [row for row in self._rows if row[0] <= began_s + WINDOW_S]
        late = [row for row in self._rows if row[0] > now_s - WINDOW_S]
        if now_s - began_s < 2 * WINDOW_S or not early or not late:
            return None
        first, last = min(early, key=lambda row: row[1]), min(late, key=lambda row: row[1])
        return first[1] - last[1], last[2] - first[2], last[3] - first[3]


class ShortExtras:
    """Very short intervals, and the sum of all runs ahead of the clock by just these."""

    kind = QuirkKind.SHORT_EXTRAS

    def __init__(self) -> None:
        self._ledger = Ledger(LONG_S)

    def begin_anew(self) -> None:
        self._ledger.begin_anew()

    def feed(self, t_s: float, said: HeartRateMeasurement, ticks: tuple[int, ...]) -> bool | None:
        self._ledger.feed(t_s, ticks)
        if not any(0 < t < SHORTEST_TICKS for t in ticks):
            return None
        fallen = self._ledger.fallen()
        if fallen is None:
            return None
        by_s, short_s, shorts = fallen
        enough = shorts >= LEAST_SHORT and short_s >= LEAST_SHORT_S
        return True if enough and by_s > EXPLAINED * short_s else None


class TooMany:
    """In a minute the intervals cover more than a minute and a tenth."""

    kind = QuirkKind.TOO_MANY

    def __init__(self) -> None:
        self._ledger = Ledger(MINUTE_S)

    def begin_anew(self) -> None:
        self._ledger.begin_anew()

    def feed(self, t_s: float, said: HeartRateMeasurement, ticks: tuple[int, ...]) -> bool | None:
        self._ledger.feed(t_s, ticks)
        fallen = self._ledger.fallen()
        if fallen is None:
            return None
        if fallen[0] > (COVERED - 1.0) * MINUTE_S:
            return True
        return False if fallen[0] < OVER_S else None


class Milliseconds:
    """The raw sum grows by 1000 a second, and rate times interval makes 60000 a minute.

    Either alone may err: lost intervals slow the sum, and a strap may show a rate that is off.
    """

    kind = QuirkKind.MILLISECONDS

    def __init__(self) -> None:
        self._steps_s: deque[float] = deque([1.0], maxlen=STEPS)
        self._known = False
        self.begin_anew()

    def begin_anew(self) -> None:
        self._began_s: float | None = None
        self._before_s = 0.0
        self._raw = 0
        self._n = self._t = self._sum = self._tt = self._tsum = 0.0  # over the frames
        self._products: list[float] = []  # rate times interval, a second

    def feed(self, t_s: float, said: HeartRateMeasurement, ticks: tuple[int, ...]) -> bool | None:
        if self._known:
            return None
        if self._began_s is not None:
            step_s = t_s - self._before_s
            silent = step_s > SILENCE * median(self._steps_s)
            self._steps_s.append(step_s)
            if silent or said.contact is False or max(ticks, default=0) > LONGEST_TICKS:
                self.begin_anew()
                return None
        self._before_s = t_s
        if self._began_s is None:
            self._began_s = t_s  # its intervals lie before the stretch
            return None
        self._raw += sum(ticks)
        if rate := said.heart_rate_bpm:
            self._products += [rate * t / 60.0 for t in ticks if t]
        t = t_s - self._began_s
        self._n += 1.0
        self._t += t
        self._sum += self._raw
        self._tt += t * t
        self._tsum += t * self._raw
        return self._decided(t) if t >= STRETCH_S else None

    def _decided(self, t: float) -> bool | None:
        units_a_second = (self._n * self._tsum - self._t * self._sum) / (
            self._n * self._tt - self._t * self._t
        )
        by_rate = median(self._products) if self._products else None
        if _within(units_a_second, TICKS):
            self._known = True
        elif _within(units_a_second, MILLISECONDS) and not _within(by_rate, TICKS):
            self._known = True
            return True
        elif t > LONGEST_S:
            self.begin_anew()
        return None


def _within(units: float | None, span: tuple[float, float]) -> bool:
    return units is not None and span[0] <= units <= span[1]
