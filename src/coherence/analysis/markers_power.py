"""Rows of the registry that come from minutes on an even grid: bands of power and the indices."""

from __future__ import annotations

import math
from collections.abc import Callable

from coherence.analysis import frequency, indices, time_domain
from coherence.analysis.coherence_ratio import FLAT_MS2
from coherence.analysis.frequency import BandPowers
from coherence.analysis.marker import TASK_FORCE, Marker
from coherence.analysis.porges_bohrer import porges_bohrer_rsa
from coherence.analysis.time_domain import FIVE_MINUTES_S, Table, as_ratio, half_width
from coherence.analysis.window import MINUTES_S, Window
from coherence.model import Reason, Value
from coherence.translation import later

HF_S, LF_S, VLF_S = 60.0, 120.0, FIVE_MINUTES_S  # the least that each band needs
REST_S = 120.0
SHORT_OF_S = 1.5  # by so much less a grid may span than the beats it was made from

# Half-widths in ln units over time_domain.SPAN_S; the first is not known and taken as at 30 s.
LN_HF: Table = (1.35, 1.35, 1.00, 0.60, 0.45, 0.37)
LN_LF: Table = (1.83, 1.83, 1.37, 0.94, 0.67, 0.46)

_AR = "Marple, Digital Spectral Analysis, Prentice Hall 1987 (modified covariance, order 16)"
_NUNAN = "norms: Nunan, Sandercock and Brodie, Pacing Clin Electrophysiol 2010, 33:1407-1417"

Part = Callable[[BandPowers], Value]


def _powers(part: Part, least_s: float) -> Callable[[Window], Value]:
    return lambda window: _part(window.powers, part, 0.0 if window.short else least_s)


def _ar_powers(part: Part, least_s: float) -> Callable[[Window], Value]:
    return lambda window: _part(window.ar_powers, part, 0.0 if window.short else least_s)


def _part(powers: BandPowers | Reason, part: Part, least_s: float) -> Value:
    """A number of the spectrum, if an unbroken stretch is long enough for it."""
    if isinstance(powers, Reason):
        return Value(None, powers)
    if powers.longest_s < least_s - SHORT_OF_S:
        return Value(None, Reason.GAP)
    value = part(powers)
    if value.value is None or not powers.unsure:
        return value
    return Value(value.value, value.reason, value.uncertainty, low_confidence=True)


def _lf(powers: BandPowers) -> Value:
    return as_ratio(powers.lf_ms2, half_width(powers.seconds, LN_LF))


def _hf(powers: BandPowers) -> Value:
    return as_ratio(powers.hf_ms2, half_width(powers.seconds, LN_HF))


def _ln_hf(powers: BandPowers) -> Value:
    if not powers.hf_ms2 > 0.0 or powers.total_ms2 < FLAT_MS2:
        return Value(None, Reason.FLAT)
    return Value(math.log(powers.hf_ms2), uncertainty=half_width(powers.seconds, LN_HF))


def _peak(band: tuple[int, int]) -> Part:
    def peak(powers: BandPowers) -> Value:
        flat = powers.total_ms2 < FLAT_MS2
        return Value(None, Reason.FLAT) if flat else Value(powers.peak_hz(band))

    return peak


def _nu(power: Callable[[BandPowers], float]) -> Part:
    def share(powers: BandPowers) -> Value:
        pct = None if powers.total_ms2 < FLAT_MS2 else powers.normalised(power(powers))
        return Value(None, Reason.FLAT) if pct is None else Value(pct)

    return share


_lf_nu = _powers(_nu(lambda p: p.lf_ms2), LF_S)
_hf_nu = _powers(_nu(lambda p: p.hf_ms2), LF_S)


def _stress(window: Window) -> Value:
    even = window.even
    if isinstance(even, Reason):
        return Value(None, even)
    return window.stress if even.seconds >= REST_S - SHORT_OF_S else Value(None, Reason.GAP)


def _index(window: Window, combine: Callable[[float, float, float], float], *parts: Value) -> Value:
    """An index of rest: nothing where the guide ran, or where a part of it is missing."""
    if window.paced_within(MINUTES_S):
        return Value(None, Reason.PACED)
    known = [part.value for part in parts if part.value is not None]
    if len(known) < len(parts):
        return Value(None, next(part.reason for part in parts if part.value is None))
    first, second, third = known
    return Value(combine(first, second, third), low_confidence=any(p.low_confidence for p in parts))


def _vagal(window: Window) -> Value:
    beats = window.trailing(MINUTES_S).beats
    mean, rmssd = time_domain.mean_rr_ms(beats), time_domain.rmssd_ms(beats)
    return _index(window, indices.vagal_index, mean, rmssd, _hf_nu(window))


def _activation(window: Window) -> Value:
    rate = time_domain.heart_rate_bpm(window.trailing(MINUTES_S).beats)
    return _index(window, indices.activation_index, rate, _stress(window), _lf_nu(window))


def _porges_bohrer(window: Window) -> Value:
    even = window.even
    return Value(None, even) if isinstance(even, Reason) else porges_bohrer_rsa(even)


