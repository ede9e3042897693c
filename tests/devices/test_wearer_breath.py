"""The simulated breath: its own rhythm, and how it goes along with a guide."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.guided import Guided

from coherence.devices.people import Person
from coherence.devices.wearer_breath import Breath, Guide
from coherence.model import BreathPattern, PaceChanged, Paused, Resumed

STEP_S = 0.05


def breathe(
    person: Person, guide: Guide | None, seconds: float, seed: int = 1, step_s: float = STEP_S
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(times in s, levels, whether with the guide)."""
    breath = Breath(person, np.random.default_rng(seed), guide, step_s)
    t_s = np.arange(step_s / 2, seconds, step_s)
    levels, together = [], []
    for t in t_s.tolist():
        levels.append(breath.level(t))
        together.append(breath.with_guide)
    return t_s, np.array(levels), np.array(together)


def breaths_per_min(t_s: np.ndarray, level: np.ndarray) -> float:
    """From the first to the last time that the lungs pass half full on the way in."""
    up = t_s[1:][(level[:-1] < 0) & (level[1:] >= 0)]
    return 60 * (len(up) - 1) / (up[-1] - up[0])


SIX = PaceChanged(30.0, BreathPattern(6.0))


def test_without_a_guide_one_breathes_at_one_s_own_rate_a_little_unevenly() -> None:
    t_s, level, together = breathe(Person(own_breaths_per_min=14), None, 1800)
    assert breaths_per_min(t_s, level) == pytest.approx(14, rel=0.02)
    lengths_s = np.diff(t_s[1:][(level[:-1] < 0) & (level[1:] >= 0)])
    assert 0.03 < lengths_s.std() / lengths_s.mean() < 0.09
    assert not together.any()


@pytest.mark.parametrize("per_min", [4.0, 6.0, 7.5])
def test_the_faithful_breathe_exactly_with_the_guide(per_min: float) -> None:
    guide = Guided(PaceChanged(30.0, BreathPattern(per_min, pause_full_s=0.5, pause_empty_s=0.5)))
    t_s, level, together = breathe(Person(faithfulness=1.0), guide, 300)
    met_s = t_s[together][0]
    assert 30.0 <= met_s <= 30.0 + 1.5 * 60 / per_min, "within a breath and a half"
    assert together[t_s >= met_s].all()
    volume = np.array([guide(t) for t in t_s[together].tolist()], dtype=float)
    assert level[together] == pytest.approx(2 * volume - 1, abs=1e-9)


def test_the_unfaithful_never_notice_the_guide() -> None:
    person = Person(faithfulness=0.0, own_breaths_per_min=12)
    assert (breathe(person, Guided(SIX), 600)[1] == breathe(person, None, 600)[1]).all()


@pytest.mark.parametrize("faithfulness", [0.3, 0.5, 0.9])
def test_between_one_goes_along_in_spells_for_that_share_of_the_time(faithfulness: float) -> None:
    shares, changes = [], 0
    for seed in range(3):
        _, _, together = breathe(Person(faithfulness=faithfulness), Guided(SIX), 3600, seed, 0.2)
        shares.append(together.mean())
        changes += int(np.count_nonzero(np.diff(together.astype(int)) == 1))
    # Finding the guide again takes up to a breath and a half of each spell.
    assert faithfulness - 0.15 < np.mean(shares) < faithfulness + 0.05
    assert 0.6 * 3 * 3600 / 150 < changes < 1.4 * 3 * 3600 / 150


@pytest.mark.parametrize("seed", range(6))
def test_the_breath_never_jumps(seed: int) -> None:
    guide = Guided(SIX, Paused(200.0), Resumed(207.0), PaceChanged(300.0, None))
    person = Person(faithfulness=0.6, own_breaths_per_min=16)
    _, level, _ = breathe(person, guide, 400, seed)
    # The quickest: a guide's breath and making up half a turn within two seconds.
    quickest = (math.pi / 3.8 + math.pi / 2.0) * STEP_S
    assert abs(np.diff(level)).max() < quickest


def test_a_guide_that_somebody_changes_meanwhile_is_followed() -> None:
    guide = Guided(PaceChanged(0.0, BreathPattern(6.0)))
    breath = Breath(Person(faithfulness=1.0), np.random.default_rng(1), guide, STEP_S)
    t_s = np.arange(STEP_S / 2, 420, STEP_S)
    level = []
    for t in t_s.tolist():
        if 120 <= t < 120 + STEP_S:
            guide.hear(PaceChanged(t, BreathPattern(4.5)))
        if 300 <= t < 300 + STEP_S:
            guide.hear(PaceChanged(t, None))
        level.append(breath.level(t))
    b = np.array(level)

    def rate(from_s: float, to_s: float) -> float:
        span = (t_s >= from_s) & (t_s < to_s)
        return breaths_per_min(t_s[span], b[span])

    assert rate(20, 120) == pytest.approx(6.0, rel=0.01)
    assert rate(180, 300) == pytest.approx(4.5, rel=0.01)
    assert rate(310, 420) == pytest.approx(14.0, rel=0.05)


def test_one_s_own_breaths_do_not_depend_on_faithfulness_until_a_guide_begins() -> None:
    calm, restless = Person(faithfulness=1.0), Person(faithfulness=0.0)
    assert (breathe(calm, Guided(SIX), 29)[1] == breathe(restless, None, 29)[1]).all()
    uneven = replace(calm, breath_spread=0.0)
    assert breaths_per_min(*breathe(uneven, None, 600)[:2]) == pytest.approx(14.0, rel=1e-3)
