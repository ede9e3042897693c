"""Pairs of hearts for the tests of synchrony: real ones that never met, and mixtures of them."""

from functools import cache
from pathlib import Path

import numpy as np
from tests import recorded

from coherence.analysis.artifacts import judge_all
from coherence.analysis.beat_log import BeatLog
from coherence.analysis.series import NNSeries

HZ = 4.0


@cache
def people(data: Path) -> dict[str, NNSeries]:
    """Seven people's hours, judged; none of them knew of another."""
    rr_ms = {
        k: np.array(recorded.kubios(data, k)["rr_ms"]) for k in ("kubios_1h_s1", "kubios_1h_s3")
    }
    rr_ms["e1304"] = np.loadtxt(data / "hrvjl" / "e1304.txt")
    for patient in ("nsr001", "nsr004", "nsr009"):
        folder = data / "clifford_toolbox" / "TestData" / "Physionet_nsr2db"
        samples = [sample for sample, _ in recorded.annotations(folder / f"{patient}.ecg")]
        rr_ms[patient] = np.diff(samples)[:12_000] / 128.0 * 1000.0
    (path,) = (data / "rhrvbook" / "Chapter8").rglob("nsr033*.txt")
    rr_ms["nsr033"] = np.loadtxt(path)[1:12_000] * 1000.0  # the first is when it began
    found = {}
    for name, intervals in rr_ms.items():
        log = BeatLog()
        log.extend(judge_all(intervals))
        found[name] = log.series()
    return found


def stretch(series: NNSeries, rng: np.random.Generator, seconds: float) -> NNSeries:
    """A stretch of it from any time on, as if it had begun at 0."""
    from_s = rng.uniform(series.start_s + 5.0, series.end_s - seconds - 5.0)
    part = series.window(from_s, from_s + seconds)
    return NNSeries(part.t_s - from_s, part.rr_ms, part.accepted, part.segment, part.missing)


def unrelated(data: Path, rng: np.random.Generator, seconds: float) -> tuple[NNSeries, NNSeries]:
    """Two people at unrelated times."""
    hearts = list(people(data).values())
    one, other = rng.choice(len(hearts), 2, replace=False)
    return stretch(hearts[one], rng, seconds), stretch(hearts[other], rng, seconds)


def mixed(
    data: Path, rng: np.random.Generator, seconds: float, share: float, late_s: float = 0.0
) -> tuple[NNSeries, NNSeries]:
    """Two people in whom ``share`` of the variance comes from a third, to the second later."""
    hearts = list(people(data).values())
    ours, theirs, third = (
        _level(hearts[i], rng, seconds + 10.0) for i in rng.choice(len(hearts), 3, replace=False)
    )
    own, common = np.sqrt(1.0 - share), np.sqrt(share)
    late = int(late_s * HZ)
    return (
        beating(65.0 + 5.0 * (own * ours + common * third)),
        beating(72.0 + 6.0 * (own * theirs + common * np.roll(third, late))),
    )


def beating(rate_bpm: np.ndarray) -> NNSeries:
    """A heart that beats at a rate given at 4 Hz."""
    beats = np.cumsum(np.clip(rate_bpm, 35.0, 180.0) / 60.0 / HZ)
    at_s = np.interp(np.arange(1, int(beats[-1])), beats, np.arange(len(beats)) / HZ)
    return NNSeries.from_rr(np.diff(at_s) * 1000.0, start_s=float(at_s[0]))


def _level(series: NNSeries, rng: np.random.Generator, seconds: float) -> np.ndarray:
    """The heart rate of a stretch at 4 Hz, of mean 0 and standard deviation 1."""
    part = stretch(series, rng, seconds)
    at_s = np.arange(int(seconds * HZ)) / HZ
    rate = np.interp(at_s, part.nn_t_s - part.nn_ms / 2000.0, 60000.0 / part.nn_ms)
    return (rate - rate.mean()) / rate.std()
