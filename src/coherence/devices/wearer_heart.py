"""The simulated wearer's heart: from breath, resonance, slow waves and noise to beats."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator

import numpy as np

from coherence.devices.people import Person
from coherence.devices.wearer_breath import Breath, Guide

STEP_S = 0.05
FIRST_STEP = -1200  # a minute is lived before t = 0, so that no filter starts from rest
BREATH_CORNER_HZ = 0.12  # Hirsch and Bishop 1981: the swing falls off above 7.2 breaths a minute
RESONANT_SHARE = 0.7  # of the answer to the breath; the rest is the plain fall-off
MAYER_HZ = (0.08, 0.12)
SLOWEST = 0.25  # the rate never falls below this share of the mean, whatever the noise says
PVC_EARLY, PAC_EARLY = (0.25, 0.40), (0.20, 0.35)  # shares of an interval


def answer_to_breath(f_hz: float, person: Person) -> complex:
    """How the heart rate follows a breath of ``f_hz``: size (times the gain) and angle.

    A resonance H(s) = (ω0/Q)s / (s² + (ω0/Q)s + ω0²) beside a first-order low-pass.
    """
    f0_hz = person.resonance_per_min / 60.0
    resonance = 1.0 / (1.0 + 1j * person.q * (f_hz / f0_hz - f0_hz / f_hz))
    low_pass = 1.0 / (1.0 + 1j * f_hz / BREATH_CORNER_HZ)
    return RESONANT_SHARE * resonance + (1.0 - RESONANT_SHARE) * low_pass


def gain_ms(person: Person) -> float:
    """The gain that gives ``rsa_ms`` at its rate, or the person's own.

    An interval averages the modulation over its own length, hence the sinc.
    """
    if person.rsa_ms is None:
        return person.gain_ms
    f_hz = person.rsa_at_per_min / 60.0
    averaging = float(np.sinc(f_hz * person.mean_rr_ms / 1000.0))
    return person.rsa_ms / (abs(answer_to_breath(f_hz, person)) * averaging)


class Heart:
    """A heart that beats where the integral of its rate passes whole numbers (IPFM).

    The rate is (1 + m)/T0; m is the answer to the breath, a drift, a Mayer wave and noise. All
    draws come from ``seed``, those of the breath apart from those of the heart.
    """

    def __init__(self, person: Person, seed: int, guide: Guide | None = None) -> None:
        breath_rng, heart_rng, self._noise_rng, self._ectopic_rng = (
            np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(4)
        )
        self._person = person
        self.breath = Breath(person, breath_rng, guide, STEP_S)
        self._rates = self._beats_per_step(heart_rng)
        self._step = FIRST_STEP
        self._lived = float(heart_rng.uniform())  # beats, since the last one
        self._due = 1.0  # the next beat comes at so much lived …
        self._rest = 1.0  # … and takes so much of it away
        self.history_s = self.beats_until(0.0)  # beats before t = 0

    def beats_until(self, t_s: float) -> list[float]:
        """Times of the beats in the steps that end at or before ``t_s``, from where it was left."""
        beats_s = []
        last = math.floor(t_s / STEP_S + 1e-9)
        while self._step < last:
            moved = next(self._rates)
            self._lived += moved
            while self._lived >= self._due:
                beats_s.append((self._step + 1 - (self._lived - self._due) / moved) * STEP_S)
                self._beat()
            self._step += 1
        return beats_s

    def _beat(self) -> None:
        """Take the beat off and settle when the next is due."""
        self._lived -= self._rest
        if self._rest == 0.0:  # after a PVC the heart's own next beat falls away: a full pause
            self._due = self._rest = 2.0
            return
        self._due = self._rest = 1.0
        person = self._person
        if person.pvc_per_100 or person.pac_per_100:
            draw = 100.0 * self._ectopic_rng.uniform()
            if draw < person.pvc_per_100:
                self._due, self._rest = 1.0 - self._ectopic_rng.uniform(*PVC_EARLY), 0.0
            elif draw < person.pvc_per_100 + person.pac_per_100:
                self._due = self._rest = 1.0 - self._ectopic_rng.uniform(*PAC_EARLY)

    def _beats_per_step(self, rng: np.random.Generator) -> Iterator[float]:
        """How many beats the heart moves on in each step: STEP_S·(1 + m)/T0."""
        person = self._person
        gain = gain_ms(person)
        noise = _normals(self._noise_rng)
        steps_per_beat = person.mean_rr_ms / 1000.0 / STEP_S
        noise_ms = person.noise_ms * math.sqrt(steps_per_beat)  # an interval averages it out
        # Drift and Mayer wave decay by this much a step and are kept up by noise.
        drift_keep = math.exp(-STEP_S / person.drift_s)
        drift_new = person.drift_ms * math.sqrt(1.0 - drift_keep**2)
        drift_ms = person.drift_ms * next(noise)
        mayer_hz = float(rng.uniform(*MAYER_HZ)) if person.mayer_hz is None else person.mayer_hz
        mayer_decay = math.exp(-math.pi * person.mayer_width_hz * STEP_S)
        mayer_turn = mayer_decay * cmath.exp(2j * math.pi * mayer_hz * STEP_S)
        mayer_new = person.mayer_ms * math.sqrt(1.0 - mayer_decay**2)
        mayer_ms = person.mayer_ms * complex(next(noise), next(noise))
        # Both filters by the bilinear transform, exact at f0 and at the corner.
        k = math.tan(math.pi * person.resonance_per_min / 60.0 * STEP_S)
        norm = 1.0 + k / person.q + k * k
        b0, a1, a2 = (
            k / person.q / norm,
            2.0 * (k * k - 1.0) / norm,
            (1.0 - k / person.q + k * k) / norm,
        )
        k = math.tan(math.pi * BREATH_CORNER_HZ * STEP_S)
        c0, d1 = k / (1.0 + k), (k - 1.0) / (1.0 + k)
        x1 = x2 = y1 = y2 = z1 = 0.0
        step = FIRST_STEP
        per_step = STEP_S * 1000.0 / person.mean_rr_ms
        level = self.breath.level
        while True:
            x = level((step + 0.5) * STEP_S)
            y = b0 * (x - x2) - a1 * y1 - a2 * y2
            z = c0 * (x + x1) - d1 * z1
            x1, x2, y1, y2, z1 = x, x1, y, y1, z
            drift_ms = drift_keep * drift_ms + drift_new * next(noise)
            mayer_ms = mayer_turn * mayer_ms + mayer_new * complex(next(noise), next(noise))
            swing_ms = (
                gain * (RESONANT_SHARE * y + (1.0 - RESONANT_SHARE) * z)
                + drift_ms
                + mayer_ms.real
                + noise_ms * next(noise)
            )
            yield per_step * max(SLOWEST, 1.0 + swing_ms / person.mean_rr_ms)
            step += 1


def _normals(rng: np.random.Generator) -> Iterator[float]:
    while True:
        yield from rng.standard_normal(4096).tolist()
