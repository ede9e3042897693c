"""Time to recover after a moment, against courses whose end is known."""

import numpy as np
import pytest

from coherence.analysis.recovery import Course, recovery

T = np.arange(600.0)
AT_S = 300.0


def course(away_s: float, by_bpm: float, spread: float = 0.5, seed: int = 1) -> np.ndarray:
    """A heart rate that steps away at the moment and comes back after ``away_s``."""
    rate = 62.0 + spread * np.random.default_rng(seed).normal(size=len(T))
    return rate + np.where((T > AT_S) & (AT_S + away_s >= T), by_bpm, 0.0)


@pytest.mark.parametrize("away_s", [15.0, 40.0, 120.0])
@pytest.mark.parametrize("by_bpm", [10.0, -8.0])
def test_a_heart_that_comes_back_is_back_when_it_is(away_s: float, by_bpm: float) -> None:
    found = recovery(T, course(away_s, by_bpm), AT_S)
    assert found.course is Course.BACK
    assert found.seconds is not None
    assert away_s < found.seconds <= away_s + 25.0
    assert found.low_s is not None
    assert found.low_s <= away_s + 1.0
    assert found.high_s is None or found.high_s >= found.seconds


def test_one_that_keeps_its_range_has_not_left() -> None:
    assert recovery(T, course(60.0, 0.0), AT_S).course is Course.STAYED


def test_one_that_is_still_away_is_told_so_far() -> None:
    rate = course(1000.0, 12.0)
    found = recovery(T[:400], rate[:400], AT_S)
    assert found.course is Course.AWAY
    assert found.seconds == 99.0


def test_little_heard_before_or_after_is_no_answer() -> None:
    rate = course(40.0, 10.0)
    assert recovery(T[:305], rate[:305], AT_S).course is Course.UNKNOWN
    late = np.where(T < 285.0, np.nan, rate)
    assert recovery(T, late, AT_S).course is Course.UNKNOWN


def test_a_slow_return_is_less_sure_than_a_step() -> None:
    fading = 62.0 + 0.8 * np.random.default_rng(2).normal(size=len(T))
    slow = fading + np.where(T > AT_S, 15.0 * np.exp(-(T - AT_S) / 60.0), 0.0)
    step = fading + np.where((T > AT_S) & (T <= AT_S + 100.0), 15.0, 0.0)
    found, sharp = recovery(T, slow, AT_S), recovery(T, step, AT_S)
    assert found.low_s is not None
    assert sharp.low_s is not None
    assert sharp.seconds is not None
    assert found.seconds is not None
    assert found.seconds - found.low_s > sharp.seconds - sharp.low_s


def test_chance_alone_is_seldom_called_away() -> None:
    """A rate that only varies as before: hardly any of 200 is called away."""
    courses = [recovery(T, course(0.0, 0.0, spread=3.0, seed=n), AT_S) for n in range(200)]
    assert sum(found.course is Course.UNKNOWN for found in courses) == 0
    assert sum(found.course is Course.AWAY for found in courses) < 20
