"""How much memory long recordings take: each kind of file, a day and a week, rows and windows.

    python -m benchmarks.long_recordings [--days 1 7] [--kinds csv npy …] [--json]

Each is worked on by a process of its own, as `coherence cohort` does it; what counts is the most
that this process held (VmHWM), beside what one holds that sums up ten minutes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from coherence.devices import heart_rate
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.model import (
    Arrival,
    End,
    Ended,
    LinkChanged,
    LinkState,
    Notification,
    Origin,
    SessionRecord,
)
from coherence.reports.session_json import lines_of

DAY_S, EACH_S = 86_400.0, 0.864
ECG_HZ = 250
MODES = {"row": "None, None", "windows": "300.0, 300.0"}
CHILD = """
import sys, time
from pathlib import Path
from coherence.cohort.outcome import outcome_of
from coherence.cohort.sources import task_of
from coherence.cohort.task import Asked
rate_hz = float(sys.argv[3]) or None
done = outcome_of(task_of(sys.argv[1]), Asked({spans}, rate_hz=rate_hz), Path(sys.argv[2]))
assert done.head.get("error") is None, done.head
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(done.count, int(most.split()[1]), time.process_time())
"""


def intervals_s(days: float, seed: int = 1) -> np.ndarray:
    """A heart in ticks of 1/1024 s, with 1 % of its intervals split or run together."""
    rng = np.random.default_rng(seed)
    n = int(days * DAY_S / EACH_S)
    t_s = np.arange(n) * EACH_S
    rr_s = EACH_S + 0.03 * np.sin(2 * np.pi * t_s / 4.3) + 0.02 * np.sin(2 * np.pi * t_s / 10.6)
    rr_s += 0.06 * np.sin(2 * np.pi * t_s / 5400.0) + rng.normal(0.0, 0.012, n)
    odd = rng.choice(n, n // 100, replace=False)
    rr_s[odd] *= rng.choice((0.55, 1.9), len(odd))
    return np.rint(rr_s * 1024) / 1024


def text(path: Path, days: float) -> None:
    path.write_text("\n".join(f"{1000.0 * rr:.3f}" for rr in intervals_s(days)) + "\n")


def csv(path: Path, days: float) -> None:
    rr_s = intervals_s(days)
    rows = zip(np.cumsum(rr_s), rr_s, strict=True)
    path.write_text("time_s,rr_ms\n" + "\n".join(f"{t:.3f},{1000 * rr:.3f}" for t, rr in rows))


def odd(path: Path, days: float) -> None:
    """Text that closes with a word, and so is not sound from end to end."""
    text(path, days)
    with path.open("a") as file:
        file.write("end of recording\n")


def npy(path: Path, days: float) -> None:
    np.save(path, 1000.0 * intervals_s(days))


def hrm(path: Path, days: float) -> None:
    rows = "\n".join(f"{1000.0 * rr:.0f}" for rr in intervals_s(days))
    path.write_text(
        "[Params]\nVersion=106\nDate=20260301\nStartTime=22:00:00.0\nInterval=238\n\n[HRData]\n"
        + rows
    )


def wfdb(path: Path, days: float) -> None:
    steps = np.rint(intervals_s(days) * 250).astype(int)
    words = (1 << 10) | steps
    path.write_bytes(np.append(words, 0).astype("<u2").tobytes())
    path.with_suffix(".hea").write_text(f"{path.stem} 1 250 {int(steps.sum())}\n")


def strap(days: float) -> list[Arrival]:
    """A strap that speaks each second."""
    ends_s = np.cumsum(intervals_s(days))
    said: list[Arrival] = [LinkChanged(0.0, "AA:BB", LinkState.STREAMING)]
    first, ticks = 0, np.rint(intervals_s(days) * 1024).astype(int)
    for second in range(1, int(ends_s[-1]) + 1):
        stop = int(ends_s.searchsorted(second, side="right"))
        bpm = 0 if stop == first else max(1, round(61440 / int(ticks[stop - 1])))
        rr = tuple(ticks[first:stop].tolist())
        payload = heart_rate.encode(HeartRateMeasurement(bpm or 70, rr_ticks=rr))
        said.append(Notification(second + 0.2, "AA:BB", heart_rate.CHARACTERISTIC, payload))
        first = stop
    return [*said, Ended(float(int(ends_s[-1])) + 0.2)]


def session(path: Path, days: float) -> None:
    arrivals = strap(days)
    record = SessionRecord(
        id=0, started_at="2026-03-01T22:00:00+01:00", duration_s=arrivals[-1].t_s, practice="free",
        origin=Origin.STRAP, end=End.ENDED, app_version="1", strap="Polar H10",
    )  # fmt: skip
    with path.open("w") as file:
        file.writelines(lines_of(record, arrivals))


def ecg(days: float) -> np.ndarray:
    """A QRS complex at each beat and some noise, in the steps of a converter."""
    rng = np.random.default_rng(5)
    at = np.rint(np.cumsum(intervals_s(days)) * ECG_HZ).astype(int)
    samples = rng.normal(0.0, 12.0, at[-1] + ECG_HZ)
    for i, height in enumerate((80.0, -120.0, 500.0, 1000.0, 500.0, -200.0, -60.0), start=-3):
        samples[at + i] += height
    return np.rint(samples).astype(np.int16)


def ecg_npy(path: Path, days: float) -> None:
    np.save(path, ecg(days))


def ecg_csv(path: Path, days: float) -> None:
    with path.open("w") as file:
        file.write("ecg_uv\n")
        for part in np.array_split(ecg(days), max(1, int(24 * days))):
            file.write("\n".join(map(str, part.tolist())) + "\n")


KINDS: dict[str, tuple[str, Callable[[Path, float], None], float]] = {
    "text": ("txt", text, 0.0), "csv": ("csv", csv, 0.0), "odd text": ("txt", odd, 0.0),
    "npy": ("npy", npy, 0.0), "hrm": ("hrm", hrm, 0.0), "wfdb": ("qrs", wfdb, 0.0),
    "session": ("json", session, 0.0), "ecg npy": ("npy", ecg_npy, float(ECG_HZ)),
    "ecg csv": ("csv", ecg_csv, float(ECG_HZ)),
}  # fmt: skip


def held(path: Path, rate_hz: float, mode: str, folder: Path) -> tuple[float, float]:
    """The most that a process held, in MiB, and the seconds of a processor that it took."""
    said = subprocess.run(
        [sys.executable, "-c", CHILD.replace("{spans}", MODES[mode]), str(path), str(folder),
         str(rate_hz)], capture_output=True, text=True, check=False,
    )  # fmt: skip
    if said.returncode:
        raise SystemExit(said.stderr)
    _rows, kib, cpu_s = said.stdout.split()
    return int(kib) / 1024, float(cpu_s)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--days", type=float, nargs="+", default=[1.0, 7.0])
    asked.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    asked.add_argument("--modes", nargs="+", choices=list(MODES), default=list(MODES))
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    found: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = folder / "few.txt"
        text(few, 600.0 / DAY_S)
        least = {mode: held(few, 0.0, mode, folder)[0] for mode in options.modes}
        print({"with ten minutes": least}, file=sys.stderr)
        for kind in options.kinds:
            ending, write, rate_hz = KINDS[kind]
            for days in options.days:
                path = folder / f"long.{ending}"
                write(path, days)
                for mode in options.modes:
                    began_s = time.perf_counter()
                    mib, cpu_s = held(path, rate_hz, mode, folder)
                    found.append({
                        "kind": kind, "days": days, "what": mode, "peak_mib": round(mib, 1),
                        "more_mib": round(mib - least[mode], 1), "cpu_s": round(cpu_s, 1),
                        "passed_s": round(time.perf_counter() - began_s, 1),
                    })  # fmt: skip
                    if not options.json:
                        print(found[-1], flush=True)
                path.unlink()
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
