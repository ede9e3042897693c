"""The exports for other programs, each read back by a program that is not ours."""

import csv
import itertools
import json

import numpy as np
import pyarrow.parquet as pq
import pyedflib
import pytest
from tests.reports.test_exports import BY_KEY, EVERY_KIND, RECORD, frame

from coherence.devices.simulator import wearer
from coherence.model import (
    BreathPattern,
    Ended,
    LinkChanged,
    LinkState,
    Moment,
    PaceChanged,
    Signal,
    Waveform,
)
from coherence.reports.export_edf import on_grid
from coherence.reports.exports import export_session
from coherence.reports.imports import arrivals_of, read_recording
from coherence.reports.needing import ExtraMissing, needing
from coherence.reports.rows import by_second
from coherence.sessions.heard import events_of, heard
from coherence.sessions.trace import trace


@pytest.fixture(scope="module")
def h10(data):
    """A real strap's ten minutes, guided in part and with a gap."""
    came = list(arrivals_of(read_recording(data / "dhyb/sample_data_ibi.csv"), as_strap=False))[:-1]
    told = [
        PaceChanged(60.0, BreathPattern(6.0)),
        Moment(90.5, "hand on heart"),
        LinkChanged(200.0, "imported", LinkState.LOST),
        LinkChanged(210.0, "imported", LinkState.STREAMING),
        PaceChanged(300.0, None),
    ]
    kept = [a for a in came if not 200.0 <= a.t_s < 211.0]
    return [*sorted([*kept, *told], key=lambda a: a.t_s), Ended(came[-1].t_s)]


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_events_hold_what_people_did_and_the_gaps(h10, tmp_path):
    path = tmp_path / "events.csv"
    export_session(path, BY_KEY["events"], RECORD, h10)
    rows = table(path)
    times = [float(row["t_s"]) for row in rows]
    assert times == sorted(times)
    (moment,) = [row for row in rows if row["kind"] == "moment"]
    assert moment["detail"] == "hand on heart"
    assert moment["time_utc"] == "2026-03-01T07:01:30.500000+00:00"
    (gap,) = [row for row in rows if row["kind"] == "gap"]
    assert 9.0 < float(gap["duration_s"]) < 12.0
    assert {"6 breaths a minute", "no guide"} <= {row["detail"] for row in rows}
    assert "notification" not in {row["kind"] for row in rows}


def test_a_label_with_commas_quotes_and_lines_stays_one_cell(tmp_path):
    path = tmp_path / "events.csv"
    export_session(path, BY_KEY["events"], RECORD, EVERY_KIND)
    assert "a “quiet” moment\n" in {row["detail"] for row in table(path)}


def test_the_numbers_are_those_of_the_fold_with_their_units(h10, tmp_path):
    path = tmp_path / "markers.csv"
    h10 = [arrival for arrival in h10 if arrival.t_s < 180.0]
    export_session(path, BY_KEY["markers"], RECORD, h10)
    rows = table(path)
    assert {"t_s (s)", "rmssd_ms (ms)", "heart_rate_bpm (bpm)", "coherence"} <= rows[0].keys()
    _, readings = trace(h10)
    seconds = list(by_second(readings))
    assert [float(row["t_s (s)"]) for row in rows] == [t_s for t_s, _ in seconds]
    for row, (_, values) in zip(rows, seconds, strict=True):
        expected = values["rmssd_ms"].value
        assert row["rmssd_ms (ms)"] == ("" if expected is None else str(round(expected, 6)))
    assert any(row["in_rhythm"] in {"True", "False"} for row in rows)


