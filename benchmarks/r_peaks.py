"""R peaks and breath from ECG: found, timed, how quickly; beside NeuroKit2 and a measured breath.

    python -m benchmarks.r_peaks [--repeats 5]

Real recordings where they are there, else only simulated hearts. "jitter" is the standard deviation
of the intervals' error against NeuroKit2's peaks at 1 kHz, in ms; speed is the median of
interleaved runs.
"""

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np
from scipy import signal
from tests import recorded
from tests.analysis.test_breathing import answers
from tests.analysis.test_r_peaks import score, simulated, worn
from tests.conftest import DATA

from coherence.analysis.r_peaks import find_r_peaks

Finder = Callable[[np.ndarray, int], np.ndarray]
FINDERS: dict[str, Finder] = {"coherence": find_r_peaks, "neurokit2": recorded.r_peaks_s}


def line(what: str, ecg: np.ndarray, rate_hz: int, truth_s: np.ndarray, repeats: int) -> None:
    taken_s: dict[str, list[float]] = {name: [] for name in FINDERS}
    found: dict[str, np.ndarray] = {}
    for _ in range(repeats):
        for name, finder in FINDERS.items():
            begun_s = time.perf_counter()
            found[name] = finder(ecg, rate_hz)
            taken_s[name].append(time.perf_counter() - begun_s)
    inside = truth_s[(truth_s > 0.1) & (truth_s < len(ecg) / rate_hz - 0.1)]
    for name in FINDERS:
        sensitivity = score(found[name], inside)[0]
        _, precision, errors = score(found[name], truth_s)
        print(
            f"{what:<28}{rate_hz:>5} Hz  {name:<10} sensitivity {sensitivity:.4f}  "
            f"precision {precision:.4f}  jitter {errors.std():7.3f} ms  "
            f"{np.median(taken_s[name]) * 1e3:8.1f} ms"
        )


def hearts(repeats: int) -> None:
    for heart_rate in (50, 75, 130, 190):
        ecg, truth_s = simulated(heart_rate)
        for noise_mv in (0.0, 0.05, 0.2):
            for rate_hz in (130, 1000):
                what = f"{heart_rate} a minute, noise {noise_mv} mV"
                line(what, worn(ecg, rate_hz, noise_mv), rate_hz, truth_s, repeats)


def real(repeats: int) -> None:
    ecg = np.load(DATA / "physio_ecg_resp" / "ecg1.npy").ravel()
    truth_s = recorded.physio(DATA)[0]
    for rate_hz in (1000, 250, 130):
        even = ecg - ecg.mean()
        if rate_hz < 1000:
            even = signal.resample_poly(even, rate_hz, 1000)
        line("slow breathing, real", even, rate_hz, truth_s, repeats)
    path = DATA / "nk_resting" / "bio_resting_8min_100hz.csv"
    rest = np.loadtxt(path, delimiter=",", skiprows=1, usecols=0)
    line("rest, real", rest, 100, recorded.nk_resting(DATA)[0], repeats)


def breath() -> None:
    for name in ("physio", "resting"):
        measured, said = answers(DATA, name)
        for source in said[0]:
            rates = np.array([each[source].rate_per_min or np.nan for each in said])
            known = np.isfinite(rates)
            errors = np.abs(rates - measured)[known]
            print(
                f"breath, {name:<10}{source:<14} median error {np.median(errors):.3f} a minute  "
                f"within 0.5 {(errors <= 0.5).mean():6.1%}  worst {errors.max():.2f}  "
                f"unknown {1 - known.mean():6.1%}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    warnings.simplefilter("ignore")
    if DATA.is_dir():
        real(repeats)
        breath()
    else:
        print("no real recordings here: set COHERENCE_DATA to their folder")
    hearts(repeats)


if __name__ == "__main__":
    main()
