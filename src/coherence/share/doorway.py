"""Who may stand in the doorway of the phone's page: few connections in all, fewer from one place.

A connection costs this program a file handle, also before it has said a word, and the record needs
some of its own: so the count is kept where connections are taken, below HTTP and TLS.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 64
MOST_FROM_ONE = 24  # a browser opens six
ASKS_S = 5.0  # a connection that has not asked for anything by then is let go of …
ANSWERED_S = 30.0  # … and one that is still no WebSocket by then, whatever it does


class Doorway(socket.socket):
    """A listening socket that turns away whoever comes when it is full."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._held: list[tuple[str, socket.socket]] = []  # whom it took, also who has left since

    def accept(self) -> tuple[socket.socket, Any]:
        """As every socket's; asyncio takes a refusal as a caller who has gone again."""
        conn, address = super().accept()
        host = str(address[0])
        self._held = [each for each in self._held if each[1].fileno() != -1]
        from_one = sum(1 for held, _conn in self._held if held == host)
        if len(self._held) >= MOST_CONNECTIONS or from_one >= MOST_FROM_ONE:
            conn.close()
            raise ConnectionAbortedError
        self._held.append((host, conn))
        return conn, address


def impatient() -> type[H11Protocol]:
    """HTTP as uvicorn has it, which by itself waits for ever for the end of a request."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Impatient(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            loop = asyncio.get_running_loop()
            loop.call_later(ASKS_S, self._hang_up, True)
            loop.call_later(ANSWERED_S, self._hang_up, False)

        def _hang_up(self, only_silent: bool) -> None:
            is_http = self.transport.get_protocol() is self  # a WebSocket has limits of its own
            if is_http and (self.cycle is None or not only_silent):
                self.transport.abort()

    return Impatient
