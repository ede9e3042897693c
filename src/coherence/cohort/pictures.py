"""The pictures of the page about many recordings, in the letters and colours of reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from coherence.cohort.nights import NIGHT_FROM, NIGHT_TO, Floats, Night, when
from coherence.cohort.story import BY_RATIO, LABELS, UNITS
from coherence.reports import palette as p
from coherence.reports.figures import AXIS, PARTS, SMALL, opened, reach_of
from coherence.translation import _, decimal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 24
DAYS_H = 36.0  # a recording of more hours is of several days
DRAWN_LONG = ("heart_rate_bpm", "rmssd_ms")


def draw_distribution(ax: Axes, key: str, values: Floats) -> None:
    """How often each value comes; markers that spread by factors on a scale of factors."""
    known = values[np.isfinite(values)]
    by_ratio = key in BY_RATIO and len(known) > 0 and float(known.min()) > 0.0
    shown = np.log10(known) if by_ratio else known
    if len(shown):
        low, high = np.percentile(shown, (0.5, 99.5))
        low, high = (low - 0.5, high + 0.5) if high - low < 1e-9 else (low, high)
        heights, edges = np.histogram(shown.clip(low, high), bins=BINS, range=(low, high))
        ax.bar(edges[:-1], heights, np.diff(edges) * 0.86, align="edge", color=p.HEART, alpha=0.75)
        ax.axvline(float(np.median(shown)), 0.0, 0.76, color=p.BREATH, lw=1.4)
        ticks = np.linspace(low, high, 3)
        ax.set_xticks(ticks.tolist(), [_short(10**t if by_ratio else t) for t in ticks])
        ax.set_xlim(low, high)
        ax.set_ylim(0, heights.max() * 1.32)
        labels = ax.get_xticklabels()
        labels[0].set_horizontalalignment("left")
        labels[-1].set_horizontalalignment("right")
    name = f"{_(LABELS[key])}, {UNITS[key]}" if UNITS[key] else _(LABELS[key])
    ax.text(0.0, 0.98, name, transform=ax.transAxes, fontsize=SMALL, va="top", color=p.MID)
    ax.set_yticks([])
    _plain(ax)


def draw_person(ax: Axes, key: str, lines: Sequence[tuple[str, Floats, Floats]]) -> None:
    """A number of people over days: (name, days since the first, value) each."""
    for number, (_name, days, values) in enumerate(lines):
        colour = (p.HEART, p.BREATH, p.THERAPIST, p.GUIDE, p.OK)[number % 5]
        ax.plot(days, values, "o-", color=colour, lw=1.4, ms=3.5, alpha=0.9)
    ax.text(0.0, 1.02, f"{_(LABELS[key])} {UNITS[key]}", transform=ax.transAxes, fontsize=SMALL,
            color=p.MID)  # fmt: skip
    ax.grid(axis="y", color=p.LINE, lw=0.8)
    _room_for_scale(ax)
    _plain(ax)


def _room_for_scale(ax: Axes) -> None:
    """The words of its scale stand left of a picture, within its place."""
    place = ax.get_position()
    ax.set_position((place.x0 + 0.03, place.y0, place.width - 0.03, place.height))


def draw_night(axes: Sequence[Axes], night: Night, keys: Sequence[str] = DRAWN_LONG) -> None:
    """A long recording by its windows, a marker each; the night is shaded where it is known.

    Of many windows the middle of some beside each other is drawn, and how far most of them reach.
    """
    began = when(night.started_at)
    step = max(1e-3, float(np.median(np.diff(night.hour))) if len(night.hour) > 1 else 1.0)
    last = float(night.hour[-1])
    for ax, key in zip(axes, keys, strict=True):
        colour = (p.HEART, p.BREATH)[DRAWN_LONG.index(key)]
        values = night.values[key]
        if len(values) > 2 * PARTS:
            hour, shown = reach_of(ax, night.hour, values, last, colour)
        else:
            hour, shown = opened(night.hour, values, 2.5 * step)
        _shade(ax, began, last)
        ax.plot(hour, shown, color=colour, lw=1.2, solid_joinstyle="round")
        known = values[np.isfinite(values)]
        if len(known):
            low, high = np.percentile(known, (0.5, 99.5))
            ax.set_ylim(low - 0.08 * (high - low) - 1.0, high + 0.45 * (high - low) + 1.0)
        ax.set_xlim(0.0, last)
        ax.text(0.01, 0.95, f"{_(LABELS[key])}, {UNITS[key]}", transform=ax.transAxes, va="top",
                fontsize=SMALL, color=p.MID)  # fmt: skip
        every = next((h for h in (1, 2, 3, 6, 12, 24, 48, 96) if last / h <= 7.5), 168)
        first = 0.0 if began is None else (-(began.hour + began.minute / 60.0)) % every
        ticks = np.arange(first, last + 1e-9, every)
        ax.set_xticks(ticks.tolist(), [_when(began, t, every) for t in ticks])
        ax.grid(axis="y", color=p.LINE, lw=0.8)
        _room_for_scale(ax)
        _plain(ax)


def _shade(ax: Axes, began: datetime | None, last: float) -> None:
    if began is None:
        return
    zero = began.hour + began.minute / 60.0
    for day in range(-1, int(last // 24) + 2):
        begin, end = NIGHT_FROM + 24 * day - zero, NIGHT_TO + 24 * (day + 1) - zero
        if end > 0 and begin < last:
            ax.axvspan(max(0.0, begin), min(last, end), color="#E7EBF0", lw=0, zorder=0)


def _when(began: datetime | None, hour: float, every: int) -> str:
    if began is None:
        return f"{hour:.0f} h"
    at = began + timedelta(hours=hour, minutes=1)  # a minute for rounding
    return f"{at:%H} h" if every < 24 else f"{at:%m-%d}"


def _short(number: float) -> str:
    return decimal(f"{number:.0f}" if abs(number) >= 20 else f"{number:.2g}")


def _plain(ax: Axes) -> None:
    ax.tick_params(length=0, labelsize=AXIS, labelcolor=p.LOW, pad=4)
    for spine in ax.spines.values():
        spine.set_visible(False)
