"""A session with a strap on the radio: what ending it waits for, and what it keeps."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from tests.devices.test_sources import until
from tests.devices.virtual_radio import BRIEF, frame, in_the_air, strap_on

from coherence.devices import heart_rate
from coherence.devices.radio import Radio, listen
from coherence.devices.sources import Feed, Pushed, SourceLoop
from coherence.devices.virtual_strap import VirtualStrap
from coherence.model import Arrival, End, Ended, LinkState, Notification
from coherence.sessions.live import LiveSession, ToldClock
from coherence.sessions.opening import FromStrap, OpenSession
from coherence.sessions.tracker import SessionTracker
from coherence.storage.database import Store

UNHURRIED = replace(BRIEF, connect_s=4.0, operation_s=4.0, quiet_s=5.0, drop_s=10.0)


class Desk:
    """A loop with a strap on the air whose disconnection takes as long as ``may_go`` says."""

    def __init__(self) -> None:
        self.loop = SourceLoop()
        self.may_go = threading.Event()
        self.asked_to_go = threading.Event()
        self.strap, self.radio = self.loop.submit(self._begin()).result(5)

    async def _begin(self) -> tuple[VirtualStrap, Radio]:
        desk = self
        air, radio = await in_the_air()
        assert radio.client is not None

        class Slow(radio.client):  # type: ignore[misc, name-defined]
            async def disconnect(self) -> None:
                desk.asked_to_go.set()
                while not desk.may_go.is_set():  # noqa: ASYNC110 - another thread sets it
                    await asyncio.sleep(0.005)
                await super().disconnect()

        return await strap_on(air), replace(radio, client=Slow)

    def open(self, store: Store | None = None) -> OpenSession:
        strap = self.strap
        source = FromStrap(
            strap.address,
            strap.name,
            lambda clock: listen(strap.address, clock, radio=self.radio, patience=UNHURRIED),
        )
        return OpenSession(source, None, store=store, loop=self.loop)

    def say(self, *frames: bytes) -> None:
        async def say() -> None:
            await self.strap.listened_to.wait()
            for each in frames:
                await self.strap.notify(each)

        self.loop.submit(say()).result(5)

    def advance_until(self, session: OpenSession, reached: Callable[[], bool]) -> None:
        def looked() -> bool:
            session.advance()
            return reached()

        until(looked)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.may_go.set()
    desk.loop.stop()


def test_ending_waits_for_no_disconnection_and_keeps_all_that_was_heard(
    desk: Desk, tmp_path: Path
) -> None:
    sent = [frame(60, 1000 + n) for n in range(30)]
    heard: list[bytes] = []

    def note(number: int, arrival: Arrival) -> None:
        if (
            isinstance(arrival, Notification)
            and arrival.characteristic == heart_rate.CHARACTERISTIC
        ):
            heard.append(arrival.payload)

    with Store.open(tmp_path / "store.db") as store:
        session = desk.open(store)
        session._feed._sinks = (*session._feed._sinks, note)
        desk.say(*sent)
        until(lambda: len(heard) == len(sent))
        session.live.end()  # nothing of it was taken in by the window yet
        session.close()
        assert desk.strap.connected  # the disconnection is still going on
        assert session.over
        assert session.live.tracker.strap.heard_s is not None
        kept = list(store.arrivals(1))
        assert isinstance(kept[-1], Ended)
        assert store.session(1).end is End.ENDED
    stored = [
        a.payload
        for a in kept
        if isinstance(a, Notification) and a.characteristic == heart_rate.CHARACTERISTIC
    ]
    assert stored == sent
    assert desk.asked_to_go.wait(5)
    desk.may_go.set()
    until(lambda: not desk.strap.connected)


def test_the_next_session_waits_for_a_strap_that_is_just_let_go_of(desk: Desk) -> None:
    first = desk.open()
    desk.say(frame(60, 1000))
    desk.advance_until(first, lambda: first.live.tracker.link is LinkState.STREAMING)
    first.close()
    assert desk.asked_to_go.wait(5)
    second = desk.open()
    for _ in range(10):
        second.advance()  # it would raise that the strap is in use here
    desk.may_go.set()
    desk.advance_until(second, lambda: second.live.tracker.link is LinkState.LISTENING)
    second.close()


def test_a_session_of_its_own_loop_lets_go_before_it_returns(desk: Desk) -> None:
    """The terminal's way: when `live` is back at the prompt, the strap is free."""
    desk.may_go.set()
    own: list[VirtualStrap] = []

    async def run(clock: Any, put: Any) -> None:
        air, radio = await in_the_air()
        own.append(await strap_on(air))
        await listen(own[0].address, clock, radio=radio, patience=UNHURRIED).into(put)

    source = FromStrap(None, "own", lambda clock: Pushed(lambda put: run(clock, put)))
    session = OpenSession(source, None)
    desk.advance_until(session, lambda: session.live.tracker.link is LinkState.LISTENING)
    assert own[0].connected
    session.close()
    assert not own[0].connected


# --- the machine's sleep --------------------------------------------------------------------------


class SleepyClock(ToldClock):
    """Session time stops while the machine sleeps; the wall clock does not."""

    slept_s = 0.0

    def wall(self, t_s: float) -> tuple[float, int]:
        return 1.7e9 + t_s + self.slept_s, 60


@pytest.mark.parametrize(("slept_s", "gaps"), [(0.0, 0), (3.0, 0), (9.0, 1), (3600.0, 1)])
def test_a_sleep_is_a_gap_at_once_and_not_only_a_minute_later(slept_s: float, gaps: int) -> None:
    clock, feed = SleepyClock(), Feed()
    live = LiveSession(
        clock=clock, feed=feed, tracker=SessionTracker(), conductor=None, wall=clock.wall
    )
    for second in range(1, 41):
        clock.t_s = float(second)
        if second == 20:
            clock.slept_s = slept_s
        live.advance()
        feed.put(Notification(clock.t_s, "a", heart_rate.CHARACTERISTIC, frame(60, 1024)))
        live.take()
    view = live.tracker.view(40.0)
    assert view.gaps == gaps
    assert len(set(view.segment)) == 1 + gaps
    assert view.beats == 40  # it is one session, and each beat is in it
    if gaps:
        assert list(view.segment).count(0) == 19
