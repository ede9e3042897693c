"""Whether the two hearts in the room moved together: asked seldom, worked out beside, never stored.

Asking every minute would find something by chance in time, so it is asked each four minutes, of
all the time without a guide so far, and claimed only where two answers in a row are beyond chance.
"""

from __future__ import annotations

import threading
from copy import deepcopy

from coherence.analysis.series import NNSeries
from coherence.analysis.synchrony import LEAST_UNPACED_S, MEASURES, Finding, Synchrony, synchrony
from coherence.model import Reason
from coherence.pacing import BreathGuide
from coherence.translation import _, number

ASK_EVERY_S = 240.0
IN_A_ROW = 2


class Meeting:
    """Told of both hearts now and then; knows what may be said of them."""

    def __init__(self) -> None:
        self.answers: list[Synchrony | Reason] = []
        self._next_s = LEAST_UNPACED_S + 5.0
        self._working: threading.Thread | None = None
        self._done: list[Synchrony | Reason] = []

    def look(self, now_s: float, first: NNSeries, second: NNSeries, guide: BreathGuide) -> None:
        """Ask where it is time; the answer comes later, from a thread of its own."""
        self.take()
        if now_s < self._next_s or self._working is not None:
            return
        self._next_s = now_s + ASK_EVERY_S
        held = deepcopy(guide)  # the guide goes on meanwhile

        def work() -> None:
            found = synchrony(first, second, guides=(held,), measures=MEASURES[:1])
            self._done.append(found)

        self._working = threading.Thread(target=work, name="synchrony", daemon=True)
        self._working.start()

    def take(self, *, wait: bool = False) -> None:
        """Take in an answer that has come; ``wait`` for it where one is on its way."""
        if self._working is None:
            return
        if wait:
            self._working.join()
        if not self._working.is_alive():
            self._working = None
            self.answers += self._done
            self._done = []

    def due_in_s(self, now_s: float) -> float:
        return max(0.0, self._next_s - now_s)

    @property
    def claim(self) -> bool:
        """Whether it may be said that the two move together."""
        last = self.answers[-IN_A_ROW:]
        return len(last) == IN_A_ROW and all(
            isinstance(each, Synchrony) and each.claim for each in last
        )

    def words(self, now_s: float, *, guided: bool) -> tuple[str, str]:
        """What is said, in short, and in a sentence for who wants to know."""
        last = self.answers[-1] if self.answers else None
        if not isinstance(last, Synchrony):
            if guided:
                return SHARED
            if last is not None and last is not Reason.WARMING_UP:
                return _("not known"), _("One of the two was not heard for long enough.")
            left = round(self.due_in_s(now_s) / 60.0 + 0.5)
            return _("listening, {left} min").format(left=left), _(
                "It takes four minutes together without a guide."
            )
        if last.finding is Finding.SHARED_PACE:
            return SHARED
        told = last.told
        beside = _(
            "{correlation} over {minutes:.0f} minutes without a guide; the same two set "
            "against each other at other times: {surrogate_mean} ± {surrogate_sd}, "
            "of which {percentile:.0f} % lie lower."
        ).format(
            correlation=number(told.value, 2),
            minutes=last.seconds / 60.0,
            surrogate_mean=number(told.surrogate_mean, 2),
            surrogate_sd=number(told.surrogate_sd, 2),
            percentile=told.percentile,
        )
        match last.finding:
            case Finding.ONE_RHYTHM:
                return _("one even rhythm, no claim"), _(
                    "Both kept one slow, even pace. {beside}"
                ).format(beside=beside)
            case Finding.BEYOND_CHANCE if self.claim:
                return _("moving together, beyond chance"), beside
            case Finding.BEYOND_CHANCE:
                return _("perhaps: asked again in 4 min"), beside
            case _:
                return _("no more than chance"), beside


SHARED = (
    _("one guide for both"),
    _("A guide runs that both can follow, which is enough to move two hearts together."),
)
