"""A whole recording through the fold at once: for reports, `analyse` and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

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
    return tracker, list(readings_in(arrivals, tracker, progress=progress))


def readings_in(
    arrivals: Iterable[Arrival],
    tracker: SessionTracker,
    *,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Reading]:
    """The same as it goes, for those who keep not all of it: a day has a million readings."""
    for number, arrival in enumerate(arrivals):
        yield from tracker.feed(arrival)
        if progress is not None and number % 512 == 0:
            progress(arrival.t_s)
    yield from tracker.finish()
