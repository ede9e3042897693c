"""What is slower than a heart's waves: the trend by smoothness priors, and beats without it.

Tarvainen, Ranta-aho and Karjalainen, IEEE Trans Biomed Eng 2002, 49:172-175.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from coherence.analysis.spectrum import Floats
from coherence.analysis.stretches import Stretches

SMOOTHNESS = 500.0  # lambda at 4 Hz: what is slower than 0.035 Hz goes
PIECE, MARGIN = 4800, 1200  # samples
AT_ONCE = 16  # pieces


def trend(y: Floats, smoothness: float = SMOOTHNESS) -> Floats:
    """The slow trend of ``y`` (n,): what is left without it is stationary.

    Solves (I + smoothness² D'D) trend = y, where D takes second differences. Were the series a
    ring, D would have two rows more and a Fourier transform would solve it; the two are taken away
    afterwards (Woodbury's identity).

    >>> slope = np.linspace(800.0, 900.0, 300)
    >>> bool(np.allclose(trend(slope), slope))
    True
    """
    n = len(y)
    if n < 5:
        return _of_few(y, smoothness)
    if n <= PIECE or smoothness > SMOOTHNESS:
        return _of_rings(y, smoothness)
    # What lies five minutes off no longer counts: hours are solved in pieces that overlap.
    begins = np.append(np.arange(0, n - PIECE, PIECE - 2 * MARGIN), n - PIECE)
    slow = np.empty(n)
    for first in range(0, len(begins), AT_ONCE):
        some = begins[first : first + AT_ONCE]
        pieces = _of_rings(y[some[:, None] + np.arange(PIECE)], smoothness)
        for begin, piece in zip(some.tolist(), pieces, strict=True):
            slow[begin + MARGIN : begin + PIECE - MARGIN] = piece[MARGIN:-MARGIN]
            if not begin:
                slow[:MARGIN] = piece[:MARGIN]
    slow[-MARGIN:] = pieces[-1, -MARGIN:]
    return slow


def _of_rings(y: Floats, smoothness: float) -> Floats:
    """The trend of each row of ``y`` (…, n), n >= 5."""
    n = y.shape[-1]
    level = np.add.reduce(y, axis=-1, keepdims=True) / n  # its own trend: only the rest is rounded
    gain, closing, correction = _prepared(n, smoothness**2)
    ring: Floats = np.fft.irfft(np.fft.rfft(y - level) * gain, n)
    bends = np.stack(
        (
            ring[..., -1] - 2.0 * ring[..., 0] + ring[..., 1],
            ring[..., -2] - 2.0 * ring[..., -1] + ring[..., 0],
        ),
        axis=-1,
    )
    ring += bends.dot(correction).dot(closing)
    ring += level
    return ring


def without_trend(even: Stretches) -> Floats:
    """The accepted intervals (k,) in ms without their slow trend, about the trend's mean."""
    trends = [trend(part.nn_ms) for part in even.parts]
    whole = trends[0] if len(trends) == 1 else np.concatenate(trends)
    mean_ms = float(np.add.reduce(whole)) / len(whole)
    beats = [
        part.beat_nn_ms - np.interp(part.beat_t_s, part.t_s, slow) + mean_ms
        for part, slow in zip(even.parts, trends, strict=True)
    ]
    return beats[0] if len(beats) == 1 else np.concatenate(beats)


@lru_cache(maxsize=32)
def _prepared(n: int, weight: float) -> tuple[Floats, Floats, Floats]:
    """Of a ring of ``n``: its gain, what a bend at its seam does (2, n), and their (2, 2)."""
    turn = 2.0 * np.pi * np.arange(n // 2 + 1) / n
    gain = 1.0 / (1.0 + weight * (2.0 - 2.0 * np.cos(turn)) ** 2)
    seam = np.zeros((2, n))
    seam[0, [-1, 0, 1]] = seam[1, [-2, -1, 0]] = 1.0, -2.0, 1.0
    closing = np.fft.irfft(np.fft.rfft(seam) * gain, n)
    correction = np.linalg.inv(np.eye(2) / weight - seam @ closing.T)
    return gain, closing, np.asarray(correction, np.float64)


def _of_few(y: Floats, smoothness: float) -> Floats:
    n = len(y)
    if n < 3:
        return y.copy()
    second = np.diff(np.eye(n), 2, axis=0)
    whole = np.eye(n) + smoothness**2 * (second.T @ second)
    return np.asarray(np.linalg.solve(whole, y), np.float64)
