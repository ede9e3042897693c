"""The air of a virtual radio: controllers that hear each other, or not, in one process (Bumble)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from coherence.translation import _

try:
    from bumble import hci, ll
    from bumble.controller import Controller
    from bumble.device import Device, DeviceConfiguration
    from bumble.host import Host
    from bumble.link import LocalLink
except ImportError as error:
    raise ImportError(
        _("A virtual radio needs Bumble: install it with `pip install 'coherence-hrv[sim]'`.")
    ) from error

SUPERVISION_S = 4.0  # how long a link outlives silence; straps ask for 4 to 6 s


class AirController(Controller):  # type: ignore[misc]  # Bumble has no types that mypy may read
    """Bumble's virtual controller with what a real one has and it lacks (0.0.236)."""

    rssi_dbm = -58
    pending_le_connection: Any

    def __init__(
        self,
        name: str,
        air: Air,
        source: object = None,
        sink: object = None,
        *,
        public_address: str | None = None,
    ) -> None:
        super().__init__(name, source, sink, air, public_address)
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

    def remove(self, controller: AirController) -> None:
        """Take a controller out of the air, links and all."""
        if (timer := self._away.pop(controller, None)) is not None:
            timer.cancel()
        self.end_links(controller)
        self.remove_controller(controller)

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


def device_on(air: Air, name: str, address: str, **configuration: object) -> Device:
    """A Bumble host with a controller of its own in this air; not powered on yet."""
    host = Host()
    host.controller = AirController(name, air)
    host.controller.random_address = hci.Address(address)
    settings = DeviceConfiguration(name=name, address=hci.Address(address), **configuration)
    return Device(config=settings, host=host)
