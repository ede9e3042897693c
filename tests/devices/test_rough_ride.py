"""The soak: half an hour on a bad radio. Nothing that arrived is lost, and nothing is invented."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from tests.devices.rough_ride import PER_HOUR, RoughRide, number_of
from tests.devices.warped_time import run_warped

from coherence.devices import heart_rate
from coherence.devices.decoder import StrapDecoder
from coherence.model import (
    Arrival,
    Beat,
    Ended,
    Gap,
    GapWithdrawn,
    LeftOut,
    LinkChanged,
    LinkState,
    Notification,
    Quirk,
    Repeated,
)
from coherence.storage.database import Store

LONG = bool(os.environ.get("COHERENCE_LONG"))
MINUTES = 30.0
SEEDS = range(1, 41) if LONG else range(1, 5)
LEAST_FOUND = 0.94
FALSE_AN_HOUR = 1.0
SILENCE_S = 3.0


@dataclass
class Told:
    """What the record makes of a ride."""

    losses: int = 0
    found: int = 0
    false: int = 0
    mishaps: set[str] = field(default_factory=set)


def ridden(folder: Path, seed: int, minutes: float, person: str = "practised") -> Told:
    ride = RoughRide(seed, minutes, person)
    with Store.open(folder / f"{seed}-{person}.db") as store:
        run_warped(ride.run(store))
        assert len(store.sessions()) == 1  # unbroken: one session, one end
        arrivals = list(store.arrivals(1))
    assert sum(isinstance(a, Ended) for a in arrivals) == 1
    assert isinstance(arrivals[-1], Ended)
    assert all(a.t_s <= b.t_s for a, b in itertools.pairwise(arrivals))
    nothing_lost_and_nothing_invented(ride, arrivals)
    return told_of(ride, arrivals)


def nothing_lost_and_nothing_invented(ride: RoughRide, arrivals: list[Arrival]) -> None:
    stored = [
        a.payload
        for a in arrivals
        if isinstance(a, Notification) and a.characteristic == heart_rate.CHARACTERISTIC
    ]
    assert stored == ride.heard, "each frame that bleak handed over is in the record, once"
    assert not Counter(ride.heard) - Counter(ride.sent), "none that was not sent"
    assert len(ride.sent) > 0.6 * len(ride.ticks)
    events = [e for decoder in [StrapDecoder()] for a in arrivals for e in decoder.feed(a)]
    assert not any(isinstance(e, LeftOut | Quirk) for e in events)
    numbers = [n for n in map(number_of, ride.heard) if n is not None]
    once = list(dict.fromkeys(numbers))
    assert once == sorted(once)
    beats = [round(e.rr_ms * 1.024) for e in events if isinstance(e, Beat)]
    assert beats == [t for n in once for t in ride.ticks[n]], "each interval that came, once"
    twice = [n for n, count in Counter(numbers).items() if count > 1]
    doubled = sum(e.intervals for e in events if isinstance(e, Repeated))
    assert doubled == sum(len(ride.ticks[n]) for n in twice)


def told_of(ride: RoughRide, arrivals: list[Arrival]) -> Told:
    """Walk over the record: each loss between two beats, and each gap, once."""
    told, decoder = Told(mishaps=set(ride.mishaps)), StrapDecoder()
    beats: list[tuple[Beat, int]] = []  # with the number of its frame
    standing: dict[float, Gap] = {}
    breaks: set[int] = set()  # a link broke before the beat of this number in order
    queue: list[int] = []
    for arrival in arrivals:
        if isinstance(arrival, LinkChanged) and arrival.state is LinkState.LOST:
            breaks.add(len(beats) + len(queue))
        if isinstance(arrival, Notification):
            n = (
                number_of(arrival.payload)
                if arrival.characteristic == heart_rate.CHARACTERISTIC
                else None
            )
            seen = {number for _, number in beats[-12:]} | set(queue)
            if n is not None and n not in seen:
                queue += [n] * len(ride.ticks[n])
        for event in decoder.feed(arrival):
            match event:
                case Beat():
                    beats.append((event, queue.pop(0)))
                case Gap():
                    standing[event.t_s] = event
                case GapWithdrawn():
                    standing.pop(event.gap_t_s, None)
                case _:
                    pass
    innocent = dict.fromkeys(standing, True)
    for at, ((before, n), (_, m)) in enumerate(itertools.pairwise(beats), start=1):
        between = range(n + 1, m)
        if at in breaks or any(each in ride.without_contact for each in between):
            innocent[before.t_s] = False  # a gap, whether something was lost or not
        if any(ride.ticks[each] for each in between):
            told.losses += 1
            # It is marked where the silence began, which may be a frame or two before the loss.
            near = [t_s for t_s in standing if -SILENCE_S <= t_s - before.t_s <= 0.0]
            told.found += bool(near)
            innocent |= dict.fromkeys(near, False)
    told.false = sum(innocent.get(t_s, True) for t_s in standing)
    return told


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_half_an_hour_on_a_bad_radio(tmp_path: Path) -> None:
    total = Told()
    for seed in SEEDS:
        told = ridden(tmp_path, seed, MINUTES)
        total.losses += told.losses
        total.found += told.found
        total.false += told.false
        total.mishaps |= told.mishaps
        assert told.losses > 15
    assert total.mishaps == set(PER_HOUR)
    assert total.found >= LEAST_FOUND * total.losses
    assert total.false <= FALSE_AN_HOUR * len(SEEDS) * MINUTES / 60.0


def test_five_minutes_on_a_bad_radio(tmp_path: Path) -> None:
    told = ridden(tmp_path, 7, 5.0)
    assert told.found >= 1
    assert told.found >= LEAST_FOUND * told.losses
    assert told.false == 0


def test_a_ride_is_the_same_again(tmp_path: Path) -> None:
    first, again = RoughRide(7, 5.0), RoughRide(7, 5.0)
    for name, ride in (("first", first), ("again", again)):
        with Store.open(tmp_path / f"{name}.db") as store:
            run_warped(ride.run(store))
    assert first.heard == again.heard
    assert first.sent == again.sent
    assert first.mishaps == again.mishaps
