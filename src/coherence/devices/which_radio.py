"""Which radio a program uses: this computer's own, or one that a Bumble transport leads to."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coherence.devices.radio_error import RadioError, RadioReason
from coherence.devices.sources import Pushed, Put, SessionClock
from coherence.model import Arrival, StrapSeen
from coherence.translation import _

if TYPE_CHECKING:  # bleak is only loaded once the radio is used
    from coherence.devices.radio import Radio

# Bumble's names of ways to a controller, and what follows the name
_PLACE = r".+:\d+"
TRANSPORTS = {
    "tcp-client": _PLACE,
    "tcp-server": _PLACE,
    "ws-client": ".+",
    "ws-server": _PLACE,
    "udp": r".+:\d+,.+:\d+",
    "serial": ".+",
    "usb": ".+",
    "pyusb": ".+",
    "unix": ".+",
    "unix-client": ".+",
    "unix-server": ".+",
    "file": ".+",
    "pty": ".*",
    "vhci": ".*",
    "hci-socket": ".*",
    "android-emulator": ".*",
    "android-netsim": ".*",
}


class TransportNameError(ValueError):
    """A name that leads to no kind of radio; the message says how such names look."""


@dataclass(frozen=True, slots=True)
class WhichRadio:
    """The radio to find straps with and to listen on; ``transport`` ``None``: the system's own.

    :raises TransportNameError: if ``transport`` cannot be a name of one
    """

    transport: str | None = None

    def __post_init__(self) -> None:
        if self.transport is None:
            return
        kind, _colon, rest = self.transport.partition(":")
        if kind not in TRANSPORTS or not re.fullmatch(TRANSPORTS[kind], rest):
            raise TransportNameError(
                _(
                    "{transport!r} leads to no radio: give one such as tcp-client:127.0.0.1:6402,"
                    " usb:0 or serial:/dev/ttyACM0,1000000."
                ).format(transport=self.transport)
            )

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[Radio]:
        """The radio, opened if it has to be; those who use it at the same time share it.

        :raises RadioError: if nothing answers there
        """
        if self.transport is None:
            from coherence.devices.radio import SYSTEM

            yield SYSTEM
            return
        try:
            from coherence.devices.bumble_radio import shared_radio
        except ImportError as error:
            raise RadioError(str(error), RadioReason.NO_ADAPTER) from error
        async with shared_radio(self.transport) as radio:
            yield radio

    async def find_straps(self, seconds: float, *, show_all: bool = False) -> list[StrapSeen]:
        """As ``radio.find_straps``."""
        from coherence.devices import radio

        async with self.in_use() as used:
            return await radio.find_straps(seconds, radio=used, show_all=show_all)

    async def find_strap(
        self, wanted: str, seconds: float, *, known_id: str | None = None
    ) -> StrapSeen:
        """As ``radio.find_strap``."""
        from coherence.devices import radio

        async with self.in_use() as used:
            return await radio.find_strap(wanted, seconds, known_id=known_id, radio=used)

    async def scan(self) -> AsyncGenerator[StrapSeen, None]:
        """As ``radio.scan``."""
        from coherence.devices import radio

        async with self.in_use() as used, aclosing(radio.scan(radio=used)) as sightings:
            async for strap in sightings:
                yield strap

    def listen(self, wanted: str | StrapSeen, clock: SessionClock) -> AsyncGenerator[Arrival, None]:
        """As ``radio.listen``."""
        from coherence.devices import radio

        if self.transport is None:
            return radio.listen(wanted, clock)

        async def run(put: Put) -> None:
            async with self.in_use() as used:
                await radio.listen(wanted, clock, radio=used).into(put)

        return Pushed(run)


SYSTEM_RADIO = WhichRadio()
