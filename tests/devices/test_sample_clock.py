"""The clock of samples against a strap whose true times are known."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.devices.sample_clock import Chunk, SampleClock

LATENCY_S = 0.03  # the least: whatever is the same for all cannot be told from arrivals


@dataclass(frozen=True)
class Sent:
    arrived_s: float
    timestamp_ns: int
    count: int
    first_s: float  # when its first sample was truly taken


def strap(
    seconds: float,
    *,
    seed: int = 1,
    rate_hz: float = 130.17,
    count: int = 73,
    drift: float = 0.0,
    jitter_s: float = 0.06,
    stamp_jitter_s: float = 10e-6,
) -> Iterator[Sent]:
    """Frames of a strap whose clock gains ``drift``; ``rate_hz`` is told by that clock."""
    rng = np.random.default_rng(seed)
    arrived_s, n = 0.0, 0
    while n / rate_hz < seconds:
        n += count
        own_s = n / rate_hz
        true_s = 5.0 + own_s / (1.0 + drift)
        first_s = 5.0 + (own_s - (count - 1) / rate_hz) / (1.0 + drift)
        arrived_s = max(arrived_s + 1e-4, true_s + LATENCY_S + rng.exponential(jitter_s))
        stamp_s = own_s + rng.normal(0.0, stamp_jitter_s)
        yield Sent(arrived_s, 599_622_173_000_000_000 + round(stamp_s * 1e9), count, first_s)


def run(
    frames: Iterator[Sent] | list[Sent], clock: SampleClock[Sent] | None = None
) -> list[Chunk[Sent]]:
    clock = clock or SampleClock()
    return [
        chunk
        for sent in frames
        for chunk in clock.feed(sent.arrived_s, sent.timestamp_ns, sent.count, sent)
    ]


def off_s(chunks: list[Chunk[Sent]]) -> np.ndarray:
    return np.array([chunk.start_s - chunk.samples.first_s - LATENCY_S for chunk in chunks])


@pytest.mark.parametrize("drift", [0.0, 40e-6, -40e-6, 400e-6])
def test_samples_lie_where_they_were_taken(drift: float) -> None:
    chunks = run(strap(3600.0, drift=drift))
    settled = off_s([chunk for chunk in chunks if chunk.start_s > 60.0])
    assert all(chunk.joined for chunk in chunks[1:])
    # before the drift is known (300 s) it adds up: 400 ppm are 120 ms
    assert np.abs(settled).max() < 0.03 + 300.0 * abs(drift)
    assert np.abs(off_s(chunks[-3000:])).max() < 0.015


def test_the_rate_is_that_of_the_stamps_and_not_the_one_named() -> None:
    chunks = run(strap(120.0))
    rates = np.array([chunk.rate_hz for chunk in chunks])
    assert np.abs(rates / 130.17 - 1.0).max() < 1e-4
    assert np.abs(rates[50:] / 130.17 - 1.0).max() < 2e-5


def test_lengths_add_up_to_the_straps_own_clock() -> None:
    chunks = run(strap(600.0))
    own_s = sum(chunk.samples.count / chunk.rate_hz for chunk in chunks[1:])
    stamped_s = (chunks[-1].samples.timestamp_ns - chunks[0].samples.timestamp_ns) / 1e9
    assert own_s == pytest.approx(stamped_s, abs=1e-4)


def test_chunks_join_without_a_step() -> None:
    chunks = run(strap(900.0, drift=40e-6))
    for before, chunk in pairwise(chunks):
        apart_s = chunk.start_s - (before.start_s + before.samples.count / before.rate_hz)
        assert abs(apart_s) < 0.006 * before.samples.count / before.rate_hz


@pytest.mark.parametrize("lost", [(10,), (10, 11, 12), (3, 50)])
def test_lost_frames_are_a_gap_of_their_length(lost: tuple[int, ...]) -> None:
    chunks = run([sent for i, sent in enumerate(strap(60.0)) if i not in lost])
    breaks = [i for i, chunk in enumerate(chunks) if not chunk.joined]
    assert len(breaks) == 1 + len([i for i in lost if i - 1 not in lost])
    assert np.abs(off_s(chunks)).max() < 0.1


def test_frames_lost_while_the_rate_is_learned_do_not_spoil_it() -> None:
    for missing in ({1}, {2}, {1, 3}):
        chunks = run([sent for i, sent in enumerate(strap(60.0)) if i not in missing])
        assert np.median([c.rate_hz for c in chunks[20:]]) == pytest.approx(130.17, rel=1e-4)
        assert all(chunk.joined for chunk in chunks[20:])


def test_a_frame_that_comes_again_gives_nothing() -> None:
    frames = list(strap(60.0))
    twice = [frames[0], frames[0], *frames[1:30], frames[29], *frames[30:]]
    assert run(twice) == run(frames)


def test_late_bursts_do_not_move_it() -> None:
    frames = list(strap(300.0))
    held = [
        Sent(frames[i - i % 10 + 9].arrived_s + 1e-3 * (i % 10), s.timestamp_ns, s.count, s.first_s)
        if 200 <= i < 230
        else s
        for i, s in enumerate(frames)
    ]
    assert np.abs(off_s(run(held)) - off_s(run(frames))).max() < 0.005


@pytest.mark.parametrize("jump_s", [-3600.0, -0.3, 3600.0, 7.0])
def test_a_strap_whose_clock_is_set_begins_anew(jump_s: float) -> None:
    frames = [
        sent
        if i < 100
        else Sent(sent.arrived_s, sent.timestamp_ns + round(jump_s * 1e9), sent.count, sent.first_s)
        for i, sent in enumerate(strap(300.0))
    ]
    chunks = run(frames)
    assert len(chunks) >= len(frames) - 2
    assert sum(not chunk.joined for chunk in chunks) == 2
    assert np.abs(off_s(chunks[200:])).max() < 0.35


def test_after_a_break_of_the_link_it_begins_anew() -> None:
    clock = SampleClock[Sent]()
    first = run(list(strap(60.0)), clock)
    clock.cut()
    second = run(list(strap(60.0, seed=2)), clock)  # the same stamps once more
    assert len(second) == len(first)
    assert [chunk.joined for chunk in second[:3]] == [False, True, True]
    assert second[0].start_s >= first[-1].start_s  # never backwards


def test_garbled_stamps_are_gaps_and_no_more() -> None:
    rng = np.random.default_rng(5)
    frames = [
        Sent(s.arrived_s, int(rng.integers(0, 1 << 63)), s.count, s.first_s) if i in (0, 80) else s
        for i, s in enumerate(strap(120.0))
    ]
    chunks = run(frames)
    fine = [chunk for chunk in chunks if chunk.samples in frames[90:]]
    assert all(chunk.joined for chunk in fine)
    assert np.abs(off_s(fine)).max() < 0.35


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 3.0),
            st.integers(0, (1 << 64) - 1) | st.integers(10**18, 10**18 + 10**10),
            st.integers(1, 80),
        ),
        max_size=60,
    )
)
def test_whatever_comes_it_never_raises_nor_runs_backwards(
    steps: list[tuple[float, int, int]],
) -> None:
    clock, arrived_s, last_s = SampleClock[int](), 0.0, -np.inf
    given_back = []
    for i, (step_s, timestamp_ns, count) in enumerate(steps):
        arrived_s += step_s
        for chunk in clock.feed(arrived_s, timestamp_ns, count, i):
            assert np.isfinite(chunk.start_s)
            assert 0.0 < chunk.rate_hz < np.inf
            assert chunk.start_s >= last_s
            last_s = chunk.start_s
            given_back.append(chunk.samples)
    assert given_back == sorted(set(given_back))


@pytest.mark.parametrize("seed", range(6))
def test_on_a_bad_day_no_chunk_begins_before_the_one_before_has_ended(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frames = []
    for sent in strap(120.0, seed=seed, jitter_s=0.3):
        if rng.uniform() < 0.1:
            sent = replace(
                sent, timestamp_ns=sent.timestamp_ns + int(rng.integers(-(10**9), 10**9))
            )
        if rng.uniform() > 0.1:
            frames.append(sent)
    for before, chunk in pairwise(run(frames)):
        assert chunk.start_s > before.start_s
