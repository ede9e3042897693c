"""Each quirk is found in a stream that has it, soon enough, and in no stream that has not."""

from __future__ import annotations

import itertools
import json
import os
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise, takewhile
from pathlib import Path

import numpy as np
import pytest
from tests.faults import bad_day, drop, repeat
from tests.recorded import annotations, mitdb

from coherence.devices import heart_rate
from coherence.devices.decoder import StrapDecoder
from coherence.devices.heart_rate import RR_TICKS_PER_S
from coherence.devices.heart_rate import HeartRateMeasurement as Said
from coherence.devices.people import PEOPLE, Person
from coherence.devices.quirks import BY_NAME, QUIRKS, QuirkFinder, Withheld
from coherence.devices.simulator import wearer
from coherence.devices.straps import STRAPS, Stream
from coherence.model import (
    Arrival,
    Beat,
    Event,
    Gap,
    LeftOut,
    LinkChanged,
    LinkState,
    Notification,
    Quirk,
    QuirkKind,
)

LONG = bool(os.environ.get("COHERENCE_LONG"))
Bent = Callable[[Said, random.Random], Said]  # what a strap with a quirk makes of a frame
HARMLESS = {QuirkKind.CONTACT_UNKNOWN}


def worn(
    seconds: float, *, seed: int = 1, person: Person = PEOPLE["practised"], **options: object
) -> Iterator[Arrival]:
    """What a strap without a quirk says."""
    arrivals = wearer(seed=seed, person=person, **options)  # type: ignore[arg-type]
    return takewhile(lambda arrival: arrival.t_s <= seconds, arrivals)


def bent(arrivals: Iterable[Arrival], how: Bent, seed: int = 3) -> Iterator[Arrival]:
    rng = random.Random(seed)
    for arrival in arrivals:
        if isinstance(arrival, Notification) and (
            arrival.characteristic == heart_rate.CHARACTERISTIC
        ):
            frame = how(heart_rate.decode(arrival.payload), rng)
            yield replace(arrival, payload=heart_rate.encode(frame))
        else:
            yield arrival


def events_of(arrivals: Iterable[Arrival]) -> list[Event]:
    decoder = StrapDecoder()
    return [event for arrival in arrivals for event in decoder.feed(arrival)]


def told(arrivals: Iterable[Arrival]) -> dict[QuirkKind, float]:
    """When each quirk was told; asks that none was told twice, or taken back."""
    quirks = [event for event in events_of(arrivals) if isinstance(event, Quirk)]
    assert all(quirk.found for quirk in quirks)
    assert len({quirk.kind for quirk in quirks}) == len(quirks)
    return {quirk.kind: quirk.t_s for quirk in quirks}


# --- straps with a quirk --------------------------------------------------------------------------


def in_milliseconds(said: Said, rng: random.Random) -> Said:
    return replace(said, rr_ticks=tuple(round(t / 1.024) for t in said.rr_ticks))


def calculated(said: Said, rng: random.Random) -> Said:
    made = round(60 * RR_TICKS_PER_S / said.heart_rate_bpm)
    return replace(said, rr_ticks=(made,) * len(said.rr_ticks))


def with_short_extras(said: Said, rng: random.Random) -> Said:
    ticks = [t for each in said.rr_ticks for t in (each, 53)]
    return replace(said, rr_ticks=tuple(ticks))


def with_near_copies(said: Said, rng: random.Random) -> Said:
    ticks = [t for each in said.rr_ticks for t in (each, each + rng.randint(-9, 9))]
    return replace(said, rr_ticks=tuple(ticks))


def filled_in(said: Said, rng: random.Random) -> Said:
    ticks = tuple(500 if rng.random() < 0.04 else t for t in said.rr_ticks)
    return replace(said, rr_ticks=ticks)


def without_intervals(said: Said, rng: random.Random) -> Said:
    return replace(said, rr_ticks=())


QUIRKY: dict[QuirkKind, tuple[Bent, float]] = {  # and by when it has to be told, s
    QuirkKind.MILLISECONDS: (in_milliseconds, 200.0),
    QuirkKind.CALCULATED: (calculated, 100.0),
    QuirkKind.SHORT_EXTRAS: (with_short_extras, 60.0),
    QuirkKind.TOO_MANY: (with_near_copies, 90.0),
    QuirkKind.FILLER: (filled_in, 400.0),
    QuirkKind.NO_INTERVALS: (without_intervals, 35.0),
}


