"""Speed by counts of calls, which no neighbour on the machine can disturb; and one ratio."""

import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from statistics import median
from types import FrameType

import numpy as np
import pytest

from coherence.analysis.markers import evaluate
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window
from coherence.devices import intervals
from coherence.model import BreathPattern, Notification, PaceChanged
from coherence.sessions.tracker import SessionTracker

EARLY, LATE = 600, 30_000


def test_numbers_load_nothing_heavy() -> None:
    code = "import sys, coherence.analysis.markers; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"neurokit2", "pandas", "matplotlib", "scipy", "PySide6", "bleak"}


def calls_of(work: Callable[[], object]) -> int:
    """Python and C calls that ``work`` makes."""
    count = 0

    def heard(frame: FrameType, event: str, said: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(heard)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


class EveryBeatAlike:
    """A session of the same ten beats over and over, so that like windows cost like calls."""

    def __init__(self, guided: bool) -> None:
        rng = np.random.default_rng(4)
        self._rr_ms = np.rint(1000.0 + 30.0 * rng.standard_normal(10))
        self._rr_ms[-1] += 10_000.0 - self._rr_ms.sum()  # ten seconds: windows repeat
        self._t_s = 0.0
        self.beats = 0
        self.tracker = SessionTracker()
        self._pace = PaceChanged(130.0, BreathPattern(6.0)) if guided else None

    def feed(self) -> None:
        rr_ms = float(self._rr_ms[self.beats % 10])
        self._t_s += rr_ms / 1000.0
        self.beats += 1
        if self._pace is not None and self._t_s > self._pace.t_s:
            self.tracker.feed(self._pace)
            self._pace = None
        payload = intervals.encode([rr_ms])
        self.tracker.feed(Notification(self._t_s, "strap", intervals.CHARACTERISTIC, payload))

    def cost(self) -> int:
        """Calls of feeding ten beats, once what is kept for windows of this length is there."""
        for _ in range(20):
            self.feed()
        return calls_of(lambda: [self.feed() for _ in range(10)])

    def skip_to(self, beats: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take beats in without evaluating: what is measured is whether their number matters."""
        with monkeypatch.context() as patched:
            patched.setattr(SessionTracker, "_evaluate", lambda self, t_s: [])
            while self.beats < beats:
                self.feed()


@pytest.mark.parametrize("guided", [False, True])
def test_an_update_costs_the_same_after_hours(
    guided: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = EveryBeatAlike(guided)
    session.skip_to(EARLY - 20, monkeypatch)
    while session.beats < EARLY:
        session.feed()
    early = session.cost()
    session.skip_to(LATE - 20, monkeypatch)
    while session.beats < LATE:
        session.feed()
    late = session.cost()
    assert early > 1000  # it did evaluate
    # Times of so many seconds are rounded elsewhere: now and then a crest comes or goes by it.
    assert late == pytest.approx(early, rel=0.02)


@pytest.mark.slow
def test_live_numbers_are_many_times_quicker_than_neurokit() -> None:
    """Ratio in one process: NeuroKit2's narrowest calls for as many numbers, 64 s, hot."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2 as nk

    rng = np.random.default_rng(5)
    rr_ms = 900.0 + 40.0 * np.sin(np.arange(72) * 0.54) + 10.0 * rng.standard_normal(72)
    series = NNSeries.from_rr(rr_ms)
    beats = {"RRI": rr_ms, "RRI_Time": series.t_s}

    def theirs() -> None:
        nk.hrv_time(beats)
        nk.hrv_frequency(beats, psd_method="welch", interpolation_rate=4, normalize=False)
        nk.fractal_dfa(rr_ms, scale=list(range(4, 12)))

    def ours() -> None:
        evaluate(Window(series, series.end_s))

    def seconds(work: Callable[[], None], calls: int) -> float:
        took = []
        for _ in range(calls):
            start_s = time.perf_counter()
            work()
            took.append(time.perf_counter() - start_s)
        return median(took)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs()
        ours()
        ratios = [seconds(theirs, 5) / seconds(ours, 30) for _ in range(5)]
    assert median(ratios) >= 8.0
