"""A heart-rate strap without hardware: virtual straps in a virtual air, on Bumble (extra `sim`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from coherence.translation import _

try:
    from bumble import gatt
    from bumble.core import AdvertisingData
    from bumble.device import Connection
except ImportError as error:
    raise ImportError(
        _("A virtual radio needs Bumble: install it with `pip install 'coherence-hrv[sim]'`.")
    ) from error

from coherence.devices import battery, heart_rate, polar
from coherence.devices.air import SUPERVISION_S, Air, AirController, device_on
from coherence.devices.sources import SessionClock, paced
from coherence.devices.virtual_polar import VirtualPolar
from coherence.model import Arrival, Notification

CHEST = 1  # Body Sensor Location, Heart Rate Service 1.0, 3.2.1
_ADVERTISEMENT_BYTES = 31


class VirtualStrap:
    """A strap on the air: heart rate, battery, maker; one link at a time, as most straps have.

    Without ``heart_rate_service`` it is some other gadget nearby; ``measures`` is Polar's service.
    """

    def __init__(
        self,
        air: Air,
        name: str = "Polar H10 0A1B2C3D",
        address: str = "C0:FF:EE:00:00:01",
        *,
        battery_percent: int = 87,
        heart_rate_service: bool = True,
        advertising_ms: float = 100.0,
        rssi_dbm: int = -58,
        measures: VirtualPolar | None = None,
    ) -> None:
        self.name, self.address = name, address
        self._air = air
        self.device = device_on(
            air,
            name,
            address,
            advertising_interval_min=advertising_ms,
            advertising_interval_max=advertising_ms,
        )
        self.controller: AirController = self.device.host.controller
        self.controller.rssi_dbm = rssi_dbm
        self._connection: Connection | None = None
        self._battery_percent = battery_percent
        self.sent_for: Callable[[bytes], list[bytes]] = lambda frame: [frame]  # when played
        self.listened_to = asyncio.Event()  # set while somebody takes its heart rate
        self.times_listened_to = 0
        self.answers = asyncio.Event()  # cleared: a read of the battery gets no answer
        self.answers.set()
        self._heart_rate = gatt.Characteristic(
            heart_rate.CHARACTERISTIC,
            gatt.Characteristic.Properties.NOTIFY,
            gatt.Characteristic.Permissions(0),
        )
        self._heart_rate.on(self._heart_rate.EVENT_SUBSCRIPTION, self._subscribed)
        self._battery = gatt.Characteristic(
            battery.CHARACTERISTIC,
            gatt.Characteristic.Properties.READ | gatt.Characteristic.Properties.NOTIFY,
            gatt.Characteristic.READABLE,
            gatt.CharacteristicValue(read=self._read_battery),
        )
        if heart_rate_service:
            self.device.add_services(
                [
                    gatt.Service("180D", [self._heart_rate, _fixed("2A38", bytes([CHEST]))]),
                    gatt.Service("180F", [self._battery]),
                    gatt.Service(
                        "180A", [_fixed("2A29", b"Coherence"), _fixed("2A24", b"Virtual")]
                    ),
                ]
            )
        self.measures = measures
        if measures is not None:
            measures.put_on(self.device)
        self._advertise_as(name, b"\x0d\x18" if heart_rate_service else b"")
        self.device.on("connection", self._connected)

    def _advertise_as(self, name: str, services: bytes) -> None:
        """Name and services in the advertisement; a name that is too long in the scan response."""
        first = [(AdvertisingData.FLAGS, b"\x06")]
        if services:
            first.append((AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, services))
        named = (AdvertisingData.COMPLETE_LOCAL_NAME, name.encode())
        fits = len(bytes(AdvertisingData([*first, named]))) <= _ADVERTISEMENT_BYTES
        self.device.advertising_data = bytes(AdvertisingData([*first, named] if fits else first))
        self.device.scan_response_data = b"" if fits else bytes(AdvertisingData([named]))

    def _connected(self, connection: Connection) -> None:
        self._connection = connection
        connection.on("disconnection", self._disconnected)

    def _disconnected(self, _reason: int) -> None:
        self._connection = None
        self.listened_to.clear()

    def _subscribed(self, _connection: Connection, notifies: bool, _indicates: bool) -> None:
        (self.listened_to.set if notifies else self.listened_to.clear)()
        self.times_listened_to += notifies

    async def _read_battery(self, _connection: Connection) -> bytes:
        await self.answers.wait()
        return battery.encode(self._battery_percent)

    @property
    def connected(self) -> bool:
        return self._connection is not None

    @property
    def advertising(self) -> bool:
        return bool(self.controller.le_legacy_advertiser.enabled)

    async def switch_on(self) -> None:
        """Power up and advertise, and again whenever a link ends."""
        await self.device.power_on()
        await self.device.start_advertising(auto_restart=True)

    async def notify(self, frame: bytes) -> None:
        """Send a heart-rate frame, if anybody listens; else it is lost, as in life."""
        await self.device.notify_subscribers(self._heart_rate, frame)

    async def set_battery(self, percent: int) -> None:
        self._battery_percent = percent
        await self.device.notify_subscribers(self._battery, battery.encode(percent))

    async def drop(self) -> None:
        """End the link from the strap's side, as when it is taken off."""
        if self._connection is not None:
            await self._connection.disconnect()

    def walk_away(self, supervision_s: float = SUPERVISION_S) -> None:
        self._air.leave(self.controller, supervision_s)

    def come_back(self) -> None:
        self._air.come_back(self.controller)

    async def play(self, arrivals: Iterable[Arrival], clock: SessionClock) -> None:
        """Send what a wearer's strap says, each frame when the clock reaches it."""
        async for arrival in paced(arrivals, clock):
            match arrival:
                case Notification(characteristic=heart_rate.CHARACTERISTIC, payload=frame):
                    for sent in self.sent_for(frame):
                        await self.notify(sent)
                case Notification(characteristic=battery.CHARACTERISTIC, payload=level):
                    await self.set_battery(battery.decode(level))
                case Notification(characteristic=polar.DATA, payload=frame) if self.measures:
                    await self.measures.notify(frame)


def _fixed(uuid: str, value: bytes) -> gatt.Characteristic:
    return gatt.Characteristic(
        uuid, gatt.Characteristic.Properties.READ, gatt.Characteristic.READABLE, value
    )
