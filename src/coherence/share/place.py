"""Where the phone's page is served: one address of this computer, and how a browser calls it."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from dataclasses import dataclass

from coherence.share.doorway import Doorway
from coherence.share.errors import ShareError
from coherence.translation import _

LOOPBACK = "127.0.0.1"
BACKLOG = 16
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """An address and a port; port 0 stands for one that is free."""

    address: str = LOOPBACK
    port: int = 0

    @property
    def only_here(self) -> bool:
        """Whether no other machine can come in."""
        return ipaddress.ip_address(self.address).is_loopback

    def authority(self, scheme: str) -> str:
        """What a browser writes in its Host header.

        >>> Place("::1", 8400).authority("http"), Place("192.0.2.7", 443).authority("https")
        ('[::1]:8400', '192.0.2.7')
        """
        host = f"[{self.address}]" if ":" in self.address else self.address
        return host if self.port == _DEFAULT_PORTS[scheme] else f"{host}:{self.port}"


def place_of(text: str) -> Place:
    """``ADDRESS[:PORT]`` as a place. Raises ``ValueError`` with a sentence.

    >>> place_of("192.0.2.7:8400"), place_of("[::1]:80"), place_of("localhost").address
    (Place(address='192.0.2.7', port=8400), Place(address='::1', port=80), '127.0.0.1')
    """
    host, port = _parted(text.strip())
    if host.lower() == "localhost":
        host = LOOPBACK
    try:
        address = ipaddress.ip_address(host)
        number = int(port) if port else 0
        if not 0 <= number <= 65535 or "%" in host or (port and not port.isdecimal()):
            raise ValueError
    except ValueError:
        raise ValueError(
            _(
                "{text} is not an address with a port: say one of this computer's, as in "
                "192.168.1.20 or 192.168.1.20:8400."
            ).format(text=text)
        ) from None
    if address.is_unspecified or address.is_multicast:
        raise ValueError(
            _(
                "{text} stands for many addresses at once: choose one of this computer's, so that "
                "you know who can reach it."
            ).format(text=text)
        )
    return Place(str(address), number)


def _parted(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        there = bool(bracket) and (not rest or (rest[0] == ":" and len(rest) > 1))
        return host, rest[1:] if there else "?"
    if text.count(":") > 1:
        return text, ""
    host, colon, port = text.partition(":")
    return host, port if port or not colon else "?"


def bound(place: Place) -> tuple[socket.socket, Place]:
    """A socket that listens at ``place`` and nowhere else, and where that came to be.

    Raises ``ShareError``.
    """
    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    door = Doorway(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # else another program could take the port over
            door.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((place.address, place.port))
        door.listen(BACKLOG)
    except OSError as error:
        door.close()
        raise ShareError(_said(error, place)) from error
    door.setblocking(False)
    return door, Place(place.address, door.getsockname()[1])


def _said(error: OSError, place: Place) -> str:
    match error.errno:
        case errno.EADDRNOTAVAIL:
            said = _(
                "{address} is not an address of this computer now: choose one that it has, or "
                "127.0.0.1 for this computer alone."
            )
        case errno.EADDRINUSE:
            said = _(
                "Another program uses port {port} of {address}: choose another port, or leave it "
                "out and a free one is found."
            )
        case errno.EACCES:
            said = _("Port {port} is kept for the system: choose one above 1023.")
        case _other:
            said = _("{address} cannot be shared from ({why}): choose another address.")
    return said.format(address=place.address, port=place.port, why=error.strerror or error)
