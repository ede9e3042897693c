"""`coherence analyse`: numbers of real recordings against what others measured, and bad files."""

import json
import statistics
import subprocess
import sys

import numpy as np
import pytest
from tests import recorded

LAST_KEYS = {"t_s", "heart_rate_bpm", "coherence", "in_rhythm", "quality", "link", "reasons"}
BREATHS_PER_MIN = 6.12  # of the airflow beside physio_ecg_resp


def _numbers(coherence, *arguments):
    told = coherence("analyse", "--json", *arguments)
    assert told.status == 0, told.err
    (found,) = told.rows()
    return found


def test_the_keys_are_those_of_the_issue(coherence, rr_file):
    found = _numbers(coherence, rr_file(np.full(200, 800.0)))
    assert set(found) == {
        *("file", "beats", "artefact_pct", "quality", "duration_s", "markers", "reasons", "last"),
        "uncertainty",
    }
    assert set(found["beats"]) == {"total", "accepted", "verdicts"}
    assert set(found["last"]) >= LAST_KEYS
    nulls = {key for key, value in found["markers"].items() if value is None}
    assert nulls == set(found["reasons"])
    assert found["duration_s"] == pytest.approx(160.0)
    assert found["markers"]["mean_rr_ms"] == 800.0
    assert found["markers"]["rmssd_ms"] == 0.0


@pytest.mark.slow  # NeuroKit2 finds the R peaks
def test_slow_breathing_peaks_at_the_measured_breath(coherence, data, rr_file):
    beats_s, _ = recorded.physio(data)
    path = rr_file(recorded.intervals_ms(beats_s))
    found = _numbers(coherence, path)
    assert found["beats"]["total"] == 407
    assert found["beats"]["total"] - found["beats"]["accepted"] <= 8
    markers = found["markers"]
    assert markers["coherence_peak_hz"] == pytest.approx(BREATHS_PER_MIN / 60.0, abs=0.002)
    assert markers["breaths_per_min"] == pytest.approx(BREATHS_PER_MIN, abs=0.1)
    assert markers["in_rhythm"] is None
    assert found["reasons"]["in_rhythm"] == "not_paced"


@pytest.mark.slow
def test_slow_breathing_replayed_peaks_there_too(coherence, data, rr_file):
    beats_s, _ = recorded.physio(data)
    path = rr_file(recorded.intervals_ms(beats_s))
    rows = coherence("live", "--replay", path, "--speed", "max", "--json", "--no-record").rows()
    peaks_hz = [r["coherence_peak_hz"] for r in rows if r["coherence_peak_hz"] is not None]
    assert len(peaks_hz) > 200
    assert statistics.median(peaks_hz) == pytest.approx(BREATHS_PER_MIN / 60.0, abs=0.002)
    rates = [r["breaths_per_min"] for r in rows if r["breaths_per_min"] is not None]
    assert statistics.median(rates) == pytest.approx(BREATHS_PER_MIN, abs=0.1)


def test_every_interval_of_a_polar_h10_is_there_and_none_is_flagged(coherence, data):
    found = _numbers(coherence, data / "dhyb" / "sample_data_ibi.csv")
    assert found["beats"] == {"total": 620, "accepted": 620, "verdicts": {"normal": 620}}
    assert found["artefact_pct"] == 0.0  # so no gap either: a missing beat would count
    assert found["quality"] == "good"


def test_raw_agrees_with_kubios(coherence, data, rr_file, tmp_path):
    kubios = recorded.kubios(data, "kubios_short_5min")
    said = kubios["kubios"]
    rr_ms = np.array(kubios["rr_ms"])
    markers = _numbers(coherence, rr_file(rr_ms), "--raw")["markers"]
    assert markers["mean_rr_ms"] == pytest.approx(said["Mean RR  (ms)"], abs=1e-3)
    assert markers["sdnn_ms"] == pytest.approx(said["STD RR (ms)"], abs=1e-3)
    assert markers["rmssd_ms"] == pytest.approx(said["RMSSD (ms)"], abs=1e-3)
    assert markers["rmssd_ms"] == pytest.approx(56.8595, abs=1e-4)  # science.md 9.1
    array = tmp_path / "rr.npy"
    np.save(array, rr_ms)
    judged = _numbers(coherence, array)
    assert judged["markers"]["rmssd_ms"] == pytest.approx(34.1, abs=0.1)  # the same, corrected


