import json
import struct
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.devices import heart_rate, intervals
from coherence.devices.decoder import StrapDecoder
from coherence.model import (
    Beat,
    Ended,
    Gap,
    LinkChanged,
    LinkState,
    Notification,
    Repeated,
    Undecodable,
)
from coherence.reports.imports import IMPORTS, arrivals_of, read_recording
from coherence.reports.recording import ImportFailed, Recording

RR = [812, 804, 790, 841, 866, 850, 823, 797, 780, 802]


@pytest.fixture
def written(tmp_path: Path):
    def write(content: str | bytes, name: str = "rr.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rmssd(rr_ms):
    return float(np.sqrt(np.mean(np.diff(rr_ms) ** 2)))


def events_of(recording, as_strap):
    decoder = StrapDecoder()
    return [e for a in arrivals_of(recording, as_strap=as_strap) for e in decoder.feed(a)]


# --- real recordings ---

REAL = [  # file, format, intervals, mean (ms), RMSSD (ms); from the sets' own SOURCE.md
    ("dhyb/sample_data_ibi.csv", "table", 620, None, 37.4),
    ("hrate_selfloops/sample/selfloops/20170804001r.txt", "selfloops", 38_295, None, None),
    ("hrate_selfloops/selfloops/20170808002e.txt", "selfloops", 7_501, None, None),
    ("hrv_bartels/hrv/sampledata/rest_rri.txt", "rr_text", 910, None, None),
    ("hrv_bartels/tests/test_files/real_rri.txt", "rr_text", 772 - 1, None, None),
    ("hrvjl/e1304.txt", "rr_text", 7_749, 917.24, 27.85),
    ("pyhrv/SampleNNISeriesLong.npy", "numpy", 4_684, 768.438, 60.523),
    ("pyhrv/SampleNNISeriesShort.npy", "numpy", 337, None, None),
    ("rhrvbook/Chapter8/normal/nsr033_rr_secs.txt", "rr_text", 76_926, None, 1228.0),
    # PhysioNet says 2,273 beats of record 100, and 30 min 06 s
    ("wfdb_sample/100.atr", "wfdb", 2_273 - 1, None, None),
]


@pytest.mark.parametrize(("name", "key", "n", "mean_ms", "rmssd_ms"), REAL)
def test_real_files_give_what_their_sources_say(data, name, key, n, mean_ms, rmssd_ms):
    begun = time.process_time()
    recording = read_recording(data / name)
    assert time.process_time() - begun < 10.0, "no file keeps the reader"
    assert (recording.format, len(recording.rr_ms)) == (key, n)
    if mean_ms is not None:
        assert recording.rr_ms.mean() == pytest.approx(mean_ms, abs=0.006)
    if rmssd_ms is not None:
        assert rmssd(recording.rr_ms) == pytest.approx(
            rmssd_ms, abs=0.5 if rmssd_ms > 1e3 else 0.06
        )


@pytest.mark.parametrize(
    ("name", "length_s", "started_at"),
    [
        ("exercise_rri.hrm", 42 * 60 + 41.7, "2008-02-08T08:50:31"),
        ("noisy_rri.hrm", 40 * 60 + 3.0, "2008-01-25T08:57:29"),
    ],
)
def test_polar_files_last_as_long_as_they_say(data, name, length_s, started_at):
    recording = read_recording(data / "hrv_bartels/hrv/sampledata" / name)
    assert recording.format == "polar_hrm"
    assert recording.duration_s == pytest.approx(length_s, abs=0.2)
    assert recording.started_at == started_at


def test_one_line_files_of_21_people(data):
    for path in sorted((data / "welltory_ppg").glob("data/*/RR.txt")):
        recording = read_recording(path)
        assert recording.rr_ms.tolist() == [float(word) for word in path.read_text().split()]
        assert recording.doubts == ()


@pytest.mark.parametrize("name", ["kubios_short_5min", "kubios_1h_s1", "kubios_1h_s3"])
@pytest.mark.parametrize("unit", ["ms", "s"])
def test_kubios_series_as_text(data, written, name, unit):
    said = json.loads((data / "kubios" / f"{name}.json").read_text())["rr_ms"]
    shown = said if unit == "ms" else [rr / 1000 for rr in said]
    recording = read_recording(written("\n".join(map(str, shown))))
    np.testing.assert_allclose(recording.rr_ms, said, rtol=0, atol=1e-6)
    assert recording.doubts == ()


def test_selfloops_dates_and_times(data):
    recording = read_recording(data / "hrate_selfloops/sample/selfloops/20170804001r.txt")
    assert recording.started_at == "2017-08-04T12:53:19"
    assert recording.arrival_s is not None
    assert recording.arrival_s[-1] == pytest.approx((28_997_424 + 42) / 1000)  # from -42 ms on
    assert recording.doubts == ()


def test_what_is_doubtful_about_a_day_of_nsr033(data):
    recording = read_recording(data / "rhrvbook/Chapter8/normal/nsr033_rr_secs.txt")
    assert recording.rr_ms[0] == 1007.8125
    offset, pauses = recording.doubts
    assert "225.8 s" in offset
    assert pauses.startswith("90 intervals of more than 10 s")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gudb/subject_00/sitting/annotation_cs.tsv", "only grow"),
        ("tpcp_mitdb/data/100_all.csv", "only grow"),
        ("nk_resting/bio_resting_8min_100hz.csv", "which column"),
        ("physio_ecg_resp/ecg1.npy", "neither seconds nor milliseconds"),
        ("welltory_covid/hrv_measurements.csv", "no intervals"),
        ("pyhrv/SampleReport.txt", "is not an interval"),
        ("kubios/kubios_short_5min.json", "not a session of coherence"),
    ],
)
def test_other_real_files_are_refused_in_one_sentence(data, name, says):
    with pytest.raises(ImportFailed, match=says) as failed:
        read_recording(data / name)
    assert str(failed.value).startswith(str(data / name))


