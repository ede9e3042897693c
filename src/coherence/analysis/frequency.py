"""Power by bands over minutes: Welch as Kubios does it, autoregressive, Lomb.

NumPy only. The tests hold the estimators against SciPy and against what Kubios printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from coherence.analysis.once import once
from coherence.analysis.spectrum import RATE_HZ, Floats, hann
from coherence.analysis.stretches import Stretches
from coherence.model import Reason

SEGMENT = 1200  # samples: 300 s
STEP_HZ = RATE_HZ / SEGMENT
VLF, LF, HF, TOTAL = (0, 12), (12, 45), (45, 120), (0, 120)  # bins of 1/300 Hz, edges shared
AR_ORDER = 16


@dataclass(frozen=True, eq=False)
class BandPowers:
    """A density of ``psd`` (121,) in ms²/Hz at bins of 1/300 Hz from 0 to 0.4 Hz, and its bands.

    Bands as in the Task Force's 1996 standards, VLF from 0 on as Kubios has it. ``longest_s`` is
    the longest unbroken stretch of beats that it comes from, ``seconds`` that of all.
    """

    psd: Floats
    longest_s: float
    seconds: float
    unsure: bool

    @once
    def _bands_ms2(self) -> list[float]:
        powers: list[float] = TRAPEZOIDS.dot(self.psd).tolist()
        return powers

    @property
    def vlf_ms2(self) -> float:
        return self._bands_ms2[0]

    @property
    def lf_ms2(self) -> float:
        return self._bands_ms2[1]

    @property
    def hf_ms2(self) -> float:
        return self._bands_ms2[2]

    @property
    def total_ms2(self) -> float:
        return self._bands_ms2[3]

    def normalised(self, power_ms2: float) -> float | None:
        """``power_ms2`` in per cent of all but VLF; ``None`` where there is nothing else."""
        rest_ms2 = self.total_ms2 - self.vlf_ms2
        return 100.0 * power_ms2 / rest_ms2 if rest_ms2 > 0.0 else None

    def peak_hz(self, band: tuple[int, int]) -> float:
        """The bin with the most power of a band, its edges included."""
        return (band[0] + int(np.argmax(self.psd[band[0] : band[1] + 1]))) * STEP_HZ


def _trapezoids() -> Floats:
    """What each bin adds to each band's power: (4, 121)."""
    weights = np.zeros((4, TOTAL[1] + 1))
    for row, (first, last) in zip(weights, (VLF, LF, HF, TOTAL), strict=True):
        row[first : last + 1] = STEP_HZ
        row[[first, last]] *= 0.5
    return weights


TRAPEZOIDS = _trapezoids()


def welch(even: Stretches) -> BandPowers:
    """Mean of Hann periodograms of 300 s that overlap by half (science: Recipe K).

    As ``scipy.signal.welch(fs=4, window="hann", nperseg=1200, nfft=1200, detrend=False)`` of the
    series without its mean. With less than 300 s the one segment is as long as there is.

    >>> from coherence.analysis.stretches import stretches
    >>> from coherence.analysis.series import NNSeries
    >>> beats = NNSeries.from_rr(900 + 40 * np.sin(0.2 * np.pi * 0.9 * np.arange(360)))
    >>> round(welch(stretches(beats)).lf_ms2, -1)  # about 40² / 2
    800.0
    """
    longest = even.longest
    length = min(SEGMENT, longest)
    window, density = _window(length)
    step = length - length // 2
    mean_ms = _mean(even)
    whole = [part.nn_ms for part in even.parts if part.nn_ms.size >= length]
    if len(whole) == 1 and longest < length + step:  # one segment, as in every live window
        power, segments = _periodogram((whole[0][:length] - mean_ms) * window), 1
    else:
        power, segments = np.zeros(TOTAL[1] + 1), 0
        for nn_ms in whole:
            pieces = sliding_window_view(nn_ms - mean_ms, length)[::step]
            for first in range(0, len(pieces), 64):  # a day at once would be a lot of memory
                power += _periodogram(pieces[first : first + 64] * window).sum(axis=0)
            segments += len(pieces)
    power *= density
    if segments > 1:
        power /= segments
    return BandPowers(power, longest / RATE_HZ, even.seconds, even.unsure)


@lru_cache(maxsize=8)
def _window(length: int) -> tuple[Floats, Floats]:
    """Hann's window and what makes a density of the squares at the first bins: (121,)."""
    window = hann(length)
    density = np.full(TOTAL[1] + 1, 2.0 / (RATE_HZ * float(window.dot(window))))
    density[0] *= 0.5
    return window, density


