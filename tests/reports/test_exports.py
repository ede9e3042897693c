import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.analysis.artifacts import judge_all
from coherence.devices import heart_rate
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.model import (
    BreathMarked,
    BreathPattern,
    ClockMark,
    End,
    Ended,
    LinkChanged,
    LinkState,
    Moment,
    Notification,
    Origin,
    PaceChanged,
    Participant,
    Paused,
    Resumed,
    SessionRecord,
    StepStarted,
)
from coherence.reports.exports import EXPORTS, export_arrivals, export_session
from coherence.reports.imports import IMPORTS, arrivals_of, read_recording
from coherence.reports.recording import ImportFailed
from coherence.storage.errors import StorageError

BY_KEY = {row.key: row for row in EXPORTS}
SESSION, TEXT, CSV = BY_KEY["session"], BY_KEY["rr_text"], BY_KEY["beats"]
RECORD = SessionRecord(
    id=7,
    started_at="2026-03-01T07:00:00+00:00",
    duration_s=8.5,
    practice="soothing_rhythm",
    origin=Origin.STRAP,
    end=End.ENDED,
    app_version="0.1.0",
    strap="Strap äöü",
    participants=(Participant("client", 1),),
)
STRAP = "AA:BB"


def frame(t_s, *ticks):
    payload = heart_rate.encode(HeartRateMeasurement(70, rr_ticks=ticks))
    return Notification(t_s, STRAP, heart_rate.CHARACTERISTIC, payload)


EVERY_KIND = (
    ClockMark(0.0, 1_772_348_400.125, 60),
    LinkChanged(0.1, STRAP, LinkState.STREAMING),
    StepStarted(0.2, 0, "arrive"),
    frame(1.0 / 3.0, 812),
    frame(1.9),
    PaceChanged(2.0, BreathPattern(5.5, 0.4, 0.5, 1.0)),
    frame(2.5, 800, 811),
    BreathMarked(3.0),
    Moment(3.5, "a “quiet” moment\n"),
    Paused(4.0),
    Resumed(5.0),
    PaceChanged(6.0, None),
    LinkChanged(7.0, STRAP, LinkState.LOST, "went away"),
    Notification(8.0, STRAP, "00002a19-0000-1000-8000-00805f9b34fb", b"\x63"),
    Ended(8.5),
)


def test_everything_goes_out_and_comes_back_equal(tmp_path):
    path = tmp_path / "session.json"
    export_session(path, SESSION, RECORD, EVERY_KIND)
    recording = read_recording(path)
    assert recording.arrivals == EVERY_KIND
    assert tuple(arrivals_of(recording, as_strap=True)) == EVERY_KIND
    assert recording.session is not None
    for name in ("started_at", "duration_s", "practice", "origin", "end", "app_version", "strap"):
        assert getattr(recording.session, name) == getattr(RECORD, name)
    assert recording.session.participants == ()  # who it was stays in the store
    assert recording.rr_ms.tolist() == [t * 1000 / 1024 for t in (812, 800, 811)]
    assert recording.duration_s == 8.5
    # and a second time, byte for byte
    again = tmp_path / "again.json"
    export_session(again, SESSION, recording.session, recording.arrivals)
    assert again.read_bytes() == path.read_bytes()


def test_the_session_file_is_the_json_we_promised(tmp_path):
    path = tmp_path / "session.json"
    export_session(path, SESSION, RECORD, EVERY_KIND)
    said = json.loads(path.read_text(encoding="utf-8"))
    assert (said["format"], said["version"]) == ("coherence-session", 1)
    assert len(said["arrivals"]) == len(EVERY_KIND)
    assert said["arrivals"][0] == {
        "kind": "clock_mark",
        "t_s": 0.0,
        "utc_s": 1_772_348_400.125,
        "offset_min": 60,
    }


@settings(max_examples=60, deadline=None)
@given(
    times=st.lists(st.floats(0, 1e6), max_size=8),
    labels=st.lists(st.text(max_size=6), min_size=8, max_size=8),
    payload=st.binary(max_size=24),
)
def test_any_moments_and_bytes_come_back(times, labels, payload, tmp_path_factory):
    arrivals = tuple(Moment(t, label) for t, label in zip(times, labels, strict=False))
    arrivals += (Notification(1e6, STRAP, heart_rate.CHARACTERISTIC, payload),)
    path = tmp_path_factory.getbasetemp() / "any.json"
    export_session(path, SESSION, RECORD, arrivals)
    assert read_recording(path).arrivals == arrivals


