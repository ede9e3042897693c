"""Where the page is served: one address of this computer, or a sentence why not."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from tests.share.phone_desk import asked, guide_of, looking, picture_at, served, told, until

pytest.importorskip("starlette", reason="the extra share is not installed")
pytest.importorskip("websockets", reason="the extra share is not installed")


from websockets.exceptions import InvalidStatus

from coherence.share import doorway
from coherence.share.doorway import MOST_CONNECTIONS, MOST_FROM_ONE
from coherence.share.errors import ShareError
from coherence.share.place import Place, bound, place_of
from coherence.share.server import PhoneServer
from coherence.share.viewers import MOST_WAITING_FROM_ONE

linux = pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.2 is Linux's")


@pytest.fixture(scope="module")
def server():
    with served() as made:
        yield made


def test_it_listens_at_its_own_address_alone(server: PhoneServer) -> None:
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex(("127.0.0.1", server.place.port)) == 0
    with socket.socket() as probe:  # another address of the same machine
        probe.settimeout(2)
        assert probe.connect_ex(("127.0.0.2", server.place.port)) != 0


def test_a_port_in_use_is_said(server: PhoneServer) -> None:
    with pytest.raises(ShareError, match=f"uses port {server.place.port} of 127.0.0.1"):
        PhoneServer(server.place)


def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(ShareError, match=r"192\.0\.2\.77 is not an address of this computer"):
        bound(Place("192.0.2.77"))


@pytest.mark.parametrize("text", ["0.0.0.0", "[::]:80", "224.0.0.1", "0.0.0.0:8400"])
def test_all_addresses_at_once_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="many addresses at once"):
        place_of(text)


@pytest.mark.parametrize(
    "text",
    ["", "there", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:70000", "[::1", "fe80::1%eth0", "[::1]8"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        place_of(text)


def test_an_ipv6_address_is_called_by_its_brackets() -> None:
    try:
        made = PhoneServer(place_of("::1"))
    except ShareError as error:
        pytest.skip(f"there is no IPv6 here: {error}")
    try:
        assert made.url.startswith("http://[::1]:")
        assert asked(made, Host=f"[::1]:{made.place.port}")[0] == 200
        assert asked(made, Host=f"127.0.0.1:{made.place.port}")[0] == 403
    finally:
        made.close()


def crowd(server: PhoneServer, many: int, stack: ExitStack, said: bytes = b"") -> list[Any]:
    """Connections of somebody at another address of this computer, who may have ``said`` a part."""
    made = []
    for _ in range(many):
        there = (server.place.address, server.place.port)
        one = stack.enter_context(socket.create_connection(there, 5.0, ("127.0.0.2", 0)))
        one.sendall(said)
        made.append(one)
    return made


@linux
@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: "], ids=["silent", "slow"])
def test_nobody_keeps_others_out_by_holding_connections(
    said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorway, "ASKS_S", 30.0)
    before = len(os.listdir("/proc/self/fd"))
    with served() as server, ExitStack() as stack:
        with suppress(ConnectionError):
            crowd(server, 3 * MOST_CONNECTIONS, stack, said)
        until(lambda: asked(server)[0] == 200)
        ours = sum(1 for each in server._socket._held if each[1].fileno() != -1)
        assert MOST_FROM_ONE <= ours <= MOST_FROM_ONE + 1
        with looking(server) as phone:
            server.show(picture_at(server, guide_of()))
            assert told(phone)["kind"] == "picture"
            server.close("Bye")
            assert told(phone)["say"] == "Bye"
        assert not server._thread.is_alive()
    until(lambda: len(os.listdir("/proc/self/fd")) <= before)


@linux
@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: "], ids=["silent", "slow"])
def test_whoever_asks_nothing_is_soon_let_go_of(
    said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorway, "ASKS_S", 0.2)
    with served() as server, ExitStack() as stack, looking(server) as phone:
        for one in crowd(server, 5, stack, said):
            with suppress(ConnectionError):  # a reset says the same
                assert one.recv(100) == b""
        server.show(picture_at(server, guide_of()))
        assert told(phone)["kind"] == "picture"


@linux
def test_an_answer_that_nobody_takes_does_not_keep_its_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doorway, "ANSWERED_S", 0.4)
    with served() as server, ExitStack() as stack:
        host = server.place.authority("http")
        asks = f"GET /light.ttf HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        crowd(server, 1, stack, asks * 200)  # more than any system keeps for a reader
        until(lambda: server._socket._held)
        ((_host, taken),) = server._socket._held
        assert taken.fileno() != -1
        until(lambda: taken.fileno() == -1)


def test_whoever_says_no_token_leaves_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as server, ExitStack() as stack:
        for _ in range(MOST_WAITING_FROM_ONE):
            stack.enter_context(looking(server, hello=False))
        with pytest.raises(InvalidStatus, match="403"), looking(server):
            pass
        if sys.platform == "linux":  # where this computer has more than one address to come from
            elsewhere = {"source_address": ("127.0.0.2", 0)}
            phone = stack.enter_context(looking(server, **elsewhere))
            server.show(picture_at(server, guide_of()))
            assert told(phone)["kind"] == "picture"
