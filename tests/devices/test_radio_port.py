"""Radios for other programs, over TCP on loopback: given, shared, lost and found again."""

from __future__ import annotations

import asyncio
import inspect
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from bleak import BleakClient, BleakScanner
from bumble import transport
from tests.devices.virtual_radio import Ear, frame, run, strap_on

from coherence.devices.air import Air
from coherence.devices.bumble_radio import open_radio, shared_radio
from coherence.devices.radio import find_straps, scan
from coherence.devices.radio_error import RadioError, RadioReason
from coherence.devices.radio_port import LOOPBACK, open_port
from coherence.devices.sources import SessionClock
from coherence.devices.virtual_strap import VirtualStrap
from coherence.devices.which_radio import TRANSPORTS, TransportNameError, WhichRadio
from coherence.model import Arrival, Notification


def free_port() -> int:
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return int(free.getsockname()[1])


def at(port: int) -> str:
    return f"tcp-client:{LOOPBACK}:{port}"


async def shows_itself(strap: VirtualStrap) -> None:
    while strap.connected or not strap.advertising:  # noqa: ASYNC110 - Bumble has no event for it
        await asyncio.sleep(0.01)


def test_frames_come_through_and_a_way_that_was_lost_is_opened_anew() -> None:
    async def test() -> None:
        air, port = Air(), free_port()
        strap = await strap_on(air)
        async with AsyncExitStack() as far_end:
            await far_end.enter_async_context(open_port(air, port))
            async with open_radio(at(port)) as radio:
                ear = Ear("polar", radio)
                await strap.listened_to.wait()
                sent = [frame(60, 1000 + n) for n in range(20)]
                for each in sent:
                    await strap.notify(each)
                await ear.until_frames(20)
                assert ear.frames == sent

                await far_end.aclose()  # the cable is pulled
                await ear.until(lambda: ear.links[-1].reason.startswith("No radio answers at "))
                async with open_port(air, port):  # and put back
                    await strap.listened_to.wait()
                    await strap.notify(frame(61, 999))
                    await ear.until_frames(21)
                    assert ear.frames == [*sent, frame(61, 999)]
                    await ear.close()

    run(test())


def test_a_program_that_dies_lets_its_strap_go() -> None:
    async def test() -> None:
        air = Air()
        strap = await strap_on(air)
        async with open_port(air) as port:
            async with open_radio(at(port)) as radio:
                device = await BleakScanner.find_device_by_name(
                    strap.name, 1.0, backend=radio.scanner
                )
                assert device is not None
                await BleakClient(device, backend=radio.client).connect()
                assert strap.connected
            await shows_itself(strap)
            async with open_radio(at(port)) as radio:
                ear = Ear("polar", radio)
                await strap.listened_to.wait()
                await ear.close()

    run(test())


def test_two_programs_have_a_radio_each_at_the_same_time() -> None:
    async def test() -> None:
        air = Air()
        first, second = await strap_on(air), await strap_on(air, "TICKR 1", "C0:FF:EE:00:00:02")
        async with (
            open_port(air) as port,
            open_radio(at(port)) as radio,
            open_radio(at(port)) as other,
        ):
            ears = Ear("polar", radio), Ear("tickr", other)
            await first.listened_to.wait()
            await second.listened_to.wait()
            for n in range(10):
                await first.notify(frame(60, 1000 + n))
                await second.notify(frame(90, 600 + n))
            for ear, (bpm, ticks) in zip(ears, ((60, 1000), (90, 600)), strict=True):
                await ear.until_frames(10)
                assert ear.frames == [frame(bpm, ticks + n) for n in range(10)]
                await ear.close()

    run(test())


def test_those_who_use_a_shared_radio_are_one_program_to_it() -> None:
    async def test() -> None:
        air = Air()
        strap = await strap_on(air)
        async with open_port(air) as port:
            async with shared_radio(at(port)) as radio:
                async with shared_radio(at(port)) as again:
                    assert again is radio
                assert await find_straps(0.1, radio=radio) != []  # the first still has it
            async with shared_radio(at(port)) as anew:
                assert anew is not radio
                async with aclosing(scan(radio=anew)) as seen:
                    assert (await anext(seen)).strap_id == strap.address

    run(test())


def test_a_choice_of_radio_finds_listens_and_closes_again() -> None:
    async def test() -> None:
        air = Air()
        strap = await strap_on(air)
        async with open_port(air) as port:
            which = WhichRadio(at(port))
            assert [seen.strap_id for seen in await which.find_straps(0.1)] == [strap.address]
            seen = await which.find_strap("polar", 1.0)
            async with aclosing(which.scan()) as sightings:
                assert await anext(sightings) == seen
                async with aclosing(which.listen(seen, SessionClock())) as arrivals:
                    looking = asyncio.create_task(_first_frame(arrivals))
                    await asyncio.sleep(0)
                    await sightings.aclose()  # as the window does: the one scanner is free now
                    await strap.listened_to.wait()
                    await strap.notify(frame(60, 1024))
                    assert await looking == frame(60, 1024)
            await shows_itself(strap)

    run(test())


async def _first_frame(arrivals: AsyncIterator[Arrival]) -> bytes:
    async for arrival in arrivals:
        if isinstance(arrival, Notification) and arrival.payload == frame(60, 1024):
            return arrival.payload
    raise AssertionError


@pytest.mark.parametrize("name", [at(9), "unix:no-such-socket", "usb:dead:beef"])
def test_where_no_radio_answers_one_sentence_says_so(name: str) -> None:
    async def test() -> None:
        with pytest.raises(RadioError, match=f"No radio answers at {name}: ") as caught:
            await WhichRadio(name).find_straps(0.1)
        assert caught.value.reason is RadioReason.NO_ADAPTER

    run(test())


@pytest.mark.parametrize(
    "name", ["", "tcp", "tcp-client", "tcp-client:6402", "tcp-client:host:port", "hci0", "usb"]
)
def test_a_name_that_leads_nowhere_is_said_before_anything_is_opened(name: str) -> None:
    with pytest.raises(TransportNameError, match="tcp-client:"):
        WhichRadio(name)


def test_every_transport_that_bumble_names_can_be_given() -> None:
    told = inspect.getdoc(transport.open_transport)
    assert told is not None
    assert set(re.findall(r"\* ([a-z-]+)$", told, re.MULTILINE)) <= set(TRANSPORTS)


def test_the_port_is_on_loopback_only() -> None:
    async def test() -> None:
        async with open_port(Air()) as port:
            listening = [
                row.split()[1]
                for row in _tcp_sockets()
                if row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A"
            ]
            assert listening == [f"0100007F:{port:04X}"]

    run(test())


def _tcp_sockets() -> list[str]:
    try:
        with open("/proc/net/tcp") as table:
            return table.read().splitlines()[1:]
    except OSError:
        pytest.skip("only Linux says who listens where")
