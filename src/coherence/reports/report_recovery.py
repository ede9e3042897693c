"""How long the heart took to come back after a prompt of a session plan, and how sure that is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from coherence.analysis.recovery import Course, Recovery, recovery
from coherence.model import Arrival, StepStarted
from coherence.practice.session_plans import PROMPT
from coherence.sessions.tracker import SessionTracker
from coherence.translation import _

HEART_RATE = "heart_rate_bpm"


def recovery_words(came: Sequence[Arrival], tracker: SessionTracker) -> tuple[str, ...]:
    """A sentence for each prompt of a plan that something is known of."""
    started = [each for each in came if isinstance(each, StepStarted)]
    columns = tracker.history.columns
    if HEART_RATE not in columns:
        return ()
    out = []
    for step, after in itertools.pairwise(started):
        if step.key == PROMPT:
            t_s, rate = tracker.history.t_s, columns[HEART_RATE]
            said = _said(recovery(t_s, rate, step.t_s, until_s=after.t_s))
            if said:
                out.append(said)
    return tuple(out)


def _said(found: Recovery) -> str:
    """Plain words: it is a time of the heart rate, and says nothing of what somebody felt.

    >>> _said(Recovery(Course.BACK, 48.0, 35.0, 71.0))
    'After the prompt the heart rate was back where it had been in 48 s, likely 35 to 71 s.'
    """
    seconds = found.seconds or 0.0
    match found.course:
        case Course.STAYED:
            return _(
                "Through the prompt the heart rate kept within the range of the minute before."
            )
        case Course.AWAY:
            return _(
                "In the {seconds:.0f} s after the prompt the heart rate had not come back where it "
                "had been: hearts take the time they take."
            ).format(seconds=seconds)
        case Course.BACK if seconds == 0.0:
            return _("The heart rate was back where it had been before the prompt was over.")
        case Course.BACK:
            said = (
                _(
                    "After the prompt the heart rate was back where it had been in {seconds:.0f} "
                    "s, likely {low:.0f} s or more."
                )
                if found.high_s is None
                else _(
                    "After the prompt the heart rate was back where it had been in {seconds:.0f} "
                    "s, likely {low:.0f} to {high:.0f} s."
                )
            )
            return said.format(seconds=seconds, low=found.low_s or 0.0, high=found.high_s)
        case _:
            return ""
