"""Ending with a strap that is slow to let go: the person does not wait, nor does the program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from tests.ui.desk import practising, wait, welcome

from coherence.devices import heart_rate, radio, sources
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.radio_error import RadioReason, radio_error
from coherence.devices.sources import Pushed, Put, SessionClock
from coherence.model import Notification, StrapSeen
from coherence.sessions.opening import FromStrap
from coherence.storage.database import Store
from coherence.ui import strap_search
from coherence.ui.app import App


class Reluctant:
    """A strap that was heard, and is only let go of when it is told."""

    def __init__(self) -> None:
        self.may_go, self.asked, self.gone = (threading.Event() for _ in range(3))

    def listen(self, clock: SessionClock) -> Pushed:
        async def run(put: Put) -> None:
            for n in range(5):
                said = HeartRateMeasurement(60, True, rr_ticks=(1000 + n,))
                frame = heart_rate.encode(said)
                put(Notification(clock.now_s(), "a", heart_rate.CHARACTERISTIC, frame))
                await asyncio.sleep(0.01)
            try:
                await asyncio.Event().wait()
            finally:
                self.asked.set()
                while not self.may_go.is_set():  # noqa: ASYNC110 - set by another thread
                    await asyncio.sleep(0.005)
                self.gone.set()

        return Pushed(run)


@pytest.fixture
def reluctant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reluctant]:
    strap = Reluctant()
    yield strap
    strap.may_go.set()


def test_the_end_is_at_once_and_keeps_what_was_heard(
    window: Callable[..., App], store: Store, reluctant: Reluctant
) -> None:
    here = window()
    here.practise(FromStrap("a", "Slow strap", reluctant.listen), None)
    run = here._run
    assert run is not None
    wait(lambda: run.view().beats >= 4)
    screen = practising(here)
    screen.end()
    screen.tick()
    assert screen.over.end_page.isVisibleTo(screen)
    assert run.ended
    assert reluctant.asked.wait(5)
    assert not reluctant.gone.is_set()  # the strap is still being let go of, behind
    frames = [a for a in store.arrivals(1) if isinstance(a, Notification)]
    assert len(frames) == 5
    reluctant.may_go.set()
    assert reluctant.gone.wait(5)


def test_leaving_the_program_waits_no_longer_than_it_says_and_is_not_watched(
    window: Callable[..., App], reluctant: Reluctant, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = window()
    here.practise(FromStrap("a", "Slow strap", reluctant.listen), None)
    run = here._run
    assert run is not None
    wait(lambda: run.view().beats >= 4)
    waited: list[float] = []
    seen: list[bool] = []
    stop = here._loop.stop

    def brief(within_s: float = sources.LEAVING_S) -> bool:
        waited.append(within_s)
        seen.append(here.isVisible())
        return stop(0.05)

    monkeypatch.setattr(here._loop, "stop", brief)
    here.close()
    assert waited == [6.0]
    assert seen == [False]
    assert not reluctant.gone.is_set()
    reluctant.may_go.set()
    assert stop(5.0)


def test_straps_show_themselves_once_bluetooth_is_turned_on(
    window: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strap_search, "AGAIN_S", 0.02)
    off, strap = [radio_error(RadioReason.POWERED_OFF)] * 3, StrapSeen("AA:1", "Polar H10 1", -50)
    asked: list[int] = []

    async def scan(**_radio: object) -> object:
        asked.append(1)
        if off:
            raise off.pop()
        yield strap
        await asyncio.Event().wait()

    monkeypatch.setattr(radio, "scan", scan)
    here = window()
    here.show_welcome()
    told: list[str] = []
    show = welcome(here).show_trouble
    monkeypatch.setattr(welcome(here), "show_trouble", lambda said: (told.append(said), show(said)))
    wait(lambda: welcome(here).strap == strap)
    assert told == [str(radio_error(RadioReason.POWERED_OFF))]  # once, not at each attempt
    assert len(asked) == 4
