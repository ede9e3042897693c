"""A person's own range: from real sessions only, and only from enough of them."""

import json

from coherence.analysis.guide_coherence import AmplitudeRange
from coherence.model import End, Origin, SessionRecord
from coherence.sessions.usual import usual_range


def session(summary: str, origin: Origin = Origin.STRAP) -> SessionRecord:
    when = "2026-01-01T10:00:00+00:00"
    return SessionRecord(1, when, 600.0, "just_sit", origin, End.ENDED, "0.1.0", summary=summary)


def swing(low: float, high: float) -> str:
    return json.dumps({"guide_amplitude_p10_ms": low, "guide_amplitude_p95_ms": high})


def test_the_typical_range_of_real_sessions() -> None:
    records = [session(swing(4, 10)), session(swing(6, 14)), session(swing(5, 12))]
    assert usual_range(records) == AmplitudeRange(5.0, 12.0)


def test_too_few_simulated_or_unreadable_ones_say_nothing() -> None:
    real = [session(swing(4, 10)), session(swing(6, 14))]
    assert usual_range(real) is None
    others = [session(swing(30, 60), Origin.SIMULATED), session("{}"), session("not json")]
    assert usual_range([*real, *others]) is None
