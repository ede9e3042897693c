"""The phone's server on this computer: who is let in, and what every answer forbids."""

from __future__ import annotations

import json
import socket
import time

import pytest
from tests.share.phone_desk import (
    asked,
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
from coherence.share.errors import ShareError
from coherence.share.place import Place
from coherence.share.server import PhoneServer


@pytest.fixture(scope="module")
def server():
    with served() as made:
        yield made


def test_the_page_forbids_all_that_it_does_not_need(server: PhoneServer) -> None:
    for path in ("/", "/page.js", "/page.css", "/light.ttf"):
        status, headers, _ = asked(server, path)
        assert status == 200
        policy = dict(
            part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
        )
        where = f"127.0.0.1:{server.place.port}"
        assert policy == {
            "default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
            "font-src": "'self'", "connect-src": f"'self' ws://{where}",
            "img-src": "'self' data:", "frame-ancestors": "'none'", "base-uri": "'none'",
            "form-action": "'none'",
        }  # fmt: skip
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "set-cookie" not in headers
        assert "server" not in headers


def test_the_page_asks_for_nothing_from_elsewhere(server: PhoneServer) -> None:
    import re

    _, _, html = asked(server)
    found = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert found == ["data:,", "/page.css", "/page.js"]
    for path in ("/page.css", "/page.js", "/scene.js", "/light.js", "/link.js"):
        text = asked(server, path)[2]
        assert re.findall(r"""["'`(]\s*(?:[a-z]+:)?//""", text) == []
        assert re.findall(r"@import|cookie|localStorage|innerHTML|eval|new Function", text) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost:1"},
        {"Host": "127.0.0.1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
    ],
)
def test_another_host_or_origin_is_refused(server: PhoneServer, headers: dict[str, str]) -> None:
    status, answered, text = asked(server, **headers)
    assert status == 403
    assert "canvas" not in text
    assert "frame-ancestors 'none'" in answered["content-security-policy"]


def test_a_link_from_elsewhere_may_open_the_empty_page(server: PhoneServer) -> None:
    assert asked(server, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
    assert asked(server, Origin=server.url.partition("/#")[0])[0] == 200


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/../../etc/passwd", "GET", 404),
        ("/page.html", "GET", 404),
        ("/look", "GET", 404),
        ("/", "POST", 405),
        ("/page.js", "DELETE", 405),
    ],
)
def test_there_is_nothing_else(server: PhoneServer, path: str, method: str, status: int) -> None:
    assert asked(server, path, method)[0] == status


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None, "http://127.0.0.1"])
def test_a_socket_of_another_origin_is_refused(server: PhoneServer, origin: str | None) -> None:
    with pytest.raises(InvalidStatus, match="403"), looking(server, origin=origin):
        pass


def test_a_socket_for_another_host_is_refused(server: PhoneServer) -> None:
    """DNS rebinding: the name is somebody else's, the address is ours."""
    from websockets.sync.client import connect

    with socket.create_connection((server.place.address, server.place.port)) as door:
        where = f"ws://evil.example:{server.place.port}/look"
        origin = f"http://evil.example:{server.place.port}"
        with pytest.raises(InvalidStatus, match="403"), connect(where, sock=door, origin=origin):
            pass


@pytest.mark.parametrize(
    "said",
    [
        json.dumps({"kind": "hello", "token": "A" * 32}),
        json.dumps({"kind": "hello", "token": ""}),
        json.dumps({"kind": "hello"}),
        json.dumps({"kind": "ping", "sent": 1, "seen": 0}),
        "[" * 200,
        "\u00e4",
    ],
)
def test_a_wrong_token_sees_nothing(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers_module, "WRONG_S", 0.1)
    with served() as server:
        server.show(picture_at(server, guide_of()))
        began_s = time.monotonic()
        with looking(server, hello=False) as phone:
            phone.send(said)
            answer = told(phone)
            assert set(answer) == {"kind", "say", "again"}
            assert "scan the code again" in answer["say"]
            with pytest.raises(ConnectionClosed):
                phone.recv(timeout=5)
            assert phone.close_code == viewers_module.REFUSED
        assert time.monotonic() - began_s >= viewers_module.WRONG_S
        assert server.viewers == 0


def test_whoever_tries_many_tokens_is_not_let_in_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers_module, "WRONG_S", 0.0)
    with served() as server:
        for _ in range(viewers_module.MOST_WRONG):
            with looking(server, "wrong") as phone:
                assert told(phone)["kind"] == "closed"
        with pytest.raises(InvalidStatus, match="403"), looking(server):
            pass


def test_the_token_is_long_new_each_time_and_behind_the_fragment() -> None:
    with served() as one, served() as other:
        assert len(token_of(one)) * 6 >= 128
        assert token_of(one) != token_of(other)
        assert one.url.count("#") == 1
        for path in ("/", "/page.js"):
            assert token_of(one) not in asked(one, path)[2]


def test_a_missing_extra_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(ShareError, match=r"coherence-hrv\[share\]"):
        PhoneServer(Place())


def test_nothing_of_a_connection_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(0), served() as server:
        asked(server)
        with looking(server, "wrong") as phone:
            told(phone)
        with looking(server) as phone:
            until(lambda: server.viewers == 1)
        token = token_of(server)
    for record in caplog.records:
        if not record.name.startswith("websockets.client"):  # the phone of this test
            said = record.getMessage()
            assert token not in said, record.name
            assert "127.0.0.1" not in said, record.name
