"""Hearts and files at the edge: each number against one worked out anew, whenever they beat."""

import math

import numpy as np
import pytest
from scipy import interpolate, signal
from tests.analysis.rhythms import tones

from coherence.analysis.markers import evaluate
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window
from coherence.model import Reason

RNG = np.random.default_rng(11)
HEARTS = {
    "20 a minute": 3000.0 + 60.0 * RNG.normal(size=115),
    "220 a minute": 272.0 + 3.0 * RNG.normal(size=1250),
    "alternans": np.tile([880.0, 920.0], 185) + RNG.normal(size=370),
    "pairs": np.tile([600.0, 1200.0], 185) + 5.0 * RNG.normal(size=370),
    "to the millisecond": 900.0 + RNG.integers(0, 2, size=370),
    "ticks": np.round(tones(900, [(30, 0.1), (20, 0.25)], 330, noise_ms=5) * 1.024) / 1.024,
    "another place": np.append(np.full(210, 800.0), np.full(170, 1000.0)) + RNG.normal(size=380),
    "wide and slow": tones(1100, [(250, 0.09)], 330, noise_ms=10),
    "once a minute": np.insert(tones(900, [(30, 0.1)], 330, noise_ms=8), 30, 60_000.0),
}


def numbers(series, end_s):
    return {k: said.value for k, said in evaluate(Window(series, end_s), all_live=True).items()}


def by_hand(rr_ms, t_s, end_s):
    """RMSSD and its like of the last minute; bands as Kubios has them; coherence: from the text."""
    rr = rr_ms[t_s > end_s - 60.0]
    steps = np.diff(rr)
    rmssd = math.sqrt(sum(step**2 for step in steps) / len(steps))
    minutes = t_s > end_s - 300.0
    at, nn = t_s[minutes], rr_ms[minutes]
    grid = np.arange(at[0], at[-1], 0.25)
    even = interpolate.CubicSpline(at, nn)(grid)
    hz, psd = signal.welch(
        even - even.mean(), 4.0, "hann", min(1200, len(even)), nfft=1200, detrend=False
    )
    last = interpolate.CubicSpline(at, nn)(at[-1] - np.arange(255, -1, -1) / 4.0)
    fine_hz, fine = signal.periodogram(signal.detrend(last), 4.0, "hann", 4096, detrend=False)
    peaks = [i for i in range(41, 267) if fine[i - 1] < fine[i] >= fine[i + 1]]
    top = max(peaks, key=lambda i: fine[i])
    a, b, c = np.log(fine[top - 1 : top + 2])
    peak_hz = fine_hz[top] + fine_hz[1] * 0.5 * (a - c) / (a - 2.0 * b + c)

    def power(low, high):
        inside = fine_hz[(fine_hz > low) & (fine_hz < high)]
        edges = np.concatenate(([low], inside, [high]))
        return np.trapezoid(np.interp(edges, fine_hz, fine), edges)

    low_hz = max(peak_hz - 0.015, 0.0033)
    return {
        "heart_rate_bpm": 60000.0 / rr_ms[t_s > end_s - 10.0].mean(),
        "sdnn_ms": rr.std(ddof=1),
        "rmssd_ms": rmssd,
        "pnn50_pct": 100.0 * sum(abs(step) > 50.0 for step in steps) / len(steps),
        "sd1_ms": math.sqrt(sum(step**2 for step in steps) / (2 * (len(steps) - 1))),
        "sd2_ms": ((rr[1:] + rr[:-1]) / math.sqrt(2.0)).std(ddof=1),
        "lf_ms2": np.trapezoid(psd[12:46], hz[12:46]),
        "hf_ms2": np.trapezoid(psd[45:121], hz[45:121]),
        "coherence": power(low_hz, peak_hz + 0.015) / power(0.0033, 0.40),
        "coherence_peak_hz": peak_hz,
    }


@pytest.mark.parametrize("start_s", [0.0, 1e9])
@pytest.mark.parametrize("heart", HEARTS)
def test_each_number_is_the_one_by_hand(heart, start_s):
    rr_ms = HEARTS[heart]
    series = NNSeries.from_rr(rr_ms, start_s=start_s)
    said = numbers(series, series.end_s)
    for key, value in by_hand(rr_ms, np.cumsum(rr_ms) / 1000.0, rr_ms.sum() / 1000.0).items():
        if said[key].reason is Reason.FLAT:
            assert heart in ("to the millisecond", "alternans", "another place")  # below 1 ms²
        else:
            assert said[key].value == pytest.approx(value, rel=2e-4, abs=1e-4), key


@pytest.mark.parametrize("heart", HEARTS)
def test_long_after_the_last_beat_there_are_reasons_only(heart):
    series = NNSeries.from_rr(HEARTS[heart])
    soon = numbers(series, math.floor(series.end_s + 6.0))
    assert soon["coherence"].value is None
    assert soon["breaths_per_min"].value is None
    for later_s in (301.0, 3600.0):
        for key, value in numbers(series, math.floor(series.end_s + later_s)).items():
            assert value.value is None or key == "artefact_pct", key
            assert value.reason is not None or key == "artefact_pct", key


@pytest.mark.parametrize(("key", "least_s"), [("sdnn_ms", 60.0), ("hf_ms2", 60.0), ("lf_ms2", 120)])
def test_the_least_data_is_enough_and_less_is_not(key, least_s):
    series = NNSeries.from_rr(np.full(400, 750.0) + np.tile([20.0, -20.0], 200))
    start_s = series.start_s
    exactly = numbers(series.window(-1.0, start_s + least_s), start_s + least_s)
    assert exactly[key].value is not None
    short_s = start_s + least_s - 0.01
    assert numbers(series.window(-1.0, short_s), short_s)[key].reason is Reason.WARMING_UP