def test_another_library_reads_the_edf(h10, tmp_path):
    path = tmp_path / "session.edf"
    export_session(path, BY_KEY["edf"], RECORD, h10)
    beats = table_of_beats(h10, tmp_path)
    with pyedflib.EdfReader(str(path)) as edf:
        assert edf.getSignalLabels() == ["RR interval", "Breath guide"]
        assert edf.getSampleFrequency(0) == 4
        assert edf.getStartdatetime().isoformat() == "2026-03-01T07:00:00"
        assert edf.getPatientName() in {"", "X"}
        held, guide = edf.readSignal(0), edf.readSignal(1)
        onsets, _, texts = edf.readAnnotations()
    told = [(t, text.split()) for t, text in zip(onsets, texts, strict=True)]
    exact = [(t, float(words[1])) for t, words in told if words[0] == "RR"]
    assert [rr for _, rr in exact] == [float(row["rr_ms"]) for row in beats]
    ends = [t + rr / 1000.0 for t, rr in exact]
    np.testing.assert_allclose(ends, [float(row["t_s"]) for row in beats], atol=1e-3)
    assert any(text == "Moment: hand on heart" for text in texts)
    assert any(text.startswith("Gap of about") for text in texts)
    # under each moment the interval that runs there, to EDF's 16 bits of 4000 ms
    at = 4 * 100
    running = next(b for b in beats if float(b["t_s"]) > 100.0)
    assert held[at] == pytest.approx(float(running["rr_ms"]), abs=4000 / 65535)
    assert held[4 * 205] == pytest.approx(0.0, abs=0.1)  # in the gap
    assert guide[: 4 * 60].max() == pytest.approx(0.0, abs=0.01)
    assert guide[4 * 60 : 4 * 120].max() == pytest.approx(100.0, abs=1.0)
    assert guide[4 * 320 :].max() == pytest.approx(0.0, abs=0.01)


def test_another_library_reads_the_parquet(h10, tmp_path):
    path = tmp_path / "session.parquet"
    export_session(path, BY_KEY["parquet"], RECORD, h10)
    beats = table_of_beats(h10, tmp_path)
    read = pq.read_table(path)
    assert read.column("rr_ms").to_pylist() == [float(row["rr_ms"]) for row in beats]
    assert read.column("verdict").to_pylist() == [row["verdict"] for row in beats]
    assert read.column("segment").to_pylist() == [int(row["segment"]) for row in beats]
    said = json.loads(read.schema.metadata[b"coherence"])
    assert said["started_at"] == RECORD.started_at
    assert "participants" not in said


@pytest.mark.parametrize("key", sorted(BY_KEY))
@pytest.mark.parametrize("arrivals", [(), (Ended(0.0),), (frame(1.0, 900), Ended(1.0))])
def test_next_to_nothing_can_be_written_too(key, arrivals, tmp_path):
    path = tmp_path / "little"
    export_session(path, BY_KEY[key], RECORD, arrivals)
    assert path.stat().st_size > 0


def test_a_missing_library_is_told_with_how_to_get_it():
    with pytest.raises(ExtraMissing, match=r"needs nosuch: .*pip install 'coherence-hrv\[edf\]'"):
        needing("nosuch.part", "edf", "EDF+ files")


def table_of_beats(arrivals, folder):
    path = folder / "beats-again.csv"
    export_session(path, BY_KEY["beats"], RECORD, arrivals)
    return table(path)


# --- with the ECG that a strap sent ---


@pytest.fixture(scope="module")
def with_ecg():
    """Three minutes of a simulated strap that sends its ECG along."""
    return list(itertools.takewhile(lambda a: a.t_s < 180, wearer(seed=5, measures=True)))


def test_the_beats_are_those_of_the_fold(with_ecg, tmp_path):
    """With an ECG the fold times beats by their R waves: what is written is what was computed."""
    tracker, _ = trace(with_ecg)
    export_session(tmp_path / "b.csv", BY_KEY["beats"], RECORD, with_ecg)
    rows = table(tmp_path / "b.csv")
    assert [float(row["rr_ms"]) for row in rows] == [j.beat.rr_ms for j in tracker.judged]
    assert [row["verdict"] for row in rows] == [j.verdict.value for j in tracker.judged]
    assert any((j.beat.rr_ms * 1.024) % 1 for j in tracker.judged), "finer than the strap's own"
    series, _ = heard(with_ecg)
    assert np.array_equal(series.rr_ms, tracker.log.series().rr_ms)
    assert np.array_equal(series.t_s, tracker.log.series().t_s)


