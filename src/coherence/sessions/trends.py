"""Over weeks: one number of one person, and how far it comes back by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from coherence.model import Origin, SessionRecord
from coherence.sessions.summary import summary_read
from coherence.translation import _, later, ngettext, number

FEWEST_FOR_BAND = 5
WITHIN_DAYS = 14.0  # sessions further apart are not taken as the same state
COVERS = 1.96  # a band that 95 in 100 of one's own usual values fall into


@dataclass(frozen=True, slots=True)
class Trend:
    """One number over time. ``key`` is of a session's summary."""

    key: str
    label: str
    unit: str
    resting: bool  # of natural breathing; the others are of guided breathing
    logarithm: bool = False  # compared and averaged as a ratio


# Resting markers and paced ones are never on one line.
TRENDS = (
    Trend("resting_rmssd_ms", later("RMSSD at rest"), "ms", True, logarithm=True),
    Trend("resting_heart_rate_bpm", later("Heart rate at rest"), "bpm", True),
    Trend("resting_breaths_per_min", later("Breathing at rest"), later("a minute"), True),
    Trend("paced_rsa_bpm", later("Breath swing while guided"), "bpm", False, logarithm=True),
    Trend("paced_guide_coherence", later("With the guide"), later("of 1"), False),
)


@dataclass(frozen=True, slots=True, eq=False)
class TrendLine:
    """The points of a trend and the person's own band, in the trend's unit."""

    trend: Trend
    days: NDArray[np.float64]  # (n,) POSIX days of the sessions, rising
    values: NDArray[np.float64]  # (n,)
    session_ids: tuple[int, ...]
    band: tuple[float, float] | None  # None before there are enough sessions

    @property
    def sentence(self) -> str:
        """What can be said of the newest value, without weighing it."""
        if not len(self.values):
            return _("Nothing here yet.")
        newest = said(self.trend, float(self.values[-1]))
        if self.band is None:
            left = max(1, FEWEST_FOR_BAND + 1 - len(self.values))
            return ngettext(
                "Now {newest}. With one more session your own usual range can be told.",
                "Now {newest}. With {n} more sessions your own usual range can be told.",
                left,
            ).format(newest=newest, n=left)
        low, high = self.band
        if low <= self.values[-1] <= high:
            sentence = _("Now {newest}: within your own usual range.")
        elif self.values[-1] > high:
            sentence = _(
                "Now {newest}: above your own usual range. Sleep, coffee, illness and life move it "
                "too."
            )
        else:
            sentence = _(
                "Now {newest}: below your own usual range. Sleep, coffee, illness and life move it "
                "too."
            )
        return sentence.format(newest=newest)


def said(trend: Trend, value: float) -> str:
    """A value of ``trend`` with its unit, as people read it."""
    return f"{number(value, digits(trend))} {_(trend.unit)}"


def digits(trend: Trend) -> int:
    """How many digits after the point a value of ``trend`` is told with."""
    return 2 if trend.unit == "of 1" else 1 if trend.unit == "a minute" else 0


def trend_lines(records: Iterable[SessionRecord]) -> list[TrendLine]:
    """One line for each of ``TRENDS`` that has a point. Only sessions with a real strap count."""
    said = _said(records)
    lines = (_line(trend, said) for trend in TRENDS)
    return [line for line in lines if line is not None]


def trend_line(trend: Trend, records: Iterable[SessionRecord]) -> TrendLine | None:
    """One of them, if it has a point."""
    return _line(trend, _said(records))


Said = list[tuple[SessionRecord, dict[str, float]]]


def _said(records: Iterable[SessionRecord]) -> Said:
    """The sessions that count, oldest first, with what their summaries say."""
    counted = sorted(
        (record for record in records if record.origin is Origin.STRAP), key=lambda r: r.started_at
    )
    return [(record, summary_read(record.summary)) for record in counted]


def _line(trend: Trend, said: Said) -> TrendLine | None:
    points = [(record, of[trend.key]) for record, of in said if trend.key in of]
    if not points:
        return None
    days = np.array([_day(record.started_at) for record, _ in points])
    values = np.array([value for _, value in points])
    ids = tuple(record.id for record, _ in points)
    return TrendLine(trend, days, values, ids, own_band(trend, days, values))


def own_band(
    trend: Trend, days: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[float, float] | None:
    """Where 95 % of one's own values lie while nothing changes: the newest one is left out.

    The spread is the typical error of repeated measures, the SD of the differences from one session
    to the next over the root of two (Hopkins, Sports Med 2000, 30:1-15), about the median; numbers
    that compare as ratios are taken as logarithms. ``None`` before there are five pairs.

    >>> band = own_band(TRENDS[1], np.arange(7.0), np.array([60.0, 62, 60, 62, 60, 62, 99]))
    >>> [round(end, 2) for end in band]  # 61 ± 1.96 · 2 / √2
    [58.23, 63.77]
    """
    if len(values) <= FEWEST_FOR_BAND:
        return None
    usual, at = values[:-1], days[:-1]
    if trend.logarithm:
        if np.any(usual <= 0.0):
            return None
        usual = np.log(usual)
    steps = np.diff(usual)[np.diff(at) <= WITHIN_DAYS]
    if len(steps) < FEWEST_FOR_BAND - 1:
        return None
    error = float(np.sqrt(np.mean(steps**2) / 2.0))
    middle = float(np.median(usual))
    low, high = middle - COVERS * error, middle + COVERS * error
    if trend.logarithm:
        return float(np.exp(low)), float(np.exp(high))
    return max(0.0, low), high  # none of these numbers is ever below 0


def _day(moment: str) -> float:
    began = datetime.fromisoformat(moment)
    began = began if began.tzinfo else began.replace(tzinfo=UTC)
    return began.timestamp() / 86400.0
