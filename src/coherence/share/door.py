"""The door of the phone's page: who may ask, and what every answer says to the browser.

A page of another site can make a browser knock here (DNS rebinding, cross-site WebSockets); the
Host and Origin headers give it away, and the token that only the page's own script knows does the
rest. WebSockets have no same-origin rule of their own: RFC 6455, 10.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORBIDDEN = 403


def answered_headers(socket_origin: str) -> list[tuple[bytes, bytes]]:
    """What goes with every answer. ``socket_origin``: where the page's WebSocket goes."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        # older Safari does not take 'self' for a WebSocket
        f"connect-src 'self' {socket_origin}; img-src 'self' data:; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"cache-control", b"no-store"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        (b"x-robots-tag", b"noindex"),
    ]


class Door:
    """Lets in who asks for this place by its own name, and nobody sent by another site."""

    def __init__(self, app: ASGIApp, scheme: str, authority: str) -> None:
        self._app = app
        self._authority, self._origin = authority.encode(), f"{scheme}://{authority}".encode()
        self._headers = answered_headers(f"{'wss' if scheme == 'https' else 'ws'}://{authority}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._may_come_in(scope):
            await self._refuse(scope, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._app(scope, receive, answer)

    def _may_come_in(self, scope: Scope) -> bool:
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        if headers.get(b"host") != [self._authority]:
            return False
        origin = headers.get(b"origin")
        if scope["type"] == "websocket":
            return origin == [self._origin]
        if origin not in (None, [self._origin]):
            return False
        elsewhere = headers.get(b"sec-fetch-site", [b"none"])[0] in (b"cross-site", b"same-site")
        # a link may lead here from anywhere: what it opens is an empty page, which no frame shows
        return not elsewhere or headers.get(b"sec-fetch-mode") == [b"navigate"]

    async def _refuse(self, scope: Scope, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is open: a 403
            return
        body = b"This page is only for those who were given its link.\n"
        plain = [(b"content-type", b"text/plain; charset=utf-8"), *self._headers]
        await send({"type": "http.response.start", "status": FORBIDDEN, "headers": plain})
        await send({"type": "http.response.body", "body": body})
