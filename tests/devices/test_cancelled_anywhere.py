"""A link that is given up at any step of the loop: nothing stays held, connected or measuring."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from tests.devices.virtual_radio import BRIEF, Ear, frame, in_the_air, strap_on
from tests.devices.warped_time import WarpedClock, WarpedLoop

from coherence.devices.radio import Radio, Station, listen
from coherence.devices.virtual_polar import VirtualPolar
from coherence.devices.virtual_strap import VirtualStrap
from coherence.model import Arrival, LinkChanged, LinkState, Notification

T = TypeVar("T")
STEPS = 1 if os.environ.get("COHERENCE_LONG") else 23  # of the loop, from one try to the next
LETTING_GO_S = 3.0  # of warped time; three exchanges of BRIEF at most


class CountingLoop(WarpedLoop):
    """Counts its steps, and does something at one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.steps, self.at, self.then = 0, -1, lambda: None

    def _run_once(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            self.then()
        super()._run_once()  # type: ignore[misc]

    def do(self, then: Callable[[], object], after: int) -> None:
        self.at, self.then = self.steps + after, then  # type: ignore[assignment]


class Worn:
    """A strap that measures, on somebody whose heart beats all the time, and who listens to it."""

    async def begin(self) -> Radio:
        air, radio = await in_the_air()
        self.measures = VirtualPolar()
        self.strap: VirtualStrap = await strap_on(air, "Polar H10 0A1B2C3D", measures=self.measures)
        self.beating = asyncio.create_task(self._beat())
        self.heard: list[Arrival] = []
        self.lost = asyncio.Event()
        clock = WarpedClock(asyncio.get_running_loop())
        source = listen("polar", clock, radio=radio, patience=BRIEF)
        self.listening = asyncio.create_task(source.into(self._hear))
        return radio

    def _hear(self, arrival: Arrival) -> None:
        self.heard.append(arrival)
        if isinstance(arrival, LinkChanged) and arrival.state is LinkState.LOST:
            self.lost.set()

    async def _beat(self) -> None:
        for n in range(10_000):
            await asyncio.sleep(0.02)
            await self.strap.notify(frame(60, 1000 + n))

    async def until(self, when: str) -> None:
        """Come to where the steps are counted from."""
        if when == "first":
            return
        await reached(lambda: self.measuring)
        if when == "dropped":
            await self.strap.drop()
        else:
            self.beating.cancel()
            await self.lost.wait()  # it is just being let go of

    @property
    def states(self) -> list[LinkState]:
        return [each.state for each in self.heard if isinstance(each, LinkChanged)]

    @property
    def measuring(self) -> bool:
        return len(self.measures.running) == 2 and any(
            isinstance(each, Notification) for each in self.heard
        )


async def reached(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(LETTING_GO_S):
        while not happened():  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.005)


async def _steps_of(when: str) -> int:
    """How many steps it takes until all runs (again)."""
    loop, worn = asyncio.get_running_loop(), Worn()
    assert isinstance(loop, CountingLoop)
    await worn.begin()
    await worn.until(when)
    times, before = worn.strap.times_listened_to, loop.steps
    await reached(lambda: worn.measuring and worn.strap.times_listened_to > times)
    worn.beating.cancel()
    return loop.steps - before


async def _given_up(after: int, when: str) -> None:
    loop, worn = asyncio.get_running_loop(), Worn()
    assert isinstance(loop, CountingLoop)
    radio = await worn.begin()
    await worn.until(when)
    linked = worn.states.count(LinkState.LISTENING)
    still_on = worn.strap.connected
    loop.do(worn.listening.cancel, after)
    async with asyncio.timeout(LETTING_GO_S):
        await asyncio.wait({worn.listening})
    assert worn.listening.cancelled()
    told = len(worn.heard)
    await reached(lambda: worn.strap.advertising and not worn.strap.connected)
    if still_on or when == "first" or worn.states.count(LinkState.LISTENING) > linked:
        assert worn.measures.running == {}  # else nobody is there who could be told
    station = Station.of(radio)
    assert station.held == {}
    assert not station.connecting.locked()
    assert not station._scanner.locked()
    await asyncio.sleep(0.1)
    tasks = [repr(each) for each in asyncio.all_tasks()]
    assert not [each for each in tasks if "devices/radio.py" in each or "listener.py" in each]
    assert len(worn.heard) == told, "it goes on telling"
    ear = Ear("polar", radio)  # whoever comes next finds the radio, and the strap, as new
    if worn.beating.done():
        worn.beating = asyncio.create_task(worn._beat())
    async with asyncio.timeout(LETTING_GO_S):
        await ear.until_state(LinkState.STREAMING)
    await ear.close()
    worn.beating.cancel()


@pytest.mark.parametrize("when", ["first", "dropped", "silent"])
def test_a_link_may_be_given_up_at_any_step(when: str) -> None:
    def run(work: Coroutine[Any, Any, T]) -> T:
        with asyncio.Runner(loop_factory=CountingLoop) as runner:
            return runner.run(work)

    total = run(_steps_of(when))
    assert total > 100
    for after in range(1, total + 2 * STEPS, STEPS):
        try:
            run(_given_up(after, when))
        except BaseException as error:
            error.add_note(f"given up after {after} of {total} steps")
            raise
