"""ECG files: columns, rates and gaps as the file has them, refusals, and exact intervals."""

import io
import tracemalloc

import numpy as np
import pytest
from scipy import signal
from tests import recorded

from coherence.model import Ended, LinkChanged, LinkState, Notification
from coherence.reports import aside, ecg_table, ecg_times, survey, text_numbers
from coherence.reports import ecg as ecg_module
from coherence.reports.ecg import Ecg, arrivals_of_ecg, r_peaks_of, read_ecg
from coherence.reports.ecg_table import holds_ecg
from coherence.reports.numbers import numbers
from coherence.reports.recording import ImportFailed
from coherence.sessions.trace import trace

RATE_HZ = 130


def heart(seconds=30, rate_hz=RATE_HZ):
    """R waves at known, uneven times: (samples in µV, times in s)."""
    n = np.arange(seconds * rate_hz)
    at_s = np.cumsum(0.85 + 0.05 * np.sin(np.arange(0.5, seconds * 1.15)))
    at_s = at_s[at_s < seconds - 0.5]
    waves = [np.exp(-0.5 * ((n - a * rate_hz) / (0.012 * rate_hz)) ** 2) for a in at_s]
    return 1000.0 * np.sum(waves, axis=0), at_s


ECG, BEATS_S = heart()


