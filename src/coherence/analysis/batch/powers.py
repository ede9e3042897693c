"""Spectra of many windows at once: coherence of each one's last 64 s, and its bands of power."""

from __future__ import annotations

import math
from functools import lru_cache

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
from coherence.analysis.slow_waves import BINS, matrices, spanning
from coherence.analysis.spectrum import N_FFT, RATE_HZ, Floats, hann

Indices = NDArray[np.int64]

STEP_HZ = RATE_HZ / N_FFT
# The bins that a peak may stand at, and those around them that its power is taken from.
FIRST_PEAK, LAST_PEAK = math.ceil(PEAK_LOW_HZ / STEP_HZ), math.floor(PEAK_HIGH_HZ / STEP_HZ)
AROUND = math.ceil(HALF_WIDTH_HZ / STEP_HZ) + 2
FIRST_BIN, LAST_BIN = FIRST_PEAK - AROUND, LAST_PEAK + AROUND
NEAR = 2 * AROUND + 1  # bins that a peak's power is taken from
SHORT = 480  # samples: up to here products are quicker than a Fourier transform
LEAST_PART = 1e-16  # of the largest part of a band


def coherences(y: Floats) -> tuple[Floats, Floats, Floats]:
    """Share, peak in Hz and total power of 64 s (w, 256); NaN for both where no wave stands out.

    As ``coherence_of(slow_spectrum(y))``, row by row.
    """
    keeps, tells, totals = _coherence_matrices()
    kept = y.dot(keeps)
    total_ms2 = (kept * kept).dot(totals)
    bins = kept.dot(tells)
    bins *= bins
    psd = bins[:, : bins.shape[1] // 2]
    psd += bins[:, bins.shape[1] // 2 :]

    part = psd[:, AROUND - 1 : LAST_PEAK - FIRST_BIN + 2]
    rises = part[:, 1:] > part[:, :-1]
    tops = np.where(rises[:, :-1] & ~rises[:, 1:], part[:, 1:-1], -1.0)
    rows = np.arange(len(y))
    at = tops.argmax(axis=1)
    none = tops[rows, at] < 0.0
    left, top, right = (part[rows, at + k] for k in (0, 1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(left), np.log(top), np.log(right)
        bend = logs[0] - 2.0 * logs[1] + logs[2]
        shift = np.where(bend < 0.0, 0.5 * (logs[0] - logs[2]) / bend, 0.0)
        shift[~(np.minimum(np.minimum(left, top), right) > 0.0)] = 0.0
        peak_hz = (FIRST_PEAK + at + shift) * STEP_HZ
        near_ms2 = _power(
            psd,
            np.maximum(peak_hz - HALF_WIDTH_HZ, TOTAL_LOW_HZ),
            np.minimum(peak_hz + HALF_WIDTH_HZ, BREATH_HIGH_HZ),
        )
        share = near_ms2 / total_ms2
    share[none], peak_hz[none] = 0.0, np.nan
    flat = ~(total_ms2 >= FLAT_MS2)
    share[flat] = peak_hz[flat] = np.nan
    return share, peak_hz, total_ms2


def _power(psd: Floats, low_hz: Floats, high_hz: Floats) -> Floats:
    """Power between two frequencies of each row, which may fall between the bins."""
    low, high = low_hz / STEP_HZ - FIRST_BIN, high_hz / STEP_HZ - FIRST_BIN
    begin = np.clip(np.floor(low).astype(np.int64), 0, psd.shape[1] - NEAR)
    near = np.take_along_axis(psd, begin[:, None] + np.arange(NEAR), axis=1)
    running = np.zeros_like(near)
    np.cumsum(near[:, 1:] + near[:, :-1], axis=1, out=running[:, 1:])
    rows = np.arange(len(psd))
    found = []
    for at in (low - begin, high - begin):
        i = np.clip(np.floor(at).astype(np.int64), 0, NEAR - 2)
        u = at - i
        here, following = near[rows, i], near[rows, i + 1]
        found.append(0.5 * running[rows, i] + u * (here + 0.5 * u * (following - here)))
    power: Floats = (found[1] - found[0]) * STEP_HZ
    return power


@lru_cache(maxsize=1)
def _coherence_matrices() -> tuple[Floats, Floats, Floats]:
    """What keeps the slow end (256, n), tells it at the bins (n, 2k), and all its power (n,).

    Turned so that all the power is a sum of squares.
    """
    keeps, whole = matrices()
    inside = np.arange(FIRST_BIN, LAST_BIN + 1)
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
    form = (whole * np.concatenate((weights, weights))[:, None]).T @ whole
    totals, turned = np.linalg.eigh(form)
    return (
        np.ascontiguousarray(keeps.T @ turned),
        np.ascontiguousarray((whole[np.concatenate((inside, BINS + inside))] @ turned).T),
        totals,
    )


def band_powers(y: Floats, samples: Indices) -> Floats:
    """VLF, LF, HF and total power (4, w) of rows of ``y`` (w, k) with so many ``samples`` each.

    As ``frequency.welch`` where there is one segment.
    """
    inside = np.arange(y.shape[1]) < samples[:, None]
    mean_ms = np.where(inside, y, 0.0).sum(axis=1) / samples
    lengths, row = np.unique(np.minimum(samples, SEGMENT), return_inverse=True)
    windows = np.zeros((len(lengths), int(lengths[-1])))
    for window, length in zip(windows, lengths.tolist(), strict=True):
        window[:length] = _hann(length)
    squares = np.einsum("ij,ij->i", windows, windows)
    weighted = y[:, : windows.shape[1]] - mean_ms[:, None]
    weighted *= windows[row]
    scale = 2.0 / (RATE_HZ * squares[row])
    if weighted.shape[1] <= SHORT:
        keeps, factors, bands = _short_matrices(-(-weighted.shape[1] // 32) * 32)
        parts = weighted.dot(keeps[: weighted.shape[1]]).dot(factors)
        parts *= parts
        found: Floats = parts.dot(bands).T * scale
        return np.concatenate((found, found.sum(axis=0, keepdims=True)))
    turned = np.fft.rfft(weighted, SEGMENT)[:, : TOTAL[1] + 1]
    psd = turned.real**2
    psd += turned.imag**2
    psd *= scale[:, None]
    psd[:, 0] *= 0.5
    told: Floats = TRAPEZOIDS.dot(psd.T)
    return told


_hann = lru_cache(maxsize=256)(hann.__wrapped__)  # windows of a recording differ by a few samples


@lru_cache(maxsize=16)
def _short_matrices(samples: int) -> tuple[Floats, Floats, Floats]:
    """What keeps the slow end (samples, k), parts of it (k, p), and what they add up to (p, 3).

    The columns are VLF, LF and HF. The power of a band is a sum of squares of what is kept: of as
    many as the band has waves.
    """
    angle = np.outer(np.arange(TOTAL[1] + 1), np.arange(samples)) * (2.0 * np.pi / SEGMENT)
    whole = np.concatenate((np.cos(angle), np.sin(angle)))
    keeps = spanning(whole)
    tells = whole @ keeps.T
    factors, counts = [], []
    for weights in TRAPEZOIDS[:3]:
        of_bins = weights.copy()
        of_bins[0] *= 0.5
        form = (tells * np.concatenate((of_bins, of_bins))[:, None]).T @ tells
        sizes, directions = np.linalg.eigh(form)
        kept = sizes > LEAST_PART * sizes[-1]
        factors.append(directions[:, kept] * np.sqrt(sizes[kept]))
        counts.append(int(kept.sum()))
    return (
        np.ascontiguousarray(keeps.T),
        np.ascontiguousarray(np.concatenate(factors, axis=1)),
        np.eye(3).repeat(counts, axis=0),
    )
