"""What a phone may say: its token once, then the time. Anything else is not understood."""

from __future__ import annotations

import json
from dataclasses import dataclass

LATEST_MS = 1e12  # of a page that stays open for thirty years
LONGEST = 256  # characters of a message; a hello has about 60


@dataclass(frozen=True, slots=True)
class Hello:
    """The token of the link, as the page read it from the address."""

    token: str


@dataclass(frozen=True, slots=True)
class Ping:
    """The phone asks for the time, and says which picture it saw last."""

    sent_ms: float
    seen: int


def heard(text: str | None) -> Hello | Ping | None:
    """A message as what it says; ``None`` where it is neither.

    >>> heard('{"kind": "ping", "sent": 12.5, "seen": 3}')
    Ping(sent_ms=12.5, seen=3)
    >>> heard('{"kind": "pause"}')
    """
    if text is None or len(text) > LONGEST:
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match said:
        case {"kind": "hello", "token": str(token)} if len(said) == 2:
            return Hello(token)
        case {"kind": "ping", "sent": int() | float() as sent, "seen": int(seen)} if len(said) == 3:
            if isinstance(sent, bool) or isinstance(seen, bool) or not 0 <= sent < LATEST_MS:
                return None
            return Ping(float(sent), seen)
        case _:
            return None
