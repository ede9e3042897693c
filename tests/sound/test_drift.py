"""Sight and sound keep together, whatever the device's clock does."""

from __future__ import annotations

import os
from itertools import pairwise

import numpy as np
import pytest

from coherence.sound.drift import BEND, JUMP_S, MOST_DRIFT, Course, DeviceClock
from coherence.sound.kinds import RATE_HZ

HOUR_S = 3600.0
PERIOD, PERIODS, CHUNK = 4800, 4, 24_000
AHEAD = 12 * RATE_HZ


def played(ppm: float, seconds: float, *, stall_s: float = 0.0, seed: int = 1) -> np.ndarray:
    """A device with a clock of its own: (heard at, by how much too late) for each call.

    Calls come late by 3 ms on average, now and then by 80 ms. After half the time the device stands
    still for ``stall_s``. Its own clock begins at 0.7 s.
    """
    chance = np.random.default_rng(seed)
    clock = DeviceClock()
    course, rate_hz = Course(clock), RATE_HZ * (1.0 + ppm * 1e-6)
    taken = end = 0
    begun_s, out = 0.7, []
    for call in range(round(seconds * rate_hz / PERIOD)):
        if stall_s and call == round(0.5 * seconds * rate_hz / PERIOD):
            begun_s += stall_s
        ready_s = begun_s + max(0, call - PERIODS + 1) * PERIOD / rate_hz
        late_s = chance.exponential(0.003) + (0.08 if chance.random() < 0.01 else 0.0)
        clock.asked(taken, PERIOD, ready_s + late_s)
        heard_s = begun_s + taken / rate_hz
        if taken < end:
            out.append((heard_s, heard_s - course._place(taken) / RATE_HZ))  # type: ignore[operator]
        taken += PERIOD
        course.forget_before(taken - RATE_HZ)
        if end < taken or abs(course.off_s(taken)) > JUMP_S:
            end = taken
        while end < taken + AHEAD:
            course.next(end, CHUNK)
            end += CHUNK
    return np.array(out)


HOURS = 1.0 if os.environ.get("COHERENCE_LONG") else 0.25


@pytest.mark.parametrize("ppm", [0.0, 30.0, -80.0, 150.0, -200.0])
def test_an_hour_stays_within_five_milliseconds(ppm: float) -> None:
    drifted = played(ppm, HOUR_S * (HOURS if abs(ppm) < 200 else 1.0))
    assert np.abs(drifted[5:, 1]).max() < 0.005
    late = drifted[drifted[:, 0] > 60.0, 1]
    assert np.abs(late).max() < 0.0015  # once the clock is known


def test_without_following_it_would_be_out_of_step() -> None:
    alone_s = HOUR_S * 200e-6
    assert alone_s > 0.5  # what the test above is there for


def test_a_device_that_stood_still_is_caught_up_with() -> None:
    drifted = played(40.0, 600.0, stall_s=0.4)
    before = drifted[drifted[:, 0] < 300.0, 1]
    after = drifted[drifted[:, 0] > 310.0, 1]
    assert np.abs(before[5:]).max() < 0.005
    assert np.abs(after).max() < 0.005


def test_it_bends_so_little_that_nobody_hears_it() -> None:
    clock = DeviceClock()
    course = Course(clock)
    clock.asked(0, PERIOD, 0.0)
    for call in range(1, 40):
        clock.asked(call * PERIOD, PERIOD, call * PERIOD / RATE_HZ)
    course.next(0, CHUNK)
    for call in range(40, 400):  # the device is 15 ms late from here on: less than a jump
        clock.asked(call * PERIOD, PERIOD, call * PERIOD / RATE_HZ + 0.015)
    legs = [course.next((1 + i) * CHUNK, CHUNK) for i in range(100)]
    assert all(abs(leg.step - 1.0) <= BEND + MOST_DRIFT for leg in legs)
    assert 1200 * np.log2(1 + BEND + MOST_DRIFT) < 2.0  # cents
    for one, next_one in pairwise(legs):
        assert next_one.place == pytest.approx(one.at(next_one.first), abs=1e-6)  # no jump


def test_what_is_too_far_off_is_jumped_to() -> None:
    clock = DeviceClock()
    course = Course(clock)
    clock.asked(0, PERIOD, 0.0)
    one = course.next(0, CHUNK)
    clock = course._clock = DeviceClock()
    clock.asked(0, PERIOD, 5.0)
    other = course.next(CHUNK, CHUNK)
    assert other.place - one.place == pytest.approx(5.5 * RATE_HZ)


def test_latency_is_what_lies_in_the_devices_buffer() -> None:
    for burst, wanted in ((1, 1), (2, 1), (4, 3)):
        clock = DeviceClock()
        for call in range(burst):
            clock.asked(call * PERIOD, PERIOD, 10.0)
        clock.asked(burst * PERIOD, PERIOD, 10.1)
        assert clock.latency_s == pytest.approx(wanted * PERIOD / RATE_HZ)
    assert clock.heard_s(0) == pytest.approx(10.0)
