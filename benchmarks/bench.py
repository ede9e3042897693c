"""Ours beside what anyone would pick instead: one table, one run, interleaved rounds.

    python benchmarks/bench.py [--rounds 5] [--full] [--json] [--only KEY ...]

Each library runs in a process of its own (and, where its pins clash with ours, in an environment
of its own, made at first use); rounds go A B C A B C, one thread each. Read ratios, not
microseconds. A library that is missing or fails is named with its error.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from peers.environments import HERE, PEERS, Peer, PeerMissing, python_of
from rich.console import Console
from rich.table import Table

OURS, NEUROKIT = "coherence", "neurokit2"
BEATS_A_DAY = 100_000
LIMIT_S, FULL_S = 25.0, 300.0  # that a library may take for an answer
FIRST_S = {"64 s": 66.0, "300 s": 306.0, "5 min": 300.0}
IMPORTS = {OURS: "import coherence.analysis.markers", NEUROKIT: "import neurokit2"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of work that all libraries are given."""

    key: str
    label: str
    job: str
    beats: str
    calls: int  # in a round
    pause_s: float = 0.0
    rounds: int | None = None  # unless as asked
    goal: str = ""
    gate: float | None = None  # neurokit2's time over ours
    only_full: bool = False
    per: int = 1  # units of work in one call


ROWS = (
    Row("64-hot", "15 live numbers, 64 s, hot", "fifteen", "64 s", 20, goal="1", gate=50),
    Row("64-cold", "… one call per 20 ms", "fifteen", "64 s", 12, 0.02, goal="1", gate=20),
    Row("300-hot", "15 live numbers, 300 s, hot", "fifteen", "300 s", 15, goal="2", gate=40),
    Row("300-cold", "… one call per 20 ms", "fifteen", "300 s", 10, 0.02, goal="2", gate=20),
    Row("64-all", "every live marker, 64 s; nk public", "update", "64 s", 10, goal="3", gate=200),
    Row(
        "64-all-cold", "… one call per 20 ms", "update", "64 s", 8, 0.02, goal="3", gate=200,
    ),
    Row(
        "300-all", "every live marker, 300 s; nk public", "update", "300 s", 5, rounds=2,
        goal="3", gate=1000,
    ),
    Row("5min", "5-minute recording, judged, whole set", "recording", "5 min", 3),
    Row(
        "day", "24 h, judged, whole set", "recording", "day with artefacts", 1, rounds=1,
        goal="6", gate=30,
    ),
    Row(
        "day-windows", "24 h, 64 s every 5 s: one of them (from 25 min)", "windows", "25 min", 1,
        rounds=2, goal="4", gate=400, per=287,
    ),
    Row(
        "artefacts", "24 h, 1 % artefacts: verdicts; nk detection", "artefacts",
        "day with artefacts", 1, rounds=3, goal="7", gate=4,
    ),
    Row(
        "corrected", "… nk full correction", "corrected", "day with artefacts", 1, rounds=1,
        goal="7", gate=20, only_full=True,
    ),
    Row("spectrum", "5-minute spectrum (HeartPy)", "spectrum", "5 min", 1, rounds=1),
)  # fmt: skip


