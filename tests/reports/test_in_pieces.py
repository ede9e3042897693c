"""Long text files in pieces: the same arrivals and doubts as at once, and left alone where odd."""

import re
import tempfile
import tracemalloc

import numpy as np
import pytest
from tests.small_disk import small_disk

from coherence.reports import aside, imports, in_pieces, survey, text_numbers, wfdb
from coherence.reports.any_file import held_in
from coherence.reports.imports import arrivals_of, read_recording
from coherence.reports.in_pieces import read_in_pieces
from coherence.reports.recording import ImportFailed

KINDS_OF_FILES = {".txt", ".csv", ".tsv", ".rr", ".hrm", ".json", ".npy", ".ecg", ".qrs", ".atr"}


@pytest.fixture
def small(monkeypatch):
    """Every file is a long one, and a piece holds little."""
    monkeypatch.setattr(in_pieces, "FROM_B", 1000)
    monkeypatch.setattr(text_numbers, "PIECE_B", 700)
    monkeypatch.setattr(text_numbers, "LOOKED_AT", 40)
    monkeypatch.setattr(text_numbers, "TAIL_B", 8000)
    for module in (aside, imports, wfdb):
        monkeypatch.setattr(module, "AT_ONCE", 37)


def same(path):
    """Whether it is read in pieces; then as at once."""
    try:
        pieces = read_in_pieces(path)
    except ImportFailed as error:
        with pytest.raises(ImportFailed, match=f"^{re.escape(str(error))}$"):
            read_recording(path)
        return True
    if pieces is None:
        return False
    whole = read_recording(path)
    assert pieces.doubts == whole.doubts
    assert pieces.duration_s == pytest.approx(whole.duration_s, abs=3.0)
    assert pieces.started_at == whole.started_at
    for _again in range(2):
        assert list(pieces.arrivals) == list(arrivals_of(whole, as_strap=False))
    return True


def test_real_files(data, small):
    files = sorted(
        f for f in data.rglob("*") if f.suffix in KINDS_OF_FILES and f.stat().st_size < 150_000
    )
    read = {path.relative_to(data).parts[0] for path in files if same(path)}
    assert {"hrate_selfloops", "dhyb", "hrvjl", "pyhrv", "wfdb_sample"} <= read, read


@pytest.mark.slow
def test_long_real_files(data):
    for name in (
        "rhrvbook/Chapter8/normal/nsr033_rr_secs.txt",
        "hrate_selfloops/sample/selfloops/20170804001r.txt",
    ):
        assert same(data / name), name


def heart(n=3000, seed=3):
    rng = np.random.default_rng(seed)
    return np.rint(850 + 40 * np.sin(np.arange(n) / 4) + rng.normal(0, 9, n))


def lines_of(kind):
    rr_ms, rng = heart(), np.random.default_rng(5)
    t_s = np.cumsum(rr_ms) / 1000
    each_second = np.ceil(t_s)  # as a strap sends them: several may come at once
    match kind:
        case "ms":
            return [f"{rr:.0f}" for rr in rr_ms]
        case "s":
            return [f"{rr / 1000:.3f}" for rr in rr_ms]
        case "commas":
            return [f"{rr:.1f}".replace(".", ",") for rr in rr_ms]
        case "no value":
            return [f"{rr:.0f}" if rng.random() > 0.03 else "nan" for rr in rr_ms]
        case "first none":
            return ["0", "-", *(f"{rr:.0f}" for rr in rr_ms)]
        case "begins late":
            return ["0", "225000", "0", *(f"{rr:.0f}" for rr in rr_ms)]
        case "pauses":
            rr_ms[[700, 701, 2999]] = 20_000
            return [f"{rr:.0f}" for rr in rr_ms]
        case "heart rates":
            return [f"{60_000 / rate:.3f}" for rate in np.rint(60_000 / rr_ms)]
        case "comments":
            lines = [
                f"{rr:.0f}  # {i}" if i % 50 == 3 else f"{rr:.0f}" for i, rr in enumerate(rr_ms)
            ]
            return ["# recorded", "", *lines[:900], "", "// later", *lines[900:]]
        case "times":
            rows = zip(each_second, rr_ms, strict=True)
            return ["time_s,rr_ms", *(f"{t:.0f},{rr:.0f}" for t, rr in rows)]
        case "times without names":
            return [f"{t:.3f} {rr:.0f}" for t, rr in zip(t_s, rr_ms, strict=True)]
        case "times in ms":
            rows = zip(rr_ms, 1000 * t_s, strict=True)
            return ["rr;time", *(f"{rr:.0f};{t:.0f}" for rr, t in rows)]
        case "losses":
            t_s[900:] += 40.0
            rows = zip(t_s, rr_ms, strict=True)
            return [
                "t,rr",
                *(f"{t:.3f},{rr if i % 40 else 0:.0f}" for i, (t, rr) in enumerate(rows)),
            ]
        case "moments":
            rows = zip(np.rint(t_s).astype(int).tolist(), rr_ms, strict=True)
            start = np.datetime64("2025-03-15T22:00:00")
            return [
                "timestamp,rr",
                *(f"{start + np.timedelta64(t, 's')},{rr:.0f}" for t, rr in rows),
            ]
        case _:
            raise AssertionError(kind)


KINDS = (
    "ms", "s", "commas", "no value", "first none", "begins late", "pauses", "heart rates",
    "comments", "times",
    "times without names", "times in ms", "losses", "moments",
)  # fmt: skip


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_text(tmp_path, small, kind, ending):
    path = tmp_path / "long.txt"
    path.write_bytes(ending.join(lines_of(kind)).encode())
    assert same(path)