@pytest.mark.parametrize("kind", QUIRKY)
@pytest.mark.parametrize("person", ["practised", "low-hrv", "athlete"])
def test_each_is_found_and_nothing_else(kind: QuirkKind, person: str) -> None:
    how, by_s = QUIRKY[kind]
    found = told(bent(worn(400.0, seed=7, person=PEOPLE[person]), how))
    assert set(found) - HARMLESS == {kind}
    assert found[kind] < by_s


@pytest.mark.parametrize("kind", QUIRKY)
def test_each_is_found_on_a_bad_day(kind: QuirkKind) -> None:
    how, _ = QUIRKY[kind]
    arrivals = bent(worn(1500.0, seed=5), how)
    if kind is QuirkKind.MILLISECONDS:  # needs three minutes without a silence
        arrivals = drop(repeat(arrivals, seed=2, share=0.01), seed=11, share=0.01)
    else:
        arrivals = bad_day(arrivals, 11)
    found = {e.kind for e in events_of(arrivals) if isinstance(e, Quirk) and e.found}
    assert kind in found


@pytest.mark.parametrize(
    "made",
    [
        lambda rate, rng: round(61440 / rate),
        lambda rate, rng: int(61440 / rate),
        lambda rate, rng: round(1.024 * int(60000 / rate)),
        lambda rate, rng: round(61440 / rate) + rng.choice([-1, 0, 1]),
    ],
    ids=["rounded", "cut", "by milliseconds", "a tick off"],
)
def test_twenty_beats_give_calculation_away_however_it_is_rounded(
    made: Callable[[int, random.Random], int],
) -> None:
    rng, t_s, arrivals = random.Random(1), 0.0, []
    for n in range(24):
        rate = 60 + 20 * (n % 10) // 9
        ticks = made(rate, rng)
        t_s += ticks / 1024
        arrivals.append(beat_frame(t_s, Said(rate, True, rr_ticks=(ticks,))))
    assert set(told(arrivals)) == {QuirkKind.CALCULATED}


def test_there_is_a_strap_for_each_quirk_that_can_be_found() -> None:
    assert {*QUIRKY, *BY_NAME, QuirkKind.CONTACT_UNKNOWN} == set(QuirkKind)


# --- straps without -------------------------------------------------------------------------------

HOURS = 12.0 if LONG else 0.25


@pytest.mark.parametrize("contact", [True, None])
@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_no_strap_is_accused_of_what_it_does_not_do(person: str, contact: bool | None) -> None:
    def frame(said: Said, rng: random.Random) -> Said:
        return said if contact else replace(said, contact=None)

    arrivals = worn(3600.0 * HOURS, seed=2, person=PEOPLE[person])
    found = set(told(bent(arrivals, frame)))
    assert found == (HARMLESS if contact is None else set())


@pytest.mark.parametrize("seed", range(4 if LONG else 2))
def test_nor_on_a_bad_day(seed: int) -> None:
    arrivals = bad_day(worn(3600.0 * HOURS, seed=seed), seed)
    assert set(told(arrivals)) - HARMLESS == set()


@pytest.mark.parametrize("bpm", [45, 60, 75, 100, 130, 170, 200])
def test_a_strap_may_show_the_rate_of_its_last_interval(bpm: int) -> None:
    """The quicker the heart, the oftener 61440 / rate fits it by chance."""
    rng, t_s, arrivals = random.Random(bpm), 0.0, []
    for _ in range(5000):
        ticks = round(rng.gauss(61440 / bpm, 0.04 * 61440 / bpm))
        t_s += ticks / 1024
        said = Said(round(61440 / ticks), True, rr_ticks=(ticks,))
        arrivals.append(beat_frame(t_s, said))
    assert told(arrivals) == {}


@pytest.mark.parametrize("step_ms", [1.0, 4.0, 7.8125, 8.0, 10.0])
def test_intervals_in_coarse_steps_are_neither_calculated_nor_filled_in(step_ms: float) -> None:
    """There is a heart rate at which 8 ms are one beat a minute: all fit, or nearly all."""
    rng, drift, t_s, arrivals = random.Random(2), 0.0, 0.0, []
    for _ in range(60_000 if LONG else 5_000):
        drift = 0.98 * drift + rng.gauss(0.0, 12.0)
        rr_ms = step_ms * round((700.0 + drift + rng.gauss(0.0, 12.0)) / step_ms)
        t_s += rr_ms / 1000.0
        ticks = round(1.024 * rr_ms)
        arrivals.append(beat_frame(t_s, Said(round(61440 / ticks), True, rr_ticks=(ticks,))))
    assert told(arrivals) == {}


