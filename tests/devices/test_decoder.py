import csv
import itertools
import os
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.devices.test_beat_clock import check

from coherence.devices import battery, heart_rate, intervals
from coherence.devices.decoder import CODECS, StrapDecoder
from coherence.devices.errors import DecodeError
from coherence.devices.heart_rate import HeartRateMeasurement as Said
from coherence.model import (
    Arrival,
    Battery,
    Beat,
    ClockMark,
    Ended,
    Event,
    Gap,
    LeftOut,
    LinkChanged,
    LinkState,
    Moment,
    Notification,
    Quirk,
    QuirkKind,
    Repeated,
    SkinContact,
    Undecodable,
)


def said(t_s: float, payload: bytes, uuid: str = heart_rate.CHARACTERISTIC) -> Notification:
    return Notification(t_s, "a", uuid, payload)


def beating(t_s: float, *ticks: int, contact: bool | None = None) -> Notification:
    return said(t_s, heart_rate.encode(Said(60, contact, None, ticks)))


def whole(arrivals: list[Arrival]) -> list[Event]:
    decoder = StrapDecoder("a")
    return [e for a in arrivals for e in decoder.feed(a)]


@given(st.sampled_from(sorted(CODECS)), st.binary(max_size=40))
def test_each_codec_gives_a_value_or_its_error(characteristic: str, payload: bytes) -> None:
    carried, reason = payload, "none"
    try:
        CODECS[characteristic](payload)
    except DecodeError as error:
        carried, reason = error.payload, error.reason
    assert carried == payload
    assert reason


def test_characteristics_are_full_lower_case_uuids() -> None:
    for characteristic in CODECS:
        assert [len(part) for part in characteristic.split("-")] == [8, 4, 4, 4, 12]
        assert characteristic == characteristic.lower()


def test_intervals_become_beats_in_milliseconds() -> None:
    events = whole([beating(1.0, 1024), beating(2.0, 1000), beating(3.0, 512, 513)])
    assert events == [
        Beat(1.0, 1000.0, 0),
        Beat(1.9765625, 976.5625, 0),
        Beat(2.4765625, 500.0, 0),
        Beat(2.4765625 + 513 / 1024, 500.9765625, 0),
    ]


def test_numbers_of_a_file_are_exact() -> None:
    events = whole([said(0.8125, intervals.encode([812.5]), intervals.CHARACTERISTIC)])
    assert events == [Beat(0.8125, 812.5, 0)]


def test_an_interval_of_zero_is_no_beat() -> None:
    assert whole([beating(1.0, 0), beating(2.0, 1024, 0)]) == [Beat(2.0, 1000.0, 0)]


def test_contact_and_battery_are_said_when_they_change() -> None:
    level = battery.CHARACTERISTIC
    events = whole(
        [
            beating(1.0),
            beating(2.0, contact=True),
            beating(3.0, contact=True),
            said(3.1, b"\x50", level),
            said(3.2, b"\x50", level),
            beating(4.0, contact=False),
            beating(4.5),  # does not say: nothing has changed
            said(4.6, b"\x4f", level),
            beating(5.0, contact=True),
        ]
    )
    assert events == [
        SkinContact(2.0, True),
        Battery(3.1, 80),
        SkinContact(4.0, False),
        Battery(4.6, 79),
        SkinContact(5.0, True),
    ]


def test_bad_frames_are_said_and_do_not_stop_the_beats() -> None:
    events = whole(
        [
            beating(1.0, 1024),
            said(1.1, b""),
            said(1.2, b"\x01\x3c"),
            said(1.3, b"\x65", battery.CHARACTERISTIC),
            said(1.4, b"\x00", "0000ffff-0000-1000-8000-00805f9b34fb"),
            said(2.0, bytes.fromhex("103c000404")),  # an odd byte at the end
        ]
    )
    assert [e.t_s for e in events if isinstance(e, Undecodable)] == [1.1, 1.2, 1.3, 1.4, 2.0]
    assert all(e.reason for e in events if isinstance(e, Undecodable))
    assert [e for e in events if isinstance(e, Beat)] == [
        Beat(1.0, 1000.0, 0),
        Beat(2.0, 1000.0, 0),
    ]


def test_other_straps_and_what_people_do_are_left_alone() -> None:
    other = Notification(1.0, "b", heart_rate.CHARACTERISTIC, heart_rate.encode(Said(60)))
    lost = LinkChanged(1.2, "b", LinkState.LOST)
    assert whole([other, lost, Moment(1.3), ClockMark(1.4, 1.7e9, 60)]) == []
    anyone = StrapDecoder()
    assert anyone.feed(lost) == [lost]


def test_the_link_is_passed_on_after_what_it_settles() -> None:
    lost = LinkChanged(2.5, "a", LinkState.LOST)
    before = [beating(float(k), 1024) for k in range(1, 31)]
    events = whole([*before, beating(33.0, 1024), lost, beating(40.0, 1024)])
    at = events.index(lost)
    assert isinstance(events[at - 1], Gap), "the open suspicion is settled first"
    assert [type(e) for e in events[at:]] == [LinkChanged, Gap, Beat]


@pytest.mark.parametrize("last", [Ended(33.5), None], ids=["ended", "flush"])
def test_the_end_releases_what_is_held(last: Ended | None) -> None:
    decoder = StrapDecoder("a")
    for k in range(1, 31):
        decoder.feed(beating(float(k), 1024))
    assert decoder.feed(beating(33.0, 1024)) == []
    released = decoder.feed(last) if last else decoder.flush()
    assert [type(e) for e in released] == [Gap, Beat, Gap]


def test_a_slept_machine_is_a_gap() -> None:
    arrivals: list[Arrival] = [ClockMark(0.0, 1.7e9, 60), beating(1.0, 1024), beating(2.0, 1024)]
    arrivals += [ClockMark(2.5, 1.7e9 + 3600, 60), beating(3.0, 1024)]
    assert [type(e) for e in whole(arrivals)] == [Beat, Beat, Gap, Beat]


def kinds_of(events: Iterable[Event]) -> list[QuirkKind]:
    return [e.kind for e in events if isinstance(e, Quirk)]


def test_the_h10_recording_as_frames(data: Path) -> None:
    """Its whole milliseconds become ticks and come back within half a tick."""
    rows: list[tuple[float, list[int]]] = []
    with (data / "dhyb" / "sample_data_ibi.csv").open() as file:
        for t_s, rr_ms in (map(float, row) for row in csv.reader(file)):
            if rows and t_s - rows[-1][0] < 1e-3:
                rows[-1][1].append(round(rr_ms * 1.024))
            else:
                if rows and t_s - rows[-1][0] > 1.6:
                    rows.append(((t_s + rows[-1][0]) / 2, []))
                rows.append((t_s, [round(rr_ms * 1.024)]))
    events = whole([beating(t_s, *ticks) for t_s, ticks in rows] + [Ended(rows[-1][0])])
    assert Counter(type(e) for e in events) == {Beat: 620, Quirk: 1}
    assert kinds_of(events) == [QuirkKind.CONTACT_UNKNOWN]  # an H10 says nothing of it


def test_eight_hours_as_frames(data: Path) -> None:
    path = data / "hrate_selfloops" / "sample" / "selfloops" / "20170804001r.txt"
    rows = [tuple(map(int, line.split(","))) for line in path.read_text().splitlines()[2:]]
    events = whole([beating(t / 1000, round(rr * 1.024)) for t, _, rr in rows] + [Ended(3e4)])
    assert Counter(type(e) for e in events) == {Beat: 38295, Quirk: 1}
    assert kinds_of(events) == [QuirkKind.CONTACT_UNKNOWN]  # as the frames were made


