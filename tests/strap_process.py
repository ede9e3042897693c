"""`coherence virtual-strap` in a process of its own, as a person would start it beside the app."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

PATIENCE_S = 20.0
BEGIN_S = 60.0  # in a machine of `.ci/bluez`


class StrapProcess:
    """The program, its events so far, and orders to it."""

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coherence", "virtual-strap", "--json"]
            + [str(each) for each in ("--port", 0, *arguments)],
            text=True,
            bufsize=1,
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._events: list[dict[str, Any]] = []
        self._ended: tuple[int, str] | None = None
        self._news = threading.Condition()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    @property
    def radio(self) -> str:
        """What goes with `--radio`; waits until it is there."""
        return str(self.wait_for("ready", within_s=BEGIN_S)[0]["radio"])

    @property
    def name(self) -> str:
        """What the (first) strap calls itself."""
        return str(self.wait_for("ready", within_s=BEGIN_S)[0]["straps"][0])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self._events.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def events(self, kind: str, strap: int | None = None) -> list[dict[str, Any]]:
        with self._news:
            return [
                each
                for each in self._events
                if each["event"] == kind and strap in (None, each.get("strap"))
            ]

    def wait_for(
        self, kind: str, times: int = 1, within_s: float = PATIENCE_S
    ) -> list[dict[str, Any]]:
        end_s = time.monotonic() + within_s
        with self._news:
            while len(seen := [each for each in self._events if each["event"] == kind]) < times:
                assert self.process.poll() is None, f"it ended: {self._said()}"
                assert self._news.wait(end_s - time.monotonic()), f"no {kind}"
        return seen

    def heard(self, strap: int = 1, *, latest: bool = False) -> list[bytes]:
        """The frames that somebody listened to; only since it was listened to last, if asked."""
        sent = self.events("sent", strap)
        last = max((each["heard"] for each in sent), default=0)
        return [
            bytes.fromhex(each["frame"])
            for each in sent
            if each["heard"] and (each["heard"] == last or not latest)
        ]

    def wait_for_heard(self, count: int, strap: int = 1) -> None:
        """Until somebody has listened to so many frames."""
        end_s = time.monotonic() + PATIENCE_S
        while len(self.heard(strap)) < count:
            assert time.monotonic() < end_s, f"not {count} frames"
            time.sleep(0.05)

    def order(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{words}\n")

    def _said(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def end(self, by: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it; its status and what it said on stderr."""
        if self._ended is not None:
            return self._ended
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, by)
        status = self.process.wait(PATIENCE_S)
        self._reading.join()
        said = self._said()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._ended = status, said
        return self._ended


@contextlib.contextmanager
def virtual_strap(*arguments: object) -> Iterator[StrapProcess]:
    running = StrapProcess(*arguments)
    try:
        assert running.radio
        yield running
    finally:
        running.end()
