"""The paces that were found before, as sessions keep them; and the newest one beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coherence.analysis.resonance import Drift, Found, Resonance, drift, together
from coherence.model import Origin, SessionRecord
from coherence.sessions.assessment import Assessment, Protocol

PER_MIN, UNCERTAINTY = "resonance_per_min", "resonance_uncertainty_per_min"  # in a summary
CERTAINTY, SLIDING = "resonance_certainty", "resonance_by_sliding"
TOGETHER_DAYS = 60  # two ways so near in time are one answer


@dataclass(frozen=True, slots=True)
class FoundBefore:
    """A pace that an earlier session found."""

    session_id: int
    at: datetime
    protocol: Protocol
    found: Found


@dataclass(frozen=True, slots=True)
class Beside:
    """A new result beside the earlier ones: how it has moved, and both ways together."""

    before: FoundBefore
    moved: Drift
    together: Found | None  # where the other protocol was done not long ago


def resonance_numbers(assessment: Assessment | None) -> dict[str, float]:
    """What a session's summary keeps of its assessment: nothing where no pace was found."""
    if assessment is None:
        return {}
    result = assessment.result
    numbers = {
        CERTAINTY: result.certainty,
        SLIDING: float(assessment.protocol is Protocol.SLIDING),
    }
    if result.per_min is not None and result.uncertainty_per_min is not None:
        numbers |= {PER_MIN: result.per_min, UNCERTAINTY: result.uncertainty_per_min}
    return numbers


def found_before(records: Iterable[SessionRecord]) -> list[FoundBefore]:
    """The paces of sessions with a real strap, newest first; what cannot be read is passed over."""
    found = []
    for record in records:
        if PER_MIN not in record.summary:  # most have none, and there may be ten thousand
            continue
        try:
            said = json.loads(record.summary)
            pace = Found(float(said[PER_MIN]), float(said[UNCERTAINTY]))
            protocol = Protocol.SLIDING if said[SLIDING] else Protocol.STEPPED
            at = datetime.fromisoformat(record.started_at)
        except (ValueError, TypeError, KeyError):
            continue
        if record.origin is Origin.STRAP:
            found.append(FoundBefore(record.id, at, protocol, pace))
    return sorted(found, key=lambda each: (each.at, each.session_id), reverse=True)


def beside(
    result: Resonance, protocol: Protocol, earlier: Sequence[FoundBefore], now: datetime
) -> Beside | None:
    """The result beside the newest of the ``earlier`` ones; ``None`` where there is none."""
    if result.per_min is None or result.uncertainty_per_min is None or not earlier:
        return None
    found, before = Found(result.per_min, result.uncertainty_per_min), earlier[0]
    recent = now - timedelta(days=TOGETHER_DAYS)
    others = [each for each in earlier if each.protocol is not protocol and each.at >= recent]
    both = None
    if others and drift(found, others[0].found) is Drift.SAME:
        both = together([found, others[0].found])
    return Beside(before, drift(found, before.found), both)
