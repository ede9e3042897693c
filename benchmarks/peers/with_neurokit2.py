"""NeuroKit2: its narrowest calls for the same fifteen numbers, and its public ones."""

import neurokit2 as nk
import numpy as np
from neurokit2.hrv.hrv_nonlinear import _hrv_nonlinear_poincare
from neurokit2.signal.signal_fixpeaks import _find_artifacts

VERSION = nk.__version__
BOXES = list(range(4, 12))


def timed(rr_ms):
    return {"RRI": rr_ms, "RRI_Time": np.cumsum(rr_ms) / 1000.0}


def ticks(rr_ms):
    return np.r_[0, np.cumsum(np.rint(rr_ms * 1.024))].astype(int)


def row(table, *names):
    return {name: float(table[f"HRV_{name}"].iloc[0]) for name in names}


def narrow(rr_ms):
    beats = timed(rr_ms)
    said = row(nk.hrv_time(beats), "MeanNN", "SDNN", "RMSSD", "pNN50")
    power = nk.hrv_frequency(beats, psd_method="welch", interpolation_rate=4, normalize=False)
    said |= row(power, "VLF", "LF", "HF", "TP", "LFHF")
    poincare = _hrv_nonlinear_poincare(rr_ms, out={})
    said |= {"SD1": float(poincare["SD1"]), "SD2": float(poincare["SD2"])}
    said["DFA_alpha1"] = float(nk.fractal_dfa(rr_ms, scale=BOXES)[0])
    return said


def coherence(rr_ms):
    """It has none: the same recipe out of its own spectrum and its own powers of bands."""
    even, _, rate_hz = nk.intervals_process(
        rr_ms, intervals_time=np.cumsum(rr_ms) / 1000.0, interpolate=True, interpolation_rate=4
    )
    psd = nk.signal_psd(even, sampling_rate=rate_hz, method="welch", normalize=False)
    hz, power = psd["Frequency"].to_numpy(), psd["Power"].to_numpy()
    band = (hz >= 0.04) & (hz <= 0.26)
    peak_hz = float(hz[band][np.argmax(power[band])])
    bands = [(peak_hz - 0.015, peak_hz + 0.015), (0.0033, 0.4)]
    powers = nk.signal_power(
        even, bands, sampling_rate=rate_hz, method="welch", normalize=False
    ).iloc[0]
    return {"coherence": float(powers.iloc[0] / powers.iloc[1]), "coherence_peak_hz": peak_hz}


def fifteen(rr_ms):
    return lambda: narrow(rr_ms) | coherence(rr_ms)


def public(rr_ms):
    beats = timed(rr_ms)

    def call():
        said = nk.hrv_time(beats)
        power = nk.hrv_frequency(beats, psd_method="welch", interpolation_rate=4, normalize=False)
        other = nk.hrv_nonlinear(beats)
        return {
            name: float(table[name].iloc[0])
            for table in (said, power, other)
            for name in table.columns
        }

    return call


def recording(rr_ms):
    def call():
        found, _ = nk.signal_fixpeaks(
            ticks(rr_ms), sampling_rate=1024, iterative=False, method="Kubios"
        )
        return narrow(rr_ms) | {"flagged": float(len(found["ectopic"]))}

    return call


def artefacts(rr_ms):
    at = ticks(rr_ms)

    def call():
        found, _ = _find_artifacts(at, sampling_rate=1024)
        kinds = ("ectopic", "missed", "extra", "longshort")
        return {"flagged": sum(len(found[kind]) for kind in kinds)}

    return call


def corrected(rr_ms):
    at = ticks(rr_ms)

    def call():
        _, clean = nk.signal_fixpeaks(at, sampling_rate=1024, iterative=True, method="Kubios")
        return {"beats": len(clean)}

    return call


def windows(rr_ms):
    """61 windows of 66 s along the day: all of them would take minutes."""
    t_s = np.cumsum(rr_ms) / 1000.0
    ends = np.linspace(66.0, t_s[-1], 61).tolist()

    def call():
        for end_s in ends:
            part = rr_ms[(t_s > end_s - 66.0) & (t_s <= end_s)]
            values = narrow(part) | coherence(part)
        return values | {"windows": len(ends)}

    return call


JOBS = {
    "fifteen": fifteen,
    "guided": fifteen,
    "public": public,
    "update": public,
    "recording": recording,
    "artefacts": artefacts,
    "corrected": corrected,
    "windows": windows,
}
