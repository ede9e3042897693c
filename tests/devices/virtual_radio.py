"""A virtual air with a radio and straps for one test, and a listener that notes what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from tests.devices.warped_time import WarpedClock, WarpedLoop, run_warped

from coherence.devices import heart_rate
from coherence.devices.air import Air
from coherence.devices.bumble_radio import radio_in
from coherence.devices.radio import Patience, Radio, listen
from coherence.devices.sources import SessionClock
from coherence.devices.virtual_strap import VirtualStrap
from coherence.model import Arrival, LinkChanged, LinkState, Notification, StrapSeen

ADVERTISING_MS = 10.0
BRIEF = Patience(  # the shape of the real one, some 25 times faster
    scan_s=0.2,
    connect_s=0.4,
    operation_s=0.3,
    quiet_s=0.25,
    drop_s=0.5,
    wait_s=lambda failed: min(0.01 * 2**failed, 0.2),
)
TEST_S = 8.0


def run(test: Coroutine[Any, Any, None]) -> None:
    """One loop for one test, and never longer than ``TEST_S``."""
    asyncio.run(_bounded(test))


def run_at_once(test: Coroutine[Any, Any, None]) -> None:
    """The same in warped time, so that no neighbour on the machine matters.

    Not for what sockets, threads or other programs have a part in.
    """
    run_warped(_bounded(test))


async def _bounded(test: Coroutine[Any, Any, None]) -> None:
    async with asyncio.timeout(TEST_S):
        await test


def clock_here(speed: float = 1.0) -> SessionClock:
    """A session's clock that goes with the loop, warped or not."""
    loop = asyncio.get_running_loop()
    return WarpedClock(loop, speed) if isinstance(loop, WarpedLoop) else SessionClock(speed)


def frame(bpm: int, *rr_ticks: int) -> bytes:
    return heart_rate.encode(heart_rate.HeartRateMeasurement(bpm, rr_ticks=rr_ticks))


async def strap_on(air: Air, *args: Any, **options: Any) -> VirtualStrap:
    strap = VirtualStrap(air, *args, advertising_ms=ADVERTISING_MS, **options)
    await strap.switch_on()
    return strap


class Ear:
    """Listens to a strap and keeps everything, as ``Feed.pump`` would."""

    def __init__(
        self,
        wanted: str | StrapSeen,
        radio: Radio,
        *,
        clock: SessionClock | None = None,
        patience: Patience = BRIEF,
    ) -> None:
        self.clock = clock or clock_here()
        self.arrivals: list[Arrival] = []
        self._news = asyncio.Event()
        self.source: AsyncGenerator[Arrival, None] = listen(
            wanted, self.clock, radio=radio, patience=patience
        )
        self._pumping = asyncio.create_task(self._pump())

    async def _pump(self) -> None:
        try:
            async for arrival in self.source:
                self.arrivals.append(arrival)
                self._news.set()
        finally:
            await self.source.aclose()

    async def close(self) -> None:
        self._pumping.cancel()
        await asyncio.gather(self._pumping, return_exceptions=True)

    @property
    def frames(self) -> list[bytes]:
        return [n.payload for n in self.notifications(heart_rate.CHARACTERISTIC)]

    def notifications(self, characteristic: str) -> list[Notification]:
        return [
            a
            for a in self.arrivals
            if isinstance(a, Notification) and a.characteristic == characteristic
        ]

    @property
    def links(self) -> list[LinkChanged]:
        return [a for a in self.arrivals if isinstance(a, LinkChanged)]

    @property
    def states(self) -> list[LinkState]:
        return [link.state for link in self.links]

    async def until(self, happened: Callable[[], bool]) -> None:
        while not happened():
            if self._pumping.done():
                self._pumping.result()
                raise AssertionError("the source ended")
            self._news.clear()
            await self._news.wait()

    async def until_state(self, state: LinkState, times: int = 1) -> None:
        await self.until(lambda: self.states.count(state) >= times)

    async def until_frames(self, count: int) -> None:
        await self.until(lambda: len(self.frames) >= count)


async def in_the_air() -> tuple[Air, Radio]:
    air = Air()
    return air, await radio_in(air)
