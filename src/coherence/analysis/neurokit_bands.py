"""Power by bands as NeuroKit2 works it out, to show that the difference to ours is the recipe."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from coherence.analysis.series import NNSeries
from coherence.analysis.spectrum import RATE_HZ

FEWEST = 16  # beats; with less there is no segment to speak of
BANDS_HZ = {"vlf_ms2": (0.0033, 0.04), "lf_ms2": (0.04, 0.15), "hf_ms2": (0.15, 0.40)}


def neurokit_bands(beats: NNSeries) -> Mapping[str, float]:
    """VLF, LF and HF in ms² by the recipe of NeuroKit2 0.2 (Welch, 4 Hz, not normalised).

    Parabolas between the accepted beats of ``beats``; segments of half the recording; bands up to
    but without their upper edge. A band that none of its bins reaches is left out, and all of them
    where there are fewer than 16 beats. ``hrv_frequency({"RRI": …, "RRI_Time": …},
    psd_method="welch", interpolation_rate=4, normalize=False)`` gives the same. Offline: SciPy.

    >>> rr_ms = 900 + 20 * np.sin(2 * np.pi * 0.25 * np.arange(330) * 0.9)
    >>> {key: round(power) for key, power in neurokit_bands(NNSeries.from_rr(rr_ms)).items()}
    {'vlf_ms2': 0, 'lf_ms2': 0, 'hf_ms2': 193}
    """
    from scipy.integrate import trapezoid
    from scipy.interpolate import interp1d
    from scipy.signal import welch

    t_s, nn_ms = beats.nn_t_s, beats.nn_ms
    if len(nn_ms) < FEWEST:
        return {}
    ends = (float(nn_ms[0]), float(nn_ms[-1]))
    between = interp1d(t_s, nn_ms, kind="quadratic", bounds_error=False, fill_value=ends)
    even = between(np.arange(t_s[0], t_s[-1] + 1.0 / RATE_HZ, 1.0 / RATE_HZ))
    lowest_hz = 2.0 * RATE_HZ / (len(even) / 2.0)
    samples = min(int(2.0 / lowest_hz * RATE_HZ), len(even) // 2)
    hz, psd = welch(
        even - even.mean(),
        RATE_HZ,
        window="hann",
        nperseg=samples,
        nfft=2 * samples,
        detrend=False,
    )
    psd = psd[hz >= lowest_hz]
    hz = hz[hz >= lowest_hz]
    found = {}
    for key, (low_hz, high_hz) in BANDS_HZ.items():
        inside = (hz >= low_hz) & (hz < high_hz)
        if inside.any():
            found[key] = float(trapezoid(psd[inside], hz[inside]))
    return {key: power for key, power in found.items() if power > 0.0}
