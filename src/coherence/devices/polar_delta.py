"""Polar's compressed samples: one in full, then blocks of differences in as few bits as will do."""

from __future__ import annotations

from collections.abc import Sequence

from coherence.devices.errors import DecodeError

_FULL_BYTES = 2  # of a number that is sent whole: signed, little-endian
_MOST_BITS = 32
BLOCK = 16  # samples that we put into one: steps change in size


def decode(body: bytes, channels: int) -> list[tuple[int, ...]]:
    """The samples of ``channels`` numbers each. Bits are taken from the low end of each byte.

    >>> decode(bytes.fromhex("0000 0202 01"), 1)  # 0, then two differences of two bits: 1 and 0
    [(0,), (1,), (1,)]

    :raises DecodeError: if the body ends inside a number or a block
    """
    at = channels * _FULL_BYTES
    if len(body) < at:
        raise DecodeError("the frame ends inside its first sample", body)
    last = [
        int.from_bytes(body[i : i + _FULL_BYTES], "little", signed=True)
        for i in range(0, at, _FULL_BYTES)
    ]
    samples = [tuple(last)]
    while at < len(body):
        if at + 2 > len(body):
            raise DecodeError("the frame ends inside a block", body)
        bits, count = body[at], body[at + 1]
        if bits > _MOST_BITS:
            raise DecodeError(f"a difference of {bits} bits is too long", body)
        size = (bits * count * channels + 7) // 8
        at += 2
        if at + size > len(body):
            raise DecodeError("the frame ends inside a block", body)
        packed, at = int.from_bytes(body[at : at + size], "little"), at + size
        mask, sign = (1 << bits) - 1, 1 << bits >> 1
        for _ in range(count):
            for channel in range(channels):
                last[channel] += ((packed & mask) ^ sign) - sign
                packed >>= bits
            samples.append(tuple(last))
    return samples


def encode(samples: Sequence[Sequence[int]]) -> bytes:
    """Write the body that decodes to ``samples`` (one at least).

    :raises OverflowError: if the first sample, or a difference, takes too many bits
    """
    first, channels = samples[0], len(samples[0])
    body = b"".join(number.to_bytes(_FULL_BYTES, "little", signed=True) for number in first)
    steps = [
        number - before
        for sample, earlier in zip(samples[1:], samples, strict=False)
        for number, before in zip(sample, earlier, strict=True)
    ]
    for start in range(0, len(steps), BLOCK * channels):
        block = steps[start : start + BLOCK * channels]
        bits = max(_bits(step) for step in block)
        if bits > _MOST_BITS:
            raise OverflowError(f"a difference takes {bits} bits")
        packed = 0
        for i, step in enumerate(block):
            packed |= (step & ((1 << bits) - 1)) << (i * bits)
        size = (bits * len(block) + 7) // 8
        body += bytes([bits, len(block) // channels]) + packed.to_bytes(size, "little")
    return body


def _bits(step: int) -> int:
    """The fewest bits of a two's complement that hold ``step``; 0 takes none."""
    return (step if step >= 0 else ~step).bit_length() + 1 if step else 0
