"""Deceleration and acceleration capacity: what the heart does around each slower or quicker beat.

Phase-rectified signal averaging after Bauer et al., Lancet 2006, 367:1674-1681.
"""

from __future__ import annotations

import numpy as np

from coherence.analysis.series import NNSeries
from coherence.model import Reason, Value

MOST_CHANGE = 0.05  # from one interval to the next; more is taken for an artefact
FEWEST_ANCHORS = 20


def dc_ms(beats: NNSeries, most_change: float = MOST_CHANGE) -> Value:
    """Deceleration capacity in ms: anchors are intervals longer than the one before.

    >>> saw = NNSeries.from_rr([900, 910, 920, 930, 940, 930, 920, 910] * 90)
    >>> round(dc_ms(saw).value, 1)
    7.5
    """
    return _capacity(beats, most_change, longer=True)


def ac_ms(beats: NNSeries, most_change: float = MOST_CHANGE) -> Value:
    """Acceleration capacity in ms, below 0: anchors are intervals shorter than the one before.

    >>> saw = NNSeries.from_rr([900, 910, 920, 930, 940, 930, 920, 910] * 90)
    >>> ac_ms(saw).value
    -7.5
    """
    return _capacity(beats, most_change, longer=False)


def _capacity(beats: NNSeries, most_change: float, *, longer: bool) -> Value:
    rr_ms, together = beats.rr_ms, beats.neighbours
    if len(rr_ms) < 4:
        return Value(None, Reason.TOO_FEW_BEATS)
    # Interval i of each four in a row (i - 2 to i + 1) that are all accepted neighbours.
    whole = together[:-2] & together[1:-1] & together[2:]
    before, here = rr_ms[1:-2], rr_ms[2:-1]
    change = here - before
    anchors = whole & ((change > 0) if longer else (change < 0))
    anchors &= np.abs(change) <= most_change * before
    if np.count_nonzero(anchors) < FEWEST_ANCHORS:
        return Value(None, Reason.TOO_FEW_BEATS)
    wave = (here + rr_ms[3:] - before - rr_ms[:-3])[anchors]
    return Value(float(wave.mean()) / 4.0)
