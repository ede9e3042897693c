"""Where arrivals come from: one clock, one thread with one asyncio loop, one inbox per source."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

from coherence.model import Arrival, Ended

T = TypeVar("T")
CLOSING_S = 10.0
Sink = Callable[[int, Arrival], None]  # takes (number, arrival): the record's writer, say


class SessionClock:
    """Seconds since the session began; the only reader of the monotonic clock."""

    def __init__(self, speed: float = 1.0) -> None:
        self._zero_s, self._speed = time.monotonic(), speed

    def now_s(self) -> float:
        return (time.monotonic() - self._zero_s) * self._speed

    def until(self, t_s: float) -> float:
        """Real seconds left until session time ``t_s``; 0 when it has passed."""
        return max(0.0, (t_s - self.now_s()) / self._speed)


async def paced(arrivals: Iterable[Arrival], clock: SessionClock) -> AsyncGenerator[Arrival, None]:
    """Yield each arrival when the clock reaches it."""
    for arrival in arrivals:
        await asyncio.sleep(clock.until(arrival.t_s))
        yield arrival


class Feed:
    """What has arrived since it was last asked, numbered in order of arrival.

    ``put`` may be called from any thread. Number, sinks and inbox are served under one lock, so the
    record and the screen see the same order. Nothing follows ``Ended``: what a source still says
    while it is being closed is no part of the session.
    """

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = sinks
        self._inbox: SimpleQueue[Arrival | BaseException] = SimpleQueue()
        self._lock = threading.Lock()
        self._next, self._over = 0, False
        self.ended = threading.Event()  # set once the source has ended and was closed

    def put(self, arrival: Arrival) -> None:
        with self._lock:
            if self._over:
                return
            self._over = isinstance(arrival, Ended)
            for sink in self._sinks:
                sink(self._next, arrival)
            self._next += 1
            self._inbox.put(arrival)

    def drain(self, *, quietly: bool = False) -> list[Arrival]:
        """All that waits, in order; raises what a source raised, when its turn has come.

        ``quietly`` leaves out what was raised: for a session that is being closed anyway.
        """
        items: list[Arrival] = []
        while True:
            try:
                item = self._inbox.get_nowait()
            except Empty:
                return items
            if isinstance(item, BaseException):
                if quietly:
                    continue
                if items:  # first hand over what came before it
                    self._inbox.put(item)
                    return items
                raise item
            items.append(item)

    @property
    def exhausted(self) -> bool:
        """Whether the source has ended and everything it sent was drained."""
        return self.ended.is_set() and self._inbox.empty()

    async def pump(self, source: AsyncGenerator[Arrival, None]) -> None:
        """Run ``source`` into this feed; its exception is raised by ``drain``."""
        try:
            async for arrival in source:
                self.put(arrival)
        except Exception as error:  # delivered to the caller's thread by drain()
            self._inbox.put(error)
        finally:
            try:
                await source.aclose()
            finally:
                self.ended.set()


class SourceLoop:
    """A daemon thread that owns one asyncio loop for the life of the program; bleak demands it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sources", daemon=True)
        self._thread.start()

    def open(self, source: AsyncGenerator[Arrival, None], feed: Feed) -> OpenSource:
        """Pump ``source`` into ``feed`` until it ends or is closed."""
        return OpenSource(feed, self.submit(feed.pump(source)))

    def submit(self, work: Coroutine[object, object, T]) -> Future[T]:
        """Run ``work`` (a scan, say) on the loop; the caller may wait for its future or cancel."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self) -> None:
        """Cancel what runs, wait for it, end the thread."""
        self.submit(_cancel_all()).result(timeout=CLOSING_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=CLOSING_S)
        self._loop.close()


class OpenSource:
    """A source that is being pumped; ``close`` returns when it has let go of its strap."""

    def __init__(self, feed: Feed, pumping: Future[None]) -> None:
        self._feed, self._pumping = feed, pumping

    def close(self) -> None:
        self._pumping.cancel()
        self._feed.ended.wait(timeout=CLOSING_S)


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
