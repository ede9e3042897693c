"""NeuroKit2's numbers for the same beats, asked in the way that can be compared with ours.

NeuroKit2 is loaded by the first call only: it takes seconds. Nothing of the live path is here.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from coherence.analysis.series import NNSeries

TICKS_PER_S = 1024  # what heart straps count in; a coarser grid would round the intervals
MOST_BEATS_FOR_ENTROPY = 5000  # its time grows with the square of the beats
SAME_MS = 10.0  # NeuroKit2's own limit between an interval and its place in time

_TOO_LONG = (
    f"not asked of more than {MOST_BEATS_FOR_ENTROPY} beats: its time grows with their square"
)
_SEGMENT = "its segments are half the recording, ours 300 s; parabolas between beats, ours cubics"
_BINS = "its lowest bins and each band's last are left out"
_NU = "it divides by the power of all bands, ours by LF and HF alone"
_BOXES = "asked for boxes of 4 to 16 beats without overlap, which are not its own choice"
_PERCENT = "it divides by the number of intervals, ours by that of differences"

NOTES: Mapping[str, str] = {  # departures that are known, and why; "it" is NeuroKit2
    "pnn50_pct": _PERCENT,
    "pnn20_pct": _PERCENT,
    "sd1_ms": "it takes away the mean difference first: under 0.01 % where no beat is left out",
    "sd1_pct": "as with SD1: the mean difference is taken away first",
    "vlf_ms2": f"{_SEGMENT}; a short recording has none",
    "lf_ms2": f"{_SEGMENT}; {_BINS}",
    "hf_ms2": f"{_SEGMENT}; {_BINS}",
    "ln_hf": _SEGMENT,
    "total_power_ms2": f"{_SEGMENT}; it counts 0.4 to 0.5 Hz too",
    "lf_nu": _NU,
    "hf_nu": _NU,
    "dfa_alpha1": f"{_BOXES}; it leaves out those in which nothing varies",
    "sample_entropy": "Kubios counts the patterns a little differently from both",
    "artefact_pct": "it knows the whole recording, and counts one beat at most in a long interval",
    "porges_bohrer_rsa": "not asked: it takes heart rate for intervals there",
}


class NeuroKitMissing(Exception):
    """NeuroKit2 is not installed; a plain sentence that says so."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What NeuroKit2 says of one marker: ``value`` is ``None`` where it says nothing."""

    value: float | None
    note: str


def opinions(series: NNSeries) -> dict[str, Opinion]:
    """Return NeuroKit2's value of each marker it has, by our keys and in our units.

    The accepted intervals of ``series`` go to it with their times, so it can tell, as we do, where
    beats were left out. What it does not compute is ``None``, with a word on why. Raises
    ``NeuroKitMissing``.
    """
    with _quiet() as nk:
        found: dict[str, Opinion] = {}
        for keys, ask in _ASKED:
            try:
                said = ask(nk, series)
            except Exception as error:  # of its own making: told, and the rest still asked
                reason = f"NeuroKit2 could not compute it ({type(error).__name__})"
                found |= {key: Opinion(None, reason) for key in keys}
                continue
            for key in keys:
                found[key] = _opinion(key, said[key]) if key in said else Opinion(None, _TOO_LONG)
    for key in set(NOTES) - set(found):
        found[key] = Opinion(None, NOTES[key])
    return found


def _opinion(key: str, value: float) -> Opinion:
    if math.isfinite(value):
        return Opinion(float(value), NOTES.get(key, ""))
    return Opinion(None, NOTES.get(key, "NeuroKit2 has no number for this recording"))


