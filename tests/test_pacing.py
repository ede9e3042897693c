"""The breath guide: continuous, still at both turns, changing only at turns, never jumping."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.model import Arrival, BreathPattern, PaceChanged, Paused, Resumed
from coherence.pacing import (
    GLIDE_BREATHS,
    PRESETS,
    BreathGuide,
    named_pattern,
    parts_of,
    pattern_of,
    volume_in_breath,
)

PATTERNS = st.builds(
    BreathPattern,
    st.floats(3.5, 20.0),
    st.floats(0.3, 0.6),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
)


def guide_of(*arrivals: Arrival) -> BreathGuide:
    guide = BreathGuide()
    for arrival in arrivals:
        guide.feed(arrival)
    return guide


@given(PATTERNS)
def test_volume_stays_in_range_is_continuous_and_still_at_both_turns(
    pattern: BreathPattern,
) -> None:
    t_s = np.linspace(0.0, pattern.period_s, 4001)
    volume = np.array([volume_in_breath(float(t), pattern)[0] for t in t_s])
    assert volume.min() >= 0.0
    assert volume.max() <= 1.0
    step_s = t_s[1]
    steepest = 0.5 * math.pi / (0.3 * (pattern.period_s - 2.0)) * 1.5
    assert np.abs(np.diff(volume)).max() < steepest * step_s
    moving_s = pattern.period_s - pattern.pause_full_s - pattern.pause_empty_s
    full_s = pattern.inhale_share * moving_s
    for turn_s in (0.0, full_s, pattern.period_s):
        near = [volume_in_breath(max(0.0, turn_s + d), pattern)[0] for d in (-1e-4, 0.0, 1e-4)]
        assert np.abs(np.diff(near)).max() < 1e-5


def test_a_change_waits_for_the_turn_and_glides_over_three_breaths() -> None:
    guide = guide_of(PaceChanged(10.0, BreathPattern(6.0)), PaceChanged(25.0, BreathPattern(5.0)))
    breaths = guide.breaths(0.0, 90.0)
    assert [b.start_s for b in breaths[:3]] == [10.0, 20.0, 30.0]
    rates = [b.pattern.breaths_per_min for b in breaths]
    assert rates[:2] == [6.0, 6.0]
    assert rates[2:5] == pytest.approx([6 - 1 / 3, 6 - 2 / 3, 5.0])
    assert set(rates[2 + GLIDE_BREATHS :]) == {5.0}


def test_looking_ahead_changes_nothing() -> None:
    looked, plain = BreathGuide(), BreathGuide()
    for arrival in (
        PaceChanged(3.0, BreathPattern(6.0)),
        PaceChanged(31.0, BreathPattern(5.0)),
        PaceChanged(47.0, BreathPattern(7.5)),
    ):
        looked.feed(arrival)
        plain.feed(arrival)
        looked.volume(np.arange(arrival.t_s, arrival.t_s + 60.0, 0.5))
    t_s = np.arange(0.0, 120.0, 0.1)
    np.testing.assert_array_equal(looked.phase(t_s), plain.phase(t_s))


def test_it_rests_while_paused_and_begins_anew() -> None:
    guide = guide_of(PaceChanged(0.0, BreathPattern(6.0)), Paused(14.0), Resumed(40.0))
    assert guide.at(13.9) is not None
    assert guide.at(20.0) is None
    moment = guide.at(40.0)
    assert moment is not None
    assert moment.volume == 0.0
    assert moment.inhaling


def test_letting_go_is_at_once() -> None:
    guide = guide_of(PaceChanged(0.0, BreathPattern(6.0)), PaceChanged(14.0, None))
    assert guide.at(14.0) is None
    assert guide.target is None
    assert not guide.running


CHANGES = st.lists(
    st.tuples(
        st.floats(0.1, 30.0),
        st.one_of(
            st.builds(PaceChanged, st.just(0.0), st.one_of(st.none(), PATTERNS)),
            st.just(Paused(0.0)),
            st.just(Resumed(0.0)),
        ),
    ),
    max_size=8,
)


@given(CHANGES)
def test_whatever_is_recorded_phase_and_volume_agree_and_never_jump(changes: list) -> None:
    guide, t_s = BreathGuide(), 0.0
    for wait_s, change in changes:
        t_s += wait_s
        guide.feed(
            type(change)(t_s, change.pattern)
            if isinstance(change, PaceChanged)
            else type(change)(t_s)
        )
    at_s = np.arange(0.0, t_s + 30.0, 0.05)
    phase, volume = guide.phase(at_s), guide.volume(at_s)
    np.testing.assert_array_equal(np.isnan(phase), np.isnan(volume))
    known = phase[~np.isnan(phase)]
    assert ((known >= 0.0) & (known < 2 * math.pi + 1e-9)).all()
    inside = ~np.isnan(volume[1:]) & ~np.isnan(volume[:-1]) & (np.diff(phase) > 0)
    assert (np.abs(np.diff(volume))[inside] < 0.2).all()
    starts = [b.start_s for b in guide.breaths(-1.0, t_s + 30.0)]
    assert starts == sorted(starts)


def test_an_hour_of_breaths_ends_where_it_should() -> None:
    guide = guide_of(PaceChanged(0.0, BreathPattern(5.5)))
    phase = guide.phase(np.array([3600.0 - 1e-6]))
    assert phase[0] == pytest.approx(2 * math.pi * (3600 * 5.5 / 60 % 1 or 1.0), abs=1e-3)


@pytest.mark.parametrize("frames_per_s", [1.7, 7.0, 24.0, 30.0, 59.94, 144.0])
def test_the_phase_keeps_to_the_clock_for_an_hour_at_any_frame_rate(frames_per_s: float) -> None:
    """Against exact arithmetic: less than 5 ms of error (it is a matter of nanoseconds)."""
    changes = [(10.0, "5.5"), (700.0, "6.2"), (1500.0, "4.1"), (2600.0, "7.7")]
    guide = guide_of(*(PaceChanged(t, BreathPattern(float(rate))) for t, rate in changes))
    starts, rates = [Fraction(10)], [Fraction("5.5")]
    target, left, glide_from = rates[0], 0, rates[0]
    pending = [(Fraction(t), Fraction(rate)) for t, rate in changes[1:]]
    while starts[-1] < 3700:
        end = starts[-1] + 60 / rates[-1]
        if pending and pending[0][0] < end:
            (_, target), glide_from, left = pending.pop(0), rates[-1], GLIDE_BREATHS
        rate = target
        if left:
            left -= 1
            rate = glide_from + (target - glide_from) * (GLIDE_BREATHS - left) / GLIDE_BREATHS
        starts.append(end)
        rates.append(rate)
    worst_s, i = 0.0, 0
    every = max(1, int(frames_per_s * 3600 / 6000))  # about so many of the hour's frames
    for frame in range(int(11 * frames_per_s), int(3600 * frames_per_s), every):
        t_s = frame / frames_per_s
        while starts[i + 1] <= Fraction(t_s):
            i += 1
        moment = guide.at(t_s)
        assert moment is not None
        apart_s = abs(t_s - moment.breath.start_s - float(Fraction(t_s) - starts[i]))
        around_s = abs(apart_s - moment.breath.pattern.period_s)  # on either side of a turn
        worst_s = max(worst_s, min(apart_s, around_s))
    assert worst_s < 0.005
    assert worst_s < 1e-6


@given(PATTERNS, PATTERNS, st.floats(0.0, 40.0))
def test_a_change_of_pace_keeps_volume_and_slope_continuous(
    before: BreathPattern, after: BreathPattern, change_s: float
) -> None:
    guide = guide_of(PaceChanged(0.0, before), PaceChanged(change_s, after))
    breaths = guide.breaths(0.0, change_s + 100.0)
    for a, b in pairwise(breaths):
        assert a.end_s == b.start_s
        turn = [guide.at(a.end_s + d) for d in (-1e-4, 0.0, 1e-4)]
        assert all(m is not None and m.volume < 1e-5 for m in turn)  # empty, and still
    widest = max(abs(before.breaths_per_min - after.breaths_per_min) / GLIDE_BREATHS, 0.0)
    for a, b in pairwise(breaths):
        gone = abs(b.pattern.breaths_per_min - a.pattern.breaths_per_min)
        assert gone <= widest + 1e-9
    assert breaths[-1].pattern == after or breaths[-1].start_s < change_s + 60.0


@given(st.floats(1.0, 15.0), st.floats(0.0, 3.0), st.floats(1.0, 15.0), st.floats(0.0, 3.0))
def test_a_pattern_in_seconds_is_within_bounds_or_says_why_not(
    in_s: float, full_s: float, out_s: float, empty_s: float
) -> None:
    try:
        pattern = pattern_of(in_s, full_s, out_s, empty_s)
    except ValueError:
        return
    assert 3.5 - 1e-9 <= pattern.breaths_per_min <= 8.0 + 1e-9
    assert parts_of(pattern) == pytest.approx((in_s, full_s, out_s, empty_s))
    assert named_pattern(f"{in_s!r} {full_s!r} {out_s!r} {empty_s!r}") == pattern


def test_presets_keep_to_what_anybody_may_choose() -> None:
    for pattern in PRESETS.values():
        assert pattern_of(*parts_of(pattern)).breaths_per_min == pytest.approx(
            pattern.breaths_per_min
        )
    for nonsense in ("", "4 0 6", "a b c d", "4 0 6 0 0", "nan 0 6 0", "1e300 0 6 0"):
        assert named_pattern(nonsense) is None
