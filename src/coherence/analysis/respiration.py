"""What the heart rhythm tells of the breath: its swing breath by breath, and breaths a minute.

Without a measured breath both are estimates: the breath is read from the heart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats, band_passed, centred
from coherence.analysis.tachogram import CALM_BRIDGE_S, Tachogram
from coherence.pacing import Breath

WAVE_LOW_HZ, WAVE_HIGH_HZ = 0.05, 0.40
PROMINENCE_SD = 0.3
CLOSEST_S = 1.5
FEWEST_BEATS = 3  # accepted, in one breath
RECENT_BREATHS = 5
FEWEST_BREATHS = 2
HARMONICS = 2  # of the breath's own wave; what else moves the beats within a breath is noise
FEWEST_SPARE = 5  # beats more than what is fitted to them, to tell the noise from
# Mean range of 2, 3, … values of normal noise with standard deviation 1 (Tippett, Biometrika 1925)
MEAN_RANGE = np.array([
    1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078, 3.173, 3.258, 3.336, 3.407,
    3.472, 3.532, 3.588, 3.640, 3.689, 3.735,
])  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class BreathSwings:
    """Swing of the heart in each breath (k,), taken from the beats: the spline reads higher."""

    start_s: Floats
    end_s: Floats
    bpm: Floats  # highest less lowest heart rate
    ms: Floats  # longest less shortest interval
    # What noise of the recent breaths would swing by if there were no breath in it; ``None`` where
    # there are too few beats to tell.
    floor_bpm: float | None = None
    floor_ms: float | None = None

    def __len__(self) -> int:
        return len(self.bpm)


def guided_bounds(breaths: Sequence[Breath]) -> Floats:
    """Start and end of each guided breath, (k, 2) in seconds."""
    return np.array([(b.start_s, b.end_s) for b in breaths]).reshape(-1, 2)


def own_bounds(beats: Tachogram) -> Floats:
    """Start and end of each wave of the heart itself, from crest to crest: (k, 2) in seconds."""
    wave = band_passed(centred(beats.nn_ms), WAVE_LOW_HZ, WAVE_HIGH_HZ)
    swing = centred(wave)
    sd = math.sqrt(float(swing @ swing) / len(swing))
    crests = beats.t_s[_crests(wave, PROMINENCE_SD * sd, CLOSEST_S * RATE_HZ)]
    return np.stack((crests[:-1], crests[1:]), axis=1)


def breath_swings(series: NNSeries, bounds: Floats) -> BreathSwings:
    """Measure each breath of ``bounds`` (k, 2) on the beats that end within it.

    A breath counts with at least three accepted beats and no gap inside.
    """
    ends, nn_ms = series.nn_t_s, series.nn_ms.tolist()
    first = ends.searchsorted(bounds[:, 0], side="right")
    after = ends.searchsorted(bounds[:, 1], side="right")
    holes: list[tuple[float, float]] = []
    if not series.unbroken:
        holes = [(a, b) for a, b in series.holes().tolist() if b - a > CALM_BRIDGE_S]
    rows, beats = [], []
    for (a, b), i, j in zip(bounds.tolist(), first.tolist(), after.tolist(), strict=True):
        if j - i < FEWEST_BEATS or any(left < b and right > a for left, right in holes):
            continue
        low, high = min(nn_ms[i:j]), max(nn_ms[i:j])
        if low > 0.0:
            rows.append((a, b, 60000.0 / low - 60000.0 / high, high - low))
            beats.append((i, j))
    start_s, end_s, bpm, ms = np.array(rows).reshape(-1, 4).T
    floors = _noise_floors(series, rows[-RECENT_BREATHS:], beats[-RECENT_BREATHS:])
    return BreathSwings(start_s, end_s, bpm, ms, *floors)


def _noise_floors(
    series: NNSeries, rows: Sequence[tuple[float, ...]], beats: Sequence[tuple[int, int]]
) -> tuple[float | None, float | None]:
    """Peak to trough of the noise alone, in bpm and in ms, over the breaths of ``rows``.

    Peak to trough is never 0: the more beats a breath has, the further noise alone spreads. Noise
    is what is left of the beats once each breath's mean and one wave with its harmonic, the same
    in all of the breaths, are taken away; its mean range follows from the number of beats.
    """
    counts = np.array([j - i for i, j in beats])
    spare = int(counts.sum()) - len(counts) - 2 * HARMONICS
    if spare < FEWEST_SPARE:
        return None, None
    at = np.concatenate([np.arange(i, j) for i, j in beats])
    rows_of = np.arange(len(counts)).repeat(counts)
    start_s, end_s = np.array([row[:2] for row in rows]).T
    nn_ms = series.nn_ms[at]
    share = (series.nn_t_s[at] - start_s[rows_of]) / (end_s - start_s)[rows_of]
    turn = np.exp((2j * np.pi) * share)
    columns = np.array((60000.0 / nn_ms, nn_ms, *_parts(turn), *_parts(turn * turn)))
    first = np.cumsum(counts) - counts
    columns -= (np.add.reduceat(columns, first, axis=1) / counts)[:, rows_of]
    said, waves = columns[:2], columns[2:]
    try:
        weights = np.linalg.solve(waves @ waves.T, waves @ said.T)
    except np.linalg.LinAlgError:  # beats at too few places of the breath
        return None, None
    left = said - weights.T @ waves
    bpm, ms = np.sqrt(np.einsum("ij,ij->i", left, left) / spare).tolist()
    reach = float(MEAN_RANGE[np.minimum(counts, len(MEAN_RANGE) + 1) - 2].mean())
    return bpm * reach, ms * reach


def _parts(turn: NDArray[np.complex128]) -> tuple[Floats, Floats]:
    return turn.real, turn.imag


def _crests(wave: Floats, prominence: float, distance: float) -> NDArray[np.int64]:
    """Maxima at least ``distance`` apart that stand out; as ``scipy.signal.find_peaks``."""
    rises = wave[1:] > wave[:-1]
    tops = (rises[:-1] & ~rises[1:]).nonzero()[0] + 1  # up to here, and not further
    if not tops.size:
        return tops
    where, height = tops.tolist(), wave[tops].tolist()
    # The lowest point left of the first top, between neighbours, and right of the last.
    dip = np.minimum.reduceat(wave, np.append(0, tops)).tolist()
    keep = [True] * len(where)
    for i in np.argsort(-wave[tops], kind="stable").tolist():  # the higher one stays
        if keep[i]:
            for step in (-1, 1):
                j = i + step
                while 0 <= j < len(where) and abs(where[j] - where[i]) < distance:
                    keep[j] = False
                    j += step
    for i, top in enumerate(height):
        if keep[i]:  # how far one must come down before anything higher is reached
            left, j = dip[i], i - 1
            while j >= 0 and height[j] <= top:
                left, j = min(left, dip[j]), j - 1
            right, j = dip[i + 1], i + 1
            while j < len(where) and height[j] <= top:
                right, j = min(right, dip[j + 1]), j + 1
            keep[i] = top - max(left, right) >= prominence
    return tops[keep]
