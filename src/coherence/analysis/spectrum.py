"""What an even 4 Hz grid holds: trends, filters, and power by frequency.

NumPy only: a call of SciPy costs more than all of this together, and importing it costs a second.
The tests hold every function here against its namesake in SciPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

RATE_HZ = 4.0  # of every resampled series
WHOLE = 4800  # samples: what is longer is filtered without half of its mirror image
MIRRORED = 1200
N_FFT = 4096  # zero-padded: bins of 0.000977 Hz, fine enough to read a peak from


# --- on the grid ----------------------------------------------------------------------------------


def detrended(y: Floats) -> Floats:
    """``y`` (n,) without its least-squares straight line; as ``scipy.signal.detrend``."""
    ramp = _ramp(len(y))
    flat = centred(y)
    flat -= ramp * ramp.dot(flat)
    return flat


def centred(y: Floats) -> Floats:
    """``y`` (n,) without its mean."""
    level: Floats = y - np.add.reduce(y) / len(y)  # y.mean() costs five times as much
    return level


def band_limited(y: Floats, low_hz: float, high_hz: float) -> Floats:
    """``y`` (n,) at 4 Hz with nothing outside the band; ends are mirrored, phase is kept."""
    return _filtered(y, _brick_gain, low_hz, high_hz)


def band_passed(
    y: Floats, low_hz: float, high_hz: float, *, order: int = 2, rate_hz: float = RATE_HZ
) -> Floats:
    """``y`` (…, n) at ``rate_hz`` through a Butterworth band-pass, there and back.

    The gain is that of ``scipy.signal.sosfiltfilt``; the ends are mirrored.
    """
    n = y.shape[-1]
    if n <= WHOLE or y.ndim > 1:
        return _filtered(y, _butterworth_gain, low_hz, high_hz, order, rate_hz)
    # Of hours only so much of the mirror image is needed as the filter reaches, and the length can
    # be one that a Fourier transform is quick for.
    length = _quick_length(n + 2 * MIRRORED)
    before, after = MIRRORED, length - n - MIRRORED
    whole = np.concatenate((y[before - 1 :: -1], y, y[: -after - 1 : -1]))
    gain = _butterworth_gain(length, low_hz, high_hz, order, rate_hz)
    passed: Floats = np.fft.irfft(np.fft.rfft(whole) * gain, length)[before : before + n]
    return passed


def _filtered(y: Floats, gain_of: Callable[..., Floats], *band: float) -> Floats:
    """``y`` (…, n) with its mirror image, which goes round without a jump, times a gain (n + 1,).

    The transform of the two is real but for a turn that is known, so one of ``y`` alone will do:
    even samples rising, odd ones falling (Makhoul, IEEE Trans ASSP 1980, 28:27-34).
    """
    n = y.shape[-1]
    if n % 2:
        mirrored = np.concatenate((y, y[..., ::-1]), axis=-1)
        passed: Floats = np.fft.irfft(np.fft.rfft(mirrored) * gain_of(2 * n, *band), 2 * n)
        return passed[..., :n]
    order, back, turn, turn_back = _folding(n)
    # Told where to put it NumPy need not find out what the transform will be.
    bins, folded = np.empty((*y.shape[:-1], n // 2 + 1), np.complex128), np.empty(y.shape)
    np.fft.rfft(y.take(order, axis=-1), out=bins)
    bins *= turn
    parts = bins.view(np.float64)
    parts *= _folded_gain(n, gain_of, *band)
    bins *= turn_back
    np.fft.irfft(bins, n, out=folded)
    return folded.take(back, axis=-1)


@lru_cache(maxsize=32)
def _folding(n: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Complexes, Complexes]:
    order = np.concatenate((np.arange(0, n, 2), np.arange(1, n, 2)[::-1]))
    turn = np.exp(-0.5j * np.pi * np.arange(n // 2 + 1) / n)
    return order, np.argsort(order), turn, turn.conj()


@lru_cache(maxsize=32)
def _folded_gain(n: int, gain_of: Callable[..., Floats], *band: float) -> Floats:
    """The gain of real parts, which are of bins from 0 on, and of imaginary ones, in turn."""
    # The latter are of bins from the middle back.
    gain = gain_of(2 * n, *band)
    return np.stack((gain[: n // 2 + 1], gain[n : n // 2 - 1 : -1]), axis=1).ravel()


def _quick_length(n: int) -> int:
    """The least of 2, 3, 5, 9 and 15 times a power of two that is no less than ``n``."""
    return min(part << max(0, math.ceil(math.log2(n / part))) for part in (2, 3, 5, 9, 15))


@lru_cache(maxsize=8)
def _ramp(n: int) -> Floats:
    ramp = np.arange(n, dtype=np.float64) - (n - 1) / 2
    return ramp / max(1.0, float(np.sqrt(ramp @ ramp)))


@lru_cache(maxsize=8)
def _brick_gain(n: int, low_hz: float, high_hz: float) -> Floats:
    hz = np.fft.rfftfreq(n, 1 / RATE_HZ)
    return ((hz >= low_hz) & (hz <= high_hz)).astype(np.float64)


@lru_cache(maxsize=8)
def _butterworth_gain(n: int, low_hz: float, high_hz: float, order: int, rate_hz: float) -> Floats:
    hz = np.fft.rfftfreq(n, 1 / rate_hz)
    w = np.tan(np.pi * np.minimum(hz, 0.4999 * rate_hz) / rate_hz)  # as the bilinear transform
    low, high = np.tan(np.pi * np.array([low_hz, high_hz]) / rate_hz)
    w[0] = w[1] * 1e-6
    gain: Floats = 1.0 / (1.0 + ((w**2 - low * high) / (w * (high - low))) ** (2 * order))
    return gain


# --- power ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """Power by frequency, one-sided: ``psd`` (k,) in ms²/Hz at ``hz`` (k,), even steps from 0."""

    psd: Floats
    _running: Floats  # sums of it up to and with each bin

    @classmethod
    def of(cls, y: Floats) -> Spectrum:
        """Hann periodogram of ``y`` (n,) in ms at 4 Hz, zero-padded to 4096.

        As ``scipy.signal.periodogram(y, 4, "hann", 4096, detrend=False, scaling="density")``.
        """
        window = hann(len(y))
        bins = np.fft.rfft(y * window, N_FFT)
        power: Floats = bins.real**2
        power += bins.imag**2
        power *= 2.0 / (RATE_HZ * float(window.dot(window)))
        power[0] *= 0.5
        power[-1] *= 0.5
        return cls.of_power(power)

    @classmethod
    def of_power(cls, power: Floats) -> Spectrum:
        """Of the density in ms²/Hz at the first bins from 0 on; it is not copied."""
        return cls(power, np.add.accumulate(power))

    @property
    def hz(self) -> Floats:
        return _HZ[: self.psd.size]

    def power(self, low_hz: float, high_hz: float) -> float:
        """Return the power in ms² between two frequencies, which may fall between the bins.

        >>> tone = Spectrum.of(50 * np.sin(2 * np.pi * 0.1 * np.arange(256) / 4))
        >>> round(tone.power(0.0, 2.0))
        1250
        """
        return self._up_to(high_hz) - self._up_to(low_hz)

    def _up_to(self, f_hz: float) -> float:
        """The trapezoid integral from 0 to ``f_hz``."""
        i = min(max(int(f_hz / _STEP_HZ), 0), self.psd.size - 2)
        u = f_hz - i * _STEP_HZ
        here, following = self.psd.item(i), self.psd.item(i + 1)
        whole = self._running.item(i) - 0.5 * (self.psd.item(0) + here)
        return float(_STEP_HZ * whole + u * (here + 0.5 * u * (following - here) / _STEP_HZ))

    def peak_hz(self, low_hz: float, high_hz: float) -> float | None:
        """Return the frequency of the highest local maximum in the band, refined by a parabola.

        ``None`` where the power only rises or falls: the edge of a band is not a peak.
        """
        first = max(1, math.ceil(low_hz / _STEP_HZ - 1e-9))
        last = min(self.psd.size - 2, math.floor(high_hz / _STEP_HZ + 1e-9))
        if last < first:
            return None
        i = first + int(self.psd[first : last + 1].argmax())
        left, top, right = self.psd[i - 1 : i + 2].tolist()
        if not left < top >= right:  # it rises further beyond the band
            part = self.psd[first - 1 : last + 2]
            rises = part[1:] > part[:-1]
            tops = (rises[:-1] > rises[1:]).nonzero()[0]  # up to the one after it, and not further
            if not tops.size:
                return None
            i = first + tops.item(part[1:].take(tops).argmax())
            left, top, right = self.psd[i - 1 : i + 2].tolist()
        shift = 0.0
        if min(left, top, right) > 0.0:
            left, top, right = math.log(left), math.log(top), math.log(right)
            bend = left - 2 * top + right
            shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        return (i + shift) * _STEP_HZ


_STEP_HZ = RATE_HZ / N_FFT
_HZ: Floats = np.arange(N_FFT // 2 + 1, dtype=np.float64) * _STEP_HZ


@lru_cache(maxsize=8)
def hann(n: int) -> Floats:
    """The periodic Hann window of ``n`` points. Shared: do not write to it."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n))
