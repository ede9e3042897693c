"""The fold: live, replayed from the store and traced are one; faults never break it."""

import math
import os
import threading
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests import recorded
from tests.faults import FAULTS, bad_day

from coherence.devices.people import PEOPLE
from coherence.devices.simulator import StrapFaults, wearer
from coherence.devices.sources import Feed, SessionClock, SourceLoop, paced
from coherence.model import (
    Arrival,
    BreathPattern,
    Ended,
    LinkState,
    Moment,
    PaceChanged,
    Reading,
    Reason,
    StepStarted,
    Verdict,
)
from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer, OpenSession
from coherence.sessions.trace import trace
from coherence.sessions.tracker import LOOK_BACK_S, SessionTracker
from coherence.sessions.view import Band
from coherence.storage.database import Store

RUNS = 40 if os.environ.get("COHERENCE_LONG") else 10
FAULTY = StrapFaults(
    drop_share=0.01,
    duplicate_share=0.003,
    garbled_per_hour=20,
    late_burst_per_hour=20,
    contact_loss_per_hour=12,
    link_loss_per_hour=12,
)


def practised(seconds: float, person: str = "practised", seed: int = 1) -> list[Arrival]:
    """What arrives in a simulated practice, in order."""
    kept: list[Arrival] = []
    session = OpenSession(
        FromWearer(person, seed),
        practice("soothing_rhythm"),
        speed=None,
        seconds=seconds,
        sinks=(lambda _, arrival: kept.append(arrival),),
    )
    with session:
        while not session.over:
            session.advance()
    return kept


def faulty_day(seed: int, seconds: float = 900.0) -> list[Arrival]:
    arrivals = list(wearer(seed=seed, seconds=seconds, faults=FAULTY, person=PEOPLE["ectopic"]))
    steps: list[Arrival] = [
        StepStarted(0.0, 0, "arrive"),
        StepStarted(90.0, 1, "soothe"),
        PaceChanged(90.0, BreathPattern(6.0)),
        PaceChanged(300.0, BreathPattern(5.5)),
        Moment(400.0, "here"),
    ]
    return sorted([*arrivals, *steps], key=lambda a: a.t_s)


def test_live_replayed_from_the_store_and_traced_are_equal() -> None:
    arrivals = faulty_day(seed=5)
    with Store.open() as store:
        session_id = store.begin_session("soothing_rhythm")
        from coherence.storage.writer import RecordWriter

        writer = RecordWriter(store.path, session_id)
        loop, feed = SourceLoop(), Feed(writer.put)
        tracker, live = SessionTracker(), []
        loop.open(paced(arrivals, SessionClock(speed=2000.0)), feed)
        while not feed.exhausted:
            for arrival in feed.drain():
                live += tracker.feed(arrival)
            tracker.view(live[-1].t_s if live else 0.0)  # looking must change nothing
        live += tracker.finish()
        loop.stop()
        assert writer.close() is None
        store.finish_session(session_id, 900.0)
        replayed = list(store.arrivals(session_id))
    assert replayed == arrivals
    again, readings = trace(replayed)
    assert live == readings
    assert len(live) > 5000
    assert again.judged == tracker.judged


def test_the_same_whatever_the_size_of_the_helpings() -> None:
    arrivals = faulty_day(seed=6, seconds=400.0)
    _, whole = trace(arrivals)
    tracker, parts = SessionTracker(), []
    for i, arrival in enumerate(arrivals):
        parts += tracker.feed(arrival)
        if i % 7 == 0:
            tracker.view(arrival.t_s + 3.0)
    assert parts + tracker.finish() == whole


@pytest.mark.parametrize(("name", "fault"), FAULTS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_faults_never_break_it(name: str, fault: object, seed: int) -> None:
    arrivals = list(wearer(seed=seed, seconds=240.0))
    holds_together(list(fault(arrivals, seed=seed)))  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(4))
def test_a_bad_day_never_breaks_it(seed: int) -> None:
    holds_together(list(bad_day(faulty_day(seed, 400.0), seed)))


def holds_together(arrivals: list[Arrival]) -> None:
    tracker, readings = trace(arrivals)
    ends = [j.beat.t_s for j in tracker.judged]
    assert all(b > a for a, b in pairwise(ends))
    assert [j.index for j in tracker.judged] == list(range(len(tracker.judged)))
    for reading in readings:
        said = reading.value
        assert said.value is None or math.isfinite(said.value)
        assert said.value is not None or said.reason is not None
    for t_s in np.arange(0.0, 420.0, 17.0):
        view = tracker.view(float(t_s))
        assert len(view.t_s) == len(view.hr_bpm) == len(view.flagged) == len(view.segment)
        assert np.isfinite(view.hr_bpm).all()


