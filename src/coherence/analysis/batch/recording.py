"""What all windows of a recording share: its beats, their curve, and what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.batch.curve import WholeCurve
from coherence.analysis.markers import MARKERS
from coherence.analysis.markers_power import HF_S, LF_S, VLF_S
from coherence.analysis.once import once
from coherence.analysis.series import NNSeries
from coherence.analysis.tachogram import LONGEST_BRIDGE_S
from coherence.analysis.window import Window
from coherence.model import Gap

Bools = NDArray[np.bool_]

BEATS = (
    "mean_rr_ms", "heart_rate_bpm", "sdnn_ms", "rmssd_ms", "pnn50_pct", "sd1_ms", "sd2_ms",
)  # fmt: skip
LEAST_S = {
    "vlf_ms2": VLF_S, "lf_ms2": LF_S, "hf_ms2": HF_S, "total_power_ms2": VLF_S, "lf_nu": LF_S,
    "hf_nu": LF_S,
}  # fmt: skip
COHERENCE, SWINGS = ("coherence", "coherence_peak_hz"), ("rsa_ms", "rsa_bpm")
KEYS = (*BEATS, "dfa_alpha1", *LEAST_S, *COHERENCE, *SWINGS, "artefact_pct")
ROWS = {marker.key: marker for marker in MARKERS if marker.key in KEYS}


class Recording:
    """The beats, and the windows that are asked for."""

    def __init__(
        self,
        series: NNSeries,
        window_s: float,
        keys: Sequence[str],
        gaps: Sequence[Gap],
        short: bool,
    ) -> None:
        self.series, self.window_s, self.keys, self.short = series, window_s, keys, short
        self.gaps = sorted(gaps, key=lambda gap: gap.t_s)
        self.kept_before = _running(series.accepted)
        self.missed_before = _running(series.missing)

    @once
    def curve(self) -> WholeCurve:
        return WholeCurve(self.series)

    @once
    def obstacles(self) -> tuple[NDArray[np.int64], Bools]:
        """Running count of accepted beats that no block may hold; pieces no window may end on."""
        curve = self.curve
        unsound = ~curve.sound
        unsound[:-1] |= curve.hole_s > LONGEST_BRIDGE_S
        return _running(unsound), curve.wide

    def window(self, end_s: float) -> Window:
        """One of them as a recording of its own."""
        beats = self.series.window(end_s - self.window_s, end_s)
        return Window(
            beats,
            end_s,
            gaps=[g for g in self.gaps if g.t_s < end_s and g.end_s > end_s - 2 * self.window_s],
            whole=True,
            short=self.short,
        )


def _running(values: NDArray[np.generic]) -> NDArray[np.int64]:
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums
