"""What changed since arriving is told only where it may be compared."""

from dataclasses import replace

import numpy as np
import pytest

from coherence.model import BreathPattern, PaceChanged, Value
from coherence.sessions.since_arriving import Change, NotCompared, Sure, since_arriving
from coherence.sessions.tracker import SessionTracker
from coherence.sessions.view import SessionView


def seen(
    rates: np.ndarray, now: float, guide: tuple[tuple[float, float | None], ...]
) -> SessionView:
    """A view after ``rates`` (one a second), with a guide set (or let go) at those times."""
    tracker = SessionTracker()
    for t_s, per_min in guide:
        pattern = None if per_min is None else BreathPattern(per_min)
        tracker.guide.feed(PaceChanged(t_s, pattern))
    t_s = np.arange(1.0, len(rates) + 1.0)
    history = {"heart_rate_bpm": rates, "rmssd_ms": rates / 2.0}
    values = {
        "heart_rate_bpm": Value(now),
        "rmssd_ms": Value(now / 2.0, uncertainty=now / 2.0 * 0.4),
    }
    view = tracker.view(float(t_s[-1]))
    return replace(view, history_t_s=t_s, history=history, values=values)


RATES = 70.0 + np.tile([-1.0, 0.0, 1.0, 0.0], 75)  # 300 s


def test_a_heart_rate_is_set_against_arriving_with_what_it_varied_then() -> None:
    found = since_arriving(seen(RATES, 61.0, ((90.0, 5.5),)), "heart_rate_bpm")
    assert found == Change(61.0, 70.0, Sure.BEYOND, ratio=False)
    found = since_arriving(seen(RATES, 70.8, ((90.0, 5.5),)), "heart_rate_bpm")
    assert isinstance(found, Change)
    assert found.sure is Sure.WITHIN


def test_rmssd_is_not_compared_while_a_guide_ran_in_its_minute() -> None:
    assert since_arriving(seen(RATES, 90.0, ((90.0, 5.5),)), "rmssd_ms") == NotCompared(paced=True)
    let_go = ((90.0, 5.5), (260.0, None))
    assert since_arriving(seen(RATES, 90.0, let_go), "rmssd_ms") == NotCompared(paced=True)


def test_rmssd_is_compared_between_times_of_one_s_own_breath() -> None:
    let_go = ((90.0, 5.5), (230.0, None))
    found = since_arriving(seen(RATES, 77.0, let_go), "rmssd_ms")
    assert found == Change(38.5, 35.0, Sure.WITHIN, ratio=True)
    found = since_arriving(seen(RATES, 140.0, let_go), "rmssd_ms")
    assert isinstance(found, Change)
    assert found.sure is Sure.BEYOND


@pytest.mark.parametrize("key", ["heart_rate_bpm", "rmssd_ms"])
def test_while_arriving_there_is_nothing_to_compare(key: str) -> None:
    assert since_arriving(seen(RATES[:80], 61.0, ()), key) == NotCompared()


def test_a_guide_from_the_first_breath_leaves_no_arriving() -> None:
    view = seen(RATES, 61.0, ((0.0, 5.5),))
    assert isinstance(since_arriving(view, "heart_rate_bpm"), NotCompared)
