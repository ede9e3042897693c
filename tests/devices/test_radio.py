"""The real bleak on a virtual radio: every way a link can go, and nothing lost or doubled."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from bleak import BleakClient, BleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)
from tests.devices.virtual_radio import (
    BRIEF,
    Ear,
    clock_here,
    frame,
    in_the_air,
    run,
    run_at_once,
    strap_on,
)

from coherence.devices import battery, heart_rate
from coherence.devices.air import Air
from coherence.devices.asking import explained
from coherence.devices.bumble_radio import radio_in
from coherence.devices.decoder import StrapDecoder
from coherence.devices.listener import QUIET_REASON
from coherence.devices.radio import (
    SYSTEM,
    Radio,
    Station,
    find_strap,
    find_straps,
    listen,
    scan,
)
from coherence.devices.radio_error import RadioError, RadioReason, asks_for_a_hand, radio_error
from coherence.devices.sources import Feed, SessionClock, SourceLoop
from coherence.devices.virtual_strap import VirtualStrap
from coherence.model import Beat, Gap, LinkState, Notification, Repeated, StrapSeen, Undecodable

SPEED = 40.0  # a beat a second becomes one in 25 ms


async def send(strap: VirtualStrap, *frames: bytes) -> None:
    for one in frames:
        await strap.notify(one)


async def talking(
    wanted: str | StrapSeen, radio: Radio, strap: VirtualStrap, **options: Any
) -> Ear:
    """An ear that has heard the strap's first frame."""
    ear = Ear(wanted, radio, **options)
    await strap.listened_to.wait()  # what is sent before is lost, as in life
    await strap.notify(frame(60, 1024))
    await ear.until_frames(1)
    ear.arrivals.clear()
    return ear


async def told_when(strap: VirtualStrap, what: str) -> None:
    while not getattr(strap, what):  # noqa: ASYNC110 - Bumble has no event for it
        await asyncio.sleep(0.01)


# --- finding --------------------------------------------------------------------------------------


def test_a_scan_finds_straps_and_leaves_out_other_devices() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        await strap_on(air, rssi_dbm=-71)
        await strap_on(air, "TICKR 1234", "C0:FF:EE:00:00:02", rssi_dbm=-49)
        await strap_on(air, "Lamp", "C0:FF:EE:00:00:03", heart_rate_service=False)

        straps = await find_straps(0.15, radio=radio)
        assert straps == [
            StrapSeen("C0:FF:EE:00:00:02", "TICKR 1234", -49),
            StrapSeen("C0:FF:EE:00:00:01", "Polar H10 0A1B2C3D", -71),
        ]
        shown = await find_straps(0.15, radio=radio, show_all=True)
        assert {strap.name for strap in shown} == {"TICKR 1234", "Polar H10 0A1B2C3D", "Lamp"}

    run_at_once(test())


def test_a_name_that_comes_in_the_scan_response_is_found_too() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        name = "A strap with a rather long name"
        await strap_on(air, name)
        assert [strap.name for strap in await find_straps(0.15, radio=radio)] == [name]

    run_at_once(test())


def test_straps_are_told_as_they_come() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        await strap_on(air)
        async with aclosing(scan(radio=radio)) as sightings:
            assert (await anext(sightings)).name == "Polar H10 0A1B2C3D"
            await strap_on(air, "TICKR 1234", "C0:FF:EE:00:00:02")
            assert (await anext(sightings)).name == "TICKR 1234"
        # the scanner was let go
        assert len(await find_straps(0.15, radio=radio)) == 2

    run_at_once(test())


