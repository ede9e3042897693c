"""Long text files in pieces: the same arrivals and doubts as at once, and left alone where odd."""

import tracemalloc

import numpy as np
import pytest

from coherence.reports import in_pieces
from coherence.reports.imports import arrivals_of, read_recording
from coherence.reports.in_pieces import read_in_pieces
from coherence.reports.recording import ImportFailed

TEXTS = {".txt", ".csv", ".tsv", ".rr", ".hrm", ".json", ".npy"}


@pytest.fixture
def small(monkeypatch):
    """Every file is a long one, and a piece holds little."""
    monkeypatch.setattr(in_pieces, "FROM_B", 1000)
    monkeypatch.setattr(in_pieces, "PIECE_B", 700)
    monkeypatch.setattr(in_pieces, "AT_ONCE", 37)
    monkeypatch.setattr(in_pieces, "LOOKED_AT", 40)


def same(path):
    """Whether it is read in pieces; then as at once."""
    pieces = read_in_pieces(path)
    if pieces is None:
        return False
    whole = read_recording(path)
    assert pieces.doubts == whole.doubts
    assert pieces.started_at == whole.started_at
    assert list(pieces.arrivals) == list(arrivals_of(whole, as_strap=False))
    return True


def test_real_files(data, small):
    files = sorted(f for f in data.rglob("*") if f.suffix in TEXTS and f.stat().st_size < 150_000)
    read = {path.relative_to(data).parts[0] for path in files if same(path)}
    assert {"hrate_selfloops", "dhyb", "hrvjl"} <= read, read


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
def test_what_is_odd_is_left_to_who_says_so(tmp_path, small, line, instead):
    lines = lines_of("ms")
    lines[line] = instead
    path = tmp_path / "odd.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert read_in_pieces(path) is None
    if line == 1500:
        with pytest.raises(ImportFailed):
            read_recording(path)


def test_what_is_no_long_text(tmp_path, small):
    growing = "\n".join(f"{t:.3f}" for t in np.cumsum(heart()) / 1000)
    back = ["time_s,rr_ms", *(f"{9000 - i % 7},{rr:.0f}" for i, rr in enumerate(heart()))]
    for content in (
        growing, "\n".join(back), "72\n71\n" * 900, "1 2 3 4 5\n" * 400, "800\n" * 5 + "x" * 9000,
        "8\x0000\n" * 600, "", "900 " * 3000,
    ):  # fmt: skip
        path = tmp_path / "other.txt"
        path.write_text(content)
        assert read_in_pieces(path) is None, content[:40]
    assert read_in_pieces(tmp_path / "nowhere.txt") is None


def test_four_times_the_beats_take_no_more_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(in_pieces, "PIECE_B", 20_000)
    monkeypatch.setattr(in_pieces, "AT_ONCE", 2_000)

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
