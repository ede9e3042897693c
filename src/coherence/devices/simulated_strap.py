"""The simulated strap: from a heart's beats to notifications, and what goes wrong on the way."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from coherence.devices import battery, heart_rate
from coherence.devices.heart_rate import RR_TICKS_PER_S, HeartRateMeasurement
from coherence.devices.simulated_signals import SimulatedSignals, TwoEars
from coherence.devices.wearer_heart import Heart
from coherence.model import Arrival, LinkChanged, LinkState, Notification

CADENCE_S = (1.00, 0.01)  # from one notification to the next: mean and sd
LATENCY_S = 0.05
JITTER_S, LONGEST_JITTER_S = 0.08, 0.85  # exponential, and short enough that none overtakes
APART_S = 0.001  # no two arrivals share a time
MOST_RR = 9  # in the 20 bytes that any connection carries; the rest waits for the next frame
SHOWN_OVER_BEATS = 5  # the strap's own heart rate is a mean of so many intervals
CONNECTING_S = (0.6, 1.4)
BATTERY_READ_S, BATTERY_EVERY_S = 0.2, 600.0
BATTERY_AT_START = (55, 100)
BATTERY_S_PER_PERCENT = 4 * 3600.0  # a coin cell lasts some 400 h
CONTACT_AWAY_S = (5.0, 20.0)
NOTICED_AFTER_S = 2.0  # a link counts as lost when nothing was heard for so long
LINK_AWAY_S = (4.0, 15.0)
RETRY_S = 0.25
HELD_BACK = 2  # notifications of a late burst, before the one that brings them along
BURST_APART_S = 0.012
DUPLICATE_AFTER_S = (0.002, 0.03)
EXTRA_AT = (0.25, 0.75)  # where in an interval a beat is seen that is none
MOVES_S = (15.0, 40.0)
MOVING_PER_100 = 14.0  # beats that are not seen, and as many that are none, while somebody moves


@dataclass(frozen=True, slots=True)
class StrapFaults:
    """What goes wrong between skin and program: nothing, unless it is said.

    Shares are of notifications, ``_per_100`` of beats. Contact goes for 5 to 20 s, the link for 4
    to 15 s; a late burst holds two notifications back until the third.
    """

    drop_share: float = 0.0
    duplicate_share: float = 0.0
    garbled_per_hour: float = 0.0
    late_burst_per_hour: float = 0.0
    contact_loss_per_hour: float = 0.0
    link_loss_per_hour: float = 0.0
    missed_per_100: float = 0.0  # beats that the strap does not see
    extra_per_100: float = 0.0  # beats that it sees where there are none
    moves_per_hour: float = 0.0  # for 15 to 40 s each


class RPeakSensor:
    """Turns beats into intervals of whole ticks; their sum never strays from the beats' times."""

    def __init__(self, rng: np.random.Generator, faults: StrapFaults) -> None:
        self._rng, self._faults = rng, faults
        self._last_tick: int | None = None
        self._recent: deque[int] = deque(maxlen=SHOWN_OVER_BEATS)

    def feed(self, beats_s: list[float], moving: bool = False) -> list[int]:
        """The intervals that end with ``beats_s``."""
        intervals: list[int] = []
        more = MOVING_PER_100 if moving else 0.0
        for t_s in beats_s:
            missed, extra = 100.0 * self._rng.uniform(size=2)
            if missed < self._faults.missed_per_100 + more:
                continue
            tick = round(t_s * RR_TICKS_PER_S)
            if self._last_tick is not None:
                whole = tick - self._last_tick
                self._recent.append(whole)
                if extra < self._faults.extra_per_100 + more:
                    first = round(whole * self._rng.uniform(*EXTRA_AT))
                    intervals += [first, whole - first]
                else:
                    intervals.append(whole)
            self._last_tick = tick
        return intervals

    def lose_contact(self) -> None:
        """The next beat begins an interval and ends none."""
        self._last_tick = None

    @property
    def heart_rate_bpm(self) -> int:
        """What a strap shows: smoothed, and held while nothing is felt."""
        return round(60 * RR_TICKS_PER_S * len(self._recent) / sum(self._recent))