def test_one_strap_is_found_by_name_or_the_sentence_says_its_name() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        await strap_on(air)
        assert (await find_strap("h10", 1.0, radio=radio)).strap_id == "C0:FF:EE:00:00:01"
        assert (await find_strap("Polar*3D", 1.0, radio=radio)).name == "Polar H10 0A1B2C3D"
        assert (await find_strap("c0:ff:ee:00:00:01", 1.0, radio=radio)).name.startswith("Polar")
        with pytest.raises(RadioError, match="No strap called TICKR was found: put it on") as none:
            await find_strap("TICKR", 0.1, radio=radio)
        assert none.value.reason is RadioReason.NOT_FOUND
        nothing = await radio_in(Air())
        with pytest.raises(RadioError, match="No strap was found: put it on"):
            await find_strap("*", 0.05, radio=nothing)

    run_at_once(test())


def test_of_several_straps_none_is_taken_by_chance() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        for n, name in enumerate(("HRM", "HRM", "HRM Pro", "Polar H10 0A1B2C3D")):
            await strap_on(air, name, f"C0:FF:EE:00:00:0{n}")
        both = r"HRM \(C0:FF:EE:00:00:0[01]\), HRM \(C0:FF:EE:00:00:0[01]\)\.$"
        with pytest.raises(RadioError, match=both) as several:
            await find_strap("hrm", 3.0, radio=radio)
        assert several.value.reason is RadioReason.SEVERAL
        with pytest.raises(RadioError, match="More than one strap fits: say which is meant, "):
            await find_strap("*", 3.0, radio=radio)
        assert (await find_strap("hrm p", 3.0, radio=radio)).strap_id == "C0:FF:EE:00:00:02"
        for known in ("C0:FF:EE:00:00:00", "C0:FF:EE:00:00:01"):
            found = await find_strap("HRM", 3.0, known_id=known, radio=radio)
            assert found.strap_id == known
            assert (await find_strap(known, 3.0, radio=radio)).strap_id == known

    run_at_once(test())


# --- beats ----------------------------------------------------------------------------------------


def test_frames_arrive_byte_for_byte_in_order_and_stamped_in_order() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        sent = [frame(50 + n % 100, 700 + n, 650 + n) for n in range(200)]
        sent += [frame(70, *range(1000, 1009)), frame(300, 205), frame(61)]  # long, wide, without
        await send(strap, *sent)
        await ear.until_frames(len(sent))
        assert ear.frames == sent
        stamps = [heard.t_s for heard in ear.notifications(heart_rate.CHARACTERISTIC)]
        assert all(a <= b for a, b in pairwise(stamps))
        assert stamps[-1] <= ear.clock.now_s()
        assert {heard.strap_id for heard in ear.notifications(heart_rate.CHARACTERISTIC)} == {
            strap.address
        }
        await ear.close()

    run_at_once(test())


def test_the_way_to_the_first_beat_is_told_step_by_step() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = Ear("polar", radio)
        await ear.until_state(LinkState.LISTENING)
        await ear.until(lambda: ear.notifications(battery.CHARACTERISTIC) != [])
        while not ear.frames:
            await strap.notify(frame(60))  # a slow heart: no interval is ready yet
            await asyncio.sleep(0.01)
        assert ear.states == [LinkState.LOOKING, LinkState.CONNECTING, LinkState.LISTENING]
        assert [link.strap_id for link in ear.links] == ["", strap.address, strap.address]
        assert ear.links[1].reason == "Polar H10 0A1B2C3D"
        await strap.notify(frame(60, 1024))
        await ear.until_state(LinkState.STREAMING)
        await ear.close()

    run_at_once(test())


def test_garbled_frames_pass_as_they_are_and_harm_nothing() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        sent = [b"", b"\x10", b"\xff\xff\xff", bytes(range(60)), frame(60, 1024)]
        await send(strap, *sent)
        await ear.until_frames(len(sent))
        assert ear.frames == sent
        decoder = StrapDecoder()
        events = [event for arrival in ear.arrivals for event in decoder.feed(arrival)]
        assert sum(isinstance(event, Undecodable) for event in events) >= 2
        await ear.close()

    run_at_once(test())


