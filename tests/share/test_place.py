"""Where the page is served: one address of this computer, or a sentence why not."""

from __future__ import annotations

import socket

import pytest
from tests.share.phone_desk import (
    served,
)

pytest.importorskip("starlette", reason="the extra share is not installed")
pytest.importorskip("websockets", reason="the extra share is not installed")


from coherence.share.errors import ShareError
from coherence.share.place import Place, bound, place_of
from coherence.share.server import PhoneServer


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
