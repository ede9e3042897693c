"""What each state of the computer and of a strap is told as; what a report holds, and what not."""

from __future__ import annotations

import asyncio
import platform
import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from tests.devices.virtual_radio import frame, run, strap_on

from coherence.devices.air import Air
from coherence.devices.bluez import BluezState
from coherence.devices.radio_error import RadioError, RadioReason, radio_error
from coherence.devices.radio_port import LOOPBACK, open_port
from coherence.devices.virtual_strap import VirtualStrap
from coherence.devices.which_radio import SYSTEM_RADIO, WhichRadio
from coherence.doctor import computer, examination
from coherence.doctor.bluetooth import (
    held_finding,
    linux_findings,
    straps_finding,
    without_radio,
)
from coherence.doctor.computer import python_finding, sound_finding, store_finding
from coherence.doctor.examination import examined
from coherence.doctor.finding import Finding, State, redacted, usable
from coherence.doctor.strap import Heard, strap_findings
from coherence.model import StrapSeen
from coherence.sound import device
from coherence.storage.places import Places, places

SYSTEMS = ("Linux", "Darwin", "Windows")
ALL_WELL = BluezState(bus=True, installed=True, running=True, adapters=(True,), kernel_adapters=1)
ANNAS = StrapSeen("C0:FF:EE:12:34:56", "Anna's Polar", -58)
WHOLE = Heard(True, 8, [173, 173], 9, True, 64)


def states(findings: list[Finding]) -> dict[str, State]:
    return {each.key: each.state for each in findings}


def only(findings: list[Finding], state: State) -> Finding:
    (found,) = (each for each in findings if each.state is state)
    return found