def test_each_beat_that_arrived_is_counted_once() -> None:
    arrivals = list(wearer(seed=9, seconds=900.0))
    sent = sum(len(j) for j in intervals_in(arrivals))
    tracker, _ = trace(arrivals)
    assert len(tracker.judged) == sent
    assert tracker.view(1800.0).gaps == 0


def intervals_in(arrivals: list[Arrival]) -> list[tuple[int, ...]]:
    from coherence.devices import heart_rate
    from coherence.model import Notification

    return [
        heart_rate.decode(a.payload).rr_ticks
        for a in arrivals
        if isinstance(a, Notification) and a.characteristic == heart_rate.CHARACTERISTIC
    ]


def test_seconds_are_whole_in_order_and_only_where_there_are_beats() -> None:
    arrivals = faulty_day(seed=7)
    tracker, readings = trace(arrivals)
    seconds = [r.t_s for r in readings if r.marker == "heart_rate_bpm"]
    assert seconds == sorted(set(seconds))
    assert all(s == int(s) for s in seconds)
    covered = tracker.log.series()
    for second in seconds:
        i = int(np.searchsorted(covered.t_s, second))
        assert covered.t_s[i] - covered.rr_ms[i] / 1000.0 <= second + 1e-9
    view = tracker.view(900.0)
    assert view.gaps > 0


