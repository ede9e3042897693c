"""Windows of long recordings: in pieces as at once, and in no more memory for a week than a day."""

import json
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from tests.cohort.at_once import told, told_at_once

from coherence.analysis.beat_log import BeatLog
from coherence.cohort.columns import COLUMNS
from coherence.cohort.one import rows_of
from coherence.cohort.outcome import FEW, outcome_of
from coherence.cohort.parts import Parts
from coherence.cohort.sources import task_of
from coherence.cohort.task import Asked
from coherence.cohort.windows import in_windows
from coherence.model import Beat, JudgedBeat, Verdict
from coherence.reports.any_file import held_in


def written(path, beats, seed=1, pauses=0):
    """A heart in ticks of 1/1024 s: breath, drift, and 1 % of it split, run together or lost."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(beats) * 0.864
    rr_s = 0.864 + 0.03 * np.sin(2 * np.pi * t_s / 4.3) + 0.02 * np.sin(2 * np.pi * t_s / 10.6)
    rr_s += 0.06 * np.sin(2 * np.pi * t_s / 5400.0) + rng.normal(0.0, 0.012, beats)
    odd = rng.choice(beats, beats // 100, replace=False)
    rr_s[odd] *= rng.choice((0.55, 1.9), len(odd))
    rr_s = np.rint(rr_s * 1024) / 1024
    times_s = np.cumsum(rr_s)
    for at in rng.choice(beats, pauses, replace=False).tolist():
        times_s[at:] += rng.uniform(2.0, 400.0)
    lines = [f"{t:.3f},{1000.0 * rr:.3f}" for t, rr in zip(times_s, rr_s, strict=True)]
    path.write_text("time_s,rr_ms\n" + "\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(("window_s", "step_s"), [(300.0, 300.0), (64.0, 21.0), (900.0, 450.0)])
def test_in_pieces_windows_say_what_they_say_at_once(tmp_path, window_s, step_s):
    path = written(tmp_path / "hours.csv", 11_000, pauses=12)

    pieces = list(in_windows(held_in(path).arrivals, window_s, step_s, plain=True))
    assert told(pieces) == told_at_once(held_in(path).arrivals, pieces)
    assert len(pieces) > 10


def test_many_rows_travel_as_a_part_of_the_table(tmp_path):
    path = written(tmp_path / "long.csv", 3 * FEW)
    task, asked = task_of(str(path)), Asked(5.0, 2.0)
    rows = list(rows_of(task, asked))
    assert len(rows) > FEW
    parts = Parts(tmp_path / "t.parquet", asked)
    spooled, carried = outcome_of(task, asked, parts.folder), outcome_of(task, asked)
    assert spooled.rows == carried.rows == ()
    assert spooled.count == carried.count == len(rows)
    left = outcome_of(task, asked, parts.folder)  # of a worker that is ended before it is taken
    parts.add(spooled)
    parts.add(carried)
    assert parts.merge() == len(rows)  # twice the same recording: once in the table
    assert not parts.folder.exists(), left.path
    pq = pytest.importorskip("pyarrow.parquet")
    back = pq.read_table(parts.out).to_pylist()
    names = [name for name, _ in COLUMNS]
    assert back == [{name: row.get(name) for name in names} for row in rows]
    assert json.loads(back[0]["reasons"])


def test_a_log_forgets_what_came_first_and_goes_on():
    log = BeatLog()
    beats = [
        JudgedBeat(i, Beat(0.8 * (i + 1), 800.0 + i, 0), Verdict.NORMAL, 0) for i in range(3000)
    ]
    log.extend(beats[:2000])
    log.forget(1500)
    assert len(log) == 2000
    assert len(log.series()) == 500
    assert log.judged[1700] == beats[1700]
    log.extend(beats[1990:])  # judged again, and then further
    assert log.judged[1500:] == beats[1500:]
    assert log.series().rr_ms[0] == 2300.0
    with pytest.raises(IndexError, match="1499"):
        log.at(1499, 1501)
    with pytest.raises(ValueError, match="cannot follow"):
        log.put(beats[100])


@pytest.mark.slow
def test_a_row_of_a_long_recording_holds_little_more_than_its_beats(tmp_path):
    def peak(beats):
        task = task_of(str(written(tmp_path / f"{beats}.csv", beats)))
        tracemalloc.start()
        (row,) = rows_of(task, Asked())
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert row["beats"] == beats
        return most

    few, more = 8_000, 16_000
    peak(few)  # what is made once
    assert (peak(more) - peak(few)) / (more - few) < 600  # bytes a beat


A_DAY = 100_000  # beats
HELD = """
import resource, sys
from pathlib import Path
from coherence.cohort.outcome import outcome_of
from coherence.cohort.sources import task_of
from coherence.cohort.task import Asked
done = outcome_of(task_of(sys.argv[1]), Asked(300.0, 240.0), Path(sys.argv[2]))
print(done.count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_many_days_take_hardly_more_memory_than_one(tmp_path):
    many = 7 if os.environ.get("COHERENCE_LONG") else 4

    def held(days):
        path = written(tmp_path / f"{days}.csv", days * A_DAY, pauses=3 * days)
        said = subprocess.run(
            [sys.executable, "-c", HELD, path, tmp_path / "spool"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        rows, most_kib = map(int, said.stdout.split())
        assert rows > 300 * days
        return most_kib

    assert held(many) < 1.2 * held(1)
