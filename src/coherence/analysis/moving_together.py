"""How two heart rates move together, as they are and set against each other at other times.

Each function takes two heart rates at 4 Hz, (n,) with NaN where not known, and ``shifts_s``
(k,), whole seconds by which the second is turned round in a circle: 0 is as it was, the others are
what chance gives, for two hearts that never met have nothing to do with each other at any shift. It
returns (k,). No window reaches over the seam of the circle.
"""

from __future__ import annotations

import numpy as np

from coherence.analysis.series import BoolArray, IntArray
from coherence.analysis.spectrum import RATE_HZ, Floats

PER_S = int(RATE_HZ)
LF_HZ = (0.04, 0.15)  # slow breathing and blood pressure's own rhythm
MOST_ROWS = 1800  # of an hour in steps of 2 s; longer recordings take longer steps
AT_ONCE = 4_000_000  # correlations held at a time
SLOPE_S, CONCORDANCE_S = 5, 15
EVEN_OUT = 0.01  # of each window, for both sums: an empty one would make the index endless


def lagged_correlation(
    first: Floats,
    second: Floats,
    shifts_s: IntArray,
    *,
    window_s: float = 8.0,
    lag_s: float = 4.0,
    step_s: float = 2.0,
) -> Floats:
    """Windowed lagged cross-correlation: the highest Pearson r over ±lag, mean of all windows.

    Boker, Xu, Rotondo and King, Psychol Methods 2002, 7:338-355; windows and lags as Behrens et
    al. 2020 take them. Two hearts that have nothing to do with each other reach about 0.6, because
    the best of many lags is taken: only the shifts tell what a value means.

    >>> rate = 70.0 + np.random.default_rng(1).normal(size=1200).cumsum() / 5.0
    >>> lagged_correlation(rate, rate, np.array([0, 90])).round(2)
    array([1.  , 0.49])
    """
    wide, reach = round(window_s * RATE_HZ), round(lag_s * RATE_HZ)
    windows = len(first) - wide + 1
    step = max(round(step_s * RATE_HZ), -(-windows // MOST_ROWS))
    ours, ok = _unit_windows(first, wide, step)
    theirs, their_ok = _unit_windows(second, wide)
    rows, ours = np.arange(0, windows, step)[ok], ours[ok]
    # Where every lag can be looked at: else the best would be the best of fewer.
    whole = np.zeros(len(first), np.bool_)
    middle = _running(np.logical_and, their_ok[None], 2 * reach + 1)[0]
    whole[reach : reach + len(middle)] = middle
    sums, counts = np.zeros(len(shifts_s)), np.zeros(len(shifts_s))
    many = max(1, AT_ONCE // max(1, len(theirs)))
    for i in range(0, len(rows), many):
        part = rows[i : i + many]
        best = np.zeros((len(part), len(first)))
        peaks = _running(np.maximum, ours[i : i + many] @ theirs.T, 2 * reach + 1)
        best[:, reach : reach + peaks.shape[1]] = peaks
        at = (part + PER_S * shifts_s[:, None]) % len(first)
        sums += (best[np.arange(len(part)), at] * whole[at]).sum(axis=1)
        counts += whole[at].sum(axis=1)
    return _per(sums, counts)


def concordance(first: Floats, second: Floats, shifts_s: IntArray) -> Floats:
    """Marci's index: ln of all that goes the same way over all that goes the other way.

    Slopes over 5 s, their Pearson r in windows of 15 s, a second apart; the positive over the
    negative ones, each sum evened out by 0.01 a window. Marci, Ham, Moran and Orr, J Nerv Ment Dis
    2007, 195:103-111 (of skin conductance).

    >>> rate = 70.0 + np.random.default_rng(1).normal(size=1200).cumsum() / 5.0
    >>> concordance(rate, -rate, np.array([0])).round(2)
    array([-4.62])
    """
    slopes = [_slopes(rate) for rate in (first, second)]
    n = len(slopes[0])
    windows = n - CONCORDANCE_S + 1
    step = max(1, -(-windows // (2 * MOST_ROWS)))
    ours, ok = _unit_windows(slopes[0], CONCORDANCE_S, step)
    theirs, their_ok = _unit_windows(slopes[1], CONCORDANCE_S)
    rows, ours = np.arange(0, windows, step)[ok], ours[ok]
    whole = np.zeros(n, np.bool_)
    whole[: len(their_ok)] = their_ok
    same, other, counts = (np.zeros(len(shifts_s)) for _ in range(3))
    many = max(1, AT_ONCE // max(1, n))
    for i in range(0, len(rows), many):
        part = rows[i : i + many]
        all_r = np.zeros((len(part), n))
        all_r[:, : len(theirs)] = ours[i : i + many] @ theirs.T
        at = (part + shifts_s[:, None]) % n
        r = all_r[np.arange(len(part)), at] * whole[at]
        same += np.maximum(r, 0.0).sum(axis=1)
        other -= np.minimum(r, 0.0).sum(axis=1)
        counts += whole[at].sum(axis=1)
    even = EVEN_OUT * counts
    found: Floats = np.full(len(shifts_s), np.nan)
    some = counts > 0
    found[some] = np.log((same[some] + even[some]) / (other[some] + even[some]))
    return found


def phase_locking(first: Floats, second: Floats, shifts_s: IntArray) -> Floats:
    """How steadily the slow waves (0.04-0.15 Hz) of both keep their distance, 0 to 1.

    Lachaux, Rodriguez, Martinerie and Varela, Hum Brain Mapp 1999, 8:194-208.

    >>> wave = 70.0 + np.sin(2.0 * np.pi * 0.1 * np.arange(1200) / 4.0)
    >>> phase_locking(wave, 2.0 * wave, np.array([0])).round(2)
    array([1.])
    """
    turns = []
    for rate in (first, second):
        wave = _slow_wave(rate)
        size = np.abs(wave)
        turns.append(np.divide(wave, size, out=np.zeros_like(wave), where=size > 0.0))
    ours, theirs = turns
    together = _at_shifts((ours != 0) * 1.0, (theirs != 0) * 1.0, shifts_s).real
    return _per(np.abs(_at_shifts(ours, theirs, shifts_s)), np.rint(together))


def wave_coherence(first: Floats, second: Floats, shifts_s: IntArray) -> Floats:
    """Magnitude-squared coherence of the slow waves (0.04-0.15 Hz) as a whole, 0 to 1.

    >>> wave = 70.0 + np.sin(2.0 * np.pi * 0.1 * np.arange(1200) / 4.0)
    >>> wave_coherence(wave, 2.0 * wave, np.array([0])).round(2)
    array([1.])
    """
    ours, theirs = _slow_wave(first), _slow_wave(second)
    power = _at_shifts(np.abs(ours) ** 2, (theirs != 0) * 1.0, shifts_s).real
    power *= _at_shifts((ours != 0) * 1.0, np.abs(theirs) ** 2, shifts_s).real
    return _per(np.abs(_at_shifts(ours, theirs, shifts_s)) ** 2, power)


# --- parts ---


def _unit_windows(values: Floats, wide: int, step: int = 1) -> tuple[Floats, BoolArray]:
    """Each window of ``wide`` as a vector of mean 0 and length 1, (m, wide); and which are one."""
    windows = np.lib.stride_tricks.sliding_window_view(values, wide)[::step]
    off = windows - windows.mean(axis=1, keepdims=True)
    length = np.sqrt(np.einsum("ij,ij->i", off, off))
    ok = np.isfinite(length) & (length > 1e-9)
    off[~ok] = 0.0
    off[ok] /= length[ok, None]
    return off, ok


def _slopes(rate: Floats) -> Floats:
    """Slope over each 5 s, in beats a minute each second; one a second."""
    wide = SLOPE_S * PER_S + 1
    at_s = (np.arange(wide) - wide // 2) / RATE_HZ
    windows = np.lib.stride_tricks.sliding_window_view(rate, wide)[::PER_S]
    slopes: Floats = windows @ (at_s / (at_s @ at_s))
    return slopes


def _slow_wave(rate: Floats) -> np.ndarray[tuple[int], np.dtype[np.complex128]]:
    """The analytic signal of the slow waves; 0 where the rate is not known."""
    known = ~np.isnan(rate)
    at = np.arange(len(rate))
    whole = np.interp(at, at[known], rate[known])
    line = np.polynomial.Polynomial.fit(at, whole, 1)
    turned = np.fft.fft(whole - line(at))
    hz = np.fft.fftfreq(len(rate), 1.0 / RATE_HZ)
    turned[(hz < LF_HZ[0]) | (hz > LF_HZ[1])] = 0.0
    return np.where(known, 2.0 * np.fft.ifft(turned), 0.0)


def _at_shifts(
    ours: np.ndarray[tuple[int], np.dtype[np.inexact]],
    theirs: np.ndarray[tuple[int], np.dtype[np.inexact]],
    shifts_s: IntArray,
) -> np.ndarray[tuple[int], np.dtype[np.complex128]]:
    """Sum of ``conj(ours[t]) * theirs[t + shift]``, the second turned round in a circle."""
    everywhere = np.fft.ifft(np.conj(np.fft.fft(ours)) * np.fft.fft(theirs))
    return everywhere[(PER_S * shifts_s) % len(ours)]


def _running(join: np.ufunc, values: np.ndarray, wide: int) -> np.ndarray:
    """``join`` of each ``wide`` neighbours along the second axis, in steps that double."""
    done = 1
    while 2 * done <= wide:
        values = join(values[:, :-done], values[:, done:])
        done *= 2
    if done < wide:
        values = join(values[:, : done - wide], values[:, wide - done :])
    return values


def _per(sums: Floats, counts: Floats) -> Floats:
    found: Floats = np.full(len(sums), np.nan)
    np.divide(sums, counts, out=found, where=counts > 0)
    return found
