"""How many recordings `coherence cohort` sums up in a second, in how much memory.

    python -m benchmarks.cohort [--days 8] [--recordings 2000] [--json]

1. Days (100,000 beats of 24 h) in windows of five minutes: one process and two, and NeuroKit2 on
   windows of the same day.
2. Recordings of ten minutes: the rate, and the memory of all processes together on the way.
3. The same through a Dask cluster of two processes on this computer: what Dask adds.

The clock runs from the first small recording that is done before: starting a process costs some
seconds once. Beside the time that passes stands the time of processors, of all processes together:
neighbours disturb that less.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
import warnings
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import psutil

from coherence.cohort.parts import Parts
from coherence.cohort.run import summed_up
from coherence.cohort.sources import task_of
from coherence.cohort.task import Asked, Task

MIB = 2**20
FIVE = Asked(window_s=300.0)
DAY_S, TEN_MINUTES_S = 86_400.0, 600.0
NK_WINDOWS = 12  # measured; the rest of a day is taken to cost the same


def written(folder: Path, name: str, seconds: float, seed: int) -> Task:
    """A heart in ticks of 1/1024 s, with 1 % of its intervals split or run together."""
    rng = np.random.default_rng(seed)
    n = int(seconds / 0.864)
    t_s = np.arange(n) * 0.864
    rr_s = 0.864 + 0.03 * np.sin(2 * np.pi * t_s / 4.3) + 0.02 * np.sin(2 * np.pi * t_s / 10.6)
    rr_s += 0.06 * np.sin(2 * np.pi * t_s / 5400.0) + rng.normal(0.0, 0.012, n)
    odd = rng.choice(n, n // 100, replace=False)
    rr_s[odd] *= rng.choice((0.55, 1.9), len(odd))
    path = folder / f"{name}.txt"
    path.write_text("\n".join(f"{rr:.3f}" for rr in np.rint(rr_s * 1024) / 1.024) + "\n")
    return task_of(str(path))


@dataclass
class Cost:
    passed_s: float
    cpu_s: float  # of all processes together
    most_mib: list[tuple[int, float]]  # held at once, by how many recordings were done


class Watch:
    """The most that this process and all below it held at once, and what they cost."""

    def __init__(self) -> None:
        self.most_mib, self._cpu_s, self._over = 0.0, dict[int, float](), threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        own, over = psutil.Process(), False
        while not over:
            over = self._over.wait(0.1)
            held = 0
            for each in (own, *own.children(recursive=True)):
                try:
                    held += each.memory_info().rss
                    self._cpu_s[each.pid] = sum(each.cpu_times()[:2])
                except psutil.Error:
                    continue  # it has just ended
            self.most_mib = max(self.most_mib, held / MIB)

    def cpu_s(self) -> float:
        return sum(self._cpu_s.copy().values())

    def end(self) -> None:
        self._over.set()
        self._thread.join()


def timed(
    warm: list[Task], tasks: list[Task], out: Path, jobs: int, address: str | None = None
) -> Cost:
    """What ``tasks`` cost once each process is warm."""
    watch, cost = Watch(), Cost(0.0, 0.0, [])
    done = 0

    def told(task: Task, rows: object) -> None:
        nonlocal done
        if not done:  # another process may still be starting: that counts
            cost.passed_s, cost.cpu_s = time.perf_counter(), watch.cpu_s()
        done += 1
        if done % max(1, len(tasks) // 4) == 0:
            cost.most_mib.append((done, round(watch.most_mib, 1)))

    parts = Parts(out, FIVE)
    finished = summed_up(
        chain(warm, tasks), FIVE, jobs=jobs, address=address, folder=parts.folder, limit_s=900.0
    )
    for task, outcome in finished:
        assert "error" not in outcome.head, outcome.head
        parts.add(outcome)
        told(task, outcome)
        if done == len(warm) + len(tasks):  # before the processes are ended
            cost.passed_s = time.perf_counter() - cost.passed_s
            time.sleep(0.3)
            cost.cpu_s = watch.cpu_s() - cost.cpu_s
    parts.merge()
    watch.end()
    return cost


def neurokit_s(path: Path) -> float:
    """CPU seconds of NeuroKit2's public functions for the windows of a day, from some of them."""
    import neurokit2 as nk

    rr_ms = np.loadtxt(path)
    ends = np.cumsum(rr_ms)
    begun_s = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(NK_WINDOWS):
            inside = (ends > 300e3 * number) & (ends <= 300e3 * (number + 1))
            peaks = np.cumsum(rr_ms[inside]).astype(int)
            nk.hrv_time(peaks, sampling_rate=1000)
            nk.hrv_frequency(peaks, sampling_rate=1000, interpolation_rate=4, normalize=False)
            nk.hrv_nonlinear(peaks, sampling_rate=1000)
    return (time.process_time() - begun_s) / NK_WINDOWS * 288


def ours_s(task: Task) -> float:
    """CPU seconds of ours for the same day: reading, judging and all markers of each window."""
    from coherence.cohort.one import rows_of

    begun_s = time.process_time()
    list(rows_of(task, FIVE))
    return time.process_time() - begun_s


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--days", type=int, default=8)
    asked.add_argument("--recordings", type=int, default=2000)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    said: dict[str, object] = {"load": psutil.getloadavg()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warm = [written(folder, f"warm{i}", TEN_MINUTES_S, 900 + i) for i in range(2)]
        days = [written(folder, f"day{i}", DAY_S, i) for i in range(options.days)]
        one = timed(warm[:1], days, folder / "one.parquet", 1)
        two = timed(warm, days, folder / "two.parquet", 2)
        said["days"] = {
            "a_second_on_one_core": options.days / one.passed_s,
            "a_second_on_two": options.days / two.passed_s,
            "two_over_one": one.passed_s / two.passed_s,
            "cpu_s_a_day": [one.cpu_s / options.days, two.cpu_s / options.days],
            "two_over_one_by_processor_time": 2.0 * one.cpu_s / two.cpu_s,
            "most_mib": two.most_mib[-1][1],
        }
        ours, theirs = ours_s(days[0]), neurokit_s(Path(days[0].name))
        said["a_day_in_cpu_s"] = {
            "ours": ours, "neurokit2_extrapolated": theirs, "ratio": theirs / ours,
        }  # fmt: skip
        short = [written(folder, f"r{i}", TEN_MINUTES_S, i) for i in range(options.recordings)]
        pool = timed(warm, short, folder / "short.parquet", 2)
        said["ten_minutes"] = {
            "recordings": options.recordings,
            "a_second_on_two_cores": options.recordings / pool.passed_s,
            "cpu_ms_each": 1000.0 * pool.cpu_s / options.recordings,
            "most_mib_by_recordings_done": pool.most_mib,
        }
        said["dask"] = by_dask(warm, short, folder, pool)
    print(json.dumps(said) if options.json else json.dumps(said, indent=2))


def by_dask(warm: list[Task], short: list[Task], folder: Path, pool: Cost) -> dict[str, float]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        cost = timed(warm, short, folder / "dask.parquet", 2, cluster.scheduler_address)
    return {
        "a_second": len(short) / cost.passed_s,
        "passed_over_the_pool": cost.passed_s / pool.passed_s,
        "cpu_ms_each": 1000.0 * cost.cpu_s / len(short),
        "added_cpu_ms_each": 1000.0 * (cost.cpu_s - pool.cpu_s) / len(short),
    }


if __name__ == "__main__":
    main()
