"""What waits to be heard: taken in order, replaced from a moment on, never torn."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coherence.sound.ahead import Ahead


def numbered(first: int, n: int) -> np.ndarray:
    return np.repeat(np.arange(first, first + n, dtype=np.float32)[:, None], 2, axis=1)


def taken(ahead: Ahead, n: int) -> list[float]:
    return np.frombuffer(ahead.take(n), "<f4").reshape(-1, 2)[:, 0].tolist()


@given(st.lists(st.integers(1, 40), max_size=20), st.lists(st.integers(0, 60), max_size=20))
def test_frames_come_out_in_order(chunks: list[int], takes: list[int]) -> None:
    ahead = Ahead()
    for n in chunks:
        assert ahead.add(ahead.end, numbered(ahead.end, n))
    made, out = sum(chunks), []
    for n in takes:
        out += taken(ahead, n)
    heard = min(made, sum(takes))
    assert out[:heard] == [float(i) for i in range(heard)]
    assert not any(out[heard:])
    assert ahead.missing == (sum(takes) - heard if chunks else 0)


def test_before_anything_was_made_nothing_is_missing() -> None:
    ahead = Ahead()
    assert not any(taken(ahead, 10))
    assert (ahead.missing, ahead.taken, ahead.end) == (0, 10, 10)
    assert not ahead.add(0, numbered(0, 5))  # too late for that
    assert ahead.add(10, numbered(10, 5))
    assert taken(ahead, 7) == [10, 11, 12, 13, 14, 0, 0]
    assert ahead.missing == 2


def test_what_waits_is_replaced_from_a_moment_on() -> None:
    ahead = Ahead()
    for first in (0, 10, 20):
        ahead.add(first, numbered(first, 10))
    assert taken(ahead, 5) == [0, 1, 2, 3, 4]
    assert ahead.peek(8, 4)[:, 0].tolist() == [8, 9, 10, 11]
    assert ahead.replace(12, numbered(100, 3))
    assert ahead.end == 15
    assert taken(ahead, 12) == [5, 6, 7, 8, 9, 10, 11, 100, 101, 102, 0, 0]
    assert not ahead.replace(3, numbered(0, 9))  # that was heard already
    assert not ahead.replace(40, numbered(0, 9))  # and that would leave a hole
    assert len(ahead.peek(100, 5)) == 0


def test_two_threads_share_it() -> None:
    ahead, heard, rounds = Ahead(), [], 120

    def take() -> None:
        while len(heard) < rounds * 50:
            waiting = ahead.end - ahead.taken
            if waiting:
                heard.extend(taken(ahead, min(waiting, 37)))

    thread = threading.Thread(target=take)
    thread.start()
    while thread.is_alive():
        if ahead.end - ahead.taken < 500:
            ahead.add(ahead.end, numbered(ahead.end, 50))
        first = ahead.taken + 90
        if first < ahead.end:
            ahead.replace(first, numbered(first, 60))
    thread.join()
    assert heard == [float(i) for i in range(len(heard))]
    assert ahead.missing == 0
