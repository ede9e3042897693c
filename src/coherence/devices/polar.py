"""Polar's measurement service, its control point: features, settings, commands and replies.

What is measured comes on the data characteristic: see ``polar_frames``.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from coherence.devices.errors import DecodeError

SERVICE = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
LEAST_MTU = 232  # an H10 refuses with less: a frame of ECG is 229 bytes, and 3 go to the protocol

_FEATURES, _REPLY = 0x0F, 0xF0
_FEATURE_BYTES = 17  # of what an H10 answers
_TYPES = {0: "H", 1: "H", 2: "H", 3: "I", 4: "B", 5: "f"}  # how a setting's value is written


class Kind(IntEnum):
    """What can be measured. Other numbers may be offered: they are kept, and not used."""

    ECG = 0
    PPG = 1
    ACCELERATION = 2
    PULSE_INTERVALS = 3
    ROTATION = 5
    MAGNETIC_FIELD = 6


class Op(IntEnum):
    """What can be asked for."""

    SETTINGS = 1
    START = 2
    STOP = 3


class Setting(IntEnum):
    """What can be chosen, or is told, of a measurement."""

    RATE_HZ = 0
    RESOLUTION_BITS = 1
    RANGE = 2  # of acceleration in g
    RANGE_MILLI = 3
    CHANNELS = 4
    FACTOR = 5  # that compressed samples are to be multiplied by


class Answer(IntEnum):
    """How a command was taken."""

    DONE = 0
    UNKNOWN_OP = 1
    UNKNOWN_KIND = 2
    NOT_SUPPORTED = 3
    WRONG_LENGTH = 4
    WRONG_PARAMETER = 5
    ALREADY = 6  # it is in the state that was asked for
    WRONG_RESOLUTION = 7
    WRONG_RATE = 8
    WRONG_RANGE = 9
    WRONG_MTU = 10
    WRONG_CHANNELS = 11
    WRONG_STATE = 12
    CHARGING = 13
    DISK_FULL = 14


Settings = Mapping[Setting, tuple[float, ...]]  # the values offered or chosen, each a whole number


@dataclass(frozen=True, slots=True)
class Features:
    """What the strap can measure: numbers of ``Kind``, and of kinds we do not know."""

    kinds: frozenset[int]


@dataclass(frozen=True, slots=True)
class Command:
    """What is asked of a strap."""

    op: Op
    kind: int
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the strap says to a command. ``op``, ``kind`` and ``answer`` may be unknown to us.

    ``left_over_bytes`` counts what was left at the end and made no whole setting.
    """

    op: int
    kind: int
    answer: int
    more: bool = False  # the rest comes in a further reply
    settings: Settings = field(default_factory=dict)
    left_over_bytes: int = field(default=0, compare=False)

    @property
    def done(self) -> bool:
        return self.answer == Answer.DONE

    def answers(self, command: Command) -> bool:
        """Whether this is for ``command``, and not for one before it."""
        said, asked = (self.op, self.kind), (int(command.op), command.kind)
        # An H10 that wanted a larger MTU was seen to say f0 00 01 0a to 01 00: turned about.
        return said == asked or (not self.done and said == asked[::-1])


def decode_control(payload: bytes) -> Features | Reply:
    """What was read from, or indicated by, the control point.

    >>> decode_control(bytes.fromhex("f0010000000001820001010e00")).settings[Setting.RATE_HZ]
    (130,)

    :raises DecodeError: if it is neither, or ends too early
    """
    if not payload:
        raise DecodeError("the frame is empty", payload)
    if payload[0] == _FEATURES:
        if len(payload) < 2:
            raise DecodeError("the frame ends too early", payload)
        bits = int.from_bytes(payload[1:_FEATURE_BYTES], "little")
        return Features(frozenset(kind for kind in range(bits.bit_length()) if bits >> kind & 1))
    if payload[0] != _REPLY:
        raise DecodeError("it is neither features nor a reply", payload)
    if len(payload) < 4:
        raise DecodeError("the frame ends too early", payload)
    op, kind, answer = payload[1:4]
    settings, left_over = _settings(payload, 5)
    if op == Op.SETTINGS and answer == Answer.DONE and left_over:
        raise DecodeError("the frame ends inside a setting", payload)
    return Reply(op, kind, answer, len(payload) > 4 and payload[4] != 0, settings, left_over)