def written(tmp_path, text, name="recording.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def table(header, *columns, separator=","):
    rows = [separator.join(f"{cell:.10g}" for cell in row) for row in zip(*columns, strict=True)]
    return "\n".join([header, *rows] if header else rows)


TIMES_S = np.arange(len(ECG)) / RATE_HZ


# --- what is read ---


@pytest.mark.parametrize(
    "text",
    [
        table("time_s,ecg_uv", TIMES_S, ECG),
        table("ECG [uV];Time [s]", ECG, TIMES_S, separator=";"),
        table("timestamp_ms\tecg\thr", TIMES_S * 1e3, ECG, 0 * ECG + 70, separator="\t"),
        table("timestamp [ns],ecg [uV]", np.rint(TIMES_S * 1e9), ECG),
        table("sample,time,ECG", np.arange(len(ECG)), TIMES_S, ECG),
        table("", TIMES_S, ECG),
        "# made by a tool\n" + table("time_s,ecg_mV,resp", TIMES_S, ECG / 1e3, ECG * 0),
        table("time;ecg", TIMES_S, ECG, separator=";").replace(".", ","),
    ],
    ids=["plain", "semicolons", "tabs", "ns", "counted", "no names", "comment", "decimal comma"],
)
def test_a_table_with_times_tells_its_rate(tmp_path, text):
    ecg = read_ecg(written(tmp_path, text))
    assert ecg.rate_hz == pytest.approx(RATE_HZ, rel=1e-5)
    assert ecg.samples / ecg.samples.max() == pytest.approx(ECG / ECG.max(), abs=1e-6)
    assert ecg.doubts == ()
    found = np.array([peak.sample for peak in r_peaks_of(ecg)]) / ecg.rate_hz
    assert found == pytest.approx(BEATS_S, abs=1e-3)


@pytest.mark.parametrize("header", ["", "ecg", "ECG_uV", "my own name"])
def test_a_single_column_needs_a_rate(tmp_path, header):
    path = written(tmp_path, table(header, ECG))
    assert read_ecg(path, 130).samples == pytest.approx(ECG, abs=1e-6)
    with pytest.raises(ImportFailed, match="--rate HZ"):
        read_ecg(path)


@pytest.mark.parametrize("shape", [(-1,), (-1, 1), (1, -1)])
@pytest.mark.parametrize("dtype", ["<f8", "<f4", ">f8", "<i2", "<i4"])
def test_numpy_rows(tmp_path, dtype, shape):
    path = tmp_path / "ecg.npy"
    np.save(path, np.rint(ECG).astype(dtype).reshape(shape))
    ecg = read_ecg(path, 130.0)
    assert ecg.samples == pytest.approx(np.rint(ECG), abs=1e-3)
    assert (ecg.rate_hz, ecg.source) == (130.0, "ecg.npy")
    with pytest.raises(ImportFailed, match="--rate HZ"):
        read_ecg(path)


def test_a_rate_said_overrides_the_times(tmp_path):
    path = written(tmp_path, table("time_s,ecg", TIMES_S, ECG))
    assert read_ecg(path, 133.0).rate_hz == 133.0


def test_stamps_of_whole_chunks_still_tell_the_rate(tmp_path):
    stamps = np.floor(TIMES_S * RATE_HZ / 73) * 73 / RATE_HZ
    ecg = read_ecg(written(tmp_path, table("time_s,ecg", stamps, ECG)))
    assert ecg.rate_hz == pytest.approx(RATE_HZ, rel=0.02)
    assert any("uneven" in doubt for doubt in ecg.doubts)


def test_times_rounded_to_milliseconds(tmp_path):
    ecg = read_ecg(written(tmp_path, table("time_s,ecg", TIMES_S.round(3), ECG)))
    assert ecg.rate_hz == pytest.approx(RATE_HZ, rel=1e-4)
    assert ecg.doubts == ()


def test_a_jump_of_time_is_a_gap(tmp_path):
    times_s = TIMES_S.copy()
    times_s[2000:] += 3.0
    ecg = read_ecg(written(tmp_path, table("time_s,ecg", times_s, ECG)))
    assert len(ecg.samples) == len(ECG) + 390
    assert np.isnan(ecg.samples[2000:2390]).all()
    assert any("jumps" in doubt for doubt in ecg.doubts)
    late = [peak.sample / RATE_HZ for peak in r_peaks_of(ecg)][-1]
    assert late == pytest.approx(BEATS_S[-1] + 3.0, abs=1e-3)


@pytest.fixture
def small(monkeypatch):
    """A piece holds little."""
    monkeypatch.setattr(ecg_table, "PIECE_B", 700)
    for module in (aside, ecg_module, ecg_times, survey):
        monkeypatch.setattr(module, "AT_ONCE", 37)


def with_a_loss(times_s):
    times_s = times_s.copy()
    times_s[1000:] += 3.0
    times_s[1035:] += 0.3
    return times_s


@pytest.mark.parametrize(
    "text",
    [
        table("time_s,ecg_uv", TIMES_S, ECG),
        table("", with_a_loss(TIMES_S), ECG),
        table("time;ecg", with_a_loss(TIMES_S), ECG, separator=";").replace(".", ","),
        table("time_s\tecg", np.ceil(TIMES_S), ECG, separator="\t"),
        table("time_s,ecg", TIMES_S, ECG).replace("0,", "0,x", 40) + "\n\n# the end\n",
        table("ecg", ECG),
    ],
    ids=["plain", "loss", "commas", "each second", "words", "alone"],
)
def test_in_pieces_it_is_what_it_is_at_once(tmp_path, request, text):
    path = written(tmp_path, text)
    rate_hz = None if text.count(",") + text.count("\t") else 130.0
    whole = read_ecg(path, rate_hz)
    samples, arrivals = whole.samples, list(arrivals_of_ecg(whole))
    request.getfixturevalue("small")
    pieces = read_ecg(path, rate_hz)
    assert max(map(len, pieces.pieces())) <= 37
    assert np.array_equal(pieces.samples, samples, equal_nan=True)
    assert (pieces.n, pieces.rate_hz, pieces.doubts) == (whole.n, whole.rate_hz, whole.doubts)
    for _again in range(2):
        assert list(arrivals_of_ecg(pieces)) == arrivals
    assert len(arrivals) > 20


def test_six_times_the_samples_take_no_more_memory(tmp_path, small, monkeypatch):
    monkeypatch.setattr(aside, "IN_MEMORY_B", 4096)
    monkeypatch.setattr(text_numbers, "PIECE_B", 20_000)
    for module in (aside, ecg_module):
        monkeypatch.setattr(module, "AT_ONCE", 2048)

    def peak(path, all_of):
        tracemalloc.start()
        count = sum(1 for _ in all_of(read_ecg(path, float(RATE_HZ))))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count > 100
        return most

    def array(times):
        np.save(tmp_path / "ecg.npy", np.tile(ECG, times).astype(np.float32))
        return peak(tmp_path / "ecg.npy", arrivals_of_ecg)

    def text(times):
        samples = np.tile(ECG, times).tolist()
        path = written(tmp_path, "\n".join(["ecg", *map("{:.0f}".format, samples)]))
        return peak(path, lambda ecg: (x for each in ecg.pieces() for x in each))

    array(4)  # what is made once
    assert array(24) < 1.2 * array(4)
    assert text(120) < 1.2 * text(20)


def test_missing_cells_are_told(tmp_path):
    lines = table("time_s,ecg", TIMES_S, ECG).split("\n")
    for i in range(1000, 1020):
        lines[i] = lines[i].split(",")[0] + ",nan"
    ecg = read_ecg(written(tmp_path, "\n".join(lines)))
    assert np.isnan(ecg.samples[999:1019]).all()
    assert any("20 of 3900 samples are missing" in doubt for doubt in ecg.doubts)


def test_which_files_hold_an_ecg():
    assert holds_ecg("time_s,ecg_uv\n0,1\n")
    assert holds_ecg("# a comment\nECG,RSP\n0.1,2\n")
    assert not holds_ecg("time_s,rr_ms\n0,812\n")
    assert not holds_ecg("812\n804\n")


# --- what is refused ---


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("hello\nworld\n", "no samples"),
        (table("a,b", ECG, ECG), "which column"),
        (table("", ECG, -ECG), "which column"),
        (table("time_s,ecg", TIMES_S * 10, ECG), "13 samples a second"),
        (table("time_s,ecg", TIMES_S[:200], ECG[:200]), "too short"),
        (table("time_s,ecg", TIMES_S, np.full(len(ECG), np.nan)), "no sample"),
        (table("time_s,ecg", TIMES_S, ECG) + "\n1,2,3,4", "more columns"),
        (table("time,ecg", TIMES_S[::-1], ECG), "--rate HZ"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path, text, says):
    with pytest.raises(ImportFailed, match=says) as failed:
        read_ecg(written(tmp_path, text))
    assert "recording.csv" in str(failed.value)
    assert str(failed.value).endswith(".")


@pytest.mark.parametrize("rate_hz", [0.0, -130.0, 10.0, 1e9, float("nan"), float("inf")])
def test_a_rate_that_cannot_be(tmp_path, rate_hz):
    with pytest.raises(ImportFailed, match="check --rate"):
        read_ecg(written(tmp_path, table("ecg", ECG)), rate_hz)


def saved(array):
    held = io.BytesIO()
    np.save(held, array)
    return held.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        saved(np.zeros((100, 3))),
        saved(np.zeros(0)),
        saved(np.array(["a", "b"])),
        saved(np.zeros(4000))[:-5],
        b"\x93NUMPY",
        b"\x00\x01\x02\x03" * 50,
    ],
    ids=["table", "nothing", "words", "cut", "head", "bytes"],
)
def test_files_of_other_kinds(tmp_path, raw):
    path = tmp_path / "ecg.npy"
    path.write_bytes(raw)
    with pytest.raises(ImportFailed):
        read_ecg(path, 130)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(ImportFailed, match="no such file"):
        read_ecg(tmp_path / "none.csv", 130)
    with pytest.raises(ImportFailed, match="folder"):
        read_ecg(tmp_path, 130)


