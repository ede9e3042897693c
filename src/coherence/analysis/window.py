"""Window: what markers are computed from, with what several of them share computed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coherence.analysis.artifacts import artefact_pct
from coherence.analysis.coherence_ratio import (
    BREATH_HIGH_HZ,
    Coherence,
    CoherenceSpectrum,
    breath_share,
    coherence_of,
    coherence_spectrum,
)
from coherence.analysis.frequency import BandPowers, autoregressive, welch
from coherence.analysis.guide_coherence import GuideRhythm, guide_rhythm, own_power
from coherence.analysis.indices import stress_index
from coherence.analysis.lateness import Lateness
from coherence.analysis.once import once
from coherence.analysis.phase import PhaseLock, phase_lock
from coherence.analysis.respiration import (
    FEWEST_BREATHS,
    RECENT_BREATHS,
    BreathSwings,
    breath_swings,
    guided_bounds,
    own_bounds,
)
from coherence.analysis.series import NNSeries
from coherence.analysis.stretches import Stretches, stretches
from coherence.analysis.tachogram import LONGEST_BRIDGE_S, JoinedBeats, Stamp, tachogram
from coherence.model import Gap, Reason, Value
from coherence.pacing import BreathGuide

MINUTES_S = 300.0  # what bands of power and the indices are for
WAVE_S = 120.0  # as far back as the breath is read from the heart
WAVE_SAMPLES, FEWEST_WAVE_SAMPLES = 480, 80
QUICKEST_MEASURED_PER_MIN = 9.0  # above it heart and breath are not expected to be one wave
MOST_ARTEFACTS_PCT = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Trailing:
    """One marker's stretch of a window."""

    beats: NNSeries
    coverage: float  # share of its time that accepted beats account for, 0 to 1
    artefact_pct: float  # beats flagged or missing, in per cent of all


