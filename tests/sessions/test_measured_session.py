"""Sessions with an ECG and a chest that moves: the measured breath lives, and all stays one."""

import math
import tracemalloc
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import signal
from tests import recorded
from tests.faults import bad_day
from tests.guided import Guided

from coherence.analysis.markers import LIVE
from coherence.analysis.r_peaks import find_r_peaks
from coherence.devices import heart_rate, polar, polar_frames
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.people import ANYONE, PEOPLE, Person
from coherence.devices.polar import Kind
from coherence.devices.polar_frames import EcgFrame
from coherence.devices.simulator import StrapFaults, wearer
from coherence.model import Arrival, BreathPattern, Notification, PaceChanged, Reading, Reason
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker
from coherence.storage.database import Store
from coherence.storage.writer import RecordWriter

SECONDS = 240.0
NEEDED_BY_THE_LIGHT = {
    "artefact_pct",
    "in_rhythm",
    "guide_coherence",
    "guide_amplitude_ms",
    "coherence",
    "coherence_peak_hz",
}
PACE = PaceChanged(60.0, BreathPattern(6.0))


@cache
def worn(
    person: Person = ANYONE,
    seed: int = 4,
    seconds: float = SECONDS,
    faults: StrapFaults = StrapFaults(),  # noqa: B008 - frozen
    guided: bool = True,
) -> tuple[Arrival, ...]:
    strap = wearer(
        seed=seed,
        seconds=seconds,
        person=person,
        faults=faults,
        measures=True,
        guide=Guided(PACE) if guided else None,
    )
    pace: list[Arrival] = [PACE] if guided else []
    return tuple(sorted([*strap, *pace], key=lambda a: a.t_s))


def without(arrivals: tuple[Arrival, ...], *kinds: Kind) -> list[Arrival]:
    return [
        a
        for a in arrivals
        if not (
            isinstance(a, Notification) and a.characteristic == polar.DATA and a.payload[0] in kinds
        )
    ]


def of(readings: list[Reading], marker: str, from_s: float = 0.0) -> list[Reading]:
    return [r for r in readings if r.marker == marker and r.t_s > from_s]


def known(readings: list[Reading]) -> list[float]:
    return [r.value.value for r in readings if r.value.value is not None]


@pytest.mark.parametrize(
    ("left_out", "source"),
    [((), "chest_motion"), ((Kind.ACCELERATION,), "r_height")],
    ids=["all", "ECG alone"],
)
def test_the_measured_breath_lives_in_a_session(left_out: tuple[Kind, ...], source: str) -> None:
    tracker, readings = trace(without(worn(PEOPLE["calm"]), *left_out))
    assert tracker.breath is not None
    assert tracker.breath.source == source
    rates = known(of(readings, "breaths_per_min", 150.0))
    assert len(rates) > 80
    assert np.abs(np.array(rates) - 6.0).max() < 0.3
    shares = known(of(readings, "breath_coherence", 150.0))
    assert len(shares) > 80
    assert np.median(shares) > 0.6


def test_without_signals_the_breath_is_not_measured_and_only_estimated() -> None:
    tracker, readings = trace(without(worn(PEOPLE["calm"]), Kind.ACCELERATION, Kind.ECG))
    assert tracker.breath is None
    assert known(of(readings, "breath_coherence")) == []
    assert {r.value.reason for r in of(readings, "breath_coherence", 100.0)} == {Reason.NO_BREATH}
    assert known(of(readings, "breaths_per_min", 150.0))


@pytest.mark.parametrize("name", ["resting", "breathing-12"])
def test_a_breath_beside_the_guide_is_told_as_it_is(name: str) -> None:
    """The heart's own wave of six a minute, or the guide's, is not taken for the breath."""
    person = PEOPLE[name]
    _, readings = trace(worn(person))
    rates = np.array(known(of(readings, "breaths_per_min", 100.0)))
    assert len(rates) > 100
    assert np.abs(rates - person.own_breaths_per_min).max() < 2.0
    assert known(of(readings, "breath_coherence")) == []  # too quick to be one with the heart


