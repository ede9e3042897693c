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

AS_CALCULATED = 20  # beats in a row that are 61440 / heart rate, give or take one tick …
UNLIKELY = math.log(1e9)  # … and no chance: a strap may well show the rate of its last interval
EXACTLY_THE_SAME = 60  # beats at one rate: a paced heart strays by a tick or two

REMEMBERED = 600  # intervals
LEAST_FILLED, LEAST_SHARE = 8, 0.015
AROUND = 12  # ticks on each side: real intervals are spread over these
STANDS_OUT = 20.0  # times what lies around it
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


class Calculated:
    """Intervals made of the heart rate: 61440 / rate in each beat, as the rate changes.

    A real strap that shows the rate of its last interval agrees by chance in 3 of 61440 / rate²
    beats, the more often the quicker the heart: so long a row has to be as unlikely at any rate.
    """

    kind = QuirkKind.CALCULATED

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        self._beats = self._exact = 0
        self._unlikely = 0.0
        self._rates: set[int] = set()

    def feed(self, t_s: float, said: HeartRateMeasurement, ticks: tuple[int, ...]) -> bool | None:
        rate = said.heart_rate_bpm
        for interval in ticks:
            off = math.inf if rate == 0 else abs(interval - TICKS_A_MINUTE / rate)
            if off > 1.5:  # one tick from the nearest
                self.begin_anew()
                continue
            self._beats += 1
            self._exact = self._exact + 1 if off <= 0.5 else 0
            self._unlikely -= math.log(min(1.0, 3.0 * rate * rate / TICKS_A_MINUTE))
            self._rates.add(rate)
        if len(self._rates) < 2:
            return True if self._exact >= EXACTLY_THE_SAME else None
        sure = self._beats >= AS_CALCULATED and self._unlikely >= UNLIKELY
        return True if sure else None


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
        near = sum(self._count[interval + off] for off in range(-AROUND, AROUND + 1)) - count
        return count > STANDS_OUT * near / (2 * AROUND)
