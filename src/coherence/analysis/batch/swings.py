"""The heart's own breaths in many windows at once, and how far it swings in the last of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.batch.floors import noise_floors
from coherence.analysis.respiration import (
    CLOSEST_S,
    FEWEST_BEATS,
    FEWEST_BREATHS,
    PROMINENCE_SD,
    RECENT_BREATHS,
    WAVE_HIGH_HZ,
    WAVE_LOW_HZ,
)
from coherence.analysis.spectrum import RATE_HZ, Floats, band_passed

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

AT_ONCE = 256  # windows: so many that their waves stay in the processor's cache
LATEST = 9  # crests looked at: eight breaths, of which five are to count
STILL = 1e-9  # a wave so small beside the intervals is what rounding left


@dataclass(frozen=True, slots=True, eq=False)
class Swings:
    """Of each window (w,): the mean swing of its last breaths, or why there is none."""

    ms: Floats
    bpm: Floats
    breaths: Indices  # that it was taken from
    warming_up: Bools
    open: Bools  # left to be worked out one by one
    floors: tuple[Floats, Floats] | None  # in bpm and in ms, NaN where there is none; if asked for


def own_swings(
    start_s: Floats,
    nn_ms: Floats,
    x: Floats,
    y: Floats,
    holes: tuple[Floats, Floats],
    *,
    with_floors: bool = False,
) -> Swings:
    """Swing between crests of the band-passed curve, as ``breath_swings(… own_bounds(…))``.

    ``nn_ms`` (w, k) are the ends of the windows by quarter seconds from ``start_s`` (w,) on; ``x``
    and ``y`` (n,) the accepted beats of the recording, ``holes`` where those begin and end that no
    breath may hold.
    """
    turns = [_turns(nn_ms[k : k + AT_ONCE]) for k in range(0, len(nn_ms), AT_ONCE)]
    sample, value, count, sd = (np.concatenate(each) for each in zip(*turns, strict=True))
    still = ~(sd > STILL * np.abs(nn_ms[:, -1]))
    crest, known, chained = _latest_crests(sample, value, count, PROMINENCE_SD * sd)
    crest_s = start_s[:, None] + crest / RATE_HZ
    within = x.searchsorted(crest_s, side="right")
    begin_s, end_s = crest_s[:, :-1], crest_s[:, 1:]
    i, j = within[:, :-1], within[:, 1:]
    counts = known[:, :-1] & (j - i >= FEWEST_BEATS)
    if holes[0].size:
        begun = holes[0].searchsorted(end_s, side="left")
        over = holes[1].searchsorted(begin_s, side="right")
        counts &= begun <= over
    beats = np.append(y, y[-1])  # a breath may end with the last beat
    low = np.minimum.reduceat(beats, within.ravel()).reshape(within.shape)[:, :-1]
    high = np.maximum.reduceat(beats, within.ravel()).reshape(within.shape)[:, :-1]
    counts &= low > 0.0
    # Numbered from the latest one back.
    number = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
    counts &= number <= RECENT_BREATHS
    n = counts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ms = np.where(counts, high - low, 0.0).sum(axis=1) / n
        bpm = np.where(counts, 60000.0 / low - 60000.0 / high, 0.0).sum(axis=1) / n
    more = known[:, 0]  # crests before those looked at
    floors = noise_floors(x, y, (i, j), (begin_s, end_s), counts) if with_floors else None
    left = still | chained | ((n < RECENT_BREATHS) & more)
    return Swings(ms, bpm, n, n < FEWEST_BREATHS, left, floors)


def _turns(nn_ms: Floats) -> tuple[Indices, Floats, Indices, Floats]:
    """Where the waves of rows turn, row after row, and how high; how often, and their deviation.

    Each row begins and ends with a bottom.
    """
    wave = band_passed(nn_ms, WAVE_LOW_HZ, WAVE_HIGH_HZ)
    rows, samples = wave.shape
    # All rows end to end: the first sample of each is made a bottom or none, and so is the last.
    rises, turns = np.zeros((2, rows, samples), np.bool_)
    heights = wave.ravel()
    np.greater(heights[1:], heights[:-1], out=rises.ravel()[1:])
    rises[:, 0] = False
    np.not_equal(rises.ravel()[1:], rises.ravel()[:-1], out=turns.ravel()[:-1])
    np.logical_not(rises[:, -1], out=turns[:, -1])
    at = np.flatnonzero(turns)
    begins = samples * np.arange(rows)
    count = np.diff(at.searchsorted(begins), append=len(at))
    sd = np.sqrt(np.vecdot(wave, wave) / samples)
    return at - begins.repeat(count), heights.take(at), count, sd


def _latest_crests(
    sample: Indices, value: Floats, count: Indices, prominence: Floats
) -> tuple[Indices, Bools, Bools]:
    """The last crests (w, 9) of each row, which of them there are, and rows with crowded ones."""
    # From the end back: a bottom, a top, a bottom, ….
    after, count = np.cumsum(count), count // 2
    number = np.arange(int(count.max()) + 1)[:, None]
    tops = after - 2 - 2 * number
    at = sample.take(tops, mode="clip")
    height = np.where(number < count, value.take(tops, mode="clip"), -np.inf)
    dip = np.where(number <= count, value.take(tops + 1, mode="clip"), np.inf)

    close = (at[:-1] - at[1:] < CLOSEST_S * RATE_HZ) & (number[1:] < count)
    lonely = np.ones(at.shape, np.bool_)  # no higher one stands too close to it
    if close.any():
        earlier = height[1:] >= height[:-1]
        lonely[:-1] &= ~(close & earlier)
        lonely[1:] &= ~(close & ~earlier)
    chained: Bools = np.logical_or.reduce(close[1:] & close[:-1])  # three and more crowd
    crests, found = _prominent(dip, height, lonely, prominence)
    crest = at[crests, np.arange(len(count))]
    known = found > np.arange(LATEST)[:, None]
    return np.where(known, crest, 0)[::-1].T, known[::-1].T, chained


def _prominent(
    dip: Floats, height: Floats, counting: Bools, prominence: Floats
) -> tuple[Indices, Indices]:
    """Tops (9, w) with a descent of ``prominence`` on either side before anything higher.

    The first ones of those that are ``counting`` (k, w), and how many there are. One sweep over
    dips and tops in turn: after a rise of so much from the lowest point the highest one is sought,
    and once the curve has come down as far from it that is a crest.
    """
    rows = height.shape[1]
    crests = np.zeros((LATEST + 1, rows), np.int64)
    found, best_at = np.zeros((2, rows), np.int64)
    rising = np.zeros(rows, np.bool_)
    best, lowest = np.full(rows, -np.inf), np.full(rows, np.inf)  # since the last crest, since best
    for k in range(len(height)):
        np.minimum(lowest, dip[k], out=lowest)
        over = np.flatnonzero(best - lowest >= prominence)
        crests[found[over], over] = best_at[over]
        found[over] = np.minimum(found[over] + counting[best_at[over], over], LATEST)
        if k > LATEST and found.min() == LATEST:
            break
        rising[over], best[over] = False, -np.inf
        up = height[k]
        higher = np.where(rising, up > best, up - lowest >= prominence)
        best_at[higher] = k
        np.copyto(best, up, where=higher)
        np.copyto(lowest, np.inf, where=higher)
        rising |= higher
    return crests[:LATEST], found
