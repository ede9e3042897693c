"""Ours beside what anyone would pick instead: one table, one run, interleaved rounds.

    python -m benchmarks.bench [--rounds 5] [--full] [--json] [--only KEY ...]

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
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from day import recordings
from peers.environments import PEERS
from peers.processes import Worker
from rich.console import Console
from rich.table import Table

OURS, NEUROKIT = "coherence", "neurokit2"
LIMIT_S, FULL_S = 40.0, 400.0  # that a library may take for an answer
IMPORTS = {OURS: "import coherence.analysis.markers", NEUROKIT: "import neurokit2"}
MACHINE = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of work that all libraries are given."""

    key: str
    label: str
    job: str
    beats: str
    calls: int  # in a round
    pause_s: float = 0.0
    rounds: int | None = None  # at most
    goal: str = ""
    gate: float | None = None  # NeuroKit2's time over ours; of ours alone see `own`
    own: str = ""  # the number of ours that the gate is for
    only_full: bool = False


COLD_S = 0.02
ROWS = (
    Row("64-hot", "15 numbers, 64 s, hot", "fifteen", "64 s", 20, goal="1", gate=50),
    Row("64-cold", "… one call per 20 ms", "fifteen", "64 s", 12, COLD_S, goal="1", gate=20),
    Row("300-hot", "15 numbers, 300 s, hot", "fifteen", "300 s", 15, goal="2", gate=40),
    Row("300-cold", "… one call per 20 ms", "fifteen", "300 s", 10, COLD_S, goal="2", gate=20),
    Row("64-guided", "15 numbers, 64 s, hot, with a guide", "guided", "64 s", 20),
    Row("64-public", "15 numbers, 64 s; nk public", "public", "64 s", 10, goal="3", gate=200),
    Row("300-public", "15 numbers, 300 s; nk public", "public", "300 s", 5, goal="3", gate=1000),
    Row("64-all", "every live marker, 64 s; nk public", "update", "64 s", 10),
    Row("300-all", "every live marker, 300 s; nk public", "update", "300 s", 5, rounds=3),
    Row("5min", "5-minute recording, judged, whole set", "recording", "5 min", 3),
    Row(
        "windows", "24 h, 64 s every 5 s, 15 numbers: one of them", "windows", "day", 1,
        rounds=3, goal="4", gate=400,
    ),
    Row(
        "windows-artefacts", "… with 1 % artefacts", "windows", "day with artefacts", 1, rounds=2
    ),
    Row(
        "beats", "24 h, at every beat, 64 s, 15 numbers", "every_beat", "day", 1, rounds=3,
        goal="5", gate=100_000, own="beats_per_s",
    ),
    Row(
        "cores", "… by two processes", "two_cores", "day", 1, rounds=2, goal="5", gate=1.6,
        own="times_as_quick",
    ),
    Row("day", "24 h, one set of 15 numbers", "fifteen", "day", 2, rounds=3, goal="6", gate=30),
    Row(
        "day-judged", "24 h, judged, whole set", "recording", "day with artefacts", 1, rounds=2
    ),
    Row(
        "artefacts", "24 h, 1 % artefacts: verdicts; nk detection", "artefacts",
        "day with artefacts", 1, rounds=5, goal="7", gate=4,
    ),
    Row(
        "corrected", "… nk full correction", "corrected", "day with artefacts", 1, rounds=1,
        goal="7", gate=20,
    ),
    Row(
        "hours", "an update in hour 8 over one in hour 0", "hours", "day", 1, rounds=3, goal="8",
        gate=1.15, own="times_the_cost",
    ),
    Row(
        "memory", "memory of a session of 8 h, MB", "memory", "day", 1, rounds=1, goal="8",
        gate=10, own="mb",
    ),
    Row(
        "analyse", "`coherence analyse` of a whole day", "analyse", "day with artefacts", 1,
        rounds=1, only_full=True,
    ),
    Row("spectrum", "5-minute spectrum (HeartPy)", "spectrum", "5 min", 1, rounds=1),
)  # fmt: skip
AT_MOST = {"hours", "memory"}  # gates of what is to be small


@dataclass(slots=True)
class Timing:
    """One library at one line of work, seconds per unit: the median of each round."""

    rounds: list[float] = field(default_factory=list)
    least: float = float("inf")
    values: dict[str, float] = field(default_factory=dict)
    own: list[float] = field(default_factory=list)
    error: str = ""


@dataclass(slots=True)
class Goal:
    """A gate and what was reached."""

    goal: str
    label: str
    gate: float
    reached: float
    at_most: bool = False

    @property
    def word(self) -> str:
        good = self.reached <= self.gate if self.at_most else self.reached >= self.gate
        return "reached" if good else "not reached"

    @property
    def told(self) -> str:
        sign = "<=" if self.at_most else ">="
        return f"{self.reached:,.4g} ({sign} {self.gate:,g}: {self.word})"


