"""Poincaré's SD1 and SD2 and DFA's short-term exponent, from accepted intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from operator import mul

import numpy as np

from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import Floats, centred
from coherence.analysis.time_domain import FEWEST, LN_RMSSD, as_ratio, half_width
from coherence.model import Reason, Value

ALPHA1_SCALES = range(4, 17)  # beats
FEWEST_FOR_DFA = 4 * ALPHA1_SCALES[-1]
SURE_FOR_DFA = 200
FLAT_MS = 1e-6


# --- Poincaré -------------------------------------------------------------------------------------


def sd1_ms(beats: NNSeries) -> Value:
    """SD1 in ms, across the diagonal of each interval against the next: RMSSD in other clothes.

    As Kubios: the differences are taken about 0, divided by one less than there are.

    >>> round(sd1_ms(NNSeries.from_rr([1000, 1100] * 10)).value, 4)
    72.6483
    """
    m = len(beats.differences_ms)
    if m < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    value = math.sqrt(beats.squared_differences_ms2 / (2 * (m - 1)))
    return as_ratio(value, half_width(beats.covered_s, LN_RMSSD))


def sd2_ms(beats: NNSeries) -> Value:
    """SD2 in ms, along the diagonal: std of the sums of valid neighbours over the root of 2.

    >>> sd2_ms(NNSeries.from_rr([1000, 1100] * 10)).value
    0.0
    """
    if len(beats.differences_ms) < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    sums_ms = beats.rr_ms[1:] + beats.rr_ms[:-1]
    off = centred(sums_ms if beats.unbroken else sums_ms[beats.neighbours])
    return Value(math.sqrt(float(off.dot(off)) / (2 * (len(off) - 1))))


def sd1_pct(beats: NNSeries) -> Value:
    """SD1 in per cent of SD1 and SD2 together.

    >>> sd1_pct(NNSeries.from_rr([1000, 1100] * 10)).value
    100.0
    """
    sd1, sd2 = sd1_ms(beats), sd2_ms(beats)
    if sd1.value is None or sd2.value is None:
        return Value(None, sd1.reason)
    both_ms = sd1.value + sd2.value
    return Value(100.0 * sd1.value / both_ms) if both_ms > FLAT_MS else Value(None, Reason.FLAT)


# --- detrended fluctuation ------------------------------------------------------------------------


def dfa_alpha1(beats: NNSeries, scales: Sequence[int] = ALPHA1_SCALES) -> Value:
    """Short-term exponent of detrended fluctuation analysis: 0.5 of noise, 1.5 of a random walk.

    Boxes of 4 to 16 beats that do not overlap, as Kubios (science: 4.8). Left-out beats are closed
    up. Low confidence below 200 beats.

    >>> noise = np.random.default_rng(1).normal(size=2000)
    >>> round(dfa_alpha1(NNSeries.from_rr(900.0 + 20.0 * noise)).value, 2)
    0.6
    """
    n, sizes = len(beats.nn_ms), tuple(scales)
    if n < max(FEWEST_FOR_DFA, *sizes):
        return Value(None, Reason.TOO_FEW_BEATS)
    squares = _squares(np.add.accumulate(beats.off_mean_ms), sizes)
    if not math.sqrt(min(squares)) > FLAT_MS:
        return Value(None, Reason.FLAT)
    slope = 0.5 * sum(map(mul, log_slope(sizes).tolist(), map(math.log, squares)))
    return Value(slope, low_confidence=n < SURE_FOR_DFA)


def _squares(walk: Floats, scales: tuple[int, ...]) -> list[float]:
    """Mean square of what straight lines through boxes leave, by scale; the rest is dropped."""
    length = walk.size
    squares = []
    for n, off_line in zip(scales, off_lines(scales), strict=True):
        inside = length // n * n
        left = walk[:inside].reshape(-1, n).dot(off_line).ravel()
        squares.append(float(left.dot(left)) / inside)
    return squares


@lru_cache(maxsize=8)
def off_lines(scales: tuple[int, ...]) -> tuple[Floats, ...]:
    """For each scale the matrix that takes the fitted line away from a box of so many beats."""
    matrices = []
    for n in scales:
        ramp = np.arange(n) - (n - 1) / 2
        matrices.append(np.eye(n) - 1.0 / n - np.outer(ramp, ramp) / (ramp @ ramp))
    return tuple(matrices)


@lru_cache(maxsize=8)
def log_slope(scales: tuple[int, ...]) -> Floats:
    """Weights that give the slope against the logarithm of the scales."""
    x = np.log(np.array(scales, dtype=np.float64))
    x -= x.mean()
    return np.asarray(x / (x @ x))