def _periodogram(y: Floats) -> Floats:
    """Squares of the transform of ``y`` (…, n) at the first bins of 1/300 Hz: (…, 121)."""
    bins = np.empty((*y.shape[:-1], SEGMENT // 2 + 1), np.complex128)
    np.fft.rfft(y, SEGMENT, out=bins)
    parts = bins.view(np.float64)[..., : 2 * TOTAL[1] + 2]  # real and imaginary ones in turn
    parts *= parts
    squares: Floats = parts[..., ::2] + parts[..., 1::2]
    return squares


def autoregressive(even: Stretches, order: int = AR_ORDER) -> BandPowers | Reason:
    """Density of the autoregressive model of the 4 Hz series, by modified covariance (Recipe A).

    Forward and backward least squares. ``WARMING_UP`` with too few samples for the order,
    ``FLAT`` where the model leaves nothing to explain.

    >>> from coherence.analysis.stretches import stretches
    >>> from coherence.analysis.series import NNSeries
    >>> beats = NNSeries.from_rr(900 + 40 * np.random.default_rng(1).normal(size=360))
    >>> powers = autoregressive(stretches(beats))
    >>> powers.lf_ms2 < powers.hf_ms2
    True
    """
    mean_ms = _mean(even)
    moments = np.zeros((order + 1, order + 1))
    rows = 0
    for part in even.parts:
        if len(part) <= 4 * order:
            continue
        moments += _lag_products(part.nn_ms - mean_ms, order)
        rows += len(part) - order
    if not rows:
        return Reason.WARMING_UP
    # Forwards one end of each run is told from the rest, backwards the other: one sum of squares.
    both = moments + moments[::-1, ::-1]
    if not both[0, 0] > 1e-6 * rows:
        return Reason.FLAT
    weights = np.linalg.lstsq(both[1:, 1:], both[1:, 0], rcond=1e-15)[0]
    variance = float(both[0, 0] - both[1:, 0] @ weights) / (2 * rows)
    if not variance > 0.0:
        return Reason.FLAT
    response = np.fft.rfft(np.append(1.0, -weights), SEGMENT)[: TOTAL[1] + 1]
    size = response.real**2 + response.imag**2
    if not size.min() > 0.0:
        return Reason.FLAT
    psd = 2.0 * variance / RATE_HZ / size
    return BandPowers(psd, even.longest / RATE_HZ, even.seconds, even.unsure)


def _lag_products(y: Floats, order: int) -> Floats:
    """Sums of y[n + i] y[n + j] over all n that have ``order`` samples after them."""
    n = len(y) - order
    products = np.empty((order + 1, order + 1))
    products[0] = [float(y[:n] @ y[j : n + j]) for j in range(order + 1)]
    for i in range(order):  # the next row is this one, a sample on
        products[i + 1, 0] = products[0, i + 1]
        products[i + 1, 1:] = products[i, :-1] - y[i] * y[:order] + y[n + i] * y[n : n + order]
    return products


def lomb(t_s: Floats, values: Floats, hz: Floats) -> Floats:
    """Lomb's density at each of ``hz`` (k,) of values (n,) at uneven times (n,): Recipe L.

    For a sine of amplitude A the integral is A²/2. As ``scipy.signal.lombscargle`` of the values
    without their mean, times 2 T / N. For a recording with many holes.

    >>> t_s = np.sort(np.random.default_rng(1).uniform(0.0, 300.0, 400))
    >>> hz = np.arange(0.0033, 0.4, 0.0005)
    >>> psd = lomb(t_s, 30.0 * np.sin(2 * np.pi * 0.1 * t_s), hz)
    >>> round(float(hz[np.argmax(psd)]), 2)
    0.1
    """
    y = values - values.mean()
    psd = np.empty(len(hz))
    for i, w in enumerate((2.0 * np.pi * hz).tolist()):
        turn = np.exp(2j * w * t_s)
        tau = np.angle(turn.sum()) / 2.0
        angle = w * t_s - tau
        cosine, sine = np.cos(angle), np.sin(angle)
        cc, ss = cosine @ cosine, sine @ sine
        psd[i] = 0.5 * ((y @ cosine) ** 2 / cc if cc > 0 else 0.0)
        psd[i] += 0.5 * ((y @ sine) ** 2 / ss if ss > 1e-12 else 0.0)
    return np.asarray(psd * 2.0 * (t_s[-1] - t_s[0]) / len(t_s))


def _mean(even: Stretches) -> float:
    total_ms, samples = 0.0, 0
    for part in even.parts:
        total_ms += float(np.add.reduce(part.nn_ms))
        samples += part.nn_ms.size
    return total_ms / samples
