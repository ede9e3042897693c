"""From beats to an even 4 Hz grid, and from there to power: spline, PCHIP, periodogram, filters.

NumPy only: a call of SciPy costs more than all of this together, and importing it costs a second.
The tests hold every function here against its namesake in SciPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RATE_HZ = 4.0  # of every resampled series
N_FFT = 4096  # zero-padded: bins of 0.000977 Hz, fine enough to read a peak from


# --- between the beats ----------------------------------------------------------------------------


def cubic_spline(x: Floats, y: Floats, at: Floats) -> Floats:
    """Evaluate the not-a-knot cubic spline through (x, y) at each of ``at``.

    ``x`` (n,) increases strictly and n >= 4; ``at`` (m,) lies within it. As
    ``scipy.interpolate.CubicSpline``, in a time that grows with n only.

    >>> x = np.array([0.0, 1.0, 2.5, 3.0, 4.5])
    >>> cubic_spline(x, x**3, np.array([2.0]))
    array([8.])
    """
    h = x[1:] - x[:-1]
    m = (y[1:] - y[:-1]) / h
    return _hermite(x, y, h, m, _spline_slopes(h, m), at)


def pchip(x: Floats, y: Floats, at: Floats) -> Floats:
    """Evaluate the shape-preserving cubic through (x, y) at ``at``: it never overshoots a knot.

    As ``scipy.interpolate.PchipInterpolator`` (Fritsch and Butland 1984); n >= 3.
    """
    h = np.diff(x)
    m = np.diff(y) / h
    slopes = np.zeros_like(y)
    same = m[:-1] * m[1:] > 0
    w1, w2 = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    safe = np.where(same, m[:-1], 1.0), np.where(same, m[1:], 1.0)
    slopes[1:-1] = np.where(same, (w1 + w2) / (w1 / safe[0] + w2 / safe[1]), 0.0)
    slopes[0] = _pchip_edge(h[0], h[1], m[0], m[1])
    slopes[-1] = _pchip_edge(h[-1], h[-2], m[-1], m[-2])
    return _hermite(x, y, h, m, slopes, at)


def _pchip_edge(h0: float, h1: float, m0: float, m1: float) -> float:
    slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
    if slope * m0 <= 0:
        return 0.0
    if m0 * m1 < 0 and abs(slope) > 3 * abs(m0):
        return 3 * m0
    return slope


def _spline_slopes(h: Floats, m: Floats) -> Floats:
    """Slopes at the knots, from the tridiagonal system of continuous second derivatives.

    ``h`` (n-1,) are the widths and ``m`` (n-1,) the mean slopes of the pieces.
    """
    diagonal = np.empty(len(h) + 1)
    right = np.empty(len(h) + 1)
    diagonal[1:-1] = 2 * (h[:-1] + h[1:])
    right[1:-1] = 3 * (h[1:] * m[:-1] + h[:-1] * m[1:])
    # Not-a-knot: the first two pieces are one cubic, and so are the last two.
    first, last = h[0] + h[1], h[-1] + h[-2]
    diagonal[0], diagonal[-1] = h[1], h[-2]
    right[0] = ((h[0] + 2 * first) * h[1] * m[0] + h[0] ** 2 * m[1]) / first
    right[-1] = ((h[-1] + 2 * last) * h[-2] * m[-1] + h[-1] ** 2 * m[-2]) / last
    width = h.tolist()
    above = [float(first), *width[:-1]]
    below = [*width[1:], float(last)]
    # Plain floats: one sweep each way beats a dense solve from a few dozen knots on.
    d, r = diagonal.tolist(), right.tolist()
    pivot, value = d[0], r[0]
    pivots, values = [pivot], [value]
    for b, a, di, ri in zip(below, above, d[1:], r[1:], strict=True):
        factor = b / pivot
        pivot = di - factor * a
        value = ri - factor * value
        pivots.append(pivot)
        values.append(value)
    slope = value / pivot
    slopes = [slope]
    pivots.pop()
    values.pop()
    for a, p, v in zip(reversed(above), reversed(pivots), reversed(values), strict=True):
        slope = (v - a * slope) / p
        slopes.append(slope)
    slopes.reverse()
    return np.array(slopes)


def _hermite(x: Floats, y: Floats, h: Floats, m: Floats, slopes: Floats, at: Floats) -> Floats:
    i = x[1:-1].searchsorted(at, side="right")
    c2 = (3 * m - 2 * slopes[:-1] - slopes[1:]) / h
    c3 = (slopes[:-1] + slopes[1:] - 2 * m) / (h * h)
    u = at - x.take(i)
    value = c3.take(i)
    for part in (c2, slopes, y):
        value *= u
        value += part.take(i)
    return value


# --- on the grid ----------------------------------------------------------------------------------


def detrended(y: Floats) -> Floats:
    """``y`` (n,) without its least-squares straight line; as ``scipy.signal.detrend``."""
    ramp = _ramp(len(y))
    flat = centred(y)
    flat -= ramp * (ramp @ y)
    return flat


def centred(y: Floats) -> Floats:
    """``y`` (n,) without its mean."""
    level: Floats = y - np.add.reduce(y) / len(y)  # y.mean() costs five times as much
    return level


def band_limited(y: Floats, low_hz: float, high_hz: float) -> Floats:
    """``y`` (n,) at 4 Hz with nothing outside the band; ends are mirrored, phase is kept."""
    return _filtered(y, _brick_gain(2 * len(y), low_hz, high_hz))


def band_passed(
    y: Floats, low_hz: float, high_hz: float, *, order: int = 2, rate_hz: float = RATE_HZ
) -> Floats:
    """``y`` (n,) at ``rate_hz`` through a Butterworth band-pass, there and back.

    The gain is that of ``scipy.signal.sosfiltfilt``; the ends are mirrored.
    """
    return _filtered(y, _butterworth_gain(2 * len(y), low_hz, high_hz, order, rate_hz))


def _filtered(y: Floats, gain: Floats) -> Floats:
    mirrored = np.concatenate((y, y[::-1]))  # goes round without a jump
    passed: Floats = np.fft.irfft(np.fft.rfft(mirrored) * gain, len(mirrored))[: len(y)]
    return passed


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
    """Power by frequency, one-sided: ``hz`` (k,) from 0 in even steps, ``psd`` (k,) in ms²/Hz."""

    hz: Floats
    psd: Floats
    _integral: Floats  # trapezoid from 0 to each of hz

    @classmethod
    def of(cls, y: Floats) -> Spectrum:
        """Hann periodogram of ``y`` (n,) in ms at 4 Hz, zero-padded to 4096.

        As ``scipy.signal.periodogram(y, 4, "hann", 4096, detrend=False, scaling="density")``.
        """
        window = hann(len(y))
        bins = np.fft.rfft(y * window, N_FFT)
        power: Floats = bins.real**2
        power += bins.imag**2
        power *= 2.0 / (RATE_HZ * float(window @ window))
        power[0] *= 0.5
        power[-1] *= 0.5
        integral = np.empty_like(power)
        integral[0] = 0.0
        steps = power[1:] + power[:-1]
        steps *= 0.5 * RATE_HZ / N_FFT
        steps.cumsum(out=integral[1:])
        return cls(_HZ, power, integral)

    def power(self, low_hz: float, high_hz: float) -> float:
        """Return the power in ms² between two frequencies, which may fall between the bins.

        >>> tone = Spectrum.of(50 * np.sin(2 * np.pi * 0.1 * np.arange(256) / 4))
        >>> round(tone.power(0.0, 2.0))
        1250
        """
        return self._up_to(high_hz) - self._up_to(low_hz)

    def _up_to(self, f_hz: float) -> float:
        step = float(self.hz[1])
        i = min(max(int(f_hz / step), 0), len(self.hz) - 2)
        u = f_hz - i * step
        here, rise = float(self.psd[i]), float(self.psd[i + 1] - self.psd[i]) / step
        return float(self._integral[i]) + u * (here + 0.5 * u * rise)

    def peak_hz(self, low_hz: float, high_hz: float) -> float | None:
        """Return the frequency of the highest local maximum in the band, refined by a parabola.

        ``None`` where the power only rises or falls: the edge of a band is not a peak.
        """
        step = float(self.hz[1])
        first = max(1, int(np.ceil(low_hz / step - 1e-9)))
        last = min(len(self.hz) - 2, int(np.floor(high_hz / step + 1e-9)))
        part = self.psd[first - 1 : last + 2]
        rises = np.flatnonzero((part[1:-1] > part[:-2]) & (part[1:-1] >= part[2:])) + 1
        if not rises.size:
            return None
        i = int(rises[np.argmax(part[rises])])
        around = part[i - 1 : i + 2]
        shift = 0.0
        if around.min() > 0:
            left, top, right = np.log(around).tolist()
            bend = left - 2 * top + right
            shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        return (first - 1 + i + shift) * step


_HZ: Floats = np.arange(N_FFT // 2 + 1, dtype=np.float64) * (RATE_HZ / N_FFT)


@lru_cache(maxsize=8)
def hann(n: int) -> Floats:
    """The periodic Hann window of ``n`` points. Shared: do not write to it."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n))
