"""The same numbers from a Dask cluster of two worker processes on this computer."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import psutil
import pyarrow.parquet as pq
import pytest
from tests.cli.shell import ended, started
from tests.cohort.misbehaving import work

from coherence.cohort.cluster import ClusterError, in_cluster
from coherence.cohort.pool import Trouble

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, each a process with a nanny: the address, the processes."""
    said, log = tmp_path / "scheduler.json", (tmp_path / "log").open("wb")

    def run(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments], stdout=log, stderr=log, cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": os.getcwd()},
        )  # fmt: skip

    processes = [
        run("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(said))
    ]  # fmt: skip
    until_s = time.monotonic() + 60.0
    while not said.exists():
        assert time.monotonic() < until_s, (tmp_path / "log").read_text()
        time.sleep(0.1)
    address = json.loads(said.read_text())["address"]
    processes += [
        run("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard")
        for _ in range(2)
    ]
    yield address, processes
    for process in processes:
        every = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        for each in every:
            if each.is_running():
                each.kill()
    log.close()


def ready(processes):
    """The processes that work, once both are there."""
    until_s = time.monotonic() + 90.0
    while time.monotonic() < until_s:
        found = [
            each
            for nanny in processes[1:]
            for each in psutil.Process(nanny.pid).children()
            if "spawn_main" in " ".join(each.cmdline())
        ]
        if len(found) == 2:
            return found
        time.sleep(0.2)
    raise AssertionError("no workers came")


def recordings(data, folder):
    """The beginnings of real recordings of three sets: so long that each takes a while."""
    folder.mkdir()
    for name, lines in (
        ("rhrvbook/Chapter8/normal/nsr033_rr_secs.txt", 900),
        ("hrate_selfloops/selfloops/20170808002e.txt", 900),
        ("hrate_selfloops/sample/selfloops/20170804001r.txt", 900),
    ):
        text = (data / name).read_text(encoding="latin-1").splitlines(keepends=True)
        (folder / name.rpartition("/")[2]).write_text("".join(text[:lines]), encoding="latin-1")
    for patient in ("nsr001", "nsr004"):
        path = data / "clifford_toolbox" / "TestData" / "Physionet_nsr2db" / f"{patient}.ecg"
        (folder / path.name).write_bytes(path.read_bytes()[:1800])
        (folder / f"{patient}.hea").write_bytes(path.with_suffix(".hea").read_bytes())
    (folder / "empty.txt").touch()
    return folder


def by_file(path):
    rows = pq.read_table(path).to_pylist()
    assert len({row["file"] for row in rows}) == len(rows)
    return {row["file"]: row for row in rows}


def test_pool_cluster_and_analyse_say_the_same(data, cluster, tmp_path, coherence):
    address, processes = cluster
    ready(processes)
    folder = recordings(data, tmp_path / "recordings")
    pool, dask, shared = tmp_path / "pool.parquet", tmp_path / "dask.parquet", tmp_path / "shared"
    assert coherence("cohort", folder, "--out", pool, "--jobs", "2").status == 1  # one is empty
    told = coherence("cohort", folder, "--out", dask, "--dask", address)
    assert told.status == 1
    assert "empty.txt: the file is empty" in told.err
    url = f"file://{shared}"
    assert coherence("cohort", folder, "--out", url, "--dask", address).status == 1
    assert by_file(pool) == by_file(dask) == by_file(shared)
    again = coherence("cohort", folder, "--out", url, "--dask", address, "--resume", "--json")
    assert again.rows()[0]["known"] == 6
    for name, row in by_file(pool).items():
        if name.endswith("empty.txt"):
            continue
        found = json.loads(coherence("analyse", "--json", name).out)
        for key, value in found["markers"].items():
            if key != "artefact_pct":
                assert row[key] == value, (name, key)
        assert row["artefact_pct"] == found["artefact_pct"]
        assert row["beats"] == found["beats"]["total"]
        assert json.loads(row["reasons"]) == found["reasons"]


MANY = 100  # more than a quick machine does before it first writes


def test_a_worker_killed_in_mid_run_every_recording_is_there_once(cluster, tmp_path):
    address, processes = cluster
    folder = tmp_path / "recordings"
    folder.mkdir()
    for number in range(MANY):
        rng = np.random.default_rng(number)
        rr_ms = 800.0 + 40.0 * np.sin(np.arange(400) / 2.0) + rng.normal(0.0, 10.0, 400)
        (folder / f"{number}.txt").write_text("\n".join(f"{rr:.3f}" for rr in rr_ms))
    out = tmp_path / "t.parquet"
    workers = ready(processes)
    run = started("cohort", folder, "--out", out, "--dask", address)
    until_s = time.monotonic() + 100.0
    while not list((tmp_path / "t.parquet.parts").glob("part-*")):
        assert time.monotonic() < until_s
        time.sleep(0.05)
    workers[0].kill()
    told = ended(run, 300.0)
    assert told.status == 0, told.err
    rows = by_file(out)
    assert len(rows) == MANY
    assert [row["error"] for row in rows.values()] == [None] * MANY


def test_what_hangs_or_crashes_costs_its_own_task_only(cluster, tmp_path):
    address, processes = cluster
    ready(processes)
    killed = f"once:{tmp_path / 'killed'}"
    tasks = ["a", "hang", killed, "b", "c", "d"]
    done = {each.task: each for each in in_cluster(work, tasks, address, limit_s=15.0)}
    assert sorted(done) == sorted(tasks)
    assert done["hang"].trouble is Trouble.TIME_LIMIT
    assert [done[task].result for task in ("a", "b", "c", "d")] == ["A", "B", "C", "D"]
    assert done[killed].result == killed.upper()


def test_the_command_passes_over_what_takes_too_long(data, cluster, tmp_path, coherence):
    address, processes = cluster
    ready(processes)
    folder = tmp_path / "recordings"
    folder.mkdir()
    for number in range(3):
        rr_ms = 800.0 + 40.0 * np.sin(np.arange(200) / 2.0) + number
        (folder / f"{number}.txt").write_text("\n".join(f"{rr:.3f}" for rr in rr_ms))
    day = data / "rhrvbook" / "Chapter8" / "normal" / "nsr033_rr_secs.txt"
    (folder / "day.txt").write_bytes(day.read_bytes())  # 80,000 windows: minutes
    out = tmp_path / "t.parquet"
    told = coherence(
        "cohort", folder, "--window", "60", "--step", "1", "--out", out, "--dask", address,
        "--limit", "20", "--json",
    )  # fmt: skip
    assert told.status == 1
    assert told.rows()[0]["errors"] == {"time_limit": 1}
    rows = pq.read_table(out).to_pylist()
    (lost,) = (row for row in rows if row["error"])
    assert lost["file"].endswith("day.txt")
    assert "longer than 20 s" in lost["error"]
    counted = {row["file"]: row["window"] for row in rows if not row["error"]}
    assert len(counted) == 3
    assert set(counted.values()) == {int(sum(1 for row in rows if not row["error"]) / 3) - 1}


def test_no_cluster_is_told_in_a_sentence():
    with pytest.raises(ClusterError, match="No Dask scheduler answers at"):
        list(in_cluster(work, ["a"], "tcp://127.0.0.1:9", limit_s=5.0))
