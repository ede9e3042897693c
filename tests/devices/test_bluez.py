"""What Linux's Bluetooth service says of itself, read from its objects, and from its absence."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("D-Bus is Linux's", allow_module_level=True)

from dbus_fast import Variant

from coherence.devices import heart_rate
from coherence.devices.bluez import BluezState, bluez_state, read

ADAPTER = "/org/bluez/hci0"
STRAP = f"{ADAPTER}/dev_C0_FF_EE_00_00_01"


def device(address: str, *, connected: bool, service: str = heart_rate.SERVICE) -> dict:
    return {
        "org.bluez.Device1": {
            "Address": Variant("s", address),
            "Connected": Variant("b", connected),
            "UUIDs": Variant("as", [service]),
        }
    }


def characteristic(uuid: str, *, notifying: bool) -> dict:
    return {
        "org.bluez.GattCharacteristic1": {
            "UUID": Variant("s", uuid),
            "Notifying": Variant("b", notifying),
        }
    }


def adapter(*, on: bool) -> dict:
    return {"org.bluez.Adapter1": {"Powered": Variant("b", on)}}


def test_adapters_and_who_holds_and_hears_what_are_read_from_the_objects() -> None:
    heard, held, scale, free = (f"C0:FF:EE:00:00:0{n}" for n in range(1, 5))
    state = read(
        BluezState(installed=True),
        {
            "/org/bluez": {"org.bluez.AgentManager1": {}},
            ADAPTER: adapter(on=True),
            "/org/bluez/hci1": adapter(on=False),
            STRAP: device(heard, connected=True),
            f"{STRAP}/service0006/char0007": characteristic(
                heart_rate.CHARACTERISTIC, notifying=True
            ),
            f"{ADAPTER}/dev_2": device(held, connected=True),
            f"{ADAPTER}/dev_2/service0006/char0007": characteristic(
                heart_rate.CHARACTERISTIC, notifying=False
            ),
            f"{ADAPTER}/dev_2/service0006/char0009": characteristic("2a19", notifying=True),
            f"{ADAPTER}/dev_3": device(scale, connected=True, service="181d"),
            f"{ADAPTER}/dev_4": device(free, connected=False),
        },
    )
    assert state == BluezState(
        bus=True,
        installed=True,
        running=True,
        adapters=(True, False),
        connected=frozenset({heard, held}),
        listened=frozenset({heard}),
    )


@pytest.mark.parametrize(
    ("error", "denied"),
    [
        ("org.freedesktop.DBus.Error.ServiceUnknown", False),
        ("org.freedesktop.DBus.Error.NameHasNoOwner", False),
        ("org.freedesktop.DBus.Error.AccessDenied", True),
    ],
)
def test_a_service_that_is_not_there_is_told_from_one_that_refuses(
    error: str, denied: bool
) -> None:
    assert read(BluezState(), error) == BluezState(bus=True, denied=denied, running=denied)


def test_without_a_system_bus_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    state = asyncio.run(bluez_state())
    assert (state.bus, state.running, state.adapters) == (False, False, ())


def test_on_a_bus_without_the_service_it_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
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
            state = asyncio.run(bluez_state())
        finally:
            bus.terminate()
    assert (state.bus, state.running, state.denied) == (True, False, False)
