"""Random frames over every codec that reads what a strap sends: a value, or ``DecodeError``."""

import os
from collections.abc import Callable

import numpy as np
import pytest

from coherence.devices import battery, heart_rate, polar, polar_frames
from coherence.devices.errors import DecodeError

FRAMES = 200_000 if os.environ.get("COHERENCE_LONG") else 4_000  # for each codec
BLOCK = 4_000
LONGEST = 244  # what fits into the MTU that computers ask for
CODECS: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {  # and how frames begin
    "heart rate": (heart_rate.decode, [b"", b"\x10", b"\x1f", b"\x11"]),
    "battery": (battery.decode, [b""]),
    "control": (polar.decode_control, [b"", b"\x0f", b"\xf0", b"\xf0\x01\x00\x00\x00"]),
    "command": (polar.decode_command, [b"", b"\x01", b"\x02\x00", b"\x03"]),
    "data": (
        polar_frames.decode,
        [b"", *(bytes([kind, *range(8), form]) for kind, form in
                [(0, 0), (2, 1), (2, 0x80), (2, 0x81), (3, 0), (1, 0)])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("codec", list(CODECS))
@pytest.mark.parametrize("seed", range(0, FRAMES, BLOCK))
def test_random_frames(codec: str, seed: int) -> None:
    decode, heads = CODECS[codec]
    rng = np.random.default_rng([seed, len(codec)])
    read = refused = 0
    for i in range(BLOCK):
        length = int(rng.integers(0, LONGEST if i % 8 == 0 else 24))
        payload = heads[i % len(heads)] + rng.bytes(length)
        if i % 3 == 0:  # small numbers are what counts, lengths and keys are
            payload = payload[:10] + bytes(b & 0x07 for b in payload[10:])
        carried = payload
        try:
            decode(payload)
            read += 1
        except DecodeError as error:
            carried = error.payload
            refused += 1
        assert carried == payload
    assert read + refused == BLOCK
    assert refused > 0
    assert read > 0