def test_premature_beats_are_never_called_usable(coherence, data, rr_file):
    beats_s, premature = recorded.mitdb(data, 106)
    at_s = beats_s[list(premature)]
    first_s = max(range(0, 1600, 10), key=lambda s: np.sum((at_s > s) & (at_s <= s + 192)))
    rich = (beats_s > first_s) & (beats_s <= first_s + 192)
    assert np.isin(beats_s[rich], at_s).mean() > 0.4
    path = rr_file(recorded.intervals_ms(beats_s[rich]))
    found = _numbers(coherence, path)
    assert found["quality"] == "unusable"
    assert found["markers"]["rmssd_ms"] is None
    assert found["reasons"]["rmssd_ms"] == "too_many_artefacts"
    assert found["last"]["coherence"] is None
    assert found["last"]["quality"] == "unusable"


@pytest.mark.slow
def test_the_whole_of_record_106_is_unusable(coherence, data, rr_file):
    beats_s, premature = recorded.mitdb(data, 106)
    found = _numbers(coherence, rr_file(recorded.intervals_ms(beats_s)))
    assert len(premature) / len(beats_s) > 0.1
    assert found["beats"]["total"] == len(beats_s) - 1
    assert found["quality"] == "unusable"


def test_from_and_to_take_the_beats_of_the_span(coherence, rr_file):
    rr_ms = np.repeat([1000.0, 800.0], [100, 100])
    path = rr_file(rr_ms)
    found = _numbers(coherence, path, "--from", "110", "--to", "150", "--raw")
    assert found["beats"]["total"] == np.sum((rr_ms.cumsum() > 110e3) & (rr_ms.cumsum() <= 150e3))
    assert found["markers"]["mean_rr_ms"] == 800.0
    assert found["last"]["t_s"] == 150.0


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("hrv_bartels/hrv/sampledata/rest_rri.txt", marks=pytest.mark.slow),
        "welltory_ppg/data/subject_20/RR.txt",
    ],
)
def test_kinds_of_files_give_beats(coherence, data, kind):
    found = _numbers(coherence, data / kind)
    assert found["beats"]["accepted"] > 90
    assert 50 < found["markers"]["heart_rate_bpm"] < 100


@pytest.mark.slow
def test_a_polar_hrm_gives_its_beats(coherence, data):
    path = data / "hrv_bartels" / "hrv" / "sampledata" / "noisy_rri.hrm"
    rows = path.read_text().split("[HRData]")[1].split()
    found = _numbers(coherence, path)
    assert found["beats"]["total"] == len(rows)
    assert found["duration_s"] == pytest.approx(sum(map(float, rows)) / 1000.0, abs=0.01)


BAD = {
    "empty.txt": b"",
    "words.txt": b"hello\nworld\n",
    "bytes.dat": bytes(range(256)) * 8,
    "cut.json": b'{"format": "coh',
    "foreign.json": b'{"a": 1}',
    "cut.npy": b"\x93NUMPY\x01\x00v\x00{'descr'",
}


def test_a_broken_file_among_good_ones_is_named_and_the_others_are_done(
    coherence, rr_file, tmp_path
):
    good = [rr_file(np.full(100, rr), f"{rr}.txt") for rr in (800.0, 900.0)]
    bad = [tmp_path / name for name in BAD]
    for path in bad:
        path.write_bytes(BAD[path.name])
    bad += [tmp_path / "none.txt", tmp_path]
    told = coherence("analyse", "--json", good[0], *bad, good[1])
    assert told.status == 1
    assert [row["file"] for row in told.rows()] == [str(path) for path in good]
    lines = told.err.splitlines()
    assert len(lines) == len(bad)
    for line, path in zip(lines, bad, strict=True):
        assert line.startswith(f"{path}")
        assert line.endswith(".")


def test_a_span_without_a_beat_is_status_1(coherence, rr_file):
    told = coherence("analyse", rr_file(np.full(100, 800.0)), "--from", "1000", "--json")
    assert told.status == 1
    assert told.out == ""
    assert "--from and --to" in told.said()


def test_the_table_is_for_people_and_without_codes_when_it_is_no_terminal(coherence, rr_file):
    told = coherence("analyse", rr_file(np.full(100, 800.0)))
    assert told.status == 0
    assert "\x1b" not in told.out
    assert "Heart rate" in told.out
    assert "75" in told.out
    assert told.err == ""  # no progress where nobody looks


