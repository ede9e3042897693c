"""hrv-analysis: time domain, Welch and Poincaré; it has no DFA, coherence or RSA."""

from importlib.metadata import version

import hrvanalysis

VERSION = version("hrv-analysis")


def fifteen(rr_ms):
    rr_ms = rr_ms.tolist()

    def call():
        said = hrvanalysis.get_time_domain_features(rr_ms)
        said |= hrvanalysis.get_frequency_domain_features(rr_ms)
        said |= hrvanalysis.get_poincare_plot_features(rr_ms)
        names = {
            "mean_nni": "MeanNN", "sdnn": "SDNN", "rmssd": "RMSSD", "pnni_50": "pNN50",
            "vlf": "VLF", "lf": "LF", "hf": "HF", "total_power": "TP", "lf_hf_ratio": "LFHF",
            "sd1": "SD1", "sd2": "SD2",
        }  # fmt: skip
        return {ours: float(said[theirs]) for theirs, ours in names.items()}

    return call


JOBS = {"fifteen": fifteen, "recording": fifteen}
