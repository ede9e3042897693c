"""The sea: low-passed noise whose brightness follows the breath. Made once, read at any frame."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from coherence.sound.kinds import RATE_HZ

LOOP = 1 << 20  # frames: 22 s, so long that nobody hears it come round
CUTOFFS_HZ = (300.0, 500.0, 837.0, 1400.0)  # empty to full
RUMBLE_HZ, WARM_HZ = 70.0, 150.0  # nothing beneath; 3 dB an octave softer above
EVEN_S = 0.05  # gusts shorter than this are evened out
ASIDE = 0.4  # how far the sea spreads to both sides


@cache
def loops(seed: int) -> NDArray[np.float32]:
    """(cutoffs, LOOP): the same noise through each low-pass, end joined to beginning, RMS 1.

    The filters have no delay, so that between two neighbours one may fade from one to the other.
    """
    noise = np.fft.rfft(np.random.default_rng(seed).standard_normal(LOOP))
    hz = np.fft.rfftfreq(LOOP, 1.0 / RATE_HZ)
    shape = (hz / RUMBLE_HZ) ** 2 / np.sqrt(1.0 + (hz / RUMBLE_HZ) ** 4)
    shape /= np.sqrt(1.0 + hz / WARM_HZ)
    smooth = np.exp(-0.5 * (2.0 * np.pi * hz * EVEN_S / 2.5) ** 2)
    made = np.empty((len(CUTOFFS_HZ), LOOP), np.float32)
    for row, cutoff_hz in zip(made, CUTOFFS_HZ, strict=True):
        wave = np.fft.irfft(noise * shape / (1.0 + (hz / cutoff_hz) ** 4) ** 0.75, LOOP)
        power = np.fft.irfft(np.fft.rfft(wave**2) * smooth, LOOP)
        row[:] = wave / np.sqrt(power)
    made.flags.writeable = False
    return made


def sea(first: int, volume: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """(n, 2): the sea from frame ``first`` on, as bright as the breath is full; RMS about 1."""
    middle = _bright(first, volume, seed)
    side = ASIDE * _bright(first + LOOP // 2, volume, seed)
    return np.stack((middle + side, middle - side), axis=1)


def _bright(first: int, volume: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    at = np.arange(first, first + len(volume)) % LOOP
    place = volume * np.float32(len(CUTOFFS_HZ) - 1)
    mixed = np.zeros(len(volume), np.float32)
    for k, band in enumerate(loops(seed)):
        mixed += band[at] * np.maximum(np.float32(0.0), 1.0 - np.abs(place - np.float32(k)))
    return mixed
