"""One loop, many feeds: order, errors that come at their turn, clean ends."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator

import pytest

from coherence.devices.sources import Feed, SessionClock, SourceLoop, paced
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
