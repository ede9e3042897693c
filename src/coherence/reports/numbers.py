"""The numbers of a recording: what `coherence analyse` says of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

from coherence.analysis.artifacts import artefact_pct, quality_of
from coherence.analysis.markers import MARKERS, evaluate_span
from coherence.analysis.series import BeatLog
from coherence.model import Arrival, JudgedBeat, Quality, Value, Verdict
from coherence.reports.rows import Plain, by_second, plain, second_row
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker


class NothingFound(Exception):
    """The span that was asked for holds no beat."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the beats of a span say. ``last`` is what a live screen would show at its end."""

    duration_s: float
    verdicts: dict[str, int]  # by verdict name; every beat of the span once
    artefact_pct: float
    quality: Quality
    markers: dict[str, Value]
    last: dict[str, Plain] | None

    def as_json(self) -> dict[str, object]:
        total = sum(self.verdicts.values())
        return {
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
            "last": self.last,
        }


def numbers(
    arrivals: Iterable[Arrival],
    *,
    raw: bool = False,
    from_s: float | None = None,
    to_s: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> Numbers:
    """Fold ``arrivals`` and sum up the beats that end in (from_s, to_s].

    ``raw`` judges nothing, for comparison with tools that do not correct. Markers of a window
    (coherence, say) are the median of their live readings in the span; the others are computed
    over the span. Raises ``NothingFound`` when no beat lies in it.
    """
    tracker, readings = trace(arrivals, SessionTracker(trust_all=raw), progress=progress)
    judged = [j for j in tracker.judged if _within(j.beat.t_s, from_s, to_s)]
    if not judged:
        raise NothingFound(
            "There is no heartbeat in this stretch of the recording: try another --from and --to."
            if tracker.judged
            else "There is no heartbeat in this recording: check that it holds RR intervals."
        )
    seconds = [row for row in by_second(readings) if _within(row[0], from_s, to_s)]
    start_s = judged[0].beat.t_s - judged[0].beat.rr_ms / 1000.0
    end_s = judged[-1].beat.t_s
    gaps = tracker.gaps_between(start_s, end_s)
    log = BeatLog()
    log.extend(JudgedBeat(i, j.beat, j.verdict, j.missing) for i, j in enumerate(judged))
    markers = evaluate_span(log.series(), gaps)
    for marker in MARKERS:
        if not marker.over_span:
            markers[marker.key] = _typical([values[marker.key] for _, values in seconds])
    counted = Counter(j.verdict.value for j in judged)
    flagged = len(judged) - counted[Verdict.NORMAL.value]
    missing = sum(j.missing for j in judged) + sum(g.missing for g in gaps)
    pct = artefact_pct(counted[Verdict.NORMAL.value], flagged, missing)
    return Numbers(
        duration_s=end_s - start_s,
        verdicts={v.value: counted[v.value] for v in Verdict},
        artefact_pct=pct,
        quality=quality_of(pct),
        markers={m.key: markers[m.key] for m in MARKERS},
        last=second_row(*seconds[-1], tracker.link) if seconds else None,
    )


def _within(t_s: float, from_s: float | None, to_s: float | None) -> bool:
    return (from_s is None or t_s > from_s) and (to_s is None or t_s <= to_s)


def _typical(values: list[Value]) -> Value:
    """The median of the readings that have a value; else the reason most of them give."""
    known = [v.value for v in values if v.value is not None]
    if known:
        return Value(median(known))
    reasons = Counter(v.reason for v in values)
    return Value(None, reasons.most_common(1)[0][0] if reasons else None)
