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
    wave = band_passed(nn_ms, WAVE_LOW_HZ, WAVE_HIGH_HZ)
    sd = np.sqrt(np.einsum("ij,ij->i", wave, wave) / wave.shape[1])
    still = ~(sd > STILL * np.abs(nn_ms[:, -1]))
    crest, known, chained = _latest_crests(wave, PROMINENCE_SD * sd)
    crest_s = start_s[:, None] + crest / RATE_HZ
    within = x.searchsorted(crest_s, side="right")
    begin_s, end_s = crest_s[:, :-1], crest_s[:, 1:]
    i, j = within[:, :-1], within[:, 1:]
    counts = known[:, :-1] & (j - i >= FEWEST_BEATS)
    if holes[0].size:
        begun = holes[0].searchsorted(end_s, side="left")
        over = holes[1].searchsorted(begin_s, side="right")
        counts &= begun <= over
    pairs = np.stack((i, j), axis=-1).ravel()
    begin, end = int(pairs.min()), int(pairs.max())
    beats = np.append(y[begin:end], y[-1])  # a breath may end with the last beat
    low = np.minimum.reduceat(beats, pairs - begin)[::2].reshape(i.shape)
    high = np.maximum.reduceat(beats, pairs - begin)[::2].reshape(i.shape)
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


def _latest_crests(wave: Floats, prominence: Floats) -> tuple[Indices, Bools, Bools]:
    """The last crests of each row, which of them there are, and rows with crowded ones."""
    rows, samples = wave.shape
    rises = wave[:, 1:] > wave[:, :-1]
    row, top = np.divmod(np.flatnonzero(rises[:, :-1] & ~rises[:, 1:]), samples - 2)
    top += 1
    count = np.bincount(row, minlength=rows)
    place = np.arange(len(row)) - (np.cumsum(count) - count)[row]
    width = int(count.max(initial=0))
    tops = np.full((rows, width + 1), -1)
    tops[row, place] = top
    height = np.full((rows, width + 1), -np.inf)
    height[row, place] = wave[row, top]
    # The lowest point before each top, and after the last: stretches of the rows end to end.
    begins = np.empty(rows + len(row), np.int64)
    begins[np.arange(rows) + np.cumsum(count) - count] = np.arange(rows) * samples
    begins[np.arange(1, len(row) + 1) + row] = row * samples + top
    lowest = np.minimum.reduceat(wave.ravel(), begins)
    dip = np.full((rows, width + 1), np.inf)
    dip[np.arange(rows).repeat(count + 1), _counted(count + 1)] = lowest

    kept = _prominent(dip, height, prominence)
    lonely, chained = _lonely(row, place, top, height, kept.shape)
    kept &= lonely
    left = kept.sum(axis=1)
    at = np.nonzero(kept)
    found = tops[at]
    from_end = left[at[0]] - 1 - _counted(left)
    recent = from_end < LATEST
    crest = np.zeros((rows, LATEST), np.int64)
    known = np.zeros((rows, LATEST), np.bool_)
    crest[at[0][recent], LATEST - 1 - from_end[recent]] = found[recent]
    known[at[0][recent], LATEST - 1 - from_end[recent]] = True
    return crest, known, chained


def _prominent(dip: Floats, height: Floats, prominence: Floats) -> Bools:
    """Tops with a descent of ``prominence`` on either side before anything higher: (w, k).

    One sweep over dips and tops in turn: after a rise of so much from the lowest point the highest
    one is sought, and once the curve has come down as far from it that is a crest.
    """
    rows = np.arange(len(height))
    kept = np.zeros(height.shape, np.bool_)
    rising = np.zeros(len(height), np.bool_)
    best, lowest = np.full(len(height), -np.inf), np.full(len(height), np.inf)
    best_at = np.zeros(len(height), np.int64)
    for k in range(height.shape[1]):
        down = dip[:, k]
        over = rising & (best - down >= prominence)
        kept[rows[over], best_at[over]] = True
        rising &= ~over
        lowest = np.where(over, down, np.minimum(lowest, down))
        up = height[:, k]
        begun = ~rising & (up - lowest >= prominence)
        higher = begun | (rising & (up > best))
        best = np.where(higher, up, best)
        best_at[higher] = k
        rising |= begun
        lowest[rising] = np.inf
    return kept


def _lonely(
    row: Indices, place: Indices, top: Indices, height: Floats, shape: tuple[int, ...]
) -> tuple[Bools, Bools]:
    """Tops that no higher one stands too close to; and rows where three and more crowd."""
    lonely = np.ones(shape, np.bool_)
    chained = np.zeros(shape[0], np.bool_)
    close = np.flatnonzero((np.diff(top) < CLOSEST_S * RATE_HZ) & (np.diff(row) == 0))
    if close.size:
        first = height[row[close], place[close]] >= height[row[close], place[close] + 1]
        lonely[row[close], place[close] + first] = False
        chained[row[close[1:]][np.diff(close) == 1]] = True
        far = (top[2:] - top[:-2] < CLOSEST_S * RATE_HZ) & (row[2:] == row[:-2])
        chained[row[2:][far]] = True
    return lonely, chained


def _counted(counts: Indices) -> Indices:
    """0, 1, … up to each count in turn."""
    return np.arange(int(counts.sum())) - (np.cumsum(counts) - counts).repeat(counts)