def test_beats_lie_nearer_to_the_truth_in_the_record_of_the_session() -> None:
    with_ecg, _ = trace(worn(), SessionTracker(rows=()))
    alone, _ = trace(without(worn(), Kind.ECG, Kind.ACCELERATION), SessionTracker(rows=()))
    assert [(j.beat.t_s, j.beat.segment, j.verdict) for j in with_ecg.judged] == [
        (j.beat.t_s, j.beat.segment, j.verdict) for j in alone.judged
    ]
    ticks = [j.beat.rr_ms * 1.024 for j in with_ecg.judged]
    between = [t for t in ticks if abs(t - round(t)) > 1e-6]
    assert len(between) > 0.9 * len(ticks)  # no longer whole ticks of the strap


def test_live_stored_and_traced_are_equal() -> None:
    faults = StrapFaults(drop_share=0.01, contact_loss_per_hour=20.0, link_loss_per_hour=20.0)
    arrivals = worn(faults=faults)
    tracker, live = SessionTracker(), []
    with Store.open() as store:
        session_id = store.begin_session("soothing_rhythm")
        writer = RecordWriter(store.path, session_id)
        for number, arrival in enumerate(arrivals):
            writer.put(number, arrival)
            live += tracker.feed(arrival)
            if number % 50 == 0:
                view = tracker.view(arrival.t_s + 0.3)  # looking must change nothing
                view.ecg.since(arrival.t_s - 8.0)
        live += tracker.finish()
        assert writer.close() is None
        store.finish_session(session_id, SECONDS)
        stored = list(store.arrivals(session_id))
    again, readings = trace(stored)
    assert stored == list(arrivals)
    assert live == readings
    assert again.judged == tracker.judged
    assert again.breath == tracker.breath


@pytest.mark.parametrize("seed", range(3))
def test_a_bad_day_breaks_nothing(seed: int) -> None:
    _, readings = trace(bad_day(worn(seconds=200.0), seed=seed))
    for reading in readings:
        assert reading.value.value is None or math.isfinite(reading.value.value)


def test_who_moves_is_told_so_where_numbers_pause() -> None:
    few = {"rmssd_ms", *NEEDED_BY_THE_LIGHT}
    rows = [marker for marker in LIVE if marker.key in few]

    def told(faults: StrapFaults) -> tuple[SessionTracker, set[Reason | None]]:
        strap = wearer(seed=2, seconds=240.0, faults=faults, measures=True)
        tracker, readings = trace(strap, SessionTracker(rows=rows))
        return tracker, {reading.value.reason for reading in readings}

    _, reasons = told(StrapFaults(moves_per_hour=90.0))
    assert Reason.MOTION in reasons
    still, reasons = told(StrapFaults())
    assert Reason.MOTION not in reasons
    assert not still.view(240.0).moving
    _, reasons = told(StrapFaults(missed_per_100=14.0, extra_per_100=14.0))  # without moving
    assert Reason.MOTION not in reasons
    assert Reason.TOO_MANY_ARTEFACTS in reasons


def test_a_view_shows_ecg_breath_and_beats_that_wait() -> None:
    tracker, most = SessionTracker(), 0
    for number, arrival in enumerate(worn()):
        tracker.feed(arrival)
        if number % 8 == 0:
            most = max(most, tracker.view(arrival.t_s).beats - len(tracker.judged))
    view = tracker.view(SECONDS)
    t_s, uv = view.ecg.since(SECONDS - 6.0)
    assert t_s[-1] > SECONDS - 2.5
    assert np.nanmax(uv) > 800.0
    assert view.breath is not None
    assert view.breath.rate_per_min == pytest.approx(6.0, abs=0.3)
    assert tracker.view(SECONDS + 60.0).breath is None  # old by then
    assert most < 8


