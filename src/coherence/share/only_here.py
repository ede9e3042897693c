"""Keeping sockets that a library opened on this computer: only its loopback may reach them."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from coherence.translation import _

LOOPBACK = b"lo\0"
_FDS = Path("/proc/self/fd")


class NotKeptHere(Exception):
    """A way in from outside that could not be closed."""


def can_keep_here() -> bool:
    """Whether this system lets a program tie its sockets to the loopback (Linux, from 5.7 on)."""
    return sys.platform == "linux" and hasattr(socket, "SO_BINDTODEVICE") and _FDS.is_dir()


def open_sockets() -> frozenset[str]:
    """The names of all sockets of this process."""
    return frozenset(name for name, _inode in _sockets())


def keep_here(before: frozenset[str]) -> int:
    """Tie every socket that was opened since ``before`` to the loopback; returns how many.

    Raises ``NotKeptHere`` where one of them does not let itself be tied.
    """
    tied = 0
    for name, number in _sockets():
        if name in before:
            continue
        try:
            with socket.socket(fileno=os.dup(number)) as each:
                if each.family not in (socket.AF_INET, socket.AF_INET6):
                    continue
                each.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, LOOPBACK)
                told = each.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16)
        except OSError as error:
            raise NotKeptHere(str(error)) from error
        if not told.startswith(LOOPBACK[:2]):
            raise NotKeptHere(_("a socket stayed open to the network"))
        tied += 1
    return tied


def _sockets() -> list[tuple[str, int]]:
    """(what the system calls it, its number) of each socket of this process."""
    found = []
    for entry in os.listdir(_FDS):
        try:
            name = os.readlink(_FDS / entry)
        except OSError:
            continue  # closed meanwhile
        if name.startswith("socket:"):
            found.append((name, int(entry)))
    return found
