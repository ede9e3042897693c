"""`coherence cohort`: the command from files to a table, and what it says."""

import json
import os
import signal
import subprocess
import time

import numpy as np
import psutil
import pyarrow.parquet as pq
import pytest
from tests.cli.shell import ended, started

MANY = 120  # recordings: more than a quick machine does before it first writes


def some(tmp_path, count, seconds=120):
    folder = tmp_path / "recordings"
    folder.mkdir()
    for number in range(count):
        rng = np.random.default_rng(number)
        rr_ms = 800.0 + 40.0 * np.sin(np.arange(seconds) / 2.0) + rng.normal(0.0, 10.0, seconds)
        (folder / f"r{number:04}.txt").write_text("\n".join(f"{rr:.3f}" for rr in rr_ms))
    return folder


def table(path):
    return pq.read_table(path).to_pylist()


def test_files_good_and_bad_in_one_table_and_again_with_resume(coherence, tmp_path):
    folder, out = some(tmp_path, 3), tmp_path / "t.parquet"
    (folder / "empty.txt").touch()
    told = coherence("cohort", folder, "--out", out, "--jobs", "2", "--json")
    assert told.status == 1
    assert "empty.txt: the file is empty" in told.err
    (summary,) = told.rows()
    assert summary["recordings"] == 4
    assert summary["errors"] == {"unreadable": 1}
    rows = {row["file"]: row for row in table(out)}
    assert len(rows) == 4
    for name in ("r0000.txt", "r0002.txt"):
        row = rows[str(folder / name)]
        found = json.loads(coherence("analyse", "--json", folder / name).out)
        assert row["rmssd_ms"] == found["markers"]["rmssd_ms"]
        assert row["coherence"] == found["markers"]["coherence"]
    assert coherence("cohort", folder, "--out", out).status == 2  # it is there already
    (folder / "empty.txt").write_text((folder / "r0000.txt").read_text())
    told = coherence("cohort", folder, "--out", out, "--resume", "--json")
    assert told.status == 0
    assert told.rows()[0]["known"] == 3
    assert [row["error"] for row in table(out)] == [None] * 4


def test_a_name_mistyped_costs_no_table_that_is_there(coherence, tmp_path):
    folder, out = some(tmp_path, 2), tmp_path / "t.parquet"
    assert coherence("cohort", folder, "--out", out).status == 0
    before = out.read_bytes()
    told = coherence("cohort", tmp_path / "recordigns*", "--out", out, "--force")
    assert told.status == 1
    assert "There is no recording in" in told.said()
    told = coherence("cohort", folder, "--out", out, "--force", "--dask", "nobody")
    assert (told.status, told.said().count("\n")) == (3, 0)  # at once, and nothing of Dask's own
    assert "No Dask scheduler answers at nobody" in told.said()
    assert out.read_bytes() == before
    assert coherence("cohort", folder, "--out", out, "--force").status == 0
    assert [row["error"] for row in table(out)] == [None] * 2


def test_a_table_is_parquet_and_named_so(coherence, tmp_path):
    told = coherence("cohort", some(tmp_path, 1), "--out", tmp_path / "t.csv")
    assert told.status == 2
    assert "t.csv: let it end in .parquet" in told.err
    assert not (tmp_path / "t.csv").exists()


def test_one_is_said_as_one(coherence, tmp_path):
    told = coherence("cohort", some(tmp_path, 1), "--out", tmp_path / "one.parquet")
    assert told.said() == f"1 recording summed up in 1 row: {tmp_path / 'one.parquet'}."


def test_usage_is_told_in_a_sentence(coherence, tmp_path):
    out = tmp_path / "t.parquet"
    for wrong in (
        ["--out", out],
        [tmp_path, "--out", out, "--step", "60"],
        [tmp_path, "--out", out, "--person", "me"],
        [tmp_path, "--out", out, "--by-step", "--window", "60"],
    ):
        assert coherence("cohort", *wrong).status == 2
    told = coherence("cohort", tmp_path, "--out", out)
    assert told.status == 1
    assert "There is no recording in" in told.said()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_and_stopped_on_the_way_every_recording_is_there_once(tmp_path):
    folder, out = some(tmp_path, MANY, 300), tmp_path / "t.parquet"
    run = started("cohort", folder, "--out", out, "--jobs", "2")
    workers = _workers(run, 2)
    _some_done(out)
    workers[0].kill()  # SIGKILL in mid-run
    time.sleep(1.0)
    os.kill(run.pid, signal.SIGINT)
    first = ended(run, 60.0)
    assert first.status == 130, first.err
    assert "--resume goes on from here" in first.err
    done = table(out)
    assert 0 < len(done) < MANY
    second = ended(started("cohort", folder, "--out", out, "--resume", "--json"), 240.0)
    assert second.status == 0, second.err
    assert second.rows()[0]["known"] == len(done)
    rows = table(out)
    assert sorted(row["file"] for row in rows) == sorted(map(str, folder.iterdir()))
    assert [row["error"] for row in rows] == [None] * MANY


@pytest.mark.slow
def test_a_worker_that_is_held_is_passed_over(tmp_path):
    folder, out = some(tmp_path, 6, 300), tmp_path / "t.parquet"
    run = started("cohort", folder, "--out", out, "--jobs", "2", "--limit", "15")
    _workers(run, 2)[0].suspend()  # SIGSTOP: it hangs and answers nothing
    told = ended(run, 120.0)
    assert told.status == 1
    assert "It took longer than 15 s" in told.err
    rows = table(out)
    assert len(rows) == 6
    assert sorted(row["error_kind"] or "" for row in rows) == [""] * 5 + ["time_limit"]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_itself_its_parts_are_whole_and_its_workers_end(tmp_path):
    folder, out = some(tmp_path, MANY, 300), tmp_path / "t.parquet"
    run = started("cohort", folder, "--out", out, "--jobs", "2")
    workers = _workers(run, 2)
    parts = _some_done(out)
    run.kill()
    run.communicate()
    _, alive = psutil.wait_procs(workers, timeout=60.0)
    assert not alive
    done = len(table(parts))
    assert done > 0
    told = ended(started("cohort", folder, "--out", out, "--resume", "--json"), 240.0)
    assert told.rows()[0]["known"] == done
    assert len(table(out)) == MANY


def _some_done(out):
    """The folder of parts, once one is there."""
    parts = out.with_name(out.name + ".parts")
    until_s = time.monotonic() + 100.0
    while not list(parts.glob("part-*")):
        assert time.monotonic() < until_s
        time.sleep(0.05)
    return parts


def _workers(run: subprocess.Popen, count: int) -> list[psutil.Process]:
    """The processes of the pool, once they are there (a helper of Python's is none)."""
    until_s = time.monotonic() + 60.0
    while time.monotonic() < until_s:
        children = psutil.Process(run.pid).children()
        found = [each for each in children if "spawn_main" in " ".join(each.cmdline())]
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError("no workers came")