def waves(arrivals):
    return [event for event in events_of(arrivals) if isinstance(event, Waveform)]


def test_another_library_reads_the_ecg(with_ecg, tmp_path):
    export_session(tmp_path / "e.edf", BY_KEY["edf"], RECORD, with_ecg)
    chunks = [e for e in events_of(with_ecg) if getattr(e, "signal", None) is Signal.ECG]
    with pyedflib.EdfReader(str(tmp_path / "e.edf")) as edf:
        assert edf.getSignalLabels()[2] == "ECG"
        assert edf.getPhysicalDimension(2) == "uV"
        rate_hz = edf.getSampleFrequency(2)
        ecg_uv = edf.readSignal(2)
    assert rate_hz == 130
    at_s = np.concatenate([c.t_s + np.arange(len(c.samples)) / c.rate_hz for c in chunks])
    uv = np.concatenate([c.samples for c in chunks])
    place = np.rint(at_s * rate_hz).astype(int)
    inside = place < len(ecg_uv)
    near = np.minimum(
        np.abs(ecg_uv[place[inside]] - uv[inside]),
        np.abs(ecg_uv[np.maximum(place[inside] - 1, 0)] - uv[inside]),
    )
    assert (near < 0.2).mean() > 0.99
    before = ecg_uv[: int(at_s[0] * rate_hz) - 1]
    assert (np.abs(before) < 0.1).all(), "0 where there is none, but for the step of 16 bits"


def test_a_hole_in_the_ecg_stays_one(with_ecg):
    rate_hz, (uv,) = on_grid(waves([a for a in with_ecg if not 60 < a.t_s < 90]), Signal.ECG, 180)
    assert np.count_nonzero(uv[65 * rate_hz : 85 * rate_hz]) == 0
    assert np.count_nonzero(uv[100 * rate_hz : 120 * rate_hz]) > 15 * rate_hz


def test_without_an_ecg_there_is_no_such_signal(h10):
    assert on_grid(waves(h10), Signal.ECG, 10)[0] == 0
    assert on_grid(waves(h10), Signal.ACCELERATION, 10)[0] == 0


def test_another_library_reads_the_movement_of_the_chest(with_ecg, tmp_path):
    export_session(tmp_path / "e.edf", BY_KEY["edf"], RECORD, with_ecg)
    chunks = [w for w in waves(with_ecg) if w.signal is Signal.ACCELERATION]
    with pyedflib.EdfReader(str(tmp_path / "e.edf")) as edf:
        labels = edf.getSignalLabels()
        assert labels[3:] == ["Acceleration X", "Acceleration Y", "Acceleration Z"]
        assert {edf.getPhysicalDimension(n) for n in (3, 4, 5)} == {"mg"}
        rate_hz = round(edf.getSampleFrequency(3))
        axes = [edf.readSignal(n) for n in (3, 4, 5)]
    assert rate_hz == 25
    for axis, read in enumerate(axes):
        at_s = np.concatenate([c.t_s + np.arange(len(c.samples) // 3) / c.rate_hz for c in chunks])
        mg = np.concatenate([c.samples[axis::3] for c in chunks])
        place = np.rint(at_s * rate_hz).astype(int)
        inside = (place > 0) & (place < len(read))
        near = np.minimum.reduce(
            [
                np.abs(read[np.minimum(place[inside] + n, len(read) - 1)] - mg[inside])
                for n in (-1, 0)
            ]
        )
        assert (near < 0.1).mean() > 0.99
    lying = [np.median(read[100 * rate_hz : 120 * rate_hz]) for read in axes]
    assert np.hypot.reduce(lying) == pytest.approx(1000.0, rel=0.1), "gravity"
