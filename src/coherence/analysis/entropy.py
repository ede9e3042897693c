"""Sample entropy of the accepted intervals, counted exactly and by bits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import Floats
from coherence.model import Reason, Value

TOLERANCE_SD = 0.2  # r
FEWEST = 50
SURE = 200
FLAT_MS = 1e-6
PIECE = 5000  # beats compared with each other: the time grows with their square
BLOCK_WORDS = 20_000  # looked at together: what stays in the processor's cache

ONE, LAST_BIT = np.uint64(1), np.uint64(63)


def sample_entropy(beats: NNSeries) -> Value:
    """Sample entropy of the accepted intervals: low where the same patterns come again.

    m = 2, r = 0.2 SD (ddof = 1), distance by the largest difference (Richman and Moorman 2000).
    Beyond 5000 beats patterns are compared within pieces of so many and counted together.

    >>> rng = np.random.default_rng(1)
    >>> round(sample_entropy(NNSeries.from_rr(900 + 20 * rng.normal(size=500))).value, 1)
    2.2
    >>> sample_entropy(NNSeries.from_rr([900.0] * 500)).reason
    <Reason.FLAT: 'flat'>
    """
    n = len(beats.nn_ms)
    if n < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    off_ms = beats.off_mean_ms
    sd_ms = math.sqrt(float(off_ms.dot(off_ms)) / (n - 1))
    if not sd_ms > FLAT_MS:
        return Value(None, Reason.FLAT)
    short = long = 0
    for piece in np.array_split(beats.nn_ms, math.ceil(n / PIECE)):
        matches = pairs_within(piece, TOLERANCE_SD * sd_ms)
        short, long = short + matches[0], long + matches[1]
    if not long:
        return Value(None, Reason.TOO_FEW_BEATS)
    return Value(math.log(short / long), low_confidence=n < SURE)


def pairs_within(x: Floats, tolerance: float) -> tuple[int, int]:
    """Pairs of patterns of two and of three values of ``x`` (n,) within the tolerance.

    Only patterns that a value follows, as Richman and Moorman have it; each pair counts twice. All
    values near one value lie side by side once they are in order: as bits, one for each place in
    ``x``, they are the difference of two of the sets that grow value by value.
    """
    n, patterns = len(x), len(x) - 2
    order = x.argsort(kind="stable")
    first, after = _reach(x, x[order], tolerance)
    words = (n + 63) // 64
    grown = np.zeros((n + 1, words), np.uint64)
    grown[np.arange(1, n + 1), order >> 6] = ONE << (order & 63).astype(np.uint64)
    np.bitwise_xor.accumulate(grown, axis=0, out=grown)
    counted = np.zeros(64 * words, np.uint8)
    counted[:patterns] = 1
    whole = np.packbits(counted, bitorder="little").view("<u8").astype(np.uint64)
    short = long = 0
    rows = max(16, BLOCK_WORDS // words)
    for begin in range(0, patterns, rows):
        end = min(begin + rows, patterns)
        near = grown.take(after[begin : end + 2], axis=0)
        near ^= grown.take(first[begin : end + 2], axis=0)
        same = near[:-2] & whole
        following = _a_place_on(near[1:])
        same &= following[:-1]
        short += int(np.bitwise_count(same).sum(dtype=np.int64))
        same &= _a_place_on(following[1:])
        long += int(np.bitwise_count(same).sum(dtype=np.int64))
    return short - patterns, long - patterns  # without each pattern and itself


def _reach(
    x: Floats, ordered: Floats, tolerance: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where in ``ordered`` the values near each of ``x`` begin and end."""
    first = ordered.searchsorted(x - tolerance, side="left")
    after = ordered.searchsorted(x + tolerance, side="right")
    # What counts is the difference as it is rounded, not the limit: values within a rounding of it
    # may have to change sides.
    last, following = ordered.take(after - 1), ordered.take(after, mode="clip")
    if (out := last - x > tolerance).any():
        after[out] = ordered.searchsorted(last[out], side="left")
    if (out := (following - x <= tolerance) & (after < len(x))).any():
        after[out] = ordered.searchsorted(following[out], side="right")
    inner, before = ordered.take(first, mode="clip"), ordered.take(first - 1, mode="clip")
    if (out := x - inner > tolerance).any():
        first[out] = ordered.searchsorted(inner[out], side="right")
    if (out := (x - before <= tolerance) & (first > 0)).any():
        first[out] = ordered.searchsorted(before[out], side="left")
    return first, after


def _a_place_on(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each row's bits moved one place down: what was said of the next place is said of this."""
    moved = bits >> ONE
    moved[:, :-1] |= bits[:, 1:] << LAST_BIT
    return moved
