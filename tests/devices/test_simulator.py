"""The simulated strap, by what arrives of it: bytes, times, links, faults, and the guide's pace."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from scipy import signal
from tests.guided import Guided

from coherence.devices import battery, heart_rate
from coherence.devices.errors import DecodeError
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.simulator import ANYONE, PEOPLE, StrapFaults, wearer
from coherence.devices.wearer_heart import Heart
from coherence.model import (
    Arrival,
    BreathPattern,
    LinkChanged,
    LinkState,
    Notification,
    PaceChanged,
)

HOUR_S = 3600.0
SEED = 5
EVERYTHING = StrapFaults(0.02, 0.01, 20, 20, 20, 20, 0.5, 0.5)


def frames(arrivals: Iterable[Arrival]) -> list[Notification]:
    return [
        a
        for a in arrivals
        if isinstance(a, Notification) and a.characteristic == heart_rate.CHARACTERISTIC
    ]


def measured(arrivals: Iterable[Arrival]) -> list[HeartRateMeasurement]:
    return [heart_rate.decode(frame.payload) for frame in frames(arrivals)]


def ticks(arrivals: Iterable[Arrival]) -> list[int]:
    return [tick for said in measured(arrivals) for tick in said.rr_ticks]


@cache
def faultless_hour() -> list[Arrival]:
    return list(wearer(seed=SEED, seconds=HOUR_S))


def beats_behind(seed: int, got: list[int]) -> tuple[np.ndarray, int]:
    """All beats of the hour, and which of them begins the first interval of ``got``."""
    heart = Heart(ANYONE, seed)
    beats_s = np.array([*heart.history_s, *heart.beats_until(HOUR_S)])
    exact = np.diff(np.round(beats_s * 1024))
    return beats_s, next(i for i in range(200) if (exact[i : i + 20] == got[:20]).all())


def often(count: int, expected: float) -> bool:
    """Whether a Poisson count is believable: within four standard deviations."""
    return abs(count - expected) <= 4 * np.sqrt(expected)


def test_one_seed_is_one_person_on_one_day() -> None:
    def day(seed: int) -> list[Arrival]:
        return list(wearer(seed=seed, seconds=300, faults=EVERYTHING))

    assert day(4) == day(4)
    assert day(4) != day(5)


def test_it_goes_on_for_ever_and_is_made_as_it_is_asked_for() -> None:
    last = next(itertools.islice(wearer(seed=1), 1000, None))
    assert 990 < last.t_s < 1010


@pytest.mark.parametrize("faults", [StrapFaults(), EVERYTHING])
def test_times_strictly_increase_and_end_where_they_were_told_to(faults: StrapFaults) -> None:
    arrivals = list(wearer(seed=2, seconds=HOUR_S / 2, faults=faults))
    assert all(b.t_s > a.t_s for a, b in pairwise(arrivals))
    assert HOUR_S / 2 - 30 < arrivals[-1].t_s <= HOUR_S / 2


def test_it_connects_listens_and_streams_with_the_first_interval() -> None:
    arrivals = list(wearer(seed=3, seconds=30, strap_id="s"))
    assert all(a.strap_id == "s" for a in arrivals)
    links = [a for a in arrivals if isinstance(a, LinkChanged)]
    states = [LinkState.CONNECTING, LinkState.LISTENING, LinkState.STREAMING]
    assert [link.state for link in links] == states
    before = [a for a in arrivals if a.t_s < links[2].t_s]
    assert len(ticks(before)) >= 1
    assert len(ticks(before[:-1])) == 0


def test_ticks_add_up_to_the_beats_without_a_rest() -> None:
    arrivals = faultless_hour()
    got = ticks(arrivals)
    beats_s, first = beats_behind(SEED, got)
    exact = np.diff(np.round(beats_s * 1024))
    assert (exact[first : first + len(got)] == got).all()
    assert len(got) > 3900
    assert all(said.left_over_bytes == 0 for said in measured(arrivals))


def test_the_strap_shows_the_heart_rate_of_its_last_beats() -> None:
    rr: list[int] = []
    for said in measured(wearer(seed=6, seconds=300)):
        rr.extend(said.rr_ticks)
        if len(rr) >= 5:
            assert abs(said.heart_rate_bpm - 61440 / np.mean(rr[-5:])) <= 0.5
    assert rr


def test_frames_come_about_once_a_second_with_the_latency_of_a_radio() -> None:
    """Each 1.00 ± 0.01 s, 50 ms latency, exponential jitter of 80 ms (science 6.6)."""
    arrivals = frames(faultless_hour())
    between_s = np.diff([f.t_s for f in arrivals])
    assert between_s.mean() == pytest.approx(1.0, abs=0.002)
    assert between_s.std() == pytest.approx(np.sqrt(2 * 0.08**2 + 0.01**2), rel=0.06)
    beats_s, first = beats_behind(SEED, ticks(arrivals))
    newest = first + np.cumsum([len(heart_rate.decode(f.payload).rr_ticks) for f in arrivals])
    # No beat is told before it happened, nor later than one round, latency and jitter after it.
    news = np.diff(newest, prepend=first) > 0
    age_s = (np.array([f.t_s for f in arrivals]) - beats_s[newest])[news]
    assert 0.05 <= age_s.min() < 0.07
    assert age_s.max() < 2.0


def test_contact_is_said_only_by_straps_that_say_it() -> None:
    assert {said.contact for said in measured(wearer(seed=8, seconds=60))} == {True}
    mute = wearer(seed=8, seconds=60, reports_contact=False)
    assert {said.contact for said in measured(mute)} == {None}


def test_the_battery_is_read_soon_and_every_ten_minutes() -> None:
    arrivals = list(wearer(seed=9, seconds=HOUR_S))
    said = [
        a
        for a in arrivals
        if isinstance(a, Notification) and a.characteristic == battery.CHARACTERISTIC
    ]
    assert said[0].t_s < 3.0
    assert len(said) == 6
    percents = [battery.decode(a.payload) for a in said]
    assert percents == sorted(percents, reverse=True)
    assert percents[0] - percents[-1] in (0, 1)


# --- faults ---


def test_faults_do_not_touch_heart_and_breath() -> None:
    whole = ticks(wearer(seed=10, seconds=600))
    holed = ticks(wearer(seed=10, seconds=600, faults=StrapFaults(drop_share=0.2)))
    rest = iter(whole)
    assert all(tick in rest for tick in holed)
    assert 0.7 * len(whole) < len(holed) < 0.9 * len(whole)


def test_dropped_and_doubled_frames_come_at_their_rates() -> None:
    n = len(frames(faultless_hour()))
    dropped = frames(wearer(seed=SEED, seconds=HOUR_S, faults=StrapFaults(drop_share=0.02)))
    assert often(n - len(dropped), 0.02 * n)
    doubled = frames(wearer(seed=SEED, seconds=HOUR_S, faults=StrapFaults(duplicate_share=0.02)))
    twins = [(a, b) for a, b in pairwise(doubled) if b.t_s - a.t_s < 0.05]
    assert often(len(twins), 0.02 * n)
    assert len(doubled) == n + len(twins)
    assert all(a.payload == b.payload for a, b in twins)


def test_garbled_frames_come_at_their_rate_and_cannot_be_read() -> None:
    bad = 0
    for frame in frames(
        wearer(seed=12, seconds=2 * HOUR_S, faults=StrapFaults(garbled_per_hour=20))
    ):
        try:
            heart_rate.decode(frame.payload)
        except DecodeError:
            bad += 1
    assert often(bad, 40)


def test_without_contact_frames_go_on_but_carry_no_interval() -> None:
    faults = StrapFaults(contact_loss_per_hour=40)
    arrivals = frames(wearer(seed=13, seconds=HOUR_S, faults=faults))
    said = [heart_rate.decode(frame.payload) for frame in arrivals]
    assert all(not s.rr_ticks for s in said if s.contact is False)
    assert all(s.heart_rate_bpm > 0 for s in said)
    off = [s.contact is False for s in said]
    starts = [i for i in range(1, len(off)) if off[i] and not off[i - 1]]
    lengths_s = [next((j for j, o in enumerate(off[i:]) if not o), 0) for i in starts]
    assert often(len(starts), 40 * HOUR_S / (HOUR_S + 40 * 12.5))
    assert min(lengths_s) >= 4
    assert max(lengths_s) <= 21
    # The interval in which contact came back is not whole, so it is not sent.
    assert max(tick for s in said for tick in s.rr_ticks) < 1.5 * 1024


def test_a_late_burst_brings_three_frames_at_once_and_loses_nothing() -> None:
    faults = StrapFaults(late_burst_per_hour=40)
    arrivals = frames(wearer(seed=SEED, seconds=HOUR_S, faults=faults))
    assert [f.payload for f in arrivals] == [f.payload for f in frames(faultless_hour())]
    t_s = [f.t_s for f in arrivals]
    bursts = [i for i in range(1, len(t_s) - 2) if t_s[i] - t_s[i - 1] > 2.3]
    assert often(len(bursts), 40)
    assert all(t_s[i + 2] - t_s[i] < 0.03 for i in bursts)


def test_a_lost_link_is_said_and_comes_back_with_the_heart_further_on() -> None:
    faults = StrapFaults(link_loss_per_hour=40)
    arrivals = list(wearer(seed=15, seconds=HOUR_S, faults=faults))
    links = [a for a in arrivals if isinstance(a, LinkChanged)]
    # A link may go again before an interval has come, so STREAMING may be missing.
    states = [a.state for a in links if a.state is not LinkState.STREAMING]
    cycle = itertools.cycle([LinkState.CONNECTING, LinkState.LISTENING, LinkState.LOST])
    assert all(got is want for got, want in zip(states, cycle, strict=False))
    assert all(
        a.state is LinkState.LISTENING for a, b in pairwise(links) if b.state is LinkState.STREAMING
    )
    lost = [a for a in links if a.state is LinkState.LOST]
    assert often(len(lost), 40 * HOUR_S / (HOUR_S + 40 * 11.5))
    assert all(a.reason for a in lost)
    for down in lost[:-1]:
        back = next(a for a in links if a.t_s > down.t_s and a.state is LinkState.LISTENING)
        assert 4.0 <= back.t_s - down.t_s <= 15.0
        assert not [f for f in frames(arrivals) if down.t_s - 0.5 < f.t_s < back.t_s]
    away_s = HOUR_S - sum(ticks(arrivals)) / 1024
    assert away_s == pytest.approx(len(lost) * (2.0 + 9.5), rel=0.25)


def test_missed_and_extra_beats_come_at_their_rates() -> None:

    def seen(faults: StrapFaults) -> np.ndarray:
        return np.array(
            ticks(wearer(seed=16, seconds=HOUR_S, person=PEOPLE["low-hrv"], faults=faults))
        )

    missed, extra = seen(StrapFaults(missed_per_100=2)), seen(StrapFaults(extra_per_100=2))
    assert often(int(np.sum(missed > 1.5 * np.median(missed))), 0.02 * len(missed))
    assert often(int(np.sum(extra < 0.8 * np.median(extra))), 2 * 0.02 * len(extra))
    assert abs(extra.sum() - missed.sum()) < 2 * 1024


# --- the guide ---


@pytest.mark.parametrize(
    ("faithfulness_of", "per_min"), [("calm", 6.0), ("breathing-12", 12.0), ("low-hrv", 5.0)]
)
def test_the_heart_swings_at_the_pace_that_is_breathed(
    faithfulness_of: str, per_min: float
) -> None:
    pace = 6.0 if faithfulness_of != "low-hrv" else 5.0
    guide = Guided(PaceChanged(0.0, BreathPattern(pace)))
    person = PEOPLE[faithfulness_of]
    rr_s = np.array(ticks(wearer(seed=17, seconds=900, person=person, guide=guide))) / 1024
    t_s = np.cumsum(rr_s)
    grid_s = np.arange(30.0, t_s[-1] - 1, 0.25)
    f_hz, power = signal.welch(np.interp(grid_s, t_s, rr_s * 1000), 4.0, nperseg=512, nfft=4096)
    away = abs(f_hz - 0.1) > 0.03 if per_min == 12.0 else f_hz > 0.04  # leave a Mayer wave out
    band = away & (f_hz < 0.4) & (f_hz > 0.04)
    assert 60 * f_hz[band][power[band].argmax()] == pytest.approx(per_min, abs=0.4)


def test_the_guide_is_asked_in_order_and_never_beyond_the_next_arrival() -> None:
    asked: list[float] = []

    def guide(t_s: float) -> float | None:
        asked.append(t_s)
        return None

    for arrival in itertools.islice(wearer(seed=18, guide=guide, faults=EVERYTHING), 400):
        if asked:
            assert asked[-1] <= arrival.t_s
    assert asked == sorted(asked)
    assert asked[0] >= 0.0
