"""Numbers of windows that come from the curve through their beats: powers, coherence, swings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.batch.beats import Found, Indices, Ranges
from coherence.analysis.batch.powers import band_powers, coherences
from coherence.analysis.batch.recording import COHERENCE, LEAST_S, SWINGS, Recording
from coherence.analysis.batch.swings import own_swings
from coherence.analysis.batch.window_curves import FEWEST_APART, WindowCurves
from coherence.analysis.coherence_ratio import FLAT_MS2
from coherence.analysis.markers_power import SHORT_OF_S
from coherence.analysis.respiration import EVEN_SAMPLES
from coherence.analysis.series import SAME_TIME_S
from coherence.analysis.slow_waves import SAMPLES
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.analysis.tachogram import LONGEST_BRIDGE_S
from coherence.analysis.window import FEWEST_WAVE_SAMPLES, WAVE_SAMPLES
from coherence.model import Reason

Bools = NDArray[np.bool_]

LONGEST_S = 440.0  # a longer window holds two segments of its spectrum: one by one, then


def on_curve(
    recording: Recording, asked: set[str], at: Ranges, end_s: Floats
) -> tuple[dict[str, Found], Bools]:
    """Numbers from the curve; and the windows that are to be worked out singly."""
    curve = recording.curve
    obstacles, wide = recording.obstacles
    first, last = at.first_kept, at.after_kept - 1
    regular = last - first >= FEWEST_APART - 1
    edge = np.minimum(first, max(0, len(wide) - 1)), np.clip(last - 1, 0, max(0, len(wide) - 1))
    if len(wide):
        regular &= obstacles[np.maximum(last, first)] == obstacles[first]
        regular &= curve.sound[np.maximum(last, 0)] & ~wide[edge[0]] & ~wide[edge[1]]
    singly = ~regular
    rows = np.flatnonzero(regular)
    found: dict[str, Found] = {}
    if not rows.size:
        return {key: (np.full(len(end_s), np.nan), {}) for key in asked}, singly
    first, last = first[rows], last[rows]
    curves = WindowCurves(curve, first, last)
    span_s = curve.x[last] - curve.x[first]
    series_end_s = recording.series.t_s[at.after[rows] - 1]
    tail = series_end_s - curve.x[last] > LONGEST_BRIDGE_S
    stale = end_s[rows] - series_end_s > LONGEST_BRIDGE_S
    if asked & {*COHERENCE, *SWINGS}:
        available = (span_s * RATE_HZ + SAME_TIME_S).astype(np.int64) + 1
        waves, unsure = _waves(
            recording, curves, asked, len(end_s), rows, first, last, available, tail, stale
        )
        found |= waves
        singly[rows[unsure]] = True
    if asked & {*LEAST_S}:
        if recording.window_s > LONGEST_S:
            singly[rows] = True
        samples = np.ceil(span_s * RATE_HZ).astype(np.int64)
        found |= _powers(recording, curves, asked, len(end_s), rows, first, last, samples)
    return found, singly


def _waves(
    recording: Recording,
    curves: WindowCurves,
    asked: set[str],
    n: int,
    rows: Indices,
    first: Indices,
    last: Indices,
    available: Indices,
    tail: Bools,
    stale: Bools,
) -> tuple[dict[str, Found], Bools]:
    """Coherence and the swing in each breath, on the grid that ends at the last beat."""
    curve = recording.curve
    share, peak_hz = np.full(n, np.nan), np.full(n, np.nan)
    flat, no_peak = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    ms, bpm = np.full(n, np.nan), np.full(n, np.nan)
    few = np.zeros(n, np.bool_)
    unsure = np.zeros(len(rows), np.bool_)
    samples = np.minimum(WAVE_SAMPLES, available) // EVEN_SAMPLES * EVEN_SAMPLES
    if not asked & {*SWINGS}:
        samples = np.minimum(samples, SAMPLES)
    wide = np.flatnonzero(curve.wide)
    holes = curve.x[wide], curve.x[wide + 1] - curve.y[wide + 1] / 1000.0
    for size in np.unique(samples[samples >= FEWEST_WAVE_SAMPLES]).tolist():
        some = np.flatnonzero(samples == size)
        start_s = curve.x[last[some]] - (size - 1) / RATE_HZ
        nn_ms = curves.read(start_s, samples[some], first[some], last[some])
        of = rows[some]
        if asked & {*SWINGS}:
            beats = slice(int(first[some].min()), int(last[some].max()) + 1)
            swings = own_swings(start_s, nn_ms, curve.x[beats], curve.y[beats], holes)
            ms[of], bpm[of], few[of] = swings.ms, swings.bpm, swings.warming_up
            unsure[some] = swings.open
        if asked & {*COHERENCE} and size >= SAMPLES:
            share[of], peak_hz[of], _ = coherences(nn_ms[:, -SAMPLES:])
            flat[of] = np.isnan(share[of])
            no_peak[of] = ~flat[of] & np.isnan(peak_hz[of])
    gap, warming = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    gap[rows], warming[rows] = tail | stale, available < SAMPLES
    reasons = {
        Reason.GAP: gap, Reason.WARMING_UP: warming, Reason.FLAT: flat, Reason.NO_PEAK: no_peak,
    }  # fmt: skip
    found: dict[str, Found] = {"coherence": (share, reasons)}
    found["coherence_peak_hz"] = peak_hz, reasons
    gap, warming = np.zeros(n, np.bool_), few.copy()
    gap[rows] = tail
    warming[rows] |= available < FEWEST_WAVE_SAMPLES
    found["rsa_ms"] = ms, {Reason.GAP: gap, Reason.WARMING_UP: warming}
    found["rsa_bpm"] = bpm, found["rsa_ms"][1]
    return {key: found[key] for key in asked & {*COHERENCE, *SWINGS}}, unsure


def _powers(
    recording: Recording,
    curves: WindowCurves,
    asked: set[str],
    n: int,
    rows: Indices,
    first: Indices,
    last: Indices,
    samples: Indices,
) -> dict[str, Found]:
    """Bands of power, on the grid that begins at the first beat."""
    curve = recording.curve
    bands = np.full((4, n), np.nan)
    if recording.window_s <= LONGEST_S:
        order = samples.argsort(kind="stable")
        first, last = first[order], last[order]
        nn_ms = curves.read(curve.x[first], samples[order], first, last)
        bands[:, rows[order]] = band_powers(nn_ms, samples[order])
    vlf, lf, hf, total = bands
    rest = total - vlf
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {
            "vlf_ms2": vlf, "lf_ms2": lf, "hf_ms2": hf, "total_power_ms2": total,
            "lf_nu": 100.0 * lf / rest, "hf_nu": 100.0 * hf / rest,
        }  # fmt: skip
        flat = ~(total >= FLAT_MS2) | ~(rest > 0.0)
    found: dict[str, Found] = {}
    for key in asked & {*LEAST_S}:
        gap = np.zeros(n, np.bool_)
        if not recording.short:
            gap[rows] = samples / RATE_HZ < LEAST_S[key] - SHORT_OF_S
        found[key] = values[key], {Reason.GAP: gap}
        if key.endswith("_nu"):
            found[key][1][Reason.FLAT] = flat
    return found
