"""What is usual for this person: their own range of the wave at the guide, over past sessions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from statistics import median

from coherence.analysis.guide_coherence import AmplitudeRange
from coherence.model import Origin, SessionRecord

FEWEST_SESSIONS = 3
LOW, HIGH = "guide_amplitude_p10_ms", "guide_amplitude_p95_ms"  # in a session's summary


def usual_range(records: Iterable[SessionRecord]) -> AmplitudeRange | None:
    """The typical 10th and 95th percentile of |A|; ``None`` before there are three sessions.

    Only sessions with a real strap count. A summary that cannot be read is passed over.
    """
    lows, highs = [], []
    for record in records:
        try:
            said = json.loads(record.summary)
            low, high = float(said[LOW]), float(said[HIGH])
        except (ValueError, TypeError, KeyError):
            continue
        if record.origin is Origin.STRAP and 0.0 < low < high:
            lows.append(low)
            highs.append(high)
    if len(lows) < FEWEST_SESSIONS:
        return None
    return AmplitudeRange(median(lows), median(highs))
