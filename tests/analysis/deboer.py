"""A heart that is not ours: the beat-to-beat model of deBoer, Karemaker and Strackee 1987.

Am J Physiol 253:H680-H689, with the parameters of the paper. The breath moves the blood pressure,
the baroreflex answers it some beats later, and the loop resonates at about 6.6 breaths a minute
(0.11 Hz) without anybody having put a resonance in. Breath and heart are a quarter of a breath
apart there, to the one side or the other by the sign of ``swing_mmhg``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from coherence.analysis.series import NNSeries
from coherence.pacing import Breath

RESONANCE_PER_MIN = 6.6
TO_VAGUS = (1, 2, 3, 2, 1)  # gains by beats of delay, 2 to 6 back
TO_VESSELS = (2, 4, 6, 4, 2)
VAGUS_AT_ONCE, BURN_IN_S = 9.0, 200.0


def sensed(mmhg: float) -> float:
    """What the baroreceptors make of a systolic pressure."""
    return 120.0 + 18.0 * math.atan((mmhg - 120.0) / 18.0)


def beats(
    breaths: Sequence[Breath], seed: int, *, swing_mmhg: float = 3.0, noise: float = 1.0
) -> NNSeries:
    """The heart of somebody who follows ``breaths``, and breathes shallowly between them."""
    rng = np.random.default_rng(seed)
    starts = [breath.start_s for breath in breaths]

    def breath_at(t_s: float) -> float:
        i = bisect_right(starts, t_s) - 1
        if i < 0 or t_s >= breaths[i].end_s:
            return 0.5 * math.sin(2.0 * math.pi * 0.23 * t_s)
        elapsed_s = t_s - starts[i]
        return -math.cos(2.0 * math.pi * elapsed_s / breaths[i].pattern.period_s)

    c1 = 800.0 - 120.0 * (VAGUS_AT_ONCE + sum(TO_VAGUS))
    c2 = 120.0 - 75.0 - 0.016 * 800.0
    c3 = 75.0 / (120.0 * math.exp(-800.0 / 1425.0))
    slowest = 1425.0 + 120.0 * sum(TO_VESSELS)
    systolic = [120.0] * 8
    interval_ms, vessels_ms, t_s = 800.0, 1425.0, -BURN_IN_S
    ends_s, intervals_ms = [], []
    while t_s < breaths[-1].end_s + 3.0:
        diastolic = c3 * systolic[-1] * math.exp(-interval_ms / vessels_ms)
        pressure = diastolic + 0.016 * interval_ms + c2 + swing_mmhg * breath_at(t_s)
        pressure += noise * rng.normal(0.0, 2.0)
        before = [sensed(each) for each in systolic[-6:]][::-1]  # one beat back, two, …
        t_s += interval_ms / 1000.0
        interval_ms = c1 + VAGUS_AT_ONCE * sensed(pressure) + noise * rng.normal(0.0, 25.0)
        interval_ms += sum(a * f for a, f in zip(TO_VAGUS, before[1:], strict=True))
        vessels_ms = slowest - sum(b * f for b, f in zip(TO_VESSELS, before[1:], strict=True))
        systolic.append(pressure)
        if t_s + interval_ms / 1000.0 > 0.0:
            intervals_ms.append(interval_ms)
            ends_s.append(t_s + interval_ms / 1000.0)
    n = len(ends_s)
    segment, missing = np.zeros(n, np.int64), np.zeros(n, np.int64)
    return NNSeries(
        np.array(ends_s), np.array(intervals_ms), np.ones(n, np.bool_), segment, missing
    )
