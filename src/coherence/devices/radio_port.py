"""Radios of a virtual air for other programs: a port on loopback, or this computer's own kernel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from coherence.devices.air import Air, AirController
from coherence.translation import _

try:
    from bumble.transport import open_transport
    from bumble.transport.common import StreamPacketSink, StreamPacketSource
except ImportError as error:
    raise ImportError(
        _("A virtual radio needs Bumble: install it with `pip install 'coherence-hrv[sim]'`.")
    ) from error

LOOPBACK = "127.0.0.1"  # nobody outside this computer gets a radio of ours
PLUGGED_IN_ADDRESS = "B0:00:00:00:00:01"


class Guest(StreamPacketSource):  # type: ignore[misc]  # Bumble has no types that mypy may read
    """A program that connected: it has a controller of its own for as long as it stays."""

    def __init__(self, air: Air, guests: set[Guest]) -> None:
        super().__init__()
        self._air, self._guests = air, guests
        self._controller: AirController | None = None
        self.wire: asyncio.Transport | None = None

    def connection_made(self, wire: asyncio.Transport) -> None:
        self.wire = wire
        self._controller = AirController("a guest's", self._air, self, StreamPacketSink(wire))
        self._guests.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """Its radio is gone with it, so that a strap that it held shows itself again."""
        self._guests.discard(self)
        if self._controller is not None:
            self._air.remove(self._controller)
            self._controller = None


@asynccontextmanager
async def open_port(air: Air, port: int = 0) -> AsyncIterator[int]:
    """Give each program that connects a radio on ``air``, for any Bumble host: ``tcp-client:…``.

    Yields the port, which the system chooses for 0.

    :raises OSError: if the port is taken
    """
    guests: set[Guest] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Guest(air, guests), LOOPBACK, port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for guest in guests.copy():
            if guest.wire is not None:
                guest.wire.close()
        await asyncio.sleep(0)  # each hears that it was closed
        await server.wait_closed()


@asynccontextmanager
async def plug_in(air: Air) -> AsyncIterator[None]:
    """Give this computer's kernel a Bluetooth adapter on ``air`` (Linux, root, module hci_vhci).

    :raises OSError: if it takes none
    """
    async with await open_transport("vhci") as wire:
        controller = AirController(
            "this computer's", air, wire.source, wire.sink, public_address=PLUGGED_IN_ADDRESS
        )
        try:
            yield
        finally:
            air.remove(controller)
