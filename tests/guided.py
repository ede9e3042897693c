"""A breath guide for simulated wearers in tests: told of arrivals, asked for its volume."""

from __future__ import annotations

from coherence.model import Arrival
from coherence.pacing import BreathGuide


class Guided:
    """What ``wearer`` takes as its guide; ``hear`` changes it meanwhile."""

    def __init__(self, *known: Arrival) -> None:
        self._guide = BreathGuide()
        for arrival in known:
            self.hear(arrival)

    def hear(self, arrival: Arrival) -> None:
        self._guide.feed(arrival)

    def __call__(self, t_s: float) -> float | None:
        moment = self._guide.at(t_s)
        return None if moment is None else moment.volume
