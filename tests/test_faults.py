"""The injected faults: each does what it says, and only that."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.faults import (
    FAULTS,
    Fault,
    bad_day,
    cut,
    delay,
    drop,
    garble,
    late_burst,
    lose_link,
    reorder,
    repeat,
)

from coherence.model import (
    Arrival,
    LinkChanged,
    LinkState,
    Moment,
    Notification,
    PaceChanged,
)

N = 4000


def stream() -> list[Arrival]:
    """A notification each second, each with a payload of its own, and two human arrivals."""
    said: list[Arrival] = [
        Notification(float(i), "a", "2a37", i.to_bytes(4, "big")) for i in range(N)
    ]
    said.insert(1000, PaceChanged(999.5, None))
    said.insert(3000, Moment(2998.5, "here"))
    return said


def payloads(arrivals: list[Arrival]) -> list[bytes]:
    return [a.payload for a in arrivals if isinstance(a, Notification)]


NAMED = pytest.mark.parametrize("fault", [f for _, f in FAULTS], ids=[name for name, _ in FAULTS])


@NAMED
def test_every_fault_changes_something_keeps_order_and_leaves_people_alone(fault: Fault) -> None:
    out = list(fault(stream(), 3))
    assert out != stream()
    assert out == list(fault(stream(), 3)), "the same seed gives the same faults"
    assert out != list(fault(stream(), 4))
    assert all(b.t_s >= a.t_s for a, b in pairwise(out))
    assert [a for a in out if isinstance(a, PaceChanged)] == [PaceChanged(999.5, None)]
    assert [a.label for a in out if isinstance(a, Moment)] == ["here"]


@NAMED
def test_every_fault_is_lazy(fault: Fault) -> None:
    def endless():
        i = 0
        while True:
            yield Notification(float(i), "a", "2a37", bytes([i % 256]))
            i += 1

    out = fault(endless(), 0)
    assert [next(out).t_s for _ in range(500)]


def share_of(count: int) -> float:
    return count / N


def test_drop_leaves_out_its_share_and_nothing_else() -> None:
    out = list(drop(stream(), seed=1, share=0.1))
    assert share_of(N - len(payloads(out))) == pytest.approx(0.1, abs=0.015)
    kept = iter(stream())
    assert all(arrival in kept for arrival in out), "what is left is as it was, in order"


def test_repeat_gives_the_same_bytes_a_moment_later() -> None:
    out = list(repeat(stream(), seed=1, share=0.1, after_s=0.01))
    doubles = [
        (a, b)
        for a, b in pairwise(out)
        if isinstance(a, Notification) and isinstance(b, Notification) and a.payload == b.payload
    ]
    assert share_of(len(doubles)) == pytest.approx(0.1, abs=0.015)
    assert len(payloads(out)) == N + len(doubles)
    assert all(b.t_s - a.t_s == pytest.approx(0.01) for a, b in doubles)


def test_cut_ends_payloads_at_every_length() -> None:
    out = payloads(list(cut(stream(), seed=1, share=0.2)))
    cuts = [(i.to_bytes(4, "big"), got) for i, got in enumerate(out) if len(got) < 4]
    assert share_of(len(cuts)) == pytest.approx(0.2, abs=0.02)
    assert all(whole.startswith(got) for whole, got in cuts)
    assert {len(got) for _, got in cuts} == {0, 1, 2, 3}


def test_garble_replaces_its_share_by_up_to_20_bytes() -> None:
    out = payloads(list(garble(stream(), seed=1, share=0.2)))
    changed = [got for i, got in enumerate(out) if got != i.to_bytes(4, "big")]
    assert share_of(len(changed)) == pytest.approx(0.2, abs=0.02)
    assert {len(got) for got in changed} == set(range(21))


def test_delay_loses_nothing_and_holds_up_what_follows() -> None:
    out = list(delay(stream(), seed=1, share=0.1, up_to_s=3.0))
    assert payloads(out) == payloads(stream())
    late_s = [a.t_s - i for i, a in enumerate(a for a in out if isinstance(a, Notification))]
    assert min(late_s) == 0.0
    assert 2.5 < max(late_s) <= 3.0
    assert 0.1 < share_of(sum(late > 0 for late in late_s)) < 0.25


def test_late_burst_brings_three_at_once_and_loses_nothing() -> None:
    out = list(late_burst(stream(), seed=1, share=0.02))
    assert payloads(out) == payloads(stream())
    times = [a.t_s for a in out if isinstance(a, Notification)]
    holes = [i for i in range(1, N) if times[i] - times[i - 1] > 2.5]
    assert share_of(len(holes)) == pytest.approx(0.02, abs=0.006)
    assert all(times[i + 2] - times[i] == pytest.approx(0.02) for i in holes)


def test_reorder_swaps_neighbours_under_ordered_times() -> None:
    out = payloads(list(reorder(stream(), seed=1, share=0.05)))
    assert sorted(out) == payloads(stream())
    moved = [abs(int.from_bytes(got, "big") - i) for i, got in enumerate(out)]
    assert set(moved) == {0, 1}
    assert share_of(sum(moved)) == pytest.approx(0.1, abs=0.02)


def test_lose_link_says_so_and_is_silent_until_it_is_back() -> None:
    out = list(lose_link(stream(), seed=1, per_hour=40.0))
    links = [a for a in out if isinstance(a, LinkChanged)]
    states = [a.state for a in links]
    assert states[0::2] == [LinkState.LOST] * len(states[0::2])
    assert states[1::2] == [LinkState.LISTENING] * len(states[1::2])
    assert 28 <= len(states[0::2]) <= 56  # 40 an hour in 4000 s, less the time away
    for lost, back in zip(links[0::2], links[1::2], strict=False):
        assert 3.0 <= back.t_s - lost.t_s <= 20.0
        assert not [a for a in out if isinstance(a, Notification) and lost.t_s <= a.t_s < back.t_s]


def test_a_bad_day_has_them_all_in_order() -> None:
    out = list(bad_day(stream(), 5))
    assert all(b.t_s >= a.t_s for a, b in pairwise(out))
    assert any(isinstance(a, LinkChanged) for a in out)
    assert 0.5 * N < len(payloads(out)) < N