def test_between_two_evaluations_a_slow_marker_keeps_its_number() -> None:
    tracker, readings = trace([a for a in practised(200.0) if not isinstance(a, Ended)])
    said = {r.t_s: r.value for r in readings if r.marker == "lf_ms2"}
    assert all(second % 5 == 0 for second in said)
    assert len(said) > 30
    column = tracker.history.columns["lf_ms2"]
    for second, kept in zip(tracker.history.t_s.tolist(), column.tolist(), strict=True):
        value = said[second // 5 * 5].value if second // 5 * 5 in said else None
        assert math.isnan(kept) if value is None else kept == value
    latest = tracker.view(200.5).values
    assert latest["lf_ms2"].value is not None
    assert latest["rmssd_ms"].reason is Reason.PACED
    assert latest["vagal_index"].value is None


def test_after_a_gap_a_slow_marker_says_nothing_until_it_is_due() -> None:
    arrivals = [a for a in wearer(seed=4, seconds=400.0) if not 202.0 < a.t_s < 252.0]
    tracker = SessionTracker()
    told: dict[float, Reason | None] = {}
    for arrival in arrivals:
        for reading in tracker.feed(arrival):
            if reading.marker == "lf_ms2":
                continue
            told[reading.t_s] = tracker.view(arrival.t_s).values["lf_ms2"].reason
    seconds = sorted(told)
    first = next(i for i, t_s in enumerate(seconds) if i and t_s - seconds[i - 1] > 20.0)
    due = next(i for i, t_s in enumerate(seconds) if i >= first and t_s % 5 == 0)
    assert due > first
    assert {told[t_s] for t_s in seconds[first:due]} == {Reason.GAP}
    assert told[seconds[first - 1]] is None


def test_a_number_gone_stale_is_not_shown_as_now() -> None:
    tracker, _ = trace([a for a in practised(200.0) if not isinstance(a, Ended)])
    fresh = tracker.view(200.5)
    assert fresh.link is LinkState.STREAMING
    assert fresh.values["heart_rate_bpm"].value is not None
    later = tracker.view(212.0)
    assert later.link is LinkState.QUIET
    assert all(v.value is None and v.reason is Reason.NO_DATA for v in later.values.values())
    assert later.quality is None


def test_garbled_frames_are_counted_and_shown() -> None:
    arrivals = list(wearer(seed=3, seconds=300.0, faults=StrapFaults(garbled_per_hour=120)))
    view = trace(arrivals)[0].view(300.0)
    assert view.undecodable >= 5
    assert view.beats > 300


def test_the_view_costs_the_same_after_hours() -> None:
    tracker = SessionTracker()
    cost: list[float] = []
    arrivals = wearer(seed=2, seconds=2400.0)
    for arrival in arrivals:
        tracker.feed(arrival)
        began = time.thread_time()
        tracker.view(arrival.t_s)
        cost.append(time.thread_time() - began)
    first, last = np.median(cost[600:1600]), np.median(cost[-1000:])
    assert last < 1.6 * first


# --- the claim ------------------------------------------------------------------------------------


def in_rhythm_share(person: str, seeds: range, seconds: float = 560.0) -> float:
    """Share of the windows of full length (two paced minutes on) in which it is claimed."""
    claimed = windows = 0
    for seed in seeds:
        for r in readings_of(person, seed, seconds):
            if r.marker == "in_rhythm" and r.t_s >= 90.0 + 120.0 and r.value.value is not None:
                windows += 1
                claimed += r.value.value == 1.0
    assert windows > 100
    return claimed / windows


def readings_of(person: str, seed: int, seconds: float) -> list[Reading]:
    session = OpenSession(
        FromWearer(person, seed), practice("soothing_rhythm"), speed=None, seconds=seconds
    )
    readings: list[Reading] = []
    with session:
        while not session.over:
            readings += session.advance()
    return readings


@pytest.mark.parametrize("person", ["breathing-12", "drifting"])
def test_no_claim_for_who_does_not_breathe_with_the_guide(person: str) -> None:
    assert in_rhythm_share(person, range(1, 3)) <= 0.02


@pytest.mark.slow
@pytest.mark.parametrize("person", ["resting", "breathing-12", "drifting"])
def test_no_claim_over_many_runs(person: str) -> None:
    assert in_rhythm_share(person, range(1, RUNS + 1)) <= 0.02


def test_the_claim_for_a_faithful_wearer() -> None:
    assert in_rhythm_share("calm", range(1, 3)) >= 0.95


def test_light_and_word_follow_the_claim() -> None:
    tracker = SessionTracker()
    seen: dict[float, tuple[Band, float]] = {}
    for arrival in practised(420.0, "practised"):
        tracker.feed(arrival)
        view = tracker.view(arrival.t_s)
        seen[arrival.t_s] = (view.band, view.light)
    early = [band for t_s, (band, _) in seen.items() if t_s < 60.0]
    late = [(band, light) for t_s, (band, light) in seen.items() if 300.0 < t_s < 400.0]
    assert set(early) == {Band.LISTENING}
    assert {band for band, _ in late} == {Band.IN_RHYTHM}
    assert min(light for _, light in late) > 0.7


# --- real recordings ------------------------------------------------------------------------------


def frames_of(rr_ms: np.ndarray) -> list[Arrival]:
    from coherence.reports.imports import arrivals_of
    from coherence.reports.recording import Recording

    made = Recording(source="test", format="rr_text", rr_ms=np.asarray(rr_ms, float))
    return list(arrivals_of(made, as_strap=True))


def test_slow_breathing_of_a_real_heart(data: Path) -> None:
    rr_ms = recorded.intervals_ms(recorded.physio(data)[0])
    tracker, readings = trace(frames_of(rr_ms))
    assert len(tracker.judged) == 407
    assert sum(j.verdict is not Verdict.NORMAL for j in tracker.judged) <= 8
    peaks = values_of(readings, "coherence_peak_hz")
    assert abs(float(np.median(peaks)) - 6.12 / 60.0) < 0.002


def test_bigeminy_is_never_usable(data: Path) -> None:
    beats_s, which = recorded.mitdb(data, 106)
    rr_ms = recorded.intervals_ms(beats_s)
    premature = np.isin(np.arange(1, len(beats_s)), which)
    _, readings = trace(frames_of(rr_ms))
    ends, windows = np.cumsum(rr_ms) / 1000.0, 0
    for r in readings:
        if r.marker == "coherence":
            inside = (ends > r.t_s - 64.0) & (ends <= r.t_s)
            if inside.sum() > 20 and premature[inside].mean() > 0.10:
                windows += 1
                assert r.value.value is None, r.t_s
    assert windows > 500


def test_eight_hours(data: Path) -> None:
    from coherence.reports.imports import arrivals_of, read_recording

    file = data / "hrate_selfloops/sample/selfloops/20170804001r.txt"
    arrivals = [a for a in arrivals_of(read_recording(file), as_strap=True) if a.t_s < 1200.0]
    tracker, readings = trace(arrivals)
    assert len(tracker.judged) > 1300
    assert len(values_of(readings, "coherence")) > 1000


def values_of(readings: list[Reading], key: str) -> np.ndarray:
    return np.array(
        [r.value.value for r in readings if r.marker == key and r.value.value is not None]
    )


def test_the_window_reaches_back_far_enough() -> None:
    from coherence.analysis.markers import LIVE

    assert max(m.window_s for m in LIVE) + 10.0 <= LOOK_BACK_S


def test_no_thread_is_left() -> None:
    assert [t.name for t in threading.enumerate() if t.name == "sources"] == []