# --- as arrivals ---


def test_intervals_arrive_exactly():
    ecg = Ecg.of("made", ECG, float(RATE_HZ))
    arrivals = list(arrivals_of_ecg(ecg))
    assert arrivals[0] == LinkChanged(0.0, "imported", LinkState.STREAMING)
    assert isinstance(arrivals[-1], Ended)
    peaks_s = np.array([peak.sample for peak in r_peaks_of(ecg)]) / RATE_HZ
    tracker, _ = trace(arrivals)
    beats = [judged.beat for judged in tracker.judged]
    assert [beat.rr_ms for beat in beats] == (np.diff(peaks_s) * 1000.0).tolist()
    assert [beat.t_s for beat in beats] == pytest.approx(peaks_s[1:].tolist(), abs=1e-6)
    assert {beat.segment for beat in beats} == {beats[0].segment}


def test_nothing_goes_across_a_gap():
    holed = ECG.copy()
    holed[1300:1560] = np.nan
    arrivals = list(arrivals_of_ecg(Ecg.of("made", holed, float(RATE_HZ))))
    times = [arrival.t_s for arrival in arrivals]
    assert times == sorted(times)
    tracker, _ = trace(arrivals)
    beats = [judged.beat for judged in tracker.judged]
    assert len({beat.segment for beat in beats}) == 2
    for beat in beats:
        start_s = beat.t_s - beat.rr_ms / 1000.0
        assert beat.t_s < 10.0 or start_s > 12.0
        assert 780 < beat.rr_ms < 920


def test_an_ecg_without_a_heart_is_an_empty_recording():
    arrivals = list(arrivals_of_ecg(Ecg.of("flat", np.zeros(3900), 130.0)))
    assert not any(isinstance(arrival, Notification) for arrival in arrivals)
    assert arrivals[-1] == Ended(30.0)


def test_a_real_ecg_gives_the_numbers_of_its_peaks(data, tmp_path):
    ecg = np.load(data / "physio_ecg_resp" / "ecg1.npy").ravel()
    slow = signal.resample_poly(ecg - ecg.mean(), 130, 1000)
    path = tmp_path / "slow.npy"
    np.save(path, slow)
    found = numbers(arrivals_of_ecg(read_ecg(path, 130)), raw=True)
    truth_ms = recorded.intervals_ms(recorded.physio(data)[0])
    assert sum(found.verdicts.values()) == len(truth_ms) == 407
    assert found.markers["mean_rr_ms"].value == pytest.approx(truth_ms.mean(), rel=1e-4)
    rmssd_ms = np.sqrt(np.mean(np.diff(truth_ms) ** 2))
    assert found.markers["rmssd_ms"].value == pytest.approx(rmssd_ms, rel=1e-3)


def test_samples_beyond_all_measure_count_as_missing(tmp_path):
    path = tmp_path / "ecg.npy"
    samples = ECG.copy()
    samples[300:310] = 1e300
    np.save(path, samples)
    assert "10 of" in read_ecg(path, RATE_HZ).doubts[0]
    np.save(path, np.full_like(ECG, 1e300))
    with pytest.raises(ImportFailed, match="no sample that can be one"):
        read_ecg(path, RATE_HZ)
