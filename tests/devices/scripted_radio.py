"""A system's Bluetooth as a script has it: bleak's own classes above it, no stack below.

It is there for orders of events that no stack can be brought to: whatever call of bleak comes next
may hang or raise, links end between any two of them, and clients go on talking after their end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDeviceNotFoundError,
    BleakError,
)

from coherence.devices import battery, heart_rate
from coherence.devices.radio import Radio

ADVERTISES_S, TAKES_S = 0.05, 0.004
NAME, OURS, STRANGERS = "HRM", "C0:FF:EE:00:00:01", "C0:FF:EE:00:00:02"
Trouble = BaseException | None  # None: it never answers


class World:
    """One adapter, our strap, and a stranger's of the same name that always shows itself."""

    def __init__(self) -> None:
        self.powered, self.awake = True, True
        self.troubles: dict[str, list[Trouble]] = {}  # of a call, the next first
        self.clients: list[ScriptedClient] = []
        self.scanners: set[ScriptedScanner] = set()
        bound = {"world": self}
        self.radio = Radio(
            scanner=type("Scanner", (ScriptedScanner,), bound),
            client=type("Client", (ScriptedClient,), bound),
            label="a script",
        )

    async def call(self, name: str) -> None:
        """What each call of bleak comes to first: it takes its time, and may go wrong."""
        await asyncio.sleep(TAKES_S)
        if waiting := self.troubles.get(name):
            trouble = waiting.pop(0)
            if trouble is None:
                await asyncio.Event().wait()
            else:
                raise trouble
        if not self.powered:
            reason = BleakBluetoothNotAvailableReason.POWERED_OFF
            raise BleakBluetoothNotAvailableError("off", reason)

    @property
    def linked(self) -> list[ScriptedClient]:
        return [each for each in self.clients if each.is_connected]

    @property
    def listening(self) -> ScriptedClient | None:
        """The client that takes our strap's heart rate."""
        there = [each for each in self.linked if heart_rate.CHARACTERISTIC in each.callbacks]
        return there[0] if there else None

    def drop(self) -> None:
        for client in self.linked:
            client.end()

    def turn_off(self) -> None:
        self.powered = False
        self.drop()


class ScriptedScanner(BaseBleakScanner):
    world: World

    def __init__(self, callback: Any, service_uuids: Any, _mode: str, **_o: Any) -> None:
        super().__init__(callback, service_uuids)
        self._showing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.world.call("start")
        if self.world.scanners:
            raise BleakError("org.bluez.Error.InProgress")
        self.world.scanners.add(self)
        self._showing = asyncio.create_task(self._show())

    async def stop(self) -> None:
        if self._showing is not None:
            self._showing.cancel()
        self.world.scanners.discard(self)
        await self.world.call("stop")

    async def _show(self) -> None:
        while True:
            await asyncio.sleep(ADVERTISES_S)
            ours = self.world.awake and not self.world.linked
            for address in (STRANGERS, *([OURS] if ours else [])):
                said = AdvertisementData(NAME, {}, {}, [heart_rate.SERVICE], None, -60, ())
                found = self.create_or_update_device(address, address, NAME, None, said)
                self.call_detection_callbacks(found, said)


class ScriptedClient(BaseBleakClient):
    world: World

    def __init__(self, device: BLEDevice, **options: Any) -> None:
        super().__init__(device, **options)
        self.callbacks: dict[str, Callable[[bytearray], None]] = {}
        self.heard: Callable[[bytearray], None] | None = None  # stays, as with hbldh/bleak#2002
        self.times_let_go = 0
        self._connected = False
        self.world.clients.append(self)

    name = mtu_size = property(lambda _self: 23)  # type: ignore[assignment]

    @property
    def is_connected(self) -> bool:
        return self._connected

    async def connect(self, pair: bool, **_o: Any) -> None:
        await self.world.call("connect")
        if not self.world.awake:
            await asyncio.sleep(self._timeout)
            raise TimeoutError
        if self.world.linked:
            raise BleakDeviceNotFoundError(self.address)
        self._connected = True
        self.services = BleakGATTServiceCollection()
        service = BleakGATTService(None, 1, heart_rate.SERVICE)
        self.services.add_service(service)
        for handle, uuid in enumerate((heart_rate.CHARACTERISTIC, battery.CHARACTERISTIC), 2):
            made = BleakGATTCharacteristic(
                None, handle, uuid, ["notify", "read"], lambda: 20, service
            )
            self.services.add_characteristic(made)

    def end(self) -> None:
        self._connected = False
        self.callbacks.clear()
        self.services = None
        if self._disconnected_callback:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        self.times_let_go += 1
        if self._connected:
            self.end()  # the system does it, whatever it answers
        await self.world.call("disconnect")

    async def start_notify(self, characteristic: Any, callback: Any, **_o: Any) -> None:
        await self.world.call("start_notify")
        if not self._connected:
            raise BleakError("not connected")
        self.callbacks[characteristic.uuid] = callback
        if characteristic.uuid == heart_rate.CHARACTERISTIC:
            self.heard = callback

    async def read_gatt_char(self, characteristic: Any, **_o: Any) -> bytearray:
        await self.world.call("read")
        if not self._connected:
            raise BleakError("not connected")
        return bytearray([87])

    async def stop_notify(self, characteristic: Any) -> None:
        await self.world.call("stop_notify")

    async def _never(self, *_arguments: Any, **_o: Any) -> Any:
        raise NotImplementedError

    pair = unpair = _never  # type: ignore[assignment]
    read_gatt_descriptor = write_gatt_descriptor = write_gatt_char = _never  # type: ignore[assignment]
