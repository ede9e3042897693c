"""Files of other programs, written here in the shapes that they are documented in.

HRV Logger, Polar Sensor Logger and Elite HRV: as their exports are described by those who read them
(rrational.readthedocs.io, "Data formats"); Kubios: RR text in s or in ms, alone or beside a column
of times. Nothing of these programs was run here.
"""

import datetime as dt

import numpy as np
import pytest

from coherence.reports.importing import Taken, take_in
from coherence.reports.imports import read_recording
from coherence.reports.recording import ImportFailed
from coherence.storage.database import Store

RR = [int(800 + 60 * np.sin(i / 2.3) + 11 * (i % 5)) for i in range(120)]
BEGUN = dt.datetime.fromisoformat("2025-03-15T09:00:15.123")  # local time, as in such files
SINCE = np.concatenate(([0], np.cumsum(RR)[:-1])).tolist()


def at(ms):
    return BEGUN + dt.timedelta(milliseconds=int(ms))


@pytest.fixture
def written(tmp_path):
    def write(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


def hrv_logger(written, name="2025-03-15_RR_P1.csv", rr=RR, since=SINCE):
    rows = [
        f"{at(s).isoformat(' ', 'milliseconds')},{r},{s}" for s, r in zip(since, rr, strict=True)
    ]
    return written(name, "date,rr,since start", *rows)


def test_hrv_logger(written):
    recording = read_recording(hrv_logger(written))
    assert recording.rr_ms.tolist() == RR
    assert recording.started_at == "2025-03-15T09:00:15.123000"
    np.testing.assert_allclose(recording.arrival_s, np.array(SINCE) / 1000, atol=1e-9)
    assert recording.doubts == ()


def test_hrv_logger_with_a_zone_and_seconds_since_1970(written):
    rows = [
        f"{at(s).strftime('%Y-%m-%d %H:%M:%S')} +0100, {1_742_025_615 + s / 1000:.3f}, {r}, {s}"
        for s, r in zip(SINCE, RR, strict=True)
    ]
    recording = read_recording(written("x_RR.csv", "date, timestamp, rr, since start ", *rows))
    assert recording.rr_ms.tolist() == RR
    assert recording.started_at == "2025-03-15T09:00:15+01:00"
    np.testing.assert_allclose(recording.arrival_s, np.array(SINCE) / 1000, atol=1e-5)


def test_a_gap_that_hides_in_the_times_of_hrv_logger_is_said(written):
    since = [s + (40_000 if i > 60 else 0) for i, s in enumerate(SINCE)]
    (doubt,) = read_recording(hrv_logger(written, since=since)).doubts
    assert "beats seem to be missing" in doubt


def test_its_events_are_no_recording(written):
    path = written(
        "2025-03-15_Events_P1.csv",
        "date,timestamp,annotation,manual",
        "2025-03-15 09:00:15,0,Start,false",
    )
    with pytest.raises(ImportFailed):
        read_recording(path)


def test_polar_sensor_logger(written):
    ends = np.cumsum(RR)
    rows = [
        f"{at(e - e % 1000).isoformat(timespec='milliseconds')};{r}"
        for e, r in zip(ends, RR, strict=True)
    ]
    path = written("Polar_H10_RR.txt", "Phone timestamp;RR-interval [ms]", *rows)
    recording = read_recording(path)
    assert recording.rr_ms.tolist() == RR
    assert recording.started_at == at(ends[0] - ends[0] % 1000).isoformat()
    assert recording.doubts == ()


def test_its_heart_rates_hold_no_intervals(written):
    rows = [
        f"{at(s).isoformat(timespec='milliseconds')};{60000 // r};;"
        for s, r in zip(SINCE, RR, strict=True)
    ]
    head = "Phone timestamp;HR [bpm];HRV [ms];Breathing interval [rpm];"
    with pytest.raises(ImportFailed, match="heart rate but no column of intervals"):
        read_recording(written("Polar_H10_HR.txt", head, *rows))


def test_elite_hrv_is_named_by_when_it_began(written, tmp_path):
    path = written("2026-01-17 17-47-13.txt", *map(str, RR))
    assert read_recording(path).rr_ms.tolist() == RR
    with Store.open(tmp_path / "home" / "coherence.db") as store:
        found = take_in(path, store)
    assert found.taken is Taken.NEW
    began = dt.datetime.fromisoformat("2026-01-17T17:47:13").astimezone(dt.UTC)
    assert dt.datetime.fromisoformat(found.started_at) == began
    assert "the time in its name was taken" in found.doubts[-1]


@pytest.mark.parametrize("name", ["2026-13-40 25-61-61.txt", "0001-01-01 00-00-00.txt"])
def test_a_name_that_is_no_time_is_none(written, tmp_path, name):
    path = written(name, *map(str, RR))
    with Store.open(tmp_path / "home" / "coherence.db") as store:
        found = take_in(path, store)
    assert found.taken is Taken.NEW
    assert len(found.doubts) == 1


@pytest.mark.parametrize(
    "lines",
    [
        [f"{r / 1000:.3f}" for r in RR],
        [str(r) for r in RR],
        [f"{e / 1000:.3f}\t{r / 1000:.3f}" for e, r in zip(np.cumsum(RR), RR, strict=True)],
        [f"{e / 1000:.3f} {r}" for e, r in zip(np.cumsum(RR), RR, strict=True)],
        [f"{r / 1000:.3f}".replace(".", ",") for r in RR],
    ],
)
def test_kubios(written, lines):
    recording = read_recording(written("kubios.txt", *lines))
    np.testing.assert_allclose(recording.rr_ms, RR, atol=1e-6)
    assert recording.doubts == ()


def test_one_value_a_second_is_refused(written):
    rows = [f"{i}.0,{r}" for i, r in enumerate(RR)]
    with pytest.raises(ImportFailed, match="one value a second"):
        read_recording(written("seconds.csv", "time_s,rr_ms", *rows))


def test_a_first_value_that_is_a_time_is_left_out(written):
    recording = read_recording(written("offset.txt", "31416", *map(str, RR)))
    assert recording.rr_ms.tolist() == RR
    assert "the time at which the recording began" in recording.doubts[0]
