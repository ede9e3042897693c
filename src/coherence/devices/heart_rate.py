"""Heart Rate Measurement (0x2A37), what every strap sends: decode and encode."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from coherence.devices.errors import DecodeError

CHARACTERISTIC = "00002a37-0000-1000-8000-00805f9b34fb"
SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"
RR_TICKS_PER_S = 1024  # Heart Rate Service 1.0, 3.1.1.4

_HR_IS_16_BIT = 0x01
_CONTACT = 0x02
_CONTACT_SUPPORTED = 0x04
_HAS_ENERGY = 0x08
_HAS_RR = 0x10  # bits 5 to 7 are reserved, and ignored


@dataclass(frozen=True, slots=True)
class HeartRateMeasurement:
    """One notification. ``rr_ticks`` are in 1/1024 s, oldest first; 0 means "no interval".

    ``contact`` and ``energy_kj`` are ``None`` where the strap does not say. ``left_over_bytes``
    counts what was left at the end and made no whole field.
    """

    heart_rate_bpm: int
    contact: bool | None = None
    energy_kj: int | None = None
    rr_ticks: tuple[int, ...] = ()
    left_over_bytes: int = field(default=0, compare=False)

    @property
    def rr_ms(self) -> tuple[float, ...]:
        """The intervals in ms."""
        return in_ms(self.rr_ticks)


def in_ms(ticks: Sequence[int]) -> tuple[float, ...]:
    """Ticks in ms, not rounded: whole ms would be off by up to half a ms a beat."""
    return tuple(each * 1000 / RR_TICKS_PER_S for each in ticks)


def decode(payload: bytes) -> HeartRateMeasurement:
    """Read a payload by its own length, whatever was agreed on.

    >>> decode(bytes.fromhex("164d1603"))
    HeartRateMeasurement(heart_rate_bpm=77, contact=True, energy_kj=None, rr_ticks=(790,), \
left_over_bytes=0)

    :raises DecodeError: if the heart rate, or an announced energy, is not whole
    """
    if not payload:
        raise DecodeError("the frame is empty", payload)
    flags, at = payload[0], 1
    try:
        if flags & _HR_IS_16_BIT:
            (heart_rate_bpm,) = struct.unpack_from("<H", payload, at)
            at += 2
        else:
            heart_rate_bpm = payload[at]
            at += 1
        energy_kj = None
        if flags & _HAS_ENERGY:
            (energy_kj,) = struct.unpack_from("<H", payload, at)
            at += 2
    except (struct.error, IndexError):
        raise DecodeError("the frame ends too early", payload) from None
    count = (len(payload) - at) // 2 if flags & _HAS_RR else 0
    return HeartRateMeasurement(
        heart_rate_bpm=heart_rate_bpm,
        contact=bool(flags & _CONTACT) if flags & _CONTACT_SUPPORTED else None,
        energy_kj=energy_kj,
        rr_ticks=struct.unpack_from(f"<{count}H", payload, at),
        left_over_bytes=len(payload) - at - 2 * count,
    )


def encode(said: HeartRateMeasurement) -> bytes:
    """Write the payload that decodes to ``said``; the heart rate takes 16 bits only if it must.

    :raises ValueError: if a field lies outside 0 to 65535
    """
    flags = 0
    if said.contact is not None:
        flags |= _CONTACT_SUPPORTED | (_CONTACT if said.contact else 0)
    if wide := said.heart_rate_bpm > 0xFF:
        flags |= _HR_IS_16_BIT
    if said.energy_kj is not None:
        flags |= _HAS_ENERGY
    if said.rr_ticks:
        flags |= _HAS_RR
    try:
        payload = struct.pack("<BH" if wide else "<BB", flags, said.heart_rate_bpm)
        if said.energy_kj is not None:
            payload += struct.pack("<H", said.energy_kj)
        return payload + struct.pack(f"<{len(said.rr_ticks)}H", *said.rr_ticks)
    except struct.error as error:
        raise ValueError(f"{said} does not fit into a frame: {error}") from None
