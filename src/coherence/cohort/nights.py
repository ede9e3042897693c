"""Long recordings by their windows, and the nights and days that they went through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

OVER_TIME = ("heart_rate_bpm", "rmssd_ms", "coherence")
LONG_S = 2 * 3600.0
NIGHT_FROM, NIGHT_TO = 22, 7  # o'clock
LEAST_H = 0.25  # of a night or day, to be told of


@dataclass(frozen=True, slots=True, eq=False)
class Night:
    """A long recording by its windows."""

    file: str
    started_at: str | None
    hour: Floats  # since it began: the middle of each window
    values: dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A night, or the day between two, as far as a recording holds it."""

    begins: datetime
    is_night: bool
    hours: float  # that windows cover
    values: Mapping[str, float]  # medians by marker key; NaN: none


def nights_of(
    columns: dict[str, Any],
    kept: NDArray[np.int64],
    by_file: dict[str, NDArray[np.int64]],
    values: dict[str, Floats],
) -> list[Night]:
    """The recordings of two hours and more, the longest first."""
    found: list[tuple[float, Night]] = []
    for name, rows in by_file.items():
        windows = [int(row) for row in rows if columns["window"][kept[row]] is not None]
        if len(windows) < 2:
            continue
        middles = np.array(
            [(columns["from_s"][kept[i]] + columns["to_s"][kept[i]]) / 2.0 for i in windows]
        )
        span_s = float(middles[-1] - middles[0])
        if span_s < LONG_S:
            continue
        order: Sequence[int] = np.argsort(middles).tolist()
        chosen = np.array(windows)[order]
        night = Night(
            name,
            columns["started_at"][kept[windows[0]]],
            middles[order] / 3600.0,
            {key: values[key][chosen] for key in OVER_TIME},
        )
        found.append((span_s, night))
    return [night for _, night in sorted(found, key=lambda each: -each[0])]


def stretches_of(night: Night) -> Iterator[Stretch]:
    """Its nights and days one after the other, where the time is known."""
    began = when(night.started_at)
    if began is None or len(night.hour) < 2:
        return
    each = float(np.median(np.diff(night.hour)))
    midnight = began.replace(hour=0, minute=0, second=0, microsecond=0)
    into = (began - midnight).total_seconds() / 3600.0
    last = into + float(night.hour[-1])
    turns = [
        h + 24.0 * day for day in range(-1, int(last // 24) + 1) for h in (NIGHT_TO, NIGHT_FROM)
    ]
    for begin, end in zip(turns, (*turns[1:], turns[-1] + 24.0), strict=True):
        inside = slice(*night.hour.searchsorted((begin - into, end - into)).tolist())
        if (n := len(night.hour[inside])) * each >= LEAST_H:
            yield Stretch(
                midnight + timedelta(hours=begin),
                begin % 24 == NIGHT_FROM,
                n * each,
                {key: middle(values[inside]) for key, values in night.values.items()},
            )


def when(started_at: str | None) -> datetime | None:
    """The local time that a recording says, as it says it; zones aside."""
    try:
        return None if not started_at else datetime.fromisoformat(started_at).replace(tzinfo=None)
    except ValueError:
        return None


def middle(values: Floats) -> float:
    """The median of what is known; NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
