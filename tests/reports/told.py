"""Sessions to report of: a simulated practice with moments, and a real recording."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from coherence.model import Arrival, ClockMark, Moment, Origin, StepStarted
from coherence.practice.library import practice
from coherence.reports.ecg import arrivals_of_ecg, read_ecg
from coherence.reports.report import About, Report, report_of
from coherence.sessions.opening import FromWearer, OpenSession

STARTED_AT = "2026-11-18T23:30:00+00:00"


@cache
def practised(key: str = "inner_critic", seconds: float = 900.0) -> tuple[Arrival, ...]:
    """A practice by a simulated wearer, with two moments marked."""
    kept: list[Arrival] = []
    session = OpenSession(
        FromWearer("practised", 4),
        practice(key),
        speed=None,
        seconds=seconds,
        sinks=(lambda _, arrival: kept.append(arrival),),
    )
    with session:
        while not session.over:
            session.advance()
    moments = [Moment(388.0, "inner critic"), Moment(470.0, "<b>hand</b> on $heart$ & more")]
    local = (replace(a, offset_min=60) if isinstance(a, ClockMark) else a for a in kept)
    return tuple(sorted((*local, *moments), key=lambda arrival: arrival.t_s))


def about(**more: object) -> About:
    known = {"practice": "inner_critic", "started_at": STARTED_AT, "origin": Origin.SIMULATED}
    return About(**known | {"app_version": "0.0.9", "session_id": 12} | more)  # type: ignore[arg-type]


@cache
def simulated() -> Report:
    return report_of(practised(), about())


@cache
def real(data: Path) -> Report:
    """Five minutes of slow breathing: an ECG at 1 kHz."""
    ecg = read_ecg(data / "physio_ecg_resp" / "ecg1.npy", 1000.0)
    known = About("", "", Origin.IMPORTED, "", source=ecg.source, doubts=ecg.doubts)
    return report_of(list(arrivals_of_ecg(ecg)), known)


def step_spans(arrivals: tuple[Arrival, ...]) -> list[tuple[float, float]]:
    starts = [a.t_s for a in arrivals if isinstance(a, StepStarted)]
    return list(zip(starts, [*starts[1:], arrivals[-1].t_s], strict=True))


def rmssd(rr_ms: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.diff(rr_ms) ** 2)))
