"""Of docs/validation.md: what is said live of guide, breath and likely range, and how it holds.

The lags of simulated wearers follow from the resonance that moves their hearts, so they are known;
the breaths of real people were measured by airflow and belt.
"""

import cmath
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from tests import recorded
from tests.analysis.test_breathing import heart_and_breath
from tests.analysis.test_guide_coherence import real_claims
from tests.analysis.test_respiration import live, measured_per_min
from tests.conftest import DATA
from tests.guided import Guided

from coherence.analysis.marker import likely_range, value_of
from coherence.analysis.markers_beats import HEART, SHAPE
from coherence.analysis.markers_power import POWER
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window
from coherence.devices.people import PEOPLE, Person
from coherence.devices.simulator import wearer
from coherence.devices.wearer_heart import answer_to_breath
from coherence.model import BreathPattern, PaceChanged, Value
from coherence.sessions.tracker import SessionTracker

ROWS = {marker.key: marker for marker in (*HEART, *SHAPE, *POWER)}
SEEDS = range(1, 5)
ARRIVED_S, SECONDS, EVERY_S = 100.0, 300.0, 10
WHO = {
    "calm": "with the guide",
    "practised": "with the guide, widely",
    "resting": "15 a minute, strong slow waves",
    "breathing-12": "12 a minute, whatever the guide says",
    "drifting": "wanders, hardly heeds the breath",
}
LIKELY = {
    "heart_rate_bpm": "Heart rate", "rmssd_ms": "RMSSD", "sdnn_ms": "SDNN",
    "pnn50_pct": "Steps over 50 ms", "lf_ms2": "Low band", "hf_ms2": "High band",
}  # fmt: skip
SPANS_S = (30, 60, 120, 240)
CLEAN_S = 285.0  # of five minutes


def table(*heads: str) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield "|---|" + "---:|" * (len(heads) - 1)


def _said(
    person: Person, seed: int, per_min: float, from_s: float, keys: tuple[str, ...]
) -> list[tuple[Value, ...]]:
    """What a tracker says of the markers ``keys`` each tenth second at which all have a number."""
    change = PaceChanged(from_s, BreathPattern(per_min, 0.45))
    tracker = SessionTracker(every_s=EVERY_S)
    guide, told = Guided(change), False
    found: dict[float, dict[str, Value]] = {}
    for arrival in wearer(seed=seed, seconds=SECONDS, guide=guide, person=person):
        if not told and arrival.t_s >= from_s:
            told = True
            tracker.feed(change)
        for reading in tracker.feed(arrival):
            if reading.marker in keys and reading.value.value is not None:
                found.setdefault(reading.t_s, {})[reading.marker] = reading.value
    return [tuple(row[key] for key in keys) for row in found.values() if len(row) == len(keys)]


def with_the_guide() -> Iterator[str]:
    yield ""
    yield "## With the guide, or not"
    yield ""
    yield "`in_rhythm` beside two resting hours whose owners knew of no guide, at four imagined"
    yield f"paces; and of simulated wearers, {len(SEEDS)} of each kind, from the second minute of a"
    yield "guide of 5.5 a minute on. Given is the share of windows in which it is true."
    yield from table("Recordings, imagined guide", "Windows", "In rhythm")
    for per_min in (5.0, 5.5, 6.0, 6.5):
        said = list(real_claims(DATA, per_min, every_s=10.0))
        yield f"| {per_min} a minute | {len(said)} | {100 * np.mean(said):.1f} % |"
    yield from table("Wearer breathes", "Windows", "In rhythm", "Median `guide_coherence`")
    for name, how in WHO.items():
        rows = [
            row
            for seed in SEEDS
            for row in _said(PEOPLE[name], seed, 5.5, ARRIVED_S, ("in_rhythm", "guide_coherence"))
        ]
        true = 100 * np.mean([claim.value for claim, _ in rows])
        share = np.median([share.value for _, share in rows])
        yield f"| {how} | {len(rows)} | {true:.1f} % | {share:.2f} |"


