"""The ECG of a session as a table, and read again as one would from any other program."""

from pathlib import Path

import numpy as np
import pytest

from coherence.devices.decoder import StrapDecoder
from coherence.devices.simulator import StrapFaults, wearer
from coherence.model import Arrival, Beat
from coherence.reports.ecg import arrivals_of_ecg, read_ecg
from coherence.reports.exports import EXPORTS, export_arrivals

ECG = next(row for row in EXPORTS if row.key == "ecg")


def beats_ms(arrivals: list[Arrival]) -> list[float]:
    decoder = StrapDecoder()
    return [e.rr_ms for a in arrivals for e in decoder.feed(a) if isinstance(e, Beat)]


def exported(path: Path, arrivals: list[Arrival]) -> Path:
    export_arrivals(
        path, ECG, arrivals, practice="", origin="simulated", started_at="2024-01-01T10:00:00+00:00"
    )
    return path


def test_it_is_read_again_with_the_beats_of_the_session(tmp_path: Path) -> None:
    arrivals = list(wearer(seed=3, seconds=90.0, measures=True))
    ecg = read_ecg(exported(tmp_path / "ecg.csv", arrivals))
    assert ecg.rate_hz == pytest.approx(130.17, rel=1e-3)
    read = np.array(beats_ms(list(arrivals_of_ecg(ecg))))
    said = np.array(beats_ms(arrivals))
    assert len(read) > 85
    first = min(range(10), key=lambda k: float(np.abs(read[:60] - said[k : k + 60]).mean()))
    off_ms = read[:80] - said[first : first + 80]
    assert np.abs(off_ms).max() < 4.0
    assert off_ms.std() < 1.0  # the strap's ticks, and rows of 10 µs


def test_lost_frames_are_steps_of_time(tmp_path: Path) -> None:
    arrivals = list(wearer(seed=3, seconds=60.0, measures=True, faults=StrapFaults(drop_share=0.1)))
    rows = np.loadtxt(exported(tmp_path / "ecg.csv", arrivals), delimiter=",", skiprows=1)
    steps = np.diff(rows[:, 0])
    assert (steps > 0).all()
    assert (steps > 0.5).sum() >= 3
    assert np.median(steps) == pytest.approx(1 / 130.17, rel=1e-3)


def test_without_an_ecg_there_is_only_the_header(tmp_path: Path) -> None:
    assert exported(tmp_path / "ecg.csv", list(wearer(seed=3, seconds=10.0))).read_text() == (
        "time_s,ecg_uv\n"
    )
