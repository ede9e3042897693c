"""EDF+: the rhythm as signals on an even grid, and every beat, gap, step and moment beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from coherence.model import (
    Arrival,
    JudgedBeat,
    Moment,
    Notification,
    PaceChanged,
    SessionRecord,
    Signal,
    StepStarted,
    Verdict,
    Waveform,
)
from coherence.pacing import BreathGuide
from coherence.reports.export_text import beats_and_gaps, detail, judged
from coherence.reports.needing import needing
from coherence.sessions.heard import events_of
from coherence.translation import later

RATE_HZ = 4
# kind, name and unit in the file, and its range either way at least: 16 bits then hold 0.15 µV
WAVES = ((Signal.ECG, "ECG", "uV", 5000.0), (Signal.ACCELERATION, "Acceleration", "mg", 2000.0))
AXES = {Signal.ACCELERATION: ("X", "Y", "Z")}  # the others have one
TOLD = (StepStarted, PaceChanged, Moment)
NOTHING = 0.0  # what the signals hold where there is no beat; no interval is that short


def edf(session: SessionRecord, arrivals: Iterable[Arrival]) -> Iterator[bytes]:
    """The bytes of an EDF+ file (Kemp and Olivan, Clin Neurophysiol 2003, 114:1755-1761).

    Signals at 4 Hz: the interval under each moment in ms and the guide's volume in per cent, both
    0 where there is none. EDF holds 16 bits a sample, so the exact intervals stand in annotations.
    The ECG and the movement of the chest that came along, in µV and mg at the strap's whole rates:
    each moment has the sample nearest to it, 0 where there is none. No name is written.
    """
    edfio = needing("edfio", "edf", later("EDF+ files"))
    came = list(arrivals)
    beats, gaps = beats_and_gaps(came)
    verdicts = judged(beats)
    end_s = max((arrival.t_s for arrival in came), default=0.0)
    grid_s = np.arange(max(1, math.ceil(end_s)) * RATE_HZ) / RATE_HZ
    signals = [
        edfio.EdfSignal(
            held_ms(verdicts, grid_s),
            RATE_HZ,
            label="RR interval",
            transducer_type="heart rate strap",
            physical_dimension="ms",
            physical_range=(0, 4000),
        ),
        edfio.EdfSignal(
            guide_pct(came, grid_s),
            RATE_HZ,
            label="Breath guide",
            physical_dimension="%",
            physical_range=(0, 100),
        ),
    ]
    waveforms = [event for event in events_of(came) if isinstance(event, Waveform)]
    for kind, name, unit, least in WAVES:
        rate_hz, rows = on_grid(waveforms, kind, len(grid_s) // RATE_HZ)
        if not rate_hz:
            continue
        limit = max(least, float(np.ceil(np.abs(rows).max())))
        signals += [
            edfio.EdfSignal(
                row,
                rate_hz,
                label=f"{name} {axis}".strip(),
                transducer_type="heart rate strap",
                physical_dimension=unit,
                physical_range=(-limit, limit),
            )
            for axis, row in zip(AXES.get(kind, ("",)), rows, strict=True)
        ]
    told = [
        edfio.EdfAnnotation(
            max(0.0, each.beat.t_s - each.beat.rr_ms / 1000.0),
            each.beat.rr_ms / 1000.0,
            f"RR {each.beat.rr_ms!r} ms {each.verdict.value}",
        )
        for each in verdicts
    ]
    told += [
        edfio.EdfAnnotation(gap.t_s, gap.end_s - gap.t_s, f"Gap of about {gap.missing} beats")
        for gap in gaps
    ]
    told += [
        edfio.EdfAnnotation(arrival.t_s, None, _plainly(arrival))
        for arrival in came
        if isinstance(arrival, TOLD)
    ]
    began = _moment(session.started_at)
    made = edfio.Edf(
        signals,
        patient=edfio.Patient(),
        recording=edfio.Recording(
            startdate=None if began is None else began.date(), equipment_code="coherence"
        ),
        starttime=None if began is None else began.time().replace(microsecond=0, tzinfo=None),
        data_record_duration=1,
        annotations=sorted(told, key=lambda each: each.onset),
    )
    yield made.to_bytes()


def held_ms(verdicts: list[JudgedBeat], grid_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normal interval that runs at each time of ``grid_s``, in ms; 0 where there is none."""
    normal = [each.beat for each in verdicts if each.verdict is Verdict.NORMAL]
    if not normal:
        return np.full(len(grid_s), NOTHING)
    ends_s = np.array([beat.t_s for beat in normal])
    rr_ms = np.array([beat.rr_ms for beat in normal])
    at = np.minimum(np.searchsorted(ends_s, grid_s, side="right"), len(normal) - 1)
    inside = (grid_s < ends_s[at]) & (grid_s >= ends_s[at] - rr_ms[at] / 1000.0)
    return np.where(inside, np.minimum(rr_ms[at], 4000.0), NOTHING)


def on_grid(
    waveforms: Iterable[Waveform], signal: Signal, seconds: int
) -> tuple[int, NDArray[np.float64]]:
    """(samples a second, a row for each axis of ``signal`` at each of them from time 0 on).

    (0, nothing) where none of the kind came. A strap's clock is never quite the session's: now and
    then a sample stands twice, or is left out. Nothing is interpolated.
    """
    axes = len(AXES.get(signal, ("",)))
    chunks = [each for each in waveforms if each.signal is signal and each.samples]
    if not chunks:
        return 0, np.empty((axes, 0))
    rate_hz = round(float(np.median([chunk.rate_hz for chunk in chunks])))
    at_s = np.concatenate([c.t_s + np.arange(len(c.samples) // axes) / c.rate_hz for c in chunks])
    order = np.argsort(at_s, kind="stable")
    samples = np.concatenate([np.reshape(c.samples, (-1, axes)) for c in chunks])[order].T
    at_s = at_s[order]
    grid_s = np.arange(seconds * rate_hz) / rate_hz
    after = np.clip(np.searchsorted(at_s, grid_s), 1, max(1, len(at_s) - 1))
    before = after - 1
    after = np.minimum(after, len(at_s) - 1)
    nearest = np.where(grid_s - at_s[before] <= at_s[after] - grid_s, before, after)
    there = np.abs(at_s[nearest] - grid_s) <= 0.75 / rate_hz
    return rate_hz, np.where(there, samples[:, nearest], NOTHING)


def guide_pct(arrivals: Iterable[Arrival], grid_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """How full the guide's breath is at each time, in per cent; 0 where it does not run."""
    guide = BreathGuide()
    for arrival in arrivals:
        if not isinstance(arrival, Notification):
            guide.feed(arrival)
    moments = (guide.at(t_s) for t_s in grid_s.tolist())
    return np.array([0.0 if m is None else 100.0 * m.volume for m in moments])


def _plainly(arrival: Arrival) -> str:
    word = {StepStarted: "Step", PaceChanged: "Guide", Moment: "Moment"}[type(arrival)]
    said = "".join(c if c.isprintable() else " " for c in detail(arrival)).strip()
    return f"{word}: {said}" if said else word


def _moment(text: str) -> datetime | None:
    """When the session began; EDF knows the years from 1985 to 2084."""
    try:
        began = datetime.fromisoformat(text)
    except ValueError:
        return None
    return began if 1985 <= began.year <= 2084 else None
