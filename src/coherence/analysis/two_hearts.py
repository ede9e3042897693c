"""Two hearts on one clock: the heart rate of both at 4 Hz, and where it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coherence.analysis.series import BoolArray, NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.analysis.tachogram import SURE_BRIDGE_S
from coherence.model import Reason
from coherence.pacing import BreathGuide

FEWEST = 30  # accepted beats of each
LEAST_S = 240.0  # together; with less there are not a hundred ways to set them against each other
LEAST_KNOWN = 0.5  # of that, of both
STILL_BPM = 0.05  # a heart rate that spreads less than this shows nothing that could be shared
# A breath learned from a guide goes on for a while when the guide has gone.
AFTER_GUIDE_S = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class TwoHearts:
    """Heart rate in beats a minute at 4 Hz, from the first whole second of both: each (n,).

    NaN where there is no beat for more than 3 s. ``guided`` (n,) says where a guide ran, or has
    just stopped.
    """

    start_s: float
    first: Floats
    second: Floats
    guided: BoolArray

    @property
    def seconds(self) -> float:
        return len(self.first) / RATE_HZ

    @property
    def known(self) -> BoolArray:
        """Where both are known (n,)."""
        return ~(np.isnan(self.first) | np.isnan(self.second))

    def without_guide(self) -> TwoHearts:
        """The same, with nothing known where a guide ran."""
        first = np.where(self.guided, np.nan, self.first)
        second = np.where(self.guided, np.nan, self.second)
        return TwoHearts(self.start_s, first, second, np.zeros_like(self.guided))


def two_hearts(
    first: NNSeries,
    second: NNSeries,
    *,
    guides: Sequence[BreathGuide] = (),
    from_s: float = -np.inf,
    to_s: float = np.inf,
) -> TwoHearts | Reason:
    """Lay two series, whose times are of one clock, side by side where both are there.

    The value of an interval stands in its middle, so that a slow heart is not late. Returns the
    reason where that cannot be: ``NO_DATA`` where they never beat at the same time,
    ``WARMING_UP`` with less than four minutes together, ``TOO_FEW_BEATS``, ``GAP`` with half of
    the time unknown, ``FLAT`` where one heart does not vary.

    >>> steady = NNSeries.from_rr([1000.0, 1010.0] * 150)
    >>> hearts = two_hearts(steady, steady)
    >>> hearts.seconds, bool(hearts.known.all())
    (301.75, True)
    """
    if not (len(first) and len(second)):
        return Reason.NO_DATA
    start_s = max(first.start_s, second.start_s, from_s)
    end_s = min(first.end_s, second.end_s, to_s)
    if end_s <= start_s:
        return Reason.NO_DATA
    start_s = float(np.ceil(start_s))
    t_s = start_s + np.arange(int(np.floor((end_s - start_s) * RATE_HZ)) + 1) / RATE_HZ
    if len(t_s) / RATE_HZ < LEAST_S:
        return Reason.WARMING_UP
    rates = [_rate_bpm(series, t_s) for series in (first, second)]
    if any(rate is None for rate in rates):
        return Reason.TOO_FEW_BEATS
    one, other = (rate for rate in rates if rate is not None)
    hearts = TwoHearts(start_s, one, other, _guided(guides, t_s))
    if hearts.known.mean() < LEAST_KNOWN:
        return Reason.GAP
    if min(float(np.nanstd(rate)) for rate in (one, other)) < STILL_BPM:
        return Reason.FLAT
    return hearts


def _rate_bpm(series: NNSeries, t_s: Floats) -> Floats | None:
    """Heart rate at each of ``t_s``, in lines from interval to interval; NaN in long holes."""
    usable = series.accepted & (series.rr_ms > 0.0)
    usable &= (series.t_s > t_s[0] - 10.0) & (series.t_s < t_s[-1] + 10.0)
    if np.count_nonzero(usable) < FEWEST:
        return None
    rr_ms = series.rr_ms[usable]
    rate: Floats = np.interp(t_s, series.t_s[usable] - rr_ms / 2000.0, 60000.0 / rr_ms)
    for left_s, right_s in series.holes(float(t_s[0]), float(t_s[-1])).tolist():
        if right_s - left_s > SURE_BRIDGE_S:
            rate[(t_s > left_s) & (t_s < right_s)] = np.nan
    return rate


def _guided(guides: Sequence[BreathGuide], t_s: Floats) -> BoolArray:
    guided = np.zeros(len(t_s), np.bool_)
    for guide in guides:
        guided |= ~np.isnan(guide.phase(t_s))
    if guided.any():
        since = np.where(guided, np.arange(len(t_s)), -np.inf)
        guided = np.arange(len(t_s)) - np.maximum.accumulate(since) <= AFTER_GUIDE_S * RATE_HZ
    return guided