def test_the_battery_is_read_and_its_changes_are_heard() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, battery_percent=64)
        ear = Ear("polar", radio)
        await ear.until(lambda: ear.notifications(battery.CHARACTERISTIC) != [])
        while len(levels := ear.notifications(battery.CHARACTERISTIC)) < 2:
            await strap.set_battery(63)
            await asyncio.sleep(0.01)
        assert [battery.decode(level.payload) for level in levels] == [64, 63]
        await ear.close()

    run_at_once(test())


def test_a_strap_that_never_answers_about_its_battery_still_sends_beats() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        strap.answers.clear()
        ear = await talking("polar", radio, strap)
        await asyncio.sleep(BRIEF.operation_s)
        await strap.notify(frame(61, 1000))
        await ear.until_frames(1)
        assert LinkState.LOST not in ear.states
        await ear.close()

    run_at_once(test())


# --- losses ---------------------------------------------------------------------------------------


def test_a_dropped_link_comes_back_into_the_same_stream_with_each_frame_once() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        sent: list[bytes] = []
        for round_ in range(4):
            if round_:
                await strap.drop()
                await ear.until_state(LinkState.LISTENING, times=round_)
                await strap.listened_to.wait()
            fresh = [frame(60 + round_, 1000 + n) for n in range(5)]
            await send(strap, *fresh)
            sent += fresh
            await ear.until_frames(len(sent))
        await asyncio.sleep(0.05)
        assert ear.frames == sent
        again = [LinkState.LOST, LinkState.LOOKING, LinkState.CONNECTING, LinkState.LISTENING]
        assert ear.states == 3 * [*again, LinkState.STREAMING]
        await ear.close()

    run_at_once(test())


def test_after_a_drop_the_decoder_marks_the_gap_and_doubles_no_beat() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        clock = clock_here(SPEED)
        patience = replace(BRIEF, quiet_s=1.0, drop_s=2.0)  # slow machines
        ear = await talking("polar", radio, strap, clock=clock, patience=patience)

        def wearer(first: int, start_s: float) -> Iterator[Notification]:
            for n in range(12):
                payload = frame(60, 1000 + first + n)
                t_s = start_s + n
                yield Notification(t_s, strap.address, heart_rate.CHARACTERISTIC, payload)

        await strap.play(wearer(0, clock.now_s()), clock)
        await ear.until_frames(12)
        await strap.drop()
        await ear.until_state(LinkState.LISTENING)
        await strap.listened_to.wait()
        await strap.play(wearer(100, clock.now_s()), clock)
        await ear.until_frames(24)
        await ear.close()

        decoder = StrapDecoder(strap.address)
        events = [event for arrival in ear.arrivals for event in decoder.feed(arrival)]
        events += decoder.flush()
        beats = [event for event in events if isinstance(event, Beat)]
        ticks = [round(beat.rr_ms * 1024 / 1000) for beat in beats]
        assert ticks == [*range(1000, 1012), *range(1100, 1112)]
        assert all(a.t_s < b.t_s for a, b in pairwise(beats))
        assert len({beat.segment for beat in beats[:12]}) == 1
        assert len({beat.segment for beat in beats[12:]}) == 1
        assert beats[11].segment != beats[12].segment
        gaps = [event for event in events if isinstance(event, Gap)]
        assert len(gaps) == 1
        assert gaps[0].certain
        assert beats[11].t_s <= gaps[0].t_s < gaps[0].end_s <= beats[12].t_s
        assert not any(isinstance(event, Repeated) for event in events)

    run_at_once(test())


