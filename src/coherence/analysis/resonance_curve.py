"""The resonance that fits how far, and how much later, the heart swings at each pace.

A heart that resonates (Vaschillo 2002) answers the breath like a swing that is pushed: widest at
its own pace, ahead of the breath below it and behind above. Width alone is flat at its top, just
where it is asked for, and slow waves of the blood pressure blur it; the timing is steepest there.
So both are fitted together, by trying every resonance and weighing how well it fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.resonance import (
    FOUND_FROM,
    NEAR_PER_MIN,
    QUICKEST_PER_MIN,
    SLOWEST_PER_MIN,
)
from coherence.analysis.spectrum import Floats

Complexes = NDArray[np.complex128]

# What is tried: pace and sharpness of the resonance, and how long everything takes besides (the
# vagus nerve, and a person who follows a guide): some tenths of a second.
PER_MIN = np.arange(3.0, 8.51, 0.05)
SHARPNESS = np.geomspace(0.2, 6.0, 14)
DELAY_S = np.arange(-4.0, 4.01, 0.1)
USUAL_DELAY_S = (0.25, 0.25)  # mean and sd
LOOSE_DELAY_S = (-0.3, 0.35)  # where beats have no clock but their own: up to a second early
ELSEWHERE = 0.02  # of hearts: timed in another way altogether; then the swing has to tell
USUAL_SHARPNESS = (1.5, 1.0)  # median, and sd of its logarithm
AROUND_PER_MIN = 0.5  # sd about what the published score says
NO_RESONANCE_BELOW = 0.65  # a broader swell than that answers all paces alike
# The heart's own slow waves last for some breaths: of so many, one counts.
BREATHS_AS_ONE = 4.0
# So far past the paces that were tried the end of them is still said. On the slow side less: a
# heart that answers all slow breath alike, and quicker breath less and less, looks like that, too.
BEYOND_SLOW_PER_MIN, BEYOND_QUICK_PER_MIN = 0.35, 1.0
LEAST_SIGNAL = 2.5  # times what chance would give; a heart that does not follow stays below 1.5


@dataclass(frozen=True, slots=True)
class Curve:
    """The resonance that fits best, and how well it is known."""

    per_min: float
    sd_per_min: float
    certainty: float  # that there is one, and within 0.5 a minute of ``per_min``
    signal: float  # how much more there is at the guide than chance would give

    @property
    def found(self) -> bool:
        slowest = SLOWEST_PER_MIN - BEYOND_SLOW_PER_MIN
        quickest = QUICKEST_PER_MIN + BEYOND_QUICK_PER_MIN
        return slowest <= self.per_min <= quickest and self.certainty >= FOUND_FROM

    @property
    def within_reach(self) -> float:
        """The pace, but never beyond what was tried."""
        return min(QUICKEST_PER_MIN, max(SLOWEST_PER_MIN, self.per_min))


def resonance_curve(
    per_min: Floats,
    waves: Complexes,
    variance: float,
    around_per_min: float,
    delay_s: tuple[float, float] = USUAL_DELAY_S,
) -> Curve:
    """Fit a resonance to ``waves`` (n,): the heart rate's wave at each of ``per_min`` (n,).

    A wave's size is in any unit, its angle 0 where heart rate and breath rise together.
    ``variance`` is the mean square error of one wave; ``around_per_min`` what is known already;
    ``delay_s`` the mean and sd of what everything takes besides the resonance.

    >>> paces = np.array([6.5, 6.0, 5.5, 5.0, 4.5])
    >>> waves = 5.0 / (1 + 2j * (paces / 5.4 - 5.4 / paces)) * np.exp(-0.5j * np.pi * paces / 60)
    >>> round(resonance_curve(paces, waves, 0.1, 5.5).per_min, 1)
    5.4
    """
    off = per_min / PER_MIN[:, None, None] - PER_MIN[:, None, None] / per_min
    swing = 1.0 / (1.0 + 1j * SHARPNESS[:, None] * off)  # (paces tried, sharpness tried, n)
    late = np.exp(-2j * np.pi / 60.0 * per_min[:, None] * DELAY_S)  # (n, delays tried)
    answer = ((swing.conj() * waves) @ late.conj()).real
    power = (np.abs(swing) ** 2).sum(axis=2)[:, :, None]
    total = float((np.abs(waves) ** 2).sum())
    if not total > 0.0:  # not a wave anywhere
        return Curve(around_per_min, np.inf, 0.0, 0.0)
    left = total - np.maximum(answer, 0.0) ** 2 / power  # beside the best size of each
    log_weight = -left / max(variance, 1e-12 * total)
    log_weight += np.log(_delays(*delay_s))
    sharper = np.log(SHARPNESS / USUAL_SHARPNESS[0]) / USUAL_SHARPNESS[1]
    log_weight -= sharper[:, None] ** 2 / 2.0
    log_weight -= ((PER_MIN - around_per_min) / AROUND_PER_MIN)[:, None, None] ** 2 / 2.0
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    of_pace = weight.sum(axis=(1, 2))
    best = float(of_pace @ PER_MIN)
    sharp = weight[:, SHARPNESS >= NO_RESONANCE_BELOW].sum(axis=(1, 2))
    return Curve(
        per_min=best,
        sd_per_min=float(of_pace @ (PER_MIN - best) ** 2) ** 0.5,
        certainty=float(sharp[np.abs(PER_MIN - best) <= NEAR_PER_MIN].sum()),
        signal=total / len(waves) / variance if variance > 0.0 else np.inf,
    )


def _delays(mean_s: float, sd_s: float) -> Floats:
    """How likely each delay is beforehand: near the usual one, or, seldom, anywhere."""
    near: Floats = np.exp(-(((DELAY_S - mean_s) / sd_s) ** 2) / 2.0)
    likely: Floats = (1.0 - ELSEWHERE) * near / near.sum() + ELSEWHERE / len(DELAY_S)
    return likely
