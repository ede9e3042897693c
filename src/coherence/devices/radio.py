"""Straps over the air, on bleak: find them, and listen to one for as long as a session lasts."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import ClassVar, TypeVar
from weakref import WeakKeyDictionary

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakError

from coherence.devices import heart_rate, reconnect
from coherence.devices.asking import asked
from coherence.devices.bluez import bluez_state
from coherence.devices.finishing import to_the_end
from coherence.devices.listener import Listener
from coherence.devices.radio_error import RadioError, RadioReason, radio_error
from coherence.devices.sources import Pushed, Put, SessionClock
from coherence.devices.strap_choice import UNNAMED, StrapChoice
from coherence.model import StrapSeen
from coherence.translation import _

T = TypeVar("T")
OTHERS_S = 1.5  # a strap shows itself at least once a second: by then another that fits is seen
ALLOWING_S = 60.0
_WEAKEST_DBM = -128


@dataclass(frozen=True, slots=True)
class Radio:
    """Which radio: the classes that bleak is to use, ``None`` for the system's own."""

    scanner: type[BaseBleakScanner] | None = None
    client: type[BaseBleakClient] | None = None
    adapter: type[BaseBleakAdapter] | None = None
    label: str = _("this computer's Bluetooth")


SYSTEM = Radio()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    scan_s: float = 5.0  # one round of looking; then others may have the scanner
    connect_s: float = 20.0  # Home Assistant's figure: first attempts are often slow
    operation_s: float = 5.0  # any one exchange; some never end by themselves
    quiet_s: float = 5.0  # silence after which the strap is asked whether it is there
    drop_s: float = 10.0  # silence after which the link is given up
    wait_s: Callable[[int], float] = reconnect.wait_s  # from the attempts that failed in a row


PATIENCE = Patience()

# --- finding --------------------------------------------------------------------------------------


async def find_straps(
    seconds: float, *, radio: Radio = SYSTEM, show_all: bool = False
) -> list[StrapSeen]:
    """Straps seen in ``seconds``, the nearest first; ``show_all`` adds whatever has a name.

    :raises RadioError: if the radio cannot be used
    """
    straps: dict[str, StrapSeen] = {}
    async with _sightings(radio, show_all) as sightings:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    strap = await sightings.get()
                    straps[strap.strap_id] = strap
    return sorted(
        straps.values(),
        key=lambda strap: _WEAKEST_DBM if strap.rssi_dbm is None else strap.rssi_dbm,
        reverse=True,
    )


async def find_strap(
    wanted: str,
    seconds: float,
    *,
    known_id: str | None = None,
    radio: Radio = SYSTEM,
    show_all: bool = False,
) -> StrapSeen:
    """The strap that fits ``wanted`` (see ``listen``); of several the one with ``known_id``.

    :raises RadioError: ``NOT_FOUND`` if none is seen in ``seconds``, ``SEVERAL`` if it is not
        clear which is meant: nobody is to record a stranger's heart
    """
    choice = StrapChoice.of(wanted)
    straps: dict[str, StrapSeen] = {}
    loop = asyncio.get_running_loop()
    async with _sightings(radio, show_all) as sightings:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds) as looking:
                while True:
                    strap = await sightings.get()
                    if not choice.fits(strap.strap_id, strap.name):
                        continue
                    if choice.strap_id or strap.strap_id == known_id:
                        return strap
                    if not straps:
                        looking.reschedule(loop.time() + OTHERS_S)
                    straps[strap.strap_id] = strap
    meant = choice.meant(straps.values())
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise RadioError(
            _("More than one strap fits: say which is meant, {straps}.").format(
                straps=", ".join(f"{each.name} ({each.strap_id})" for each in meant)
            ),
            RadioReason.SEVERAL,
        )
    said = (
        _(
            "No strap called {name} was found: put it on, moisten its electrodes, close other "
            "programs that may hold it, and try again."
        )
        if wanted.strip("* ")
        else _(
            "No strap was found: put it on, moisten its electrodes, close other programs that may "
            "hold it, and try again."
        )
    )
    raise RadioError(
        said.format(name=wanted),
        RadioReason.NOT_FOUND,
    )


