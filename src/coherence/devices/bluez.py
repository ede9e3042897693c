"""How Linux's own Bluetooth stands: service, adapters and who holds what, asked over D-Bus."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coherence.devices import heart_rate

Objects = Mapping[str, Mapping[str, Mapping[str, Any]]]  # path, interface, property: its value
ANSWERS_WITHIN_S = 3.0
BLUEZ = "org.bluez"
_ADAPTER, _DEVICE = f"{BLUEZ}.Adapter1", f"{BLUEZ}.Device1"
_CHARACTERISTIC = f"{BLUEZ}.GattCharacteristic1"
BLOCKED, BLOCKED_BY_SWITCH = "soft", "hard"  # as the kernel calls it
_SERVICE_FOLDERS = "/usr/libexec/bluetooth:/usr/lib/bluetooth:/usr/sbin:/usr/bin"
_DENIED = ("org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.AuthFailed")


@dataclass(frozen=True, slots=True)
class BluezState:
    """What was found; what could not be asked for is as if it were not there."""

    bus: bool = False  # the system bus answers
    denied: bool = False  # this account may not talk to the service
    installed: bool = False
    running: bool = False
    adapters: tuple[bool, ...] = ()  # of each whether it is on
    kernel_adapters: int = 0  # the kernel may know of some that the service does not
    blocked: str = ""
    connected: frozenset[str] = frozenset()  # addresses of straps that this computer holds
    listened: frozenset[str] = frozenset()  # those of them that some program listens to


async def bluez_state() -> BluezState:
    """Ask, within seconds; never raises."""
    from dbus_fast import BusType
    from dbus_fast.aio.message_bus import MessageBus
    from dbus_fast.errors import DBusFastError

    here = BluezState(
        installed=shutil.which("bluetoothd", path=_SERVICE_FOLDERS) is not None,
        kernel_adapters=len([*_listed("/sys/class/bluetooth", "hci*[0-9]")]),
        blocked=_blocked(),
    )
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    except (OSError, EOFError, DBusFastError):  # OSError: a time that ran out, too
        return here
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            return read(here, await _managed_objects(bus))
    except (OSError, EOFError, DBusFastError):
        return replace(here, bus=True)
    finally:
        bus.disconnect()


async def _managed_objects(bus: Any) -> Objects | str:
    """The service's answer, or the name of its error."""
    from dbus_fast import Message, MessageFlag, MessageType

    answer = await bus.call(
        Message(
            destination=BLUEZ,
            path="/",
            interface="org.freedesktop.DBus.ObjectManager",
            member="GetManagedObjects",
            flags=MessageFlag.NO_AUTOSTART,  # to see whether it runs, not to start it
        )
    )
    said: Objects | str = (
        str(answer.error_name) if answer.message_type is MessageType.ERROR else answer.body[0]
    )
    return said


def read(here: BluezState, said: Objects | str) -> BluezState:
    """``here`` with what the service said: all its objects, or the name of an error."""
    if isinstance(said, str):
        denied = said in _DENIED
        return replace(here, bus=True, denied=denied, running=denied)
    adapters = [each[_ADAPTER] for each in said.values() if _ADAPTER in each]
    connected = {
        path: str(_value(each[_DEVICE], "Address"))
        for path, each in said.items()
        if _DEVICE in each
        and _value(each[_DEVICE], "Connected")
        and heart_rate.SERVICE in (_value(each[_DEVICE], "UUIDs") or ())
    }
    listened = {
        address
        for path, address in connected.items()
        for below, each in said.items()
        if below.startswith(f"{path}/")
        and _CHARACTERISTIC in each
        and _value(each[_CHARACTERISTIC], "UUID") == heart_rate.CHARACTERISTIC
        and _value(each[_CHARACTERISTIC], "Notifying")
    }
    return replace(
        here,
        bus=True,
        running=True,
        adapters=tuple(bool(_value(each, "Powered")) for each in adapters),
        connected=frozenset(connected.values()),
        listened=frozenset(listened),
    )


def _value(properties: Mapping[str, Any], name: str) -> Any:
    held = properties.get(name)
    return getattr(held, "value", held)  # D-Bus wraps each value with its type


def _blocked() -> str:
    """How the kernel keeps Bluetooth off, if it does: ``soft`` by a program, ``hard`` by a key."""
    found = ""
    for switch in _listed("/sys/class/rfkill", "rfkill*"):
        if _text(switch / "type") == "bluetooth":
            if _text(switch / BLOCKED_BY_SWITCH) == "1":
                return BLOCKED_BY_SWITCH
            if _text(switch / BLOCKED) == "1":
                found = BLOCKED
    return found


def _listed(folder: str, pattern: str) -> list[Path]:
    return sorted(Path(folder).glob(pattern)) if Path(folder).is_dir() else []


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
