"""Whatever happens to a link, in any order: each beat that was told is in the record once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError, BleakError
from bleak.exc import BleakBluetoothNotAvailableReason as Why
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.devices.scripted_radio import NAME, OURS, Trouble, World
from tests.devices.test_beat_clock import check
from tests.devices.warped_time import WarpedClock, WarpedLoop

from coherence.devices import heart_rate
from coherence.devices.decoder import StrapDecoder
from coherence.devices.errors import DecodeError
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.radio import PATIENCE, Station, listen
from coherence.model import (
    Arrival,
    Beat,
    Ended,
    Event,
    LeftOut,
    LinkChanged,
    LinkState,
    Notification,
    Repeated,
    StrapSeen,
)

LONG = bool(os.environ.get("COHERENCE_LONG"))
CALLS = ("start", "stop", "connect", "disconnect", "start_notify", "read")
TROUBLES: list[Trouble] = [
    None,
    TimeoutError(),
    BleakError("failed"),
    BleakDBusError("org.bluez.Error.InProgress", []),
    BleakDBusError("org.bluez.Error.NotPermitted", ["Not paired"]),
    BleakBluetoothNotAvailableError("off", Why.POWERED_OFF),
    AssertionError(),
    AttributeError("'NoneType' object has no attribute 'call'"),
    EOFError(),
]
TICKS = st.integers(600, 1500) | st.sampled_from([0, 1, 52, 65535])
FRAMES = st.lists(st.lists(TICKS, max_size=9).map(tuple), min_size=1, max_size=6)
GHOST = 0xFFFF  # the energy of a frame that no living link told
BACK_S = 90.0  # by then a strap that can be reached is: a hanging connection alone has 25 s


class AnyOrder(RuleBasedStateMachine):
    """The real supervisor on bleak's own classes, in warped time, above a scripted system."""

    @initialize()
    def begin(self) -> None:
        self.loop = WarpedLoop()
        asyncio.set_event_loop(self.loop)
        self.world, self.arrivals = World(), list[Arrival]()
        self.told: list[bytes] = []  # what a living link told, while it was not given up
        self.serial = 0
        self.waits(0.0)
        patience = replace(PATIENCE, scan_s=1.0)
        strap = StrapSeen(OURS, NAME)
        source = listen(strap, WarpedClock(self.loop), radio=self.world.radio, patience=patience)
        self.source = source
        self.listening = self.loop.create_task(source.into(self.arrivals.append))
        self.waits(2.0)  # a radio that cannot be used at the very start is an error

    @property
    def states(self) -> list[LinkState]:
        return [each.state for each in self.arrivals if isinstance(each, LinkChanged)]

    @property
    def recorded(self) -> list[bytes]:
        return [
            each.payload
            for each in self.arrivals
            if isinstance(each, Notification) and each.characteristic == heart_rate.CHARACTERISTIC
        ]

    def waits(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def does(self, what: Callable[[], None]) -> None:
        """On the loop, as all that a system tells bleak."""

        async def doing() -> None:
            what()

        self.loop.run_until_complete(doing())

    def says(self, frame: bytes) -> None:
        self.does(lambda: self._says(frame))

    def _says(self, frame: bytes) -> None:
        client = self.world.listening
        if client is None:
            return
        given_up = self.states[-1:] == [LinkState.LOST]
        client.callbacks[heart_rate.CHARACTERISTIC](bytearray(frame))
        if not given_up:  # else the gap is told already
            self.told.append(frame)

    @rule(frames=FRAMES, apart_s=st.sampled_from([0.0, 0.3, 1.0, 1.0, 1.0]))
    def beats(self, frames: list[tuple[int, ...]], apart_s: float) -> None:
        for ticks in frames:
            self.serial += 1
            said = HeartRateMeasurement(60, energy_kj=self.serial % GHOST, rr_ticks=ticks)
            self.says(heart_rate.encode(said))
            self.waits(apart_s)

    @rule(payload=st.binary(max_size=20))
    def garbles(self, payload: bytes) -> None:
        self.says(payload)

    @rule(n=st.integers(2, 300))
    def storms(self, n: int) -> None:
        frame = heart_rate.encode(HeartRateMeasurement(60, rr_ticks=(1024,)))
        self.does(lambda: [self._says(frame) for _ in range(n)].clear())

    @rule()
    def a_client_of_before_goes_on_talking(self) -> None:
        ghost = heart_rate.encode(HeartRateMeasurement(60, energy_kj=GHOST, rr_ticks=(1024,)))
        for client in self.world.clients:
            if not client.is_connected and client.heard is not None:
                self.does(partial(client.heard, bytearray(ghost)))

    @rule(seconds=st.sampled_from([0.001, 0.01, 0.1, 1.0, 4.9, 5.1, 12.0]))
    def time_goes_by(self, seconds: float) -> None:
        self.waits(seconds)

    @rule()
    def the_link_ends(self) -> None:
        self.does(self.world.drop)

    @rule(awake=st.booleans())
    def the_strap_sleeps_or_wakes(self, awake: bool) -> None:
        self.world.awake = awake

    @rule(powered=st.booleans())
    def bluetooth_is_turned_on_or_off(self, powered: bool) -> None:
        if powered:
            self.world.powered = True
        else:
            self.does(self.world.turn_off)

    @rule(call=st.sampled_from(CALLS), trouble=st.sampled_from(TROUBLES))
    def a_call_goes_wrong(self, call: str, trouble: Trouble) -> None:
        self.world.troubles.setdefault(call, []).append(trouble)

    @invariant()
    def holds(self) -> None:
        assert not self.listening.done(), "the session is cut off from its strap"
        assert len(self.world.linked) <= 1
        assert all(client.address == OURS for client in self.world.clients), "a stranger's strap"
        assert self.recorded == self.told

    def teardown(self) -> None:
        if not hasattr(self, "listening"):
            return
        try:
            self._all_is_well_again()
            self._it_is_let_go_of()
            self._the_record_holds_together()
        finally:
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.waits(0.0)
            self.loop.close()
            asyncio.set_event_loop(None)

    def _all_is_well_again(self) -> None:
        self.world.powered = self.world.awake = True
        self.world.troubles.clear()
        until_s = self.loop.time() + BACK_S
        while self.world.listening is None and self.loop.time() < until_s:
            self.waits(0.1)
        before = len(self.told)
        self.beats([(1000,), (1001,), (1002,)], 1.0)
        assert len(self.told) == before + 3, "it does not come back"
        self.holds()
        assert self.states[-1] is LinkState.STREAMING

    def _it_is_let_go_of(self) -> None:
        self.listening.cancel()
        self.loop.run_until_complete(asyncio.wait({self.listening}))
        self.waits(0.0)
        assert self.listening.cancelled()
        assert self.world.linked == []
        assert self.world.scanners == set()
        assert all(client.times_let_go for client in self.world.clients)
        self.arrivals.append(Ended(self.loop.time()))
        station = self.loop.run_until_complete(self._station())
        assert station.held == {}

    async def _station(self) -> Station:
        return Station.of(self.world.radio)

    def _the_record_holds_together(self) -> None:
        times = [each.t_s for each in self.arrivals]
        assert all(a <= b for a, b in pairwise(times))
        decoder = StrapDecoder(OURS)
        events: list[Event] = [e for each in self.arrivals for e in decoder.feed(each)]
        check(events)
        said = 0
        for payload in self.recorded:
            with suppress(DecodeError):
                frame = heart_rate.decode(payload)
                if frame.contact is not False:  # off the skin no interval is a heartbeat
                    said += sum(1 for each in frame.rr_ticks if each)
        beats = [each for each in events if isinstance(each, Beat)]
        aside = [each for each in events if isinstance(each, Repeated | LeftOut)]
        assert len(beats) + sum(each.intervals for each in aside) == said


AnyOrder.TestCase.settings = settings(
    max_examples=400 if LONG else 25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
test_in_any_order = pytest.mark.filterwarnings("error")(AnyOrder.TestCase)
