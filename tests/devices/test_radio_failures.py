"""What goes wrong while a strap is reached, through the real bleak; and each time it comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)
from tests.devices.virtual_radio import BRIEF, Ear, frame, in_the_air, run_at_once, strap_on

from coherence.devices import bumble_radio, heart_rate
from coherence.devices.bumble_radio import radio_in
from coherence.devices.radio import Radio, find_straps, listen
from coherence.devices.radio_error import RadioError, RadioReason, radio_error
from coherence.devices.sources import SessionClock
from coherence.devices.virtual_strap import VirtualStrap
from coherence.model import LinkState

Real = Callable[..., Awaitable[Any]]


def changed(radio: Radio, **methods: Callable[..., Any]) -> Radio:
    """The same radio, whose client has other methods; each is given the real one first."""
    assert radio.client is not None
    base = radio.client

    def method(name: str, new: Callable[..., Any]) -> Callable[..., Any]:
        real = getattr(base, name)
        return lambda self, *args, **options: new(real, self, *args, **options)

    made = {name: method(name, new) for name, new in methods.items()}
    return replace(radio, client=type("Changed", (base,), made))


async def streams(ear: Ear, strap: VirtualStrap, *before: LinkState) -> None:
    """It gets there in the end, by the states ``before``; and a beat comes once."""
    await strap.listened_to.wait()
    ear_frames = len(ear.frames)
    await strap.notify(frame(61, 1000))
    await ear.until_frames(ear_frames + 1)
    await asyncio.sleep(0.03)
    assert ear.frames[ear_frames:] == [frame(61, 1000)]
    assert ear.states[: len(before)] == list(before)
    await ear.close()


# --- while it is connected to ---------------------------------------------------------------------


def test_a_drop_during_discovery_is_told_and_tried_again() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        times = 0

        async def discover(real: Real, client: Any, *args: Any) -> Any:
            nonlocal times
            times += 1
            if times <= 2:
                await strap.drop()
            return await real(client, *args)

        ear = Ear("polar", changed(radio, _discover=discover))
        again = [LinkState.CONNECTING, LinkState.LOST, LinkState.LOOKING]
        await streams(ear, strap, LinkState.LOOKING, *again, *again, LinkState.CONNECTING)
        assert times == 3

    run_at_once(test())


def test_a_discovery_that_never_ends_has_its_time() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        times = 0

        async def discover(real: Real, client: Any, *args: Any) -> Any:
            nonlocal times
            times += 1
            if times == 1:
                await asyncio.Event().wait()
            return await real(client, *args)

        ear = Ear("polar", changed(radio, _discover=discover))
        await ear.until_state(LinkState.LOST)
        assert ear.links[-1].reason == str(radio_error(RadioReason.NO_ANSWER))
        await streams(ear, strap)

    run_at_once(test())


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            BleakGATTProtocolError(BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION),
            RadioReason.NOT_PAIRED,
        ),
        (
            BleakGATTProtocolError(BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION),
            RadioReason.NOT_PAIRED,
        ),
        (BleakDBusError("org.bluez.Error.NotPermitted", ["no"]), RadioReason.DENIED),
        (BleakDBusError("org.bluez.Error.NotPermitted", ["Not paired"]), RadioReason.NOT_PAIRED),
        (BleakDBusError("org.bluez.Error.Failed", ["no"]), RadioReason.NO_ANSWER),
        # what bleak's own steps say when a link ends between two of them
        (AssertionError(), RadioReason.NO_ANSWER),
        (AttributeError("'NoneType' object has no attribute 'call'"), RadioReason.NO_ANSWER),
        (ValueError("Characteristic notifications already started"), RadioReason.NO_ANSWER),
        (asyncio.InvalidStateError(), RadioReason.NO_ANSWER),
    ],
)
def test_a_subscription_that_is_refused_says_why_and_is_tried_again(
    error: Exception, reason: RadioReason
) -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        refused = 0

        async def start(
            real: Real,
            client: Any,
            characteristic: Any,
            *rest: Any,
            **o: Any,
        ) -> None:
            nonlocal refused
            if characteristic.uuid == heart_rate.CHARACTERISTIC and refused < 2:
                refused += 1
                raise error
            await real(client, characteristic, *rest, **o)

        ear = Ear("polar", changed(radio, start_notify=start))
        await ear.until_state(LinkState.LOST)
        assert ear.links[-1].reason == str(radio_error(reason))
        await streams(ear, strap)
        assert refused == 2

    run_at_once(test())


def test_a_subscription_that_is_never_answered_has_its_time() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        times = 0

        async def start(real: Real, client: Any, *rest: Any, **o: Any) -> None:
            nonlocal times
            times += 1
            if times == 1:
                await asyncio.Event().wait()
            await real(client, *rest, **o)

        ear = Ear("polar", changed(radio, start_notify=start))
        await ear.until_state(LinkState.LOST)
        assert ear.links[-1].reason == str(radio_error(RadioReason.NO_ANSWER))
        await streams(ear, strap)

    run_at_once(test())


def test_a_disconnection_that_never_ends_keeps_nobody_from_trying_again() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        hung = 0

        async def disconnect(real: Real, client: Any) -> None:
            nonlocal hung
            hung += 1
            if hung == 1:
                await asyncio.Event().wait()
            await real(client)

        ear = Ear("polar", changed(radio, disconnect=disconnect))
        await ear.until_state(LinkState.LISTENING)
        await strap.listened_to.wait()
        await strap.drop()
        await ear.until_state(LinkState.LISTENING, times=2)
        await streams(ear, strap)

    run_at_once(test())


# --- frames ---------------------------------------------------------------------------------------


def test_a_burst_of_a_thousand_comes_whole_and_in_order() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = Ear("polar", radio)
        await strap.listened_to.wait()
        sent = [frame(30 + n % 200, 300 + n, 700 + n % 50) for n in range(1000)]
        for one in sent:
            await strap.notify(one)
        await ear.until(lambda: len(ear.arrivals) > len(sent) and len(ear.frames) == len(sent))
        assert ear.frames == sent
        await ear.close()

    run_at_once(test())


def test_the_largest_frame_of_the_smallest_connection_comes_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bumble_radio, "MTU", 23)  # 20 bytes are left to a frame

    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        ear = Ear("polar", radio)
        await strap.listened_to.wait()
        assert strap._connection is not None
        assert strap._connection.att_mtu == 23
        largest = frame(180, *range(300, 309))
        assert len(largest) == 20
        too_long = frame(180, *range(300, 310))  # a link layer cuts it: two bytes, one interval
        await strap.notify(largest)
        await strap.notify(too_long)
        await ear.until_frames(2)
        assert ear.frames == [largest, too_long[:20]]
        assert len(heart_rate.decode(ear.frames[1]).rr_ticks) == 9
        await ear.close()

    run_at_once(test())


# --- the adapter ----------------------------------------------------------------------------------

ADAPTER = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: RadioReason.NO_ADAPTER,
    BleakBluetoothNotAvailableReason.POWERED_OFF: RadioReason.POWERED_OFF,
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: RadioReason.DENIED,
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: RadioReason.DENIED,
}


def failing(radio: Radio, error: Exception, failing: asyncio.Event) -> Radio:
    """A radio whose every use ends in ``error`` while the event is set."""
    assert radio.scanner is not None
    assert radio.client is not None
    assert radio.adapter is not None

    def guarded(base: type, *names: str) -> type:
        def guard(name: str) -> Callable[..., Any]:
            real = getattr(base, name)

            async def guarded(self: Any, *args: Any, **options: Any) -> Any:
                if failing.is_set():
                    raise error
                return await real(self, *args, **options)

            return guarded

        return type(base.__name__, (base,), {name: guard(name) for name in names})

    return replace(
        radio,
        scanner=guarded(radio.scanner, "start"),
        client=guarded(radio.client, "connect"),
        adapter=guarded(radio.adapter, "get_connected_devices"),
    )


@pytest.mark.parametrize("why", ADAPTER, ids=lambda why: why.name.lower())
def test_an_adapter_that_is_missing_off_or_denied_says_what_to_do_at_the_start(
    why: BleakBluetoothNotAvailableReason,
) -> None:
    async def test() -> None:
        _, radio = await in_the_air()
        off = asyncio.Event()
        off.set()
        radio = failing(radio, BleakBluetoothNotAvailableError("", why), off)
        for attempt in (
            find_straps(0.1, radio=radio),
            anext(listen("polar", SessionClock(), radio=radio, patience=BRIEF)),
        ):
            with pytest.raises(RadioError) as caught:
                await attempt
            assert caught.value.reason is ADAPTER[why]
            assert str(caught.value) == str(radio_error(ADAPTER[why]))

    run_at_once(test())


@pytest.mark.parametrize("why", ADAPTER, ids=lambda why: why.name.lower())
@pytest.mark.parametrize("told", [True, False], ids=["the link ends", "nothing is said"])
def test_an_adapter_that_goes_in_a_session_is_waited_for(
    why: BleakBluetoothNotAvailableReason, told: bool
) -> None:
    """Off and on again: some systems end the links then, on others they just fall silent."""

    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        off = asyncio.Event()
        ear = Ear("polar", failing(radio, BleakBluetoothNotAvailableError("", why), off))
        await strap.listened_to.wait()
        await strap.notify(frame(60, 1024))
        await ear.until_frames(1)
        ear.arrivals.clear()
        off.set()
        if told:
            await strap.drop()
        await ear.until_state(LinkState.LOST, times=2)
        assert ear.links[-1].reason == str(radio_error(ADAPTER[why]))
        assert ear.states == [*([] if told else [LinkState.QUIET]), LinkState.LOST, LinkState.LOST]
        await asyncio.sleep(0.1)
        assert ear.states[-1] is LinkState.LOST  # told once, not at each attempt
        off.clear()
        await ear.until_state(LinkState.LISTENING)
        await streams(ear, strap)

    run_at_once(test())


def test_another_program_that_scans_is_waited_for() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        busy = asyncio.Event()
        busy.set()
        error = BleakDBusError("org.bluez.Error.InProgress", ["Operation already in progress"])
        ear = Ear("polar", failing(radio, error, busy))
        await ear.until_state(LinkState.LOST)
        assert ear.links[-1].reason == str(radio_error(RadioReason.BUSY))
        busy.clear()
        await streams(ear, strap)

    run_at_once(test())


# --- others ---------------------------------------------------------------------------------------


def test_a_strap_that_another_program_holds_is_taken_once_it_is_let_go() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        phone = await radio_in(air, "F0:00:00:00:00:77")
        strap = await strap_on(air)
        theirs = Ear("polar", phone, patience=replace(BRIEF, quiet_s=6.0, drop_s=7.0))
        await theirs.until_state(LinkState.LISTENING)
        ours = Ear(strap.address, radio)
        await asyncio.sleep(2.5 * BRIEF.scan_s)
        assert ours.states == [LinkState.LOOKING]  # it does not show itself
        await theirs.close()
        await streams(ours, strap, LinkState.LOOKING, LinkState.CONNECTING, LinkState.LISTENING)

    run_at_once(test())


def test_waits_grow_and_a_frame_makes_them_short_again() -> None:
    """0.25, 0.5, 1, 2 and then 5 s for as long as the session is open: here only their order."""

    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air)
        asked: list[int] = []
        off = asyncio.Event()
        error = BleakBluetoothNotAvailableError("", BleakBluetoothNotAvailableReason.POWERED_OFF)

        def wait_s(failed: int) -> float:
            asked.append(failed)
            return 0.005

        ear = Ear("polar", failing(radio, error, off), patience=replace(BRIEF, wait_s=wait_s))
        for _ in range(2):
            await strap.listened_to.wait()
            await strap.notify(frame(60, 1024))
            await ear.until_frames(1)
            ear.arrivals.clear()
            off.set()
            await strap.drop()
            while len(asked) < 9:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            assert asked[:9] == list(range(9))
            off.clear()
            await ear.until_state(LinkState.LISTENING)
            asked.clear()
        await ear.close()

    run_at_once(test())
