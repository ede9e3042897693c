"""The sliding protocol: the guide slows from 6.75 to 4.25 a minute, and the swing is followed.

Fisher and Lehrer (Appl Psychophysiol Biofeedback 2022, 47:17-26), scored as in their HRVisualizer:
intervals less a LOWESS of 41 beats, the farthest point between one crossing of zero and the next,
the distance of neighbours smoothed by a LOWESS of 17, the pace where it is greatest. As that top is
flat, the resonance that fits swing and timing of every breath settles the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coherence.analysis.lowess import lowess
from coherence.analysis.phase import volume_angle
from coherence.analysis.resonance import (
    LEAST_COVERAGE,
    MOST_ARTEFACTS_PCT,
    Outcome,
    Resonance,
    SlideCurve,
    how_sound,
)
from coherence.analysis.resonance_curve import (
    LOOSE_DELAY_S,
    USUAL_DELAY_S,
    Complexes,
    resonance_curve,
)
from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import Floats, band_limited
from coherence.analysis.stretches import stretches
from coherence.model import Gap, Reason
from coherence.pacing import Breath

TREND_BEATS, SMOOTH_WAVES = 41, 17
SETTLING_WAVES = 4  # the first ones count for nothing
FEWEST_WAVES = 40
WAVE_LOW_HZ, WAVE_HIGH_HZ = 0.03, 0.40
FEWEST_BREATHS = 40  # of the slide, with beats all through
SETTLING_BREATHS = 2
BREATHS_AS_ONE = 5.0  # the heart's own slow waves last for some breaths
LEAST_LOCKING = 0.6  # a heart that does not follow stays below 0.3


def score_sliding(
    series: NNSeries,
    breaths: Sequence[Breath],
    gaps: Sequence[Gap] = (),
    *,
    one_clock: bool = True,
) -> Resonance:
    """Score the beats of a slide whose guide breathed ``breaths``.

    Without ``one_clock`` beats and guide were not timed by the same clock.
    """
    start_s, end_s = breaths[0].start_s, breaths[-1].end_s
    coverage, artefacts_pct = how_sound(series, gaps, start_s, end_s)

    def none(outcome: Outcome, slide: SlideCurve | None = None) -> Resonance:
        return Resonance(outcome, None, 0.0, None, None, artefacts_pct, slide=slide)

    if artefacts_pct > MOST_ARTEFACTS_PCT:
        return none(Outcome.TOO_IRREGULAR)
    slide = slide_curve(series, breaths)
    per_min, waves = breath_waves(series, breaths)
    if coverage < LEAST_COVERAGE or slide is None or len(waves) < FEWEST_BREATHS:
        return none(Outcome.TOO_LITTLE)
    steps = np.diff(waves)
    variance = BREATHS_AS_ONE * float(np.mean(np.abs(steps) ** 2)) / 2.0
    size = np.abs(waves)
    locking = abs(np.mean(waves / np.where(size > 0.0, size, 1.0)))
    published = float(slide.per_min[SETTLING_WAVES + np.argmax(slide.smooth_ms[SETTLING_WAVES:])])
    delay_s = USUAL_DELAY_S if one_clock else LOOSE_DELAY_S
    curve = resonance_curve(per_min, waves, variance, published, delay_s)
    if locking < LEAST_LOCKING:
        return none(Outcome.NOT_FOLLOWING, slide)
    return Resonance(
        outcome=Outcome.FOUND if curve.found else Outcome.NO_CLEAR_RESONANCE,
        per_min=curve.within_reach if curve.found else None,
        certainty=curve.certainty,
        uncertainty_per_min=1.96 * curve.sd_per_min if curve.found else None,
        published_per_min=published,
        artefact_pct=artefacts_pct,
        slide=slide,
    )


def slide_curve(series: NNSeries, breaths: Sequence[Breath]) -> SlideCurve | None:
    """The swing of the intervals along the slide, each stamped midway between its two extremes."""
    beats = series.window(breaths[0].start_s, breaths[-1].end_s)
    t_s, nn_ms = beats.nn_t_s - beats.nn_ms / 2000.0, beats.nn_ms
    if len(t_s) <= TREND_BEATS or not (np.diff(t_s) > 0.0).all():
        return None
    off_ms = lowess(t_s, nn_ms, TREND_BEATS) - nn_ms
    rising = off_ms > 0.0
    begins = np.flatnonzero(np.append(True, rising[1:] != rising[:-1]))
    if len(begins) < FEWEST_WAVES + 1:
        return None
    ends = np.append(begins[1:], len(off_ms))
    far = [a + int(np.argmax(np.abs(off_ms[a:b]))) for a, b in zip(begins, ends, strict=True)]
    middle_s = (t_s[far][1:] + t_s[far][:-1]) / 2.0
    swing_ms = np.abs(np.diff(off_ms[far]))
    starts = np.array([b.start_s for b in breaths])
    i = np.clip(np.searchsorted(starts, middle_s, side="right") - 1, 0, len(breaths) - 1)
    pace = np.array([b.pattern.breaths_per_min for b in breaths])[i]
    return SlideCurve(middle_s, pace, swing_ms, lowess(middle_s, swing_ms, SMOOTH_WAVES))


def breath_waves(series: NNSeries, breaths: Sequence[Breath]) -> tuple[Floats, Complexes]:
    """(pace (k,), the heart rate's wave (k,)) of each breath that has beats all through.

    A wave's angle is 0 where heart rate rises and falls with the breath.
    """
    beats = series.window(breaths[0].start_s - 20.0, breaths[-1].end_s + 2.0)
    middle = NNSeries(  # for phase an interval's value stands in its middle
        beats.t_s - beats.rr_ms / 2000.0, beats.rr_ms, beats.accepted, beats.segment, beats.missing
    )
    even = stretches(middle)
    paces, waves = [], []
    for part in () if isinstance(even, Reason) else even.parts:
        rate_bpm = 60000.0 / part.nn_ms
        wave = band_limited(rate_bpm - rate_bpm.mean(), WAVE_LOW_HZ, WAVE_HIGH_HZ)
        for breath in breaths[SETTLING_BREATHS:]:
            if part.t_s[0] <= breath.start_s and breath.end_s <= part.t_s[-1]:
                a, b = np.searchsorted(part.t_s, (breath.start_s, breath.end_s))
                phase = (part.t_s[a:b] - breath.start_s) * 2.0 * np.pi / breath.pattern.period_s
                turned = 2.0 * wave[a:b] @ np.exp(-1j * phase) / (b - a)
                paces.append(breath.pattern.breaths_per_min)
                waves.append(turned * np.exp(-1j * volume_angle(breath.pattern)))
    return np.array(paces), np.array(waves, dtype=np.complex128)
