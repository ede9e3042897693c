"""Those who look on: let in by a token, shown the newest picture, let go of when they fall behind.

All of it runs on the server's own loop. A picture that a viewer is too slow for is left out; what
the session does never waits for anybody here.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from hmac import compare_digest
from typing import TYPE_CHECKING

from coherence.share.hearing import Hello, Ping, heard
from coherence.translation import _

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

MOST_VIEWERS = 8
MOST_WAITING = 16  # connections that have not said their token yet …
MOST_WAITING_FROM_ONE = 4  # … and those of one address
HELLO_S = 5.0
WRONG_S = 0.5  # a wrong token is answered after this time …
MOST_WRONG, WRONG_FOR_S = 10, 60.0  # … and so many from one address are answered in this time
SEND_S = 5.0  # longer than this no picture may take to be taken
SILENT_S = 15.0  # a phone asks for the time each few seconds
MOST_BEHIND = 40  # pictures, ten seconds of them
MOST_PINGS, PINGS_S = 60, 10.0

ENDED, REFUSED, NOT_UNDERSTOOD, FULL, BEHIND = 1000, 4401, 4400, 4429, 4408  # codes of closing


class Viewer:
    """One phone."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.fresh = asyncio.Event()
        self.sent = self.seen = 0  # numbers of pictures
        self.pings: deque[float] = deque(maxlen=MOST_PINGS)


class WrongTokens:
    """How often an address gave a wrong token of late."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: dict[str, deque[float]] = {}

    def add(self, address: str) -> None:
        if len(self._times) > 256:  # whoever makes up addresses does not fill the memory
            self._times.clear()
        self._times.setdefault(address, deque(maxlen=MOST_WRONG)).append(self._clock())

    def too_many(self, address: str) -> bool:
        times = self._times.get(address)
        full = times is not None and len(times) == MOST_WRONG
        return full and times is not None and self._clock() - times[0] < WRONG_FOR_S


class Viewers:
    """``look`` is called once for each connection; the other calls come from the same loop."""

    def __init__(self, token: str, clock: Callable[[], float]) -> None:
        self._token, self._clock = token.encode(), clock
        self._viewers: set[Viewer] = set()
        self._waiting: Counter[str] = Counter()
        self._wrong = WrongTokens()
        self._newest, self._number = "", 0
        self._goodbye: str | None = None
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def count(self) -> int:
        """How many look on now; may be asked from any thread."""
        return len(self._viewers)

    def show(self, text: str, number: int) -> None:
        """Here is a newer picture."""
        self._newest, self._number = text, number
        self._wake()

    def say_goodbye(self, sentence: str) -> None:
        """Tell all of them that it is over; nobody is let in any more."""
        self._goodbye = sentence
        self._wake()

    async def gone(self, within_s: float) -> None:
        """Return when all have left, or after ``within_s``."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), within_s)

    def _wake(self) -> None:
        for viewer in self._viewers:
            viewer.fresh.set()

    # --- one connection ---

    async def look(self, socket: WebSocket) -> None:
        """From the door to the last picture."""
        address = "" if socket.client is None else socket.client.host
        if self._is_crowded_by(address) or self._wrong.too_many(address):
            await socket.close()  # not even let in: the page tries again later by itself
            return
        await socket.accept()
        self._waiting[address] += 1
        try:
            let_in = await self._says_the_token(socket, address)
        finally:
            self._waiting -= Counter({address: 1})  # those of none are forgotten
        if not let_in:
            await asyncio.sleep(WRONG_S)
            await _close(socket, REFUSED, _WRONG)
        elif self._goodbye is not None:
            await _close(socket, ENDED, self._goodbye)
        elif len(self._viewers) >= MOST_VIEWERS:
            await _close(socket, FULL, _FULL)
        else:
            await self._attend(Viewer(socket))

    def _is_crowded_by(self, address: str) -> bool:
        return (
            self._waiting.total() >= MOST_WAITING or self._waiting[address] >= MOST_WAITING_FROM_ONE
        )

    async def _says_the_token(self, socket: WebSocket, address: str) -> bool:
        try:
            said = await asyncio.wait_for(_next(socket), HELLO_S)
        except TimeoutError:
            return False
        if not isinstance(said, Hello):
            return False
        right = compare_digest(said.token.encode(), self._token)
        if not right:
            self._wrong.add(address)
        return right

    async def _attend(self, viewer: Viewer) -> None:
        viewer.sent = viewer.seen = self._number - 1
        if self._newest:
            viewer.fresh.set()
        self._viewers.add(viewer)
        self._empty.clear()
        tasks = {
            asyncio.ensure_future(self._send_on(viewer)),
            asyncio.ensure_future(self._listen(viewer)),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._viewers.discard(viewer)
            if not self._viewers:
                self._empty.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_on(self, viewer: Viewer) -> None:
        """The newest picture whenever there is one; those between are left out."""
        while True:
            await viewer.fresh.wait()
            viewer.fresh.clear()
            if self._goodbye is not None:
                await _close(viewer.socket, ENDED, self._goodbye)
                return
            number, text = self._number, self._newest
            await asyncio.wait_for(viewer.socket.send_text(text), SEND_S)
            viewer.sent = number
            if viewer.sent - viewer.seen > MOST_BEHIND:
                await _close(viewer.socket, BEHIND, "")
                return

    async def _listen(self, viewer: Viewer) -> None:
        """Answer what the time is. Whoever says anything else, or nothing, is let go of."""
        while True:
            try:
                said = await asyncio.wait_for(_next(viewer.socket), SILENT_S)
            except TimeoutError:
                await _close(viewer.socket, BEHIND, "")
                return
            came_s = self._clock()
            if not isinstance(said, Ping) or self._too_often(viewer, came_s):
                await _close(viewer.socket, NOT_UNDERSTOOD, _READ_ONLY)
                return
            viewer.seen = max(viewer.seen, min(said.seen, viewer.sent))
            answer = {
                "kind": "pong", "sent": said.sent_ms, "came": came_s, "left": self._clock(),
            }  # fmt: skip
            await asyncio.wait_for(viewer.socket.send_text(json.dumps(answer)), SEND_S)

    @staticmethod
    def _too_often(viewer: Viewer, now_s: float) -> bool:
        pings = viewer.pings
        often = len(pings) == MOST_PINGS and now_s - pings[0] < PINGS_S
        pings.append(now_s)
        return often


async def _next(socket: WebSocket) -> Hello | Ping | None:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        return None
    return heard(message.get("text"))


async def _close(socket: WebSocket, code: int, sentence: str) -> None:
    """Say why, kindly, and close. A phone that has gone already is not told."""
    from starlette.websockets import WebSocketDisconnect

    with suppress(RuntimeError, WebSocketDisconnect, TimeoutError, OSError):
        told = {"kind": "closed", "say": sentence, "again": code == BEHIND}
        await asyncio.wait_for(socket.send_text(json.dumps(told, ensure_ascii=False)), SEND_S)
        await asyncio.wait_for(socket.close(code), SEND_S)


_WRONG = _("This link does not open the session of now. Please scan the code again")
_FULL = _("Eight devices look on already. When one of them leaves there is room for you")
_READ_ONLY = _("This page can only look on. Please open it again")
