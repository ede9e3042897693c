"""Many windows at once say what each of them says by itself: numbers to 1e-9, reasons exactly."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import recorded
from tests.analysis.rhythms import tones

from coherence.analysis.artifacts import judged_series
from coherence.analysis.batch.recording import KEYS
from coherence.analysis.batch.windowed import block_size, every, windowed
from coherence.analysis.marker import value_of
from coherence.analysis.markers import MARKERS
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window
from coherence.model import Gap, Reason

ROWS = {marker.key: marker for marker in MARKERS}


def heart(beats, seed=1):
    """Breath, a slow wave, drift and noise, in ticks of a strap."""
    rng = np.random.default_rng(seed)
    n = np.arange(beats)
    drift = np.cumsum(rng.normal(0, 2, beats))
    rr_ms = 870 + 25 * np.sin(0.22 * 2 * np.pi * n) + 20 * np.sin(0.087 * 2 * np.pi * n)
    rr_ms += drift - np.convolve(drift, np.ones(301) / 301, "same") + rng.normal(0, 9, beats)
    return np.rint(np.clip(rr_ms, 400, 1600) * 1.024) / 1.024


def with_artefacts(rr_ms, share, seed=2):
    """Missed, extra and premature beats."""
    rng = np.random.default_rng(seed)
    out = []
    skip = False
    for a, b in zip(rr_ms[:-1].tolist(), rr_ms[1:].tolist(), strict=True):
        if skip:
            skip = False
        elif rng.random() < share:
            kind = rng.integers(0, 3)
            out += [[a + b], [0.4 * a, 0.6 * a, b], [0.7 * a, b + 0.3 * a]][kind]
            skip = True
        else:
            out.append(a)
    return np.array(out)


def same_as_singly(series, window_s, ends, gaps=(), short=False):
    table = windowed(series, window_s, ends, gaps=gaps, short=short)
    told = 0
    for i, end_s in enumerate(np.asarray(ends).tolist()):
        beats = series.window(end_s - window_s, end_s)
        window = Window(beats, end_s, gaps=gaps, whole=True, short=short)
        for key in KEYS:
            said, value = value_of(window, ROWS[key]), float(table.values[key][i])
            assert table.reason(key, i) is said.reason, (key, end_s)
            assert np.isnan(value) == (said.value is None), (key, end_s)
            if said.value is not None:
                assert value == pytest.approx(said.value, rel=1e-9, abs=1e-9), (key, end_s)
                told += 1
        if len(beats):
            assert table.coverage[i] == pytest.approx(window.trailing(1.0).coverage, abs=1e-12)
    return table, told


CLEAN = NNSeries.from_rr(heart(1500))
FLAGGED = judged_series(with_artefacts(heart(1500), 0.02))[0]


@pytest.mark.parametrize("window_s", [20.0, 64.0, 70.0, 130.0, 300.0, 600.0])
@pytest.mark.parametrize("series", [CLEAN, FLAGGED], ids=["clean", "flagged"])
def test_windows_of_any_length(series, window_s):
    ends = np.arange(15.0, series.end_s + 20.0, 61.7)
    _, told = same_as_singly(series, window_s, ends)
    assert told > 2 * len(ends)  # of windows of 20 s little can be said


@pytest.mark.parametrize("series", [CLEAN, FLAGGED], ids=["clean", "flagged"])
def test_a_window_at_every_beat_and_numbers_of_windows_too_short_for_them(series):
    table, _ = same_as_singly(series, 70.0, series.t_s[300:420], short=True)
    assert np.isfinite(table.values["vlf_ms2"]).mean() > 0.9


def test_holes_gaps_and_long_losses():
    rng = np.random.default_rng(6)
    rr_ms = heart(1400, seed=3)
    cut = np.zeros(len(rr_ms), bool)
    cut[rng.choice(len(rr_ms), 18, False)] = True
    lost_s = np.where(cut, rng.choice([0.9, 2.5, 4.0, 8.0, 30.0], len(rr_ms)), 0.0)
    t_s = np.cumsum(rr_ms) / 1000.0 + np.cumsum(lost_s)
    accepted = rng.random(len(rr_ms)) > 0.03
    accepted[700:730] = False
    swallowed = np.where(~accepted & (rng.random(len(rr_ms)) < 0.3), 1, 0)
    series = NNSeries(t_s, rr_ms, accepted, np.cumsum(cut), swallowed)
    gaps = [
        Gap(float(t_s[i - 1]), float(t_s[i] - rr_ms[i] / 1000.0), 3, True)
        for i in np.flatnonzero(cut).tolist()
        if i
    ]
    for window_s in (64.0, 70.0, 300.0):
        ends = np.arange(30.0, series.end_s + 30.0, 23.3)
        table, _ = same_as_singly(series, window_s, ends, gaps=gaps)
        assert table.count("rmssd_ms", Reason.GAP) + table.count(
            "rmssd_ms", Reason.TOO_MANY_ARTEFACTS
        )


@pytest.mark.parametrize(
    "rr_ms",
    [
        [900.0] * 200,
        [],
        [900.0] * 3,
        [1000.0, 1100.0] * 90,
        [220.0, 230.0, 700.0, 240.0] * 100,  # raw: several beats in a quarter second
        [1e-9, 900.0, 900.0] * 60,
        tones(900, [(50, 0.1)], 200).tolist(),
        np.linspace(600.0, 1200.0, 200).tolist(),
        ([701.0] * 120 + [1234.0] * 90) * 3,
    ],
    ids=["constant", "none", "three", "in turn", "crowded", "on the spot", "tone", "ramp", "steps"],
)
def test_odd_recordings(rr_ms):
    series = NNSeries.from_rr(rr_ms)
    for window_s in (66.0, 100.0):
        same_as_singly(series, window_s, np.arange(1.0, 200.0, 19.0), short=True)


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.floats(65.0, 200.0), st.floats(0.0, 0.1))
def test_any_heart(seed, window_s, share):
    series = judged_series(with_artefacts(heart(420, seed), share, seed))[0]
    same_as_singly(series, window_s, np.arange(70.0, series.end_s, 47.0))


def test_real_hours(data):
    series = judged_series(recorded.kubios(data, "kubios_1h_s1")["rr_ms"])[0]
    table, told = same_as_singly(series, 300.0, every(series, 300.0, 150.0))
    assert told > 0.9 * len(table) * len(KEYS)


def test_it_matters_not_which_windows_are_asked_for_together():
    block = block_size(70.0)
    ends = np.sort(np.random.default_rng(2).uniform(100, 1200, block + 40))
    whole = windowed(FLAGGED, 70.0, ends)
    few = windowed(FLAGGED, 70.0, ends[block - 20 : block + 20], keys=["rsa_ms", "lf_nu"])
    for key in ("rsa_ms", "lf_nu"):
        expected = whole.values[key][block - 20 : block + 20]
        np.testing.assert_allclose(few.values[key], expected, rtol=1e-9)


def test_progress_is_told_and_memory_is_bounded():
    series = NNSeries.from_rr(heart(20_000))
    ends, heard = every(series, 70.0, 2.5), []
    windowed(series, 70.0, ends[:300])  # what is made once
    tracemalloc.start()
    table = windowed(series, 70.0, ends, progress=heard.append)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    block = block_size(70.0)
    assert heard == ends[block - 1 :: block].tolist() + [ends[-1]] * (len(ends) % block > 0)
    told = sum(column.nbytes for column in table.values.values())
    assert peak < told + 60e6


def test_what_cannot_be_asked_for():
    with pytest.raises(ValueError, match="no windows of stress_index"):
        windowed(CLEAN, 60.0, [100.0], keys=["stress_index"])
    with pytest.raises(ValueError, match="times that rise"):
        windowed(CLEAN, 60.0, [100.0, 90.0])
    with pytest.raises(ValueError, match="a length"):
        windowed(CLEAN, 0.0, [100.0])
