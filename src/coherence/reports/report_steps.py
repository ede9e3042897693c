"""The steps of a session and what can be said of each: rest and guided breath are kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.frequency import welch
from coherence.analysis.marker import Marker, value_of
from coherence.analysis.markers import LIVE
from coherence.analysis.stretches import stretches
from coherence.analysis.window import MOST_ARTEFACTS_PCT, Window
from coherence.model import Arrival, Reading, Reason, StepStarted, Value
from coherence.practice.library import library
from coherence.practice.session_plans import plans
from coherence.reports.numbers import typical
from coherence.reports.remarks import SLOW_PER_MIN
from coherence.reports.rows import KEYS, ROWS
from coherence.sessions.tracker import SessionTracker
from coherence.storage.places import places
from coherence.translation import _, later

SPAN_KEYS = ("heart_rate_bpm", "rmssd_ms", "ln_rmssd", "sdnn_ms", "artefact_pct")
WINDOW_KEYS = ("coherence", "guide_coherence", "rsa_bpm", "breaths_per_min")
KINDS = {  # of steps
    "arrive": later("Arrive"), "soothe": later("Soothe"), "compassion": later("Compassion"),
    "return": later("Return"), "free": later("Free"), "baseline": later("Baseline"),
    "prompt": later("Prompt"), "practice": later("Practice"), "recovery": later("Recovery"),
}  # fmt: skip
SHORTEST_S = 5.0  # a step that was left at once is not told of
SPECTRUM_FROM_S = 60.0


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: how the breath went in it, and its numbers by marker key."""

    index: int
    title: str
    from_s: float
    to_s: float
    paced_per_min: float | None  # the guide's pace; None with one's own breath
    values: Mapping[str, Value]
    beats: int
    set_aside: int

    @property
    def minutes(self) -> float:
        return (self.to_s - self.from_s) / 60.0

    @property
    def own_breath(self) -> bool:
        return self.paced_per_min is None

    @property
    def slow(self) -> bool:
        """Whether the breath, as far as it is known, was too slow for a marker of rest."""
        per_min = self.values["breaths_per_min"].value
        return per_min is not None and per_min < SLOW_PER_MIN

    def resting(self, key: str) -> Value:
        """A marker of rest: none where the guide ran."""
        value = self.values[key]
        if ROWS[key].resting_only and (not self.own_breath or value.reason is Reason.PACED):
            return Value(None, Reason.PACED)
        return value

    @property
    def clear_pct(self) -> float | None:
        """Beats that were heard and fit, in per cent of all."""
        artefacts = self.values["artefact_pct"].value
        return None if artefacts is None else 100.0 - artefacts


@dataclass(frozen=True, slots=True)
class Steps:
    """All steps in order, and the practice's name."""

    title: str
    rows: tuple[StepRow, ...]

    def __iter__(self) -> Iterator[StepRow]:
        return iter(self.rows)

    @property
    def resting(self) -> list[StepRow]:
        return [row for row in self.rows if row.own_breath]

    @property
    def paced(self) -> list[StepRow]:
        return [row for row in self.rows if not row.own_breath]


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """The power of the rhythm of one step by frequency, in ms²/Hz."""

    title: str
    hz: NDArray[np.float64]
    psd: NDArray[np.float64]
    total_ms2: float


def live_rows() -> list[Marker]:
    """The markers that a report reads second by second."""
    return [m for m in LIVE if not m.over_span or m.key in KEYS]


def steps_of(
    came: Sequence[Arrival],
    tracker: SessionTracker,
    readings: Iterable[Reading],
    practice: str,
) -> Steps:
    """The steps of a session, or one row for all of it where there are none."""
    series = tracker.log.series()
    end_s = max(series.end_s, came[-1].t_s if came else 0.0)
    started = [a for a in came if isinstance(a, StepStarted)]
    title, titles = _titles(practice)
    spans: list[tuple[int, str, float, float]] = []
    before = -1
    for step, until_s in zip(started, [*(s.t_s for s in started[1:]), end_s], strict=False):
        if step.index <= before:  # it turned to another practice: its steps have names of their own
            titles = {}
        before = step.index
        if until_s - step.t_s >= SHORTEST_S:
            spans.append(
                (step.index, titles.get(step.index, _plainly(step.key)), step.t_s, until_s)
            )
    if not spans:
        spans = [(0, _("All of it"), min(series.start_s, end_s), end_s)]
    by_key: dict[str, list[Reading]] = {key: [] for key in WINDOW_KEYS}
    for reading in readings:
        if reading.marker in by_key:
            by_key[reading.marker].append(reading)
    rows = tuple(_row(*span, tracker, by_key) for span in spans)
    return Steps(title, rows)