# --- Bluetooth ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "key", "said", "fix"),
    [
        (BluezState(), "service", "not installed", "apt-get install bluez"),
        (BluezState(installed=True), "service", "system bus", "`dbus`"),
        (
            BluezState(bus=True, installed=True),
            "service",
            "does not run",
            "systemctl start bluetooth",
        ),
        (replace(ALL_WELL, denied=True), "permission", "may not use Bluetooth", "group"),
        (replace(ALL_WELL, adapters=(False,)), "adapter", "It is off", "bluetoothctl power on"),
        (
            replace(ALL_WELL, adapters=(False,), blocked="soft"),
            "adapter",
            "flight mode",
            "rfkill unblock bluetooth",
        ),
        (replace(ALL_WELL, adapters=(), blocked="hard"), "adapter", "switch or key", "switch"),
        (replace(ALL_WELL, adapters=()), "adapter", "service does not", "restart bluetooth"),
        (replace(ALL_WELL, adapters=(), kernel_adapters=0), "adapter", "none", "plug in"),
    ],
)
def test_on_linux_each_trouble_has_its_own_fix(
    monkeypatch: pytest.MonkeyPatch, state: BluezState, key: str, said: str, fix: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    findings = linux_findings(state)
    assert list(states(findings)) == ["service", "permission", "adapter"]
    told = only(findings, State.TO_DO)
    assert told.key == key
    assert said in told.said
    assert fix in told.fix
    assert not usable(findings)


def test_on_linux_one_adapter_that_is_on_is_enough() -> None:
    for adapters in ((True,), (False, True)):
        findings = linux_findings(replace(ALL_WELL, adapters=adapters, blocked="soft"))
        assert set(states(findings).values()) == {State.FINE}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("reason", RadioReason)
def test_elsewhere_the_reason_that_bleak_gives_says_which_of_the_three_it_is(
    monkeypatch: pytest.MonkeyPatch, reason: RadioReason, system: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    findings = without_radio(SYSTEM_RADIO, radio_error(reason), told=False)
    assert list(states(findings)) == ["service", "permission", "adapter"]
    told = only(findings, State.TO_DO)
    where = {RadioReason.NO_SERVICE: "service", RadioReason.DENIED: "permission"}
    assert told.key == where.get(reason, "adapter")
    assert told.fix == str(radio_error(reason, system))


def test_a_radio_that_was_named_and_does_not_answer_is_one_line() -> None:
    error = RadioError("No radio answers at usb:0: start it there.", RadioReason.NO_ADAPTER)
    (told,) = without_radio(WhichRadio("usb:0"), error, told=False)
    assert (told.key, told.state) == ("adapter", State.TO_DO)
    assert "usb:0" in told.detail
    assert "usb:0" not in told.said + told.fix


def test_no_strap_in_sight_is_to_know_and_says_what_may_hide_it() -> None:
    told = straps_finding([])
    assert told.state is State.TO_KNOW
    assert "phones" in told.fix
    assert straps_finding([ANNAS]).said == "One is here."
    assert straps_finding([ANNAS, ANNAS]).said == "2 are here."


@pytest.mark.parametrize(
    ("straps", "state", "said"),
    [
        ([ANNAS], None, "No program"),
        ([ANNAS], ALL_WELL, "No program"),
        ([replace(ANNAS, rssi_dbm=None)], None, "takes it over"),
        ([], replace(ALL_WELL, connected=frozenset({"C0"})), "takes it over"),
        (
            [replace(ANNAS, rssi_dbm=None)],
            replace(ALL_WELL, connected=frozenset({"C0"}), listened=frozenset({"C0"})),
            "listens to a strap now",
        ),
    ],
)
def test_a_strap_that_is_somebodys_already_is_told(
    straps: list[StrapSeen], state: BluezState | None, said: str
) -> None:
    told = held_finding(straps, state)
    assert said in told.said
    assert told.state is (State.FINE if "No program" in said else State.TO_KNOW)


# --- a strap --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (WHOLE, {}),
        (replace(WHOLE, contact=None, battery_percent=None), {}),
        (replace(WHOLE, battery_percent=15), {"battery": State.TO_KNOW}),
        (replace(WHOLE, contact=False), {"contact": State.TO_DO}),
        (replace(WHOLE, intervals=0), {"intervals": State.TO_DO}),
        (replace(WHOLE, intervals=0, frames=2), {"intervals": State.NOT_LOOKED_AT}),
        (
            replace(WHOLE, intervals=0, frames=0, bpm=[]),
            {"heart": State.TO_DO, "intervals": State.NOT_LOOKED_AT},
        ),
    ],
)
def test_what_came_from_a_strap_is_told_thing_by_thing(
    heard: Heard, expected: dict[str, State]
) -> None:
    findings = strap_findings(ANNAS, heard)
    assert states(findings) == {
        "connection": State.FINE,
        "heart": State.FINE,
        "intervals": State.FINE,
        "contact": State.FINE,
        "battery": State.FINE,
        **expected,
    }
    assert usable(findings) == (State.TO_DO not in expected.values())
    assert all(each.fix for each in findings if each.state in (State.TO_DO, State.TO_KNOW))


def test_a_strap_that_does_not_connect_ends_the_examination() -> None:
    findings = strap_findings(ANNAS, Heard(trouble="The strap asks to be paired first."))
    assert only(findings, State.TO_DO).key == "connection"
    assert list(states(findings).values()).count(State.NOT_LOOKED_AT) == 4


def test_of_a_strap_that_is_known_to_send_no_intervals_we_say_what_we_know() -> None:
    told = strap_findings(replace(ANNAS, name="Mi Band 4"), replace(WHOLE, intervals=0))
    assert only(told, State.TO_DO).fix == "Sends no intervals."


# --- the computer ---------------------------------------------------------------------------------


def test_the_libraries_here_go_together() -> None:
    told = python_finding()
    assert told.state is State.FINE
    assert platform.python_version() in told.said
    assert "bleak 3." in told.said


