"""Respiratory sinus arrhythmia by Porges and Bohrer's moving polynomial, in ln(ms²).

After the description in Lewis, Furman, McCool and Porges, Biol Psychol 2012, 89:349-364. It looks
at 0.12 to 0.40 Hz only, so it does not see slow breathing.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from coherence.analysis.spectrum import Floats, band_passed
from coherence.analysis.stretches import Stretches
from coherence.model import Reason, Value

RATE_HZ = 2.0
POLYNOMIAL_POINTS, POLYNOMIAL_DEGREE = 21, 3
LOW_HZ, HIGH_HZ = 0.12, 0.40
FILTER_ORDER = 4
EPOCH = 60  # samples: 30 s
FEWEST_EPOCHS = 2
FLAT_MS2 = 1e-6


def porges_bohrer_rsa(even: Stretches) -> Value:
    """Mean over epochs of 30 s of ln(variance in ms²) of the heart's quicker waves.

    The beats of ``even`` are joined by straight lines at 2 Hz. ``WARMING_UP`` with less than two
    epochs without a long hole, ``FLAT`` where nothing varies.

    >>> from coherence.analysis.stretches import stretches
    >>> from coherence.analysis.series import NNSeries
    >>> beats = NNSeries.from_rr(900 + 50 * np.sin(0.5 * np.pi * 0.9 * np.arange(200)))
    >>> round(porges_bohrer_rsa(stretches(beats)).value, 1)
    7.0
    """
    logs: list[float] = []
    whole = 0
    for part in even.parts:
        # The last sample may lie a rounding error short of the last beat: a minute is a minute.
        t_s = np.arange(part.beat_t_s[0], part.beat_t_s[-1] + 1e-6, 1.0 / RATE_HZ)
        if len(t_s) < EPOCH:
            continue
        period_ms = np.interp(t_s, part.beat_t_s, part.beat_nn_ms)
        wave = band_passed(
            period_ms - moving_cubic(period_ms),
            LOW_HZ,
            HIGH_HZ,
            order=FILTER_ORDER,
            rate_hz=RATE_HZ,
        )
        epochs = wave[: len(wave) // EPOCH * EPOCH].reshape(-1, EPOCH)
        whole += len(epochs)
        off = epochs - np.add.reduce(epochs, axis=1, keepdims=True) / EPOCH
        variance = np.add.reduce(off * off, axis=1) / (EPOCH - 1)
        logs += np.log(variance[variance > FLAT_MS2]).tolist()
    if whole < FEWEST_EPOCHS:
        return Value(None, Reason.WARMING_UP)
    return Value(sum(logs) / len(logs)) if logs else Value(None, Reason.FLAT)


def moving_cubic(y: Floats) -> Floats:
    """Cubic fits through 21 points around each of ``y`` (n,), n >= 21.

    As ``scipy.signal.savgol_filter(y, 21, 3)``.
    """
    fits = _fits()
    half = POLYNOMIAL_POINTS // 2
    smooth = np.convolve(y, fits[half], mode="same")
    smooth[:half] = fits[:half] @ y[:POLYNOMIAL_POINTS]
    smooth[-half:] = fits[-half:] @ y[-POLYNOMIAL_POINTS:]
    return smooth


@lru_cache(maxsize=1)
def _fits() -> Floats:
    """Row i gives the fitted value at point i of 21; the middle row reads the same both ways."""
    x = np.linspace(-1.0, 1.0, POLYNOMIAL_POINTS)
    basis, _ = np.linalg.qr(np.vander(x, POLYNOMIAL_DEGREE + 1))
    return np.asarray(basis @ basis.T)
