"""How far noise alone would swing in the breaths of many windows: ``respiration``'s noise floor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.respiration import FEWEST_SPARE, FITTED, MEAN_RANGE, TURN
from coherence.analysis.spectrum import Floats

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

_RANGES = np.array((0.0, 0.0, *MEAN_RANGE))  # by the number of beats
ALIKE = 1e-9  # of a wave's size: less than this is left of it where it is told by the others


def noise_floors(
    x: Floats, y: Floats, beats: tuple[Indices, Indices], bounds_s: tuple[Floats, Floats], of: Bools
) -> tuple[Floats, Floats]:
    """Peak to trough of the noise alone, in bpm and in ms (w,); NaN where there is none to tell.

    The breaths (w, k) that count are ``of``; ``x`` and ``y`` (n,) the accepted beats, those of a
    breath from the first of ``beats`` up to the second, and ``bounds_s`` where it begins and ends.
    """
    first, after = beats
    counts = np.where(of, after - first, 0)
    breaths = of.sum(axis=1)
    spare = counts.sum(axis=1) - breaths - FITTED
    widest = max(1, int(counts.max(initial=0)))
    at = np.minimum(first[..., None] + np.arange(widest), len(x) - 1)
    inside = np.arange(widest) < counts[..., None]
    begin_s, end_s = bounds_s
    with np.errstate(divide="ignore", invalid="ignore"):
        per_s = np.where(of, TURN / (end_s - begin_s), 0.0)
        turn = (x.take(at) - begin_s[..., None]) * per_s[..., None]
        nn_ms = y.take(at)
        wave = np.exp(1j * turn)
        harmonic = wave * wave
        columns = np.stack(
            (wave.real, wave.imag, harmonic.real, harmonic.imag, 60000.0 / nn_ms, nn_ms)
        )
        columns *= inside
        columns -= columns.sum(axis=-1, keepdims=True) / np.maximum(1, counts)[..., None]
        columns *= inside
        flat = columns.reshape(len(columns), len(of), -1).transpose(1, 0, 2)
        products = flat @ flat.transpose(0, 2, 1)
        told = spare >= FEWEST_SPARE
        size = np.einsum("ijj->ij", products).copy()
        for k in range(FITTED):
            pivot = products[:, k, k]
            told &= pivot > ALIKE * size[:, k]
            share = products[:, k] / np.where(pivot > 0.0, pivot, 1.0)[:, None]
            products[:, k + 1 :] -= share[:, k + 1 :, None] * products[:, k, None, :]
        reach = np.where(of, _RANGES[np.minimum(counts, len(_RANGES) - 1)], 0.0).sum(axis=1)
        reach /= breaths
        left = [np.maximum(0.0, products[:, k, k]) for k in (FITTED, FITTED + 1)]
        bpm, ms = (np.where(told, np.sqrt(each / spare) * reach, np.nan) for each in left)
    return bpm, ms
