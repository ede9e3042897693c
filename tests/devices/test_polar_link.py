"""Polar's measurements through the real bleak on a virtual radio: started, stopped, refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from tests.devices.virtual_radio import BRIEF, Ear, frame, in_the_air, run_at_once, strap_on

from coherence.devices import polar, polar_frames
from coherence.devices.decoder import StrapDecoder
from coherence.devices.listener import QUIET_REASON
from coherence.devices.polar import Command, Kind, Op, Setting
from coherence.devices.polar_frames import AccelerationFrame, EcgFrame, PulseFrame, PulseInterval
from coherence.devices.radio import Radio
from coherence.devices.virtual_polar import VirtualPolar
from coherence.devices.virtual_strap import VirtualStrap
from coherence.model import Beat, LinkState, Signal, Waveform

ZERO_NS = 599_622_173_000_000_000
H10, SENSE = "Polar H10 0A1B2C3D", "Polar Sense 0A1B2C3D"
ECG_START = Command(Op.START, Kind.ECG, {Setting.RATE_HZ: (130,), Setting.RESOLUTION_BITS: (14,)})


def ecg(k: int) -> bytes:
    stamp_ns = ZERO_NS + round(73e9 * (k + 1) / 130)
    return polar_frames.encode(EcgFrame(stamp_ns, tuple(range(73 * k, 73 * (k + 1)))))


def acceleration(k: int) -> bytes:
    rows = tuple((36 * k + i, -i, 1000) for i in range(36))
    return polar_frames.encode(AccelerationFrame(ZERO_NS + round(1.44e9 * k), rows))


async def listened(
    strap: VirtualStrap, radio: Radio, kinds: tuple[Kind, ...] = (), **options: Any
) -> Ear:
    """An ear to a strap whose beats come and of which ``kinds`` are running."""
    ear = Ear(strap.name, radio, **options)
    await strap.listened_to.wait()
    await strap.notify(frame(60, 1024))
    await ear.until_frames(1)
    assert strap.measures is not None
    await until(lambda: set(strap.measures.running) >= set(kinds))
    return ear


async def until(happened: Any) -> None:
    while not happened():  # noqa: ASYNC110 - there is no event for it
        await asyncio.sleep(0.005)


def reasons(ear: Ear) -> list[str]:
    return [link.reason for link in ear.links if link.state is not LinkState.CONNECTING]


def test_ecg_and_acceleration_arrive_whole_beside_the_beats() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, H10, measures=VirtualPolar())
        ear = await listened(strap, radio, (Kind.ECG, Kind.ACCELERATION))
        assert strap.measures.commands[1] == ECG_START
        assert strap.measures.running[Kind.ACCELERATION][Setting.RATE_HZ] == (25,)
        for k in range(12):
            await strap.measures.notify(ecg(k))
            await strap.measures.notify(acceleration(k))
            await strap.notify(frame(60, 1000 + k))
        await ear.until(lambda: len(ear.notifications(polar.DATA)) == 24)
        await ear.until_frames(13)
        sent = [f for k in range(12) for f in (ecg(k), acceleration(k))]
        assert [n.payload for n in ear.notifications(polar.DATA)] == sent  # 229 bytes each, whole

        decoder = StrapDecoder()
        events = [event for arrival in ear.arrivals for event in decoder.feed(arrival)]
        waves = [e for e in events if isinstance(e, Waveform) and e.signal is Signal.ECG]
        assert [s for wave in waves for s in wave.samples] == list(range(12 * 73))
        assert ear.frames == [frame(60, 1024), *(frame(60, 1000 + k) for k in range(12))]
        await ear.close()
        assert strap.measures.running == {}

    run_at_once(test())


def test_what_the_strap_said_is_in_the_record() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, H10, measures=VirtualPolar())
        ear = await listened(strap, radio, (Kind.ECG, Kind.ACCELERATION))
        await ear.until(lambda: len(ear.notifications(polar.CONTROL)) == 5)
        said = [n.payload.hex() for n in ear.notifications(polar.CONTROL)]
        assert said[0] == "0f05000000000000000000000000000000"
        assert said[1:3] == [
            "f0010000000001820001010e00"[:10] + "0001820001010e00",
            "f0020000" + "00",
        ]
        await ear.close()

    run_at_once(test())


@pytest.mark.parametrize("how", ["closed", "cancelled early", "strap drops", "out of range"])
def test_streams_are_stopped_before_leaving_whatever_happens(how: str) -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, H10, measures=VirtualPolar())
        if how == "cancelled early":  # while a start is under way and its answer has not come
            strap.measures.answers.clear()
            ear = await listened(strap, radio)
            await until(lambda: strap.measures.commands)
            strap.measures.answers.set()
            await until(lambda: Kind.ECG in strap.measures.running)
        else:
            ear = await listened(strap, radio, (Kind.ECG, Kind.ACCELERATION))
        if how in ("strap drops", "out of range"):
            if how == "strap drops":
                await strap.drop()
            else:
                strap.walk_away(0.1)
                await ear.until_state(LinkState.LOST)
                strap.come_back()
            # they still run: found out, stopped and begun again on the next connection
            before = len(strap.measures.commands)
            await ear.until_state(LinkState.CONNECTING, 2)
            await strap.listened_to.wait()
            await until(lambda: strap.measures.commands[before:].count(ECG_START) == 2)
            again = [c for c in strap.measures.commands[before:] if c.kind == Kind.ECG]
            assert [c.op for c in again] == [Op.SETTINGS, Op.START, Op.STOP, Op.START]
            await until(lambda: len(strap.measures.running) == 2)
            assert not [reason for reason in reasons(ear) if "ECG" in reason]
        await ear.close()
        assert strap.measures.running == {}
        assert not strap.connected

    run_at_once(test())


def test_a_strap_that_measures_for_a_program_that_died_is_started_anew() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, H10, measures=VirtualPolar())
        strap.measures.running[Kind.ECG] = ECG_START.settings
        ear = await listened(strap, radio, (Kind.ECG, Kind.ACCELERATION))
        ops = [c.op for c in strap.measures.commands if c.kind == Kind.ECG]
        assert ops == [Op.SETTINGS, Op.START, Op.STOP, Op.START]
        await ear.close()

    run_at_once(test())


async def goes_on_without(strap: VirtualStrap, ear: Ear, sentence: str) -> None:
    await ear.until(lambda: any(sentence in reason for reason in reasons(ear)))
    told = [reason for reason in reasons(ear) if sentence in reason]
    assert len(told) == 1
    assert told[0].endswith("goes on without.")
    heard = len(ear.frames)
    for k in range(3):
        await strap.notify(frame(60, 1000 + k))
    await ear.until_frames(heard + 3)
    assert LinkState.LOST not in ear.states
    await ear.close()


def test_small_packets_are_told_and_the_heart_rate_goes_on() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, H10, measures=VirtualPolar())
        strap.device.gatt_server.max_mtu = 23  # the least there is, as with old adapters
        ear = await listened(strap, radio)
        await goes_on_without(strap, ear, "its ECG just now (this computer's Bluetooth cuts")
        assert [n.payload.hex() for n in ear.notifications(polar.CONTROL)][1] == "f000010a"
        assert strap.measures.running == {}

    run_at_once(test())


def test_pairing_is_offered_and_the_heart_rate_goes_on() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, H10, measures=VirtualPolar())
        strap.measures.wants_pairing = True
        ear = await listened(strap, radio)
        await ear.until(lambda: any("pair it" in reason for reason in reasons(ear)))
        assert [r for r in reasons(ear) if "pair" in r] == [
            "The strap gives its ECG only when it is paired: pair it in the system's Bluetooth"
            " settings and connect again. The heart rate goes on without."
        ]
        await goes_on_without(strap, ear, "only when it is paired")

    run_at_once(test())


def test_a_strap_that_does_not_answer_is_told_and_the_heart_rate_goes_on() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, H10, measures=VirtualPolar())
        strap.measures.answers.clear()
        ear = await listened(strap, radio)
        await goes_on_without(strap, ear, "did not say whether it gives its ECG")

    run_at_once(test())


@pytest.mark.parametrize(
    ("name", "measures"),
    [
        (H10, None),  # firmware before 3: no such service
        ("Polar H9 0A1B2C3D", VirtualPolar),  # not in its row
        (H10, lambda: VirtualPolar(())),  # offers nothing
    ],
    ids=["no service", "not known of this strap", "no features"],
)
def test_without_it_nothing_is_asked_or_said(name: str, measures: Any) -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, name, measures=measures and measures())
        ear = Ear(name, radio)
        await strap.listened_to.wait()
        for k in range(5):
            await strap.notify(frame(60, 1000 + k))
        await ear.until_frames(5)
        await asyncio.sleep(BRIEF.operation_s)
        assert [reason for reason in reasons(ear) if reason not in ("", QUIET_REASON)] == []
        assert measures is None or strap.measures.commands == []
        await ear.close()

    run_at_once(test())


def test_an_unknown_strap_with_the_service_is_asked_for_what_it_has() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        strap = await strap_on(air, "Some strap", measures=VirtualPolar([Kind.ACCELERATION]))
        ear = await listened(strap, radio, (Kind.ACCELERATION,))
        assert {c.kind for c in strap.measures.commands} == {Kind.ACCELERATION}
        await ear.close()

    run_at_once(test())


def test_a_sensor_that_sees_the_pulse_gives_intervals_and_asks_to_sit_still() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        measures = VirtualPolar([Kind.PULSE_INTERVALS, Kind.ACCELERATION])
        strap = await strap_on(air, SENSE, measures=measures)
        ear = await listened(strap, radio, (Kind.PULSE_INTERVALS,))
        await ear.until(lambda: any("sit still" in reason for reason in reasons(ear)))
        pulse = PulseFrame(0, (PulseInterval(0, 990, 6, False, True, True),) * 5)
        await measures.notify(polar_frames.encode(pulse))
        await ear.until(lambda: len(ear.notifications(polar.DATA)) == 1)
        assert {c.kind for c in measures.commands} == {Kind.PULSE_INTERVALS}
        decoder = StrapDecoder()
        events = [event for arrival in ear.arrivals for event in decoder.feed(arrival)]
        assert [e.rr_ms for e in events if isinstance(e, Beat)][-5:] == [990.0] * 5
        await ear.close()
        assert measures.running == {}

    run_at_once(test())