# --- text in all its forms ---

PLAIN = "\n".join(map(str, RR))
ROWS = list(zip(np.cumsum(RR).tolist(), RR, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n") + "\r\n\r\n",
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("\n", " "),
        PLAIN.replace("\n", ", "),
        PLAIN.replace("\n", ","),
        PLAIN.replace("\n", ";"),
        "\n".join(f"{rr},0" for rr in RR),  # decimal commas
        "\n".join(f"0,{rr}" for rr in RR),  # seconds with decimal commas
        " ".join(f"0,{rr}" for rr in RR),
        "\n".join(f"{rr}.0  # a note" for rr in RR),
        "# a comment\n; another\n// and a third\n" + PLAIN,
        "RR\n" + PLAIN,
        "R-R (ms)\n" + PLAIN,
        "Recorded by somebody\non a Sunday\n\n" + PLAIN,
        "\n".join(" ".join(map(str, RR[i : i + 5])) for i in (0, 5)),
        "rr_ms,note\n" + "\n".join(f"{rr},calm" for rr in RR),
        "RR-interval [ms];HR\n" + "\n".join(f"{rr};{60000 // rr}" for rr in RR),
        "\n".join(f"{rr},{60000 // rr}" for rr in RR),
        "hr\tIBI\n" + "\n".join(f"{60000 // rr}\t{rr}" for rr in RR),
        '"NN","x"\n' + "\n".join(f'"{rr}","a,b"' for rr in RR),
    ],
)
def test_one_value_a_beat_in_many_clothes(written, text):
    recording = read_recording(written(text))
    assert recording.rr_ms.tolist() == RR
    assert recording.arrival_s is None
    assert recording.doubts == ()


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{t / 1000},{rr}" for t, rr in ROWS),
        "\n".join(f"{t},{rr}" for t, rr in ROWS),
        "time,rr\n" + "\n".join(f"{t / 1000},{rr}" for t, rr in ROWS),
        "time_ms;RRI\n" + "\n".join(f"{t};{rr / 1000:.3f}".replace(".", ",") for t, rr in ROWS),
        "Time (s)\tHR (bpm)\tR-R (ms)\n" + "\n".join(f"{t / 1000}\t70\t{rr}" for t, rr in ROWS),
        "Phone timestamp;RR-interval [ms]\n"
        + "\n".join(f"2024-05-01T08:00:{t / 1000:06.3f};{rr}" for t, rr in ROWS),
    ],
)
def test_times_beside_the_intervals(written, text):
    recording = read_recording(written(text, "rr.csv"))
    assert recording.rr_ms.tolist() == RR
    assert recording.arrival_s is not None
    np.testing.assert_allclose(recording.arrival_s, (np.cumsum(RR) - RR[0]) / 1000, atol=1e-6)
    assert recording.format == "table"
    if "2024" in text:
        assert recording.started_at == "2024-05-01T08:00:00.812000"  # no zone was said


