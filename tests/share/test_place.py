"""Where the page is served: one address of this computer, or a sentence why not."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest
from tests.share.phone_desk import asked, guide_of, looking, picture_at, served, told, until

pytest.importorskip("starlette", reason="the extra share is not installed")
pytest.importorskip("websockets", reason="the extra share is not installed")


from coherence.share.errors import ShareError
from coherence.share.place import Place, bound, place_of
from coherence.share.server import MOST_CONNECTIONS, PhoneServer


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


def test_idle_connections_hold_up_neither_session_nor_end() -> None:
    """Whoever keeps all connections busy keeps others from the page, and nothing else."""
    with ExitStack() as stack:
        server = stack.enter_context(served())
        with looking(server) as phone:
            until(lambda: server.viewers == 1)
            for _ in range(MOST_CONNECTIONS + 4):
                idle = stack.enter_context(socket.socket())
                idle.connect((server.place.address, server.place.port))
            server.show(picture_at(server, guide_of()))
            assert told(phone)["kind"] == "picture"
            server.close("Bye")
            assert told(phone)["say"] == "Bye"
            assert not server._thread.is_alive()
