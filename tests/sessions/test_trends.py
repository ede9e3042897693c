"""Trends: a person's own numbers over weeks, and the band that they come back to by themselves."""

import json
from dataclasses import replace

import numpy as np
import pytest

from coherence.model import End, Origin, SessionRecord
from coherence.sessions.trends import TRENDS, own_band, trend_lines

RMSSD, HEART_RATE = TRENDS[0], TRENDS[1]


def record(number, day, origin=Origin.STRAP, **summary):
    return SessionRecord(
        id=number,
        started_at=f"2026-03-{day:02}T07:00:00.000+00:00",
        duration_s=600.0,
        practice="just_sit",
        origin=origin,
        end=End.ENDED,
        app_version="0",
        summary=json.dumps(summary | {"rhythm": "00"}),
    )


def test_the_band_covers_what_it_says_when_nothing_changes():
    dice = np.random.default_rng(4)
    inside = []
    for _ in range(1500):
        values = dice.normal(60.0, 2.0, 31)
        band = own_band(HEART_RATE, np.arange(31.0), values)
        assert band is not None
        inside.append(band[0] <= values[-1] <= band[1])
    assert 0.91 < np.mean(inside) < 0.96  # 30 values tell the spread to a seventh


def test_ratios_are_taken_as_logarithms():
    values = np.array([40.0, 44.0] * 6)
    low, high = own_band(RMSSD, np.arange(12.0), values)
    doubled = own_band(RMSSD, np.arange(12.0), 2.0 * values)
    assert doubled == pytest.approx((2 * low, 2 * high))
    error = abs(np.log(44.0 / 40.0)) / np.sqrt(2.0)
    assert high / low == pytest.approx(np.exp(2 * 1.96 * error))
    assert own_band(RMSSD, np.arange(7.0), np.array([0.0, 1, 1, 1, 1, 1, 1])) is None


def test_a_slow_change_over_months_does_not_widen_the_band():
    """Sessions far apart are no repeat of one another."""
    near = np.arange(8.0)
    values = np.array([60.0, 62, 60, 62, 60, 62, 60, 61])
    far = np.concatenate((near, near + 400.0))
    both = np.concatenate((values, values + 20.0))
    width = np.diff(own_band(HEART_RATE, far, both))
    assert width < 1.3 * np.diff(own_band(HEART_RATE, near, values))


def test_only_a_real_strap_counts_and_rest_stays_apart_from_guided():
    records = [
        record(3, 3, resting_heart_rate_bpm=61.0, paced_rsa_bpm=9.0),
        record(1, 1, resting_heart_rate_bpm=60.0),
        record(2, 2, origin=Origin.SIMULATED, resting_heart_rate_bpm=99.0),
        record(4, 4, origin=Origin.IMPORTED, resting_heart_rate_bpm=99.0),
    ]
    lines = {line.trend.key: line for line in trend_lines(records)}
    assert set(lines) == {"resting_heart_rate_bpm", "paced_rsa_bpm"}
    assert lines["resting_heart_rate_bpm"].values.tolist() == [60.0, 61.0]
    assert lines["resting_heart_rate_bpm"].session_ids == (1, 3)
    assert np.diff(lines["resting_heart_rate_bpm"].days) == pytest.approx([2.0])
    assert lines["paced_rsa_bpm"].values.tolist() == [9.0]


def test_what_is_said_weighs_nothing():
    records = [
        record(n, n, resting_heart_rate_bpm=60.0 + n % 2, resting_rmssd_ms=40.0 + n % 2)
        for n in range(1, 13)
    ]
    (line,) = [x for x in trend_lines(records) if x.trend is HEART_RATE]
    assert "within your own usual range" in line.sentence
    high = [*records[:-1], record(12, 12, resting_heart_rate_bpm=80.0)]
    (line,) = [x for x in trend_lines(high) if x.trend is HEART_RATE]
    assert "above your own usual range. Sleep, coffee, illness and life" in line.sentence
    (line,) = [x for x in trend_lines(records[:2]) if x.trend is HEART_RATE]
    assert line.band is None
    assert "With 4 more sessions your own usual range can be told" in line.sentence
    damaged = replace(records[0], summary="no json")
    assert trend_lines([damaged]) == []