@pytest.mark.parametrize(
    ("instead", "says"),
    [
        ({"kind": "moment", "t_s": -1}, "its time is -1.0 s"),
        ({"kind": "moment", "t_s": float("nan")}, "its time is nan s"),
        ({"kind": "moment", "t_s": 1e300}, "its time is"),
        ({"kind": "wonder", "t_s": 1}, "unknown kind"),
        ({"kind": "paused"}, "not complete"),
        (17, "JSON object"),
        ({"kind": "pace_changed", "t_s": 1, "pattern": {"breaths_per_min": 0}}, "nobody breathes"),
        (
            {"kind": "pace_changed", "t_s": 1, "pattern": {"breaths_per_min": 1e9}},
            "nobody breathes",
        ),
        (
            {
                "kind": "pace_changed",
                "t_s": 1,
                "pattern": {"breaths_per_min": 6, "pause_full_s": 11.0},
            },
            "nobody breathes",
        ),
    ],
)
def test_an_arrival_that_cannot_have_been_recorded(tmp_path, instead, says):
    path = tmp_path / "session.json"
    export_session(path, SESSION, RECORD, EVERY_KIND)
    said = json.loads(path.read_text())
    said["arrivals"][2] = instead
    path.write_text(json.dumps(said))
    with pytest.raises(ImportFailed, match="arrival 3 makes no sense") as failed:
        read_recording(path)
    assert says in str(failed.value)


def test_text_and_csv_hold_every_beat_of_a_real_recording(data, tmp_path):
    recording = read_recording(data / "dhyb/sample_data_ibi.csv")
    arrivals = list(arrivals_of(recording, as_strap=False))
    for kind in (TEXT, CSV):
        path = tmp_path / f"dhyb{kind.suffix}"
        export_session(path, kind, RECORD, arrivals)
        again = read_recording(path)
        np.testing.assert_array_equal(again.rr_ms, recording.rr_ms)
        assert again.doubts == ()
    text = (tmp_path / "dhyb.txt").read_text().splitlines()
    assert all(line.startswith("#") for line in text[:3])
    assert "intervals: 620; gaps, which such a list cannot show: 0" in text[2]
    assert text[3] == "936"
    head, *rows = (tmp_path / "dhyb.csv").read_text().splitlines()
    assert head == "t_s,rr_ms,verdict,segment"
    assert {row.split(",")[2] for row in rows} == {"normal"}  # none of them is flagged
    ends_s = np.array([float(row.split(",")[0]) for row in rows])
    np.testing.assert_allclose(np.diff(ends_s), recording.rr_ms[1:] / 1000, atol=2e-6)


def test_verdicts_in_the_csv_are_the_judge_s(data, tmp_path):
    path = data / "rhrvbook/Chapter8/normal/nsr033_rr_secs.txt"
    recording = read_recording(path)
    arrivals = list(arrivals_of(recording, as_strap=False))[:3001]
    out = tmp_path / "beats.csv"
    export_session(out, CSV, RECORD, arrivals)
    verdicts = [row.split(",")[2] for row in out.read_text().splitlines()[1:]]
    expected = [each.verdict.value for each in judge_all(recording.rr_ms[:3000].tolist())]
    assert verdicts == expected
    assert len(set(verdicts)) > 1


def test_a_gap_shows_in_the_csv_and_is_counted_in_the_text(tmp_path):
    beats = [frame(0.8 * i, 819) for i in range(1, 60)]
    away = [
        LinkChanged(48.0, STRAP, LinkState.LOST),
        LinkChanged(60.0, STRAP, LinkState.STREAMING),
    ]
    back = [frame(60.0 + 0.8 * i, 819) for i in range(1, 60)]
    arrivals = [*beats, *away, *back, Ended(110.0)]
    for kind in (TEXT, CSV):
        export_session(tmp_path / f"x{kind.suffix}", kind, RECORD, arrivals)
    assert (
        "intervals: 118; gaps, which such a list cannot show: 1" in (tmp_path / "x.txt").read_text()
    )
    segments = [row.split(",")[3] for row in (tmp_path / "x.csv").read_text().splitlines()[1:]]
    assert segments == ["0"] * 59 + ["1"] * 59


def test_what_was_never_stored_can_be_written(tmp_path):
    path = tmp_path / "simulated.json"
    export_arrivals(
        path,
        SESSION,
        iter(EVERY_KIND[:-1]),
        practice="just_sit",
        origin="simulated",
        started_at="2026-03-01T07:00:00+00:00",
    )
    session = read_recording(path).session
    assert session is not None
    assert (session.origin, session.end) == (Origin.SIMULATED, End.INTERRUPTED)
    assert session.duration_s == 8.0


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "session.json"
    path.write_text("before")

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="the disk is full"):
        export_session(path, SESSION, RECORD, EVERY_KIND)
    assert path.read_text() == "before"
    assert list(tmp_path.glob("*")) == [path]


def test_a_place_that_is_none(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="choose another place"):
        export_session(tmp_path / "file" / "x.json", SESSION, RECORD, EVERY_KIND)


def test_each_export_can_be_imported_again(tmp_path):
    arrivals = [frame(0.8 * i, 819 + i % 3) for i in range(1, 60)]
    for kind in (row for row in EXPORTS if row.read_back):
        path = Path(tmp_path / f"x{kind.suffix}")
        export_session(path, kind, RECORD, [*arrivals, Ended(60.0)])
        assert len(read_recording(path).rr_ms) == 59
        assert any(kind.suffix in row.endings for row in IMPORTS)
