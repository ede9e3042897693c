"""An asyncio loop whose time leaps to what is due next: hours in seconds, and no timing noise."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from coherence.devices.sources import SessionClock

T = TypeVar("T")


class _Leaping(selectors.SelectSelector):
    """Never waits: where the loop would, its time leaps by as much."""

    loop: WarpedLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise RuntimeError("nothing is due and nothing will come: this would wait for ever")
        self.loop.leap(timeout)
        return ready


class WarpedLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        selector = _Leaping()
        selector.loop = self
        self._now_s = 1000.0
        super().__init__(selector)

    def time(self) -> float:
        return self._now_s

    def leap(self, seconds: float) -> None:
        self._now_s += max(seconds, 1e-9)


class WarpedClock(SessionClock):
    """The session's time is the loop's."""

    def __init__(self, loop: asyncio.AbstractEventLoop, speed: float = 1.0) -> None:
        super().__init__(speed)
        self._loop, self._began_s = loop, loop.time()

    def now_s(self) -> float:
        return (self._loop.time() - self._began_s) * self._speed


def run_warped(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=WarpedLoop) as runner:
        return runner.run(work)
