"""Numbers of many windows straight from the intervals: running sums, not window by window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from coherence.analysis.nonlinear import (
    ALPHA1_SCALES,
    FEWEST_FOR_DFA,
    FLAT_MS,
    log_slope,
    off_lines,
)
from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import Floats
from coherence.analysis.time_domain import FEWEST, FEWEST_FOR_RATE
from coherence.analysis.verdicts import SHORTEST_MS
from coherence.model import Reason

SCALES = tuple(ALPHA1_SCALES)
BOXES_AT_ONCE = 256  # so many that what is left of them stays in the processor's cache

Indices = NDArray[np.int64]
Found = tuple[Floats, dict[Reason, NDArray[np.bool_]]]  # values, and where there is none and why


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """Windows (w,) as rows of a series, and as places among its accepted beats."""

    first: Indices
    after: Indices
    first_kept: Indices
    after_kept: Indices


class BeatSums:
    """Running sums over a stretch of beats, from which each window takes a difference.

    About the stretch's own level, and of no more than some thousand beats: so a window loses no
    more than the last digits by it.
    """

    def __init__(self, series: NNSeries) -> None:
        self._nn_ms = series.nn_ms
        # Of a whole number: sums of whole milliseconds, which most files hold, are exact then.
        self._level_ms = round(float(self._nn_ms.mean())) if len(self._nn_ms) else 0.0
        off_ms = self._nn_ms - self._level_ms
        self._sum, self._squares = _running(off_ms), _running(off_ms * off_ms)
        together = series.neighbours
        steps_ms = np.where(together, np.diff(series.rr_ms), 0.0)
        sums_ms = series.rr_ms[1:] + series.rr_ms[:-1] - 2.0 * self._level_ms
        sums_ms = np.where(together, sums_ms, 0.0)
        self._pairs = _running(together)
        self._short = _running((series.rr_ms < SHORTEST_MS) & ~series.accepted)
        self._step_squares = _running(steps_ms * steps_ms)
        self._over_50 = _running(np.abs(steps_ms) > 50.0)
        self._pair_sum, self._pair_squares = _running(sums_ms), _running(sums_ms * sums_ms)
        self._walk = np.cumsum(off_ms)

    def of(self, at: Ranges) -> dict[str, Found]:
        """By marker key: what can be said of each window."""
        n = at.after_kept - at.first_kept
        with np.errstate(divide="ignore", invalid="ignore"):
            off_ms = _between(self._sum, at.first_kept, at.after_kept) / n
            squares = _between(self._squares, at.first_kept, at.after_kept) - n * off_ms**2
            mean_ms = self._level_ms + off_ms
            pairs_to = np.maximum(at.after - 1, at.first)
            m = _between(self._pairs, at.first, pairs_to)
            steps = _between(self._step_squares, at.first, pairs_to)
            pair_sum = _between(self._pair_sum, at.first, pairs_to)
            pair_squares = _between(self._pair_squares, at.first, pairs_to) - pair_sum**2 / m
            short = _between(self._short, at.first, at.after)
            few_for_rate, few, few_pairs = n < FEWEST_FOR_RATE, n < FEWEST, m < FEWEST
            too_few = Reason.TOO_FEW_BEATS
            return {
                "mean_rr_ms": (mean_ms, {too_few: few_for_rate}),
                "heart_rate_bpm": (
                    60000.0 / mean_ms,
                    {
                        Reason.TOO_MANY_ARTEFACTS: short > n,
                        too_few: few_for_rate,
                        Reason.NO_DATA: mean_ms <= 0.0,
                    },
                ),
                "sdnn_ms": (np.sqrt(np.maximum(squares, 0.0) / (n - 1)), {too_few: few}),
                "rmssd_ms": (np.sqrt(steps / m), {too_few: few_pairs}),
                "pnn50_pct": (
                    100.0 * _between(self._over_50, at.first, pairs_to) / m,
                    {too_few: few_pairs},
                ),
                "sd1_ms": (np.sqrt(steps / (2 * (m - 1))), {too_few: few_pairs}),
                "sd2_ms": (
                    np.sqrt(np.maximum(pair_squares, 0.0) / (2 * (m - 1))),
                    {too_few: few_pairs},
                ),
            }

    def dfa_alpha1(self, at: Ranges) -> Found:
        """Short-term exponent of each window's accepted beats."""
        n = at.after_kept - at.first_kept
        few = n < FEWEST_FOR_DFA
        scales = np.array(SCALES)[:, None]
        inside = n // scales * scales
        after = at.first_kept + inside
        squares = np.empty(inside.shape)
        for k, of_boxes in enumerate(_squares_of_boxes(self._walk)):
            running = _running_by(of_boxes[: max(0, len(of_boxes) - SCALES[k] + 1)], SCALES[k])
            np.subtract(
                running.take(after[k], mode="clip"),
                running.take(at.first_kept, mode="clip"),
                out=squares[k],
            )
        squares /= np.maximum(1, inside)
        flat = ~(squares.min(axis=0) > FLAT_MS**2) & ~few
        squares[:, flat | few] = 1.0
        return (
            0.5 * log_slope(SCALES).dot(np.log(squares)),
            {Reason.TOO_FEW_BEATS: few, Reason.FLAT: flat},
        )


def _squares_of_boxes(walk: Floats) -> Floats:
    """Squares that a line leaves of the box of each scale that begins at each beat: (scales, n)."""
    squares = np.empty((len(SCALES), len(walk)))
    boxes = sliding_window_view(np.append(walk, np.zeros(SCALES[-1])), SCALES[-1])
    for begin in range(0, len(walk), BOXES_AT_ONCE):
        part = slice(begin, min(begin + BOXES_AT_ONCE, len(walk)))
        left = _all_off_lines().dot(boxes[part].T)
        left *= left
        squares[:, part] = _of_scales().dot(left)
    return squares


@lru_cache(maxsize=1)
def _all_off_lines() -> Floats:
    """Of each scale an orthonormal basis of what is no line, one below the other: (104, 16)."""
    parts = []
    for matrix in off_lines(SCALES):
        sizes, directions = np.linalg.eigh(matrix)  # 0 for lines, 1 for the rest
        parts.append(np.pad(directions[:, sizes > 0.5], ((0, SCALES[-1] - len(matrix)), (0, 0))))
    return np.ascontiguousarray(np.concatenate(parts, axis=1).T)


@lru_cache(maxsize=1)
def _of_scales() -> Floats:
    """What adds up the rows of each scale: (13, 104)."""
    return np.eye(len(SCALES)).repeat([scale - 2 for scale in SCALES], axis=1)


def _running_by(values: Floats, step: int) -> Floats:
    """Element i is the sum of the values at i - step, i - 2 step, and so on."""
    rows = -(-len(values) // step)
    running = np.zeros((rows + 1, step))
    running.ravel()[step : step + len(values)] = values
    np.add.accumulate(running, axis=0, out=running)
    return running.ravel()


def _running(values: NDArray[np.generic]) -> Floats:
    sums = np.zeros(len(values) + 1)
    np.cumsum(values, out=sums[1:])
    return sums


def _between(running: Floats, first: Indices, after: Indices) -> Floats:
    sums: Floats = running.take(after, mode="clip") - running.take(first, mode="clip")
    return sums
