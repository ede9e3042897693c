"""How much too late the beats of a segment were laid on the clock, as far as arrivals tell.

A segment is laid on the clock when its first notification comes, up to a second after the beat it
tells of, and a beat once emitted keeps its time. But no beat is heard before it is felt: one that
lies after its own notification was laid too late by at least as much, and so was its segment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import numpy as np

from coherence.model import Beat

KEPT_S = 130.0  # two minutes, and a margin
ENOUGH = 20  # beats of a segment: some of them came at once
LATE_BURSTS = 5.0  # per cent of the beats, which were heard long after


class Lateness:
    """Told of the last beat of each notification. Recently it may be below 0: something was lost.

    >>> lateness = Lateness()
    >>> for t_s in range(100):  # a beat each second, and each of them heard 0.7 s "before" it
    ...     lateness.hear(Beat(t_s + 0.7, 1000.0, 0), float(t_s))
    >>> {segment: round(late_s, 3) for segment, late_s in lateness.recent_s().items()}
    {0: 0.7}
    >>> round(lateness.at_most_more_s(), 3)
    1.0
    """

    def __init__(self) -> None:
        self.of_all_s: dict[int, float] = {}  # by segment; at least 0
        self._heard: deque[tuple[Beat, float]] = deque()  # and how far ahead of its arrival it lies

    def hear(self, beat: Beat, t_s: float) -> None:
        """``beat`` came with what arrived at ``t_s``."""
        ahead_s = beat.t_s - t_s
        self.of_all_s[beat.segment] = max(self.of_all_s.get(beat.segment, 0.0), ahead_s)
        self._heard.append((beat, ahead_s))
        while self._heard[0][0].t_s < beat.t_s - KEPT_S:
            self._heard.popleft()

    def recent_s(self) -> Mapping[int, float]:
        """By segment, from the beats of the last two minutes: strap and clock may drift apart.

        Of a segment of few beats all may have come late: that it was laid too early is not said.
        """
        heard: dict[int, list[float]] = {}
        for beat, ahead_s in self._heard:
            heard.setdefault(beat.segment, []).append(ahead_s)
        return {
            segment: max(each) if len(each) >= ENOUGH else max(0.0, *each)
            for segment, each in heard.items()
        }

    def at_most_more_s(self) -> float:
        """By how much more the present segment may lie too late.

        A strap that speaks once a second says a beat anywhere within the interval after it. Where
        the heart beats as often as the strap speaks, it is always the same place, and that is not
        known.
        """
        segment = self._heard[-1][0].segment if self._heard else 0
        here = [(beat.rr_ms, ahead_s) for beat, ahead_s in self._heard if beat.segment == segment]
        if not here:
            return 0.0
        rr_ms, ahead_s = np.array(here).T
        spread_s = float(ahead_s.max() - np.percentile(ahead_s, LATE_BURSTS))
        return max(0.0, float(np.median(rr_ms)) / 1000.0 - spread_s)
