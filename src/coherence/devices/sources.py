"""Where arrivals come from: one clock, one thread with one asyncio loop, one inbox per source."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from coherence.model import Arrival, Ended

T = TypeVar("T")
LEAVING_S = 6.0  # what leaving the program waits for at most: a disconnection has 5 s
Put = Callable[[Arrival], None]
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


class Pushed(AsyncGenerator[Arrival, None]):
    """A source that hands each arrival over itself, in the very call that stamps it.

    ``Feed.pump`` drives it by ``into``: nothing stamped is ever on its way, so what was heard
    before a session's end is in it. Everybody else may iterate over it as over any source.
    """

    def __init__(self, run: Callable[[Put], Coroutine[object, object, None]]) -> None:
        self.into = run  # runs until it is cancelled, or raises
        self._pulled = self._pull()

    async def _pull(self) -> AsyncGenerator[Arrival, None]:
        arrivals: asyncio.Queue[Arrival | None] = asyncio.Queue()
        running = asyncio.create_task(self.into(arrivals.put_nowait))
        running.add_done_callback(lambda _: arrivals.put_nowait(None))
        try:
            while (arrival := await arrivals.get()) is not None:
                yield arrival
            running.result()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    # What makes it an asynchronous generator

    def asend(self, value: None) -> Coroutine[Any, Any, Arrival]:
        return self._pulled.asend(value)

    def athrow(self, *error: Any) -> Coroutine[Any, Any, Arrival]:
        return self._pulled.athrow(*error)

    def aclose(self) -> Coroutine[Any, Any, None]:
        return self._pulled.aclose()


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
    def waits(self) -> bool:
        """Whether there is something to drain."""
        return not self._inbox.empty()

    @property
    def exhausted(self) -> bool:
        """Whether the source has ended and everything it sent was drained."""
        return self.ended.is_set() and self._inbox.empty()

    async def pump(self, source: AsyncGenerator[Arrival, None]) -> None:
        """Run ``source`` into this feed; its exception is raised by ``drain``."""
        try:
            if isinstance(source, Pushed):
                await source.into(self.put)
            else:
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
        self._work: set[asyncio.Task[object]] = set()  # what was submitted and still runs
        self._leaving: Future[None] | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="sources", daemon=True)
        self._thread.start()

    def open(self, source: AsyncGenerator[Arrival, None], feed: Feed) -> OpenSource:
        """Pump ``source`` into ``feed`` until it ends or is closed."""
        return OpenSource(feed, self.submit(feed.pump(source)))

    def submit(self, work: Coroutine[object, object, T]) -> Future[T]:
        """Run ``work`` (a scan, say) on the loop; the caller may wait for its future or cancel."""
        return asyncio.run_coroutine_threadsafe(self._known(work), self._loop)

    async def _known(self, work: Coroutine[object, object, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._work.add(task)
        try:
            return await work
        finally:
            self._work.discard(task)

    def stop(self, within_s: float = LEAVING_S) -> bool:
        """Cancel what runs, wait at most ``within_s`` for it to let go, end the thread.

        Returns whether all had let go.
        """
        if self._leaving is None:
            self._leaving = asyncio.run_coroutine_threadsafe(self._let_go(), self._loop)
        try:
            self._leaving.result(within_s)
        except TimeoutError:
            return False  # a daemon thread: it ends with the program
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        return True

    async def _let_go(self) -> None:
        """Cancel each piece of work once: a second time would cut off what is letting go."""
        for task in (work := set(self._work)):
            if not task.cancelling():
                task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        # Only then what is below them, which they needed for letting go.
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for other in rest:
            other.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


class OpenSource:
    """A source that is being pumped."""

    def __init__(self, feed: Feed, pumping: Future[None]) -> None:
        self._feed, self._pumping = feed, pumping

    def leave(self) -> None:
        """Begin to let go; returns at once. A strap is let go of in the background."""
        self._pumping.cancel()

    def close(self, within_s: float = LEAVING_S) -> bool:
        """Let go and wait for it; returns whether it was done in time."""
        self.leave()
        return self._feed.ended.wait(timeout=within_s)