def test_json_is_one_line_a_file_and_plain_json(coherence, rr_file):
    paths = [rr_file(np.full(100, rr), f"{rr}.txt") for rr in (700.0, 800.0, 900.0)]
    told = coherence("analyse", "--json", *paths)
    assert len(told.out.splitlines()) == 3
    assert "NaN" not in told.out
    assert [json.loads(line)["markers"]["mean_rr_ms"] for line in told.out.splitlines()] == [
        *(700.0, 800.0, 900.0)
    ]


def test_a_short_recording_says_in_words_where_five_minutes_would_lie(coherence, rr_file):
    rng = np.random.default_rng(3)
    path = rr_file(900 + 30 * rng.normal(size=75))
    found = _numbers(coherence, path)
    low, high = found["uncertainty"]["rmssd_ms"]["likely"]
    rmssd = found["markers"]["rmssd_ms"]
    assert low < rmssd < high
    assert low * high == pytest.approx(rmssd**2, rel=1e-4)  # a ratio: as much down as up
    assert found["uncertainty"]["rsa_ms"]["noise_floor"] > 0
    told = coherence("analyse", path)
    assert f"over five minutes it would likely lie in {low:.0f}–{high:.0f}" in _flat(told.out)
    assert "noise alone" in told.out
    assert "not for a client's page" not in told.out  # two minutes too short for it


def test_paced_and_resting_markers_are_told_apart(coherence, rr_file):
    t_s = np.arange(400) * 0.9
    path = rr_file(np.round(900 + 40 * np.sin(2 * np.pi * t_s / 10)))
    told = coherence("analyse", path, "--pace", "6")
    assert _flat(told.out).count("slow breathing distorts it") >= 8
    assert "Look at the swing in each breath" in _flat(told.out)
    (found,) = coherence("analyse", path, "--pace", "6", "--json").rows()
    for key in ("rmssd_ms", "hf_ms2", "pnn50_pct", "sd1_pct", "vagal_index", "activation_index"):
        assert found["reasons"][key] == "paced"
    assert found["last"]["reasons"]["rmssd_ms"] == "paced"
    assert found["markers"]["rsa_bpm"] > 4
    free = coherence("analyse", path)
    assert "slow breathing distorts it" not in free.out


def _flat(text):
    return " ".join(text.replace("│", " ").split())


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes")
@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_what_comes_through_a_pipe_gives_the_numbers_of_the_file(name, coherence, rr_file):
    path = rr_file(900.0 + 40.0 * np.sin(np.arange(300) / 2))
    asked = [sys.executable, "-m", "coherence", "analyse", name, "--json"]
    done = subprocess.run(asked, input=path.read_bytes(), capture_output=True)
    (of_file,) = coherence("analyse", path, "--json").rows()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == of_file | {"file": name}


def test_a_pipe_with_nothing_in_it_is_named_as_it_was_given():
    asked = [sys.executable, "-m", "coherence", "analyse", "-"]
    done = subprocess.run(asked, input=b"", capture_output=True, text=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"-: the file is empty")


@pytest.mark.parametrize("beats", [2, 5, 12, 40])
def test_whatever_is_null_has_a_reason_however_short(coherence, rr_file, beats):
    """Four seconds hold none at which the markers of each fifth second are due."""
    found = _numbers(coherence, rr_file([900.0 + beat % 3 for beat in range(beats)]))
    nulls = {key for key, value in found["markers"].items() if value is None}
    assert nulls
    assert nulls <= set(found["reasons"])


def test_large_powers_are_written_out_and_rounding_is_no_difference(coherence, rr_file):
    rng = np.random.default_rng(3)
    beats_ms = 900.0 + 250.0 * np.sin(0.09 * np.arange(400)) + 9.0 * rng.normal(size=400)
    done = coherence("analyse", rr_file(beats_ms), "--second-opinion")
    assert "e+0" not in done.out
    assert "e-1" not in done.out


def test_where_nobody_guided_a_slow_breath_rmssd_is_not_left_without_a_word(coherence, rr_file):
    def told(hz):
        beats_ms = 900.0 + 60.0 * np.sin(2.0 * np.pi * hz * 0.9 * np.arange(400))
        return _flat(coherence("analyse", rr_file(beats_ms)).out)

    said = "If the breath was slow all the same, RMSSD does not tell of rest."
    assert said in told(0.1)
    assert said not in told(0.25)