def test_a_paced_heart_is_no_calculation() -> None:
    rng, t_s, arrivals = random.Random(1), 0.0, []
    for _ in range(2000):
        ticks = 1024 + rng.choice([-1, 0, 0, 0, 1])
        t_s += ticks / 1024
        arrivals.append(beat_frame(t_s, Said(60, True, rr_ticks=(ticks,))))
    assert told(arrivals) == {}


def test_premature_beats_of_one_length_are_no_filler() -> None:
    rng, t_s, arrivals = random.Random(1), 0.0, []
    for n in range(2000):
        usual = round(rng.gauss(900, 25))
        ticks = [usual] if n % 4 else [round(rng.gauss(560, 3)), 2 * usual - 560]
        t_s += sum(ticks) / 1024
        arrivals.append(beat_frame(t_s, Said(66, True, rr_ticks=tuple(ticks))))
    assert told(arrivals) == {}


def test_an_interval_cut_in_two_is_not_left_out() -> None:
    """Noise splits it: both parts are short of time together, and the clock holds with them."""
    rng, t_s, arrivals = random.Random(1), 0.0, []
    for n in range(600):
        whole = round(rng.gauss(900, 25))
        t_s += whole / 1024
        ticks = (whole - 150, 150) if n % 3 == 0 else (whole,)
        arrivals.append(beat_frame(t_s, Said(68, True, rr_ticks=ticks)))
    assert told(arrivals) == {}


def test_lost_intervals_do_not_make_milliseconds_of_ticks() -> None:
    """One beat in 42 is missing without a silence: the sum grows by just 1000 units a second."""
    rng, t_s, arrivals, n = random.Random(1), 0.0, [], 0
    while t_s < 900.0:
        ticks = round(rng.gauss(870, 20))
        t_s += ticks / 1024
        n += 1
        said = Said(round(61440 / 870), True, rr_ticks=() if n % 42 == 0 else (ticks,))
        arrivals.append(beat_frame(t_s, said))
    assert told(arrivals) == {}


def beat_frame(t_s: float, said: Said) -> Notification:
    return Notification(t_s, "a", heart_rate.CHARACTERISTIC, heart_rate.encode(said))


# --- captured frames ------------------------------------------------------------------------------

REAL = {
    "Mio Global Fuse": {QuirkKind.CALCULATED, QuirkKind.CONTACT_UNKNOWN},
    "Xiaomi Mi Band 6": {QuirkKind.NO_INTERVALS, QuirkKind.CONTACT_UNKNOWN},
    "Xiaomi Mi Band 4": {QuirkKind.NO_INTERVALS, QuirkKind.CONTACT_UNKNOWN},
    "Garmin HRM-Dual": {QuirkKind.SHORT_EXTRAS, QuirkKind.CONTACT_UNKNOWN},
    "Polar H10": {QuirkKind.CONTACT_UNKNOWN},
    "Polar H7": set(),
    "unbranded": set(),
}