@dataclass(slots=True)
class Worker:
    """A library's process."""

    peer: Peer
    process: subprocess.Popen[str] | None = None
    version: str = ""
    trouble: str = ""
    mended: str = ""

    def start(self) -> None:
        try:
            python, self.mended = python_of(self.peer)
        except PeerMissing as error:
            self.trouble = str(error)
            return
        self.process = subprocess.Popen(
            [python, str(HERE / "worker.py"), self.peer.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        said = self._heard()
        self.version = said.get("version", "")
        self.trouble = said.get("error", "" if said else "its process ended")
        if self.trouble:
            self.stop()

    def ask(self, limit_s: float, **order: object) -> dict:
        """Give an order; where there is no answer in time, say so and begin a new process."""
        if self.process is None:
            return {"error": self.trouble}
        limit = threading.Timer(limit_s, self.process.kill)
        limit.start()
        try:
            said = self._order(order)
        finally:
            limit.cancel()
        if self.process.poll() is not None:
            self.process = None
            self.start()
            return {"error": f"no answer within {limit_s:.0f} s"}
        return said

    def _order(self, order: dict) -> dict:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        said = self._heard()
        if not said:
            self.process.wait()
        return said

    def _heard(self) -> dict:
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}

    def stop(self) -> None:
        if self.process is not None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait()
            self.process = None


@dataclass(slots=True)
class Timing:
    """One library at one line of work, seconds per unit: the median of each round."""

    rounds: list[float] = field(default_factory=list)
    least: float = float("inf")
    values: dict[str, float] = field(default_factory=dict)
    error: str = ""
    peak_mb: float = 0.0


# --- what they are given --------------------------------------------------------------------------


def day(seed: int = 7) -> np.ndarray:
    """24 h of intervals in ticks of 1/1024 s: breath, six a minute, drift of a day and noise."""
    rng = np.random.default_rng(seed)
    n = BEATS_A_DAY
    slow = np.cumsum(rng.normal(0.0, 1.0, n))
    slow -= np.convolve(slow, np.ones(801) / 801, mode="same")
    t_s = np.cumsum(np.full(n, 0.85))
    breath = np.cumsum(rng.normal(0.25, 0.02, n)) * 2 * np.pi * 0.85
    rr_ms = 864.0 + 60.0 * np.sin(2 * np.pi * t_s / 86400.0)
    rr_ms += 25.0 * np.sin(breath) + 20.0 * np.sin(2 * np.pi * 0.1 * t_s) + 1.5 * slow
    rr_ms += rng.normal(0.0, 8.0, n)
    return np.rint(np.clip(rr_ms, 400.0, 1600.0) * 1.024) / 1.024


def with_artefacts(rr_ms: np.ndarray, share: float = 0.01, seed: int = 8) -> np.ndarray:
    """Missed, extra and ectopic beats, a third of ``share`` each."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.choice(np.arange(20, len(rr_ms) - 20, 8), int(len(rr_ms) * share), False))
    kinds = rng.integers(0, 3, len(at))
    out: list[float] = []
    before = 0
    for i, kind in zip(at.tolist(), kinds.tolist(), strict=True):
        out += rr_ms[before:i].tolist()
        a, b = float(rr_ms[i]), float(rr_ms[i + 1])
        match kind:
            case 0:
                out += [a + b]
            case 1:
                out += [0.4 * a, 0.6 * a, b]
            case _:
                out += [0.7 * a, b + 0.3 * a]
        before = i + 2
    return np.array(out + rr_ms[before:].tolist())


def first(rr_ms: np.ndarray, span_s: float) -> np.ndarray:
    return rr_ms[: int(np.searchsorted(np.cumsum(rr_ms) / 1000.0, span_s)) + 1]


def recordings(folder: Path) -> dict[str, str]:
    whole = day()
    made = {key: first(whole, span_s) for key, span_s in FIRST_S.items()}
    made |= {"25 min": first(whole, 1505.0), "day with artefacts": with_artefacts(whole)}
    paths = {}
    for key, rr_ms in made.items():
        paths[key] = str(folder / f"{key.replace(' ', '-')}.npy")
        np.save(paths[key], rr_ms)
    return paths


# --- measuring ------------------------------------------------------------------------------------


def measured(
    row: Row, workers: list[Worker], beats: str, rounds: int, limit_s: float
) -> dict[str, Timing]:
    found = {worker.peer.name: Timing() for worker in workers}
    for _ in range(row.rounds or rounds):
        for worker in workers:
            timing = found[worker.peer.name]
            if timing.error:
                continue
            said = worker.ask(
                limit_s, job=row.job, beats=beats, calls=row.calls, pause_s=row.pause_s
            )
            if "seconds" not in said:
                timing.error = "has none" if said.get("absent") else said["error"]
                continue
            seconds = [second / row.per for second in said["seconds"]]
            timing.rounds.append(median(seconds))
            timing.least = min(timing.least, *seconds)
            timing.values, timing.peak_mb = said["values"], said["peak_mb"]
    return found


def ratios(theirs: Timing, ours: Timing) -> list[float]:
    return [a / b for a, b in zip(theirs.rounds, ours.rounds, strict=False)]


def imports(rounds: int) -> dict[str, list[tuple[float, float]]]:
    """(seconds, MB) of an import in a fresh process, interleaved."""
    code = (
        "import time; t = time.perf_counter()\n{}\nt = time.perf_counter() - t\n"
        "import resource; print(t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in IMPORTS}
    for _ in range(rounds):
        for name, statement in IMPORTS.items():
            command = [sys.executable, "-W", "ignore", "-c", code.format(statement)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                seconds, mb = map(float, done.stdout.split())
                found[name].append((seconds, mb))
    return found


# --- telling --------------------------------------------------------------------------------------


def duration(seconds: float) -> str:
    if seconds < 0.1:
        return f"{1e6 * seconds:,.0f} us" if seconds < 0.01 else f"{1e3 * seconds:.1f} ms"
    return f"{1e3 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def print_table(results: dict[str, dict[str, Timing]], workers: list[Worker]) -> None:
    table = Table("work", "library", title="time of one piece of work; ratio: theirs over ours")
    for column in ("median", "least", "spread", "ratio", "of least", "numbers", "goal"):
        table.add_column(column, justify="right")
    rows = {row.key: row for row in ROWS}
    for key, found in results.items():
        row, ours = rows[key], found[OURS]
        label: str = row.label
        for name, timing in found.items():
            if not timing.rounds:
                if timing.error != "has none":
                    table.add_row(label, name, f"[dim]{timing.error}[/dim]")
                    label = ""
                continue
            middle = median(timing.rounds)
            against = ratios(timing, ours) if name != OURS else []
            ratio = f"{median(against):,.1f}x" if against else ""
            goal = ""
            if name == NEUROKIT and against and row.gate is not None:
                word = "reached" if median(against) >= row.gate else "not reached"
                goal = f">= {row.gate:g}x: {word}"
            table.add_row(
                label,
                name,
                duration(middle),
                duration(timing.least),
                f"{max(timing.rounds) / min(timing.rounds):.2f}",
                ratio,
                f"{timing.least / ours.least:,.1f}x" if against else "",
                str(len(timing.values)),
                goal,
            )
            label = ""
        table.add_section()
    Console(width=None if sys.stdout.isatty() else 150).print(table)
    for worker in workers:
        said = worker.trouble or worker.mended
        print(f"{worker.peer.name} {worker.version}{': ' + said if said else ''}")


def print_imports(found: dict[str, list[tuple[float, float]]]) -> None:
    if not all(found.values()):
        print("imports could not be timed")
        return
    for name, readings in found.items():
        seconds, mb = (median(column) for column in zip(*readings, strict=True))
        print(f"{IMPORTS[name]}: {1e3 * seconds:.0f} ms, {mb:.0f} MB")
    pairs = list(zip(found[NEUROKIT], found[OURS], strict=True))
    print(
        f"goal 9: time {median(a[0] / b[0] for a, b in pairs):.1f}x (>= 8x), "
        f"memory {median(a[1] / b[1] for a, b in pairs):.1f}x (>= 5x)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="what takes minutes too")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=[row.key for row in ROWS])
    asked = parser.parse_args()
    began_s = time.monotonic()
    workers = [Worker(peer) for peer in PEERS]
    results: dict[str, dict[str, Timing]] = {}
    with tempfile.TemporaryDirectory() as folder:
        beats = recordings(Path(folder))
        try:
            for worker in workers:
                worker.start()
            for row in ROWS:
                if row.key in (asked.only or [row.key]) and (asked.full or not row.only_full):
                    print(f"… {row.label}", file=sys.stderr)
                    path, limit_s = beats[row.beats], FULL_S if asked.full else LIMIT_S
                    results[row.key] = measured(row, workers, path, asked.rounds, limit_s)
        finally:
            for worker in workers:
                worker.stop()
    imported = {} if asked.only else imports(3)
    if asked.json:
        said = {
            key: {
                name: {
                    "median_s": median(t.rounds) if t.rounds else None,
                    "rounds_s": t.rounds,
                    "ratio": median(ratios(t, found[OURS])) if t.rounds else None,
                    "error": t.error,
                    "values": t.values,
                }
                for name, t in found.items()
            }
            for key, found in results.items()
        }
        print(json.dumps({"work": said, "imports": imported}))
        return
    print_table(results, workers)
    if imported:
        print_imports(imported)
    print("goals 11 to 14, the window: benchmarks/frames.py. Goal 8: tests/perf.")
    print(f"took {time.monotonic() - began_s:.0f} s")


if __name__ == "__main__":
    main()
