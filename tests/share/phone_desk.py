"""A served page and somebody who looks at it, for the tests of sharing."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from coherence.model import BreathPattern, PaceChanged
from coherence.pacing import BreathGuide
from coherence.share.picture import Line, Picture, breaths_of
from coherence.share.place import Place
from coherence.share.server import Certificate, PhoneServer

PATTERN = BreathPattern(5.5, 0.4)


def guide_of(*arrivals: PaceChanged) -> BreathGuide:
    guide = BreathGuide()
    for arrival in arrivals or (PaceChanged(0.0, PATTERN),):
        guide.feed(arrival)
    return guide


def picture_at(server: PhoneServer, guide: BreathGuide, **other: Any) -> Picture:
    """A picture of a session whose clock is 100 s ahead of the server's."""
    at_s = server.now_s()
    made = Picture(
        now_s=at_s + 100.0,
        at_s=at_s,
        breaths=breaths_of(guide, at_s + 100.0),
        light=0.8,
        line=Line(int((at_s + 64.0) * 4) + 1, tuple(range(-72, 72))),
        prompt="Let your face soften",
        prompt_opacity=1.0,
        band="in rhythm",
        time_left="6 min left",
        steps=("Arrive", "Soothe"),
        step=1,
    )
    return replace(made, **other)


@contextmanager
def served(certificate: Certificate | None = None) -> Iterator[PhoneServer]:
    server = PhoneServer(Place(), certificate)
    try:
        yield server
    finally:
        server.close("Bye")


def token_of(server: PhoneServer) -> str:
    return server.url.partition("#")[2]


def asked(
    server: PhoneServer, path: str = "/", method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of one request; a name with _ is a header with -."""
    connection = http.client.HTTPConnection(server.place.address, server.place.port, timeout=5)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=sent)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, found, text


@contextmanager
def looking(
    server: PhoneServer, token: str | None = None, *, hello: bool = True, **other: Any
) -> Iterator[Any]:
    """A connection as the page makes it."""
    from websockets.sync.client import connect

    origin = server.url.partition("/#")[0]
    where = origin.replace("http", "ws", 1) + "/look"
    arguments: dict[str, Any] = {"origin": origin, "open_timeout": 5, "close_timeout": 1} | other
    with connect(where, **arguments) as socket:
        if hello:
            said = token_of(server) if token is None else token
            socket.send(json.dumps({"kind": "hello", "token": said}))
        yield socket


def told(socket: Any, timeout_s: float = 5.0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(socket.recv(timeout=timeout_s))
    return found


def until(holds: Callable[[], object], timeout_s: float = 8.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end_s, "waited in vain"
        time.sleep(0.01)