def test_each_connection_has_a_client_of_its_own_that_is_always_let_go() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        assert radio.client is not None
        clients: list[Any] = []

        class Leaky(radio.client):  # type: ignore[misc, name-defined]
            """As BlueZ with a client that was not let go: it goes on hearing (bleak#2002)."""

            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                self.let_go = 0
                clients.append(self)

            async def disconnect(self) -> None:
                self.let_go += 1
                await super().disconnect()

            async def start_notify(
                self, characteristic: Any, callback: Any, **options: Any
            ) -> None:
                self.callback = callback
                others = [other.callback for other in clients]

                def to_all(value: bytearray) -> None:
                    for one in others:
                        one(value)

                if characteristic.uuid == heart_rate.CHARACTERISTIC:
                    await super().start_notify(characteristic, to_all, **options)

        ear = await talking("polar", replace(radio, client=Leaky), strap)
        for again in range(1, 4):
            await strap.drop()
            await ear.until_state(LinkState.LISTENING, times=again)
            await strap.listened_to.wait()
            await strap.notify(frame(60 + again, 1000))
            await ear.until_frames(again)
        await asyncio.sleep(0.05)
        assert ear.frames == [frame(61, 1000), frame(62, 1000), frame(63, 1000)]
        assert len(clients) == 4
        await ear.close()
        assert [client.let_go for client in clients] == [1, 1, 1, 1]

    run_at_once(test())


def test_out_of_range_the_link_times_out_and_comes_back_in_range() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        strap.walk_away(supervision_s=0.1)
        await ear.until_state(LinkState.LOST)
        await strap.notify(frame(61, 1000))  # nobody hears it
        await asyncio.sleep(0.25)
        assert ear.states == [LinkState.LOST, LinkState.LOOKING]  # and not again each round
        strap.come_back()
        await ear.until_state(LinkState.LISTENING)
        await strap.listened_to.wait()
        await strap.notify(frame(62, 1000))
        await ear.until_frames(1)
        assert ear.frames == [frame(62, 1000)]
        await ear.close()

    run_at_once(test())


def test_a_short_absence_only_delays_frames() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        strap.walk_away(supervision_s=5.0)
        sent = [frame(60, 1000 + n) for n in range(3)]
        await send(strap, *sent)
        await asyncio.sleep(0.1)
        assert ear.frames == []
        strap.come_back()
        await ear.until_frames(3)
        assert ear.frames == sent
        assert ear.states == []
        await ear.close()

    run_at_once(test())


def test_a_silent_strap_is_called_quiet_and_streams_again_without_reconnecting() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        patience = replace(BRIEF, quiet_s=0.12, drop_s=1.0)
        ear = await talking("polar", radio, strap, patience=patience)
        heard_s = ear.clock.now_s()
        for _ in range(3):
            await ear.until_state(LinkState.QUIET)
            assert ear.links[-1].t_s - heard_s == pytest.approx(patience.quiet_s, abs=0.08)
            assert ear.links[-1].reason == QUIET_REASON
            # the strap is asked, and answers
            await ear.until(lambda: ear.notifications(battery.CHARACTERISTIC) != [])
            await strap.notify(frame(60, 1024))
            await ear.until_state(LinkState.STREAMING)
            assert ear.states == [LinkState.QUIET, LinkState.STREAMING]
            heard_s = ear.links[-1].t_s
            ear.arrivals.clear()
        await ear.close()

    run_at_once(test())


def test_a_strap_that_stays_silent_is_connected_to_anew() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        await ear.until_state(LinkState.LISTENING)
        quiet, lost, *rest = ear.links
        assert (quiet.state, lost.state) == (LinkState.QUIET, LinkState.LOST)
        assert lost.t_s - quiet.t_s == pytest.approx(BRIEF.drop_s - BRIEF.quiet_s, abs=0.1)
        assert [link.state for link in rest] == [
            LinkState.LOOKING,
            LinkState.CONNECTING,
            LinkState.LISTENING,
        ]
        await ear.close()

    run_at_once(test())


def test_an_absent_strap_is_looked_for_until_it_appears() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        ear = Ear("polar", radio)
        await asyncio.sleep(2.5 * BRIEF.scan_s)
        assert ear.states == [LinkState.LOOKING]
        await strap_on(air)
        await ear.until_state(LinkState.LISTENING)
        await ear.close()

    run_at_once(test())


