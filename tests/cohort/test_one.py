"""One recording to rows: `analyse`'s numbers to the last digit, and a reason for each without."""

import json

import numpy as np
import pytest

from coherence.cohort.columns import COLUMNS, NUMBERS, table
from coherence.cohort.one import rows_of
from coherence.cohort.sources import task_of
from coherence.cohort.task import Asked
from coherence.reports.any_file import held_in
from coherence.reports.numbers import numbers

FILES = [
    "pyhrv/SampleNNISeriesShort.npy",
    pytest.param("dhyb/sample_data_ibi.csv", marks=pytest.mark.slow),
    pytest.param("hrate_selfloops/selfloops/20170808002e.txt", marks=pytest.mark.slow),
]


def said(row):
    """A row's part that `analyse --json` prints too."""
    return {
        "beats": {
            "total": row["beats"],
            "accepted": row["accepted"],
            "verdicts": {k[8:]: n for k, n in row.items() if k.startswith("verdict_") and n},
        },
        "duration_s": row["duration_s"],
        "artefact_pct": row["artefact_pct"],
        "quality": row["quality"],
        "reasons": json.loads(row["reasons"]),
        "uncertainty": json.loads(row["uncertainty"]),
    }


def told(path, **span):
    found = numbers(held_in(path).arrivals, **span).as_json()
    return found, found["markers"]


@pytest.mark.parametrize("name", FILES)
def test_a_row_says_what_analyse_says(data, name):
    (row,) = rows_of(task_of(str(data / name)), Asked())
    found, markers = told(data / name)
    assert said(row) == {key: found[key] for key in said(row)}
    assert {key: row[key] for key, _ in NUMBERS} == {key: markers[key] for key, _ in NUMBERS}
    assert set(row) <= {name for name, _ in COLUMNS} | {"error"}
    (back,) = table([row]).to_pylist()  # and so after the way through Arrow
    assert {key: back[key] for key, _ in NUMBERS} == {key: row[key] for key, _ in NUMBERS}


def test_a_window_says_of_its_span_what_analyse_says(data):
    from coherence.analysis.markers import MARKERS

    path = data / "pyhrv" / "SampleNNISeriesShort.npy"
    rows = list(rows_of(task_of(str(path)), Asked(120.0, 100.0)))
    assert [row["window"] for row in rows] == [0, 1]
    assert [row["to_s"] - row["from_s"] for row in rows] == pytest.approx([120.0] * 2)
    for row in rows:
        found, markers = told(path, from_s=row["from_s"], to_s=row["to_s"])
        spanning = [m.key for m in MARKERS if m.over_span and m.key != "artefact_pct"]
        assert {key: row[key] for key in spanning} == {key: markers[key] for key in spanning}
        for key in ("beats", "duration_s", "artefact_pct", "quality"):
            assert said(row)[key] == found[key]
        assert row["coherence"] is not None


def test_what_cannot_be_read_has_a_row_with_its_reason(data, tmp_path):
    good = (data / "dhyb" / "sample_data_ibi.csv").read_bytes()
    files = {
        "empty.txt": (b"", "unreadable", "the file is empty"),
        "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(200), "unreadable", "no recording that"),
        "cut.npy": (b"\x93NUMPY\x01\x00", "unreadable", "no row of numbers"),
        "rates.txt": (b"72\n71\n70\n" * 30, "unreadable", "look like heart rates"),
    }
    for name, (content, kind, says) in files.items():
        (tmp_path / name).write_bytes(content)
        (row,) = rows_of(task_of(str(tmp_path / name)), Asked())
        assert row["error_kind"] == kind
        assert says in row["error"]
        assert str(tmp_path) not in row["error"]
    (row,) = rows_of(task_of(str(tmp_path / "nowhere.txt")), Asked())
    assert "no such file" in row["error"]
    (tmp_path / "short.csv").write_bytes(good[:2000])
    (row,) = rows_of(task_of(str(tmp_path / "short.csv")), Asked(3600.0))
    assert row["error_kind"] == "too_short"


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_whole_days_say_what_analyse_says(data, tmp_path, coherence):
    """By the commands, to the last digit: a day of a Holter, a night of a strap, a day of WFDB."""
    names = (
        "rhrvbook/Chapter8/normal/nsr033_rr_secs.txt",
        "hrate_selfloops/sample/selfloops/20170804001r.txt",
        "clifford_toolbox/TestData/Physionet_nsr2db/nsr001.ecg",
    )
    out = tmp_path / "days.parquet"
    paths = [data / name for name in names]
    assert coherence("cohort", *paths, "--out", out, "--jobs", "2").status == 0
    rows = {
        row["file"]: row
        for row in pytest.importorskip("pyarrow.parquet").read_table(out).to_pylist()
    }
    assert len(rows) == len(paths)
    for path in paths:
        row = rows[str(path)]
        assert row["duration_s"] > 8 * 3600.0
        (found,) = coherence("analyse", "--json", path).rows()
        assert said(row) == {key: found[key] for key in said(row)}
        assert {key: row[key] for key, _ in NUMBERS} == {
            key: found["markers"][key] for key, _ in NUMBERS
        }


@pytest.mark.slow
def test_any_bytes_give_rows_or_a_reason(data, tmp_path):
    good = (data / "pyhrv" / "SampleNNISeriesShort.npy").read_bytes()
    rng = np.random.default_rng(11)
    path = tmp_path / "mutated.npy"
    for _ in range(60):
        mutated = bytearray(good[: rng.integers(1, len(good))])
        for at in rng.integers(0, len(mutated), 5):
            mutated[at] = rng.integers(0, 256)
        path.write_bytes(mutated)
        for row in rows_of(task_of(str(path)), Asked()):
            assert row.get("error_kind") in {None, "unreadable", "no_beats"}, row
