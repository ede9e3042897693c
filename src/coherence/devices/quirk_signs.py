"""Quirks that frames give away by what they say: none, made up, filled in, no word on contact.

Each sign is fed every frame of a strap. It says ``True`` once it is sure, ``False`` once what it
found is over, else ``None``.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from statistics import median
from typing import Protocol

from coherence.devices.heart_rate import RR_TICKS_PER_S, HeartRateMeasurement
from coherence.model import QuirkKind

SHORTEST_TICKS = 205  # 200 ms, 300 beats a minute: no heart is quicker
TICKS_A_MINUTE = 60 * RR_TICKS_PER_S
NONE_FOR_S = 30.0
SILENT_ON_CONTACT = 20  # frames

RATES, OUTLIERS = 100, 2  # of a row, and those left out at either end
UNLIKELY = math.log(1e9)  # a strap may well show the rate of its last interval, and fit by chance

REMEMBERED = 600  # intervals
LEAST_FILLED, LEAST_SHARE = 12, 0.015
AROUND = 32  # ticks on each side: real intervals are spread over these, be it in steps of 10 ms
STANDS_OUT = 8.0  # times the most of any that lies around it
APART = 0.12  # of the median: nearer, a very even heart looks alike


class Sign(Protocol):
    """What gives one quirk away."""

    kind: QuirkKind

    def feed(self, t_s: float, said: HeartRateMeasurement, ticks: tuple[int, ...]) -> bool | None:
        """Take in a frame; ``ticks`` are its intervals without extras that are known of."""

    def begin_anew(self) -> None:
        """The link broke: what was counted over time has to begin anew."""


class NoIntervals:
    """A heart rate, and no interval ever."""

    kind = QuirkKind.NO_INTERVALS

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._ever = False

    def feed(self, t_s: float, said: HeartRateMeasurement, ticks: tuple[int, ...]) -> bool | None:
        if any(ticks):
            self._ever = True
            return False
        if self._ever or said.contact is False or said.heart_rate_bpm == 0:
            self._since_s = None
            return None
        if self._since_s is None:
            self._since_s = t_s
        return True if t_s - self._since_s >= NONE_FOR_S else None

    def begin_anew(self) -> None:
        self._since_s = None


class ContactUnknown:
    """No frame says whether there is contact."""

    kind = QuirkKind.CONTACT_UNKNOWN

    def __init__(self) -> None:
        self._frames = 0

    def feed(self, t_s: float, said: HeartRateMeasurement, ticks: tuple[int, ...]) -> bool | None:
        if said.contact is not None:
            self._frames = 0
            return False
        self._frames += 1
        return True if self._frames >= SILENT_ON_CONTACT else None

    def begin_anew(self) -> None:
        pass


class Run:
    """Beats in a row whose interval is 61440 / rate, less something from ``low`` to ``high``.

    It is sure after so many beats over rates ``span`` times apart, when that is no chance either.
    """

    def __init__(self, low: float, high: float, beats: int, span: float) -> None:
        self._low, self._high, self._least, self._span = low, high, beats, span
        self.begin_anew()

    def begin_anew(self) -> None:
        self._beats, self._unlikely = 0, 0.0
        self._rates: deque[int] = deque(maxlen=RATES)

    def feed(self, off: float, rate: int) -> bool:
        """Whether it is sure, with an interval that is ``off`` by so many ticks."""
        if not self._low <= off <= self._high:
            if self._beats:
                self.begin_anew()
            return False
        self._beats += 1
        self._rates.append(rate)
        self._unlikely -= math.log(min(1.0, (self._high - self._low) * rate**2 / TICKS_A_MINUTE))
        if self._beats < self._least or self._unlikely < UNLIKELY:
            return False
        some = sorted(self._rates)[OUTLIERS:-OUTLIERS]
        return some[-1] >= self._span * some[0]


class Calculated:
    """Intervals made of the heart rate: 61440 / rate in each beat, as the rate changes.

    Rounded, cut, or by way of another unit and so a tick off. Why rates have to be apart: where a
    strap measures in steps of 8 ms, these are one beat a minute near a rate of 87, and all fit.
    """

    kind = QuirkKind.CALCULATED

    def __init__(self) -> None:
        self._found = False
        self._runs = (
            Run(-0.5, 0.5, 20, 1.10),
            Run(-0.5, 0.5, 60, 1.0),
            Run(0.0, 1.0, 20, 1.10),
            Run(0.0, 1.0, 60, 1.0),
            Run(-1.5, 1.5, 20, 1.20),
        )

    def begin_anew(self) -> None:
        for run in self._runs:
            run.begin_anew()

    def feed(self, t_s: float, said: HeartRateMeasurement, ticks: tuple[int, ...]) -> bool | None:
        rate = said.heart_rate_bpm
        for interval in ticks if not self._found else ():
            off = math.inf if rate == 0 else TICKS_A_MINUTE / rate - interval
            for run in self._runs:
                self._found |= run.feed(off, rate)
        return self._found or None


class Filler:
    """One interval, to the tick, far too often: and nothing like it around it."""

    kind = QuirkKind.FILLER

    def __init__(self) -> None:
        self._last: deque[int] = deque(maxlen=REMEMBERED)
        self._count: Counter[int] = Counter()

    def begin_anew(self) -> None:
        pass

    def feed(self, t_s: float, said: HeartRateMeasurement, ticks: tuple[int, ...]) -> bool | None:
        for interval in ticks:
            if interval == 0:
                continue
            if len(self._last) == REMEMBERED:
                self._count[self._last[0]] -= 1
            self._last.append(interval)
            self._count[interval] += 1
            if self._stands_out(interval):
                return True
        return None

    def _stands_out(self, interval: int) -> bool:
        count = self._count[interval]
        if count < max(LEAST_FILLED, LEAST_SHARE * len(self._last)):
            return False
        usual = median(self._last)
        if interval < SHORTEST_TICKS or abs(interval - usual) < APART * usual:
            return False
        around = range(interval - AROUND, interval + AROUND + 1)
        return count > STANDS_OUT * max(self._count[other] for other in around if other != interval)
