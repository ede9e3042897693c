"""What the heart rhythm tells of the breath: its swing breath by breath, and breaths a minute.

Without a measured breath both are estimates: the breath is read from the heart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import sub
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats, band_passed
from coherence.analysis.tachogram import CALM_BRIDGE_S, Tachogram
from coherence.pacing import Breath

WAVE_LOW_HZ, WAVE_HIGH_HZ = 0.05, 0.40
PROMINENCE_SD = 0.3
CLOSEST_S = 1.5
FEWEST_BEATS = 3  # accepted, in one breath
RECENT_BREATHS = 5
FEWEST_BREATHS = 2
EVEN_SAMPLES = 16
TURN = 2.0 * math.pi
# At the beginning and the end of one breath after the other.
TURNS = TURN * (np.arange(1, 2 * RECENT_BREATHS + 1) // 2)
HARMONICS = 2  # of the breath's own wave; what else moves the beats within a breath is noise
FITTED = 2 * HARMONICS
FEWEST_SPARE = 5  # beats more than what is fitted to them, to tell the noise from
# Mean range of 2, 3, … values of normal noise with standard deviation 1 (Tippett, Biometrika 1925)
MEAN_RANGE = (
    1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078, 3.173, 3.258, 3.336, 3.407,
    3.472, 3.532, 3.588, 3.640, 3.689, 3.735,
)  # fmt: skip


class Swing(NamedTuple):
    """How far the heart swings within one breath."""

    start_s: float
    end_s: float
    bpm: float  # highest less lowest heart rate
    ms: float  # longest less shortest interval


@dataclass(frozen=True, slots=True, eq=False)
class BreathSwings:
    """Swing of the heart in each breath, taken from the beats: the spline reads higher."""

    each: Sequence[Swing]
    # What noise of the recent breaths would swing by if there were no breath in it; ``None`` where
    # there are too few beats to tell.
    floor_bpm: float | None = None
    floor_ms: float | None = None

    def __len__(self) -> int:
        return len(self.each)

    @property
    def start_s(self) -> Floats:
        """Where each breath begins: (k,)."""
        return np.array([swing.start_s for swing in self.each])

    @property
    def bpm(self) -> Floats:
        return np.array([swing.bpm for swing in self.each])

    @property
    def ms(self) -> Floats:
        return np.array([swing.ms for swing in self.each])


def guided_bounds(breaths: Sequence[Breath]) -> Floats:
    """Start and end of each guided breath, (k, 2) in seconds.

    >>> guided_bounds([])
    array([], shape=(0, 2), dtype=float64)
    """
    return np.array([(b.start_s, b.end_s) for b in breaths]).reshape(-1, 2)


def own_bounds(beats: Tachogram) -> Floats:
    """Start and end of each wave of the heart itself, from crest to crest: (k, 2) in seconds."""
    # Whole multiples of 4 s: other lengths may take a Fourier transform five times as long.
    samples = len(beats.nn_ms) // EVEN_SAMPLES * EVEN_SAMPLES or len(beats.nn_ms)
    wave = band_passed(beats.nn_ms[-samples:], WAVE_LOW_HZ, WAVE_HIGH_HZ)
    sd = math.sqrt(float(wave.dot(wave)) / samples)  # its mean is 0: nothing slow is left
    crests = _crests(wave, PROMINENCE_SD * sd, CLOSEST_S * RATE_HZ)
    # Each but the first and the last ends one wave and begins the next.
    return beats.t_s[-samples:].take(crests).repeat(2)[1:-1].reshape(-1, 2)


def breath_swings(series: NNSeries, bounds: Floats, latest: int | None = None) -> BreathSwings:
    """Measure each breath of ``bounds`` (k, 2), or the ``latest`` of them, on the beats within.

    A breath counts with at least three accepted beats and no gap inside.

    >>> beats = NNSeries.from_rr([900, 850, 800, 850] * 20)
    >>> breath_swings(beats, np.array([[6.8, 10.2], [10.2, 13.6]])).ms
    array([100., 100.])
    """
    ends, nn_ms = series.nn_t_s, series.nn_ms
    within = ends.searchsorted(bounds, side="right").tolist()
    holes: list[tuple[float, float]] = []
    if not series.unbroken:
        holes = [(a, b) for a, b in series.holes().tolist() if b - a > CALM_BRIDGE_S]
    found: list[Swing] = []
    beats: list[tuple[int, int]] = []
    for (a, b), (i, j) in zip(reversed(bounds.tolist()), reversed(within), strict=True):
        if len(found) == latest:
            break
        if j - i < FEWEST_BEATS:
            continue
        if holes and any(left < b and right > a for left, right in holes):
            continue
        inside = nn_ms[i:j].tolist()
        low, high = min(inside), max(inside)
        if low > 0.0:
            found.append(Swing(a, b, 60000.0 / low - 60000.0 / high, high - low))
            beats.append((i, j))
    found.reverse()
    beats.reverse()
    floors = _noise_floors(series, found[-RECENT_BREATHS:], beats[-RECENT_BREATHS:])
    return BreathSwings(found, *floors)


def _noise_floors(
    series: NNSeries, swings: Sequence[Swing], beats: Sequence[tuple[int, int]]
) -> tuple[float | None, float | None]:
    """Peak to trough of the noise alone, in bpm and in ms, over the breaths of ``swings``.

    Peak to trough is never 0: the more beats a breath has, the further noise alone spreads. Noise
    is what is left of the beats once each breath's mean and one wave with its harmonic, the same
    in all of the breaths, are taken away; its mean range follows from the number of beats.
    """
    counts = [j - i for i, j in beats]
    total = sum(counts)
    spare = total - len(counts) - FITTED
    if spare < FEWEST_SPARE:
        return None, None
    first, after = beats[0][0], beats[-1][1]
    inside: slice | NDArray[np.int64] = slice(first, after)  # breath follows breath, mostly
    if total < after - first:
        inside = np.concatenate([np.arange(i, j) for i, j in beats])
    edges_s = [edge_s for swing in swings for edge_s in (swing.start_s, swing.end_s)]
    turn = np.interp(series.nn_t_s[inside], edges_s, TURNS[: len(edges_s)])
    columns = np.empty((FITTED + 2, turn.size))
    np.cos(turn, columns[0])
    np.sin(turn, columns[1])
    # These tell as much as the harmonic: without their means they are half of it.
    np.multiply(columns[0], columns[0], columns[2])
    np.multiply(columns[0], columns[1], columns[3])
    bpm, nn_ms = columns[FITTED], columns[FITTED + 1]
    nn_ms[:] = series.nn_ms[inside]
    np.divide(60000.0, nn_ms, bpm)
    number = np.array(counts)
    means = np.add.reduceat(columns, np.add.accumulate(number) - number, axis=1)
    means /= number.astype(np.float64)
    columns -= means.repeat(number, axis=1)
    squares = [float(bpm.dot(bpm)), float(nn_ms.dot(nn_ms))]
    left = _left_over(squares, columns[:FITTED].dot(columns.T).tolist())
    if left is None:  # beats at too few places of the breath
        return None, None
    reach = sum([MEAN_RANGE[min(n, len(MEAN_RANGE) + 1) - 2] for n in counts]) / len(counts)
    floor_bpm, floor_ms = [reach * math.sqrt(max(0.0, square) / spare) for square in left]
    return floor_bpm, floor_ms


def _left_over(squares: list[float], products: list[list[float]]) -> list[float] | None:
    """What is left of the ``squares`` of columns when they are told from some others.

    ``products`` are the sums of products of each of those others with all, themselves first.
    ``None`` where they are not independent. In plain floats: a matrix so small is solved before an
    array is made of it.
    """
    fitted = len(products)
    size = [row[i] for i, row in enumerate(products)]
    for k, pivot in enumerate(products):
        if not pivot[k] > 1e-9 * size[k]:
            return None
        for i in range(k + 1, fitted):
            row, share = products[i], pivot[i] / pivot[k]
            for j in range(i, len(row)):
                row[j] -= share * pivot[j]
        for i, told in enumerate(pivot[fitted:]):
            squares[i] -= told * told / pivot[k]
    return squares


def _crests(wave: Floats, prominence: float, distance: float) -> NDArray[np.int64]:
    """Maxima at least ``distance`` apart that stand out; as ``scipy.signal.find_peaks``."""
    rises = wave[1:] > wave[:-1]
    turns: NDArray[np.int64] = (rises[1:] != rises[:-1]).nonzero()[0]  # up to here, not further
    turns += 1
    heights: list[float] = wave.take(turns).tolist()
    # Tops and lowest points come in turn; the ends of the wave are lowest points too.
    if rises.item(0):
        heights.insert(0, wave.item(0))
    else:
        turns = turns[1:]
    tops = turns[::2]
    if not tops.size:
        return tops
    where, height, dip = tops.tolist(), heights[1::2], heights[::2]
    if len(dip) == len(height):
        dip.append(wave.item(-1))
    keep = [True] * len(where)
    if min(map(sub, where[1:], where), default=distance) < distance:
        for i in sorted(range(len(where)), key=height.__getitem__, reverse=True):
            if keep[i]:  # the higher one stays
                for step in (-1, 1):
                    j = i + step
                    while 0 <= j < len(where) and abs(where[j] - where[i]) < distance:
                        keep[j] = False
                        j += step
    for i, (left, top, right) in enumerate(zip(dip[:-1], height, dip[1:], strict=True)):
        if (top - left < prominence or top - right < prominence) and keep[i]:
            # It must come down so far on either side before anything higher is reached.
            j = i
            while top - dip[j] < prominence and j and height[j - 1] <= top:
                j -= 1
            keep[i] = top - dip[j] >= prominence
            j = i + 1
            while top - dip[j] < prominence and j < len(where) and height[j] <= top:
                j += 1
            keep[i] &= top - dip[j] >= prominence
    return tops if all(keep) else tops.compress(keep)
