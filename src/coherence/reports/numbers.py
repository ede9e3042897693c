"""The numbers of a recording: what `coherence analyse` says of a file."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from statistics import median

import numpy as np

from coherence.analysis.artifacts import artefact_pct, quality_of
from coherence.analysis.beat_log import VERDICTS
from coherence.analysis.markers import LIVE, MARKERS, evaluate_span
from coherence.analysis.series import NNSeries
from coherence.devices.quirks import ROWS
from coherence.model import (
    Arrival,
    BreathPattern,
    Gap,
    PaceChanged,
    Paused,
    Quality,
    QuirkKind,
    Reason,
    Resumed,
    Value,
    Verdict,
)
from coherence.reports.rows import KEYS, Plain, by_second, plain, second_row, uncertainties
from coherence.sessions.afterwards import AfterwardsTracker, is_plain
from coherence.sessions.seconds import Second, Seconds
from coherence.sessions.trace import readings_in
from coherence.sessions.tracker import SessionTracker
from coherence.translation import _

LONG_S, LONG_EVERY_S = 3600.0, 5
Progress = Callable[[float], None]  # is told the time of the recording that is reached


class NothingFound(Exception):
    """The span that was asked for holds no beat."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A guide that a recording is compared with as if it had run from the recording's start.

    The first ``arrive_s`` count as the time with one's own breath: nothing is claimed of them.
    """

    breaths_per_min: float
    arrive_s: float = 120.0


@dataclass(frozen=True, slots=True)
class AtPace:
    """How the heart went with that guide after arriving."""

    pace: Pace
    guide_coherence: Value  # the median
    in_rhythm_pct: Value  # of the seconds that have a value
    seconds: int  # that have one

    def as_json(self) -> dict[str, object]:
        return {
            "guide_coherence": plain("guide_coherence", self.guide_coherence),
            "in_rhythm_pct": plain("in_rhythm_pct", self.in_rhythm_pct),
            "pace": {
                "breaths_per_min": self.pace.breaths_per_min,
                "arrive_s": self.pace.arrive_s,
                "seconds": self.seconds,
            },
        }


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the beats of a span say. ``last`` is what a live screen would show at its end."""

    duration_s: float
    verdicts: dict[str, int]  # by verdict name; every beat of the span once
    artefact_pct: float
    quality: Quality
    markers: dict[str, Value]
    last: dict[str, Plain] | None
    series: NNSeries = field(repr=False, compare=False)  # what the markers were computed from
    at_pace: AtPace | None = None
    quirks: dict[QuirkKind, float] = field(default_factory=dict)  # of the strap; when found

    def as_json(self) -> dict[str, object]:
        total = sum(self.verdicts.values())
        return (
            {
                "beats": {
                    "total": total,
                    "accepted": self.verdicts[Verdict.NORMAL.value],
                    "verdicts": {k: n for k, n in self.verdicts.items() if n},
                },
                "artefact_pct": round(self.artefact_pct, 4),
                "quality": self.quality.value,
                "duration_s": round(self.duration_s, 3),
                "markers": {key: plain(key, value) for key, value in self.markers.items()},
                "reasons": {
                    key: value.reason.value for key, value in self.markers.items() if value.reason
                },
                "uncertainty": uncertainties(self.markers),
                "last": self.last,
            }
            | ({} if self.at_pace is None else self.at_pace.as_json())
            | self._quirks_as_json()
        )

    def _quirks_as_json(self) -> dict[str, object]:
        told = [
            {"kind": kind.value, "found_s": round(t_s, 3), "meaning": ROWS[kind].english}
            for kind, t_s in self.quirks.items()
        ]
        return {"quirks": told} if told else {}


