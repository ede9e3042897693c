"""Sight and sound keep together: a sound device has a clock of its own, which is followed here."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from coherence.sound.kinds import RATE_HZ

BURST_S = 0.02  # what a device asks for within this time of its start fills its buffer
BLOCK_S, BLOCKS = 2.0, 30  # the earliest call of each block counts; so many are looked back on
USUAL_DRIFT = 50e-6  # clocks differ by about so much …
MOST_DRIFT = 5e-4  # … and never by more than this; under one cent
CALL_NOISE_S = 0.5e-3  # … and the earliest calls come as exactly as this
STALLED_S = 0.02  # a block that is off by more: the device stood still for a while
BEND = 5e-4  # the most by which sound is hurried or held to catch up: under one cent
JUMP_S = 0.03  # too far off to be caught up with


class DeviceClock:
    """Tells when a frame will be heard, from when the device asked for those before.

    A device asks in bursts and late, never early: only the earliest calls tell its time.
    """

    def __init__(self) -> None:
        self._begun_s: float | None = None
        self._burst, self._period = 0, 0  # frames
        self._blocks: deque[tuple[float, float]] = deque(maxlen=BLOCKS)
        self._block_end_s = 0.0
        self._earliest: tuple[float, float] | None = None  # of the block that runs
        self._line = (0.0, 0.0, 0.0)  # at, offset, drift

    @property
    def running(self) -> bool:
        return self._begun_s is not None

    @property
    def latency_s(self) -> float:
        """How long after it was asked for a frame is heard: what lies in the device's buffer."""
        return max(self._burst - self._period, self._period) / RATE_HZ

    def asked(self, first: int, n: int, now_s: float) -> None:
        """The device asked for ``n`` frames from ``first`` on at ``now_s``."""
        at_s, offset_s = first / RATE_HZ, now_s - first / RATE_HZ
        if self._begun_s is None:
            self._begun_s, self._period = now_s, n
            self._block_end_s = at_s + BLOCK_S
        if now_s - self._begun_s <= BURST_S:
            self._burst += n
            self._earliest = at_s, offset_s  # each of the first ones counts anew
        elif self._earliest is None or offset_s < self._earliest[1]:
            self._earliest = at_s, offset_s
        assert self._earliest is not None
        if at_s >= self._block_end_s:
            self._end_block(at_s)
        elif not self._blocks:
            self._line = (*self._earliest, 0.0)

    def heard_s(self, frame: int) -> float:
        """When ``frame`` will be heard, in the time in which ``asked`` was told."""
        at_s, offset_s, drift = self._line
        return frame / RATE_HZ + offset_s + drift * (frame / RATE_HZ - at_s) + self.latency_s

    def _end_block(self, at_s: float) -> None:
        assert self._earliest is not None
        line_at_s, offset_s, drift = self._line
        expected_s = offset_s + drift * (self._earliest[0] - line_at_s)
        if abs(self._earliest[1] - expected_s) > STALLED_S:
            self._blocks.clear()
        self._blocks.append(self._earliest)
        self._earliest, self._block_end_s = None, at_s + BLOCK_S
        n = len(self._blocks)
        middle_s = sum(t for t, _ in self._blocks) / n
        mean_s = sum(o for _, o in self._blocks) / n
        spread = sum((t - middle_s) ** 2 for t, _ in self._blocks)
        slope = sum((t - middle_s) * (o - mean_s) for t, o in self._blocks)
        drift = slope / (spread + (CALL_NOISE_S / USUAL_DRIFT) ** 2)
        self._line = middle_s, mean_s, max(-MOST_DRIFT, min(MOST_DRIFT, drift))


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of device frames and the session frames that are heard in them."""

    first: int
    n: int
    place: float  # the session frame heard at ``first``
    step: float  # session frames for each of the device's

    def at(self, frame: int) -> float:
        return self.place + (frame - self.first) * self.step


class Course:
    """Which part of the session each frame of the device is to hold; bends, and seldom jumps."""

    def __init__(self, clock: DeviceClock) -> None:
        self._clock = clock
        self._legs: deque[Leg] = deque()

    def next(self, first: int, n: int, *, anew: bool = False) -> Leg:
        """The leg for ``n`` frames from ``first`` on, which takes the place of any from there.

        It joins what went before, unless ``anew`` or that is too far off.
        """
        begin = self._clock.heard_s(first) * RATE_HZ
        end = self._clock.heard_s(first + n) * RATE_HZ
        place = self._place(first)
        if place is None or anew or abs(begin - place) > JUMP_S * RATE_HZ:
            place = begin
        bend = max(-BEND, min(BEND, (begin - place) / n))
        while self._legs and self._legs[-1].first >= first:
            self._legs.pop()
        leg = Leg(first, n, place, (end - begin) / n + bend)
        self._legs.append(leg)
        return leg

    def off_s(self, frame: int) -> float:
        """By how much ``frame`` would be heard later than what it holds belongs; 0 if unknown."""
        place = self._place(frame)
        return 0.0 if place is None else self._clock.heard_s(frame) - place / RATE_HZ

    def forget_before(self, frame: int) -> None:
        """What was heard long ago is not asked for again."""
        while len(self._legs) > 1 and self._legs[1].first <= frame:
            self._legs.popleft()

    def _place(self, frame: int) -> float | None:
        for leg in reversed(self._legs):
            if leg.first <= frame:
                return leg.at(frame) if frame <= leg.first + leg.n else None
        return None
