"""Windows of a recording of any length: each summed up once what came before it is settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from coherence.analysis.series import SAME_TIME_S
from coherence.cohort.block import Told, summed_up
from coherence.model import Arrival
from coherence.sessions.heard import quirks_of
from coherence.sessions.tracker import SessionTracker

FEWEST_S = 1.0  # of a window, and between the beginnings of two
PIECE_BEATS = 4096  # folded before windows are looked at
# Beats and time after which nothing changes any more: a beat is judged again up to 10 later, a
# suspected gap is settled within 12 notifications (of 9 beats, or of 100 where a link can do that).
SETTLED_BEATS, SETTLED_S = 2048, 120.0


def in_windows(
    arrivals: Iterable[Arrival], window_s: float, step_s: float, *, plain: bool = False
) -> Iterator[Told]:
    """Each window that lies within the recording, from its first beat on.

    Beats are forgotten once no window needs them, so that a week holds no more memory than a day.
    What a strap sent is gone through twice: that its numbers are false may be found hours later,
    and is true of the hours before. ``plain`` arrivals hold nothing of that kind.
    """
    if iter(arrivals) is arrivals and not plain:
        arrivals = list(arrivals)
    tracker = SessionTracker(rows=[], quirks=None if plain else quirks_of(arrivals))
    windows = _Windows(tracker, window_s, step_s)
    looked_at = 0
    for arrival in arrivals:
        tracker.feed(arrival)
        if len(tracker.log) - looked_at >= PIECE_BEATS:
            looked_at = len(tracker.log)
            yield from windows.settled()
    tracker.finish()
    yield from windows.settled(over=True)


class _Windows:
    """The windows of one fold, in order."""

    def __init__(self, tracker: SessionTracker, window_s: float, step_s: float) -> None:
        self._tracker, self._window_s, self._step_s = tracker, window_s, step_s
        self._start_s: float | None = None
        self._number = 0

    def settled(self, *, over: bool = False) -> Iterator[Told]:
        """Those whose beats are settled, with ``over`` all; each once. Then their beats may go."""
        series = self._tracker.log.series()
        if not len(series):
            return
        if self._start_s is None:
            self._start_s = series.start_s
        if over:
            until_s = series.end_s + SAME_TIME_S
        elif len(series) > SETTLED_BEATS:
            until_s = min(float(series.t_s[-SETTLED_BEATS]), series.end_s - SETTLED_S)
        else:
            return
        spans = []
        for number in count(self._number):
            from_s = self._start_s + number * self._step_s
            if from_s + self._window_s > until_s:
                break
            spans.append((from_s, from_s + self._window_s))
        yield from summed_up(self._tracker, self._number, spans)
        self._number += len(spans)
        if not over:
            self._tracker.forget(self._start_s + self._number * self._step_s)