@contextmanager
def _quiet() -> Iterator[Any]:
    """NeuroKit2 without its warnings, which are of no use to who asked for numbers."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            import neurokit2 as nk
        except ImportError as error:
            raise NeuroKitMissing(
                "NeuroKit2 is not installed: `pip install neurokit2` brings it."
            ) from error
        yield nk


# --- what it is asked -----------------------------------------------------------------------------

Said = Mapping[str, float]


def _timed(series: NNSeries) -> dict[str, Any]:
    return {"RRI": series.nn_ms, "RRI_Time": series.nn_t_s}


def _row(table: Any) -> dict[str, float]:
    return {str(name).removeprefix("HRV_"): float(table[name].iloc[0]) for name in table.columns}


def _time(nk: Any, series: NNSeries) -> Said:
    said = _row(nk.hrv_time(_timed(series)))
    return {
        "mean_rr_ms": said["MeanNN"],
        "heart_rate_bpm": 60000.0 / said["MeanNN"],
        "sdnn_ms": said["SDNN"],
        "rmssd_ms": said["RMSSD"],
        "ln_rmssd": math.log(said["RMSSD"]) if said["RMSSD"] > 0 else math.nan,
        "sdsd_ms": said["SDSD"],
        "cvnn": said["CVNN"],
        "pnn50_pct": said["pNN50"],
        "pnn20_pct": said["pNN20"],
        "hrv_triangular_index": said["HTI"],
    }


def _poincare(nk: Any, series: NNSeries) -> Said:
    # Its public function computes forty other numbers too: minutes for an hour of beats.
    from neurokit2.hrv.hrv_nonlinear import _hrv_nonlinear_poincare

    rr_ms, t_s = series.nn_ms, series.nn_t_s
    holes = bool(np.any(np.abs(np.diff(t_s) * 1000.0 - rr_ms[1:]) > SAME_MS))
    said = _hrv_nonlinear_poincare(rr_ms, rri_time=t_s, rri_missing=holes, out={})
    sd1, sd2 = float(said["SD1"]), float(said["SD2"])
    return {"sd1_ms": sd1, "sd2_ms": sd2, "sd1_pct": 100.0 * sd1 / (sd1 + sd2)}


def _frequency(nk: Any, series: NNSeries) -> Said:
    said = _row(
        nk.hrv_frequency(_timed(series), psd_method="welch", interpolation_rate=4, normalize=False)
    )
    return {
        "vlf_ms2": said["VLF"],
        "lf_ms2": said["LF"],
        "hf_ms2": said["HF"],
        "ln_hf": said["LnHF"],
        "total_power_ms2": said["TP"],
        "lf_nu": 100.0 * said["LFn"],
        "hf_nu": 100.0 * said["HFn"],
    }


def _dfa(nk: Any, series: NNSeries) -> Said:
    alpha, _ = nk.fractal_dfa(series.nn_ms, scale=list(range(4, 17)), overlap=False)
    return {"dfa_alpha1": float(alpha)}


def _entropy(nk: Any, series: NNSeries) -> Said:
    rr_ms = series.nn_ms
    if len(rr_ms) > MOST_BEATS_FOR_ENTROPY:
        return {}
    entropy, _ = nk.entropy_sample(rr_ms, dimension=2, tolerance=0.2 * float(rr_ms.std(ddof=1)))
    return {"sample_entropy": float(entropy)}


def _flagged(nk: Any, series: NNSeries) -> Said:
    ticks = np.append(0, np.cumsum(np.rint(series.rr_ms * TICKS_PER_S / 1000.0))).astype(np.int64)
    said, _ = nk.signal_fixpeaks(ticks, sampling_rate=TICKS_PER_S, iterative=False, method="Kubios")
    kinds = ("ectopic", "missed", "extra", "longshort")
    beats = {int(beat) for kind in kinds for beat in said[kind]}
    return {"artefact_pct": 100.0 * len(beats) / len(series)}


_ASKED: tuple[tuple[tuple[str, ...], Callable[[Any, NNSeries], Said]], ...] = (
    (
        (
            "mean_rr_ms", "heart_rate_bpm", "sdnn_ms", "rmssd_ms", "ln_rmssd", "sdsd_ms", "cvnn",
            "pnn50_pct", "pnn20_pct", "hrv_triangular_index",
        ),
        _time,
    ),
    (("sd1_ms", "sd2_ms", "sd1_pct"), _poincare),
    (
        ("vlf_ms2", "lf_ms2", "hf_ms2", "ln_hf", "total_power_ms2", "lf_nu", "hf_nu"),
        _frequency,
    ),
    (("dfa_alpha1",), _dfa),
    (("sample_entropy",), _entropy),
    (("artefact_pct",), _flagged),
)  # fmt: skip
