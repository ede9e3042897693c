"""pyHRV: time domain, Welch, Poincaré and DFA; it has no coherence and no RSA."""

import matplotlib.pyplot as plt
import numpy as np
import pyhrv
import pyhrv.frequency_domain as fd
import pyhrv.nonlinear as nl
import pyhrv.time_domain as td

VERSION = getattr(pyhrv, "__version__", "?")


def fifteen(rr_ms):
    rr_ms = np.asarray(rr_ms, dtype=float)

    def call():
        said = {
            "MeanNN": float(td.nni_parameters(rr_ms)["nni_mean"]),
            "SDNN": float(td.sdnn(rr_ms)["sdnn"]),
            "RMSSD": float(td.rmssd(rr_ms)["rmssd"]),
            "pNN50": float(td.nn50(rr_ms)["pnn50"]),
        }
        power = fd.welch_psd(nni=rr_ms, show=False, mode="dev")[0]
        vlf, lf, hf = power["fft_abs"]
        said |= {"VLF": float(vlf), "LF": float(lf), "HF": float(hf)}
        said |= {"TP": float(power["fft_total"]), "LFHF": float(power["fft_ratio"])}
        poincare = nl.poincare(rr_ms, show=False, mode="dev")
        said |= {"SD1": float(poincare["sd1"]), "SD2": float(poincare["sd2"])}
        said["DFA_alpha1"] = float(nl.dfa(rr_ms, show=False, mode="dev")["dfa_alpha1"])
        plt.close("all")
        return said

    return call


JOBS = {"fifteen": fifteen, "recording": fifteen}
