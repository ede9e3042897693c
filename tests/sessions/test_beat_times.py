"""Beats timed by R waves, against the heart that made both."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from tests.faults import FAULTS

from coherence.devices import polar
from coherence.devices.decoder import StrapDecoder
from coherence.devices.people import ANYONE, PEOPLE, Person
from coherence.devices.simulator import StrapFaults, wearer
from coherence.devices.wearer_heart import Heart
from coherence.model import Arrival, Beat, Event, Gap, Notification, Signal, Waveform
from coherence.sessions.beat_times import NEAR_S, BeatTimes

SECONDS = 240.0


@cache
def worn(person: Person = ANYONE, seed: int = 5, **options: object) -> tuple[Arrival, ...]:
    return tuple(
        wearer(seed=seed, seconds=SECONDS, person=person, measures=True, **options)  # type: ignore[arg-type]
    )


def timed(arrivals: Iterable[Arrival]) -> tuple[list[Beat], list[Beat], BeatTimes]:
    """Beats as the strap said them, and as they come out."""
    decoder, times = StrapDecoder(), BeatTimes()
    said: list[Event] = []
    given: list[Event] = []
    for arrival in arrivals:
        for event in decoder.feed(arrival):
            said.append(event)
            given += times.feed(event, arrival.t_s)
    given += times.flush()
    assert [e for e in said if isinstance(e, Gap)] == [e for e in given if isinstance(e, Gap)]
    assert [type(e) for e in said].count(Waveform) == [type(e) for e in given].count(Waveform)
    return (
        [e for e in said if isinstance(e, Beat)],
        [e for e in given if isinstance(e, Beat)],
        times,
    )


def errors_ms(beats: list[Beat], person: Person, seed: int = 5) -> np.ndarray:
    truth_ms = 1000.0 * np.diff(Heart(person, seed).beats_until(SECONDS + 20.0))
    rr_ms = np.array([beat.rr_ms for beat in beats])
    first = min(range(8), key=lambda k: float(np.abs(rr_ms - truth_ms[k : k + len(rr_ms)]).mean()))
    return rr_ms - truth_ms[first : first + len(rr_ms)]


def same_beats(said: list[Beat], given: list[Beat]) -> None:
    """Nothing but the length of an interval is changed, and that by less than a hole takes."""
    assert [(b.t_s, b.segment) for b in said] == [(b.t_s, b.segment) for b in given]
    assert all(abs(a.rr_ms - b.rr_ms) <= 1000.0 * NEAR_S for a, b in zip(said, given, strict=True))


@pytest.mark.parametrize("name", ["calm", "resting", "low-hrv", "athlete", "ectopic"])
def test_intervals_are_nearer_to_the_truth_than_the_straps_own(name: str) -> None:
    said, given, _ = timed(worn(PEOPLE[name]))
    same_beats(said, given)
    refined = np.array([a.rr_ms != b.rr_ms for a, b in zip(said, given, strict=True)])
    assert refined[40:].mean() > 0.98
    of_strap, of_ecg = errors_ms(said, PEOPLE[name]), errors_ms(given, PEOPLE[name])
    assert of_strap.std() == pytest.approx(1000 / 1024 / np.sqrt(6), rel=0.15)  # two roundings
    assert of_ecg[refined].std() < 0.4 * of_strap.std()
    assert np.abs(of_ecg[refined]).max() < 1.0


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_faults_change_nothing_but_what_is_refined(name: str, fault: object) -> None:
    said, given, _ = timed(fault(worn(), seed=3))  # type: ignore[operator]
    same_beats(said, given)
    assert all(a.t_s < b.t_s for a, b in pairwise(given))


def test_a_bad_day_of_the_strap() -> None:
    faults = StrapFaults(
        drop_share=0.02,
        contact_loss_per_hour=60.0,
        link_loss_per_hour=30.0,
        moves_per_hour=60.0,
        missed_per_100=1.0,
        extra_per_100=1.0,
    )
    for seed in range(3):
        said, given, times = timed(worn(seed=seed, faults=faults))
        same_beats(said, given)
        assert times.refined > 10


def test_without_an_ecg_nothing_waits_and_nothing_changes() -> None:
    decoder, times = StrapDecoder(), BeatTimes()
    for arrival in wearer(seed=5, seconds=60.0):
        events = decoder.feed(arrival)
        assert [e for event in events for e in times.feed(event, arrival.t_s)] == events
        assert times.waiting == []


def test_a_beat_waits_for_its_r_wave_and_not_for_long() -> None:
    decoder, times = StrapDecoder(), BeatTimes()
    waits_s, came_s = [], {}
    for arrival in worn():
        for event in decoder.feed(arrival):
            if isinstance(event, Beat):
                came_s[event.t_s] = arrival.t_s
            for out in times.feed(event, arrival.t_s):
                if isinstance(out, Beat):
                    waits_s.append(arrival.t_s - came_s[out.t_s])
    assert np.mean(waits_s) < 0.6
    assert max(waits_s) < 2.6


def test_where_the_ecg_ends_the_beats_go_on() -> None:
    without = [
        arrival
        for arrival in worn()
        if not (
            isinstance(arrival, Notification)
            and arrival.characteristic == polar.DATA
            and arrival.t_s > 100.0
        )
    ]
    said, given, _ = timed(without)
    same_beats(said, given)
    late = [(a, b) for a, b in zip(said, given, strict=True) if a.t_s > 105.0]
    assert len(late) > 100
    assert all(a == b for a, b in late)


def test_a_foreign_ecg_times_nothing() -> None:
    """R waves of another heart: one falls near a beat at times, but not in rhythm."""
    other = [
        a
        for a in worn(PEOPLE["athlete"], 9)
        if isinstance(a, Notification) and a.characteristic == polar.DATA
    ]
    own = [
        a for a in worn() if not (isinstance(a, Notification) and a.characteristic == polar.DATA)
    ]
    said, given, times = timed(sorted([*own, *other], key=lambda a: a.t_s))
    same_beats(said, given)
    assert times.refined < 0.02 * len(said)


def test_clocks_that_drift_apart_are_followed() -> None:
    """The ECG's samples counted at 200 ppm too many a second, as by a clock of its own."""
    decoder, times, given = StrapDecoder(), BeatTimes(), []
    for arrival in worn():
        for event in decoder.feed(arrival):
            if isinstance(event, Waveform) and event.signal is Signal.ECG:
                event = replace(event, rate_hz=event.rate_hz * (1 + 200e-6))
            given += times.feed(event, arrival.t_s)
    assert times.refined > 0.9 * sum(isinstance(e, Beat) for e in given)