# --- measuring ------------------------------------------------------------------------------------


def measured(
    row: Row, workers: list[Worker], beats: str, rounds: int, limit_s: float
) -> dict[str, Timing]:
    found = {worker.peer.name: Timing() for worker in workers}
    for _ in range(min(rounds, row.rounds or rounds)):
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
            timing.values = said["values"]
            per = timing.values.get("windows", 1)  # a job says of how many its time is
            seconds = [second / per for second in said["seconds"]]
            timing.rounds.append(median(seconds))
            timing.least = min(timing.least, *seconds)
            if row.own and row.own in timing.values:
                timing.own.append(timing.values[row.own])
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


def goals(
    results: dict[str, dict[str, Timing]], imported: dict[str, list[tuple[float, float]]]
) -> list[Goal]:
    """Each gate there is, and the median that was reached."""
    found = []
    for row in ROWS:
        if row.gate is None or row.key not in results:
            continue
        ours, theirs = results[row.key][OURS], results[row.key].get(NEUROKIT, Timing())
        if row.own and ours.own:
            reached = median(ours.own)
        elif not row.own and ours.rounds and theirs.rounds:
            reached = median(ratios(theirs, ours))
        else:
            continue
        found.append(Goal(row.goal, row.label, row.gate, reached, row.key in AT_MOST))
    if all(imported.values()) and imported:
        pairs = list(zip(imported[NEUROKIT], imported[OURS], strict=True))
        for i, (label, gate) in enumerate((("time", 8.0), ("memory", 5.0))):
            reached = median(a[i] / b[i] for a, b in pairs)
            found.append(Goal("9", f"import of our markers: {label}", gate, reached))
    return found


# --- telling --------------------------------------------------------------------------------------


def duration(seconds: float) -> str:
    if seconds < 0.1:
        return f"{1e6 * seconds:,.0f} us" if seconds < 0.01 else f"{1e3 * seconds:.1f} ms"
    return f"{1e3 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 150)


def print_work(results: dict[str, dict[str, Timing]], workers: list[Worker]) -> None:
    table = Table("work", "library", title="time of one piece of work; ratio: theirs over ours")
    for column in ("median", "least", "spread", "ratio", "of least", "numbers"):
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
            against = ratios(timing, ours) if name != OURS and ours.rounds else []
            table.add_row(
                label,
                name,
                duration(median(timing.rounds)),
                duration(timing.least),
                f"{max(timing.rounds) / min(timing.rounds):.2f}",
                f"{median(against):,.1f}x" if against else "",
                f"{timing.least / ours.least:,.1f}x" if against else "",
                str(sum(key != "windows" for key in timing.values)),
            )
            label = ""
        table.add_section()
    console().print(table)
    for worker in workers:
        said = worker.trouble or worker.mended
        print(f"{worker.peer.name} {worker.version}{': ' + said if said else ''}")


def print_goals(found: list[Goal]) -> None:
    table = Table("goal", "what", "gate", "reached", "", title="goals, NeuroKit2's time over ours")
    for each in found:
        sign = "<=" if each.at_most else ">="
        shade = "" if each.word == "reached" else "bold"
        reached = f"{each.reached:,.4g}"
        table.add_row(
            each.goal, each.label, f"{sign} {each.gate:,g}", reached, each.word, style=shade
        )
    console().print(table)


def as_json(
    results: dict[str, dict[str, Timing]],
    imported: dict[str, list[tuple[float, float]]],
    found: list[Goal],
) -> str:
    work = {
        key: {
            name: {
                "median_s": median(t.rounds) if t.rounds else None,
                "rounds_s": t.rounds,
                "ratio": median(ratios(t, timings[OURS])) if t.rounds else None,
                "error": t.error,
                "values": t.values,
            }
            for name, t in timings.items()
        }
        for key, timings in results.items()
    }
    told = [
        {"goal": g.goal, "what": g.label, "gate": g.gate, "reached": g.reached, "word": g.word}
        for g in found
    ]
    return json.dumps({"machine": MACHINE, "goals": told, "work": work, "imports": imported})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--full", action="store_true", help="what takes minutes too")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=[row.key for row in ROWS])
    parser.add_argument("--libraries", nargs="+", default=[peer.name for peer in PEERS])
    asked = parser.parse_args()
    began_s = time.monotonic()
    workers = [Worker(peer) for peer in PEERS if peer.name in {OURS, *asked.libraries}]
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
    found = goals(results, imported)
    if asked.json:
        print(as_json(results, imported, found))
        return
    print_work(results, workers)
    print_goals(found)
    print("goals 11 to 14, the window: benchmarks/frames.py, plots.py and latency.py")
    print(f"{MACHINE}; took {time.monotonic() - began_s:.0f} s")


if __name__ == "__main__":
    main()