def encode_control(said: Features | Reply) -> bytes:
    """Write what decodes to ``said``. :raises ValueError: if something does not fit"""
    if isinstance(said, Features):
        bits = sum(1 << kind for kind in said.kinds)
        try:
            return bytes([_FEATURES]) + bits.to_bytes(_FEATURE_BYTES - 1, "little")
        except OverflowError as error:
            raise ValueError(f"{said} does not fit into a frame: {error}") from None
    head = [_REPLY, said.op, said.kind, said.answer]
    if said.more or said.settings:
        head.append(said.more)
    return bytes(head) + _encoded(said.settings)


def encode_command(command: Command) -> bytes:
    """Write a command.

    >>> start = Command(Op.START, Kind.ECG, {Setting.RATE_HZ: (130,)})
    >>> encode_command(start).hex(" ")
    '02 00 00 01 82 00'

    :raises ValueError: if something does not fit
    """
    return bytes([command.op, command.kind]) + _encoded(command.settings)


def decode_command(payload: bytes) -> Command:
    """Read a command as a strap does.

    :raises DecodeError: if it is none, or is cut inside a setting
    """
    if len(payload) < 2:
        raise DecodeError("the command ends too early", payload)
    if payload[0] not in set(Op):
        raise DecodeError("there is no such command", payload)
    settings, left_over = _settings(payload, 2)
    if left_over:
        raise DecodeError("the command ends inside a setting", payload)
    return Command(Op(payload[0]), payload[1], settings)


def _settings(payload: bytes, at: int) -> tuple[dict[Setting, tuple[float, ...]], int]:
    """The settings from ``at`` on, and how many bytes made no whole one."""
    found: dict[Setting, tuple[float, ...]] = {}
    while at + 2 <= len(payload):
        key, count = payload[at], payload[at + 1]
        if key not in _TYPES:
            break
        size = struct.calcsize(f"<{count}{_TYPES[key]}")
        if at + 2 + size > len(payload):
            break
        values = struct.unpack_from(f"<{count}{_TYPES[key]}", payload, at + 2)
        if not all(math.isfinite(value) for value in values):
            break
        found[Setting(key)] = values
        at += 2 + size
    return found, max(0, len(payload) - at)


def _encoded(settings: Settings) -> bytes:
    try:
        return b"".join(
            bytes([key, len(values)]) + struct.pack(f"<{len(values)}{_TYPES[key]}", *values)
            for key, values in settings.items()
        )
    except (struct.error, OverflowError) as error:
        raise ValueError(f"{dict(settings)} does not fit into a frame: {error}") from None


# --- what we choose -------------------------------------------------------------------------------

_LEAST: Mapping[int, Mapping[Setting, float]] = {
    # A breath needs 8 samples a second, and so does telling that somebody moves; 25 keep it small.
    Kind.ACCELERATION: {Setting.RATE_HZ: 25, Setting.RANGE: 4},
}


def chosen(kind: int, offered: Settings) -> Settings:
    """One value of each setting that is offered: the least that will do, else the most.

    >>> chosen(Kind.ACCELERATION, {Setting.RATE_HZ: (25, 50, 100, 200), Setting.RANGE: (2, 4, 8)})
    {<Setting.RATE_HZ: 0>: (25,), <Setting.RANGE: 2>: (4,)}
    """
    least = _LEAST.get(kind, {})
    return {
        key: (_least(values, least.get(key, math.inf)),)
        for key, values in offered.items()
        if values and key is not Setting.FACTOR
    }


def _least(values: Iterable[float], wanted: float) -> float:
    values = sorted(values)
    return next((value for value in values if value >= wanted), values[-1])
