"""A whole recording through the fold at once: for reports, `analyse` and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from coherence.model import Arrival, Reading
from coherence.sessions.tracker import SessionTracker


def trace(
    arrivals: Iterable[Arrival],
    tracker: SessionTracker | None = None,
    *,
    progress: Callable[[float], None] | None = None,
) -> tuple[SessionTracker, list[Reading]]:
    """Fold ``arrivals`` into ``tracker`` (a new one by default); returns it and all its readings.

    ``progress`` is told the session time now and then.
    """
    tracker = tracker or SessionTracker()
    readings: list[Reading] = []
    for number, arrival in enumerate(arrivals):
        readings += tracker.feed(arrival)
        if progress is not None and number % 512 == 0:
            progress(arrival.t_s)
    readings += tracker.finish()
    return tracker, readings