class SimulatedStrap:
    """A strap on ``heart``; ``run`` yields what it says, link and all, for ever.

    With ``measures`` it also sends an ECG and the movement of the chest, as a Polar H10 does.
    """

    def __init__(
        self,
        heart: Heart,
        *,
        seed: int,
        strap_id: str,
        faults: StrapFaults,
        reports_contact: bool,
        measures: bool = False,
    ) -> None:
        self._ears, self._strap_id, self._faults = TwoEars(heart), strap_id, faults
        self._signals: SimulatedSignals | None = None
        if measures:
            share = faults.drop_share
            self._signals = SimulatedSignals(self._ears, seed=seed, drop_share=share)
        self._reports_contact = reports_contact
        # Timing, sensor and mishaps draw apart: one kind of fault does not move another.
        self._rng, sensor_rng, self._mishaps = (
            np.random.default_rng([seed, which]) for which in (1, 2, 3)
        )
        self._sensor = RPeakSensor(sensor_rng, faults)
        self._sensor.feed(heart.history_s)
        self._waiting: deque[int] = deque()  # intervals not sent yet
        self._held: list[bytes] = []
        self._to_hold = 0
        self._stamped_s = -math.inf
        self._battery_percent = float(self._rng.integers(*BATTERY_AT_START))
        self._burst_s = self._after(0.0, faults.late_burst_per_hour)
        self._garble_s = self._after(0.0, faults.garbled_per_hour)
        self._contact_off_s = self._after(0.0, faults.contact_loss_per_hour)
        self._contact_back_s = self._contact_off_s + self._rng.uniform(*CONTACT_AWAY_S)
        self._moves_s = self._after(0.0, faults.moves_per_hour)
        self._rests_s = self._moves_s + self._rng.uniform(*MOVES_S)

    def run(self) -> Iterator[Arrival]:
        """What arrives, in order; times strictly increase."""
        connected_s = self._rng.uniform(*CONNECTING_S)
        yield self._link(0.0, LinkState.CONNECTING)
        while True:
            broken_s = self._after(connected_s, self._faults.link_loss_per_hour)
            yield from self._connection(connected_s, broken_s)
            yield self._link(broken_s + NOTICED_AFTER_S, LinkState.LOST, "out of range")
            yield self._link(broken_s + NOTICED_AFTER_S + RETRY_S, LinkState.CONNECTING)
            connected_s = broken_s + NOTICED_AFTER_S + self._mishaps.uniform(*LINK_AWAY_S)

    def _connection(self, from_s: float, to_s: float) -> Iterator[Arrival]:
        self._sensor.feed(self._beats_until(from_s))  # felt, but nobody was listening
        self._waiting.clear()
        self._held.clear()
        yield self._link(from_s, LinkState.LISTENING)
        if self._signals is not None:
            self._signals.begin(from_s)
        streaming = False
        battery_s = from_s + BATTERY_READ_S
        send_s = from_s + self._rng.uniform(BATTERY_READ_S, 1.0)
        while send_s < to_s:
            if send_s >= battery_s:
                yield self._say(battery_s, battery.CHARACTERISTIC, self._battery_level(battery_s))
                battery_s += BATTERY_EVERY_S
            said = self._measure(send_s)
            arrives_s = send_s + LATENCY_S + min(LONGEST_JITTER_S, self._rng.exponential(JITTER_S))
            yield from self._measured(arrives_s)
            for after_s, payload in self._on_the_way(send_s, heart_rate.encode(said)):
                yield self._say(arrives_s + after_s, heart_rate.CHARACTERISTIC, payload)
                if said.rr_ticks and not streaming:
                    streaming = True
                    yield self._link(arrives_s, LinkState.STREAMING)
            send_s += self._rng.normal(*CADENCE_S)

    def _measured(self, until_s: float) -> Iterator[Arrival]:
        """The signals that arrive until then."""
        if self._signals is not None:
            contact, moving = until_s < self._contact_off_s, self._is_moving(until_s)
            for t_s, characteristic, payload in self._signals.until(until_s, contact, moving):
                yield self._say(t_s, characteristic, payload)

    def _is_moving(self, t_s: float) -> bool:
        if t_s >= self._rests_s:
            self._moves_s = self._after(t_s, self._faults.moves_per_hour)
            self._rests_s = self._moves_s + self._mishaps.uniform(*MOVES_S)
        return t_s >= self._moves_s

    def _beats_until(self, t_s: float) -> list[float]:
        return self._ears.beats_until(t_s, 0)

    def _measure(self, t_s: float) -> HeartRateMeasurement:
        """What the strap sends at ``t_s``."""
        if t_s >= self._contact_back_s:
            self._contact_off_s = self._after(t_s, self._faults.contact_loss_per_hour)
            self._contact_back_s = self._contact_off_s + self._mishaps.uniform(*CONTACT_AWAY_S)
        contact = t_s < self._contact_off_s
        beats_s = self._beats_until(t_s)
        if contact:
            self._waiting.extend(self._sensor.feed(beats_s, self._is_moving(t_s)))
        else:
            self._sensor.lose_contact()
            self._waiting.clear()
        return HeartRateMeasurement(
            self._sensor.heart_rate_bpm,
            contact if self._reports_contact else None,
            None,
            tuple(self._waiting.popleft() for _ in range(min(MOST_RR, len(self._waiting)))),
        )

    def _on_the_way(self, t_s: float, payload: bytes) -> list[tuple[float, bytes]]:
        """What arrives when a frame is sent at ``t_s``: (s after it was due, payload) of each."""
        dropped, twice, damage = self._mishaps.uniform(size=3)
        if t_s >= self._garble_s:
            self._garble_s = self._after(t_s, self._faults.garbled_per_hour)
            payload = payload[: int(damage * 2)]  # nothing, or the flags alone
        if dropped < self._faults.drop_share:
            return []
        if t_s >= self._burst_s:
            self._burst_s = self._after(t_s, self._faults.late_burst_per_hour)
            self._to_hold = HELD_BACK
        self._held.append(payload)
        if self._to_hold:
            self._to_hold -= 1
            return []
        arriving = [(i * BURST_APART_S, held) for i, held in enumerate(self._held)]
        self._held.clear()
        if twice < self._faults.duplicate_share:
            arriving.append((arriving[-1][0] + self._mishaps.uniform(*DUPLICATE_AFTER_S), payload))
        return arriving

    def _after(self, t_s: float, per_hour: float) -> float:
        return t_s + self._mishaps.exponential(3600.0 / per_hour) if per_hour > 0.0 else math.inf

    def _battery_level(self, t_s: float) -> bytes:
        left = self._battery_percent - t_s / BATTERY_S_PER_PERCENT
        return battery.encode(max(0, math.floor(left)))

    def _say(self, t_s: float, characteristic: str, payload: bytes) -> Notification:
        return Notification(self._stamp(t_s), self._strap_id, characteristic, payload)

    def _link(self, t_s: float, state: LinkState, reason: str = "") -> LinkChanged:
        return LinkChanged(self._stamp(t_s), self._strap_id, state, reason)

    def _stamp(self, t_s: float) -> float:
        self._stamped_s = max(t_s, self._stamped_s + APART_S)
        return self._stamped_s
