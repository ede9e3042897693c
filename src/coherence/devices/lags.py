"""The lag of each frame: its arrival minus the sum of all intervals so far.

A loss lifts the lag for good, a late burst lifts it for a moment, a frame sent twice lowers it.
Beats end at any time between two notifications, so only the lower envelope of some frames counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """A notification with intervals."""

    t_s: float  # arrival
    rr_ms: tuple[float, ...]
    sum_s: float  # of its intervals


class Lags:
    """The lags of the frames of a segment, by their number from 0; old ones are let go."""

    _KEPT = 1000

    def __init__(self) -> None:
        self._lags_s: list[float] = []
        self._dropped = 0
        self.sum_s = 0.0  # of all intervals, and what is accounted for as missing

    @property
    def count(self) -> int:
        return self._dropped + len(self._lags_s)

    def add(self, frame: Frame) -> None:
        self.sum_s += frame.sum_s
        self._lags_s.append(frame.t_s - self.sum_s)
        if len(self._lags_s) > 2 * self._KEPT:
            del self._lags_s[: self._KEPT]
            self._dropped += self._KEPT

    def least_s(self, first: int, stop: int) -> float:
        """The least lag of frames ``first`` to ``stop`` (not included); infinite if none.

        >>> lags = Lags()
        >>> for t_s in (10.0, 11.0, 13.0):  # one second is missing before the last
        ...     lags.add(Frame(t_s, (1000.0,), 1.0))
        >>> lags.least_s(0, 2), lags.least_s(2, 3)
        (9.0, 10.0)
        """
        low, high = max(first - self._dropped, 0), max(stop - self._dropped, 0)
        return min(self._lags_s[low:high], default=math.inf)

    def account_for(self, missing_s: float, first: int) -> None:
        """Take ``missing_s`` as lost just before frame ``first``."""
        self.sum_s += missing_s
        for i in range(max(first - self._dropped, 0), len(self._lags_s)):
            self._lags_s[i] -= missing_s
