"""What windows of one fold say: each as a recording of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coherence.analysis.markers import MARKERS, value_of
from coherence.analysis.window import Window
from coherence.model import Reason, Value
from coherence.pacing import BreathGuide
from coherence.reports.numbers import Numbers, with_verdicts
from coherence.sessions.tracker import SessionTracker


@dataclass(frozen=True, slots=True)
class Told:
    """A stretch of a recording, and what is told of it."""

    found: Numbers
    paced: bool
    from_s: float | None = None
    to_s: float | None = None
    window: int | None = None
    step: str | None = None


def summed_up(
    tracker: SessionTracker, first: int, spans: Sequence[tuple[float, float]]
) -> Iterator[Told]:
    """The windows ``spans``, the first of which has that number."""
    for number, (from_s, to_s) in enumerate(spans, start=first):
        paced = ran_within(tracker.guide, from_s, to_s)
        yield Told(of_window(tracker, from_s, to_s), paced, from_s, to_s, number)


def of_window(tracker: SessionTracker, from_s: float, to_s: float) -> Numbers:
    """The numbers of beats that end in (from_s, to_s], without what came before.

    Those of a span are what `analyse --from --to` says. Coherence and its like are of the window
    as a whole, where `analyse` tells the median of what a live screen showed second by second.
    """
    series = tracker.log.series(from_s, to_s)
    start_s = series.start_s if len(series) else from_s
    end_s = series.end_s if len(series) else to_s
    gaps = tracker.gaps_between(start_s, end_s)
    window = Window(series, end_s, gaps=gaps, guide=tracker.guide, whole=True)
    spoil = tracker.strap.quirks.spoil
    markers = {
        marker.key: Value(None, Reason.STRAP)
        if spoil(marker.key, start_s, end_s)
        else value_of(window, marker)
        for marker in MARKERS
    }
    held = tracker.log.series().t_s.searchsorted((from_s, to_s), side="right")
    return with_verdicts(tracker, series, slice(*held), gaps, end_s - start_s, markers)


def ran_within(guide: BreathGuide, from_s: float, to_s: float) -> bool:
    """Whether a breath guide ran at any time of a span."""
    return bool(guide.breaths(from_s, to_s))
