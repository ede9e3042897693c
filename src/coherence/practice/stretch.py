"""How long the guide has run, in all and at a stretch: twenty minutes at most (science 8.3)."""

from __future__ import annotations

import math

from coherence.practice.practices import LONGEST_PACED_S

RESTED_S = 60.0  # so long without a guide ends a stretch of pacing


class Stretch:
    """Told when the guide runs and when it rests; says how long that was."""

    def __init__(self) -> None:
        self.over_s = math.inf  # when the longest stretch is over
        self._running_from_s: float | None = None
        self._before_s = 0.0  # in all, up to the last time it was let go
        self._stretch_s = 0.0  # of the stretch that goes on, up to then
        self._let_go_s = -math.inf

    def whole_s(self, now_s: float) -> float:
        return self._before_s + self._since_s(now_s)

    def _since_s(self, now_s: float) -> float:
        return 0.0 if self._running_from_s is None else max(0.0, now_s - self._running_from_s)

    def rested(self, now_s: float) -> bool:
        """Whether a guide may run: it has not just run for as long as it may."""
        return self._stretch_s < LONGEST_PACED_S or now_s - self._let_go_s >= RESTED_S

    def note(self, t_s: float, *, running: bool) -> None:
        """The guide runs from here on, or rests."""
        if running and self._running_from_s is None:
            if t_s - self._let_go_s >= RESTED_S:
                self._stretch_s = 0.0
            self._running_from_s = t_s
            self.over_s = t_s + max(0.0, LONGEST_PACED_S - self._stretch_s)
        elif not running and self._running_from_s is not None:
            ran_s = self._since_s(t_s)
            self._before_s += ran_s
            self._stretch_s += ran_s
            self._running_from_s, self._let_go_s, self.over_s = None, t_s, math.inf
