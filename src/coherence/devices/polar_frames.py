"""Polar's measurement service, its data: ECG, acceleration and pulse intervals."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coherence.devices import polar_delta
from coherence.devices.errors import DecodeError
from coherence.devices.polar import Kind

HEADER_BYTES = 10
_COMPRESSED = 0x80
_IN_G, _IN_MG = 0, 1  # frame types of acceleration; the first only compressed
_ECG_BYTES, _AXES, _PULSE_BYTES = 3, 3, 6
_BLOCKED, _CONTACT, _CONTACT_SUPPORTED = 0x01, 0x02, 0x04


@dataclass(frozen=True, slots=True)
class EcgFrame:
    """Samples in µV; ``timestamp_ns`` is when the last one was taken, on the strap's own clock."""

    timestamp_ns: int
    microvolts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AccelerationFrame:
    """Rows of x, y and z; ``timestamp_ns`` is when the last one was taken, on the strap's clock.

    In mg, but where ``in_g``: then in g. Both are still to be multiplied by the factor that the
    strap named when it began to measure.
    """

    timestamp_ns: int
    xyz: tuple[tuple[int, int, int], ...]
    compressed: bool = False
    in_g: bool = False


@dataclass(frozen=True, slots=True)
class PulseInterval:
    """The time between two pulses, seen by light. ``error_ms`` is the strap's own estimate."""

    heart_rate_bpm: int  # 0 where it does not say
    interval_ms: int
    error_ms: int
    blocked: bool  # something moved: not to be used
    contact: bool
    contact_supported: bool


@dataclass(frozen=True, slots=True)
class PulseFrame:
    """Pulse intervals, oldest first. The strap's clock does not stand in them: 0."""

    timestamp_ns: int
    intervals: tuple[PulseInterval, ...]


Frame = EcgFrame | AccelerationFrame | PulseFrame


def decode(payload: bytes) -> Frame:
    """Read what came on the data characteristic.

    :raises DecodeError: if it is of a kind that we never start, has no sample, or ends inside one
    """
    if len(payload) < HEADER_BYTES:
        raise DecodeError("the frame ends too early", payload)
    kind, timestamp_ns, frame_type = struct.unpack_from("<BQB", payload)
    read = _READERS.get((kind, frame_type))
    if read is None:
        raise DecodeError(f"kind {kind} of frame type {frame_type:#04x} is not read", payload)
    if len(payload) == HEADER_BYTES:
        raise DecodeError("the frame has no sample", payload)
    return read(payload, timestamp_ns)


def encode(frame: Frame) -> bytes:
    """Write the payload that decodes to ``frame``.

    :raises ValueError: if a number does not fit
    """
    try:
        match frame:
            case EcgFrame(timestamp_ns, microvolts):
                body = b"".join(uv.to_bytes(_ECG_BYTES, "little", signed=True) for uv in microvolts)
                return _header(Kind.ECG, timestamp_ns, 0) + body
            case AccelerationFrame(timestamp_ns, xyz, compressed, in_g):
                if compressed:
                    body = polar_delta.encode(xyz)
                elif in_g:
                    raise ValueError("acceleration in g only comes compressed")
                else:
                    body = b"".join(struct.pack("<3h", *row) for row in xyz)
                frame_type = (_IN_G if in_g else _IN_MG) | (_COMPRESSED if compressed else 0)
                return _header(Kind.ACCELERATION, timestamp_ns, frame_type) + body
            case PulseFrame(timestamp_ns, intervals):
                body = b"".join(_pulse(each) for each in intervals)
                return _header(Kind.PULSE_INTERVALS, timestamp_ns, 0) + body
    except (struct.error, OverflowError) as error:
        raise ValueError(f"{type(frame).__name__} does not fit: {error}") from None


def _header(kind: Kind, timestamp_ns: int, frame_type: int) -> bytes:
    return struct.pack("<BQB", kind, timestamp_ns, frame_type)


def _ecg(payload: bytes, timestamp_ns: int) -> EcgFrame:
    samples = (int.from_bytes(raw, "little", signed=True) for raw in _each(payload, _ECG_BYTES))
    return EcgFrame(timestamp_ns, tuple(samples))


def _acceleration(payload: bytes, timestamp_ns: int) -> AccelerationFrame:
    rows = tuple(struct.unpack("<3h", raw) for raw in _each(payload, 2 * _AXES))
    return AccelerationFrame(timestamp_ns, rows)


def _compressed(payload: bytes, timestamp_ns: int) -> AccelerationFrame:
    try:
        rows = polar_delta.decode(payload[HEADER_BYTES:], _AXES)
    except DecodeError as error:
        raise DecodeError(error.reason, payload) from None
    in_g = payload[HEADER_BYTES - 1] == _IN_G | _COMPRESSED
    return AccelerationFrame(timestamp_ns, tuple((x, y, z) for x, y, z in rows), True, in_g)


def _pulses(payload: bytes, timestamp_ns: int) -> PulseFrame:
    intervals = []
    for raw in _each(payload, _PULSE_BYTES):
        bpm, interval_ms, error_ms, flags = struct.unpack("<BHHB", raw)
        intervals.append(
            PulseInterval(
                bpm,
                interval_ms,
                error_ms,
                blocked=bool(flags & _BLOCKED),
                contact=bool(flags & _CONTACT),
                contact_supported=bool(flags & _CONTACT_SUPPORTED),
            )
        )
    return PulseFrame(timestamp_ns, tuple(intervals))


def _pulse(said: PulseInterval) -> bytes:
    flags = _BLOCKED * said.blocked | _CONTACT * said.contact
    flags |= _CONTACT_SUPPORTED * said.contact_supported
    return struct.pack("<BHHB", said.heart_rate_bpm, said.interval_ms, said.error_ms, flags)


def _each(payload: bytes, size: int) -> Iterator[bytes]:
    """The samples after the header, each of ``size`` bytes."""
    if (len(payload) - HEADER_BYTES) % size:
        raise DecodeError("the frame ends inside a sample", payload)
    return (payload[at : at + size] for at in range(HEADER_BYTES, len(payload), size))


_READERS: dict[tuple[int, int], Callable[[bytes, int], Frame]] = {
    (Kind.ECG, 0): _ecg,
    (Kind.ACCELERATION, _IN_MG): _acceleration,
    (Kind.ACCELERATION, _IN_G | _COMPRESSED): _compressed,
    (Kind.ACCELERATION, _IN_MG | _COMPRESSED): _compressed,
    (Kind.PULSE_INTERVALS, 0): _pulses,
}
