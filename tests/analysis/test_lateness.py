"""When beats were felt, as far as arrivals tell; and the lag behind the guide that hangs on it."""

import cmath
import math
from dataclasses import replace

import numpy as np
import pytest
from tests.guided import Guided

from coherence.analysis.lateness import Lateness
from coherence.devices.people import PEOPLE
from coherence.devices.simulator import StrapFaults, wearer
from coherence.devices.wearer_heart import answer_to_breath
from coherence.model import Beat, BreathPattern, PaceChanged
from coherence.sessions.tracker import SessionTracker

LOSSES = StrapFaults(drop_share=0.01, late_burst_per_hour=20)


def told_lags(per_min, heart_per_min, seed, seconds=240.0, **how):
    """(how far off, band, locking) each fifth second, of a wearer whose lag is known."""
    person = replace(PEOPLE["calm"], mean_rr_ms=60000.0 / heart_per_min)
    change = PaceChanged(1.0, BreathPattern(per_min, 0.45))
    tracker = SessionTracker(every_s=5)
    tracker.feed(change)
    known_deg = -math.degrees(cmath.phase(answer_to_breath(per_min / 60.0, person)))
    said = {"phase_lag_deg": [], "phase_locking": []}
    for arrival in wearer(seed=seed, seconds=seconds, guide=Guided(change), person=person, **how):
        for reading in tracker.feed(arrival):
            if reading.marker in said and reading.value.value is not None:
                said[reading.marker].append(reading.value)
    return [
        (math.remainder(lag.value - known_deg, 360.0), lag.uncertainty, locking.value)
        for lag, locking in zip(*said.values(), strict=True)
    ]


@pytest.mark.parametrize("measures", [False, True], ids=["intervals", "with ECG"])
def test_the_lag_of_simulated_wearers_is_the_one_that_they_have(measures):
    """Laid by its first notification alone the line of beats was up to 45 degrees late."""
    cases = [(4.5, 50.0), (5.0, 75.0), (5.5, 66.0), (6.0, 90.0), (6.5, 55.0), (7.0, 66.0)]
    runs = [
        told_lags(*case, seed=seed, measures=measures)
        for seed, case in enumerate(2 * cases, start=1)
        if not measures or seed % 3 == 1
    ]
    off = np.array([np.median([each[0] for each in run]) for run in runs])
    assert abs(np.median(off)) < 6.0
    assert abs(off).max() < 20.0
    every = np.concatenate(runs)
    assert (every[:, 2] > 0.9).mean() > 0.9
    assert (abs(every[:, 0]) <= every[:, 1]).mean() > 0.9
    assert np.median(every[:, 1]) < 25.0


def test_a_heart_that_does_not_follow_has_a_lag_by_chance_and_says_so():
    tracker = SessionTracker(every_s=5)
    change = PaceChanged(1.0, BreathPattern(6.0))
    tracker.feed(change)
    told = []
    for arrival in wearer(seed=4, seconds=400.0, guide=Guided(change), person=PEOPLE["resting"]):
        for reading in tracker.feed(arrival):
            if reading.marker == "phase_lag_deg" and reading.value.value is not None:
                told.append(reading.value)
    loose = [value for value in told if value.uncertainty > 60.0]
    assert len(loose) > len(told) / 2
    assert all(value.low_confidence for value in loose)


def test_losses_that_nobody_noticed_do_not_move_the_lag():
    """What was lost leaves the line of beats too early; the last two minutes of arrivals tell."""
    off = told_lags(6.0, 70.0, seed=7, seconds=1200.0, faults=LOSSES)
    assert len(off) > 100
    assert (abs(np.array(off)[:, 0]) < 25.0).mean() > 0.95


def test_each_segment_has_a_lateness_of_its_own():
    lateness = Lateness()
    for t_s in range(60):
        segment = t_s // 30
        lateness.hear(Beat(t_s + 0.2 + 0.5 * segment - 0.01 * (t_s % 7), 900.0, segment), t_s)
    assert lateness.recent_s() == pytest.approx({0: 0.2, 1: 0.7})
    assert lateness.of_all_s == pytest.approx({0: 0.2, 1: 0.7})
    for t_s in range(60, 400):  # early by now, for something was lost
        lateness.hear(Beat(t_s - 0.8, 900.0, 1), t_s)
    assert lateness.recent_s() == pytest.approx({1: -0.8})
    assert lateness.of_all_s[1] == pytest.approx(0.7)


def test_few_beats_that_came_late_do_not_move_their_segment():
    lateness = Lateness()
    for t_s in range(100):
        lateness.hear(Beat(t_s + 0.3, 900.0, 0), float(t_s))
    for t_s in range(100, 110):
        lateness.hear(Beat(t_s - 1.5, 900.0, 1), float(t_s))  # a late burst after a loss
    assert lateness.recent_s() == pytest.approx({0: 0.3, 1: 0.0})


def test_a_heart_as_quick_as_the_strap_speaks_leaves_open_when_it_beats():
    even, odd = Lateness(), Lateness()
    assert even.at_most_more_s() == 0.0
    for beat in range(120):
        even.hear(Beat(beat + 0.4, 1000.0, 0), float(beat))
        felt_s = 0.83 * beat
        odd.hear(Beat(felt_s, 830.0, 0), math.ceil(felt_s))
    assert even.at_most_more_s() == pytest.approx(1.0)
    assert odd.at_most_more_s() == 0.0