async def scan(*, radio: Radio = SYSTEM, show_all: bool = False) -> AsyncGenerator[StrapSeen, None]:
    """Straps as they are seen, until this is closed; again when a name becomes known.

    It holds the one scanner: close it (``aclose``) before listening.

    :raises RadioError: if the radio cannot be used
    """
    async with _sightings(radio, show_all) as sightings:
        while True:
            yield await sightings.get()


@asynccontextmanager
async def _sightings(radio: Radio, show_all: bool) -> AsyncIterator[asyncio.Queue[StrapSeen]]:
    sightings: asyncio.Queue[StrapSeen] = asyncio.Queue()
    names: dict[str, str] = {}

    def seen(device: BLEDevice, said: AdvertisementData | None) -> None:
        name = (said.local_name if said else None) or device.name or UNNAMED
        known = names.get(device.address, "")
        wanted = said is None or heart_rate.SERVICE in said.service_uuids or name != UNNAMED
        if wanted and known in ("", UNNAMED) and known != name:
            names[device.address] = name
            sightings.put_nowait(StrapSeen(device.address, name, said.rssi if said else None))

    station = Station.of(radio)
    async with station.scanning(seen, PATIENCE, only_straps=not show_all):
        for device in await station.attached(PATIENCE):
            seen(device, None)
        yield sightings


# --- listening ------------------------------------------------------------------------------------


def listen(
    wanted: str | StrapSeen,
    clock: SessionClock,
    *,
    radio: Radio = SYSTEM,
    patience: Patience = PATIENCE,
) -> Pushed:
    """What a strap says and how its link stands, through every loss, until this is closed.

    ``wanted`` is a strap, its id, its name or a part of it (``*`` and ``?`` as in a shell). The
    first strap that fits is kept to the end; until it is found its ``strap_id`` is empty.

    :raises RadioError: if the radio cannot be used at the start, or somebody listens to this strap
        already; any later trouble is told as ``LinkChanged`` while we go on trying
    """

    async def run(put: Put) -> None:
        listener = Listener(StrapChoice.of(wanted), clock, Station.of(radio), patience, put)
        await listener.run()

    return Pushed(run)


# --- bleak in our words ---------------------------------------------------------------------------


class Station:
    """A radio in use on one loop: one scanner, one connection attempt, one listener a strap."""

    _all: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Radio, Station]]] = (
        WeakKeyDictionary()
    )

    def __init__(self, radio: Radio) -> None:
        self.radio = radio
        self.connecting = asyncio.Lock()
        # Who listens to which strap, by its id: two clients on one strap cut each other off.
        self.held: dict[str, asyncio.Task[object]] = {}
        self._scanner = asyncio.Lock()

    @classmethod
    def of(cls, radio: Radio) -> Station:
        stations = cls._all.setdefault(asyncio.get_running_loop(), {})
        return stations.setdefault(radio, cls(radio))

    @asynccontextmanager
    async def scanning(
        self,
        seen: Callable[[BLEDevice, AdvertisementData], None],
        patience: Patience,
        *,
        only_straps: bool,
    ) -> AsyncIterator[None]:
        async with self._scanner:
            services = [heart_rate.SERVICE] if only_straps else None
            scanner = BleakScanner(seen, services, backend=self.radio.scanner)
            # macOS asks the person first, and bleak waits for the answer
            limit_s = ALLOWING_S if sys.platform == "darwin" else patience.operation_s
            starting = asyncio.create_task(self._asked(scanner.start(), limit_s))
            try:
                await asyncio.shield(starting)
                yield
            finally:
                await to_the_end(_stopped(scanner, starting, patience.operation_s))

    async def _asked(self, work: Awaitable[T], within_s: float) -> T:
        try:
            return await asked(work, within_s)
        except RadioError as error:
            # Of a service that ended meanwhile bleak only knows that its adapters are gone.
            lacking = error.reason is RadioReason.NO_ADAPTER and self.radio.scanner is None
            if lacking and sys.platform == "linux" and not (await bluez_state()).running:
                raise radio_error(RadioReason.NO_SERVICE) from error
            raise

    async def attached(self, patience: Patience) -> list[BLEDevice]:
        """Straps that the system holds already, of a program that died, say: these are silent."""
        if self.radio.scanner is not None and self.radio.adapter is None:
            return []
        limit_s = patience.operation_s
        try:
            adapter = await self._asked(BleakAdapter.get(backend=self.radio.adapter), limit_s)
            return await asked(adapter.get_connected_devices([heart_rate.SERVICE]), limit_s)
        except NotImplementedError:  # not every system can tell
            return []

    async def look(
        self,
        wanted: Callable[[str, str], bool],
        patience: Patience,
        *,
        only_straps: bool,
        on_start: Callable[[], None],
    ) -> BLEDevice | None:
        """One round of looking for the first device that ``wanted`` takes by its id and name."""
        found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

        def seen(device: BLEDevice, said: AdvertisementData | None) -> None:
            name = (said.local_name if said else None) or device.name or ""
            if not found.done() and wanted(device.address, name):
                found.set_result(device)

        for device in await self.attached(patience):
            seen(device, None)
        if found.done():
            return found.result()
        async with self.scanning(seen, patience, only_straps=only_straps):
            on_start()
            with suppress(TimeoutError):
                async with asyncio.timeout(patience.scan_s):
                    return await found
        return None

    def link(self, device: BLEDevice, patience: Patience, on_end: Callable[[], None]) -> StrapLink:
        return StrapLink(self, device, patience, on_end)


