"""Spectra of many windows at once: coherence of each one's last 64 s, and its bands of power."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.coherence_ratio import (
    BREATH_HIGH_HZ,
    FLAT_MS2,
    HALF_WIDTH_HZ,
    PEAK_HIGH_HZ,
    PEAK_LOW_HZ,
    TOTAL_LOW_HZ,
)
from coherence.analysis.frequency import SEGMENT, TOTAL, TRAPEZOIDS
from coherence.analysis.slow_waves import BINS, SAMPLES, spanning
from coherence.analysis.spectrum import N_FFT, RATE_HZ, Floats, hann

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

STEP_HZ = RATE_HZ / N_FFT
# The bins that a peak may stand at, and those around them that its power is taken from.
FIRST_PEAK, LAST_PEAK = math.ceil(PEAK_LOW_HZ / STEP_HZ), math.floor(PEAK_HIGH_HZ / STEP_HZ)
AROUND = math.ceil(HALF_WIDTH_HZ / STEP_HZ) + 2
FIRST_BIN, LAST_BIN = FIRST_PEAK - AROUND, LAST_PEAK + AROUND
NEAR = 2 * AROUND + 1  # bins that a peak's power is taken from
HALF = SAMPLES // 2
PLACE = np.arange(SAMPLES) - (SAMPLES - 1) / 2.0  # about the middle of a row
SHORT = 480  # samples: up to here products are quicker than a Fourier transform
AT_ONCE = 256  # windows: so many that their spectra stay in the processor's cache
ROWS = 64  # worked on together, where that is quicker than all of them
LEAST_PART = 1e-16  # of the largest part of a band


def coherences(y: Floats) -> tuple[Floats, Floats, Floats]:
    """Share, peak in Hz and total power of 64 s (w, 256); NaN for both where no wave stands out.

    As ``coherence_of(slow_spectrum(y))``, row by row.
    """
    at, none = np.empty(len(y), np.int64), np.empty(len(y), np.bool_)
    near, total_ms2 = np.empty((len(y), NEAR)), np.empty(len(y))
    for begin in range(0, len(y), AT_ONCE):
        part = slice(begin, begin + AT_ONCE)
        total_ms2[part], psd = slow_power(y[part], LAST_BIN)
        at[part], near[part], none[part] = _highest_tops(psd, LAST_PEAK)
    return *_wave(at, near, none, total_ms2), total_ms2


def highest_wave(psd: Floats, total_ms2: Floats, last_peak: int) -> tuple[Floats, Floats]:
    """Share and frequency (w,) of the highest wave of rows of ``psd`` up to bin ``last_peak``."""
    return _wave(*_highest_tops(psd, last_peak), total_ms2)


def _wave(at: Indices, near: Floats, none: Bools, total_ms2: Floats) -> tuple[Floats, Floats]:
    left, top, right = near[:, AROUND - 1 : AROUND + 2].T
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(left), np.log(top), np.log(right)
        bend = logs[0] - 2.0 * logs[1] + logs[2]
        shift = np.where(bend < 0.0, 0.5 * (logs[0] - logs[2]) / bend, 0.0)
        shift[~(np.minimum(np.minimum(left, top), right) > 0.0)] = 0.0
        peak_hz = np.multiply(at + shift, STEP_HZ, dtype=np.float64)
        lowest_hz = np.maximum(peak_hz - HALF_WIDTH_HZ, TOTAL_LOW_HZ)
        highest_hz = np.minimum(peak_hz + HALF_WIDTH_HZ, BREATH_HIGH_HZ)
        first = at - AROUND
        share = _power(near, lowest_hz / STEP_HZ - first, highest_hz / STEP_HZ - first) / total_ms2
    share[none], peak_hz[none] = 0.0, np.nan
    flat = ~(total_ms2 >= FLAT_MS2)
    share[flat] = peak_hz[flat] = np.nan
    return share, peak_hz


def _highest_tops(psd: Floats, last_peak: int) -> tuple[Indices, Floats, Bools]:
    """The bin of each row's highest top, those around it (w, 37), and where there is no top."""
    at = psd[:, AROUND : last_peak - FIRST_BIN + 1].argmax(axis=1)
    near = _from_each_on(psd, at)
    # The highest of all is a top, unless it stands at the border of a slope that goes on beyond.
    left, top, right = near[:, AROUND - 1 : AROUND + 2].T
    border = np.flatnonzero(~((top > left) & (right <= top)))
    none = np.zeros(len(psd), np.bool_)
    if border.size:
        some = psd[border, AROUND - 1 : last_peak - FIRST_BIN + 2]
        rises = some[:, 1:] > some[:, :-1]
        tops = np.where(rises[:, :-1] & ~rises[:, 1:], some[:, 1:-1], -1.0)
        at[border] = tops.argmax(axis=1)
        none[border] = tops.max(axis=1) < 0.0
        near[border] = _from_each_on(psd[border], at[border])
    return FIRST_PEAK + at, near, none


