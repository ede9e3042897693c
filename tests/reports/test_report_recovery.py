"""Time to recover after a plan's prompt, on a heart that is known."""

import numpy as np

from coherence.analysis.markers import LIVE
from coherence.model import StepStarted, Value
from coherence.reports.report_recovery import recovery_words
from coherence.sessions.tracker import SessionTracker

T = np.arange(1.0, 601.0)


def told(back_s: float, by_bpm: float = 14.0) -> tuple[str, ...]:
    """What is said of a prompt from 120 to 200 s after which the rate is up until ``back_s``."""
    tracker = SessionTracker(rows=[row for row in LIVE if row.key == "heart_rate_bpm"])
    rate = 64.0 + 0.4 * np.sin(T) + np.where((T > 125.0) & (back_s >= T), by_bpm, 0.0)
    for t_s, value in zip(T.tolist(), rate.tolist(), strict=True):
        tracker.history.append(t_s, {"heart_rate_bpm": Value(value)})
    steps = [(0.0, "baseline"), (120.0, "prompt"), (200.0, "practice"), (500.0, "recovery")]
    came = [StepStarted(t_s, n, key) for n, (t_s, key) in enumerate(steps)]
    return recovery_words(came, tracker)


def test_the_time_is_counted_from_the_end_of_the_prompt() -> None:
    (said,) = told(240.0)
    assert "in 41 s" in said
    assert "likely" in said


def test_back_before_the_prompt_was_over() -> None:
    (said,) = told(160.0)
    assert said == "The heart rate was back where it had been before the prompt was over."


def test_one_that_kept_or_stayed_away_is_told_kindly() -> None:
    assert "kept within" in told(240.0, by_bpm=0.0)[0]
    assert "hearts take the time they take" in told(700.0)[0]


def test_a_session_without_a_prompt_says_nothing_of_it() -> None:
    assert recovery_words([StepStarted(0.0, 0, "soothe")], SessionTracker()) == ()
