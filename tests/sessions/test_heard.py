"""Beats without readings: the same as the tracker has."""

from itertools import takewhile

import numpy as np

from coherence.devices.people import PEOPLE
from coherence.devices.simulator import wearer
from coherence.model import BreathPattern, PaceChanged
from coherence.sessions.heard import heard
from coherence.sessions.trace import trace


def test_the_beats_are_those_of_the_tracker() -> None:
    arrivals = [PaceChanged(60.0, BreathPattern(6.0))]
    person = PEOPLE["calm"]
    arrivals += takewhile(lambda arrival: arrival.t_s < 150.0, wearer(seed=5, person=person))
    series, guide = heard(arrivals)
    tracker, _ = trace(arrivals)
    whole = tracker.log.series()
    for name in ("t_s", "rr_ms", "accepted", "segment", "missing"):
        np.testing.assert_array_equal(getattr(series, name), getattr(whole, name))
    assert len(series) > 120
    assert guide.breaths(60.0, 150.0) == tracker.guide.breaths(60.0, 150.0)
    assert len(heard([])[0]) == 0