def numbers(
    arrivals: Iterable[Arrival],
    *,
    raw: bool = False,
    from_s: float | None = None,
    to_s: float | None = None,
    pace: Pace | None = None,
    plain: bool = False,
    progress: Progress | None = None,
) -> Numbers:
    """Fold ``arrivals`` and sum up the beats that end in (from_s, to_s].

    ``raw`` judges nothing, for comparison with tools that do not correct. Markers of a window
    (coherence, say) are the median of their live readings in the span; the others are computed
    over the span. With ``pace`` any guide of the recording's own is put aside for that one.
    ``plain`` arrivals are known to be but intervals of a file, and are not held.
    Raises ``NothingFound`` when no beat lies in the span.
    """
    tracker, seconds = readings_of(arrivals, raw=raw, pace=pace, plain=plain, progress=progress)
    return numbers_between(tracker, seconds, from_s, to_s, pace)


def readings_of(
    arrivals: Iterable[Arrival],
    *,
    raw: bool = False,
    pace: Pace | None = None,
    plain: bool = False,
    progress: Progress | None = None,
) -> tuple[SessionTracker, Seconds]:
    """Fold a recording once, for ``numbers_between`` of as many of its spans as one likes.

    Of a recording longer than an hour each fifth second is read; of a file that long many at once,
    equal to 1e-9. Arrivals that can be gone through but once are held, unless ``plain``.
    """
    if iter(arrivals) is arrivals and not plain:
        arrivals = list(arrivals)
    plain = plain or is_plain(arrivals)
    arrivals, long = _known_as_long(arrivals)
    rows = [m for m in LIVE if not m.over_span or m.key in KEYS]  # the rest is told of the span
    if long and plain and pace is None:
        afterwards = AfterwardsTracker(trust_all=raw, rows=rows, every_s=LONG_EVERY_S)
        for _reading in readings_in(arrivals, afterwards, progress=_first_half(progress)):
            pass
        return afterwards, Seconds(_second_half(afterwards, progress))
    tracker = SessionTracker(
        trust_all=raw,
        imagined_baseline_s=None if pace is None else pace.arrive_s,
        rows=rows,
        every_s=LONG_EVERY_S if long else 1,
    )
    if pace is not None:
        arrivals = _guided(arrivals, pace)
    return tracker, Seconds(by_second(readings_in(arrivals, tracker, progress=progress)))


def _first_half(progress: Progress | None) -> Progress | None:
    return None if progress is None else lambda t_s: progress(t_s / 2.0)


def _second_half(tracker: AfterwardsTracker, progress: Progress | None) -> Iterator[Second]:
    end_s = tracker.log.series().end_s
    for number, second in enumerate(tracker.seconds()):
        yield second
        if progress is not None and number % 512 == 0:
            progress((end_s + second[0]) / 2.0)


def _known_as_long(arrivals: Iterable[Arrival]) -> tuple[Iterable[Arrival], bool]:
    """The same arrivals, and whether they span more than an hour: no more of them is held."""
    coming, held = iter(arrivals), list[Arrival]()
    for arrival in coming:
        held.append(arrival)
        if arrival.t_s - held[0].t_s > LONG_S:
            return chain(held, coming), True
    return held, False


def numbers_between(
    tracker: SessionTracker,
    seconds: Seconds,
    from_s: float | None = None,
    to_s: float | None = None,
    pace: Pace | None = None,
) -> Numbers:
    """Sum up a span of a recording that ``tracker`` has folded into ``seconds`` of readings.

    Raises ``NothingFound`` when no beat lies in the span.
    """
    whole, low_s = tracker.log.series(), -math.inf if from_s is None else from_s
    first, after = whole.t_s.searchsorted((low_s, math.inf if to_s is None else to_s), "right")
    series = tracker.log.series(from_s, to_s)
    if not len(series):
        raise NothingFound(
            _(
                "There is no heartbeat in this stretch of the recording: try another --from and"
                " --to."
            )
            if len(whole)
            else _(
                "There is no heartbeat in this recording: check that it holds RR intervals or an"
                " ECG."
            )
        )
    among = seconds.between(from_s, to_s)
    start_s, end_s = series.start_s, series.end_s
    gaps = tracker.gaps_between(start_s, end_s)
    markers = evaluate_span(series, gaps, tracker.guide)
    for marker in MARKERS:
        if not marker.over_span:
            markers[marker.key] = seconds.typical(marker.key, among)
    at_pace = None if pace is None else _at_pace(pace, seconds, among)
    if at_pace is not None:
        markers["guide_coherence"] = at_pace.guide_coherence
    spoil = tracker.strap.quirks.spoil
    markers |= {key: Value(None, Reason.STRAP) for key in markers if spoil(key, start_s, end_s)}
    return with_verdicts(
        tracker, series, slice(first, after), gaps, end_s - start_s,
        {m.key: markers[m.key] for m in MARKERS},
        last=_last(tracker, seconds, among), at_pace=at_pace,
    )  # fmt: skip