@pytest.mark.parametrize(
    ("versions", "fix"),
    [
        ({"bleak": "0.22.3", "PySide6-Essentials": "6.10.1"}, "bleak>=3.1"),
        ({"PySide6-Essentials": "6.10.1"}, "bleak>=3.1"),
        ({"bleak": "3.1.0", "PySide6-Essentials": "6.9.1"}, "PySide6-Essentials"),
        ({"bleak": "3.1.0", "PySide6-Essentials": "6.12.0"}, "PySide6-Essentials"),
        ({"bleak": "3.10.0", "PySide6-Essentials": "6.11.3"}, ""),
    ],
)
def test_versions_that_do_harm_are_told(
    monkeypatch: pytest.MonkeyPatch, versions: dict[str, str], fix: str
) -> None:
    monkeypatch.setattr(computer, "_version", lambda name: versions.get(name, ""))
    monkeypatch.setattr(computer.sys, "version_info", (3, 11, 7))
    told = python_finding()
    assert (told.state is State.TO_DO) == bool(fix)
    assert fix in told.fix


def test_the_place_of_the_record_is_tried_and_nothing_is_left_there(tmp_path: Path) -> None:
    there = Places(tmp_path / "not" / "yet", tmp_path, tmp_path)
    told = store_finding(there)
    assert told.state is State.FINE
    assert str(there.data) in told.detail
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("free_mb", "state"), [(10, State.TO_DO), (200, State.TO_KNOW), (9000, State.FINE)]
)
def test_little_room_is_told(monkeypatch: pytest.MonkeyPatch, free_mb: int, state: State) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, free_mb * 2**20))
    assert store_finding(places()).state is state


def test_a_place_that_cannot_be_written_to_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "denied", str(tmp_path))

    monkeypatch.setattr(computer.tempfile, "TemporaryFile", refuse)
    told = store_finding(places())
    assert told.state is State.TO_DO
    assert "COHERENCE_HOME" in told.fix
    assert str(tmp_path) not in told.said + told.fix


def test_sound_is_to_know_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> list[str]:
        raise device.SoundError(device.NOT_INSTALLED)

    monkeypatch.setattr(device, "outputs", silent)
    told = sound_finding()
    assert told.state is State.TO_KNOW
    assert "pip install" in told.said
    monkeypatch.setattr(device, "outputs", lambda: ["Anna's headphones"])
    assert sound_finding().detail == "Anna's headphones"


# --- all of it ------------------------------------------------------------------------------------


async def _beats(strap: VirtualStrap) -> None:
    while True:
        await strap.notify(frame(173, 355, 355))
        await asyncio.sleep(0.05)


def test_the_report_holds_nothing_of_the_person_and_the_screen_does() -> None:
    async def test() -> None:
        air = Air()
        strap = await strap_on(air, ANNAS.name, ANNAS.strap_id, battery_percent=64)
        beating = asyncio.create_task(_beats(strap))
        async with open_port(air) as port:
            way = WhichRadio(f"tcp-client:{LOOPBACK}:{port}")
            found = [each async for each in examined(places(), way, looking_s=0.3, listening_s=0.5)]
        beating.cancel()
        assert usable(found)
        assert {"python", "store", "sound", "adapter", "straps", "held"} < set(states(found))
        assert states(found)["intervals"] is State.FINE
        screen = " ".join(str(each.as_json()) for each in found)
        report = redacted(found)
        for personal in ("Anna", ANNAS.strap_id, "173", "64 %", str(places().data), str(port)):
            assert personal not in report
        for shown in ("Anna", ANNAS.strap_id, "173 bpm", "64 %", str(places().data)):
            assert shown in screen
        assert [line.split(": ")[:2] for line in report.splitlines()[1:] if line[0] != " "] == [
            [each.key, each.state.value] for each in found
        ]

    run(test())


def test_a_named_strap_is_the_one_that_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    async def heard(_radio: object, strap: StrapSeen, _seconds: float) -> Heard:
        tried.append(strap.name)
        return WHOLE

    monkeypatch.setattr(examination, "heard_from", heard)

    async def test() -> None:
        air = Air()
        await strap_on(air, "First", "C0:FF:EE:00:00:01")
        await strap_on(air, "Second", "C0:FF:EE:00:00:02")
        async with open_port(air) as port:
            way = WhichRadio(f"tcp-client:{LOOPBACK}:{port}")
            for wanted in ("second", "first", "third"):
                async for _ in examined(places(), way, wanted=wanted, looking_s=0.3):
                    pass

    run(test())
    assert tried == ["Second", "First"]
