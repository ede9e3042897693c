"""Windows of a long recording: each summed up as a recording of its own, from one fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from coherence.analysis.artifacts import artefact_pct, quality_of
from coherence.analysis.markers import MARKERS, value_of
from coherence.analysis.series import SAME_TIME_S
from coherence.analysis.window import Window
from coherence.devices.quirks import ROWS
from coherence.model import Reason, Value, Verdict
from coherence.pacing import BreathGuide
from coherence.reports.numbers import Numbers
from coherence.sessions.tracker import SessionTracker

FEWEST_S = 1.0  # of a window, and between the beginnings of two


def spans(tracker: SessionTracker, window_s: float, step_s: float) -> Iterator[tuple[float, float]]:
    """(from, to) of each window that lies within the recording, from its first beat on."""
    series = tracker.log.series()
    start_s, number = series.start_s, 0
    while len(series) and start_s + number * step_s + window_s <= series.end_s + SAME_TIME_S:
        from_s = start_s + number * step_s
        yield from_s, from_s + window_s
        number += 1


def of_windows(tracker: SessionTracker, from_s: float, to_s: float) -> Numbers:
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
    first, stop = np.searchsorted(tracker.log.series().t_s, (from_s, to_s), side="right")
    judged = tracker.judged[int(first) : int(stop)]
    counted = Counter(each.verdict.value for each in judged)
    accepted = counted[Verdict.NORMAL.value]
    missing = sum(each.missing for each in judged) + sum(gap.missing for gap in gaps)
    pct = artefact_pct(accepted, len(judged) - accepted, missing)
    return Numbers(
        duration_s=end_s - start_s,
        verdicts={verdict.value: counted[verdict.value] for verdict in Verdict},
        artefact_pct=pct,
        quality=quality_of(pct),
        markers=markers,
        last=None,
        series=series,
        quirks={k: t for k, t in tracker.strap.quirks.found.items() if not ROWS[k].aside},
    )


def ran_within(guide: BreathGuide, from_s: float, to_s: float) -> bool:
    """Whether a breath guide ran at any time of a span."""
    return bool(guide.breaths(from_s, to_s))