def test_a_connection_that_times_out_is_cleared_and_the_next_succeeds() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = Ear("polar", radio)
        await ear.until_state(LinkState.CONNECTING)
        strap.walk_away(supervision_s=0.05)  # before its next advertisement
        await ear.until_state(LinkState.LOST)
        assert ear.links[-1].reason == str(radio_error(RadioReason.NO_ANSWER))
        took_s = ear.links[-1].t_s - ear.links[-2].t_s
        assert took_s == pytest.approx(BRIEF.connect_s, abs=0.2)
        # another strap can be reached meanwhile: the controller is free again
        await strap_on(air, "TICKR 1234", "C0:FF:EE:00:00:02")
        other = Ear("tickr", radio)
        await other.until_state(LinkState.LISTENING)
        strap.come_back()
        await ear.until_state(LinkState.LISTENING)
        await other.close()
        await ear.close()

    run_at_once(test())


# --- leaving --------------------------------------------------------------------------------------


def test_closing_lets_the_strap_go_and_it_advertises_again() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        source = listen("polar", SessionClock(), radio=radio, patience=BRIEF)
        async for arrival in source:
            if getattr(arrival, "state", None) is LinkState.LISTENING:
                break
        assert strap.connected
        await source.aclose()
        await told_when(strap, "advertising")
        assert not strap.connected
        assert len(asyncio.all_tasks()) == 1  # this one: nothing is left behind
        assert await find_straps(0.1, radio=radio) != []

    run_at_once(test())


@pytest.mark.parametrize("state", [LinkState.LOOKING, LinkState.CONNECTING, LinkState.LISTENING])
def test_it_can_be_cancelled_at_any_moment(state: LinkState) -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = Ear("polar", radio)
        await ear.until_state(state)
        await ear.close()
        await told_when(strap, "advertising")
        assert not strap.connected
        after = Ear("polar", radio)
        await after.until_state(LinkState.LISTENING)
        await after.close()

    run_at_once(test())


def test_a_link_left_by_a_program_that_died_is_taken_over() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        device = await BleakScanner.find_device_by_name(strap.name, 1.0, backend=radio.scanner)
        assert device is not None
        await BleakClient(device, backend=radio.client).connect()  # and never let go
        assert not strap.advertising
        assert await find_straps(0.1, radio=replace(radio, adapter=None)) == []
        assert [seen.strap_id for seen in await find_straps(0.1, radio=radio)] == [strap.address]
        ear = await talking(strap.address, radio, strap)
        await ear.close()
        await told_when(strap, "advertising")

    run_at_once(test())


def test_it_runs_on_the_source_loop_and_close_returns_when_the_strap_is_free() -> None:
    sources = SourceLoop()
    feed = Feed()

    async def begin() -> tuple[VirtualStrap, Radio]:
        air, radio = await in_the_air()
        return await strap_on(air), radio

    try:
        strap, radio = sources.submit(begin()).result(5)
        source = listen("polar", SessionClock(), radio=radio, patience=BRIEF)
        opened = sources.open(source, feed)
        sources.submit(told_when(strap, "connected")).result(5)
        opened.close()
        assert feed.exhausted or feed.drain()
        sources.submit(told_when(strap, "advertising")).result(5)
        assert not strap.connected
    finally:
        sources.stop()


# --- several straps -------------------------------------------------------------------------------


def test_two_straps_at_once_are_not_mixed() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        straps = [
            await strap_on(air, "Polar H10 11111111", "C0:FF:EE:00:00:01"),
            await strap_on(air, "Polar H10 22222222", "C0:FF:EE:00:00:02"),
        ]
        ears = [Ear("polar", radio), Ear("polar", radio)]  # each takes what the other has not
        for ear in ears:
            await ear.until_state(LinkState.LISTENING)
        for strap in straps:
            await strap.listened_to.wait()
        owner = {ear.links[-1].strap_id: ear for ear in ears}
        assert set(owner) == {strap.address for strap in straps}
        for n in range(50):
            for bpm, strap in enumerate(straps, 50):
                await strap.notify(frame(bpm, 1000 + n))
        for bpm, strap in enumerate(straps, 50):
            ear = owner[strap.address]
            await ear.until_frames(50)
            assert ear.frames == [frame(bpm, 1000 + n) for n in range(50)]
            assert {heard.strap_id for heard in ear.arrivals[1:]} == {strap.address}  # type: ignore[union-attr]
            await ear.close()

    run_at_once(test())


