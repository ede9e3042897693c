"""A program that listens to a strap by the system's Bluetooth, to be looked at, and killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from coherence.devices import heart_rate, polar
from coherence.devices.radio import StrapLink, listen
from coherence.devices.radio_error import RadioError
from coherence.devices.sources import SessionClock
from coherence.model import LinkChanged, Notification


class App:
    """It runs in a process of its own; ``frames`` and ``links`` are what it has heard so far.

    Without ``lets_go`` it does not disconnect from a strap whose link was lost: the fault by which
    bleak and bluetoothd double each frame (hbldh/bleak#2002), to see that it would be noticed.
    """

    def __init__(self, strap: str, *, lets_go: bool = True) -> None:
        self.frames: list[bytes] = []
        self.links: list[tuple[str, str]] = []  # state, reason
        self.replies: list[bytes] = []  # of Polar's control point
        self.data: list[bytes] = []  # and what was measured
        self._news = threading.Condition()
        from_child, to_parent = os.pipe()
        self._pid = os.fork()  # it has everything imported: here that would take ten seconds
        if self._pid == 0:
            os.close(from_child)
            if not lets_go:
                StrapLink.close = _hold_on  # type: ignore[method-assign]
            try:
                asyncio.run(_listen(strap, to_parent))
            finally:
                os._exit(1)
        os.close(to_parent)
        self._reading = threading.Thread(target=self._read, args=(from_child,), daemon=True)
        self._reading.start()

    def _read(self, pipe: int) -> None:
        with os.fdopen(pipe) as lines:
            for line in lines:
                said: dict[str, Any] = json.loads(line)
                with self._news:
                    if "frame" in said:
                        self.frames.append(bytes.fromhex(said["frame"]))
                    elif "reply" in said:
                        self.replies.append(bytes.fromhex(said["reply"]))
                    elif "data" in said:
                        self.data.append(bytes.fromhex(said["data"]))
                    else:
                        self.links.append((said["state"], said["reason"]))
                    self._news.notify_all()

    def until(self, what: str, happened: Callable[[], bool], within_s: float) -> None:
        end_s = time.monotonic() + within_s
        with self._news:
            while not happened():
                left_s = end_s - time.monotonic()
                assert self._news.wait(left_s) or left_s > 0, f"waited in vain: {what}; {self}"

    def until_frames(self, more: int, within_s: float = 30.0) -> None:
        wanted = len(self.frames) + more
        self.until(f"{more} more frames", lambda: len(self.frames) >= wanted, within_s)

    def until_states(self, state: str, times: int, within_s: float = 45.0) -> None:
        self.until(f"{times} x {state}", lambda: self.states.count(state) >= times, within_s)

    @property
    def states(self) -> list[str]:
        return [state for state, _ in self.links]

    def __str__(self) -> str:
        measured = f"{len(self.data)} measured, replies {[each.hex() for each in self.replies]}"
        return f"{len(self.frames)} frames, {measured}, links {self.links}"

    def kill(self) -> None:
        """As the system does when memory is short: without a word to anybody."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, by: signal.Signals) -> None:
        os.kill(self._pid, by)
        os.waitpid(self._pid, 0)
        self._reading.join()


async def _hold_on(_: StrapLink) -> None:
    pass


async def _listen(strap: str, pipe: int) -> None:
    def tell(**said: object) -> None:
        os.write(pipe, (json.dumps(said) + "\n").encode())

    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        async with aclosing(listen(strap, SessionClock())) as arrivals:
            async for arrival in arrivals:
                match arrival:
                    case LinkChanged(state=state, reason=reason):
                        tell(state=state.value, reason=reason)
                    case Notification(characteristic=heart_rate.CHARACTERISTIC, payload=frame):
                        tell(frame=frame.hex())
                    case Notification(characteristic=polar.CONTROL, payload=reply):
                        tell(reply=reply.hex())
                    case Notification(characteristic=polar.DATA, payload=data):
                        tell(data=data.hex())
                    case _:
                        pass
    except RadioError as error:
        tell(state="error", reason=str(error))
