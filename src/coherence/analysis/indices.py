"""Indices made of several numbers: Baevsky's stress index, and z-scores against Nunan's norms.

They are for rest. Norms: Nunan, Sandercock and Brodie, Pacing Clin Electrophysiol 2010,
33:1407-1417. The weights are those that reproduce published reports of Kubios 3.1; the indices are
not Kubios's.
"""

from __future__ import annotations

import math

import numpy as np

from coherence.analysis.slow_trend import without_trend
from coherence.analysis.spectrum import Floats
from coherence.analysis.stretches import Stretches
from coherence.model import Reason, Value

BIN_MS = 50.0
FLAT_MS = 1.0  # a range of less than one tick of a strap is none

# mean, standard deviation
MEAN_RR_MS = (926.0, 90.0)
RMSSD_MS = (42.0, 15.0)
HF_NU = (40.0, 10.0)
LF_NU = (52.0, 10.0)
# The same as heart rates and as roots of Baevsky's 50 and 150.
HEART_RATE_BPM = (60000.0 / 926.0, (60000.0 / 836.0 - 60000.0 / 1016.0) / 2.0)
STRESS = ((math.sqrt(50.0) + math.sqrt(150.0)) / 2.0, (math.sqrt(150.0) - math.sqrt(50.0)) / 2.0)


def stress_index(even: Stretches) -> Value:
    """Root of Baevsky's stress index, as Kubios shows it; ``FLAT`` where nothing varies.

    The slow trend is taken away first. Half the share of intervals in the fullest of the bins of
    50 ms of which one has the median in its middle (per cent), over the median and over the range
    (both in s).

    >>> from coherence.analysis.series import NNSeries
    >>> from coherence.analysis.stretches import stretches
    >>> beats = NNSeries.from_rr([890.0, 900.0, 910.0, 900.0] * 60)
    >>> stress_index(stretches(beats)).value > 20
    True
    """
    nn_ms = without_trend(even)
    middle_ms, range_ms = _median(nn_ms), float(nn_ms.max() - nn_ms.min())
    if not (range_ms >= FLAT_MS and middle_ms > 0.0):
        return Value(None, Reason.FLAT)
    return Value(math.sqrt(_baevsky(nn_ms, middle_ms, range_ms)))


def _baevsky(nn_ms: Floats, middle_ms: float, range_ms: float) -> float:
    off_ms = nn_ms - middle_ms
    in_mode = int(np.count_nonzero(abs(off_ms) <= BIN_MS / 2.0))
    if 2 * in_mode < nn_ms.size:  # most may crowd elsewhere: in bigeminy none is near the median
        bins = np.floor(off_ms / BIN_MS + 0.5).astype(np.int64)
        in_mode = max(in_mode, int(np.bincount(bins - bins.min()).max()))
    return 100.0 * in_mode / nn_ms.size / (2.0 * (middle_ms / 1000.0) * (range_ms / 1000.0))


def _median(values: Floats) -> float:
    """As ``np.median``, which takes longer to look for NaN than for the middle."""
    below, above = (values.size - 1) // 2, values.size // 2
    parted = np.partition(values, (below, above))
    return (float(parted[below]) + float(parted[above])) / 2.0


def vagal_index(mean_rr_ms: float, rmssd_ms: float, hf_nu: float) -> float:
    """Weighted z-score of what the vagus nerve does to a resting heart; 0 is the usual.

    >>> round(vagal_index(926.0, 57.0, 40.0), 6)
    0.4
    """
    return 0.4 * _z(mean_rr_ms, MEAN_RR_MS) + 0.4 * _z(rmssd_ms, RMSSD_MS) + 0.2 * _z(hf_nu, HF_NU)


def activation_index(heart_rate_bpm: float, stress: float, lf_nu: float) -> float:
    """Weighted z-score of the opposite; 0 is the usual. Not for a client's page.

    ``stress`` is the root, as ``stress_index`` gives it.

    >>> round(abs(activation_index(64.7948, 9.6593, 52.0)), 4)
    0.0
    """
    return (
        0.4 * _z(heart_rate_bpm, HEART_RATE_BPM) + 0.4 * _z(stress, STRESS) + 0.2 * _z(lf_nu, LF_NU)
    )


def _z(value: float, norm: tuple[float, float]) -> float:
    return (value - norm[0]) / norm[1]