def test_one_scans_and_one_connects_at_a_time() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        assert radio.scanner is not None
        assert radio.client is not None
        most = {"scanning": 0, "connecting": 0}
        now = dict.fromkeys(most, 0)

        def count(what: str, step: int) -> None:
            now[what] += step
            most[what] = max(most[what], now[what])

        class Scanner(radio.scanner):  # type: ignore[misc, name-defined]
            async def start(self) -> None:
                count("scanning", 1)
                await super().start()

            async def stop(self) -> None:
                await super().stop()
                count("scanning", -1)

        class Client(radio.client):  # type: ignore[misc, name-defined]
            async def connect(self, pair: bool, **options: Any) -> None:
                count("connecting", 1)
                try:
                    await super().connect(pair, **options)
                finally:
                    count("connecting", -1)

        counted = replace(radio, scanner=Scanner, client=Client)
        for n in range(4):
            await strap_on(air, f"Polar H10 {n}", f"C0:FF:EE:00:00:0{n}")
        ears = [Ear("polar", counted) for _ in range(4)]
        seen = asyncio.create_task(find_straps(0.1, radio=counted))
        for ear in ears:
            await ear.until_state(LinkState.LISTENING)
        await seen
        for ear in ears:
            await ear.close()
        assert now == {"scanning": 0, "connecting": 0}
        assert most == {"scanning": 1, "connecting": 1}

    run_at_once(test())


def test_after_a_loss_it_waits_for_the_same_strap_and_takes_no_other() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        stranger = await strap_on(air, "Polar H10 99999999", "C0:FF:EE:00:00:09")
        strap.walk_away(supervision_s=0.05)
        await ear.until_state(LinkState.LOOKING)
        await asyncio.sleep(0.2)
        assert not stranger.connected
        strap.come_back()
        await ear.until_state(LinkState.LISTENING)
        assert {link.strap_id for link in ear.links} == {strap.address}
        await ear.close()

    run_at_once(test())


def test_a_strap_that_comes_back_under_another_address_is_known_by_its_number() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        strap.walk_away(supervision_s=0.05)
        again = await strap_on(air, strap.name, "C0:FF:EE:00:00:09")
        await again.listened_to.wait()
        await again.notify(frame(61, 1001))
        await ear.until(lambda: ear.frames[-1:] == [frame(61, 1001)])
        # in the record it is one strap; and nobody else gets it meanwhile
        told = [each.strap_id for each in ear.notifications(heart_rate.CHARACTERISTIC)]
        assert {*told, *(link.strap_id for link in ear.links)} == {strap.address}
        with pytest.raises(RadioError, match="in use here already"):
            await anext(listen(again.address, clock_here(), radio=radio, patience=BRIEF))
        await ear.close()
        assert Station.of(radio).held == {}

    run_at_once(test())


def test_a_namesake_under_another_address_is_told_and_not_taken() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, "HRM")
        ear = await talking(StrapSeen(strap.address, "HRM"), radio, strap)
        strap.walk_away(supervision_s=0.05)
        namesake = await strap_on(air, "HRM", "C0:FF:EE:00:00:09")
        said = str(radio_error(RadioReason.NAMESAKE))
        await ear.until(lambda: any(link.reason == said for link in ear.links))
        assert asks_for_a_hand(said)
        assert not namesake.connected
        strap.come_back()
        await ear.until_state(LinkState.LISTENING)
        assert ear.links[-1].reason == ""
        assert not namesake.connected
        await ear.close()

    run_at_once(test())


