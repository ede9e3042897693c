"""Exact intervals of an imported recording: a characteristic of our own.

The strap's unit of 1/1024 s cannot hold the round milliseconds of most files. An import says its
intervals on this characteristic instead, so that its numbers stay those of the file.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from coherence.devices.errors import DecodeError

CHARACTERISTIC = "0dd25a34-a6df-4339-9f22-2a08f8f80a51"  # made at random; no strap has it
_BYTES_EACH = 8


def decode(payload: bytes) -> tuple[float, ...]:
    """The intervals in ms, oldest first.

    >>> decode(encode([812.0, 804.5]))
    (812.0, 804.5)

    :raises DecodeError: if the payload is cut, or an interval is not finite and above 0
    """
    if len(payload) % _BYTES_EACH:
        raise DecodeError("the frame is cut inside an interval", payload)
    rr_ms: tuple[float, ...] = struct.unpack(f"<{len(payload) // _BYTES_EACH}d", payload)
    if not all(math.isfinite(rr) and rr > 0 for rr in rr_ms):
        raise DecodeError("an interval must be finite and above 0", payload)
    return rr_ms


def encode(rr_ms: Sequence[float]) -> bytes:
    """Little-endian 64-bit floats in ms. :raises ValueError: unless all are finite and above 0."""
    if not all(math.isfinite(rr) and rr > 0 for rr in rr_ms):
        raise ValueError("an interval must be finite and above 0")
    return struct.pack(f"<{len(rr_ms)}d", *rr_ms)