POWER = (
    Marker(
        "vlf_ms2", later("Power, very low"), "ms²", MINUTES_S, VLF_S, 0.8,
        _powers(lambda p: Value(p.vlf_ms2), VLF_S),
        later("The power of waves slower than 0.04 Hz, that is longer than 25 s."),
        TASK_FORCE, over_span=True, every_s=5,
    ),
    Marker(
        "lf_ms2", later("Power, low"), "ms²", MINUTES_S, LF_S, 0.8,
        _powers(_lf, LF_S),
        later(
            "The power of waves from 0.04 to 0.15 Hz: blood pressure's own rhythm, and slow"
            " breathing."
        ),
        TASK_FORCE, over_span=True, every_s=5, ratio_band=True,
    ),
    Marker(
        "hf_ms2", later("Power, high"), "ms²", MINUTES_S, HF_S, 0.8,
        _powers(_hf, HF_S),
        later(
            "The power of waves from 0.15 to 0.40 Hz: the breath at rest, and with it the vagus"
            " nerve; breathing slower than nine a minute falls below it."
        ),
        TASK_FORCE, over_span=True, every_s=5, resting_only=True, ratio_band=True,
    ),
    Marker(
        "total_power_ms2", later("Power in all"), "ms²", MINUTES_S, VLF_S, 0.8,
        _powers(lambda p: Value(p.total_ms2), VLF_S),
        later("The power of all waves up to 0.40 Hz."),
        TASK_FORCE, over_span=True, every_s=5,
    ),
    Marker(
        "lf_nu", later("Low share"), "n.u.", MINUTES_S, LF_S, 0.8, _lf_nu,
        later("The power from 0.04 to 0.15 Hz in per cent of all from 0.04 to 0.40 Hz."),
        TASK_FORCE, over_span=True, every_s=5, resting_only=True,
    ),
    Marker(
        "hf_nu", later("High share"), "n.u.", MINUTES_S, LF_S, 0.8, _hf_nu,
        later("The power from 0.15 to 0.40 Hz in per cent of all from 0.04 to 0.40 Hz."),
        TASK_FORCE, over_span=True, every_s=5, resting_only=True,
    ),
    Marker(
        "lf_peak_hz", later("Low peak"), "Hz", MINUTES_S, LF_S, 0.8,
        _powers(_peak(frequency.LF), LF_S),
        later("Where from 0.04 to 0.15 Hz most of the power lies."),
        TASK_FORCE, over_span=True, every_s=5,
    ),
    Marker(
        "hf_peak_hz", later("High peak"), "Hz", MINUTES_S, HF_S, 0.8,
        _powers(_peak(frequency.HF), HF_S),
        later("Where from 0.15 to 0.40 Hz most of the power lies: at rest the breath."),
        TASK_FORCE, over_span=True, every_s=5,
    ),
    Marker(
        "ln_hf", later("Power, high, as a logarithm"), "ln ms²", MINUTES_S, HF_S, 0.8,
        _powers(_ln_hf, HF_S),
        later("The natural logarithm of the power from 0.15 to 0.40 Hz."),
        TASK_FORCE, over_span=True, every_s=5, resting_only=True,
    ),
    Marker(
        "ar_lf_ms2", later("Power, low, by a model"), "ms²", MINUTES_S, LF_S, 0.8,
        _ar_powers(lambda p: Value(p.lf_ms2), LF_S),
        later(
            "The power from 0.04 to 0.15 Hz of a model of the rhythm rather than of the rhythm"
            " itself."
        ),
        _AR, over_span=True, every_s=10,
    ),
    Marker(
        "ar_hf_ms2", later("Power, high, by a model"), "ms²", MINUTES_S, LF_S, 0.8,
        _ar_powers(lambda p: Value(p.hf_ms2), LF_S),
        later(
            "The power from 0.15 to 0.40 Hz of a model of the rhythm rather than of the rhythm"
            " itself."
        ),
        _AR, over_span=True, every_s=10, resting_only=True,
    ),
)  # fmt: skip

INDICES = (
    Marker(
        "stress_index", later("Stress index"), "", MINUTES_S, REST_S, 0.8, _stress,
        later(
            "How narrowly the intervals crowd around one length at rest, as the root of Baevsky's"
            " index; higher is narrower."
        ),
        "Baevsky and Berseneva 2008; trend: Tarvainen et al., IEEE Trans Biomed Eng 2002,"
        " 49:172-175",
        over_span=True, every_s=10, resting_only=True,
    ),
    Marker(
        "vagal_index", later("Vagal index (Nunan z-score)"), "", MINUTES_S, REST_S, 0.8, _vagal,
        later(
            "How a resting heart compares with published norms in mean interval, RMSSD and high"
            " share: 0 is the usual. It is not Kubios's index."
        ),
        _NUNAN, over_span=True, every_s=10, resting_only=True,
    ),
    Marker(
        "activation_index", later("Activation index (Nunan z-score)"), "", MINUTES_S, REST_S, 0.8,
        _activation,
        later(
            "How a resting heart compares with published norms in heart rate, stress index and low"
            " share: 0 is the usual. It is not Kubios's index."
        ),
        _NUNAN, over_span=True, every_s=10, resting_only=True, for_client=False,
    ),
    Marker(
        "porges_bohrer_rsa", later("Breath in the heart, quick"), "ln ms²", MINUTES_S, 60.0, 0.8,
        _porges_bohrer,
        later(
            "The logarithm of the heart's waves from 0.12 to 0.40 Hz; it does not see slow"
            " breathing."
        ),
        "Lewis, Furman, McCool and Porges, Biol Psychol 2012, 89:349-364",
        over_span=True, every_s=10, resting_only=True,
    ),
)  # fmt: skip