def test_memory_does_not_grow_with_the_signals() -> None:
    """What an hour more of ECG and acceleration would leave behind: nothing to speak of."""

    def grown(keep: Callable[[Arrival], bool]) -> int:
        tracker = SessionTracker(rows=())
        arrivals = [a for a in worn(seconds=480.0, guided=False) if keep(a)]
        for arrival in arrivals[: len(arrivals) // 3]:
            tracker.feed(arrival)
        tracemalloc.start()
        for arrival in arrivals[len(arrivals) // 3 :]:
            tracker.feed(arrival)
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size

    def is_signal(arrival: Arrival) -> bool:
        return isinstance(arrival, Notification) and arrival.characteristic == polar.DATA

    # 320 s of signals as numbers would be 0.5 MB as arrays, and three times as much as tuples
    assert grown(is_signal) < 400_000


# --- a real ECG: five minutes of slow breathing at 1 kHz, as a strap would have sent it ---


def as_sent(ecg: np.ndarray, beats_s: np.ndarray) -> list[Arrival]:
    """Frames of 73 samples at 130 Hz, and the beats in ticks once a second."""
    slow = signal.resample_poly(ecg - ecg.mean(), 130, 1000)
    uv = np.rint(slow * 1000.0 / np.percentile(slow, 99.5)).astype(int)
    arrivals: list[Arrival] = []
    for first in range(0, len(uv) - 73, 73):
        last_s = (first + 72) / 130
        frame = EcgFrame(10**18 + round(last_s * 1e9), tuple(uv[first : first + 73].tolist()))
        arrivals.append(Notification(last_s + 0.05, "real", polar.DATA, polar_frames.encode(frame)))
    ticks = np.diff(np.rint(beats_s * 1024)).astype(int)
    for second in range(1, len(ecg) // 1000):
        ended = (beats_s[1:] > second - 1) & (beats_s[1:] <= second)
        said = HeartRateMeasurement(60, rr_ticks=tuple(ticks[ended].tolist()))
        payload = heart_rate.encode(said)
        arrivals.append(Notification(second + 0.08, "real", heart_rate.CHARACTERISTIC, payload))
    return sorted(arrivals, key=lambda arrival: arrival.t_s)


def test_a_real_ecg_times_beats_and_tells_the_breath(data: Path) -> None:
    beats_s, airflow = recorded.physio(data)
    ecg = np.load(data / "physio_ecg_resp" / "ecg1.npy").ravel().astype(float)
    tracker, readings = trace(as_sent(ecg, beats_s))

    judged = np.array([each.beat.rr_ms for each in tracker.judged])
    said = np.diff(np.rint(beats_s * 1024))[: len(judged)] / 1.024
    assert np.abs(judged - said).max() < 8.0
    refined = judged != said
    assert refined.mean() > 0.9
    exact_s = find_r_peaks(ecg, 1000)  # between the samples; NeuroKit2's stand on one each
    exact = 1000.0 * np.diff(exact_s[np.argmin(np.abs(exact_s[:, None] - beats_s), axis=0)])
    exact = exact[: len(judged)]
    assert (said - exact)[refined].std() > 0.5  # two roundings: to 1 ms, and to ticks
    assert (judged - exact)[refined].std() < 0.15

    flow = airflow - airflow.mean()
    power = np.abs(np.fft.rfft(flow * np.hanning(len(flow)))) ** 2
    per_min = 60.0 * np.fft.rfftfreq(len(flow), 1e-3)[np.argmax(power)]
    assert tracker.breath is not None
    assert tracker.breath.source == "r_height"
    rates = np.array(known(of(readings, "breaths_per_min", 70.0)))
    assert len(rates) > 200
    assert np.median(rates) == pytest.approx(per_min, abs=0.3)
    assert np.mean(np.abs(rates - per_min) < 1.0) > 0.95
    assert np.median(known(of(readings, "breath_coherence"))) > 0.6
