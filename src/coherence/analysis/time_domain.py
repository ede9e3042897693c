"""Numbers straight from the intervals: mean, heart rate, SDNN, RMSSD.

They use accepted intervals, and differences only between accepted neighbours of one segment.
"""

from __future__ import annotations

import numpy as np

from coherence.analysis.series import NNSeries
from coherence.model import Reason, Value

FEWEST = 5  # intervals or differences; below it a spread says nothing
FEWEST_FOR_RATE = 3

# How far a short window strays from the five minutes around it: half-width of the 95 % limits of
# agreement in ln units, from 55 clean blocks of five normal hours (docs/markers.md).
SPAN_S = (10.0, 30.0, 60.0, 120.0, 180.0, 240.0)
LN_RMSSD = (0.72, 0.48, 0.33, 0.25, 0.19, 0.12)
LN_SDNN = (1.07, 0.78, 0.66, 0.53, 0.34, 0.23)


def mean_rr_ms(beats: NNSeries) -> Value:
    """Mean accepted interval in ms."""
    nn_ms = beats.nn_ms
    if len(nn_ms) < FEWEST_FOR_RATE:
        return Value(None, Reason.TOO_FEW_BEATS)
    return Value(float(nn_ms.mean()))


def heart_rate_bpm(beats: NNSeries) -> Value:
    """Heart rate as 60000 over the mean interval, in beats a minute.

    >>> heart_rate_bpm(NNSeries.from_rr([750, 1000, 1250])).value
    60.0
    """
    mean = mean_rr_ms(beats)
    if mean.value is None:
        return mean
    return Value(60000.0 / mean.value) if mean.value > 0 else Value(None, Reason.NO_DATA)


def sdnn_ms(beats: NNSeries) -> Value:
    """Standard deviation of the accepted intervals in ms, ddof = 1."""
    nn_ms = beats.nn_ms
    if len(nn_ms) < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    off = nn_ms - nn_ms.mean()
    return _with_band(float(np.sqrt(off @ off / (len(nn_ms) - 1))), beats, LN_SDNN)


def rmssd_ms(beats: NNSeries) -> Value:
    """Root mean square of the valid successive differences in ms.

    >>> rmssd_ms(NNSeries.from_rr([1000, 1100] * 10)).value
    100.0
    """
    differences_ms = beats.differences_ms
    n = len(differences_ms)
    if n < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    return _with_band(float(np.sqrt(differences_ms @ differences_ms / n)), beats, LN_RMSSD)


def _with_band(value: float, beats: NNSeries, ln_half_width: tuple[float, ...]) -> Value:
    # The band is wider upwards; the one half-width that is said covers both sides.
    half_width = float(np.interp(beats.covered_s, SPAN_S, ln_half_width))
    return Value(value, uncertainty=value * float(np.expm1(half_width)))
