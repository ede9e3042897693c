"""What assessments say beside one another, and the curve against resonances that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import signal

from coherence.analysis.resonance import (
    Certainty,
    Drift,
    Found,
    Outcome,
    Resonance,
    drift,
    together,
)
from coherence.analysis.resonance_curve import LOOSE_DELAY_S, resonance_curve
from coherence.protocols import STEPPED_PER_MIN, sliding

STEPS = np.array(STEPPED_PER_MIN)
SLIDE = np.array([breath.pattern.breaths_per_min for breath in sliding()])


def answers(paces: np.ndarray, per_min: float, q: float, delay_s: float = 0.2) -> np.ndarray:
    """A band-pass of the second order, by SciPy's analog filters, and a delay."""
    w0 = 2.0 * np.pi * per_min / 60.0
    at = 2.0 * np.pi * paces / 60.0
    _, h = signal.freqs([w0 / q, 0.0], [1.0, w0 / q, w0**2], worN=at)
    return 8.0 * h * np.exp(-1j * at * delay_s)


@pytest.mark.parametrize("paces", [STEPS, SLIDE], ids=["steps", "slide"])
@pytest.mark.parametrize("per_min", [4.5, 5.0, 5.8, 6.5])
@pytest.mark.parametrize("q", [1.5, 3.0])
def test_a_resonance_is_found_where_it_is(paces: np.ndarray, per_min: float, q: float) -> None:
    curve = resonance_curve(paces, answers(paces, per_min, q), 0.05 * len(paces), 5.5)
    assert curve.per_min == pytest.approx(per_min, abs=0.15)
    assert curve.found
    assert curve.certainty > 0.9


@pytest.mark.parametrize("per_min", [4.6, 5.5, 6.3])
def test_a_delay_is_not_taken_for_another_resonance(per_min: float) -> None:
    for delay_s in (0.0, 0.5):
        curve = resonance_curve(STEPS, answers(STEPS, per_min, 2.0, delay_s), 0.5, 5.5)
        assert curve.per_min == pytest.approx(per_min, abs=0.35)
    early = answers(STEPS, per_min, 2.0, -0.5)
    assert resonance_curve(STEPS, early, 0.5, 5.5, LOOSE_DELAY_S).per_min == pytest.approx(
        per_min, abs=0.4
    )


def test_a_heart_that_answers_all_alike_has_no_resonance() -> None:
    flat = np.full(5, 8.0 + 0.0j) * np.exp(-1j * 2 * np.pi * STEPS / 60 * 0.25)
    curve = resonance_curve(STEPS, flat, 0.5, 5.5)
    assert not curve.found
    assert curve.certainty < 0.1


def test_more_noise_is_less_certain() -> None:
    waves = answers(STEPS, 5.5, 2.0)
    certain = [resonance_curve(STEPS, waves, v, 5.5).certainty for v in (0.1, 1.0, 10.0)]
    assert certain[0] > certain[1] > certain[2]
    spread = [resonance_curve(STEPS, waves, v, 5.5).sd_per_min for v in (0.1, 1.0, 10.0)]
    assert spread[0] < spread[1] < spread[2]


def test_far_beyond_what_was_tried_nothing_is_found() -> None:
    curve = resonance_curve(STEPS, answers(STEPS, 3.6, 2.0), 0.1, 4.5)
    assert not curve.found
    near = resonance_curve(STEPS, answers(STEPS, 6.9, 2.5), 0.1, 6.5)
    assert near.found
    assert near.within_reach <= 6.75


def test_drift_is_told_only_beyond_what_both_leave_open() -> None:
    assert drift(Found(5.5, 0.1), Found(5.7, 0.1)) is Drift.SAME
    assert drift(Found(5.5, 0.1), Found(6.0, 0.1)) is Drift.SLOWER
    assert drift(Found(6.0, 0.2), Found(5.4, 0.2)) is Drift.QUICKER
    assert drift(Found(5.0, 0.5), Found(5.6, 0.5)) is Drift.SAME


def test_two_assessments_together_lean_to_the_surer_one() -> None:
    both = together([Found(5.4, 0.2), Found(6.0, 0.4)])
    assert both.per_min == pytest.approx((5.4 * 4 + 6.0) / 5)
    assert together([Found(5.4, 0.2)]) == Found(5.4, 0.2)


@pytest.mark.parametrize(
    ("certainty", "words"),
    [
        (0.95, Certainty.CLEAR),
        (0.7, Certainty.FAIRLY_CLEAR),
        (0.55, Certainty.FIRST_IMPRESSION),
    ],
)
def test_certainty_has_words(certainty: float, words: Certainty) -> None:
    found = Resonance(Outcome.FOUND, 5.5, certainty, 0.4, 5.5, 0.0)
    assert found.certainty_words is words
    nothing = Resonance(Outcome.NOT_FOLLOWING, None, certainty, None, None, 0.0)
    assert nothing.certainty_words is Certainty.NOT_CLEAR
    assert math.isfinite(nothing.certainty)
