"""The filters behind the R peaks: how much of a QRS complex there is, and where its R wave stands.

All are symmetric, so they shift nothing in time, and are worked out tap by tap: element by element
the sums come out the same, to the bit, however the signal was cut into chunks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

QRS_HZ, QRS_SIGMA_S = 16.0, 0.018
QRS_REACH_S = 0.060  # to each side: 3.3 sigma
R_SIGMA_S = 0.012  # passes 12 to 26 Hz by more than half: 2 % of 50 Hz, nothing of wander
R_REACH_S = 0.060
R_WITHIN_S = 0.080  # of the complex: where its R wave is looked for
STEPS, ENOUGH = 8, 1e-4  # of Newton; in samples: the next step would be its square


class QrsFilter:
    """A short wave of 16 Hz and its quarter-turned twin (a Gabor pair); what they find together.

    It is high in a QRS complex whichever way up the lead is, and hardly sees mains or T waves.
    """

    def __init__(self, rate_hz: float) -> None:
        self.reach = round(QRS_REACH_S * rate_hz)  # samples needed on each side
        t_s = np.arange(self.reach + 1) / rate_hz
        bell = np.exp(-0.5 * (t_s / QRS_SIGMA_S) ** 2)
        even = bell * np.cos(2 * np.pi * QRS_HZ * t_s)
        even -= bell * ((2 * even.sum() - even[0]) / (2 * bell.sum() - bell[0]))  # blind to offset
        self._even: list[float] = even.tolist()
        self._odd: list[float] = (bell * np.sin(2 * np.pi * QRS_HZ * t_s)).tolist()

    def level(self, samples: Floats) -> Floats:
        """How much QRS there is at each of (n,) samples but the ``reach`` at both ends."""
        n, reach = len(samples) - 2 * self.reach, self.reach
        even = self._even[0] * samples[reach : reach + n]
        odd = np.zeros(n)
        for k in range(1, reach + 1):
            after, before = samples[reach + k : reach + k + n], samples[reach - k : reach - k + n]
            even += self._even[k] * (after + before)
            odd += self._odd[k] * (after - before)
        level: Floats = np.sqrt(even * even + odd * odd)
        return level


@dataclass(frozen=True, slots=True)
class RWave:
    """The highest point of an R wave, and its height over its feet."""

    at: int  # the sample nearest in the filtered signal …
    shift: float  # … and from there to the top, in samples
    height: float  # negative where it points down


class RFilter:
    """Finds the top of an R wave between the samples.

    The filter has the shape of the wave (a Gaussian's second derivative) and is known at any
    shift, so its highest answer is found by Newton's method and not on the grid of the samples.
    Its gain is 1 for a Gaussian wave of its own width.
    """

    def __init__(self, rate_hz: float) -> None:
        self.reach = round(R_REACH_S * rate_hz)
        self.within = round(R_WITHIN_S * rate_hz)
        self._sigma = R_SIGMA_S * rate_hz  # in samples
        taps = np.arange(-self.reach, self.reach + 1)
        wave = np.exp(-0.5 * (taps / self._sigma) ** 2)
        self._gain = 1.0 / float((self._kernel(taps)[0] * wave).sum())
        self._taps: list[float] = (self._gain * self._kernel(taps[self.reach :])[0]).tolist()

    def tops(self, samples: Floats, at: int) -> tuple[RWave, RWave]:
        """The wave that points up the most near sample ``at``, and down, each to a whole sample.

        ``samples`` (n,) hold ``at`` with ``reach`` samples on both sides at least.
        """
        first = max(self.reach, at - self.within)
        last = min(len(samples) - self.reach - 1, at + self.within)
        part = samples[first - self.reach : last + self.reach + 1]
        part = part - part[self.reach]  # so that a far-off zero line costs no digits
        n = last - first + 1
        answer = self._taps[0] * part[self.reach : self.reach + n]
        for k in range(1, self.reach + 1):
            answer += self._taps[k] * (
                part[self.reach + k : self.reach + k + n] + part[self.reach - k :][:n]
            )
        up, down = int(np.argmax(answer)), int(np.argmin(answer))
        return (
            RWave(first + up, 0.0, float(answer[up])),
            RWave(first + down, 0.0, float(answer[down])),
        )

    def refined(self, samples: Floats, wave: RWave) -> RWave:
        """``wave`` with its top between the samples."""
        around = samples[wave.at - self.reach : wave.at + self.reach + 1]
        around = around - around[self.reach]
        taps = np.arange(-self.reach, self.reach + 1)
        shift = 0.0
        for _ in range(STEPS):
            _, slope, bend = ((k * around).sum() for k in self._kernel(taps - shift))
            step = -float(slope / bend) if bend else 0.0
            shift = min(1.0, max(-1.0, shift - step))
            if abs(step) < ENOUGH:
                break
        height = self._gain * float((self._kernel(taps - shift)[0] * around).sum())
        return RWave(wave.at, shift, height)

    def _kernel(
        self, taps: NDArray[np.int64] | NDArray[np.floating]
    ) -> tuple[Floats, Floats, Floats]:
        """The filter at ``taps``, and its first and second derivative by tap."""
        u = taps / self._sigma
        bell = np.exp(-0.5 * u * u)
        u2 = u * u
        return (
            (1.0 - u2) * bell,
            u * (u2 - 3.0) * bell / self._sigma,
            (u2 * (6.0 - u2) - 3.0) * bell / self._sigma**2,
        )