def with_verdicts(
    tracker: SessionTracker,
    series: NNSeries,
    held: slice,
    gaps: Sequence[Gap],
    duration_s: float,
    markers: dict[str, Value],
    *,
    last: dict[str, Plain] | None = None,
    at_pace: AtPace | None = None,
) -> Numbers:
    """``markers`` beside what the judge said of ``series``, the beats that the log holds there."""
    counts = np.bincount(tracker.log.verdict_codes[held], minlength=len(VERDICTS)).tolist()
    verdicts = {verdict.value: n for verdict, n in zip(VERDICTS, counts, strict=True)}
    accepted = verdicts[Verdict.NORMAL.value]
    missing = series.missed + sum(gap.missing for gap in gaps)
    pct = artefact_pct(accepted, len(series) - accepted, missing)
    return Numbers(
        duration_s=duration_s,
        verdicts=verdicts,
        artefact_pct=pct,
        quality=quality_of(pct),
        markers=markers,
        last=last,
        series=series,
        at_pace=at_pace,
        quirks={k: t for k, t in tracker.strap.quirks.found.items() if not ROWS[k].aside},
    )


def _last(tracker: SessionTracker, seconds: Seconds, among: slice) -> dict[str, Plain] | None:
    """The row of the last second ``among`` all."""
    last = seconds.last(among)
    if last is None:
        return None
    t_s, values = last
    if isinstance(tracker, AfterwardsTracker):
        values = tracker.said_at(t_s)
    return second_row(t_s, values, tracker.link)


def _guided(arrivals: Iterable[Arrival], pace: Pace) -> Iterator[Arrival]:
    yield PaceChanged(0.0, BreathPattern(pace.breaths_per_min))
    for arrival in arrivals:
        if not isinstance(arrival, PaceChanged | Paused | Resumed):
            yield arrival


def _at_pace(pace: Pace, seconds: Seconds, among: slice) -> AtPace:
    arrived = seconds.between(pace.arrive_s, None)
    after = slice(max(among.start, arrived.start), min(among.stop, arrived.stop))
    known = seconds.numbers("in_rhythm", after)
    if after.start >= after.stop:
        in_rhythm = guide = Value(None, Reason.WARMING_UP)
    else:
        guide = seconds.typical("guide_coherence", after)
        in_rhythm = (
            Value(100.0 * int(np.count_nonzero(known > 0.5)) / len(known))
            if len(known)
            else seconds.typical("in_rhythm", after)
        )
    return AtPace(pace, guide, in_rhythm, len(known))


def typical(values: list[Value]) -> Value:
    """The median of the readings that have a value; else the reason most of them give."""
    known = [v for v in values if v.value is not None]
    if known:
        floors = [v.floor for v in known if v.floor is not None]
        return Value(
            median(v.value for v in known if v.value is not None),
            low_confidence=2 * sum(v.low_confidence for v in known) > len(known),
            floor=median(floors) if floors else None,
        )
    reasons = Counter(v.reason for v in values)
    return Value(None, reasons.most_common(1)[0][0] if reasons else Reason.WARMING_UP)
