"""Exports that are text: intervals for other programs, and tables of beats, events and numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from coherence.analysis.artifacts import BeatJudge
from coherence.analysis.markers import MARKERS
from coherence.model import (
    Arrival,
    Beat,
    BreathPattern,
    Gap,
    GapWithdrawn,
    JudgedBeat,
    LinkChanged,
    Moment,
    Notification,
    PaceChanged,
    SessionRecord,
    StepStarted,
)
from coherence.reports.rows import by_second, plain
from coherence.sessions.heard import events_of
from coherence.sessions.trace import trace
from coherence.storage.arrival_json import KIND_OF


def rr_text(session: SessionRecord, arrivals: Iterable[Arrival]) -> Iterator[str]:
    """One interval a line: what Kubios, Elite HRV and most other programs open."""
    beats, gaps = beats_and_gaps(arrivals)
    yield (
        "# RR intervals in milliseconds, one a line, as the strap sent them or between the R waves "
        "of its ECG; none is corrected.\n"
        f"# {session.practice}, {session.started_at}, {session.origin.value}; "
        f"coherence {session.app_version}\n"
        f"# intervals: {len(beats)}; gaps, which such a list cannot show: {len(gaps)}\n"
    )
    for beat in beats:
        yield f"{shortest(beat.rr_ms)}\n"


def beats_csv(session: SessionRecord, arrivals: Iterable[Arrival]) -> Iterator[str]:
    """A row a beat: where its interval ends, how long it is, what the judge says of it."""
    yield "t_s,rr_ms,verdict,segment\n"
    for each in judged(beats_and_gaps(arrivals)[0]):
        beat = each.beat
        yield f"{beat.t_s:.6f},{shortest(beat.rr_ms)},{each.verdict.value},{beat.segment}\n"


def events_csv(session: SessionRecord, arrivals: Iterable[Arrival]) -> Iterator[str]:
    """A row for all that happened beside the beats: steps, pace, moments, link, gaps."""
    began = _utc(session.started_at)
    came = list(arrivals)
    rows: list[tuple[float, str, str, float | None]] = [
        (arrival.t_s, KIND_OF[type(arrival)], detail(arrival), None)
        for arrival in came
        if not isinstance(arrival, Notification)
    ]
    rows += [
        (gap.t_s, "gap", f"about {gap.missing} beats missing", gap.end_s - gap.t_s)
        for gap in beats_and_gaps(came)[1]
    ]
    yield "t_s,time_utc,kind,detail,duration_s\n"
    for t_s, kind, said, seconds in sorted(rows, key=lambda row: row[0]):
        moment = "" if began is None else (began + timedelta(seconds=t_s)).isoformat()
        yield _line(f"{t_s:.3f}", moment, kind, said, "" if seconds is None else f"{seconds:.3f}")


def markers_csv(session: SessionRecord, arrivals: Iterable[Arrival]) -> Iterator[str]:
    """A row a second: every live number as a screen would have shown it; empty where none."""
    tracker, readings = trace(arrivals)
    shown = [marker for marker in MARKERS if marker.key in tracker.history.columns]
    yield _line("t_s (s)", *(_titled(marker.key, marker.unit) for marker in shown))
    for t_s, values in by_second(readings):
        cells = (plain(m.key, values[m.key]) if m.key in values else None for m in shown)
        yield _line(f"{t_s:g}", *("" if cell is None else str(cell) for cell in cells))


def detail(arrival: Arrival) -> str:
    """What an arrival says beside its time, in a few words."""
    match arrival:
        case StepStarted(_, index, key):
            return f"{index + 1} {key}"
        case PaceChanged(_, BreathPattern() as pattern):
            return f"{pattern.breaths_per_min:g} breaths a minute"
        case PaceChanged():
            return "no guide"
        case Moment(_, label):
            return label
        case LinkChanged(_, _, state, reason):
            return f"{state.value}: {reason}" if reason else state.value
        case _:
            return ""


def judged(beats: Iterable[Beat]) -> list[JudgedBeat]:
    """The beats with the judge's last word on each."""
    judge = BeatJudge()
    last = {each.index: each for beat in beats for each in judge.feed(beat)}
    last |= {each.index: each for each in judge.flush()}
    return [last[index] for index in sorted(last)]


def beats_and_gaps(arrivals: Iterable[Arrival]) -> tuple[list[Beat], list[Gap]]:
    """The beats as the fold has them, and the gaps that remained, in order of time."""
    beats: list[Beat] = []
    gaps: dict[float, Gap] = {}
    for event in events_of(arrivals):
        match event:
            case Beat():
                beats.append(event)
            case Gap(t_s):
                gaps[t_s] = event
            case GapWithdrawn(_, gap_t_s):
                gaps.pop(gap_t_s, None)
            case _:
                pass
    return beats, [gaps[t_s] for t_s in sorted(gaps)]


def shortest(rr_ms: float) -> str:
    """The fewest digits that read back as the same number.

    >>> shortest(812.0), shortest(793.9453125)
    ('812', '793.9453125')
    """
    return repr(rr_ms).removesuffix(".0")


def _titled(key: str, unit: str) -> str:
    return f"{key} ({unit})" if unit else key


def _line(*cells: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _utc(moment: str) -> datetime | None:
    try:
        began = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return began.astimezone(UTC) if began.tzinfo is not None else None
