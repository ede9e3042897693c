"""My rhythm: the person marks where their breaths begin, and the guide mirrors them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from coherence.pacing import FOLLOWED_PER_MIN

FEWEST_MARKS = 3
MARKS_KEPT = 5
SHORTEST_S, LONGEST_S = 60.0 / FOLLOWED_PER_MIN[1], 60.0 / FOLLOWED_PER_MIN[0]
FORGOTTEN = 1.5  # so many breaths after the last mark, the next one was left out
FRESH_S = 30.0
_HASTE = 2.0  # a glide takes three breaths, and with each mark a new one begins: aim beyond
_CLOSING = 0.5  # of the distance to the person's breath, made up in the next one
_MOST_BENT = 0.15  # a guided breath differs at most by this share from the person's own


@dataclass(slots=True)
class OwnRhythm:
    """The marks so far and what they say of the breath."""

    marks_s: list[float] = field(default_factory=list)

    def mark(self, t_s: float) -> None:
        """An in-breath begins; a mark too soon after another is the same one, pressed twice."""
        if self.marks_s and t_s - self.marks_s[-1] < 0.6 * SHORTEST_S:
            return
        if self.marks_s and t_s - self.marks_s[-1] > 1.2 * LONGEST_S:
            self.marks_s.clear()  # after a while without marks they begin anew
        self.marks_s = [*self.marks_s[-MARKS_KEPT + 1 :], t_s]

    @property
    def period_s(self) -> float | None:
        """One breath as it was marked, within what a guide can show; ``None`` while unknown."""
        if len(self.marks_s) < FEWEST_MARKS:
            return None
        gaps = [b - a for a, b in zip(self.marks_s, self.marks_s[1:], strict=False)]
        return min(LONGEST_S, max(SHORTEST_S, median(gaps)))

    def per_min(self, now_s: float) -> float | None:
        """The marked pace, as long as marks are fresh."""
        period_s = self.period_s
        if period_s is None or now_s - self.marks_s[-1] > FRESH_S:
            return None
        return 60.0 / period_s

    @property
    def forgotten_s(self) -> float | None:
        """When a mark that should have come by now is no longer waited for."""
        period_s = self.period_s
        return None if period_s is None else self.marks_s[-1] + FORGOTTEN * period_s

    def mirrored_s(self, turn_s: float, breath_s: float) -> float | None:
        """How long the guide's next breaths should aim to last, to meet the person's.

        The guide's in-breath begins next at ``turn_s``; its present breath lasts ``breath_s``.
        """
        period_s = self.period_s
        if period_s is None:
            return None
        ahead = (turn_s - self.marks_s[-1]) / period_s
        late_s = (round(ahead) - ahead) * period_s  # > 0: the person's breath comes later
        most_s = _MOST_BENT * period_s
        wanted_s = period_s + min(most_s, max(-most_s, _CLOSING * late_s))
        aim_s = breath_s + _HASTE * (wanted_s - breath_s)
        return min(LONGEST_S, max(SHORTEST_S, aim_s))
