"""One loop, many feeds: order, errors that come at their turn, clean ends."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator

import pytest

from coherence.devices.sources import Feed, Pushed, Put, SessionClock, SourceLoop, paced
from coherence.model import Arrival, Moment


def moments(n: int) -> list[Arrival]:
    return [Moment(i * 0.01, str(i)) for i in range(n)]


async def each(
    items: list[Arrival], error: Exception | None = None
) -> AsyncGenerator[Arrival, None]:
    for item in items:
        yield item
    if error is not None:
        raise error


def until(condition: object, limit_s: float = 5.0) -> None:
    end_s = time.monotonic() + limit_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end_s, "it did not come to pass"
        time.sleep(0.005)


@pytest.fixture
def loop():
    loop = SourceLoop()
    yield loop
    loop.stop()
    assert not [t for t in threading.enumerate() if t.name == "sources"]


def test_sinks_and_inbox_see_one_order_from_many_threads() -> None:
    seen: list[tuple[int, Arrival]] = []
    feed = Feed(lambda number, arrival: seen.append((number, arrival)))
    threads = [
        threading.Thread(target=lambda k=k: [feed.put(Moment(k, str(i))) for i in range(200)])
        for k in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drained = feed.drain()
    assert [number for number, _ in seen] == list(range(800))
    assert [arrival for _, arrival in seen] == drained


def test_an_error_comes_after_what_came_before_it(loop: SourceLoop) -> None:
    feed = Feed()
    loop.open(each(moments(3), OSError("radio gone")), feed)
    until(feed.ended.is_set)
    assert len(feed.drain()) == 3
    with pytest.raises(OSError, match="radio gone"):
        feed.drain()
    assert feed.exhausted


def test_closing_runs_the_source_to_its_end(loop: SourceLoop) -> None:
    let_go = threading.Event()

    async def strap() -> AsyncGenerator[Arrival, None]:
        try:
            while True:
                yield Moment(0.0)
                await asyncio.sleep(0.01)
        finally:
            await asyncio.sleep(0.05)  # a disconnect takes its time
            let_go.set()

    feed = Feed()
    opened = loop.open(strap(), feed)
    until(lambda: feed.drain())
    opened.close()
    assert let_go.is_set()


def test_paced_waits_for_the_clock(loop: SourceLoop) -> None:
    clock, feed = SessionClock(speed=10.0), Feed()
    began_s = time.monotonic()
    loop.open(paced([Moment(0.0), Moment(2.0)], clock), feed)
    until(feed.ended.is_set)
    assert time.monotonic() - began_s >= 0.2
    assert len(feed.drain()) == 2


def test_stopping_the_loop_closes_what_runs() -> None:
    loop, closed = SourceLoop(), threading.Event()

    async def forever() -> AsyncGenerator[Arrival, None]:
        try:
            while True:
                await asyncio.sleep(0.01)
                yield Moment(0.0)
        finally:
            closed.set()

    loop.open(forever(), Feed())
    time.sleep(0.05)
    loop.stop()
    assert closed.is_set()


class Slow:
    """A strap that is let go of only when told so."""

    def __init__(self) -> None:
        self.began, self.may_go, self.gone = (threading.Event() for _ in range(3))
        self.cut_off = False

    async def run(self, put: Put) -> None:
        put(Moment(0.0, "heard"))
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            try:
                while not self.may_go.is_set():  # noqa: ASYNC110 - it is set by another thread
                    await asyncio.sleep(0.005)
            except asyncio.CancelledError:
                self.cut_off = True
            self.gone.set()


def test_leaving_returns_at_once_and_goes_on_behind(loop: SourceLoop) -> None:
    strap, feed = Slow(), Feed()
    opened = loop.open(Pushed(strap.run), feed)
    until(strap.began.is_set)
    opened.leave()
    assert not strap.gone.is_set()
    assert [a.label for a in feed.drain() if isinstance(a, Moment)] == ["heard"]
    assert not opened.close(within_s=0.05)  # bounded, too
    strap.may_go.set()
    assert opened.close(within_s=5.0)
    assert not strap.cut_off


def test_stopping_does_not_cut_off_what_is_letting_go() -> None:
    loop, strap, feed = SourceLoop(), Slow(), Feed()
    opened = loop.open(Pushed(strap.run), feed)
    until(strap.began.is_set)
    opened.leave()
    threading.Timer(0.1, strap.may_go.set).start()
    assert loop.stop(within_s=5.0)
    assert strap.gone.is_set()
    assert not strap.cut_off


def test_stopping_waits_no_longer_than_it_says() -> None:
    loop, strap, feed = SourceLoop(), Slow(), Feed()
    loop.open(Pushed(strap.run), feed)
    until(strap.began.is_set)
    assert not loop.stop(within_s=0.05)
    assert not strap.gone.is_set()
    strap.may_go.set()
    assert loop.stop(within_s=5.0)
    assert not strap.cut_off


def test_a_pushed_arrival_is_put_within_the_call_that_made_it() -> None:
    inside: list[bool] = []
    speaking = False
    feed = Feed(lambda number, arrival: inside.append(speaking))

    async def run(put: Put) -> None:
        nonlocal speaking
        for _ in range(3):
            speaking = True
            put(Moment(0.0))
            speaking = False
            await asyncio.sleep(0)

    asyncio.run(feed.pump(Pushed(run)))
    assert inside == [True] * 3
    assert feed.ended.is_set()


def test_a_pushed_source_can_be_pulled_like_any_other() -> None:
    async def run(put: Put) -> None:
        for arrival in moments(3):
            put(arrival)
        raise OSError("radio gone")

    got: list[Arrival] = []

    async def pull() -> None:
        async for arrival in Pushed(run):
            got.append(arrival)

    with pytest.raises(OSError, match="radio gone"):
        asyncio.run(pull())
    assert got == moments(3)
