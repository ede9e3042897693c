"""Speed by counts of calls, which no neighbour on the machine can disturb."""

import math
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType

import numpy as np
import pytest

from coherence.analysis.artifacts import judged_series
from coherence.analysis.batch.windowed import block_size, every, windowed
from coherence.analysis.markers import MARKERS, evaluate, value_of
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


FIFTEEN = (
    "mean_rr_ms", "sdnn_ms", "rmssd_ms", "pnn50_pct", "sd1_ms", "sd2_ms", "vlf_ms2", "lf_ms2",
    "hf_ms2", "total_power_ms2", "lf_nu", "coherence", "coherence_peak_hz", "rsa_ms", "dfa_alpha1",
)  # fmt: skip


def a_heart(beats: int) -> NNSeries:
    rng = np.random.default_rng(5)
    n = np.arange(beats)
    rr_ms = 870 + 25 * np.sin(1.35 * n) + 20 * np.sin(0.55 * n) + rng.normal(0, 10, beats)
    return NNSeries.from_rr(np.rint(rr_ms * 1.024) / 1.024)


def anew(series: NNSeries) -> NNSeries:
    return NNSeries(series.t_s, series.rr_ms, series.accepted, series.segment, series.missing)


@pytest.mark.parametrize(("beats", "most"), [(77, 690), (353, 670)])
def test_fifteen_numbers_of_a_window_take_few_calls(beats: int, most: int) -> None:
    series = a_heart(beats)
    rows = [marker for marker in MARKERS if marker.key in FIFTEEN]

    def fifteen() -> None:
        window = Window(anew(series), series.end_s, whole=True, short=True)
        for row in rows:
            assert value_of(window, row).value is not None

    fifteen()  # what is made once
    assert calls_of(fifteen) <= most


@pytest.mark.parametrize(("all_live", "most"), [(False, 895), (True, 1870)])
def test_a_live_second_takes_few_calls(all_live: bool, most: int) -> None:
    series = a_heart(353)
    end_s = math.floor(series.end_s / 5.0) * 5.0 + 1.0  # a second that only each second's are due

    def second() -> None:
        evaluate(Window(anew(series), end_s), all_live=all_live)

    second()
    assert calls_of(second) <= most


def test_windows_cost_calls_by_the_block_and_not_by_the_window() -> None:
    rng = np.random.default_rng(6)
    series = NNSeries.from_rr(900.0 + 30.0 * rng.standard_normal(9000))
    ends = every(series, 70.0, 2.0)
    block = block_size(70.0)

    def cost(windows: int) -> int:
        return calls_of(lambda: windowed(series, 70.0, ends[:windows]))

    cost(10)  # what is made once
    one, three = cost(block), cost(3 * block)
    assert three < 3.3 * one
    assert one < 5 * block  # each window by itself takes some thousands


def test_a_day_is_judged_with_few_calls() -> None:
    rng = np.random.default_rng(7)
    rr_ms = 900.0 + 12.0 * rng.standard_normal(20_000)  # a resting heart: most lie near the median
    assert calls_of(lambda: judged_series(rr_ms)) < 2 * len(rr_ms)


def test_an_hour_more_takes_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    session = EveryBeatAlike(guided=False)
    session.skip_to(4000, monkeypatch)
    tracemalloc.start()
    session.skip_to(7600, monkeypatch)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 1_000_000  # beats alone; numbers: tests/sessions/test_history.py
