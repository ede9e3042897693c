"""Ctrl-C and its like for commands that run until they are told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

STOPS = ("SIGINT", "SIGTERM", "SIGHUP")  # the last is not known on Windows


@dataclass(slots=True)
class Stop:
    """Whether the session was told to stop; a plain flag, since a signal may come at any moment."""

    told: bool = False


@contextmanager
def told_to_stop() -> Iterator[Stop]:
    """Heed Ctrl-C and its like: the session then ends between two beats, not within one.

    A second Ctrl-C does not wait.
    """
    stop = Stop()

    def told(number: int, _: FrameType | None) -> None:
        stop.told = True
        signal.signal(number, before[number])

    numbers = [getattr(signal, name) for name in STOPS if hasattr(signal, name)]
    numbers = [n for n in numbers if signal.getsignal(n) is not signal.SIG_IGN]  # as of nohup
    if threading.current_thread() is not threading.main_thread():
        numbers = []  # Python lets only the main thread listen
    before = {number: signal.signal(number, told) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
