"""Battery Level (0x2A19): decode and encode."""

from __future__ import annotations

from coherence.devices.errors import DecodeError

CHARACTERISTIC = "00002a19-0000-1000-8000-00805f9b34fb"
FULL_PERCENT = 100  # Battery Service 1.0, 3.1: 101 to 255 are reserved


def decode(payload: bytes) -> int:
    """The level in per cent.

    >>> decode(bytes([87]))
    87

    :raises DecodeError: unless the payload is one byte from 0 to 100
    """
    if len(payload) != 1:
        raise DecodeError("a battery level is one byte", payload)
    if payload[0] > FULL_PERCENT:
        raise DecodeError("a battery level is at most 100 per cent", payload)
    return payload[0]


def encode(percent: int) -> bytes:
    """One byte. :raises ValueError: unless ``percent`` is 0 to 100."""
    if not 0 <= percent <= FULL_PERCENT:
        raise ValueError(f"{percent} is not a battery level: 0 to 100")
    return bytes([percent])