@pytest.mark.parametrize("strap", REAL)
def test_captured_frames_give_their_strap_away(strap: str, data: Path) -> None:
    """The few that were captured, again and again, each as long after the one before as it says."""
    rows = json.loads((data / "straps" / "frames.json").read_text())
    payloads = [
        bytes.fromhex(row["hex"])
        for row in rows
        if row["strap"].startswith(strap) and row["characteristic"].startswith("2A37")
    ]
    assert payloads
    t_s, arrivals = 0.0, []
    frames = max(42, 80 // len(payloads))  # the more there are, the less each may be repeated
    for payload in itertools.islice(itertools.cycle(payloads), frames):
        real = [t for t in heart_rate.decode(payload).rr_ticks if t > 205]
        t_s += sum(real) / 1024 or 1.0
        arrivals.append(Notification(t_s, "a", heart_rate.CHARACTERISTIC, payload))
    assert set(told(arrivals)) == REAL[strap]


# --- what is done about them ----------------------------------------------------------------------


def test_short_extras_are_left_out_and_counted_and_the_line_is_put_right() -> None:
    plain = list(worn(400.0, seed=7))
    events = events_of(bent(plain, with_short_extras))
    (found_s,) = (e.t_s for e in events if isinstance(e, Quirk))
    beats = [e for e in events if isinstance(e, Beat)]
    later = [b.rr_ms for b in beats if b.t_s > found_s + 5.0]
    assert min(later) > 300.0
    true_s = [b.t_s for b in events_of(plain) if isinstance(b, Beat) and b.t_s > found_s + 5.0]
    late_s = [b.t_s for b in beats if b.t_s > found_s + 5.0]
    nearest = [min(abs(t - b) for t in true_s) for b in late_s[:50]]
    assert max(nearest) - min(nearest) < 0.02  # one shift of all …
    assert max(nearest) < 1.0  # … and no longer of seconds
    left_out = sum(e.intervals for e in events if isinstance(e, LeftOut))
    sent = sum(
        len(heart_rate.decode(a.payload).rr_ticks)
        for a in bent(plain, with_short_extras)
        if isinstance(a, Notification) and a.characteristic == heart_rate.CHARACTERISTIC
    )
    assert len(beats) + left_out == sent
    assert len([e for e in events if isinstance(e, Gap) and e.t_s > found_s - 5.0]) == 1


@pytest.mark.parametrize("how", [with_short_extras, with_near_copies, filled_in])
def test_the_line_of_beats_never_runs_into_the_future(how: Bent) -> None:
    decoder = StrapDecoder()
    for arrival in bent(worn(600.0, seed=9), how):
        for event in decoder.feed(arrival):
            if isinstance(event, Beat) and event.t_s > 80.0:  # once a minute was looked at
                assert event.t_s < arrival.t_s + 3.5


def test_too_many_is_over_when_it_is_over() -> None:
    def for_a_while() -> Iterator[Arrival]:
        for arrival in worn(900.0, seed=4):
            if 200.0 < arrival.t_s < 400.0:
                yield from bent([arrival], with_near_copies)
            else:
                yield arrival

    quirks = [e for e in events_of(for_a_while()) if isinstance(e, Quirk)]
    assert [(q.kind, q.found) for q in quirks] == [
        (QuirkKind.TOO_MANY, True),
        (QuirkKind.TOO_MANY, False),
    ]
    assert 200.0 < quirks[0].t_s < 280.0
    assert 400.0 < quirks[1].t_s < 500.0


def test_intervals_that_come_late_take_no_intervals_back() -> None:
    def at_last() -> Iterator[Arrival]:
        for arrival in worn(90.0):
            late = arrival.t_s > 60.0
            yield from [arrival] if late else bent([arrival], without_intervals)

    quirks = [e for e in events_of(at_last()) if isinstance(e, Quirk)]
    assert [(q.kind, q.found) for q in quirks] == [
        (QuirkKind.NO_INTERVALS, True),
        (QuirkKind.NO_INTERVALS, False),
    ]


def test_an_interval_of_a_minute_out_of_nothing_does_not_move_the_line() -> None:
    """Garbage that reads as a frame: the beats go on where the clock says, after a gap."""
    arrivals = [beat_frame(float(n), Said(60, True, rr_ticks=(1024,))) for n in range(1, 60)]
    arrivals[30] = beat_frame(31.0, Said(60, True, rr_ticks=(65535,)))
    events = events_of(arrivals)
    assert [e for e in events if isinstance(e, LeftOut)] == [LeftOut(31.0, 1)]
    beats = [e.t_s for e in events if isinstance(e, Beat)]
    assert beats == [float(n) for n in range(1, 60) if n != 31]
    (gap,) = (e for e in events if isinstance(e, Gap))
    assert (gap.t_s, gap.end_s, gap.missing, gap.certain) == (30.0, 31.0, 1, True)


def test_an_interval_of_a_minute_begins_no_record() -> None:
    """Not even the first frame of all, nor the first after an absence of more than that."""
    arrivals: list[Arrival] = [beat_frame(1.0, Said(60, rr_ticks=(65535,)))]
    arrivals += [beat_frame(float(n), Said(60, rr_ticks=(1024,))) for n in range(2, 6)]
    arrivals += [LinkChanged(6.0, "a", LinkState.LOST, "")]
    arrivals += [beat_frame(100.0, Said(60, rr_ticks=(60_000,)))]
    arrivals += [beat_frame(float(n), Said(60, rr_ticks=(1024,))) for n in range(101, 105)]
    events = events_of(arrivals)
    assert [e for e in events if isinstance(e, LeftOut)] == [LeftOut(1.0, 1), LeftOut(100.0, 1)]
    beats = [e.t_s for e in events if isinstance(e, Beat)]
    assert beats == [2.0, 3.0, 4.0, 5.0, 101.0, 102.0, 103.0, 104.0]


def test_the_largest_number_beside_an_interval_takes_nothing_from_it() -> None:
    arrivals = [beat_frame(float(n), Said(60, rr_ticks=(65535, 1024))) for n in range(1, 60)]
    events = events_of(arrivals)
    assert [e.t_s for e in events if isinstance(e, Beat)] == [float(n) for n in range(1, 60)]
    assert sum(e.intervals for e in events if isinstance(e, LeftOut)) == 59


def test_a_storm_at_the_start_does_not_run_into_the_future() -> None:
    """A link may hand over what it held back, but no longer than a link can be held."""
    arrivals = [beat_frame(1 + n / 1000, Said(60, rr_ticks=(1024 + n % 7,))) for n in range(3000)]
    arrivals += [beat_frame(float(n), Said(60, rr_ticks=(1024,))) for n in range(5, 120)]
    beats = [e.t_s for e in events_of(arrivals) if isinstance(e, Beat)]
    assert max(b - a for a, b in pairwise(beats)) < 2.0  # it is soon where the clock is
    assert beats[-1] == 119.0
    assert max(t_s for t_s in beats if t_s < 60) < 60
    assert len([t_s for t_s in beats if t_s > 60]) > 55


# --- by name --------------------------------------------------------------------------------------


@pytest.mark.parametrize("strap", STRAPS, ids=[s.key for s in STRAPS])
def test_what_no_stream_gives_away_is_told_by_the_name(strap: object) -> None:
    from coherence.devices.straps import StrapModel

    assert isinstance(strap, StrapModel)
    name = strap.name_patterns[0].replace("*", " 1A2B")
    decoder = StrapDecoder()
    events = decoder.feed(LinkChanged(1.0, "a", LinkState.CONNECTING, name))
    events += decoder.feed(LinkChanged(9.0, "a", LinkState.CONNECTING, name))  # again, later
    assert {e.kind for e in events if isinstance(e, Quirk)} == strap.quirks & BY_NAME
    assert sum(isinstance(e, Quirk) for e in events) == len(strap.quirks & BY_NAME)


def test_a_strap_that_offers_intervals_has_no_known_quirk_that_withholds_numbers() -> None:
    withheld = {row.kind for row in QUIRKS if row.withheld is not Withheld.NOTHING}
    for strap in STRAPS:
        if Stream.INTERVALS not in strap.streams:
            assert strap.quirks, strap.key
        elif strap.key != "garmin-hrm-pro":
            assert not strap.quirks & withheld, strap.key


def test_each_quirk_has_a_row_and_a_plain_sentence() -> None:
    assert {row.kind for row in QUIRKS} == set(QuirkKind)
    for row in QUIRKS:
        assert row.sentence[0].isupper()
        assert not row.sentence.endswith(".")  # it stands where other states stand
        assert len(row.sentence) <= 125
        assert not any(word in row.sentence.lower() for word in ("error", "fail", "bad", "quirk"))


def test_once_beats_come_from_the_pulse_stream_nothing_of_the_others_is_withheld() -> None:
    finder = QuirkFinder()
    connecting = LinkChanged(1.0, "a", LinkState.CONNECTING, "Polar OH1 1A2B")
    assert finder.link(connecting) == [Quirk(1.0, QuirkKind.SMOOTHED)]
    assert finder.beats_from_elsewhere(30.0) == [Quirk(30.0, QuirkKind.SMOOTHED, found=False)]
    assert finder.link(replace(connecting, t_s=60.0)) == []


def test_no_real_heart_is_accused(data: Path) -> None:
    """Long and irregular ones, with ectopic beats of one length, each through a strap of ours."""
    hearts = {
        path.name: np.diff(mitdb(data, int(path.name[:3]))[0])
        for path in sorted((data / "tpcp_mitdb" / "data").glob("*_all.csv"))
    }
    hearts |= {f"clifford {n}": np.diff(np.array(annotations(n)).T[0]) / 125.0 for n in ecgs(data)}
    assert len(hearts) >= 8
    most = None if LONG else 4_000  # beats of each
    for name, rr_s in hearts.items():
        t_s, arrivals = 0.0, []
        for ticks in np.maximum(np.rint(rr_s[:most] * RR_TICKS_PER_S), 1.0).astype(int).tolist():
            t_s += ticks / RR_TICKS_PER_S
            rate = min(255, round(61440 / ticks))
            arrivals.append(beat_frame(t_s, Said(rate, True, rr_ticks=(min(ticks, 65535),))))
        assert told(arrivals) == {}, name


def ecgs(data: Path) -> list[Path]:
    return sorted((data / "clifford_toolbox" / "TestData" / "Physionet_nsr2db").glob("*.ecg"))
