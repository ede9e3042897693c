"""Of a recording longer than an hour each fifth second is read, and that says the same."""

import numpy as np
import pytest

from coherence.devices import intervals
from coherence.model import Notification
from coherence.reports.numbers import LONG_EVERY_S, LONG_S, numbers, numbers_between, readings_of


def heard(seconds):
    rng = np.random.default_rng(3)
    n = np.arange(int(seconds / 0.8))
    rr_ms = 900.0 + 30.0 * np.sin(0.6 * n) + rng.normal(0.0, 12.0, len(n))
    t_s = np.cumsum(rr_ms) / 1000.0
    return [
        Notification(t, "file", intervals.CHARACTERISTIC, intervals.encode([rr]))
        for t, rr in zip(t_s.tolist(), rr_ms.tolist(), strict=True)
        if t < seconds
    ]


def test_a_long_recording_is_read_each_fifth_second():
    arrivals = heard(LONG_S + 400.0)
    tracker, seconds = readings_of(arrivals)
    found = numbers_between(tracker, seconds)
    assert list(seconds.t_s) == [
        float(t) for t in range(5, int(arrivals[-1].t_s) + 1, LONG_EVERY_S)
    ]
    assert len(tracker.judged) == len(arrivals)
    minutes = numbers([each for each in arrivals if each.t_s < 900.0])  # each second
    for key in ("coherence", "rsa_ms", "breaths_per_min"):
        assert found.markers[key].value == pytest.approx(minutes.markers[key].value, rel=0.03)
