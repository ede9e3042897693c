"""An ear for the tests: loudness, clicks, brightness, measured from the samples alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.sound.kinds import RATE_HZ

Samples = NDArray[np.float32]


def loudness(samples: Samples, window_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(middle of each window in s, RMS over both channels) of windows that follow one another."""
    n = round(window_s * RATE_HZ)
    whole = samples[: len(samples) // n * n, :2].astype(float)
    power = (whole**2).mean(axis=1).reshape(-1, n).mean(axis=1)
    return (np.arange(len(power)) + 0.5) * window_s, np.sqrt(power)


def clicks_db(samples: Samples, above_hz: float = 9000.0) -> float:
    """The loudest 5 ms above ``above_hz``, in dB of full scale: a click reaches up there."""
    n = 256
    window = np.hanning(n)
    high = np.fft.rfftfreq(n, 1.0 / RATE_HZ) >= above_hz
    power = 0.0
    for column in samples[:, :2].T:
        pieces = np.lib.stride_tricks.sliding_window_view(column, n)[:: n // 2]
        spectra = np.abs(np.fft.rfft(pieces * window)[:, high]) ** 2
        power = max(power, float(spectra.sum(axis=1).max()) * 2.0 / (n * (window**2).sum()))
    return float(10.0 * np.log10(max(power, 1e-18)))


def centroid_hz(samples: Samples) -> float:
    """Where the middle of the spectrum's power lies."""
    mono = samples[:, :2].mean(axis=1) * np.hanning(len(samples))
    power = np.abs(np.fft.rfft(mono)) ** 2
    return float((np.fft.rfftfreq(len(mono), 1.0 / RATE_HZ) * power).sum() / power.sum())


def pitch_hz(samples: Samples, low_hz: float, high_hz: float) -> float:
    """The strongest frequency between two."""
    mono = samples[:, :2].mean(axis=1) * np.hanning(len(samples))
    power = np.abs(np.fft.rfft(mono, 8 * len(mono)))
    hz = np.fft.rfftfreq(8 * len(mono), 1.0 / RATE_HZ)
    within = (hz >= low_hz) & (hz <= high_hz)
    return float(hz[within][np.argmax(power[within])])