@pytest.mark.parametrize(
    ("line", "instead"),
    [(1500, "800 rest"), (2999, "the end"), (1500, "1e9"), (2999, "0"), (9, "é")],
)
def test_what_is_odd_is_told_as_of_a_file_that_is_held(tmp_path, small, line, instead):
    lines = lines_of("ms")
    lines[line] = instead
    path = tmp_path / "odd.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert same(path)


def test_what_ends_in_words_or_runs_backwards(tmp_path, small):
    growing = [f"{t:.3f}" for t in np.cumsum(heart()) / 1000]
    back = ["time_s,rr_ms", *(f"{9000 - i % 7},{rr:.0f}" for i, rr in enumerate(heart()))]
    apart = ["time_s,rr_ms", *(f"{40 * i},{rr:.0f}" for i, rr in enumerate(heart()))]
    named = ["t;rr", *lines_of("ms")[:900], *(f"{t};812" for t in range(900))]
    for lines in (
        growing, back, apart, named, ["72", "71"] * 900, [*lines_of("ms"), "0", "0", "0"],
        [*lines_of("ms"), "the end", "of it", "all"], [*lines_of("ms"), *["the end"] * 4],
        [*lines_of("times"), "the end"], ["Recorded by", "somebody", *lines_of("ms")],
        ["hr, bpm", *lines_of("ms")], [*lines_of("ms"), "nan", "0"], ["86400001", *lines_of("ms")],
    ):  # fmt: skip
        path = tmp_path / "other.txt"
        path.write_text("\n".join(lines))
        assert same(path) or lines[0] in ("hr, bpm", "t;rr"), lines[:2]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_encodings(tmp_path, small, encoding):
    path = tmp_path / "long.txt"
    lines = lines_of("times")
    path.write_text("\n".join(["# gemessen für später", *lines]), encoding=encoding)
    assert same(path)


def test_arrays_annotations_and_polar_files(tmp_path, small):
    rr_ms = heart()
    for kind in ("<f8", ">f4", "<i2"):
        np.save(tmp_path / "row.npy", rr_ms.astype(kind))
        assert same(tmp_path / "row.npy")
    steps = np.rint(rr_ms / 4).astype(int)
    words = [(1 << 10) | step for step in steps.tolist()]
    words[500:500] = [59 << 10, 0, 700]  # a long step
    words[36:36] = [(63 << 10) | 5, 0x4141, 0x4141, 0x4141]  # words, over the edge of a piece
    qrs = tmp_path / "day.qrs"
    qrs.with_suffix(".hea").write_text("day 1 250\n")
    for closed in ([0], [], [59 << 10, 1]):
        qrs.write_bytes(np.array(words + closed, "<u2").tobytes())
        assert same(qrs)
    rows = "\n".join(f"{rr:.0f}" for rr in rr_ms)
    said = "[Params]\nVersion=106\nDate=20260301\nStartTime=22:00:00.0\nInterval={}\n\n[HRData]\n"
    for interval in (238, 1):
        (tmp_path / "polar.hrm").write_text(said.format(interval) + rows)
        assert same(tmp_path / "polar.hrm")
    (tmp_path / "polar.hrm").write_text(said.format(238) + rows + "\n[More]\n1\n")
    assert not same(tmp_path / "polar.hrm")


def test_what_cannot_be_told_by_pieces(tmp_path, small):
    for content in (
        "1 2 3 4 5\n" * 400, "800\n" * 5 + "x" * 9000, "8\x0000\n" * 600, "", "900 " * 3000,
    ):  # fmt: skip
        path = tmp_path / "other.txt"
        path.write_text(content)
        assert read_in_pieces(path) is None, content[:40]
    assert read_in_pieces(tmp_path / "nowhere.txt") is None


def test_without_room_to_put_numbers_aside_a_file_is_held_instead(tmp_path, monkeypatch):
    text, ecg = tmp_path / "long.txt", tmp_path / "ecg.csv"
    text.write_text("\n".join(lines_of("ms") * 20))
    ecg.write_text("\n".join(["ecg", *map(str, np.arange(60_000) % 130)]))
    with small_disk("256k") as folder:
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        (folder / "ballast").write_bytes(bytes(200_000))
        monkeypatch.setattr(aside, "IN_MEMORY_B", 16_000)
        held = held_in(text)
        assert sum(1 for _ in held.arrivals) == 60_002
        with pytest.raises(ImportFailed, match="make some room there"):
            held_in(ecg, 130.0)
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_four_times_the_beats_take_no_more_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(text_numbers, "PIECE_B", 20_000)
    for module in (aside, survey):
        monkeypatch.setattr(module, "AT_ONCE", 2_000)
    monkeypatch.setattr(aside, "IN_MEMORY_B", 16_000)

    def peak(beats):
        path = tmp_path / f"{beats}.csv"
        rr_ms = heart(beats)
        rows = zip(np.cumsum(rr_ms), rr_ms, strict=True)
        path.write_text("time_ms,rr_ms\n" + "\n".join(f"{t:.0f},{rr:.0f}" for t, rr in rows))
        tracemalloc.start()
        pieces = read_in_pieces(path)
        count = sum(1 for _ in pieces.arrivals)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == beats + 2
        return most

    peak(12_000)  # what is made once
    assert peak(48_000) < 1.2 * peak(12_000)
