"""Seeded hearts of known rhythm for the analysis tests; not the simulated wearer."""

import numpy as np

from coherence.analysis.series import NNSeries
from coherence.model import BreathPattern, PaceChanged
from coherence.pacing import BreathGuide

STEP_S = 0.125


def tones(mean_ms, parts, seconds, noise_ms=0.0, seed=0):
    """Intervals whose length follows sines (amplitude ms, frequency Hz): each from its start."""
    rng = np.random.default_rng(seed)
    t_s, rr_ms = 0.0, []
    while t_s < seconds:
        interval = mean_ms + sum(a * np.sin(2 * np.pi * f * t_s) for a, f in parts)
        interval += noise_ms * rng.normal() if noise_ms else 0.0
        t_s += interval / 1000.0
        rr_ms.append(interval)
    return np.array(rr_ms)


def narrow_noise(rng, centre_hz, width_hz, sd, seconds):
    """Gaussian noise around a frequency: a Mayer wave that waxes, wanes and wanders."""
    n = int(seconds / STEP_S)
    hz = np.fft.rfftfreq(n, STEP_S)
    weight = np.exp(-0.25 * ((hz - centre_hz) / width_hz) ** 2)
    wave = np.fft.irfft(weight * (rng.normal(size=hz.size) + 1j * rng.normal(size=hz.size)), n)
    return sd * wave / wave.std()


def drift(rng, sd, tau_s, seconds):
    """A first-order wander."""
    keep = np.exp(-STEP_S / tau_s)
    steps = sd * np.sqrt(1 - keep**2) * rng.normal(size=int(seconds / STEP_S))
    value, out = sd * rng.normal(), []
    for step in steps:
        value = keep * value + step
        out.append(value)
    return np.array(out)


def breath(rng, per_min, amplitude, seconds, spread=0.06):
    """A wave at a breath of one's own: each breath a little longer or shorter."""
    phase, periods = [], []
    while sum(periods) < seconds:
        periods.append(60 / per_min * max(0.5, 1 + spread * rng.normal()))
        n = int(periods[-1] / STEP_S)
        phase += list(2 * np.pi * np.arange(n) / n)
        periods[-1] = n * STEP_S
    return amplitude * np.cos(np.array(phase[: int(seconds / STEP_S)]))


def beats(modulation_ms, noise_ms, rng, mean_ms=900.0):
    """Intervals that follow a modulation sampled every STEP_S, with new noise at each beat."""
    t_s, rr_ms = 0.0, []
    while int(t_s / STEP_S) < len(modulation_ms):
        rr_ms.append(mean_ms + modulation_ms[int(t_s / STEP_S)] + noise_ms * rng.normal())
        t_s += rr_ms[-1] / 1000.0
    return NNSeries.from_rr(rr_ms)


def guide_from(start_s, per_min):
    guide = BreathGuide()
    guide.feed(PaceChanged(start_s, BreathPattern(per_min)))
    return guide