def behind_the_guide() -> Iterator[str]:
    yield ""
    yield "## Behind the guide"
    yield ""
    yield "`phase_lag_deg` of simulated wearers, of whom is known how late the heart answers the"
    yield f"breath, {len(SEEDS)} at each pace, from 50 to 90 beats a minute; each tenth second from"
    yield "two minutes on. The band is the likely range that comes with the number. What stays is"
    yield "some hundredths of a second that a notification takes, and the heart's own slow waves."
    yield from table(
        "Pace", "Readings", "Median off", "95 % within", "Median band", "In their band"
    )
    for per_min in (4.5, 5.0, 5.5, 6.0, 6.5, 7.0):
        off, band = [], []
        for seed, heart in zip(SEEDS, np.linspace(50.0, 90.0, len(SEEDS)).tolist(), strict=True):
            person = replace(PEOPLE["calm"], mean_rr_ms=60000.0 / heart)
            known = -math.degrees(cmath.phase(answer_to_breath(per_min / 60.0, person)))
            for (lag,) in _said(person, seed, per_min, 1.0, ("phase_lag_deg",)):
                assert lag.value is not None
                off.append(math.remainder(lag.value - known, 360.0))
                band.append(lag.uncertainty)
        apart = np.abs(off)
        yield (
            f"| {per_min} a minute | {len(off)} | {np.median(off):+.1f}° |"
            f" {np.percentile(apart, 95):.1f}° | ± {np.median(band):.1f}° |"
            f" {100 * (apart <= band).mean():.0f} % |"
        )


def the_breath() -> Iterator[str]:
    yield ""
    yield "## Breaths a minute, from the heart alone"
    yield ""
    yield "`breaths_per_min` at each second of two recordings, beside the highest spectral peak of"
    yield "the same 64 s of the measured breath. *Sure* leaves out what comes with low confidence."
    yield from table("Recording", "Seconds", "Measured", "Ours", "Within 0.5", "Sure", "Of these")
    for title, name in (("slow breathing, airflow", "physio"), ("rest, belt", "resting")):
        beats_s, _, _, breath, rate_hz = heart_and_breath(DATA, name)
        ends_s, per_min, doubtful = live(beats_s, "breaths_per_min")
        measured = measured_per_min(breath, rate_hz, ends_s)
        near = np.abs(per_min - measured) <= 0.5
        yield (
            f"| {title} | {len(near)} | {np.median(measured):.2f} | {np.median(per_min):.2f} |"
            f" {100 * near.mean():.0f} % | {100 * (~doubtful).mean():.0f} % |"
            f" {100 * near[~doubtful].mean():.0f} % |"
        )


def likely() -> Iterator[str]:
    yield ""
    yield "## The likely range"
    yield ""
    yield "How often the number of five minutes lies in the range that their middle gave: per cent"
    yield "of so many blocks. The limits come from five hours at rest, of which two are here. The"
    yield "three days of the toolbox are people who also walk and sleep: there fewer hold, fewest"
    yield "of SDNN, which is the smaller the shorter one looks. The range is for who sits still."
    yield from table("Windows", *(f"{title}, days" for title in LIKELY.values()))
    days = [
        rr_ms
        for patient in ("nsr001", "nsr004", "nsr009")
        for rr_ms, _ in recorded.clifford(DATA, patient)
        if rr_ms.sum() > 1000.0 * CLEAN_S
    ]
    yield from _held(days)
    yield from table("Windows", *(f"{title}, rest" for title in LIKELY.values()))
    hours = []
    for name in ("kubios_1h_s1", "kubios_1h_s3"):
        series = NNSeries.from_rr(recorded.kubios(DATA, name)["rr_ms"])
        hours += [series.window(at_s, at_s + 300.0).rr_ms for at_s in np.arange(0.0, 3300.0, 100.0)]
    yield from _held(hours)


def _held(blocks: list[np.ndarray]) -> Iterator[str]:
    every = [NNSeries.from_rr(rr_ms) for rr_ms in blocks]
    whole = [_over(series) for series in every]
    for span_s in SPANS_S:
        cells = []
        ends_s = [(series.span_s + span_s) / 2.0 for series in every]
        parts = [
            _over(series.window(end_s - span_s, end_s))
            for series, end_s in zip(every, ends_s, strict=True)
        ]
        for key in LIKELY:
            held = []
            for part, five in zip(parts, whole, strict=True):
                ends, value = likely_range(ROWS[key], part[key]), five[key].value
                if ends is not None and value is not None:
                    held.append(ends[0] <= value <= ends[1])
            cells.append(f"{100 * np.mean(held):.0f} of {len(held)}" if len(held) > 20 else "–")
        yield f"| {span_s} s | {' | '.join(cells)} |"


def _over(series: NNSeries) -> dict[str, Value]:
    window = Window(series, series.end_s, whole=True)
    return {key: value_of(window, ROWS[key]) for key in LIKELY}
