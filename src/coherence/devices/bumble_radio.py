"""bleak's scanner, client and adapter on a Bumble host: a radio for tests and for `--radio`."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import (
    AdvertisementData,
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import (
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from coherence.translation import _

try:
    from bumble import att, core, hci
    from bumble.core import AdvertisingData
    from bumble.device import Advertisement, Connection, Device, Peer
except ImportError as error:
    raise ImportError(
        _("A virtual radio needs Bumble: install it with `pip install 'coherence-hrv[sim]'`.")
    ) from error

from coherence.devices.air import Air, device_on
from coherence.devices.bumble_host import BumbleHost
from coherence.devices.radio import Radio

OWN_ADDRESS = "F0:00:00:00:00:01"  # random static
MTU = 247  # what phones and computers ask for
_UUID_LISTS = {  # advertised list: bytes of each UUID in it
    AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
    AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
}


@asynccontextmanager
async def open_radio(transport: str) -> AsyncIterator[Radio]:
    """A radio behind a Bumble transport: ``tcp-client:127.0.0.1:6402``, ``serial:…``, ``usb:0``.

    :raises RadioError: if nothing answers there
    """
    host = BumbleHost(transport)
    await host.reached()
    try:
        yield _radio(host, transport)
    finally:
        await host.close()


@dataclass(slots=True)
class Shared:
    """A radio that several use at once: the first to come opens it, the last to go closes it."""

    users: int = 0
    radio: Radio | None = None
    opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


_SHARED: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Shared]] = WeakKeyDictionary()


@asynccontextmanager
async def shared_radio(transport: str) -> AsyncIterator[Radio]:
    """As ``open_radio``, but one for all who ask for it on this loop: a controller has one host.

    :raises RadioError: if nothing answers there
    """
    here = _SHARED.setdefault(asyncio.get_running_loop(), {})
    shared = here.setdefault(transport, Shared())
    async with shared.turn:
        if shared.radio is None:
            shared.radio = await shared.opened.enter_async_context(open_radio(transport))
        radio = shared.radio
        shared.users += 1
    try:
        yield radio
    finally:
        shared.users -= 1
        async with shared.turn:
            if shared.users == 0 and shared.radio is not None:
                shared.radio = None
                await shared.opened.aclose()


async def radio_in(air: Air, address: str = OWN_ADDRESS) -> Radio:
    """A radio in this process, on the same air as the virtual straps."""
    device = device_on(air, "Coherence", address)
    await device.power_on()
    return _radio(BumbleHost.of(device), "in this process")


def _radio(host: BumbleHost, label: str) -> Radio:
    """Classes bound to this host: bleak takes classes, not instances."""
    bound = {"host": host, "connecting": asyncio.Lock()}
    return Radio(
        scanner=type("BumbleScanner", (BumbleScanner,), bound),
        client=type("BumbleClient", (BumbleClient,), bound),
        adapter=type("BumbleAdapter", (BumbleAdapter,), bound),
        label=label,
    )


class BumbleScanner(BaseBleakScanner):
    """Advertisements and scan responses, merged by Bumble, in bleak's form."""

    host: ClassVar[BumbleHost]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        **_ours_not: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._active = scanning_mode == "active"
        self._device: Device | None = None  # where we look

    async def start(self) -> None:
        self.seen_devices = {}
        device = await self.host.reached()
        with _as_bleak():
            device.on("advertisement", self._heard)
            try:
                await device.start_scanning(active=self._active)
            except BaseException:
                device.remove_listener("advertisement", self._heard)
                raise
        self._device = device

    async def stop(self) -> None:
        device, self._device = self._device, None
        if device is None:
            return
        lost = device is not self.host.device
        with _as_bleak():
            device.remove_listener("advertisement", self._heard)
            if not lost and not device.listeners("advertisement"):
                await device.stop_scanning()

    def _heard(self, heard: Advertisement) -> None:
        said: AdvertisingData = heard.data
        services = [
            _uuid(raw[at : at + size])
            for kind, size in _UUID_LISTS.items()
            for raw in said.get_all(kind, raw=True)
            for at in range(0, len(raw) - size + 1, size)
        ]
        names = [
            raw.decode("utf-8", "replace")
            for kind in (AdvertisingData.COMPLETE_LOCAL_NAME, AdvertisingData.SHORTENED_LOCAL_NAME)
            for raw in said.get_all(kind, raw=True)
        ]
        name = names[0] if names else None
        advertisement = AdvertisementData(
            local_name=name,
            manufacturer_data={
                int.from_bytes(raw[:2], "little"): raw[2:]
                for raw in said.get_all(AdvertisingData.MANUFACTURER_SPECIFIC_DATA, raw=True)
            },
            service_data={},
            service_uuids=services,
            tx_power=None,
            rssi=heard.rssi,
            platform_data=(heard,),
        )
        if self.is_allowed_uuid(services):
            address = heard.address.to_string(False)
            found = self.create_or_update_device(
                address, address, name, heard.address, advertisement
            )
            self.call_detection_callbacks(found, advertisement)


