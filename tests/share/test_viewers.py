"""Those who look on: what they are told, that they can do nothing, and who is let go of."""

from __future__ import annotations

import json
import socket
import time
from contextlib import ExitStack, suppress

import pytest
from tests.share.phone_desk import (
    guide_of,
    looking,
    picture_at,
    served,
    token_of,
    told,
    until,
)

pytest.importorskip("starlette", reason="the extra share is not installed")
pytest.importorskip("websockets", reason="the extra share is not installed")

from websockets.exceptions import ConnectionClosed, InvalidStatus

from coherence.share import viewers as viewers_module


def test_a_phone_is_told_the_picture_and_the_time() -> None:
    with served() as server:
        server.show(picture_at(server, guide_of()))
        with looking(server) as phone:
            first = told(phone)
            assert first["kind"] == "picture"
            assert first["prompt"] == ["Let your face soften", 1.0]
            until(lambda: server.viewers == 1)
            phone.send(json.dumps({"kind": "ping", "sent": 12.5, "seen": first["number"]}))
            before_s = server.now_s()
            answer = told(phone)
            assert answer["kind"] == "pong"
            assert answer["sent"] == 12.5
            assert before_s - 1.0 < answer["came"] <= answer["left"] <= server.now_s()
            server.show(picture_at(server, guide_of(), prompt="Shoulders, jaw, hands"))
            assert told(phone)["prompt"][0] == "Shoulders, jaw, hands"
        until(lambda: server.viewers == 0)


@pytest.mark.parametrize(
    "order",
    [
        json.dumps({"kind": "pause"}),
        json.dumps({"kind": "hello", "token": "again"}),
        json.dumps({"kind": "ping", "sent": 1, "seen": 1, "end": True}),
        json.dumps({"kind": "ping", "sent": "1", "seen": 1}),
        "not JSON",
        b"\x00\x01",
        "x" * 900,
    ],
)
def test_a_phone_can_only_look(order: str | bytes) -> None:
    with served() as server:
        server.show(picture_at(server, guide_of()))
        with looking(server) as phone:
            told(phone)
            phone.send(order)
            answer = told(phone)
            assert answer["kind"] == "closed"
            with pytest.raises(ConnectionClosed):
                phone.recv(timeout=5)
        until(lambda: server.viewers == 0)
        assert server.alive


def test_a_message_too_long_to_be_read_closes() -> None:
    with served() as server, looking(server) as phone:
        until(lambda: server.viewers == 1)
        phone.send("x" * 5000)
        with pytest.raises(ConnectionClosed):
            phone.recv(timeout=5)


def test_only_so_many_look_on() -> None:
    with served() as server, ExitStack() as stack:
        server.show(picture_at(server, guide_of()))
        phones = [stack.enter_context(looking(server)) for _ in range(viewers_module.MOST_VIEWERS)]
        for phone in phones:
            told(phone)
        assert server.viewers == viewers_module.MOST_VIEWERS
        with looking(server) as one_more:
            assert told(one_more)["kind"] == "closed"
        phones[0].close()
        until(lambda: server.viewers == viewers_module.MOST_VIEWERS - 1)
        with looking(server) as welcome:
            assert told(welcome)["kind"] == "picture"


def test_connections_that_say_nothing_are_few_and_soon_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(viewers_module, "HELLO_S", 0.5)
    monkeypatch.setattr(viewers_module, "WRONG_S", 0.0)
    with served() as server, ExitStack() as stack:
        for _ in range(viewers_module.MOST_WAITING_FROM_ONE):
            stack.enter_context(looking(server, hello=False))
        with pytest.raises(InvalidStatus, match="403"), looking(server):
            pass


def test_a_phone_that_does_not_read_is_let_go_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(viewers_module, "SEND_S", 0.5)
    with served() as server, looking(server) as quick, socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect((server.place.address, server.place.port))
        origin = server.url.partition("/#")[0]
        slow.sendall(
            f"GET /look HTTP/1.1\r\nHost: {origin[7:]}\r\nOrigin: {origin}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        assert b" 101 " in slow.recv(4096)
        hello = json.dumps({"kind": "hello", "token": token_of(server)}).encode()
        slow.sendall(bytes([0x81, 0x80 | len(hello)]) + bytes(4) + hello)  # mask of zeros
        until(lambda: server.viewers == 2)
        longest_s, number = 0.0, 0
        end_s = time.monotonic() + 8.0
        while server.viewers == 2 and time.monotonic() < end_s:
            picture = picture_at(server, guide_of(), sentence="x" * 60_000)
            began_s = time.monotonic()
            server.show(picture)
            longest_s = max(longest_s, time.monotonic() - began_s)
            number = told(quick)["number"]
            said = {"kind": "ping", "sent": 0, "seen": number}
            if number % 10 == 0:
                quick.send(json.dumps(said))
                while told(quick)["kind"] != "pong":
                    pass
        assert server.viewers == 1
        assert longest_s < viewers_module.SEND_S  # the session waited for nobody


def test_a_phone_that_is_far_behind_or_silent_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers_module, "SILENT_S", 0.5)
    with served() as server, looking(server) as phone:
        server.show(picture_at(server, guide_of()))
        told(phone)
        answer = told(phone)
        assert (answer["kind"], answer["again"]) == ("closed", True)
    monkeypatch.setattr(viewers_module, "SILENT_S", 30.0)
    with served() as server, looking(server) as phone:
        for _ in range(viewers_module.MOST_BEHIND + 2):
            server.show(picture_at(server, guide_of()))
            if told(phone)["kind"] == "closed":
                break
        else:
            pytest.fail("it was kept though it never said what it had seen")


def test_too_many_pings_close(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as server, looking(server) as phone:
        server.show(picture_at(server, guide_of()))
        with suppress(ConnectionClosed):
            for _ in range(viewers_module.MOST_PINGS + 5):
                phone.send(json.dumps({"kind": "ping", "sent": 0, "seen": 1}))
        until(lambda: server.viewers == 0)


def test_the_end_is_told_and_the_door_is_shut() -> None:
    with served() as server, looking(server) as phone:
        until(lambda: server.viewers == 1)
        server.close("You gave yourself ten minutes of care")
        answer = told(phone)
        assert answer == {
            "kind": "closed", "say": "You gave yourself ten minutes of care", "again": False,
        }  # fmt: skip
        assert not server.alive
        with pytest.raises(ConnectionRefusedError), socket.create_connection(
            (server.place.address, server.place.port), timeout=2
        ):  # fmt: skip
            pass
