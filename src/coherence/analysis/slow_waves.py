"""The slow end of the spectrum of 64 s, by two small products in place of a long transform.

Up to 0.42 Hz 256 samples hold no more than some eighty numbers. The first matrix takes the trend
away, weights by Hann and keeps these; the second tells the transform at every bin from them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from coherence.analysis.spectrum import N_FFT, RATE_HZ, Floats, Spectrum, hann

SAMPLES = 256  # of 4 Hz; 63.75 s from the first to the last
BINS = 428  # of 1/1024 Hz: what is asked for ends at 0.40 Hz and half a peak more
LEFT_OUT = 1e-26  # of the squares


def slow_spectrum(y: Floats) -> Spectrum:
    """Hann periodogram of ``y`` (256,) in ms at 4 Hz without its straight line, up to 0.417 Hz.

    As ``Spectrum.of(detrended(y))``.

    >>> from coherence.analysis.spectrum import detrended
    >>> y = np.cumsum(np.random.default_rng(1).normal(size=256))
    >>> whole, slow = Spectrum.of(detrended(y)), slow_spectrum(y)
    >>> bool(np.allclose(slow.psd, whole.psd[:BINS], rtol=1e-9, atol=1e-9))
    True
    """
    keeps, even, odd = _about_the_middle()
    kept = keeps.dot(y)  # its level too is told by none of the rows
    power: Floats = kept[: len(even)].dot(even)
    power *= power
    other = kept[len(even) :].dot(odd)
    other *= other
    power += other
    return Spectrum.of_power(power)


@lru_cache(maxsize=1)
def _about_the_middle() -> tuple[Floats, Floats, Floats]:
    """As ``matrices``, with the phase that no square tells counted from the middle of the window.

    Then real parts hang on what is even about it and imaginary ones on what is odd, each half of
    what is kept: (k, 256), (k - j, 428) and (j, 428). The processor's cache has half as much to
    hold.
    """
    parts = np.split(_whole(SAMPLES // 2), 2)
    # Every fourth bin spans the rest.
    keeps = [spanning(part[::4]) for part in parts]
    even, odd = (kept @ part.T for part, kept in zip(parts, keeps, strict=True))
    return np.concatenate(keeps), even, odd


@lru_cache(maxsize=1)
def matrices() -> tuple[Floats, Floats]:
    """Shapes (k, 256) and (856, k): real parts above imaginary ones, whose squares are ms²/Hz."""
    whole = _whole(0)
    keeps = spanning(np.concatenate((whole[:BINS:4], whole[BINS::4])))
    return keeps, whole @ keeps.T


def _whole(first: int) -> Floats:
    """Real parts above imaginary ones (856, 256), with no turn at sample ``first``."""
    window = hann(SAMPLES)
    turns = np.outer(np.arange(BINS), np.arange(SAMPLES) - first) * (-2.0 * np.pi / N_FFT)
    weighted = np.concatenate((np.cos(turns), np.sin(turns))) * window
    weighted *= np.sqrt(2.0 / (RATE_HZ * (window @ window)))
    weighted[[0, BINS]] *= np.sqrt(0.5)
    # Detrending is its own transpose: rows without their line never see one.
    line = np.arange(SAMPLES) - (SAMPLES - 1) / 2
    line /= np.sqrt(line @ line)
    whole: Floats = weighted - weighted.mean(axis=1, keepdims=True)
    whole -= np.outer(weighted @ line, line)
    return whole


def spanning(rows: Floats) -> Floats:
    """Orthonormal rows that tell each of ``rows`` (n, m) to the thirteenth digit.

    The rows least told by those before them come first. For waves that is as good as a
    decomposition by singular values, and a thing of milliseconds.
    """
    left = rows.copy()
    found = np.empty((min(rows.shape), rows.shape[1]))
    limit = LEFT_OUT * float(np.einsum("ij,ij->i", left, left).max())
    for kept in range(len(found)):
        squares = np.einsum("ij,ij->i", left, left)
        if squares.max() <= limit:
            return found[:kept].copy()
        row = left[int(squares.argmax())]
        row = row - found[:kept].T.dot(found[:kept].dot(row))
        found[kept] = row / np.sqrt(row.dot(row))
        left -= np.outer(left.dot(found[kept]), found[kept])
    return found
