"""Readings as they were shown: a stretch of a session as one compact block of columns.

A reading can be computed again at any time, by the program as it then is. What was on the screen
cannot: so the numbers are kept as they were, beside what arrived and never in its place.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.model import Reading, Reason, Value

# As numbers in the file: only ever added to, at the end.
REASONS: tuple[Reason, ...] = (
    Reason.WARMING_UP,
    Reason.TOO_FEW_BEATS,
    Reason.GAP,
    Reason.TOO_MANY_ARTEFACTS,
    Reason.MOTION,
    Reason.FLAT,
    Reason.NO_PEAK,
    Reason.NOT_PACED,
    Reason.NO_BREATH,
    Reason.NO_BASELINE,
    Reason.NO_DATA,
    Reason.STRAP,
    Reason.PACED,
)
# A state: not due then, or due, with what was said beside the number.
DUE, THIN, NUMBER, REASON = 0x80, 0x40, 0x20, 0x1F
KEPT_BITS = 12  # of a float32's 23: four digits, more than any screen shows, in half the room
LARGEST_B = 2**24  # a block that says it is larger is damaged

States = NDArray[np.uint8]
Kept = NDArray[np.float32]
_CODES = {reason: code for code, reason in enumerate(REASONS, start=1)}


class ShownError(ValueError):
    """A block that is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What the markers said at ``t_s``. Arrays are for reading only, a row per marker."""

    app_version: str
    versions: Mapping[str, int]  # by marker key, in the order of the rows
    t_s: NDArray[np.float64]  # (n,) whole seconds
    states: States  # (k, n)
    values: Kept  # (k, n), NaN where there was no number

    def said(self, key: str) -> tuple[NDArray[np.float64], Kept]:
        """When a marker was due (m,), and its numbers (m,), NaN where it had none."""
        row = list(self.versions).index(key)
        due = self.states[row] >= DUE
        return self.t_s[due], self.values[row][due]

    def value(self, key: str, column: int) -> Value | None:
        """What a marker said at that second; ``None`` where it was not due."""
        row = list(self.versions).index(key)
        state = int(self.states[row, column])
        if not state & DUE:
            return None
        code = state & REASON
        return Value(
            float(self.values[row, column]) if state & NUMBER else None,
            REASONS[code - 1] if code else None,
            low_confidence=bool(state & THIN),
        )


def rounded(values: NDArray[np.float64] | Kept) -> Kept:
    """As they are kept: to the nearest of ``KEPT_BITS``, about four digits.

    >>> rounded(np.array([61.98765])).tolist()
    [61.984375]
    """
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    step = np.uint64(1 << (23 - KEPT_BITS))
    to_nearest = ((bits + step // np.uint64(2)) // step * step).astype(np.uint32)
    return np.where(np.isfinite(values), to_nearest.view(np.float32), np.float32(np.nan))


def shown_by(readings: Sequence[Reading], app_version: str) -> Shown:
    """The readings of a stretch as columns; of two of a marker in one second the later holds."""
    versions = dict(sorted({reading.marker: reading.version for reading in readings}.items()))
    t_s = np.unique([np.floor(reading.t_s) for reading in readings])
    rows = {key: row for row, key in enumerate(versions)}
    places = {second: column for column, second in enumerate(t_s.tolist())}
    states = np.zeros((len(rows), len(t_s)), np.uint8)
    values = np.full(states.shape, np.nan)
    for reading in readings:
        at = rows[reading.marker], places[float(np.floor(reading.t_s))]
        states[at], value = state_of(reading.value), reading.value.value
        values[at] = np.nan if value is None else value
    return Shown(app_version, versions, t_s, states, rounded(values))


def state_of(value: Value) -> int:
    """What was said beside the number, as a state."""
    state = DUE | (0 if value.reason is None else _CODES[value.reason])
    return (
        state | (THIN if value.low_confidence else 0) | (NUMBER if value.value is not None else 0)
    )


def packed(shown: Shown) -> bytes:
    """The block: seconds, states and numbers, each as what changes from one to the next."""
    seconds = np.diff(shown.t_s.astype(np.uint32), prepend=np.uint32(0)).astype("<u4")
    numbers = [np.zeros(0, np.uint32)]
    for states, values in zip(shown.states, shown.values, strict=True):
        bits = values[(states & NUMBER) > 0].view(np.uint32)
        numbers.append(np.append(bits[:1], bits[1:] ^ bits[:-1]))
    plain = np.concatenate(numbers).astype("<u4").view(np.uint8).reshape(-1, 4).T
    head = np.array([len(shown.t_s)], "<u4").tobytes()
    return zlib.compress(
        b"".join((head, seconds.tobytes(), shown.states.tobytes(), plain.tobytes())), 9
    )


def unpacked(body: bytes, versions: Mapping[str, int], app_version: str) -> Shown:
    """What ``packed`` made the block of. Raises ``ShownError``."""
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(body, LARGEST_B)
    except zlib.error as error:
        raise ShownError("a block of readings is damaged") from error
    n = int.from_bytes(plain[:4], "little")
    rows, states_at = len(versions), 4 + 4 * n
    numbers_at = states_at + rows * n
    if not reader.eof or len(plain) < max(4, numbers_at):
        raise ShownError("a block of readings is cut")
    seconds = np.frombuffer(plain, "<u4", n, 4)
    states = np.frombuffer(plain, np.uint8, rows * n, states_at).reshape(rows, n)
    there = (states & NUMBER) > 0
    if len(plain) - numbers_at != 4 * int(there.sum()) or (states & REASON).max(initial=0) > len(
        REASONS
    ):
        raise ShownError("a block of readings does not fit its markers")
    planes = np.frombuffer(plain, np.uint8, offset=numbers_at).reshape(4, -1)
    bits = np.ascontiguousarray(planes.T).view("<u4").reshape(-1).astype(np.uint32)
    values, at = np.full(states.shape, np.nan, np.float32), 0
    for row in range(rows):
        count = int(there[row].sum())
        found = np.bitwise_xor.accumulate(bits[at : at + count])
        values[row, there[row]] = found.astype(np.uint32).view(np.float32)
        at += count
    return Shown(app_version, dict(versions), np.cumsum(seconds, dtype=np.float64), states, values)


def joined(blocks: Sequence[Shown]) -> list[Shown]:
    """The same with neighbours put together that one version of program and markers made.

    A short block lacks those markers that were not due in it.
    """
    runs: list[list[Shown]] = []
    known: dict[str, int] = {}
    for block in blocks:
        agrees = all(known.get(key, version) == version for key, version in block.versions.items())
        if runs and agrees and runs[-1][0].app_version == block.app_version:
            runs[-1].append(block)
        else:
            runs.append([block])
            known = {}
        known.update(block.versions)
    return [_as_one(run) for run in runs]


def _as_one(run: Sequence[Shown]) -> Shown:
    versions = {key: v for block in run for key, v in block.versions.items()}
    rows = {key: row for row, key in enumerate(sorted(versions))}
    t_s = np.concatenate([block.t_s for block in run])
    states = np.zeros((len(rows), len(t_s)), np.uint8)
    values = np.full(states.shape, np.nan, np.float32)
    at = 0
    for block in run:
        its = [rows[key] for key in block.versions]
        there = slice(at, at + len(block.t_s))
        states[its, there], values[its, there] = block.states, block.values
        at += len(block.t_s)
    return Shown(run[0].app_version, {key: versions[key] for key in rows}, t_s, states, values)
