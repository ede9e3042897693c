"""What live markers of the heart's waves said at many times of a long recording, all at once.

The same as ``value_of(Window(series of the last 310 s, t, gaps=…), marker)`` at each of the times,
to 1e-9, for recordings without a guide, an ECG or a sensor of motion.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.batch.curve import WholeCurve
from coherence.analysis.batch.powers import FIRST_BIN, LAST_PEAK, STEP_HZ, highest_wave, slow_power
from coherence.analysis.batch.swings import own_swings
from coherence.analysis.batch.window_curves import FEWEST_APART, WindowCurves
from coherence.analysis.coherence_ratio import (
    BREATH_HIGH_HZ,
    CEILING,
    FLAT_MS2,
    PEAK_LOW_HZ,
)
from coherence.analysis.marker import value_of
from coherence.analysis.markers import LIVE
from coherence.analysis.markers_breath import LEAST_BREATH_SHARE
from coherence.analysis.respiration import EVEN_SAMPLES, RECENT_BREATHS
from coherence.analysis.series import SAME_TIME_S, NNSeries
from coherence.analysis.slow_waves import BINS, SAMPLES
from coherence.analysis.spectrum import N_FFT, RATE_HZ, Floats
from coherence.analysis.tachogram import LONGEST_BRIDGE_S
from coherence.analysis.window import (
    FEWEST_WAVE_SAMPLES,
    MINUTES_S,
    MOST_ARTEFACTS_PCT,
    WAVE_SAMPLES,
    Window,
    missing_within,
)
from coherence.model import Gap, Reason, Value

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

LOOK_BACK_S = 310.0
AT_ONCE = 512
WAVES = (
    "coherence", "coherence_ratio", "coherence_pct", "coherence_peak_hz", "spectral_regularity",
    "breaths_per_min", "rsa_ms", "rsa_bpm",
)  # fmt: skip
NEVER = {  # what these say without a guide and a measured breath
    "guide_coherence": Reason.NOT_PACED, "guide_amplitude_ms": Reason.NOT_PACED,
    "in_rhythm": Reason.NOT_PACED, "phase_locking": Reason.NOT_PACED,
    "phase_lag_deg": Reason.NOT_PACED, "breath_coherence": Reason.NO_BREATH,
}  # fmt: skip
ROWS = {marker.key: marker for marker in LIVE if marker.key in {*WAVES, *NEVER}}
KEYS = tuple(ROWS)
EVERY_S = math.lcm(*(marker.every_s for marker in ROWS.values()))


@lru_cache(maxsize=EVERY_S)
def _due(second: float) -> tuple[str, ...]:
    return tuple(key for key in KEYS if second % ROWS[key].every_s == 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """One marker at each time (w,). NaN is no value, or no floor; no reason is 0."""

    values: Floats
    codes: NDArray[np.int8]
    low: Bools
    floors: Floats | None = None

    def at(self, i: int) -> Value:
        value, reason = float(self.values[i]), CODES[int(self.codes[i])]
        if math.isnan(value):
            return Value(None, reason)
        floor = math.nan if self.floors is None else float(self.floors[i])
        return Value(
            value,
            reason,
            low_confidence=bool(self.low[i]),
            floor=None if math.isnan(floor) else floor,
        )


CODES: tuple[Reason | None, ...] = (None, *Reason)


class _Second(Mapping[str, Value]):
    """What is due at one of some times: made when it is asked for, since a day has many."""

    __slots__ = ("_due", "_i", "_said")

    def __init__(self, said: dict[str, _Said], due: tuple[str, ...], i: int) -> None:
        self._said, self._due, self._i = said, due, i

    def __getitem__(self, key: str) -> Value:
        if key not in self._due:
            raise KeyError(key)
        return self._said[key].at(self._i)

    def __iter__(self) -> Iterator[str]:
        return iter(self._due)

    def __len__(self) -> int:
        return len(self._due)


def live_waves(series: NNSeries, at_s: Floats, gaps: Sequence[Gap]) -> list[Mapping[str, Value]]:
    """What each of ``KEYS`` that is due at each of the times (w,), which rise, says.

    Half-widths of swings are left out. ``series`` holds all beats from 310 s before the first on.
    """
    curve = WholeCurve(series)
    kept = np.concatenate(([0], np.cumsum(series.accepted)))
    found: list[Mapping[str, Value]] = []
    for first in range(0, len(at_s), AT_ONCE):
        found += _Times(series, curve, kept, gaps, at_s[first : first + AT_ONCE]).told()
    return found


class _Times:
    """Some times together."""

    def __init__(
        self,
        series: NNSeries,
        curve: WholeCurve,
        kept: Indices,
        gaps: Sequence[Gap],
        at_s: Floats,
    ) -> None:
        self._series, self._curve, self._kept, self._at_s = series, curve, kept, at_s
        self._gaps = [g for g in gaps if g.t_s < at_s[-1] and g.end_s > at_s[0] - LOOK_BACK_S]
        self._after = series.t_s.searchsorted(at_s, side="right")
        self._begin = series.t_s.searchsorted(at_s - LOOK_BACK_S, side="right")
        some = self._after > self._begin
        begin = np.minimum(self._begin, len(series) - 1)
        start_s = series.t_s[begin] - series.rr_ms[begin] / 1000.0
        self._span_s = np.where(some, np.maximum(0.0, at_s - start_s), 0.0)
        self._trailing: dict[float, tuple[Bools, Floats, Floats]] = {}

    def told(self) -> list[Mapping[str, Value]]:
        """By time and marker."""
        said, singly = self._waves()
        whole_s = np.floor(self._at_s).tolist()
        rows: list[Mapping[str, Value]] = []
        for i, (second, alone) in enumerate(zip(whole_s, singly.tolist(), strict=True)):
            due = _due(second % EVERY_S)
            if alone:
                window = self._window(i)
                rows.append({key: value_of(window, ROWS[key]) for key in due})
            else:
                rows.append(_Second(said, due, i))
        return rows

    def _window(self, i: int) -> Window:
        at_s = float(self._at_s[i])
        return Window(
            self._series.window(at_s - LOOK_BACK_S, at_s),
            at_s,
            gaps=[g for g in self._gaps if g.t_s < at_s and g.end_s > at_s - LOOK_BACK_S],
        )

    # --- the rules that hold for all ---

    def _of_last(self, window_s: float) -> tuple[Bools, Floats, Floats]:
        """Whether there are beats in the trailing window, its artefacts in %, its coverage."""
        if window_s not in self._trailing:
            series, at_s = self._series, self._at_s
            begin = np.maximum(series.t_s.searchsorted(at_s - window_s, side="right"), self._begin)
            lowest, highest = int(begin.min()), int(self._after.max())
            part = slice(lowest, highest)
            nn_ms = np.where(series.accepted[part], series.rr_ms[part], 0.0)
            sums_ms = np.concatenate(([0.0], np.cumsum(nn_ms)))
            missed = np.concatenate(([0], np.cumsum(series.missing[part])))
            first, after = begin - lowest, np.maximum(self._after, begin) - lowest
            n = self._kept[after + lowest] - self._kept[begin]
            missing = (missed[after] - missed[first]).astype(np.float64)
            for gap in self._gaps:
                for i in np.flatnonzero((gap.t_s < at_s) & (gap.end_s > at_s - window_s)).tolist():
                    end_s = float(at_s[i])
                    missing[i] += missing_within(gap, end_s - window_s, end_s)
            bad = after - first - n + np.rint(missing)
            total = n + bad
            pct = np.where(total > 0, 100.0 * bad / np.maximum(total, 1.0), 0.0)
            coverage = np.minimum(1.0, (sums_ms[after] - sums_ms[first]) / 1000.0 / window_s)
            self._trailing[window_s] = after > first, pct, coverage
        return self._trailing[window_s]

    def _gated(
        self,
        key: str,
        values: Floats,
        reasons: dict[Reason, Bools],
        low: Bools,
        floors: Floats | None = None,
    ) -> _Said:
        marker = ROWS[key]
        beats, pct, coverage = self._of_last(marker.window_s)
        short = self._span_s < marker.window_s
        least = marker.min_coverage * np.where(short, self._span_s / marker.window_s, 1.0)
        codes = np.zeros(len(self._at_s), np.int8)
        for reason, where in reversed(
            [
                (Reason.NO_DATA, ~(self._span_s > 0.0)),
                (Reason.WARMING_UP, self._span_s < marker.min_span_s),
                (Reason.GAP, ~beats),
                (Reason.TOO_MANY_ARTEFACTS, pct > MOST_ARTEFACTS_PCT),
                (Reason.GAP, coverage < least),
                *reasons.items(),
            ]
        ):
            codes[where] = CODES.index(reason)
        silent = codes != 0
        if key in _WITH_NO_PEAK:
            silent &= codes != CODES.index(Reason.NO_PEAK)
        values = np.where(silent, np.nan, values)
        there = np.isfinite(values)
        return _Said(values, codes, there & (low | short), floors)

    # --- what the waves say ---

    def _waves(self) -> tuple[dict[str, _Said], Bools]:
        curve, at_s, n = self._curve, self._at_s, len(self._at_s)
        begin = np.maximum(
            self._series.t_s.searchsorted(at_s - MINUTES_S, side="right"), self._begin
        )
        first, last = self._kept[begin], self._kept[self._after] - 1
        # From the last hole on that is too long to bridge.
        cuts = np.flatnonzero(curve.hole_s > LONGEST_BRIDGE_S) + 1
        before = cuts.searchsorted(last, side="right")
        cut = np.where(before > 0, cuts[before - 1], 0) if cuts.size else np.zeros(n, np.int64)
        parted = cut > first
        first = np.maximum(first, cut)
        enough = last - first >= FEWEST_APART - 1
        some = np.flatnonzero(enough)
        none = np.full(n, np.nan)
        said: dict[str, tuple[Floats, dict[Reason, Bools], Bools, Floats | None]] = {
            key: (none, {reason: np.ones(n, np.bool_)}, np.zeros(n, np.bool_), None)
            for key, reason in NEVER.items()
        }
        singly = ~enough
        if some.size:
            waves, unsure = self._of_curve(some, first[some], last[some], parted[some])
            singly[some[unsure]] = True
            said |= waves
        else:
            nothing = np.zeros(n, np.bool_)
            said |= {key: (none, {}, nothing, None) for key in WAVES}
        return {key: self._gated(key, *each) for key, each in said.items()}, singly

    def _of_curve(
        self, rows: Indices, first: Indices, last: Indices, parted: Bools
    ) -> tuple[dict[str, tuple[Floats, dict[Reason, Bools], Bools, Floats | None]], Bools]:
        """From the curve through the beats from ``first`` to ``last``; and which it cannot tell."""
        curve, n = self._curve, len(self._at_s)
        unsound = np.concatenate(([0], np.cumsum(~curve.sound)))
        wide = np.append(curve.wide, False)
        unsure = (unsound[last + 1] > unsound[first]) | wide[first] | wide[last - 1]
        end_s = self._series.t_s[self._after[rows] - 1]
        tail_s = end_s - curve.x[last]
        available = ((curve.x[last] - curve.x[first]) * RATE_HZ + SAME_TIME_S).astype(np.int64) + 1
        samples = np.minimum(WAVE_SAMPLES, available)
        even = samples // EVEN_SAMPLES * EVEN_SAMPLES
        out = {key: np.full(n, np.nan) for key in (*WAVES, "floor_ms", "floor_bpm", "low", "quick")}
        flags = {
            key: np.zeros(n, np.bool_)
            for key in ("flat", "none", "no breath", "few", "still", "even")
        }
        holes_at = np.flatnonzero(curve.wide)
        holes = curve.x[holes_at], curve.x[holes_at + 1] - curve.y[holes_at + 1] / 1000.0
        sure = np.flatnonzero(~unsure)
        if sure.size:
            curves = WindowCurves(curve, first[sure], last[sure])
        for size in np.unique(even[even >= FEWEST_WAVE_SAMPLES]).tolist():
            among = np.flatnonzero((even == size) & ~unsure)
            if not among.size:
                continue
            of, to = rows[among], last[among]
            start_s = curve.x[to] - (size - 1) / RATE_HZ
            nn_ms = curves.read(start_s, even[among], first[among], to)
            beats = slice(int(first[among].min()), int(to.max()) + 1)
            x, y = curve.x[beats], curve.y[beats]
            swings = own_swings(start_s, nn_ms, x, y, holes, with_floors=True)
            assert swings.floors is not None
            out["rsa_ms"][of], out["rsa_bpm"][of] = swings.ms, swings.bpm
            out["floor_bpm"][of], out["floor_ms"][of] = swings.floors
            flags["few"][of] = swings.warming_up
            flags["still"][of] = swings.breaths < RECENT_BREATHS
            unsure[among] = swings.open
            if size >= SAMPLES:
                self._spectra(of, nn_ms[:, -SAMPLES:], out, flags)
        low = np.zeros(n, np.bool_)
        start_s = curve.x[last] - (SAMPLES - 1) / RATE_HZ
        right = np.maximum(curve.x.searchsorted(start_s, side="right"), first + 1)
        holes_to = np.concatenate(([0], np.cumsum(curve.hole_s > SAME_TIME_S)))
        low[rows] = (holes_to[last] > holes_to[np.minimum(right, last + 1) - 1]) | (
            tail_s > SAME_TIME_S
        )
        gap, warming, tail = (np.zeros(n, np.bool_) for _ in range(3))
        tail[rows] = tail_s > LONGEST_BRIDGE_S
        gap[rows] = tail[rows] | (self._at_s[rows] - end_s > LONGEST_BRIDGE_S)
        gap[rows] |= (available < SAMPLES) & parted
        warming[rows] = available < SAMPLES
        of_wave = {
            Reason.GAP: gap, Reason.WARMING_UP: warming, Reason.FLAT: flags["flat"],
            Reason.NO_PEAK: flags["none"],
        }  # fmt: skip
        for_breath = of_wave | {Reason.NO_PEAK: flags["no breath"]}
        regular = {Reason.GAP: gap, Reason.WARMING_UP: warming, Reason.FLAT: flags["even"]}
        tail[rows] |= (available < FEWEST_WAVE_SAMPLES) & parted
        few = flags["few"].copy()
        few[rows] |= available < FEWEST_WAVE_SAMPLES
        for_swing = {Reason.GAP: tail, Reason.WARMING_UP: few}
        doubtful = low | (out["low"] < LEAST_BREATH_SHARE)
        return {
            "coherence": (out["coherence"], of_wave, low, None),
            "coherence_ratio": (out["coherence_ratio"], of_wave, low, None),
            "coherence_pct": (out["coherence_pct"], of_wave, low, None),
            "coherence_peak_hz": (out["coherence_peak_hz"], of_wave, low, None),
            "spectral_regularity": (out["spectral_regularity"], regular, low, None),
            "breaths_per_min": (out["breaths_per_min"], for_breath, doubtful, None),
            "rsa_ms": (out["rsa_ms"], for_swing, flags["still"], out["floor_ms"]),
            "rsa_bpm": (out["rsa_bpm"], for_swing, flags["still"], out["floor_bpm"]),
        }, unsure

    def _spectra(
        self, of: Indices, nn_ms: Floats, out: dict[str, Floats], flags: dict[str, Bools]
    ) -> None:
        total_ms2, psd = slow_power(nn_ms, BINS - 1)
        share, peak_hz = highest_wave(psd, total_ms2, LAST_PEAK)
        flags["flat"][of] = np.isnan(share)
        flags["none"][of] = ~np.isnan(share) & np.isnan(peak_hz)
        out["coherence"][of], out["coherence_peak_hz"][of] = share, peak_hz
        with np.errstate(divide="ignore", invalid="ignore"):
            out["coherence_ratio"][of] = share / (1.0 - share)
        out["coherence_pct"][of] = 100.0 * np.minimum(1.0, share / CEILING)
        last_peak = math.floor(BREATH_HIGH_HZ / STEP_HZ + SAME_TIME_S)
        share, peak_hz = highest_wave(psd, total_ms2, last_peak)
        flags["no breath"][of] = ~np.isnan(share) & np.isnan(peak_hz)
        out["breaths_per_min"][of], out["low"][of] = 60.0 * peak_hz, share
        # The entropy of the bins of 1/64 Hz.
        step = N_FFT // SAMPLES
        first = math.ceil(PEAK_LOW_HZ * SAMPLES / RATE_HZ)
        power = psd[:, first * step - FIRST_BIN :: step]
        power = power[:, : math.floor(BREATH_HIGH_HZ * SAMPLES / RATE_HZ) - first + 1]
        total = power.sum(axis=1)
        flags["even"][of] = ~(total * (RATE_HZ / SAMPLES) >= FLAT_MS2)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = power / total[:, None]
            told = np.where(power > 0.0, share * np.log(share), 0.0).sum(axis=1)
        even = np.minimum(1.0, 1.0 + told / math.log(power.shape[1]))
        out["spectral_regularity"][of] = even


_WITH_NO_PEAK = {"coherence", "coherence_ratio", "coherence_pct"}
