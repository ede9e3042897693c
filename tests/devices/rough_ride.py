"""Minutes of a strap on a bad radio, from a seed: what was measured, sent and heard."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
from tests.devices.warped_time import WarpedClock

from coherence.devices import heart_rate
from coherence.devices.air import Air
from coherence.devices.bumble_radio import radio_in
from coherence.devices.errors import DecodeError
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.people import PEOPLE
from coherence.devices.radio import Radio, listen
from coherence.devices.simulated_strap import MOST_RR, RPeakSensor, StrapFaults
from coherence.devices.sources import Feed
from coherence.devices.virtual_strap import VirtualStrap
from coherence.devices.wearer_heart import Heart
from coherence.model import Arrival, Ended
from coherence.storage.database import Store
from coherence.storage.writer import RecordWriter

JITTER_S = 0.08
LOST, DOUBLED, GARBLED = 0.01, 0.005, 0.002  # shares of frames
PER_HOUR = {"drop": 12.0, "stall": 8.0, "burst": 20.0, "away": 6.0, "contact": 10.0}
STALL_S, BURST_S, AWAY_S, CONTACT_S = (3.0, 14.0), (1.5, 3.5), (5.0, 25.0), (5.0, 20.0)


def number_of(payload: bytes) -> int | None:
    """The number that a frame carries in its energy field; ``None`` of a garbled one."""
    with suppress(DecodeError):
        return heart_rate.decode(payload).energy_kj
    return None


class RoughRide:
    """A strap worn for some minutes of warped time, and everything that goes wrong meanwhile."""

    def __init__(self, seed: int, minutes: float, person: str = "practised") -> None:
        self.ticks: dict[int, tuple[int, ...]] = {}  # by the frame's number: what was measured
        self.without_contact: set[int] = set()
        self.sent: list[bytes] = []  # while somebody listened
        self.heard: list[bytes] = []  # by an ear of our own at bleak's callback
        self.mishaps: list[str] = []
        self._seed, self._end_s = seed, 60.0 * minutes
        self._heart = Heart(PEOPLE[person], seed)
        self._sensor = RPeakSensor(np.random.default_rng(seed), StrapFaults())
        self._sensor.feed(self._heart.history_s)
        self._stalls_until_s = self._off_until_s = -1.0
        self._away = False

    async def run(self, store: Store) -> None:
        """What arrives is recorded as the store's next session."""
        air = Air()
        radio = self._tapped(await radio_in(air))
        strap = VirtualStrap(air)
        await strap.switch_on()
        clock = WarpedClock(asyncio.get_running_loop())
        writer = RecordWriter(store.path, store.begin_session("soak", strap=strap.name))
        feed = Feed(writer.put)
        pumping = asyncio.create_task(feed.pump(listen(strap.address, clock, radio=radio)))
        going_wrong = asyncio.create_task(self._go_wrong(strap, clock))
        try:
            await self._wear(strap, clock)
        finally:
            feed.put(Ended(clock.now_s()))
            for task in (going_wrong, pumping):
                task.cancel()
            await asyncio.gather(going_wrong, pumping, return_exceptions=True)
            trouble = writer.close()
        assert trouble is None
        arrivals: list[Arrival] = feed.drain()  # raises what the source raised
        assert arrivals

    def _tapped(self, radio: Radio) -> Radio:
        assert radio.client is not None
        heard = self.heard

        class Tapped(radio.client):  # type: ignore[misc, name-defined]
            async def start_notify(
                self, characteristic: Any, callback: Callable[[bytearray], None], **options: Any
            ) -> None:
                def both(value: bytearray) -> None:
                    heard.append(bytes(value))
                    callback(value)

                ours = characteristic.uuid == heart_rate.CHARACTERISTIC
                await super().start_notify(characteristic, both if ours else callback, **options)

        return replace(radio, client=Tapped)

    async def _wear(self, strap: VirtualStrap, clock: WarpedClock) -> None:
        """A frame a second: what has beaten since, sometimes lost, doubled or garbled."""
        rng = random.Random(self._seed)
        waiting: list[int] = []
        number, send_s, whole = 0, 1.0, True
        while send_s < self._end_s:
            await asyncio.sleep(clock.until(send_s + rng.uniform(0.0, JITTER_S)))
            beats = self._heart.beats_until(send_s)
            contact = send_s >= self._off_until_s
            if contact:
                waiting += self._sensor.feed(beats)
            else:
                self._sensor.lose_contact()
                waiting = []
                self.without_contact.add(number + 1)
            number += 1
            ticks = self.ticks[number] = tuple(waiting[:MOST_RR])
            waiting = waiting[MOST_RR:]
            said = HeartRateMeasurement(self._sensor.heart_rate_bpm, contact, number, ticks)
            frame, luck = heart_rate.encode(said), rng.random()
            before_came, whole = whole, False
            if luck >= LOST and send_s >= self._stalls_until_s:
                whole = luck >= LOST + GARBLED and strap.listened_to.is_set() and not self._away
                cut = rng.randrange(4)
                await self._send(strap, frame if luck >= LOST + GARBLED else frame[:cut])
                # Right after a silence a second copy reads like a late frame that says the same:
                # nothing could tell them apart (docs/decisions/0002).
                if luck > 1.0 - DOUBLED and before_came and whole:
                    await self._send(strap, frame)
            send_s += rng.uniform(0.99, 1.01)

    async def _send(self, strap: VirtualStrap, frame: bytes) -> None:
        if strap.listened_to.is_set():
            self.sent.append(frame)
            await strap.notify(frame)

    async def _go_wrong(self, strap: VirtualStrap, clock: WarpedClock) -> None:
        """One mishap after another, at their rates."""
        rng = random.Random(self._seed + 1_000_003)
        kinds, rates = list(PER_HOUR), list(PER_HOUR.values())
        while True:
            await asyncio.sleep(rng.expovariate(sum(rates) / 3600.0))
            (kind,) = rng.choices(kinds, rates)
            self.mishaps.append(kind)
            now_s = clock.now_s()
            match kind:
                case "drop":
                    await strap.drop()
                case "stall":  # connected, but silent
                    self._stalls_until_s = now_s + rng.uniform(*STALL_S)
                case "contact":
                    self._off_until_s = now_s + rng.uniform(*CONTACT_S)
                case _:  # back in time, all that was held comes at once; else the link is lost
                    self._away = True
                    strap.walk_away()
                    await asyncio.sleep(rng.uniform(*(BURST_S if kind == "burst" else AWAY_S)))
                    strap.come_back()
                    self._away = False