def test_a_strap_is_listened_to_by_one_at_a_time() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        second = listen(strap.address, SessionClock(), radio=radio, patience=BRIEF)
        with pytest.raises(RadioError, match="in use here already: choose another") as busy:
            await anext(second)
        assert busy.value.reason is RadioReason.BUSY
        assert strap.connected
        await ear.close()

        third = Ear(strap.address, radio)  # now it is free
        await third.until_state(LinkState.LISTENING)
        await third.close()

    run_at_once(test())


def test_a_device_without_a_heart_rate_says_so() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        await strap_on(air, "Lamp", "C0:FF:EE:00:00:03", heart_rate_service=False)
        ear = Ear("C0:FF:EE:00:00:03", radio)
        await ear.until_state(LinkState.LOST)
        assert ear.links[-1].reason == "This device sends no heart rate: choose another one."
        await ear.close()

    run_at_once(test())


# --- radios ---------------------------------------------------------------------------------------


def _switchable(radio: Radio) -> tuple[Radio, asyncio.Event]:
    """A radio that is off for as long as the event is set."""
    off = asyncio.Event()
    assert radio.scanner is not None

    class Scanner(radio.scanner):  # type: ignore[misc, name-defined]
        async def start(self) -> None:
            if off.is_set():
                raise BleakBluetoothNotAvailableError(
                    "off", BleakBluetoothNotAvailableReason.POWERED_OFF
                )
            await super().start()

    return replace(radio, scanner=Scanner), off


def test_a_radio_that_is_off_is_an_error_at_the_start() -> None:
    async def test() -> None:
        _, radio = await in_the_air()
        radio, off = _switchable(radio)
        off.set()
        with pytest.raises(RadioError, match="Bluetooth is off: turn it on") as caught:
            await anext(listen("polar", SessionClock(), radio=radio, patience=BRIEF))
        assert caught.value.reason is RadioReason.POWERED_OFF
        with pytest.raises(RadioError, match="Bluetooth is off"):
            await find_straps(0.1, radio=radio)

    run_at_once(test())


def test_a_radio_that_goes_off_in_a_session_is_told_once_and_waited_for() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        radio, off = _switchable(radio)
        strap = await strap_on(air)
        ear = await talking("polar", radio, strap)
        off.set()
        await strap.drop()
        await ear.until_state(LinkState.LOST, times=2)
        await asyncio.sleep(0.2)
        assert [link.reason for link in ear.links] == [
            "The link ended: we look for the strap.",
            str(radio_error(RadioReason.POWERED_OFF)),
        ]
        off.clear()
        await ear.until_state(LinkState.LISTENING)
        await ear.close()

    run_at_once(test())


def test_two_radios_on_one_air_do_not_share_their_turns() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        second = await radio_in(air, "F0:00:00:00:00:02")
        await strap_on(air)
        async with aclosing(scan(radio=radio)) as sightings:
            await anext(sightings)
            assert await find_straps(0.1, radio=second) != []  # while the first one scans

    run_at_once(test())


# --- errors ---------------------------------------------------------------------------------------

UNAVAILABLE = {
    "NO_BLUETOOTH": RadioReason.NO_ADAPTER,
    "NO_BLE_CENTRAL_ROLE": RadioReason.NO_ADAPTER,
    "POWERED_OFF": RadioReason.POWERED_OFF,
    "DENIED_BY_USER": RadioReason.DENIED,
    "DENIED_BY_SYSTEM": RadioReason.DENIED,
    "DENIED_BY_UNKNOWN": RadioReason.DENIED,
    "UNKNOWN": RadioReason.FAILED,
}


