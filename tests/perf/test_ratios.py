"""How many times quicker than NeuroKit2, in one process: at least half of what was reached.

`python -m benchmarks.bench` says what that is (benchmarks/README.md). Processor time, interleaved
rounds, the median of their ratios.
"""

import time
import warnings
from collections.abc import Callable, Iterator
from statistics import median
from types import ModuleType

import numpy as np
import pytest

from coherence.analysis.artifacts import judged_series
from coherence.analysis.batch.windowed import every, windowed
from coherence.analysis.markers import MARKERS, value_of
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window

pytestmark = pytest.mark.slow

ROUNDS = 5
FIFTEEN = (
    "mean_rr_ms", "sdnn_ms", "rmssd_ms", "pnn50_pct", "sd1_ms", "sd2_ms", "vlf_ms2", "lf_ms2",
    "hf_ms2", "total_power_ms2", "lf_nu", "coherence", "coherence_peak_hz", "rsa_ms", "dfa_alpha1",
)  # fmt: skip
ROWS = [{marker.key: marker for marker in MARKERS}[key] for key in FIFTEEN]


@pytest.fixture(scope="module")
def nk() -> Iterator[ModuleType]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2

        yield neurokit2


def ratio(
    theirs: Callable[[], object], ours: Callable[[], object], calls: tuple[int, int] = (3, 20)
) -> float:
    def seconds(work: Callable[[], object], times: int) -> float:
        took = []
        for _ in range(times):
            began_s = time.process_time()
            work()
            took.append(time.process_time() - began_s)
        return median(took)

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        theirs()
        ours()
        return median(seconds(theirs, calls[0]) / seconds(ours, calls[1]) for _ in range(ROUNDS))


def heart(beats: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    n = np.arange(beats)
    rr_ms = 870 + 25 * np.sin(1.35 * n) + 20 * np.sin(0.55 * n) + rng.normal(0, 10, beats)
    return np.rint(rr_ms * 1.024) / 1.024


def narrow(nk: ModuleType, rr_ms: np.ndarray) -> None:
    """NeuroKit2's narrowest calls for eleven of the fifteen."""
    beats = {"RRI": rr_ms, "RRI_Time": np.cumsum(rr_ms) / 1000.0}
    nk.hrv_time(beats)
    nk.hrv_frequency(beats, psd_method="welch", interpolation_rate=4, normalize=False)
    nk.fractal_dfa(rr_ms, scale=list(range(4, 12)))


def fifteen(series: NNSeries) -> None:
    columns = series.t_s, series.rr_ms, series.accepted, series.segment, series.missing
    window = Window(NNSeries(*columns), series.end_s, whole=True, short=True)
    for row in ROWS:
        value_of(window, row)


@pytest.mark.parametrize(("beats", "least"), [(77, 10.0), (353, 15.0)])
def test_fifteen_numbers_of_a_window(nk: ModuleType, beats: int, least: float) -> None:
    rr_ms = heart(beats)
    series = NNSeries.from_rr(rr_ms)
    assert ratio(lambda: narrow(nk, rr_ms), lambda: fifteen(series)) >= least


def test_windows_of_hours(nk: ModuleType) -> None:
    series = NNSeries.from_rr(heart(12_000))
    ends, part = every(series, 66.0, 5.0), heart(77)
    reached = ratio(
        lambda: narrow(nk, part),
        lambda: windowed(series, 66.0, ends, keys=FIFTEEN, short=True),
        calls=(5, 1),
    )
    assert reached * len(ends) >= 200.0


def test_verdicts_of_hours(nk: ModuleType) -> None:
    from neurokit2.signal.signal_fixpeaks import _find_artifacts

    rr_ms = heart(20_000)
    rr_ms[np.random.default_rng(1).choice(len(rr_ms), 200, False)] *= 0.6
    at = np.append(0, np.cumsum(np.rint(rr_ms * 1.024))).astype(int)
    reached = ratio(
        lambda: _find_artifacts(at, sampling_rate=1024), lambda: judged_series(rr_ms), (1, 2)
    )
    assert reached >= 3.0


def test_one_set_of_a_whole_night(nk: ModuleType) -> None:
    rr_ms = heart(30_000)
    series = NNSeries.from_rr(rr_ms)
    assert ratio(lambda: narrow(nk, rr_ms), lambda: fifteen(series), (1, 2)) >= 15.0