def test_a_unit_in_the_header_holds_even_over_a_long_hole(written):
    times = np.cumsum(RR) / 1000 + np.where(np.arange(len(RR)) > 4, 7200.0, 0.0)
    rows = "\n".join(f"{t:.3f},{rr}" for t, rr in zip(times, RR, strict=True))
    recording = read_recording(written("t_s,rr_ms\n" + rows, "rr.csv"))
    assert recording.arrival_s is not None
    assert recording.arrival_s[-1] == pytest.approx(times[-1] - times[0])
    assert "beats seem to be missing" in recording.doubts[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_encodings(written, encoding):
    text = "# Zürich, 5 µV\n" + PLAIN
    recording = read_recording(written(text.encode(encoding)))
    assert recording.rr_ms.tolist() == RR


# --- files that lie about themselves ---


@pytest.mark.parametrize(
    ("text", "rr_ms", "says"),
    [
        (PLAIN + "\n0\n0\n", RR, "A 0 at the end"),
        (PLAIN + "\n@", RR, "line 11: @"),
        ("RR\n" + PLAIN + "\nend of file", RR, "line 12: end of file"),
        ("225.8\n" + "\n".join(str(rr / 1000) for rr in RR), RR, "225.8 s"),
        ("\n".join(map(str, [*RR[:5], 93_000, *RR[5:]])), [*RR[:5], 93_000, *RR[5:]], "1 interval"),
        ("\n".join(map(str, [*RR, "nan", *RR])), [*RR, *RR], "in line 11"),
        ("\n".join(map(str, [*RR, -5, *RR])), [*RR, *RR], "1 value is no interval"),
        ("\n".join(str(round(60000 / (60 + i % 7))) for i in range(40)), None, "from heart rates"),
        ("t_s,rr_ms\n" + "\n".join(f"{9 - i},{rr}" for i, rr in enumerate(RR)), RR, "backwards"),
        ("t_s,rr_ms\n" + "\n".join(f"{i / 99},{rr}" for i, rr in enumerate(RR)), RR, "do not fit"),
        ("time,rr_ms\n" + "\n".join(f"noon,{rr}" for rr in RR), RR, "could not be read"),
    ],
)
def test_what_is_doubtful_is_said(written, text, rr_ms, says):
    recording = read_recording(written(text))
    if rr_ms is not None:
        np.testing.assert_allclose(recording.rr_ms, rr_ms, atol=1e-6)
    assert len(recording.doubts) == 1
    assert says in recording.doubts[0]


ONE_A_SECOND = "time_s,rr_ms\n" + "\n".join(f"{i},{800 + i % 5}" for i in range(60))
POLAR = "[Params]\nVersion=106\nInterval={}\n\n[HRData]\n{}\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x00\x01\x02" * 50, "no recording"),
        ("# only a comment", "no intervals were found"),
        ("812", "no two intervals"),
        ("nan\nnan\nnan", "no intervals were found"),
        ("hello\nworld", "no intervals were found"),
        ("\n".join(map(str, [62, 63, 63, 64, 62, 61])), "look like heart rates"),
        ("812\n804\nabc\n790\n790\n790\n790", "line 3: 'abc' is not an interval"),
        ("RR\n812\n804\nabc\n790\n790\n790\n790", "line 4: 'abc'"),
        ("\n".join(map(str, [800, 0, 0, 810, -3, 790])), "line 2: 3 of 6"),
        ("812\n804\n99999999999\n790\n790", "line 3: an interval is longer than a day"),
        ("time,hr\n1,62\n2,63\n3,62", "no column of intervals"),
        ("1,800,900\n2,810,905\n4,790,910\n5,780,900", "which column"),
        ("1,800\n2,810,7\n3,790\n4,780\n5,780\n6,790", "line 2: this line has another number"),
        (ONE_A_SECOND, "one value a second"),
        (POLAR.format(1, "62\n63\n64"), "heart rates, not beat-to-beat"),
        (POLAR.format(238, "800\nx\n810"), "line 7: 'x'"),
        (b"\x93NUMPY\x01\x00\x10\x00{'descr': '|O', ", "no row of numbers"),
        ('{"format": "other"}', "not a session of coherence"),
        ('{"format": "coherence-session", "version": 2}', "version 2"),
        ("{" * 100_000, "not whole"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("# what was to be recorded\n% and was not\n", "no intervals were found"),
        ("1e308\n" * 50, "neither seconds nor milliseconds"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(written, content, says):
    path = written(content)
    with pytest.raises(ImportFailed) as failed:
        read_recording(path)
    said = str(failed.value)
    assert says in said
    assert said.startswith(str(path))
    assert said.endswith(".")
    assert "\n" not in said


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(ImportFailed, match="there is no such file"):
        read_recording(tmp_path / "none.txt")
    with pytest.raises(ImportFailed, match="this is a folder"):
        read_recording(tmp_path)


# --- anything at all ---


def sound(recording: Recording) -> None:
    rr_ms = recording.rr_ms
    assert rr_ms.dtype == np.float64
    assert np.isfinite(rr_ms).all()
    assert (rr_ms > 0).all()
    if recording.arrival_s is not None and recording.arrivals is None:
        assert recording.arrival_s[0] == 0
        assert (np.diff(recording.arrival_s) >= 0).all()
        assert len(recording.arrival_s) == len(rr_ms)
    for as_strap in (True, False):
        arrivals = list(arrivals_of(recording, as_strap=as_strap))
        times = [a.t_s for a in arrivals]
        if recording.arrivals is None:
            assert times == sorted(times)
            assert arrivals[0] == LinkChanged(0.0, "imported", LinkState.STREAMING)
            assert isinstance(arrivals[-1], Ended)
        decoder = StrapDecoder()
        assert (
            not [e for a in arrivals for e in decoder.feed(a) if isinstance(e, Undecodable)]
            or recording.arrivals is not None
        )


def read_or_refuse(path: Path) -> None:
    begun = time.process_time()
    try:
        recording = read_recording(path)
    except ImportFailed:
        pass
    else:
        sound(recording)
    assert time.process_time() - begun < 10.0, "no file keeps the reader"


SAMPLES = [
    PLAIN.encode(),
    ("Time (ms),HR,R-R (ms)\n" + "\n".join(f"{t},70,{rr}" for t, rr in ROWS)).encode(),
    ("04 August 2017 12:53:19\nTime,R-R\n" + "\n".join(f"{t},{rr}" for t, rr in ROWS)).encode(),
    POLAR.format(238, PLAIN).encode(),
    b"\x93NUMPY\x01\x00\x46\x00"
    + b"{'descr': '<f8', 'fortran_order': False, 'shape': (10,), }".ljust(69)
    + b"\n"
    + struct.pack("<10d", *RR),
    PLAIN.encode("utf-16"),
    json.dumps(
        {
            "format": "coherence-session",
            "version": 1,
            "session": {
                "started_at": "2024-05-01T08:00:00+00:00",
                "duration_s": 2.0,
                "practice": "just_sit",
                "origin": "strap",
                "end": "ended",
                "app_version": "0.1",
                "strap": None,
            },
            "arrivals": [
                {"kind": "link_changed", "t_s": 0.0, "strap_id": "a", "state": "streaming"},
                {"kind": "pace_changed", "t_s": 0.1, "pattern": {"breaths_per_min": 6}},
                {
                    "kind": "notification",
                    "t_s": 1.0,
                    "strap_id": "a",
                    "characteristic": heart_rate.CHARACTERISTIC,
                    "payload": "10450003",
                },
                {"kind": "ended", "t_s": 2.0},
            ],
        }
    ).encode(),
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_samples_themselves_are_read(written, sample):
    sound(read_recording(written(sample)))


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes(content, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    read_or_refuse(path)


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(alphabet="0123456789.,;:-+eE \t\n#rRhHtims\"'()[]{}@nNaA/", max_size=300),
)
def test_any_text_of_the_usual_signs(text, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "text"
    path.write_text(text)
    read_or_refuse(path)


@settings(max_examples=400, deadline=None)
@given(
    sample=st.sampled_from(SAMPLES),
    cut=st.integers(0, 300),
    at=st.integers(0, 300),
    put=st.binary(max_size=8),
    over=st.integers(0, 8),
)
def test_mutated_samples(sample, cut, at, put, over, tmp_path_factory):
    mutated = sample[:at] + put + sample[at + over :]
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(mutated[: len(mutated) - cut])
    read_or_refuse(path)


@pytest.mark.parametrize("name", [row[0] for row in REAL[:-1]])
def test_mutated_copies_of_real_files(data, written, name):
    raw = (data / name).read_bytes()[:60_000]
    rng = np.random.default_rng(7)
    for kind in ("cut", "zeros", "noise", "swap"):
        for _ in range(3):
            at = int(rng.integers(len(raw)))
            match kind:
                case "cut":
                    mutated = raw[:at]
                case "zeros":
                    mutated = raw[:at] + b"\0\0\0" + raw[at:]
                case "noise":
                    mutated = raw[:at] + rng.bytes(5) + raw[at + 5 :]
                case _:
                    mutated = raw[at:] + raw[:at]
            read_or_refuse(written(mutated, Path(name).name))


# --- as a strap would have sent it ---


@pytest.mark.parametrize("as_strap", [True, False])
def test_dhyb_every_interval_accounted_for_and_no_gap(data, as_strap):
    recording = read_recording(data / "dhyb/sample_data_ibi.csv")
    frames = [a for a in arrivals_of(recording, as_strap=as_strap) if isinstance(a, Notification)]
    read = heart_rate.decode if as_strap else intervals.decode
    counts = Counter(
        len(f.rr_ms if as_strap else f) for f in map(read, (a.payload for a in frames))
    )
    assert counts == {1: 620 - 2 * 33, 2: 33, 0: 14}  # 14 holes are longer than 1.6 s
    events = events_of(recording, as_strap)
    beats = [e for e in events if isinstance(e, Beat)]
    assert not [e for e in events if isinstance(e, Gap | Repeated | Undecodable)]
    within_ms = 500 / 1024 if as_strap else 0
    np.testing.assert_allclose([b.rr_ms for b in beats], recording.rr_ms, rtol=0, atol=within_ms)
    # arrivals are the file's, from the start of the first interval on
    in_file = np.loadtxt(data / "dhyb/sample_data_ibi.csv", delimiter=",")[:, 0]
    with_beats = [a.t_s for a in frames if len(a.payload) > 2]
    assert with_beats[-1] - with_beats[0] == pytest.approx(in_file[-1] - in_file[0], abs=1e-9)


@pytest.mark.parametrize("name", [row[0] for row in REAL[1:4]])
@pytest.mark.parametrize("as_strap", [True, False])
def test_long_real_files_go_through_the_decoder_whole(data, name, as_strap):
    recording = read_recording(data / name)
    events = events_of(recording, as_strap)
    beats = np.array([e.rr_ms for e in events if isinstance(e, Beat)])
    assert not [e for e in events if isinstance(e, Undecodable | Repeated)]
    np.testing.assert_allclose(beats, recording.rr_ms, rtol=0, atol=500 / 1024 * as_strap)
    assert not [e for e in events if isinstance(e, Gap)]


def test_without_times_each_beat_arrives_as_it_ends(written):
    recording = read_recording(written(PLAIN))
    beats = [e for e in events_of(recording, as_strap=False) if isinstance(e, Beat)]
    np.testing.assert_allclose([b.t_s for b in beats], np.cumsum(RR) / 1000, atol=1e-9)
    frames = [a for a in arrivals_of(recording, as_strap=False) if isinstance(a, Notification)]
    assert [intervals.decode(a.payload) for a in frames] == [(rr,) for rr in RR]


@pytest.mark.parametrize("as_strap", [True, False])
def test_a_pause_in_a_file_advances_the_clock(written, as_strap):
    rr_ms = [*RR * 3, 93_000, *RR * 3]
    recording = read_recording(written("\n".join(map(str, rr_ms))))
    arrivals = list(arrivals_of(recording, as_strap=as_strap))
    assert arrivals[-1].t_s == pytest.approx(sum(rr_ms) / 1000, abs=0.05)
    states = [(a.t_s, a.state) for a in arrivals if isinstance(a, LinkChanged)]
    beats = [e for e in events_of(recording, as_strap) if isinstance(e, Beat)]
    if not as_strap:
        assert [b.rr_ms for b in beats] == rr_ms
        return
    begun_s = 3 * sum(RR) / 1000
    assert [state for _, state in states[1:]] == [LinkState.LOST, LinkState.STREAMING]
    assert states[1][0] == pytest.approx(begun_s, abs=0.02)
    assert states[2][0] == pytest.approx(begun_s + 93.0, abs=0.02)
    assert len(beats) == 60
    assert beats[29].segment != beats[30].segment
    assert beats[30].t_s == pytest.approx(begun_s + 93.0 + RR[0] / 1000, abs=0.02)


@pytest.mark.parametrize("as_strap", [True, False])
def test_a_missing_value_breaks_the_row_of_beats(written, as_strap):
    recording = read_recording(written("\n".join(map(str, [*RR, "nan", *RR]))))
    assert recording.breaks == (10,)
    beats = [e for e in events_of(recording, as_strap) if isinstance(e, Beat)]
    assert len(beats) == 20
    assert beats[9].segment != beats[10].segment
    assert len({b.segment for b in beats[10:]}) == 1


def test_a_dropout_hidden_in_a_time_column_is_found(written):
    rng = np.random.default_rng(3)
    rr_ms = np.round(rng.normal(850, 25, 200))
    times = np.cumsum(rr_ms) / 1000
    kept = np.r_[0:100, 112:200]  # twelve beats never arrived
    rows = "\n".join(f"{times[i]:.3f},{rr_ms[i]:.0f}" for i in kept)
    recording = read_recording(written("time,rr\n" + rows, "rr.csv"))
    assert "beats seem to be missing" in recording.doubts[0]
    found = [e for e in events_of(recording, as_strap=True) if isinstance(e, Gap) and e.certain]
    assert len(found) == 1
    assert found[0].missing == 12


def test_intervals_that_no_strap_could_send_still_make_frames(written):
    path = written("\n".join(map(str, [*RR, 1e-310, 0.2, *RR])))
    sound(read_recording(path))


def test_many_rows_of_one_time_are_split_into_frames(written):
    rows = "\n".join(f"{10 * (i // 12)},{RR[i % 10]}" for i in range(48))
    recording = read_recording(written("t_s,rr_ms\n" + rows, "rr.csv"))
    frames = [a for a in arrivals_of(recording, as_strap=True) if isinstance(a, Notification)]
    said = [len(heart_rate.decode(a.payload).rr_ticks) for a in frames]
    assert [n for n in said if n] == [9, 3] * 4
    assert max(len(a.payload) for a in frames) <= 20


def test_imports_can_be_read_as_a_table():
    keys = [row.key for row in IMPORTS]
    assert len(set(keys)) == len(keys)
    assert all(row.label and row.endings for row in IMPORTS)
