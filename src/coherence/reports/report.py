"""A report as plain data: what a session's arrivals say, for the client and for the therapist."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.coherence_ratio import CEILING
from coherence.model import Arrival, ClockMark, Moment, Origin, Reflection
from coherence.reports.numbers import NothingFound
from coherence.reports.report_cards import Card, cards_of
from coherence.reports.report_recovery import recovery_words
from coherence.reports.report_steps import Spectrum, StepRow, live_rows, spectra_of, steps_of
from coherence.reports.report_story import Flow, Mark, story_of
from coherence.reports.report_words import (
    begun_words,
    length_words,
    method_of,
    origin_words,
    own_words,
    signal_words,
)
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker
from coherence.translation import _

Floats = NDArray[np.float64]

MINUTE_S = 60.0
TWO_MINUTES_FROM_S = 180.0  # a shorter session has no beginning and end to set side by side


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a session beside what arrived in it. ``name`` only where it is wanted."""

    practice: str  # its key
    started_at: str
    origin: Origin
    app_version: str  # that recorded it
    strap: str | None = None
    session_id: int | None = None
    name: str | None = None
    source: str | None = None  # the file's name
    before: Reflection | None = None  # self-ratings, where they are wanted
    after: Reflection | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class HeartLine:
    """The heart rate beat by beat; NaN where the line is not to cross."""

    label: str
    t_s: Floats  # (n,)
    bpm: Floats
    aside_t_s: Floats  # (m,) beats set aside
    aside_bpm: Floats
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Two pages' worth of plain data; what draws or writes it computes nothing."""

    subtitle: str  # for the client
    therapist_subtitle: str
    lead: str
    details: tuple[str, ...]
    flow: Flow
    minutes: tuple[HeartLine, ...]  # one each from the beginning and the end
    cards: tuple[Card, ...]
    own_words: tuple[str, ...]
    steps: tuple[StepRow, ...]
    spectra: tuple[Spectrum, ...]
    heart: HeartLine
    signal: tuple[str, ...]
    method: tuple[str, ...]


def report_of(
    arrivals: Iterable[Arrival],
    about: About,
    *,
    progress: Callable[[float], None] | None = None,
) -> Report:
    """Fold ``arrivals`` and say what they hold. Raises ``NothingFound`` where there is no beat."""
    came = list(arrivals)
    tracker, readings = trace(came, SessionTracker(rows=live_rows()), progress=progress)
    if not tracker.judged:
        raise NothingFound(
            _(
                "There is no heartbeat in this session, so there is nothing to report: choose"
                " another."
            )
        )
    steps = steps_of(came, tracker, readings, about.practice)
    flow = _flow(came, tracker, steps)
    lead, details = story_of(flow, steps)
    end_s = max(step.to_s for step in steps)
    return Report(
        subtitle=_joined(
            begun_words(about.started_at, _offset_min(came)),
            length_words(end_s),
            steps.title,
            origin_words(about.origin),
        ),
        therapist_subtitle=_joined(
            about.name or "",
            ""
            if about.session_id is None
            else _("session {number}").format(number=about.session_id),
            about.source or "",
            _("strap: {name}").format(name=about.strap)
            if about.strap and about.origin is Origin.STRAP
            else "",
            origin_words(about.origin),
        ),
        lead=lead,
        details=(*details, *recovery_words(came, tracker)),
        flow=flow,
        minutes=_minutes(tracker, end_s),
        cards=cards_of(steps, tracker),
        own_words=own_words(about.before, about.after),
        steps=tuple(steps),
        spectra=spectra_of(steps, tracker),
        heart=_heart_line(tracker, "", 0.0, end_s),
        signal=signal_words(tracker, about.doubts),
        method=method_of(tracker, came, about.app_version, about.origin),
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _flow(came: list[Arrival], tracker: SessionTracker, steps: Iterable[StepRow]) -> Flow:
    t_s = tracker.history.t_s.copy()
    columns = tracker.history.columns
    ten = 10.0 * np.minimum(1.0, columns["coherence"] / CEILING)  # as ten_point; NaN stays NaN
    marks = [Mark(step.from_s, step.title, step=True) for step in steps if step.index > 0]
    marks += [Mark(a.t_s, a.label, step=False) for a in came if isinstance(a, Moment)]
    return Flow(
        t_s=t_s,
        ten=ten,
        in_rhythm=columns["in_rhythm"] == 1.0,
        marks=tuple(sorted(marks, key=lambda mark: mark.t_s)),
        end_s=max((step.to_s for step in steps), default=0.0),
    )


def _minutes(tracker: SessionTracker, end_s: float) -> tuple[HeartLine, ...]:
    """A minute from the beginning and one from the end, as far as beats were heard there."""
    series = tracker.log.series()
    first_s, last_s = series.start_s, min(end_s, series.end_s)
    if last_s - first_s < TWO_MINUTES_FROM_S:
        return (_heart_line(tracker, _("the first minute"), first_s, first_s + MINUTE_S),)
    return (
        _heart_line(tracker, _("the first minute"), first_s, first_s + MINUTE_S),
        _heart_line(tracker, _("the last minute"), last_s - MINUTE_S, last_s),
    )


def _heart_line(tracker: SessionTracker, label: str, from_s: float, to_s: float) -> HeartLine:
    series = tracker.log.series(from_s, to_s)
    bpm = 60000.0 / np.maximum(series.rr_ms, 1.0)
    kept = np.flatnonzero(series.accepted)
    # a line never crosses a gap, nor a beat that was set aside
    apart = (np.diff(kept) > 1) | (np.diff(series.segment[kept]) != 0)
    cut = np.flatnonzero(apart) + 1
    return HeartLine(
        label,
        np.insert(series.t_s[kept], cut, np.nan),
        np.insert(bpm[kept], cut, np.nan),
        series.t_s[~series.accepted].copy(),
        bpm[~series.accepted],
        from_s,
        to_s,
    )


def _offset_min(came: list[Arrival]) -> int | None:
    """Local time less UTC when the session began, where it was noted."""
    return next((a.offset_min for a in came if isinstance(a, ClockMark)), None)