def _from_each_on(psd: Floats, first: Indices) -> Floats:
    """Of each row the bins from ``first`` (w,) on that a peak's power is taken from."""
    near: Floats = psd.ravel().take(
        (first + np.arange(len(psd)) * psd.shape[1])[:, None] + np.arange(NEAR)
    )
    return near


def _power(near: Floats, low: Floats, high: Floats) -> Floats:
    """Power between two places in each row of bins, which may fall between them."""
    rows, running = np.arange(len(near)), near.dot(_RUNNING)
    found = []
    for at in (low, high):
        i = np.maximum(np.minimum(at.astype(np.int64), NEAR - 2), 0)
        u = at - i
        here, following = near[rows, i], near[rows, i + 1]
        found.append(running[rows, i] + u * (here + 0.5 * u * (following - here)))
    power: Floats = (found[1] - found[0]) * STEP_HZ
    return power


# The trapezoids from the first of the near bins to each.
_RUNNING = np.triu(np.ones((NEAR, NEAR))) - 0.5 * np.eye(NEAR)
_RUNNING[0] -= 0.5


def _sides(y: Floats, level: Floats, slope: Floats | float) -> tuple[Floats, Floats]:
    """What is alike on either side of the middle of Hann's window, and what is not: (w, n + 1).

    In the order of the distance; and last the line of each row, for the products to take away.
    """
    n = y.shape[1]
    after, before = y[:, (n + 1) // 2 :], y[:, n // 2 : 0 : -1]  # the first sample weighs nothing
    even, odd = np.empty((2, len(y), n // 2 + 1))
    np.add(after, before, out=even[:, :-1])
    np.subtract(after, before, out=odd[:, :-1])
    even[:, -1], odd[:, -1] = level, slope
    return even, odd


def slow_power(y: Floats, last_bin: int) -> tuple[Floats, Floats]:
    """Total power (w,) of rows of 64 s (w, 256), and its density from ``FIRST_BIN`` on (w, k).

    About the middle of Hann's window cosines see what is alike on either side of it and sines what
    is not: two products of half the size each.
    """
    slope = y.dot(PLACE) / (PLACE @ PLACE)
    level = y.dot(np.full(SAMPLES, 1.0 / SAMPLES)) + slope * PLACE[HALF]  # in Hann's middle
    even, odd = _coherence_matrices(last_bin)
    alike, unlike = _sides(y, level, slope)
    kept_even, kept_odd = _product(alike, even.keeps), _product(unlike, odd.keeps)
    psd = _product(kept_even, even.tells)
    psd *= psd
    bins = _product(kept_odd, odd.tells)
    bins *= bins
    psd += bins
    kept_even *= kept_even
    kept_odd *= kept_odd
    return kept_even.dot(even.totals) + kept_odd.dot(odd.totals), psd


def _product(rows: Floats, matrix: Floats) -> Floats:
    """``rows`` (w, n) times ``matrix`` (n, k), by few rows: of many BLAS makes a copy first."""
    found = np.empty((len(rows), matrix.shape[1]))
    whole = len(rows) // ROWS * ROWS
    few = rows[:whole].reshape(-1, ROWS, rows.shape[1])
    np.matmul(few, matrix, out=found[:whole].reshape(-1, ROWS, matrix.shape[1]))
    np.dot(rows[whole:], matrix, out=found[whole:])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One part of a window, by what its slow end is told from."""

    keeps: Floats  # (129, n) what keeps it, and last what takes a straight line away
    tells: Floats  # (n, k) and tells it at the bins
    totals: Floats  # (n,) and all its power


@lru_cache(maxsize=2)
def _coherence_matrices(last_bin: int) -> tuple[_Part, _Part]:
    """Of the even part and of the odd one. Turned so that all the power is a sum of squares."""
    inside = np.arange(FIRST_BIN, last_bin + 1)
    weights = np.zeros(BINS)
    for hz, sign in ((TOTAL_LOW_HZ, -1.0), (BREATH_HIGH_HZ, 1.0)):
        # The trapezoid from 0 to hz, of a density told between the bins by straight lines.
        i = math.floor(hz / STEP_HZ)
        u = hz / STEP_HZ - i
        to_here = np.zeros(BINS)
        to_here[: i + 1] = 1.0
        to_here[0] -= 0.5
        to_here[i] -= 0.5
        to_here[i] += u - 0.5 * u * u
        to_here[i + 1] += 0.5 * u * u
        weights += sign * STEP_HZ * to_here
    window, place = hann(SAMPLES), np.arange(HALF)
    angle = np.outer(np.arange(BINS), place) * (2.0 * np.pi / N_FFT)
    weighted = window[HALF:] * np.sqrt(2.0 / (RATE_HZ * (window @ window)))
    even, odd = np.cos(angle) * weighted, np.sin(angle) * weighted
    even[0] *= np.sqrt(0.5)
    even[:, 0] *= 0.5  # the middle is its own mirror image
    found = []
    for whole, line in ((even, np.full(HALF, 2.0)), (odd, 2.0 * place)):
        keeps = spanning(whole[::2])
        told = whole @ keeps.T
        totals, turned = np.linalg.eigh((told * weights[:, None]).T @ told)
        kept = keeps.T @ turned
        tells = np.ascontiguousarray((told[inside] @ turned).T)
        found.append(_Part(np.vstack((kept, -line @ kept)), tells, totals))
    return found[0], found[1]


def band_powers(y: Floats, samples: Indices) -> Floats:
    """VLF, LF, HF and total power (4, w) of rows of ``y`` (w, k) with so many ``samples`` each.

    As ``frequency.welch`` where there is one segment. The numbers of samples rise.
    """
    found = np.empty((4, len(y)))
    long = int(samples.searchsorted(SHORT, side="right"))
    for rows, length in _alike(samples[:long]):
        found[:, rows] = _by_products(y[rows, :length])
    for begin in range(long, len(y), ROWS):
        part = slice(begin, begin + ROWS)
        found[:, part] = _by_transform(y[part], samples[part])
    return found


def _alike(samples: Indices) -> Iterator[tuple[slice, int]]:
    """Rows that follow each other with as many samples, and how many."""
    cuts = np.flatnonzero(np.diff(samples, prepend=-1, append=-1)).tolist()
    for begin, end in pairwise(cuts):
        yield slice(begin, end), int(samples[begin])


def _by_transform(y: Floats, samples: Indices) -> Floats:
    weighted = np.zeros((len(y), SEGMENT))
    for rows, length in _alike(samples):
        window = _density_window(min(length, SEGMENT))
        inside = weighted[rows, : len(window)]
        np.subtract(y[rows, : len(window)], y[rows, :length].mean(axis=1)[:, None], out=inside)
        inside *= window
    turned = np.fft.rfft(weighted)[:, : TOTAL[1] + 1]
    psd = turned.real**2
    psd += turned.imag**2
    psd[:, 0] *= 0.5
    powers: Floats = TRAPEZOIDS.dot(psd.T)
    return powers


@lru_cache(maxsize=256)  # windows of a recording differ by a few samples
def _density_window(samples: int) -> Floats:
    """Hann's window, by which squares become a density."""
    window = hann.__wrapped__(samples)
    density: Floats = window * np.sqrt(2.0 / (RATE_HZ * (window @ window)))
    return density


def _by_products(y: Floats) -> Floats:
    mean_ms = y.dot(np.full(y.shape[1], 1.0 / y.shape[1]))
    powers = np.zeros((len(y), 3))
    for part, side in zip(_weighted_halves(y.shape[1]), _sides(y, mean_ms, 0.0), strict=True):
        kept = _product(side, part.keeps).dot(part.tells)
        kept *= kept
        powers += kept.dot(part.totals)
    return np.concatenate((powers.T, powers.sum(axis=1)[None]))


@lru_cache(maxsize=256)
def _weighted_halves(samples: int) -> tuple[_Part, _Part]:
    """The parts of so many samples, which are to be freed of their mean."""
    weights = _density_window(samples)[(samples + 1) // 2 :]
    place = np.arange(samples // 2) + 0.5 * (samples % 2)
    found = []
    for keeps, tells, totals in _halves(-(-samples // 32) * 16, samples % 2):
        weighted = keeps[: len(place)] * weights[:, None]
        weighted[place == 0.0] *= 0.5  # the middle is its own mirror image
        found.append(_Part(np.vstack((weighted, -2.0 * weighted.sum(axis=0))), tells, totals))
    return found[0], found[1]


@lru_cache(maxsize=32)
def _halves(size: int, odd: int) -> list[tuple[Floats, Floats, Floats]]:
    """Of cosines and of sines: what keeps the slow end of ``size`` samples from the middle on.

    That is a matrix (size, k); with it parts of what is kept (k, p), and what their squares add up
    to (p, 3): VLF, LF and HF. There are as many parts as a band has waves.
    """
    angle = np.outer(np.arange(TOTAL[1] + 1), np.arange(size) + 0.5 * odd)
    found = []
    for waves in (np.cos(angle * (2.0 * np.pi / SEGMENT)), np.sin(angle * (2.0 * np.pi / SEGMENT))):
        keeps = spanning(waves)
        tells = waves @ keeps.T
        factors, counts = [], []
        for weights in TRAPEZOIDS[:3]:
            of_bins = weights.copy()
            of_bins[0] *= 0.5
            sizes, directions = np.linalg.eigh((tells * of_bins[:, None]).T @ tells)
            kept = sizes > LEAST_PART * sizes[-1]
            factors.append(directions[:, kept] * np.sqrt(sizes[kept]))
            counts.append(int(kept.sum()))
        found.append(
            (
                np.ascontiguousarray(keeps.T),
                np.ascontiguousarray(np.concatenate(factors, axis=1)),
                np.eye(3).repeat(counts, axis=0),
            )
        )
    return found
