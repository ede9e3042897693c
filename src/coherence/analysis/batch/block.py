"""One block of windows: what each of them says, under the rules that hold for every marker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.batch.beats import BeatSums, Found, Ranges
from coherence.analysis.batch.on_curve import on_curve
from coherence.analysis.batch.recording import BEATS, COHERENCE, LEAST_S, ROWS, SWINGS, Recording
from coherence.analysis.marker import value_of
from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import Floats
from coherence.analysis.window import MOST_ARTEFACTS_PCT, missing_within
from coherence.model import Reason

Bools = NDArray[np.bool_]
Told = tuple[Floats, NDArray[np.int8]]  # values, and codes of reasons

CODES: tuple[Reason | None, ...] = (None, *Reason)


class Block:
    """The windows up to each of ``end_s`` (w,)."""

    def __init__(self, recording: Recording, end_s: Floats) -> None:
        self.recording, self.end_s = recording, end_s
        series = recording.series
        first = series.t_s.searchsorted(end_s - recording.window_s, side="right")
        after = series.t_s.searchsorted(end_s, side="right")
        kept = recording.kept_before
        self.at = Ranges(first, after, kept[first], kept[after])
        begin, end = int(first.min()), int(after.max())
        self._sums = BeatSums(
            NNSeries(
                series.t_s[begin:end],
                series.rr_ms[begin:end],
                series.accepted[begin:end],
                series.segment[begin:end],
                series.missing[begin:end],
            )
        )
        inside = Ranges(
            first - begin,
            after - begin,
            self.at.first_kept - kept[begin],
            self.at.after_kept - kept[begin],
        )
        self._inside = inside
        self._by_beats = self._sums.of(inside)
        self._refusals: dict[tuple[float, float, bool], NDArray[np.int8]] = {}

        some = after > first
        at = np.minimum(first, max(0, len(series) - 1))
        start_s = series.t_s[at] - series.rr_ms[at] / 1000.0 if len(series) else end_s
        self.span_s = np.where(some, np.maximum(0.0, end_s - start_s), 0.0)
        n = self.at.after_kept - self.at.first_kept
        covered_s = np.where(n > 0, n * self._by_beats["mean_rr_ms"][0], 0.0) / 1000.0
        with np.errstate(divide="ignore", invalid="ignore"):
            self.coverage = np.where(
                self.span_s > 0.0, np.minimum(1.0, covered_s / self.span_s), 0.0
            )
            flagged = after - first - n
            missing = np.rint(self._missing())
            total = n + flagged + missing
            self.artefact_pct = np.where(total > 0, 100.0 * (flagged + missing) / total, 0.0)

    def _missing(self) -> Floats:
        """Beats missing in each window: swallowed by missed intervals, and in gaps."""
        before = self.recording.missed_before
        missing = (before[self.at.after] - before[self.at.first]).astype(np.float64)
        for gap in self.recording.gaps:
            touched = np.flatnonzero(
                (gap.t_s < self.end_s) & (gap.end_s > self.end_s - self.span_s)
            )
            for i in touched.tolist():
                end_s = float(self.end_s[i])
                missing[i] += missing_within(gap, end_s - float(self.span_s[i]), end_s)
        return missing

    # --- what they say ---

    def told(self) -> dict[str, Told]:
        """By marker key: values and reasons, as ``value_of`` has them window by window."""
        asked = set(self.recording.keys)
        found: dict[str, Found] = {key: self._by_beats[key] for key in BEATS if key in asked}
        if "dfa_alpha1" in asked:
            found["dfa_alpha1"] = self._sums.dfa_alpha1(self._inside)
        if "artefact_pct" in asked:
            found["artefact_pct"] = self.artefact_pct, {}
        curved = asked & {*LEAST_S, *COHERENCE, *SWINGS}
        singly: Bools = np.zeros(len(self.end_s), np.bool_)
        if curved:
            by_curve, singly = on_curve(self.recording, curved, self.at, self.end_s)
            found |= by_curve
        told = {key: self._gated(key, *found[key]) for key in self.recording.keys}
        for i in np.flatnonzero(singly & (self.span_s > 0.0)).tolist():
            window = self.recording.window(float(self.end_s[i]))
            for key in curved:
                said = value_of(window, ROWS[key])
                values, codes = told[key]
                values[i] = np.nan if said.value is None else said.value
                codes[i] = CODES.index(said.reason)
        return told

    def _gated(self, key: str, values: Floats, reasons: dict[Reason, Bools]) -> Told:
        marker = ROWS[key]
        codes = self._refused(marker.min_span_s, marker.min_coverage, marker.at_any_quality).copy()
        for reason, where in reasons.items():
            if where.any():
                codes[where & (codes == 0)] = CODES.index(reason)
        spoken = codes == 0
        if not np.isfinite(values[spoken]).all():
            codes[spoken & ~np.isfinite(values)] = CODES.index(Reason.NO_DATA)
            spoken = codes == 0
        if key == "coherence":  # 0 where no wave stands out
            spoken |= codes == CODES.index(Reason.NO_PEAK)
        return np.where(spoken, values, np.nan), codes

    def _refused(
        self, min_span_s: float, min_coverage: float, at_any_quality: bool
    ) -> NDArray[np.int8]:
        """The rules that hold for all markers, as codes; the first one that applies."""
        rules = min_span_s, min_coverage, at_any_quality
        if rules not in self._refusals:
            codes = np.zeros(len(self.end_s), np.int8)
            codes[self.coverage < min_coverage] = CODES.index(Reason.GAP)
            if not at_any_quality:
                bad = self.artefact_pct > MOST_ARTEFACTS_PCT
                codes[bad] = CODES.index(Reason.TOO_MANY_ARTEFACTS)
            if not self.recording.short:
                codes[self.span_s < min_span_s] = CODES.index(Reason.WARMING_UP)
            codes[~(self.span_s > 0.0)] = CODES.index(Reason.NO_DATA)
            self._refusals[rules] = codes
        return self._refusals[rules]