@given(st.integers(0, 2**32), st.integers(0, 300))
@settings(max_examples=80, deadline=None)
def test_faults_never_raise_and_beats_increase(seed: int, n: int) -> None:
    """Drop, repeat, cut, delay, reorder, lose the link."""
    rng = random.Random(seed)
    arrivals: list[Arrival] = []
    t_s, held_back = 0.0, []
    for _ in range(n):
        t_s += rng.choice([1.0, 1.0, 1.0, 0.99, 0.0, 1e-4, 7.0])
        ticks = [rng.randint(0, 1400) for _ in range(rng.choice([0, 1, 1, 1, 2]))]
        frame = beating(t_s, *ticks, contact=rng.choice([None, True, True, False]))
        match rng.randrange(24):
            case 0:
                continue
            case 1:
                arrivals += [frame, frame]
            case 2:
                cut = frame.payload[: rng.randrange(len(frame.payload))]
                arrivals.append(said(t_s, cut))
            case 3:
                held_back.append(frame)
            case 4:
                arrivals.append(LinkChanged(t_s, "a", rng.choice(list(LinkState))))
            case 5:
                arrivals.append(ClockMark(t_s, 1.7e9 + t_s + rng.choice([0, 0, 50]), 0))
            case 6:
                arrivals += [Notification(t_s, "a", f.characteristic, f.payload) for f in held_back]
                held_back.clear()
            case 7:
                arrivals += reversed(held_back)  # with the stamps of long ago
                held_back.clear()
            case _:
                arrivals.append(frame)
    events = whole([*arrivals, Ended(t_s)])
    beats = [e for e in events if isinstance(e, Beat)]
    assert all(a.t_s < b.t_s and a.segment <= b.segment for a, b in itertools.pairwise(beats))
    heard = sum(
        len([t for t in heart_rate.decode(a.payload).rr_ticks if t])
        for a in arrivals
        if isinstance(a, Notification)
        and len(a.payload) > 1
        and heart_rate.decode(a.payload).contact is not False
    )
    repeated = sum(e.intervals for e in events if isinstance(e, Repeated))
    left_out = sum(e.intervals for e in events if isinstance(e, LeftOut))
    assert len(beats) + repeated + left_out == heard, "each is a beat, or said to be left out"


TICKS = st.integers(600, 1500) | st.sampled_from([0, 1, 52, 65535])
STRETCH = st.tuples(
    st.lists(st.lists(TICKS, max_size=9).map(tuple), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.3, 1.0, 1.0, 3.0]),  # s from one frame to the next
    st.sampled_from(["", "", "", "", "lost", "off", "slept"]),
)


@given(st.lists(STRETCH, min_size=15, max_size=40))
@settings(max_examples=1000 if os.environ.get("COHERENCE_LONG") else 60, deadline=None)
def test_each_interval_is_one_beat_or_left_out_once(
    stretches: list[tuple[list[tuple[int, ...]], float, str]],
) -> None:
    """Also while short extras are found out, amid silences: then beats were laid twice."""
    arrivals: list[Arrival] = []
    t_s, utc_s, heard = 0.0, 1.7e9, 0
    for frames, apart_s, what in stretches:
        utc_s += 100.0 if what == "slept" else 0.0
        arrivals.append(ClockMark(t_s, utc_s + t_s, 0))
        if what == "lost":
            arrivals.append(LinkChanged(t_s, "a", LinkState.LOST))
        for ticks in frames:
            arrivals.append(beating(t_s, *ticks, contact=False if what == "off" else None))
            heard += 0 if what == "off" else sum(1 for each in ticks if each)
            t_s += apart_s
    events = whole([*arrivals, Ended(t_s)])
    check(events)
    beats = sum(isinstance(e, Beat) for e in events)
    aside = sum(e.intervals for e in events if isinstance(e, Repeated | LeftOut))
    assert beats + aside == heard