class Window:
    """The decided beats up to ``end_s`` and all that was known then. Read at once, then drop it.

    ``series`` reaches back 310 s where there is as much. ``baseline`` holds the beats of the time
    with one's own breath; ``breath`` is a *measured* rate in breaths a minute; ``moving`` tells
    that the person moves; ``lateness`` by how much beats lie after they were felt. With ``whole``
    each marker takes all of ``series`` for its window: for a recording as a whole. With ``short``
    also numbers are told for which there is too little of it, as other tools do.
    """

    def __init__(
        self,
        series: NNSeries,
        end_s: float,
        *,
        guide: BreathGuide | None = None,
        gaps: Sequence[Gap] = (),
        baseline: NNSeries | None = None,
        breath: float | None = None,
        moving: bool = False,
        contact: bool | None = None,
        lateness: Lateness | None = None,
        whole: bool = False,
        short: bool = False,
    ) -> None:
        last = len(series) and float(series.t_s[-1]) > end_s
        self.series = series.window(-np.inf, end_s) if last else series
        self.end_s = end_s
        self.guide = guide
        self.gaps = gaps
        self.baseline = baseline
        self.breath = breath
        self.moving = moving
        self.contact = contact
        self.lateness = lateness
        self.whole = whole
        self.short = short
        self._trailing: dict[float, Trailing] = {}

    # --- how much there is, and how good ---

    @once
    def span_s(self) -> float:
        """From the beginning of the first beat to ``end_s``."""
        return max(0.0, self.end_s - self.series.start_s) if len(self.series) else 0.0

    def trailing(self, window_s: float) -> Trailing:
        """The trailing ``window_s`` (all of it, if ``whole``)."""
        if self.whole:
            return self._everything
        found = self._trailing.get(window_s)
        if found is None:
            found = self._trailing[window_s] = self._last(window_s)
        return found

    @once
    def _everything(self) -> Trailing:
        return self._last(self.span_s)

    def _last(self, window_s: float) -> Trailing:
        beats = self.series if self.whole else self.series.since(self.end_s - window_s)
        missing = float(beats.missed)
        for gap in self.gaps:
            missing += missing_within(gap, self.end_s - window_s, self.end_s)
        flagged = beats.flagged
        return Trailing(
            beats,
            coverage=min(1.0, beats.covered_s / window_s) if window_s > 0 else 0.0,
            artefact_pct=artefact_pct(len(beats) - flagged, flagged, round(missing)),
        )

    @property
    def stale(self) -> bool:
        """Whether the last beat lies too far back to speak of ``end_s``."""
        return self.end_s - self.series.end_s > LONGEST_BRIDGE_S

    # --- what several markers share ---

    @once
    def joined(self) -> JoinedBeats:
        """The last five minutes (all, if ``whole``), joined by a curve."""
        return JoinedBeats(self.trailing(MINUTES_S).beats)

    @once
    def joined_in_the_middle(self) -> JoinedBeats:
        """The same, each interval standing at its middle: for phase."""
        return JoinedBeats(self.trailing(MINUTES_S).beats, Stamp.MIDDLE)

    @once
    def spectrum(self) -> CoherenceSpectrum | Reason:
        """Spectrum of the last 64 s."""
        return Reason.GAP if self.stale else coherence_spectrum(self.joined)

    @once
    def coherence(self) -> Coherence | Reason:
        return self.spectrum if isinstance(self.spectrum, Reason) else coherence_of(self.spectrum)

    @once
    def breath_wave(self) -> Coherence | Reason:
        """The highest wave up to 0.40 Hz: the breath, as far as the heart tells."""
        if isinstance(self.spectrum, Reason):
            return self.spectrum
        return coherence_of(self.spectrum, BREATH_HIGH_HZ)

    @once
    def breath_share(self) -> float | Reason:
        """The share at a measured breath; ``NO_BREATH`` where there is none, or a quick one."""
        if self.breath is None or not 0 < self.breath <= QUICKEST_MEASURED_PER_MIN:
            return Reason.NO_BREATH
        if isinstance(self.spectrum, Reason):
            return self.spectrum
        return breath_share(self.spectrum, self.breath / 60.0)

    @property
    def unsure(self) -> bool:
        """Whether holes make the spectrum doubtful: long ones, and any outside a paced step."""
        if isinstance(self.spectrum, Reason):
            return False
        beats = self.spectrum.tachogram
        return beats.unsure or (beats.bridged and not self.paced)

    @once
    def paced(self) -> bool:
        return self.guide is not None and self.guide.at(self.end_s) is not None

    def paced_within(self, window_s: float) -> bool:
        """Whether the guide ran at any time of the trailing window, not only at its end."""
        if self.guide is None:
            return False
        from_s = self.series.start_s if self.whole else self.end_s - window_s
        return self.paced or bool(self.guide.breaths(from_s, self.end_s))

    @once
    def even(self) -> Stretches | Reason:
        """The last five minutes (all, if ``whole``) on an even grid."""
        return stretches(self.joined)

    @once
    def powers(self) -> BandPowers | Reason:
        return self.even if isinstance(self.even, Reason) else welch(self.even)

    @once
    def ar_powers(self) -> BandPowers | Reason:
        return self.even if isinstance(self.even, Reason) else autoregressive(self.even)

    @once
    def stress(self) -> Value:
        """Stress index of the last five minutes."""
        return Value(None, self.even) if isinstance(self.even, Reason) else stress_index(self.even)

    @once
    def phase_lock(self) -> PhaseLock | Reason:
        """How the heart rate's phase goes with the guide's."""
        if self.stale or not self.paced:
            return Reason.GAP if self.paced else Reason.NOT_PACED
        if self.lateness is None:
            return phase_lock(self.joined_in_the_middle, self.guide, self.end_s)
        felt = self.trailing(MINUTES_S).beats.earlier_by(self.lateness.recent_s())
        more_s = self.lateness.at_most_more_s()
        return phase_lock(JoinedBeats(felt, Stamp.MIDDLE), self.guide, self.end_s, more_s)

    @once
    def guide_rhythm(self) -> GuideRhythm | Reason:
        if self.stale or not self.paced:
            return Reason.GAP if self.paced else Reason.NOT_PACED
        return guide_rhythm(self.joined_in_the_middle, self.guide, self.end_s)

    @once
    def in_rhythm(self) -> bool | Reason:
        """The claim that heart and guide move together, or why nothing can be claimed."""
        rhythm = self.guide_rhythm
        if isinstance(rhythm, Reason):
            return rhythm
        baseline = self.baseline
        if (
            baseline is not None
            and artefact_pct(len(baseline) - baseline.flagged, baseline.flagged, baseline.missed)
            > MOST_ARTEFACTS_PCT
        ):
            return Reason.NO_BASELINE
        own_ms2 = own_power(baseline, rhythm.guide_hz)
        return own_ms2 if isinstance(own_ms2, Reason) else rhythm.claims(own_ms2)

    @once
    def swings(self) -> BreathSwings | Reason:
        """The heart's swing in each recent breath: the guide's breaths, else the heart's own."""
        if self.paced and self.guide is not None:
            guided = self.guide.breaths(self.end_s - WAVE_S, self.end_s)
            if len(guided) >= FEWEST_BREATHS:
                return breath_swings(self.series, guided_bounds(guided), RECENT_BREATHS)
        beats = tachogram(self.joined, WAVE_SAMPLES, fewest=FEWEST_WAVE_SAMPLES)
        if isinstance(beats, Reason):
            return beats
        return breath_swings(self.series, own_bounds(beats), RECENT_BREATHS)


def missing_within(gap: Gap, from_s: float, to_s: float) -> float:
    """How many of the gap's beats are missing between two times."""
    length_s = gap.end_s - gap.t_s
    inside_s = min(gap.end_s, to_s) - max(gap.t_s, from_s)
    if inside_s <= 0.0:
        return 0.0
    return gap.missing * (inside_s / length_s if length_s > 0 else 1.0)
