"""What sound intervals and times are, and what is said where they are not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.translation import _, decimal, later, ngettext

Floats = NDArray[np.float64]

SECONDS, BPM, MILLISECONDS = (0.2, 5.0), (20.0, 240.0), (240.0, 5000.0)  # where a median may lie
OFFSET_MS = 5_000.0  # a first value above this is when the recording began, not an interval
PAUSE_MS = 10_000.0
DAY_MS = 86_400_000.0
NONE_AT_MOST = 0.1  # the share of rows that may hold no interval
LONGEST_S = 31 * 86_400.0
RATES_FROM, SLOW_MS = 30, 450.0
BACK_S, EVEN_S = -0.001, 0.02
MADE_OF_RATES = later(
    "Every interval is 60,000 divided by a whole number: they seem to be made from heart "
    "rates, so what they say of variability is not to be relied on."
)


def are_whole_rates(rr_ms: Floats) -> bool:
    """Whether each interval is 60,000 over a whole number."""
    with np.errstate(over="ignore"):  # of an interval next to nothing
        rates = np.round(60000.0 / rr_ms)
    return bool((np.abs(60000.0 / np.maximum(rates, 1.0) - rr_ms) <= 0.5).all())


def of_seconds(values: Floats) -> Floats:
    """Intervals in ms: 0.57 s is 570 ms, not 569.9999999999999."""
    rr_ms: Floats = np.round(values * 1000.0, 6)
    return rr_ms


# --- times ---


def likely_unit_s(span: float, sum_s: float) -> float:
    """The unit of times that span so much, beside intervals of ``sum_s``."""
    if not (span > 0 and sum_s > 0):
        return 1.0
    return min((1.0, 1e-3), key=lambda unit_s: abs(np.log(span * unit_s / sum_s)))


def do_fit(span_s: float, sum_s: float) -> bool:
    """Whether times may belong to the intervals."""
    return 0.8 * sum_s - 2.0 <= span_s <= LONGEST_S


def is_one_a_second(even: int, steps: int, mean_ms: float) -> bool:
    """Whether there is a value a second whatever the heart did, by the number of ``even`` steps."""
    return steps >= 20 and even > 0.95 * steps and abs(mean_ms - 1000.0) > 50.0


def lacks_beats(span_s: float, sum_s: float) -> bool:
    """Whether the times span more than the intervals."""
    return span_s - sum_s > max(3.0, 0.01 * sum_s)


# --- doubts ---


def none_said(n: int, line: int) -> str:
    """So many values are no interval."""
    return ngettext(
        "{n} value is no interval (in line {line}); the heart is not followed across it.",
        "{n} values are no interval (the first in line {line}); the heart is not followed across "
        "them.",
        n,
    ).format(n=n, line=line)


def offset_said(first_ms: float) -> str:
    """The first value is no interval."""
    return _(
        "The first value ({first} s) is too long for an interval: it looks like the time at which "
        "the recording began, and was left out."
    ).format(first=decimal(f"{first_ms / 1000:.4g}"))


def pauses_said(n: int) -> str:
    """So many intervals are pauses."""
    return ngettext(
        "{n} interval of more than 10 s is taken as time without a recording.",
        "{n} intervals of more than 10 s are taken as time without a recording.",
        n,
    ).format(n=n)


def missing_said(span_s: float, sum_s: float) -> str:
    """Times span more than the intervals."""
    return _(
        "The times span {span_s:.0f} s and the intervals {sum_s:.0f} s: beats seem to be missing."
    ).format(span_s=span_s, sum_s=sum_s)
