"""Faults put into any stream of arrivals, seeded: what a radio does on a bad day.

Each takes and gives an iterable of arrivals; only notifications are touched, and times never run
backwards. ``FAULTS`` lists one moderate form of each, for tests that want to meet them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from coherence.model import Arrival, LinkChanged, LinkState, Notification

Fault = Callable[[Iterable[Arrival], int], Iterator[Arrival]]  # takes (arrivals, seed)


def drop(arrivals: Iterable[Arrival], *, seed: int, share: float) -> Iterator[Arrival]:
    """Leave out a ``share`` of the notifications."""
    rng = np.random.default_rng(seed)
    for arrival in arrivals:
        if not (isinstance(arrival, Notification) and rng.uniform() < share):
            yield arrival


def repeat(
    arrivals: Iterable[Arrival], *, seed: int, share: float, after_s: float = 0.01, copies: int = 1
) -> Iterator[Arrival]:
    """Send a ``share`` of the notifications again, ``after_s`` later each time."""
    rng = np.random.default_rng(seed)

    def twice() -> Iterator[Arrival]:
        for arrival in arrivals:
            yield arrival
            if isinstance(arrival, Notification) and rng.uniform() < share:
                for i in range(copies):
                    yield replace(arrival, t_s=arrival.t_s + (i + 1) * after_s)

    return _in_order(twice())


def cut(arrivals: Iterable[Arrival], *, seed: int, share: float) -> Iterator[Arrival]:
    """End the payload of a ``share`` of the notifications anywhere before its last byte."""
    rng = np.random.default_rng(seed)
    for arrival in arrivals:
        if isinstance(arrival, Notification) and arrival.payload and rng.uniform() < share:
            keep = int(rng.integers(len(arrival.payload)))
            yield replace(arrival, payload=arrival.payload[:keep])
        else:
            yield arrival


def garble(arrivals: Iterable[Arrival], *, seed: int, share: float) -> Iterator[Arrival]:
    """Put 0 to 20 random bytes in the place of a ``share`` of the payloads."""
    rng = np.random.default_rng(seed)
    for arrival in arrivals:
        if isinstance(arrival, Notification) and rng.uniform() < share:
            yield replace(arrival, payload=rng.bytes(int(rng.integers(21))))
        else:
            yield arrival


def delay(
    arrivals: Iterable[Arrival], *, seed: int, share: float, up_to_s: float
) -> Iterator[Arrival]:
    """Let a ``share`` of the notifications come later; what follows waits behind them."""
    rng = np.random.default_rng(seed)

    def later() -> Iterator[Arrival]:
        for arrival in arrivals:
            if isinstance(arrival, Notification) and rng.uniform() < share:
                yield replace(arrival, t_s=arrival.t_s + rng.uniform(0.0, up_to_s))
            else:
                yield arrival

    return _in_order(later())


def late_burst(
    arrivals: Iterable[Arrival], *, seed: int, share: float, held: int = 2, apart_s: float = 0.01
) -> Iterator[Arrival]:
    """From a ``share`` of the notifications on, hold ``held`` back until the next one comes."""
    rng = np.random.default_rng(seed)

    def bursts() -> Iterator[Arrival]:
        waiting: list[Notification] = []
        for arrival in arrivals:
            if not isinstance(arrival, Notification):
                yield from waiting  # nothing overtakes: the wait ends here
                waiting = []
                yield arrival
            elif waiting or rng.uniform() < share:
                waiting.append(arrival)
                if len(waiting) > held:
                    yield from (
                        replace(late, t_s=arrival.t_s + i * apart_s)
                        for i, late in enumerate(waiting)
                    )
                    waiting = []
            else:
                yield arrival
        yield from waiting

    return _in_order(bursts())


def reorder(arrivals: Iterable[Arrival], *, seed: int, share: float) -> Iterator[Arrival]:
    """Let a ``share`` of the notifications change places with the next; times stay in order."""
    rng = np.random.default_rng(seed)
    waiting: Notification | None = None
    for arrival in arrivals:
        if waiting is not None and isinstance(arrival, Notification):
            yield replace(arrival, t_s=waiting.t_s)
            yield replace(waiting, t_s=arrival.t_s)
            waiting = None
        elif waiting is not None:
            yield waiting
            yield arrival
            waiting = None
        elif isinstance(arrival, Notification) and rng.uniform() < share:
            waiting = arrival
        else:
            yield arrival
    if waiting is not None:
        yield waiting


def lose_link(
    arrivals: Iterable[Arrival],
    *,
    seed: int,
    per_hour: float,
    away_s: tuple[float, float] = (3.0, 20.0),
) -> Iterator[Arrival]:
    """Lose the link so often; what the strap says meanwhile is gone."""
    rng = np.random.default_rng(seed)
    mean_s = 3600.0 / per_hour

    def losing() -> Iterator[Arrival]:
        lost_s = rng.exponential(mean_s)
        back_s: float | None = None
        strap_id = ""
        for arrival in arrivals:
            if back_s is not None and arrival.t_s >= back_s:
                yield LinkChanged(back_s, strap_id, LinkState.LISTENING)
                lost_s, back_s = back_s + rng.exponential(mean_s), None
            if not isinstance(arrival, Notification):
                yield arrival
                continue
            if back_s is None and arrival.t_s >= lost_s:
                strap_id = arrival.strap_id
                yield LinkChanged(arrival.t_s, strap_id, LinkState.LOST, "out of range")
                back_s = arrival.t_s + rng.uniform(*away_s)
            if back_s is None:
                yield arrival

    return _in_order(losing())


def _in_order(arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    """Nothing comes before what came before it."""
    last_s = -np.inf
    for arrival in arrivals:
        last_s = max(last_s, arrival.t_s)
        yield arrival if arrival.t_s == last_s else replace(arrival, t_s=last_s)


FAULTS: tuple[tuple[str, Fault], ...] = (
    ("drop", lambda arrivals, seed: drop(arrivals, seed=seed, share=0.05)),
    ("repeat", lambda arrivals, seed: repeat(arrivals, seed=seed, share=0.05)),
    ("cut", lambda arrivals, seed: cut(arrivals, seed=seed, share=0.05)),
    ("garble", lambda arrivals, seed: garble(arrivals, seed=seed, share=0.02)),
    ("delay", lambda arrivals, seed: delay(arrivals, seed=seed, share=0.1, up_to_s=2.5)),
    ("late burst", lambda arrivals, seed: late_burst(arrivals, seed=seed, share=0.01)),
    ("reorder", lambda arrivals, seed: reorder(arrivals, seed=seed, share=0.02)),
    ("lose the link", lambda arrivals, seed: lose_link(arrivals, seed=seed, per_hour=30.0)),
)


def bad_day(arrivals: Iterable[Arrival], seed: int) -> Iterator[Arrival]:
    """All of them at once."""
    for i, (_, fault) in enumerate(FAULTS):
        arrivals = fault(arrivals, seed + i)
    yield from arrivals
