"""Ours, as the fold and `coherence analyse` use it."""

import math

import numpy as np

import coherence
from coherence.analysis.artifacts import judged_series
from coherence.analysis.markers import MARKERS, evaluate, evaluate_span, value_of
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window

VERSION = coherence.__version__

# The fifteen of the goals; LF/HF is said as LF in normalised units.
FIFTEEN = (
    "mean_rr_ms", "sdnn_ms", "rmssd_ms", "pnn50_pct", "sd1_ms", "sd2_ms", "vlf_ms2", "lf_ms2",
    "hf_ms2", "total_power_ms2", "lf_nu", "coherence", "coherence_peak_hz", "rsa_ms", "dfa_alpha1",
)  # fmt: skip
ROWS = {marker.key: marker for marker in MARKERS}


def plain(values):
    return {
        key: value.value
        for key, value in values.items()
        if value.value is not None and math.isfinite(value.value)
    }


def fifteen(rr_ms):
    series = NNSeries.from_rr(rr_ms)
    rows = [ROWS[key] for key in FIFTEEN if key in ROWS]

    def call():
        window = Window(series, series.end_s, whole=True)
        return plain({row.key: value_of(window, row) for row in rows})

    return call


def update(rr_ms):
    """The fold's dearest second: every live marker is due (the heavier ones are each 5 or 10 s)."""
    series = NNSeries.from_rr(rr_ms)

    def call():
        said = evaluate(Window(series, series.end_s), all_live=True)
        return plain({key: reading.value for key, reading in said.items()})

    return call


def recording(rr_ms):
    """Judge every beat, then every number there is of the whole."""

    def call():
        return plain(evaluate_span(judged_series(rr_ms)[0]))

    return call


def artefacts(rr_ms):
    def call():
        return {"flagged": judged_series(rr_ms)[0].flagged}

    return call


def windows(rr_ms):
    """64 s every 5 s, along a stretch: per window."""
    series = NNSeries.from_rr(rr_ms)
    rows = [ROWS[key] for key in FIFTEEN if key in ROWS]
    ends = np.arange(70.0, series.end_s, 5.0).tolist()

    def call():
        for end_s in ends:
            window = Window(series.window(end_s - 70.0, end_s), end_s, whole=True)
            values = plain({row.key: value_of(window, row) for row in rows})
        return values | {"windows": len(ends)}

    return call


JOBS = {
    "fifteen": fifteen,
    "update": update,
    "recording": recording,
    "artefacts": artefacts,
    "corrected": artefacts,
    "windows": windows,
}