class BumbleClient(BaseBleakClient):
    """One connection of a Bumble host in bleak's form."""

    host: ClassVar[BumbleHost]
    connecting: ClassVar[asyncio.Lock]  # a controller makes one connection at a time

    def __init__(self, address_or_ble_device: BLEDevice | str, **options: Any) -> None:
        super().__init__(
            address_or_ble_device,
            disconnected_callback=options["disconnected_callback"],
            timeout=options["timeout"],
        )
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        if isinstance(address_or_ble_device, BLEDevice):
            self._target, self._name = address_or_ble_device.details, address_or_ble_device.name
        else:
            self._target, self._name = hci.Address(address_or_ble_device), None

    @property
    def name(self) -> str:
        return self._name or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        return int(self._connection.att_mtu) if self._connection else att.ATT_DEFAULT_MTU

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    async def connect(self, pair: bool, **_ours_not: Any) -> None:
        if self._connection:
            raise BleakError("already connected")
        with _as_bleak():
            async with asyncio.timeout(self._timeout), self.connecting:
                device = await self.host.reached()
                # As on Linux: a link that the host already holds is taken over.
                connection = device.find_connection_by_bd_addr(self._target)
                self._connection = connection or await self._make_connection(device)
                self._connection.once("disconnection", self._disconnected)
                self._peer = Peer(self._connection)
                try:
                    await self._peer.request_mtu(MTU)
                    if pair:
                        await self._connection.pair()
                    self.services = await self._discover(self._peer)
                except BaseException:
                    await self.disconnect()
                    raise

    async def _make_connection(self, device: Device) -> Connection:
        # In a task of its own: in Python 3.11 a cancellation can get lost inside Bumble's wait_for.
        making = asyncio.create_task(device.connect(self._target, timeout=None))
        try:
            await asyncio.wait({making})
        except asyncio.CancelledError:  # timed out, or given up: the controller must know
            with suppress(core.BaseBumbleError):  # nothing is pending any more
                await device.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)
            if late := device.find_connection_by_bd_addr(self._target):
                await late.disconnect()
            raise
        return making.result()

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        services = BleakGATTServiceCollection()
        for found in await peer.discover_services():
            service = BleakGATTService(found, found.handle, _uuid(bytes(found.uuid)))
            services.add_service(service)
            for said in await found.discover_characteristics():
                characteristic = BleakGATTCharacteristic(
                    said,
                    said.handle,
                    _uuid(bytes(said.uuid)),
                    list(gatt_char_props_to_strs(said.properties)),
                    lambda: self.mtu_size - 3,
                    service,
                )
                services.add_characteristic(characteristic)
                for further in await said.discover_descriptors():
                    kind = _uuid(bytes(further.type))
                    services.add_descriptor(
                        BleakGATTDescriptor(further, further.handle, kind, characteristic)
                    )
        return services

    def _disconnected(self, _reason: object) -> None:
        self._connection = self._peer = self.services = None
        if self._disconnected_callback:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._connection:
            with _as_bleak():
                await self._connection.disconnect()

    async def pair(self, *_args: Any, **_options: Any) -> None:
        if not self._connection:
            raise BleakError("not connected")
        with _as_bleak():
            await self._connection.pair()

    async def unpair(self) -> None:
        raise NotImplementedError("this radio keeps no pairings")

    @property
    def _reached(self) -> Peer:
        if self._peer is None:
            raise BleakError("not connected")
        return self._peer

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_o: Any
    ) -> bytearray:
        return await self._read(characteristic.handle)

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_o: Any
    ) -> bytearray:
        return await self._read(descriptor.handle)

    async def _read(self, handle: int) -> bytearray:
        with _as_bleak():
            return bytearray(await self._reached.gatt_client.read_value(handle))

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        await self._write(characteristic.handle, data, response)

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        await self._write(descriptor.handle, data, response=True)

    async def _write(self, handle: int, data: SizedBuffer, response: bool) -> None:
        with _as_bleak():
            client = self._reached.gatt_client
            await client.write_value(handle, bytes(data), with_response=response)

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_o: Any
    ) -> None:
        with _as_bleak():
            _connection = self._reached  # raises where there is none
            await characteristic.obj.subscribe(lambda value: callback(bytearray(value)))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        with _as_bleak():
            _connection = self._reached  # raises where there is none
            await characteristic.obj.unsubscribe(force=True)


class BumbleAdapter(BaseBleakAdapter):
    """What the host already holds; which services a peer has it does not know, so it says all."""

    host: ClassVar[BumbleHost]

    @classmethod
    async def get(cls, **_ours_not: Any) -> BumbleAdapter:
        return cls()

    async def get_connected_devices(self, service_uuids: frozenset[str]) -> list[BLEDevice]:
        device = self.host.device
        return [
            BLEDevice(held.peer_address.to_string(False), None, held.peer_address)
            for held in (device.connections.values() if device else ())
        ]


@contextmanager
def _as_bleak() -> Iterator[None]:
    """Bumble's errors in bleak's words: no caller of bleak knows Bumble's."""
    try:
        yield
    except core.TimeoutError as error:
        raise TimeoutError(str(error)) from error
    except att.ATT_Error as error:
        raise BleakGATTProtocolError(BleakGATTProtocolErrorCode(error.error_code)) from error
    except core.ConnectionError as error:
        raise BleakDeviceNotFoundError(str(error.peer_address), str(error)) from error
    except core.BaseBumbleError as error:
        raise BleakError(str(error) or type(error).__name__) from error
    except asyncio.CancelledError as error:
        # Bumble cancels what waits for an answer when the link ends; nobody cancelled the caller.
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise BleakError("the link ended while the strap was asked") from error


def _uuid(little_endian: bytes) -> str:
    """A UUID of 2 or 16 bytes as bleak writes it: whole and in lower case."""
    if len(little_endian) == 2:
        return f"0000{little_endian[::-1].hex()}-0000-1000-8000-00805f9b34fb"
    return str(uuid.UUID(bytes=little_endian[::-1]))