def test_every_reason_of_bleak_has_ours() -> None:
    assert {reason.name for reason in BleakBluetoothNotAvailableReason} == set(UNAVAILABLE)
    for reason in BleakBluetoothNotAvailableReason:
        error = explained(BleakBluetoothNotAvailableError("", reason))
        assert error.reason is UNAVAILABLE[reason.name]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", []), RadioReason.NO_SERVICE),
        (BleakDBusError("org.bluez.Error.InProgress", []), RadioReason.BUSY),
        (BleakDBusError("org.bluez.Error.NotReady", []), RadioReason.POWERED_OFF),
        (BleakDBusError("org.bluez.Error.Failed", ["le-connection"]), RadioReason.FAILED),
        (BleakDeviceNotFoundError("C0:FF:EE:00:00:01"), RadioReason.NOT_FOUND),
        (BleakCharacteristicNotFoundError("2a37"), RadioReason.NOT_FOUND),
        (
            BleakGATTProtocolError(BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION),
            RadioReason.NOT_PAIRED,
        ),
        (
            BleakGATTProtocolError(BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION),
            RadioReason.NOT_PAIRED,
        ),
        (BleakGATTProtocolError(BleakGATTProtocolErrorCode.UNLIKELY_ERROR), RadioReason.FAILED),
        (PermissionError(13, "no"), RadioReason.DENIED),
        (TimeoutError(), RadioReason.FAILED),
        (BleakError("?"), RadioReason.FAILED),
        (EOFError(), RadioReason.FAILED),
    ],
)
def test_errors_of_bleak_are_put_into_words(error: Exception, reason: RadioReason) -> None:
    assert explained(error).reason is reason


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's")
@pytest.mark.parametrize(
    "said",
    [
        ("org.bluez.Error.NotPermitted", "Not paired"),
        ("org.bluez.Error.NotAuthorized", "Operation Not Authorized"),
        ("org.bluez.Error.Failed", "Operation failed with ATT error: 0x0c (Encryption Key Size)"),
    ],
)
def test_a_strap_that_wants_to_be_paired_is_understood_as_bluez_says_it(
    said: tuple[str, str],
) -> None:
    from bleak.backends.bluezdbus.utils import assert_gatt_reply
    from dbus_fast import Message, MessageType

    name, detail = said
    reply = Message(
        message_type=MessageType.ERROR,
        error_name=name,
        reply_serial=1,
        signature="s",
        body=[detail],
    )
    for start_notify in (False, True):
        with pytest.raises(BleakError) as caught:
            assert_gatt_reply(reply, start_notify)
        assert explained(caught.value).reason is RadioReason.NOT_PAIRED


@pytest.mark.parametrize("reason", RadioReason)
def test_each_error_is_one_plain_sentence_that_says_what_to_do(reason: RadioReason) -> None:
    for system in ("Linux", "Darwin", "Windows", "Haiku"):
        _is_plain(str(radio_error(reason, system)))


def _is_plain(sentence: str) -> None:
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    assert ". " not in sentence
    assert ": " in sentence  # what is the matter: what to do
    assert not any(word in sentence.lower() for word in ("error", "fail", "bleak", "exception"))


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's")
def test_without_a_system_bus_the_system_radio_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    _the_system_says(RadioReason.NO_SERVICE)


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's")
def test_without_bluetoothd_the_system_radio_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("no dbus-daemon here")
    with subprocess.Popen(
        [program, "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as bus:
        try:
            assert bus.stdout is not None
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.stdout.readline().strip())
            _the_system_says(RadioReason.NO_SERVICE)
        finally:
            bus.terminate()


def test_this_computers_own_radio_works_or_says_what_to_do() -> None:
    async def test() -> None:
        await find_straps(0.1)

    try:
        run(test())
    except RadioError as error:
        told = error
    else:
        pytest.skip("a radio is here, and works")
    assert told.reason in (
        RadioReason.NO_SERVICE,
        RadioReason.NO_ADAPTER,
        RadioReason.POWERED_OFF,
        RadioReason.DENIED,
    )
    assert str(told) == str(radio_error(told.reason))


def _the_system_says(reason: RadioReason) -> None:
    async def test() -> None:
        for attempt in (
            find_straps(0.1),
            anext(listen("polar", SessionClock(), radio=SYSTEM, patience=BRIEF)),
        ):
            with pytest.raises(RadioError) as caught:
                await attempt
            assert caught.value.reason is reason
            assert "install the package `bluez`" in str(caught.value)

    run(test())
