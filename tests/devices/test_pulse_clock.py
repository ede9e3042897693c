import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.devices import polar_frames
from coherence.devices.polar_frames import PulseFrame, PulseInterval
from coherence.devices.pulse_clock import PulseClock
from coherence.model import Beat, Event, Gap, Repeated


def pulses(*intervals_ms: int, bad: tuple[int, ...] = ()) -> list[PulseInterval]:
    return [
        PulseInterval(60, ms, 6, blocked=i in bad, contact=True, contact_supported=True)
        for i, ms in enumerate(intervals_ms)
    ]


def beats_of(events: list[Event]) -> list[Beat]:
    return [event for event in events if isinstance(event, Beat)]


def test_intervals_are_laid_end_to_end_and_the_first_frame_ends_at_its_arrival() -> None:
    clock = PulseClock()
    events = clock.feed(30.0, pulses(1000, 900, 1100))
    events += clock.feed(33.4, pulses(1000, 1000, 1000))  # 0.4 s late: no beat moves
    events += clock.feed(36.0, pulses(1000, 1000))
    assert [round(beat.t_s, 6) for beat in beats_of(events)] == [
        28.0, 28.9, 30.0, 31.0, 32.0, 33.0, 34.0, 35.0,
    ]  # fmt: skip
    assert all(beat.segment == 0 for beat in beats_of(events))
    assert events == beats_of(events)


def test_what_the_sensor_doubts_takes_its_time_as_a_gap() -> None:
    doubted = PulseInterval(60, 1200, 31, False, True, True)
    events = PulseClock().feed(
        20.0, [*pulses(1000, 900, 950, bad=(1,)), doubted, *pulses(1000, 990)]
    )
    assert events == [
        Beat(pytest.approx(14.96), 1000.0, 0),
        Gap(pytest.approx(14.96), pytest.approx(15.86), 1, certain=True),
        Beat(pytest.approx(16.81), 950.0, 1),
        Gap(pytest.approx(16.81), pytest.approx(18.01), 1, certain=True),
        Beat(pytest.approx(19.01), 1000.0, 2),
        Beat(pytest.approx(20.0), 990.0, 2),
    ]


def test_a_lost_frame_is_a_gap() -> None:
    clock = PulseClock()
    for i in range(8):
        clock.feed(30.0 + 5.0 * i, pulses(*[1000] * 5))
    events = clock.feed(30.0 + 5.0 * 9, pulses(*[1000] * 5))  # one is missing before
    assert events[0] == Gap(65.0, 70.0, 5, certain=True)
    assert [beat.t_s for beat in beats_of(events)] == [71.0, 72.0, 73.0, 74.0, 75.0]
    assert {beat.segment for beat in beats_of(events)} == {1}


def test_a_frame_that_comes_twice_counts_once() -> None:
    clock = PulseClock()
    clock.feed(30.0, pulses(1000, 990, 1010, 1000, 1000))
    assert clock.feed(30.02, pulses(1000, 990, 1010, 1000, 1000)) == [Repeated(30.02, 5)]
    assert len(clock.feed(35.0, pulses(1000, 990, 1010, 1000, 1000))) == 5  # equal, and in time


def test_after_a_broken_link_a_segment_begins() -> None:
    clock = PulseClock()
    clock.feed(30.0, pulses(1000, 1000))
    clock.cut()
    events = clock.feed(50.0, pulses(1000, 1000))
    assert events[0] == Gap(30.0, 48.0, 18, certain=True)
    assert [beat.segment for beat in beats_of(events)] == [1, 1]


def test_it_goes_on_after_other_beats() -> None:
    events = PulseClock(after=Beat(12.0, 800.0, 3)).feed(20.0, pulses(1000, 1000))
    assert events[0] == Gap(12.0, 18.0, 6, certain=True)
    assert [beat.segment for beat in beats_of(events)] == [4, 4]


def test_frames_captured_from_a_real_sensor(data: Path) -> None:
    rows = json.loads((data / "straps" / "frames.json").read_text())
    rows = [row for row in rows if (row["expected"] or {}).get("type") == "PPI"]
    clock, events = PulseClock(), []
    for i, row in enumerate(rows):
        said = polar_frames.decode(bytes.fromhex(row["hex"]))
        assert isinstance(said, PulseFrame)
        events += clock.feed(30.0 + 5.3 * i, said.intervals)
    assert [beat.rr_ms for beat in beats_of(events)] == [
        1068, 1033, 930, 898, 1059, 1165, 1115, 1019, 1065, 1076,
    ]  # fmt: skip
    assert {beat.segment for beat in beats_of(events)} == {0}


@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 20.0),
            st.lists(
                st.builds(
                    PulseInterval,
                    st.just(60),
                    st.integers(0, 0xFFFF),
                    st.integers(0, 60),
                    st.booleans(),
                    st.booleans(),
                    st.booleans(),
                ),
                max_size=7,
            ),
        ),
        max_size=20,
    )
)
def test_beats_strictly_increase_and_segments_begin_at_gaps(
    frames: list[tuple[float, list[PulseInterval]]],
) -> None:
    clock, t_s, events = PulseClock(), 0.0, []
    for step_s, intervals in frames:
        t_s += step_s
        events += clock.feed(t_s, intervals)
    beats = beats_of(events)
    assert all(a.t_s < b.t_s for a, b in pairwise(beats))
    for before, event in pairwise([e for e in events if isinstance(e, Beat | Gap)]):
        if isinstance(before, Beat) and isinstance(event, Beat):
            assert before.segment == event.segment
            assert event.t_s - before.t_s == pytest.approx(event.rr_ms / 1000.0)
        if isinstance(before, Gap) and isinstance(event, Beat):
            assert before.end_s <= event.t_s - event.rr_ms / 1000.0 + 1e-9
