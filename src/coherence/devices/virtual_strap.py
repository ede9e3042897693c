"""A heart-rate strap without hardware: virtual straps in a virtual air, on Bumble (extra `sim`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

try:
    from bumble import gatt, hci, ll
    from bumble.controller import Controller
    from bumble.core import AdvertisingData
    from bumble.device import Connection, Device, DeviceConfiguration
    from bumble.host import Host
    from bumble.link import LocalLink
    from bumble.transport import open_transport
except ImportError as error:
    raise ImportError(
        "A virtual strap needs Bumble: install it with `pip install 'coherence-hrv[sim]'`."
    ) from error

from coherence.devices import battery, heart_rate
from coherence.devices.sources import SessionClock, paced
from coherence.model import Arrival, Notification

SUPERVISION_S = 4.0  # how long a link outlives silence; straps ask for 4 to 6 s
CHEST = 1  # Body Sensor Location, Heart Rate Service 1.0, 3.2.1
_ADVERTISEMENT_BYTES = 31


class AirController(Controller):  # type: ignore[misc]  # Bumble has no types that mypy may read
    """Bumble's virtual controller with what a real one has and it lacks (0.0.236)."""

    rssi_dbm = -58
    pending_le_connection: Any

    def __init__(self, name: str, air: Air, source: object = None, sink: object = None) -> None:
        super().__init__(name, host_source=source, host_sink=sink, link=air)
        # With these Linux would wait for an event that never comes (google/bumble#841).
        self.le_features &= ~(
            hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
        )

    def on_hci_le_create_connection_cancel_command(self, _command: object) -> object:
        """Forget the pending connection and say so (Core 5.4, Vol 4, Part E, 7.8.13).

        Bumble keeps it pending for ever, and one connection that timed out blocks all others.
        """
        pending: Any = self.pending_le_connection
        self.pending_le_connection = None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        cancelled = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address.address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, cancelled)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_reset_command(self, command: object) -> object:
        """A host that begins anew has no links: the program before it may have died in mid-link."""
        self.link.end_links(self)
        self.pending_le_connection = None
        return super().on_hci_reset_command(command)

    def on_advertising_pdu(self, pdu: ll.AdvInd) -> None:
        """Report with the sender's own strength and scan response; Bumble makes both up."""
        event = hci.HCI_LE_Advertising_Report_Event
        sender = self.link.find_le_controller(pdu.advertiser_address)
        if self.le_scan_enable and sender is not None:
            response = bytes(sender.le_legacy_advertiser.scan_response_data)
            for kind, content in (
                (event.EventType.ADV_IND, pdu.data),
                (event.EventType.SCAN_RSP, response),
            ):
                report = event.Report(
                    event_type=kind,
                    address_type=pdu.advertiser_address.address_type,
                    address=pdu.advertiser_address,
                    data=content,
                    rssi=sender.rssi_dbm,
                )
                self.send_hci_packet(event([report]))
        pending = self.pending_le_connection
        if pending is not None and pending.peer_address == pdu.advertiser_address:
            self.create_le_connection(pdu.advertiser_address)


class Air(LocalLink):  # type: ignore[misc]
    """What lies between the controllers: whoever is out of range is neither heard nor reached."""

    def __init__(self) -> None:
        super().__init__()
        self._away: dict[AirController, asyncio.TimerHandle] = {}
        self._unsent: list[tuple[AirController, AirController, Callable[[], None]]] = []

    def leave(self, controller: AirController, supervision_s: float = SUPERVISION_S) -> None:
        """Go out of range; after ``supervision_s`` both ends give their links up (reason 0x08)."""
        if controller not in self._away:
            loop = asyncio.get_running_loop()
            self._away[controller] = loop.call_later(supervision_s, self.end_links, controller)

    def come_back(self, controller: AirController) -> None:
        """Be in range again; what the link layer still held for a living link goes out now."""
        if (timer := self._away.pop(controller, None)) is not None:
            timer.cancel()
        held, self._unsent = self._unsent, []
        for sender, receiver, deliver in held:
            self._carry(sender, receiver, deliver)

    def end_links(self, lost: AirController) -> None:
        """End this controller's links on both sides, without a word on the air."""
        self._unsent = [held for held in self._unsent if lost not in held[:2]]
        ends = [
            (controller, link)
            for controller in self.controllers
            for link in controller.le_connections.values()
            if lost in (controller, self.find_le_controller(link.peer_address))
        ]
        for controller, link in ends:
            controller.on_le_disconnected(link, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)

    def _carry(
        self, sender: AirController, receiver: AirController, deliver: Callable[[], None]
    ) -> None:
        # A link layer repeats what was not acknowledged for as long as the link lives.
        if sender in self._away or receiver in self._away:
            self._unsent.append((sender, receiver, deliver))
        else:
            asyncio.get_running_loop().call_soon(deliver)

    # Bumble's names from here on

    def send_advertising_pdu(self, sender: AirController, packet: object) -> None:
        if sender not in self._away:
            for controller in self.controllers:
                if controller is not sender and controller not in self._away:
                    asyncio.get_running_loop().call_soon(controller.on_ll_advertising_pdu, packet)

    def send_acl_data(
        self, sender: AirController, destination: hci.Address, transport: object, data: bytes
    ) -> None:
        receiver = self.find_le_controller(destination)
        link = sender.le_connections.get(destination)
        if receiver is not None and link is not None:
            source = link.self_address
            self._carry(
                sender, receiver, lambda: receiver.on_link_acl_data(source, transport, data)
            )

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: object
    ) -> None:
        sender = self.find_le_controller(sender_address)
        receiver = self.find_le_controller(receiver_address)
        if sender is not None and receiver is not None:
            self._carry(
                sender, receiver, lambda: receiver.on_ll_control_pdu(sender_address, packet)
            )


@asynccontextmanager
async def offer_radio(air: Air, transport: str) -> AsyncIterator[None]:
    """Give another program a radio on this air, as ``tcp-server:127.0.0.1:6402``, say."""
    async with await open_transport(transport) as wire:
        controller = AirController("offered", air, wire.source, wire.sink)
        try:
            yield
        finally:
            air.end_links(controller)
            air.remove_controller(controller)
            for still_open in (
                getattr(wire.sink, "transport", None),
                getattr(wire, "server", None),
            ):
                if still_open is not None:  # Bumble's TCP server leaves both open
                    still_open.close()


def device_on(air: Air, name: str, address: str, **configuration: object) -> Device:
    """A Bumble host with a controller of its own in this air; not powered on yet."""
    host = Host()
    host.controller = AirController(name, air)
    host.controller.random_address = hci.Address(address)
    settings = DeviceConfiguration(name=name, address=hci.Address(address), **configuration)
    return Device(config=settings, host=host)


class VirtualStrap:
    """A strap on the air: heart rate, battery, maker; one link at a time, as most straps have.

    Without ``heart_rate_service`` it is some other gadget nearby.
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
        self.listened_to = asyncio.Event()  # set while somebody takes its heart rate
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
                    await self.notify(frame)
                case Notification(characteristic=battery.CHARACTERISTIC, payload=level):
                    await self.set_battery(battery.decode(level))


def _fixed(uuid: str, value: bytes) -> gatt.Characteristic:
    return gatt.Characteristic(
        uuid, gatt.Characteristic.Properties.READ, gatt.Characteristic.READABLE, value
    )
