"""Windows of long recordings: in pieces as at once, and in no more memory for a week than a day."""

import json
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from tests.cohort.at_once import told, told_at_once
from tests.cohort.strap_session import recorded, strap_session

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
from coherence.reports.session_json import lines_of


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
    assert (peak(more) - peak(few)) / (more - few) < 420  # bytes a beat


A_DAY = 100_000  # beats
HELD = """
import sys
from pathlib import Path
from coherence.cohort.outcome import outcome_of
from coherence.cohort.sources import task_of
from coherence.cohort.task import Asked
asked = Asked(float(sys.argv[3]), float(sys.argv[3]), rate_hz=float(sys.argv[4]) or None)
done = outcome_of(task_of(sys.argv[1]), asked, Path(sys.argv[2]))
status = Path("/proc/self/status").read_text()  # ru_maxrss begins with what the parent held
print(done.count, next(line.split()[1] for line in status.splitlines() if "VmHWM" in line))
"""
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the most it held")


def held_mib(path, window_s, rate_hz=0.0):
    """The most that a process of its own holds, and how many rows it tells."""
    said = subprocess.run(
        [sys.executable, "-c", HELD, path, path.parent / "spool", str(window_s), str(rate_hz)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows, most_kib = map(int, said.stdout.split())
    return most_kib / 1024, rows


@on_linux
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_many_days_take_hardly_more_memory_than_one(tmp_path):
    many = 7 if os.environ.get("COHERENCE_LONG") else 4

    def held(days):
        path = written(tmp_path / f"{days}.csv", days * A_DAY, pauses=3 * days)
        most_mib, rows = held_mib(path, 120.0)
        assert rows > 600 * days > FEW  # so many are written to a file, which takes more itself
        return most_mib

    assert held(many) < 1.2 * held(1)


def array(path, days):
    np.save(path, intervals_ms(days))


def annotation(path, days):
    steps = np.rint(intervals_ms(days) / 4).astype(int)
    path.write_bytes(np.append((1 << 10) | steps, 0).astype("<u2").tobytes())
    path.with_suffix(".hea").write_text("day 1 250\n")


def odd_text(path, days):
    path.write_text("\n".join([*map(str, intervals_ms(days).tolist()), "end of recording"]))


def of_a_strap(path, days):
    seconds = int(days * 86_400)
    came = strap_session(seconds)
    path.write_text("".join(lines_of(recorded(float(seconds)), came)))


def ecg(path, days):
    at = np.cumsum(intervals_ms(days)) * 0.13
    samples = np.random.default_rng(3).normal(0.0, 9.0, int(at[-1]) + 130).astype(np.float32)
    samples[at.astype(int)] += 1000.0
    np.save(path, samples)


def intervals_ms(days):
    n = np.arange(int(days * A_DAY))
    return np.rint(864 + 30 * np.sin(n / 5) + np.random.default_rng(2).normal(0.0, 12.0, len(n)))


@on_linux
@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("name", "write", "days", "rate_hz"),
    [
        ("row.npy", array, (0.5, 2.0), 0.0),
        ("day.qrs", annotation, (0.5, 2.0), 0.0),
        ("odd.txt", odd_text, (0.5, 2.0), 0.0),
        ("session.json", of_a_strap, (0.2, 0.8), 0.0),
        ("ecg.npy", ecg, (0.1, 0.4), 130.0),
    ],
)
def test_four_times_as_long_takes_no_more_memory(tmp_path, name, write, days, rate_hz):
    held = []
    for length in days:
        write(tmp_path / name, length)
        most_mib, rows = held_mib(tmp_path / name, 3600.0, rate_hz)
        assert rows >= 23 * length - 1
        held.append(most_mib)
    assert held[1] < held[0] + 4.0, held
