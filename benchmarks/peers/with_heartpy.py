"""HeartPy: time domain, Poincaré and breathing; its spectrum does not run on today's NumPy."""

from importlib.metadata import version

import numpy as np
from heartpy import analysis

VERSION = version("heartpy")


def fifteen(rr_ms):
    def call():
        differences = np.abs(np.diff(rr_ms))
        _, said = analysis.calc_ts_measures(rr_ms, differences, differences**2, {}, {})
        found = {"RR_list_cor": rr_ms, "RR_list": rr_ms, "RR_masklist": np.zeros(len(rr_ms))}
        said = analysis.calc_poincare(rr_ms, np.zeros(len(rr_ms)), said, found)
        said = analysis.calc_breathing(rr_ms, measures=said, working_data=found)
        return numbers(said)

    return call


def spectrum(rr_ms):
    def call():
        found = {"RR_list_cor": rr_ms}
        said = analysis.calc_fd_measures(measures={}, working_data=found)
        return numbers(said)

    return call


def numbers(said):
    """The parts of their answers, which are tuples of dictionaries, that are numbers."""
    parts = said if isinstance(said, tuple) else (said,)
    names = {"ibi": "MeanNN", "sdnn": "SDNN", "rmssd": "RMSSD"}
    return {
        names.get(key, key): float(value)
        for part in parts
        for key, value in part.items()
        if isinstance(value, int | float | np.floating)
    }


JOBS = {"fifteen": fifteen, "recording": fifteen, "spectrum": spectrum}
