"""The server of the phone's page: a thread and a loop of its own, bound to one address, read-only.

starlette and uvicorn are imported when somebody shares, and not before.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from coherence.share.door import Door
from coherence.share.doorway import impatient
from coherence.share.errors import MISSING, ShareError
from coherence.share.page import Words, assets
from coherence.share.picture import Picture, wire
from coherence.share.place import Place, bound
from coherence.share.viewers import Viewers
from coherence.translation import _

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

LOG = logging.getLogger("coherence.share")
TOKEN_BYTES = 24  # 192 bits
START_S, GOODBYE_S, CLOSE_S = 10.0, 2.0, 4.0
LARGEST_MESSAGE = 1024


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of a certificate chain and of its key, both PEM."""

    chain: Path
    key: Path


class PhoneServer:
    """Serves from when it is made until ``end`` or ``close``. Called from one thread.

    ``at`` with port 0 takes a free one. Raises ``ShareError``.
    """

    def __init__(self, at: Place, certificate: Certificate | None = None) -> None:
        self.certificate = certificate
        self._began_s = time.monotonic()
        self._token = secrets.token_urlsafe(TOKEN_BYTES)
        self._scheme = "http" if certificate is None else "https"
        _check(certificate)
        try:
            import uvicorn  # noqa: F401
            from starlette.applications import Starlette  # noqa: F401
            from websockets.server import ServerProtocol  # noqa: F401
        except ImportError as error:
            raise ShareError(MISSING) from error
        self._socket, self.place = bound(at)
        self._viewers = Viewers(self._token, self.now_s)
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started, self._ended = Event(), False
        self._server = _server(self._app(), certificate, self._started)
        self._thread = Thread(target=self._run, name="phone page", daemon=True)
        self._thread.start()
        if not self._started.wait(START_S) or not self.alive:
            self.end("")
            raise ShareError(_("The page for the phone could not begin: try another port."))

    @property
    def url(self) -> str:
        """The link, with the token behind the # that no browser sends on."""
        return f"{self._scheme}://{self.place.authority(self._scheme)}/#{self._token}"

    @property
    def readable_by_others(self) -> bool:
        """Whether what is sent can be read by others on the same network."""
        return self._scheme == "http" and not self.place.only_here

    @property
    def viewers(self) -> int:
        return self._viewers.count

    @property
    def alive(self) -> bool:
        return self._thread.is_alive() and not self._ended

    def now_s(self) -> float:
        """The server's clock: seconds since it began, on the monotonic clock."""
        return time.monotonic() - self._began_s

    def show(self, picture: Picture) -> None:
        """Send a newer picture to all who look on. Never waits."""
        self._number += 1
        self._call(self._viewers.show, wire(picture, self._number), self._number)

    def end(self, sentence: str) -> None:
        """Say goodbye to all and stop; returns at once."""
        if not self._ended:
            self._ended = True
            self._call(self._say_goodbye, sentence)

    def close(self, sentence: str = "") -> None:
        """The same, and wait until the door is shut. Safe to call twice."""
        self.end(sentence)
        self._thread.join(CLOSE_S)

    # --- the server's own thread ---

    def _call(self, do: Callable[..., object], *arguments: object) -> None:
        if self._loop is None or not self._thread.is_alive():
            return
        try:
            self._loop.call_soon_threadsafe(do, *arguments)
        except RuntimeError:  # it has ended meanwhile
            LOG.debug("the page for the phone has ended")

    def _run(self) -> None:
        try:
            # of all systems' loops the one that asks our own doorway whom to take
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._serve())
        except Exception as error:  # without its words: they may hold an address
            LOG.warning("the page for the phone broke off (%s)", type(error).__name__)
        finally:
            self._socket.close()
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        # a phone that does not trust a certificate is no news for anybody's terminal
        self._loop.set_exception_handler(lambda _loop, _what: None)
        await self._server.serve(sockets=[self._socket])

    def _say_goodbye(self, sentence: str) -> None:
        async def leave() -> None:
            self._viewers.say_goodbye(sentence)
            await self._viewers.gone(GOODBYE_S)
            self._server.should_exit = True

        self._leaving = asyncio.ensure_future(leave())

    def _app(self) -> ASGIApp:
        from starlette.applications import Starlette
        from starlette.requests import Request
        from starlette.responses import Response
        from starlette.routing import Route, WebSocketRoute

        files = assets(Words())

        async def answer(request: Request) -> Response:
            asset = files[request.url.path]
            return Response(asset.body, media_type=asset.media_type)

        routes = [Route(path, answer, methods=["GET"]) for path in files]
        app = Starlette(routes=[*routes, WebSocketRoute("/look", self._viewers.look)])
        app.router.redirect_slashes = False
        return Door(app, self._scheme, self.place.authority(self._scheme))


def _server(app: ASGIApp, certificate: Certificate | None, started: Event) -> uvicorn.Server:
    import uvicorn

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started.set()

    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=impatient(),
        ws="websockets-sansio",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",  # it would write down addresses
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        ssl_certfile=None if certificate is None else certificate.chain,
        ssl_keyfile=None if certificate is None else certificate.key,
    )
    return Announcing(config)


def _check(certificate: Certificate | None) -> None:
    """Find out before anybody waits whether the certificate can be used."""
    if certificate is None:
        return

    def no_password() -> str:
        raise ValueError(_("the key is behind a passphrase"))

    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain, certificate.key, no_password)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        why = getattr(error, "strerror", None) or getattr(error, "reason", None) or str(error)
        raise ShareError(
            _(
                "{cert} and {key} cannot be used for a secure page ({why}): give a certificate and "
                "its key, both in PEM form, the key without a passphrase."
            ).format(cert=certificate.chain, key=certificate.key, why=why)
        ) from error