async def _stopped(scanner: BleakScanner, starting: asyncio.Task[None], within_s: float) -> None:
    """Stop it, also where its start was still under way.

    A start or a stop that is cut off leaves the system scanning, with nobody who could stop it:
    whoever looked next would be told that it is busy, for as long as this program runs.
    """
    await asyncio.wait({starting}, timeout=within_s)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    if not starting.cancelled() and starting.exception() is None:
        with suppress(RadioError):
            await asked(scanner.stop(), within_s)


class StrapLink:
    """One connection, with a client of its own: a used one doubles or drops what it hears.

    Every call has its time, and raises ``RadioError``.
    """

    def __init__(
        self, station: Station, device: BLEDevice, patience: Patience, on_end: Callable[[], None]
    ) -> None:
        self.name = device.name or ""
        self._station, self._patience = station, patience
        self._client = BleakClient(
            device,
            disconnected_callback=lambda _: on_end(),
            timeout=patience.connect_s,
            backend=station.radio.client,
        )

    async def open(self) -> None:
        async with self._station.connecting:
            tidying_s = self._patience.operation_s  # bleak ends its own attempt first
            await self._ask(self._client.connect(), self._patience.connect_s + tidying_s)

    async def subscribe(self, uuid: str, on_payload: Callable[[bytearray], None]) -> None:
        """``on_payload`` is called by bleak itself, with nothing in between."""
        await self._ask(self._client.start_notify(uuid, lambda _, payload: on_payload(payload)))

    async def read(self, uuid: str) -> bytearray:
        return await self._ask(self._client.read_gatt_char(uuid))

    async def write(self, uuid: str, payload: bytes) -> None:
        """Write, and wait until the strap has it."""
        await self._ask(self._client.write_gatt_char(uuid, payload, response=True))

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    def offers(self, *uuids: str) -> bool:
        """Whether all these characteristics are there; none is, once the link has ended."""
        with suppress(BleakError):  # it knows of none
            found = [self._client.services.get_characteristic(uuid) for uuid in uuids]
            return None not in found
        return False

    async def close(self) -> None:
        """Let go, also of a strap that is gone, or BlueZ doubles each beat (hbldh/bleak#2002)."""
        with suppress(RadioError):
            await self._ask(self._client.disconnect())

    async def _ask(self, work: Awaitable[T], within_s: float | None = None) -> T:
        limit_s = self._patience.operation_s if within_s is None else within_s
        return await asked(work, limit_s, RadioReason.NO_ANSWER)
