"""The breath from an accelerometer on the chest: how the strap tilts as the chest rises."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from coherence.analysis.breathing import (
    FEWEST_SAMPLES,
    HIGH_HZ,
    LOW_HZ,
    SAMPLES,
    Breathing,
    of_wave,
    unknown,
)
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.model import Reason

SOURCE = "chest_motion"
WINDOW_S = SAMPLES / RATE_HZ
SLOWEST_HZ = 8.0  # sampling
STILL_MG = 1.0  # less swing than this (root mean square) is noise and no breath
SURE = 0.60  # sway looks more like a breath than noise does
BREATH_AT_MOST_MG = 150.0  # root mean square in the breath's band: more is a person who moves
CLIPPED_AT = 4.0  # times the median swing: a shift in the chair must not choose the axis
MOVING_SHARE = 0.10  # of the time clipped: too much to speak of breath
STUCK_SHARE = 0.90  # of equal neighbours
MOVES_MG = 40.0  # mean deviation within a second: breath and heartbeat stay below 10


def from_acceleration(samples: ArrayLike, rate_hz: float, end_s: float | None = None) -> Breathing:
    """The breath from the last 64 s of (n, 3) ``samples`` in mg (32 s will do).

    ``end_s``: when the last sample was taken; by default counted from the first. An axis that
    stands still, or holds what is not finite, is left out. A person who moves is "unknown", with
    ``TOO_MANY_ARTEFACTS``.

    :raises ValueError: unless there are three columns and at least 8 samples a second
    """
    xyz = np.asarray(samples, dtype=np.float64)
    if xyz.ndim != 2 or xyz.shape[1] != 3:
        raise ValueError("acceleration comes as rows of x, y and z")
    if not (math.isfinite(rate_hz) and rate_hz >= SLOWEST_HZ):
        raise ValueError(f"a breath needs {SLOWEST_HZ:g} samples a second or more")
    if end_s is None:
        end_s = (len(xyz) - 1) / rate_hz
    xyz = xyz[max(0, len(xyz) - round(WINDOW_S * rate_hz)) :]
    if len(xyz) / rate_hz < FEWEST_SAMPLES / RATE_HZ:
        return unknown(SOURCE, Reason.WARMING_UP)
    axes = [_slow(axis, rate_hz) for axis in xyz.T if _lives(axis)]
    if not axes:
        return unknown(SOURCE, Reason.NO_DATA)
    swings = np.stack(axes)
    size = np.sqrt((swings * swings).sum(axis=0))
    if not float(np.sqrt((size * size).mean())) > STILL_MG:
        return unknown(SOURCE, Reason.FLAT)
    limit = CLIPPED_AT * float(np.median(size))
    over = size > limit
    if over.mean() > MOVING_SHARE or float(np.median(size)) > BREATH_AT_MOST_MG:
        return unknown(SOURCE, Reason.TOO_MANY_ARTEFACTS)
    swings = swings * np.where(over, limit / np.maximum(size, limit), 1.0)
    found = [of_wave(axis @ swings, end_s, SOURCE, sure=SURE) for axis in _axes(swings)]
    return max(found, key=lambda each: (each.rate_per_min is not None, each.confidence))


def moving_share(samples: ArrayLike, rate_hz: float) -> float:
    """The share of whole seconds of (n, 3) ``samples`` in mg in which somebody moves; 0 if none.

    By the mean deviation of the size of acceleration within a second (the measure of Vähä-Ypyä et
    al., Clin Physiol Funct Imaging 2015, 35:64-70; the limit is our own). What turns slowly, as
    breath and posture do, hardly changes that size.

    >>> moving_share([[0, 0, 1000]] * 100, 25)
    0.0
    """
    xyz = np.asarray(samples, dtype=np.float64)
    each = round(rate_hz)
    seconds = len(xyz) // each if each > 0 else 0
    if not seconds:
        return 0.0
    last = xyz[len(xyz) - seconds * each :]
    size = np.sqrt((last * last).sum(axis=1)).reshape(seconds, each)
    deviation = np.abs(size - size.mean(axis=1, keepdims=True)).mean(axis=1)
    return float(np.mean(deviation > MOVES_MG))


def _lives(axis: Floats) -> bool:
    """Whether an axis says anything: one that is stuck only jumps now and then, if at all."""
    return bool(np.isfinite(axis).all()) and float(np.mean(np.diff(axis) == 0)) < STUCK_SHARE


def _slow(axis: Floats, rate_hz: float) -> Floats:
    """What breath may move in ``axis`` (n,), at 4 Hz; its last sample is that of ``axis``."""
    n = len(axis)
    ramp = np.linspace(-0.5, 0.5, n)
    flat = axis - axis.mean() - ramp * float(ramp @ axis) / float(ramp @ ramp)
    hz = np.fft.rfftfreq(2 * n, 1.0 / rate_hz)
    gain = (hz >= LOW_HZ / 2) & (hz <= HIGH_HZ)
    mirrored = np.concatenate((flat, flat[::-1]))  # goes round without a jump
    passed = np.fft.irfft(np.fft.rfft(mirrored) * gain, 2 * n)[:n]
    samples = min(SAMPLES, int((n - 1) / rate_hz * RATE_HZ) + 1)
    back = n - 1 + np.arange(1 - samples, 1) * (rate_hz / RATE_HZ)
    slow: Floats = np.interp(back, np.arange(n), passed)
    return slow


def _axes(swings: Floats) -> Floats:
    """The directions of most and second most swing: the second where something else sways more."""
    values, vectors = np.linalg.eigh(swings @ swings.T)
    most = vectors[:, np.argsort(-values)][:, :2].T
    # of the two ends of an axis always the same one, so that the phase does not turn over
    signs = np.sign(most[np.arange(len(most)), np.abs(most).argmax(axis=1)])
    axes: Floats = most * signs[:, None]
    return axes
