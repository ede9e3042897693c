"""Numbers straight from the intervals: heart rate, SDNN, RMSSD, pNN50, the triangular index.

They use accepted intervals, and differences only between accepted neighbours of one segment. With
fewer than five of either they say ``TOO_FEW_BEATS``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from operator import sub

import numpy as np

from coherence.analysis.series import FloatArray, NNSeries
from coherence.analysis.spectrum import centred
from coherence.analysis.verdicts import SHORTEST_MS
from coherence.model import Reason, Value

Table = tuple[float, ...]

FEWEST = 5  # intervals or differences; below it a spread says nothing
FEWEST_FOR_RATE = 3

# How far a short window strays from the five minutes around it: half-width of the 95 % limits of
# agreement in ln units, from 55 clean blocks of five normal hours (docs/markers.md).
SPAN_S = (10.0, 30.0, 60.0, 120.0, 180.0, 240.0)
LN_RMSSD: Table = (0.72, 0.48, 0.33, 0.25, 0.19, 0.12)
LN_SDNN: Table = (1.07, 0.78, 0.66, 0.53, 0.34, 0.23)
RATE_BPM: Table = (9.4, 6.2, 4.8, 4.1, 3.6, 2.4)  # of the heart rate, in beats a minute
PNN50_POINTS: Table = (25.0, 16.0, 11.0, 6.9, 5.4, 3.7)
FIVE_MINUTES_S = 295.0  # from here on the number is itself one of five minutes or more

TRIANGLE_BIN_MS = 1000.0 / 128.0  # the bin of the Task Force, which all norms are for


def mean_rr_ms(beats: NNSeries) -> Value:
    """Mean accepted interval in ms.

    >>> mean_rr_ms(NNSeries.from_rr([800, 900, 1000])).value
    900.0
    """
    nn_ms = beats.nn_ms
    if len(nn_ms) < FEWEST_FOR_RATE:
        return Value(None, Reason.TOO_FEW_BEATS)
    return Value(beats.nn_sum_ms / len(nn_ms))


def heart_rate_bpm(beats: NNSeries) -> Value:
    """Heart rate as 60000 over the mean interval, in beats a minute.

    ``TOO_MANY_ARTEFACTS`` where intervals too short for a heart outnumber the accepted ones: it
    may race beyond 200, and of its beats only the slowest would count. Low confidence with more
    than a tenth flagged.

    >>> heart_rate_bpm(NNSeries.from_rr([750, 1000, 1250])).value
    60.0
    """
    if beats.flagged and 2 * beats.flagged > len(beats):
        short = int(np.count_nonzero(beats.rr_ms[~beats.accepted] < SHORTEST_MS))
        if short > len(beats) - beats.flagged:
            return Value(None, Reason.TOO_MANY_ARTEFACTS)
    mean = mean_rr_ms(beats)
    if mean.value is None:
        return mean
    if mean.value <= 0:
        return Value(None, Reason.NO_DATA)
    return Value(
        60000.0 / mean.value,
        uncertainty=half_width(beats.covered_s, RATE_BPM),
        low_confidence=10 * beats.flagged > len(beats),
    )


def sdnn_ms(beats: NNSeries) -> Value:
    """Standard deviation of the accepted intervals in ms, ddof = 1.

    >>> round(sdnn_ms(NNSeries.from_rr([1000, 1100] * 10)).value, 6)
    51.298918
    """
    if len(beats.nn_ms) < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    return _with_band(_spread(beats.off_mean_ms), beats, LN_SDNN)


def rmssd_ms(beats: NNSeries) -> Value:
    """Root mean square of the valid successive differences in ms.

    >>> rmssd_ms(NNSeries.from_rr([1000, 1100] * 10)).value
    100.0
    """
    n = len(beats.differences_ms)
    if n < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    rmssd = math.sqrt(beats.squared_differences_ms2 / n)
    return _with_band(rmssd, beats, LN_RMSSD)


def ln_rmssd(beats: NNSeries) -> Value:
    """Natural logarithm of RMSSD in ms; ``FLAT`` where RMSSD is 0.

    >>> round(ln_rmssd(NNSeries.from_rr([1000, 1100] * 10)).value, 4)
    4.6052
    >>> ln_rmssd(NNSeries.from_rr([1000] * 20)).reason
    <Reason.FLAT: 'flat'>
    """
    value = rmssd_ms(beats)
    if value.value is None:
        return value
    if not value.value > 0.0:
        return Value(None, Reason.FLAT)
    return Value(math.log(value.value), uncertainty=half_width(beats.covered_s, LN_RMSSD))


def sdsd_ms(beats: NNSeries) -> Value:
    """Standard deviation of the valid successive differences in ms, ddof = 1.

    >>> round(sdsd_ms(NNSeries.from_rr([1000, 1010, 1030, 1060, 1100, 1150, 1210])).value, 3)
    18.708
    """
    differences_ms = beats.differences_ms
    if len(differences_ms) < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    return Value(_spread(centred(differences_ms)))


def pnn_pct(beats: NNSeries, over_ms: float) -> Value:
    """Share of the valid differences that are larger than ``over_ms``, in per cent of them.

    As Kubios: strictly larger, of all differences rather than of all intervals.

    >>> pnn_pct(NNSeries.from_rr([1000, 1050, 1000, 1051, 1000, 1000]), 50).value
    40.0
    """
    differences_ms = beats.differences_ms
    if len(differences_ms) < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    over = int(np.count_nonzero(abs(differences_ms) > over_ms))
    return Value(100.0 * over / len(differences_ms))


def pnn50_pct(beats: NNSeries) -> Value:
    """``pnn_pct`` over 50 ms, with its uncertainty.

    >>> pnn50_pct(NNSeries.from_rr([1000, 1100] * 10)).value
    100.0
    """
    value = pnn_pct(beats, 50.0)
    if value.value is None:
        return value
    return Value(value.value, uncertainty=half_width(beats.covered_s, PNN50_POINTS))


def cvnn(beats: NNSeries) -> Value:
    """SDNN over the mean interval: the spread whatever the heart rate; no unit.

    >>> round(cvnn(NNSeries.from_rr([1000, 1100] * 10)).value, 5)
    0.04886
    """
    sdnn, mean = sdnn_ms(beats), mean_rr_ms(beats)
    if sdnn.value is None or mean.value is None:
        return Value(None, sdnn.reason or mean.reason)
    return Value(sdnn.value / mean.value) if mean.value > 0 else Value(None, Reason.NO_DATA)


def hrv_triangular_index(beats: NNSeries) -> Value:
    """All accepted intervals over those in the fullest bin of 1/128 s; bins begin at 0.

    >>> hrv_triangular_index(NNSeries.from_rr([1000, 1100] * 10)).value
    2.0
    """
    nn_ms = beats.nn_ms
    if len(nn_ms) < FEWEST:
        return Value(None, Reason.TOO_FEW_BEATS)
    bins = np.floor(nn_ms / TRIANGLE_BIN_MS)
    bins.sort()
    last_of_each = (bins[1:] > bins[:-1]).nonzero()[0].tolist()
    ends = [-1, *last_of_each, len(bins) - 1]
    return Value(len(nn_ms) / max(map(sub, ends[1:], ends)))


def half_width(covered_s: float, table: Table) -> float | None:
    """Half-width of the 95 % limits that ``table`` gives for beats of so many seconds.

    ``None`` from five minutes on: there the number is what others are measured against.

    >>> half_width(60.0, LN_RMSSD), half_width(300.0, LN_RMSSD)
    (0.33, None)
    """
    if covered_s >= FIVE_MINUTES_S:
        return None
    i = bisect_right(SPAN_S, covered_s)
    if i in (0, len(SPAN_S)):
        return table[max(0, i - 1)]
    share = (covered_s - SPAN_S[i - 1]) / (SPAN_S[i] - SPAN_S[i - 1])
    return table[i - 1] + share * (table[i] - table[i - 1])


def as_ratio(value: float, ln_half_width: float | None) -> Value:
    """``value`` with the wider, upper side of limits that are a ratio."""
    # Downwards the limit is as many times less: value² / (value + uncertainty).
    if ln_half_width is None:
        return Value(value)
    return Value(value, uncertainty=value * math.expm1(ln_half_width))


def _spread(off: FloatArray) -> float:
    """Standard deviation, ddof = 1, of values less their mean."""
    return math.sqrt(float(off.dot(off)) / (len(off) - 1))


def _with_band(value: float, beats: NNSeries, ln_table: Table) -> Value:
    return as_ratio(value, half_width(beats.covered_s, ln_table))
