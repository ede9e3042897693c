"""How long from the radio to the picture: from the stamp of each frame to the end of its paint."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

KEPT = 600  # ten minutes of a strap
FEWEST = 20  # before, a percentile says nothing


class Latency:
    """The last latencies, in seconds."""

    def __init__(self) -> None:
        self.seconds: deque[float] = deque(maxlen=KEPT)
        self._waiting: list[float] = []

    def taken_in(self, heard_s: Iterable[float]) -> None:
        """What was heard then is part of the picture that is painted next."""
        self._waiting += heard_s

    def painted(self, now_s: float) -> None:
        """The picture stands: whatever was taken in can be seen from now on."""
        self.seconds.extend(now_s - heard_s for heard_s in self._waiting)
        self._waiting.clear()

    def unseen(self) -> None:
        """Nobody can see the window: what was taken in counts for nothing."""
        self._waiting.clear()

    def percentiles_ms(self) -> tuple[float, float] | None:
        """The middle one and the one that 99 of 100 keep within; ``None`` before there are enough.

        >>> latency = Latency()
        >>> latency.taken_in([0.0] * 99 + [0.5])
        >>> latency.painted(1.0)
        >>> [round(ms) for ms in latency.percentiles_ms()]
        [1000, 1000]
        """
        if len(self.seconds) < FEWEST:
            return None
        p50, p99 = 1000.0 * np.percentile(self.seconds, (50, 99))
        return float(p50), float(p99)
