"""The table in parts: whole at any moment, one file at the end, each recording once."""

import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from coherence.cohort.columns import COLUMNS, about, schema, table
from coherence.cohort.outcome import Outcome
from coherence.cohort.parts import OtherTable, Parts
from coherence.cohort.task import Asked


def row(name, fingerprint="1", **said):
    return {"file": name, "fingerprint": fingerprint} | said


def names(path):
    return pq.read_table(path)["file"].to_pylist()


def test_a_table_is_what_arrow_makes_of_the_rows():
    rows = [
        row("ä" * (i % 3), window=i if i % 2 else None, rmssd_ms=i / 3, beats=i, accepted=-i,
            paced=(True, False, None)[i % 3], quality=("good", None)[i % 2])
        for i in range(1003)
    ]  # fmt: skip
    for some in (rows, rows[:1], [{}], []):
        made = table(some, about(Asked()))
        made.validate(full=True)
        by_arrow = pa.Table.from_pylist(some, schema(about(Asked())))
        assert made.equals(by_arrow, check_metadata=True)


def test_a_table_is_made_without_pandas():
    """It would take as much memory as a worker holds in all."""
    code = "import sys; from coherence.cohort.columns import table; table([{'file': 'a'}])"
    said = subprocess.run(
        [sys.executable, "-c", f"{code}; print('pandas' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == "False\n"


def test_parts_are_tables_at_once_and_one_file_at_the_end(tmp_path):
    parts = Parts(tmp_path / "t.parquet", Asked())
    parts.add(Outcome.of([row("a"), row("a")]))
    parts.flush()
    assert names(parts.folder) == ["a", "a"]  # the folder itself can be read
    parts.add(Outcome.of([row("b", rmssd_ms=42.5)]))
    assert parts.merge() == 3
    assert not parts.folder.exists()
    read = pq.read_table(parts.out)
    assert read.column_names == [name for name, _ in COLUMNS]
    assert read["file"].to_pylist() == ["a", "a", "b"]
    assert read["rmssd_ms"].to_pylist() == [None, None, 42.5]


def test_going_on_knows_what_is_done_and_keeps_the_latest(tmp_path):
    first = Parts(tmp_path / "t.parquet", Asked(300.0))
    first.add(Outcome.of([row("a"), row("b")]))
    first.merge()
    first.add(Outcome.of([row("c")]))
    first.flush()  # and then the program is killed
    second = Parts(tmp_path / "t.parquet", Asked(300.0, 300.0))  # the same, said out loud
    assert second.resume() == {"a": "1", "b": "1", "c": "1"}
    second.add(Outcome.of([row("a", "2"), row("a", "2")]))  # it has changed since
    assert second.merge() == 4
    assert sorted(names(second.out)) == ["a", "a", "b", "c"]


def test_parts_that_a_cut_merge_left_count_once(tmp_path):
    parts = Parts(tmp_path / "t.parquet", Asked())
    parts.add(Outcome.of([row("a"), row("b")]))
    parts.flush()
    (left,) = parts.folder.iterdir()
    copy = left.read_bytes()
    parts.merge()
    parts.folder.mkdir()
    left.write_bytes(copy)
    assert Parts(parts.out, Asked()).merge() == 2


def test_a_table_made_otherwise_is_not_gone_on_with(tmp_path):
    parts = Parts(tmp_path / "t.parquet", Asked(300.0))
    parts.add(Outcome.of([row("a")]))
    parts.merge()
    with pytest.raises(OtherTable, match="other options"):
        Parts(parts.out, Asked(60.0)).resume()
    parts.out.write_text("no table")
    with pytest.raises(OtherTable, match="is no table of recordings"):
        Parts(parts.out, Asked()).resume()


def test_begun_anew_the_table_that_was_there_stays_until_there_is_another(tmp_path):
    old = Parts(tmp_path / "t.parquet", Asked())
    old.add(Outcome.of([row("a")]))
    old.merge()
    left = Parts(tmp_path / "t.parquet", Asked(window_s=60.0))
    left.add(Outcome.of([row("left")]))
    left.flush()  # and was ended
    assert Parts(tmp_path / "t.parquet", Asked(), anew=True).merge() == 0  # broke off at once
    assert names(old.out) == ["a"]
    anew = Parts(tmp_path / "t.parquet", Asked(window_s=30.0), anew=True)
    anew.add(Outcome.of([row("b")]))
    anew.flush()
    assert not old.out.exists()
    assert names(anew.folder) == ["b"]
    assert anew.merge() == 1
    assert names(anew.out) == ["b"]


def test_begun_anew_where_nothing_is_a_table_without_rows(tmp_path):
    parts = Parts(tmp_path / "t.parquet", Asked(), anew=True)
    assert parts.merge() == 0
    assert names(parts.out) == []
