"""Beats on an even 4 Hz grid: flagged beats left out, short holes bridged, long ones refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.series import SAME_TIME_S, NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats, cubic_spline, pchip
from coherence.model import Reason

Indices = NDArray[np.int64]
_NONE: Indices = np.empty(0, np.int64)
_NO_LENGTH: Floats = np.empty(0)

CALM_BRIDGE_S = 1.5  # beyond it a cubic swings out; the shape-preserving one does not
SURE_BRIDGE_S = 3.0  # beyond it confidence is low
LONGEST_BRIDGE_S = 5.0  # beyond it nothing is said
MARGIN_BEATS = 6  # before the grid, so that the spline has forgotten its edge (science: at least 3)
FEWEST_BEATS = 4  # of a cubic


class Stamp(Enum):
    """Where in an interval its value stands."""

    END = "end"  # for spectra
    MIDDLE = "middle"  # for phase: at the end it would be late by half an interval


@dataclass(frozen=True, slots=True, eq=False)
class Tachogram:
    """NN intervals at 4 Hz, ending at an accepted beat: ``t_s`` (n,), ``nn_ms`` (n,)."""

    t_s: Floats
    nn_ms: Floats
    longest_hole_s: float  # among its beats; 0 where all are accepted

    @property
    def bridged(self) -> bool:
        return self.longest_hole_s > 0.0

    @property
    def unsure(self) -> bool:
        return self.longest_hole_s > SURE_BRIDGE_S


def tachogram(
    series: NNSeries, samples: int, stamp: Stamp = Stamp.END, fewest: int | None = None
) -> Tachogram | Reason:
    """Resample the last ``samples`` quarter seconds of ``series``, up to its last accepted beat.

    With ``fewest`` a shorter stretch will do: as many samples as there are since the first beat or
    the last hole too long to bridge. Returns the reason where there is nothing to resample:
    ``GAP`` for such a hole, ``WARMING_UP`` where the beats do not reach back far enough.
    """
    kept = series.accepted.nonzero()[0]
    if kept.size < FEWEST_BEATS:
        return Reason.WARMING_UP if kept.size == len(series) else Reason.TOO_FEW_BEATS
    at = _stamps(series, kept, stamp)
    if not (at[1:] > at[:-1] + SAME_TIME_S).all():
        # beats on the same spot: from a file, never from a heart
        ahead = at[1:] > np.maximum.accumulate(at)[:-1] + SAME_TIME_S
        kept, at = kept[np.append(True, ahead)], at[np.append(True, ahead)]
        if kept.size < FEWEST_BEATS:
            return Reason.TOO_FEW_BEATS
    ends, nn_ms = series.t_s[kept], series.rr_ms[kept]
    end_s = float(at[-1])
    tail_s = series.end_s - float(ends[-1])
    if tail_s > LONGEST_BRIDGE_S:
        return Reason.GAP

    start_s = end_s - (samples - 1) / RATE_HZ
    first = max(0, int(at.searchsorted(start_s, side="right")) - 1 - MARGIN_BEATS)
    left, right, length_s = holes_between(series, kept[first:], ends[first:], nn_ms[first:])
    reason = Reason.WARMING_UP
    if length_s.size:
        left, right = left + first, right + first  # beats on either side of each hole
        inside = at[right] > start_s
        left, right, length_s = left[inside], right[inside], length_s[inside]
        long = np.flatnonzero(length_s > LONGEST_BRIDGE_S)
        if long.size:
            if fewest is None:
                return Reason.GAP
            reason = Reason.GAP
            first = int(right[long[-1]])
            later = left >= first
            left, right, length_s = left[later], right[later], length_s[later]
    available = int((end_s - float(at[first])) * RATE_HZ + SAME_TIME_S) + 1
    if available < (samples if fewest is None else fewest):
        return reason
    if kept.size - first < FEWEST_BEATS:
        return Reason.TOO_FEW_BEATS
    samples = min(samples, available)

    x, y = at[first:], nn_ms[first:]
    t_s = end_s + np.arange(1 - samples, 1) / RATE_HZ
    if length_s.size:
        wide = length_s > CALM_BRIDGE_S
        values = bridged(x, y, t_s, at[left[wide]], at[right[wide]])
        longest_s = max(float(length_s.max(initial=0.0)), tail_s)
    else:
        values, longest_s = cubic_spline(x, y, t_s), tail_s
    return Tachogram(t_s, values, longest_s if longest_s > SAME_TIME_S else 0.0)


def bridged(x: Floats, y: Floats, at: Floats, hole_start: Floats, hole_end: Floats) -> Floats:
    """The cubic spline through (x, y) at each of ``at``, but calm within the wide holes given."""
    values = cubic_spline(x, y, at)
    if hole_start.size:
        calm = pchip(x, y, at)
        for a, b in zip(hole_start.tolist(), hole_end.tolist(), strict=True):
            within = (at > a) & (at < b)
            values[within] = calm[within]
    return values


def _stamps(series: NNSeries, kept: Indices, stamp: Stamp) -> Floats:
    ends = series.t_s[kept]
    return ends if stamp is Stamp.END else ends - series.rr_ms[kept] / 2000.0


def holes_between(
    series: NNSeries, kept: Indices, ends: Floats, nn_ms: Floats
) -> tuple[Indices, Indices, Floats]:
    """Positions in ``kept`` left and right of each hole, and how long it is in seconds."""
    if kept[-1] - kept[0] == kept.size - 1 and series.segment[kept[0]] == series.segment[kept[-1]]:
        return _NONE, _NONE, _NO_LENGTH  # most windows
    segment = series.segment[kept]
    apart = np.flatnonzero((np.diff(kept) > 1) | (np.diff(segment) != 0))
    length_s = ends[apart + 1] - nn_ms[apart + 1] / 1000.0 - ends[apart]
    real = length_s > SAME_TIME_S
    return apart[real], apart[real] + 1, length_s[real]