def spectra_of(steps: Steps, tracker: SessionTracker) -> tuple[Spectrum, ...]:
    """The spectrum of the first step with one's own breath, and of the longest other one."""
    long = [row for row in steps if row.to_s - row.from_s >= SPECTRUM_FROM_S]
    first = next((row for row in long if row.own_breath), next(iter(long), None))
    others = [row for row in long if row is not first]
    longest = max(others, key=lambda row: (not row.own_breath, row.minutes), default=None)
    found = (_spectrum(row, tracker) for row in (first, longest) if row is not None)
    return tuple(each for each in found if each is not None)


# --- parts ---


def _row(
    index: int,
    title: str,
    from_s: float,
    to_s: float,
    tracker: SessionTracker,
    by_key: Mapping[str, list[Reading]],
) -> StepRow:
    series = tracker.log.series(from_s, to_s)
    pace, free_s = _pace(tracker, from_s, to_s)
    values = {
        key: _of_span(ROWS[key], tracker, *(free_s if pace is None else (from_s, to_s)))
        for key in SPAN_KEYS
    }
    values["artefact_pct"] = _of_span(ROWS["artefact_pct"], tracker, from_s, to_s)
    for key in WINDOW_KEYS:
        # only windows that lie within the step: the others tell of the one before it, too
        begun_s = from_s + (ROWS[key].window_s if key != "guide_coherence" else 0.0)
        said = [r.value for r in by_key[key] if begun_s <= r.t_s <= to_s]
        values[key] = typical(said)
    if pace is None:  # the guide's last breaths reach into it
        values["guide_coherence"] = Value(None, Reason.NOT_PACED)
    spoil = tracker.strap.quirks.spoil
    for key in values:
        if spoil(key, from_s, to_s):
            values[key] = Value(None, Reason.STRAP)
    return StepRow(
        index=index,
        title=title,
        from_s=from_s,
        to_s=to_s,
        paced_per_min=pace,
        values=values,
        beats=len(series),
        set_aside=series.flagged,
    )


def _of_span(marker: Marker, tracker: SessionTracker, from_s: float, to_s: float) -> Value:
    series = tracker.log.series(from_s, to_s)
    gaps = tracker.gaps_between(from_s, to_s)
    window = Window(series, series.end_s, gaps=gaps, guide=tracker.guide, whole=True)
    return value_of(window, marker)


def _pace(
    tracker: SessionTracker, from_s: float, to_s: float
) -> tuple[float | None, tuple[float, float]]:
    """(the guide's pace, the longest stretch without it).

    The pace is ``None`` where the guide ran for less than half of the time: its last breath may
    reach into a step with one's own.
    """
    seconds = np.arange(from_s, to_s, 1.0)
    moments = [tracker.guide.at(t_s) for t_s in seconds.tolist()]
    paces = [m.breath.pattern.breaths_per_min for m in moments if m is not None]
    if 2 * len(paces) >= len(moments):
        return median(paces), (from_s, from_s)
    if not paces:
        return None, (from_s, to_s)
    edges = [from_s, *(t for t, m in zip(seconds.tolist(), moments, strict=True) if m), to_s]
    begin, end = max(pairwise(edges), key=lambda each: each[1] - each[0])
    return None, (begin + 2.5 if begin > from_s else begin, end)


def _spectrum(row: StepRow, tracker: SessionTracker) -> Spectrum | None:
    artefacts = row.values["artefact_pct"].value
    even = stretches(tracker.log.series(row.from_s, row.to_s))
    spoiled = tracker.strap.quirks.spoil("lf_ms2", row.from_s, row.to_s)
    if isinstance(even, Reason) or spoiled or artefacts is None or artefacts > MOST_ARTEFACTS_PCT:
        return None
    powers = welch(even)
    hz = np.linspace(0.0, 0.4, len(powers.psd))
    return Spectrum(row.title, hz, powers.psd, powers.total_ms2)


def _titles(practice: str) -> tuple[str, dict[int, str]]:
    """(the practice's name, its steps' names by their place); ours or one's own."""
    get = library(places().practices).get
    found = get(practice)
    if found is None:  # perhaps a plan of the room
        laid_out, _broken = plans(places().plans, get)
        found = next((each.practice(0, get) for each in laid_out if each.key == practice), None)
    if found is None:
        return "", {}
    return found.title, {i: step.title for i, step in enumerate(found.steps)}


def _plainly(key: str) -> str:
    return _(KINDS.get(key, "")) or key.replace("_", " ").capitalize()
