"""Beats on an even 4 Hz grid: flagged beats left out, short holes bridged, long ones refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.once import once
from coherence.analysis.series import SAME_TIME_S, NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.analysis.spline import Spline, pchip
from coherence.model import Reason

Indices = NDArray[np.int64]
_NONE: Indices = np.empty(0, np.int64)
_NO_LENGTH: Floats = np.empty(0)

CALM_BRIDGE_S = 1.5  # beyond it a cubic swings out; the shape-preserving one does not
SURE_BRIDGE_S = 3.0  # beyond it confidence is low
LONGEST_BRIDGE_S = 5.0  # beyond it nothing is said
FEWEST_BEATS = 4  # of a cubic
USUAL_SAMPLES = 480  # read at once: what is shorter is the end of it


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


class Part:
    """Accepted beats with no long hole among them, joined by a curve."""

    def __init__(self, at: Floats, nn_ms: Floats, wide_from: Floats, wide_to: Floats) -> None:
        """``wide_from`` and ``wide_to`` are the edges of holes in which the curve stays calm."""
        self.at, self.nn_ms = at, nn_ms
        self._wide_from, self._wide_to = wide_from, wide_to

    @once
    def _curve(self) -> Spline:
        return Spline.through(self.at, self.nn_ms)

    def read(self, t_s: Floats) -> Floats:
        """The curve at each of ``t_s``, which rises and lies within the beats."""
        values = self._curve.at(t_s)
        if self._wide_from.size:
            first = t_s.searchsorted(self._wide_from, side="right")
            inside = t_s.searchsorted(self._wide_to) - first
            ahead = np.add.accumulate(inside)
            within = np.arange(int(ahead[-1])) + (first - ahead + inside).repeat(inside)
            values[within] = pchip(self.at, self.nn_ms, t_s[within])
        return values


class JoinedBeats:
    """The accepted beats of a series in parts, cut where a hole is too long to bridge.

    The curve of a part is made when it is first asked for, and read as often as is needed.
    """

    def __init__(self, series: NNSeries, stamp: Stamp = Stamp.END) -> None:
        if not series.flagged:
            ends, nn_ms = series.t_s, series.rr_ms
            kept = None
        else:
            kept = series.accepted.nonzero()[0]
            ends, nn_ms = series.t_s[kept], series.rr_ms[kept]
        at = ends if stamp is Stamp.END else ends - nn_ms / 2000.0
        self.too_few = Reason.WARMING_UP if kept is None else Reason.TOO_FEW_BEATS
        if at.size > 1 and not np.minimum.reduce(at[1:] - at[:-1]) > SAME_TIME_S:
            # beats on the same spot: from a file, never from a heart
            ahead = np.append(True, at[1:] > np.maximum.accumulate(at)[:-1] + SAME_TIME_S)
            kept = np.flatnonzero(ahead) if kept is None else kept[ahead]
            at, ends, nn_ms = at[ahead], ends[ahead], nn_ms[ahead]
            if at.size < FEWEST_BEATS <= ahead.size:
                self.too_few = Reason.TOO_FEW_BEATS
        self.at, self.nn_ms = at, nn_ms
        self.tail_s = series.end_s - float(ends[-1]) if at.size else 0.0  # without a beat
        self.left, self.right, self.hole_s = _holes(series, kept, ends, nn_ms)
        self._parts: dict[int, Part] = {}
        self._grid = _NO_LENGTH, _NO_LENGTH

    def __len__(self) -> int:
        return self.at.size

    @once
    def begins(self) -> list[int]:
        """The first beat of each part."""
        if not self.hole_s.size:
            return [0]
        cut = self.hole_s > LONGEST_BRIDGE_S
        return [0, *self.right[cut].tolist()]

    def part(self, number: int) -> Part:
        """A part with at least four beats; -1 is the last one."""
        number %= len(self.begins)
        if number not in self._parts:
            first, after = self.begins[number], (*self.begins[1:], len(self))[number]
            at = self.at[first:after]
            wide_from = wide_to = _NO_LENGTH
            if self.hole_s.size:
                wide = (self.hole_s > CALM_BRIDGE_S) & (self.left >= first) & (self.right < after)
                wide_from, wide_to = self.at[self.left[wide]], self.at[self.right[wide]]
            self._parts[number] = Part(at, self.nn_ms[first:after], wide_from, wide_to)
        return self._parts[number]

    def let_go(self, number: int) -> None:
        """Keep the curve of a part no longer: of hours it takes more room than the beats."""
        self._parts.pop(number, None)

    @once
    def available(self) -> int:
        """Quarter seconds of the last part, up to the last beat."""
        span_s = float(self.at[-1]) - float(self.at[self.begins[-1]])
        return int(span_s * RATE_HZ + SAME_TIME_S) + 1

    def grid(self, samples: int) -> tuple[Floats, Floats]:
        """The last ``samples`` of those available, and the curve there."""
        t_s, values = self._grid
        if t_s.size < samples:
            back = max(samples, min(USUAL_SAMPLES, self.available)) - 1
            t_s = np.arange(-back / RATE_HZ, 0.5 / RATE_HZ, 1.0 / RATE_HZ)
            t_s += self.at[-1]
            values = self.part(-1).read(t_s)
            self._grid = t_s, values
        return t_s[-samples:], values[-samples:]


def tachogram(
    beats: NNSeries | JoinedBeats,
    samples: int,
    stamp: Stamp = Stamp.END,
    fewest: int | None = None,
) -> Tachogram | Reason:
    """Resample the last ``samples`` quarter seconds of ``beats``, up to the last accepted one.

    With ``fewest`` a shorter stretch will do: as many samples as there are since the first beat or
    the last hole too long to bridge. Returns the reason where there is nothing to resample:
    ``GAP`` for such a hole, ``WARMING_UP`` where the beats do not reach back far enough.
    """
    joined = beats if isinstance(beats, JoinedBeats) else JoinedBeats(beats, stamp)
    if len(joined) < FEWEST_BEATS:
        return joined.too_few
    if joined.tail_s > LONGEST_BRIDGE_S:
        return Reason.GAP
    first, longest_s = joined.begins[-1], joined.tail_s
    reason = Reason.WARMING_UP
    if joined.hole_s.size:
        start_s = float(joined.at[-1]) - (samples - 1) / RATE_HZ
        if first and float(joined.at[first]) > start_s:
            if fewest is None:
                return Reason.GAP
            reason = Reason.GAP
        inside = (joined.at[joined.right] > start_s) & (joined.left >= first)
        longest_s = max(float(joined.hole_s[inside].max(initial=0.0)), longest_s)
    available = joined.available
    if available < (samples if fewest is None else fewest):
        return reason
    if len(joined) - first < FEWEST_BEATS:
        return Reason.TOO_FEW_BEATS
    t_s, nn_ms = joined.grid(min(samples, available))
    return Tachogram(t_s, nn_ms, longest_s if longest_s > SAME_TIME_S else 0.0)


def _holes(
    series: NNSeries, kept: Indices | None, ends: Floats, nn_ms: Floats
) -> tuple[Indices, Indices, Floats]:
    """Positions among the kept beats left and right of each hole, and its length in seconds."""
    if series.unbroken and kept is None:
        return _NONE, _NONE, _NO_LENGTH  # most windows
    if kept is None:
        kept = np.arange(ends.size)
    segment = series.segment[kept]
    apart = np.flatnonzero((np.diff(kept) > 1) | (np.diff(segment) != 0))
    length_s = ends[apart + 1] - nn_ms[apart + 1] / 1000.0 - ends[apart]
    real = length_s > SAME_TIME_S
    return apart[real], apart[real] + 1, length_s[real]
