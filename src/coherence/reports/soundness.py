"""From the numbers of a file to intervals in ms: the unit, and what about them is doubtful."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.reports.recording import Recording, RecordingFile
from coherence.reports.tables import Columns
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


def recording(file: RecordingFile, key: str, found: Columns) -> Recording:
    """The recording that ``found`` makes. Raises ``ImportFailed`` where it makes none."""
    doubts = list(found.doubts)
    values = np.array(found.values, dtype=np.float64)
    lines = np.array(found.lines, dtype=np.int64)
    times = None if found.times is None else np.array(found.times, dtype=np.float64)

    # trailing zeros: what some programs close a file with
    end = len(values)
    while end and values[end - 1] == 0.0:
        end -= 1
    if end < len(values):
        doubts.append(_("A 0 at the end is no interval and was left out."))
    keep = np.isfinite(values) & (values > 0.0)
    keep[end:] = False
    none = np.flatnonzero(~keep[:end])
    if keep.sum() < 2:
        raise file.fail(
            _("there are no two intervals in it: choose a file that holds RR intervals.")
        )
    if len(none) > NONE_AT_MOST * end:
        raise file.fail(
            _(
                "{n} of {all} values are no interval (0, negative or not a number): choose a file "
                "with RR intervals."
            ).format(n=len(none), all=end),
            int(lines[none[0]]),
        )
    breaks = _breaks(keep, none)
    if len(none):
        doubts.append(none_said(len(none), int(lines[none[0]])))
    values, lines = values[keep], lines[keep]
    times = None if times is None else times[keep]

    rr_ms = _in_ms(file, values)
    if len(rr_ms) > 1 and rr_ms[0] > OFFSET_MS:
        doubts.append(offset_said(float(rr_ms[0])))
        rr_ms, lines = rr_ms[1:], lines[1:]
        times = None if times is None else times[1:]
        breaks = tuple(i - 1 for i in breaks if i > 1)
    if (rr_ms > DAY_MS).any():
        line = int(lines[np.flatnonzero(rr_ms > DAY_MS)[0]])
        raise file.fail(_("an interval is longer than a day: mend it or take it out."), line)
    if pauses := int((rr_ms > PAUSE_MS).sum()):
        doubts.append(pauses_said(pauses))
    if _is_made_of_heart_rates(rr_ms):
        doubts.append(_(MADE_OF_RATES))
    if times is not None:
        times = _arrivals(file, rr_ms, times, found.times_unit_s, doubts)
    return Recording(
        source=file.path.name,
        format=key,
        rr_ms=rr_ms,
        arrival_s=times,
        breaks=breaks,
        started_at=found.started_at,
        doubts=tuple(doubts),
    )


def _breaks(keep: NDArray[np.bool_], none: NDArray[np.int64]) -> tuple[int, ...]:
    """Which of the kept intervals follow one that was left out (but the first)."""
    following = np.cumsum(keep)[none]
    return tuple(int(i) for i in np.unique(following) if 0 < i < keep.sum())


def _in_ms(file: RecordingFile, values: Floats) -> Floats:
    typical = float(np.median(values))
    steps = np.diff(values)
    if len(values) >= 6 and (steps > 0).all() and values[-1] > 3 * values[0]:
        raise file.fail(
            _(
                "the numbers only grow, so they look like times of beats: save the intervals"
                " between them, one a line, and open that."
            )
        )
    if SECONDS[0] <= typical < SECONDS[1]:
        return of_seconds(values)
    if MILLISECONDS[0] <= typical < MILLISECONDS[1]:
        return values
    if BPM[0] <= typical < BPM[1]:
        raise file.fail(
            _(
                "values around {typical} look like heart rates, and hold no beat-to-beat"
                " intervals: choose a file with RR intervals."
            ).format(typical=decimal(f"{typical:.3g}"))
        )
    raise file.fail(
        _(
            "values around {typical} are neither seconds nor milliseconds between heartbeats:"
            " choose a file with RR intervals."
        ).format(typical=decimal(f"{typical:.3g}"))
    )


def _is_made_of_heart_rates(rr_ms: Floats) -> bool:
    # at 133 a minute and slower neighbouring heart rates are 3 ms and more apart: no coincidence
    if len(rr_ms) < RATES_FROM or np.median(rr_ms) < SLOW_MS or len(np.unique(rr_ms)) < 3:
        return False
    return are_whole_rates(rr_ms)


def are_whole_rates(rr_ms: Floats) -> bool:
    """Whether each interval is 60,000 over a whole number."""
    rates = np.round(60000.0 / rr_ms)
    return bool((np.abs(60000.0 / np.maximum(rates, 1.0) - rr_ms) <= 0.5).all())


def of_seconds(values: Floats) -> Floats:
    """Intervals in ms: 0.57 s is 570 ms, not 569.9999999999999."""
    rr_ms: Floats = np.round(values * 1000.0, 6)
    return rr_ms


def _arrivals(
    file: RecordingFile, rr_ms: Floats, times: Floats, unit_s: float | None, doubts: list[str]
) -> Floats | None:
    """The times in s from the first on, or ``None`` where they make no sense."""
    times = times - times[0]
    sum_s = float(rr_ms[1:].sum() / 1000.0)
    if unit_s is None:
        unit_s = likely_unit_s(float(times[-1]), sum_s)
    arrival_s: Floats = times * unit_s
    steps = np.diff(arrival_s)
    span_s = float(arrival_s[-1])
    if (steps < BACK_S).any():
        doubts.append(_("The times run backwards; the intervals are laid end to end."))
        return None
    if not do_fit(span_s, sum_s):
        doubts.append(_("The times do not fit the intervals; the intervals are laid end to end."))
        return None
    each_second = int(np.count_nonzero(np.abs(steps - 1.0) < EVEN_S))
    if is_one_a_second(each_second, len(steps), float(rr_ms.mean())):
        raise file.fail(
            _(
                "there is one value a second, whatever the heart did, so beats are missing: choose"
                " a file with every RR interval."
            )
        )
    if lacks_beats(span_s, sum_s):
        doubts.append(missing_said(span_s, sum_s))
    return np.maximum.accumulate(arrival_s)


# --- what is said of a file that is read at once, and of one that is read in pieces ---


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
