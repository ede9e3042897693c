"""Many times of a long recording at once say what a live screen said at each: numbers to 1e-9."""

import numpy as np
import pytest
from tests import recorded
from tests.analysis.batch.test_windowed import FLAGGED, heart, with_artefacts

from coherence.analysis.artifacts import judged_series
from coherence.analysis.batch.live import KEYS, LOOK_BACK_S, ROWS, live_waves
from coherence.analysis.marker import due, value_of
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window
from coherence.model import Gap


def same_as_live(series, at_s, gaps=()):
    found = live_waves(series, np.asarray(at_s, float), gaps)
    told = 0
    for t_s, said in zip(at_s, found, strict=True):
        beats = series.window(t_s - LOOK_BACK_S, t_s)
        near = [g for g in gaps if g.t_s < t_s and g.end_s > t_s - LOOK_BACK_S]
        window = Window(beats, t_s, gaps=near)
        assert set(said) == {row.key for row in due([ROWS[key] for key in KEYS], t_s)}
        for key, value in said.items():
            live, at = value_of(window, ROWS[key]), (key, t_s, value)
            assert value.reason is live.reason, at
            assert value.low_confidence == live.low_confidence, at
            for ours, theirs in ((value.value, live.value), (value.floor, live.floor)):
                assert (ours is None) == (theirs is None), at
                if theirs is not None:
                    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9), at
                    told += 1
    return told


@pytest.mark.parametrize("share", [0.0, 0.01, 0.06])
def test_from_the_first_second_on(share):
    series = judged_series(with_artefacts(heart(900, seed=4), share))[0]
    told = same_as_live(series, np.arange(1.0, series.end_s + 20.0, 3.0))
    assert told > 700


def test_after_holes_and_gaps_and_at_the_end():
    rng = np.random.default_rng(8)
    rr_ms = heart(1600, seed=5)
    cut = np.zeros(len(rr_ms), bool)
    cut[rng.choice(len(rr_ms), 14, False)] = True
    lost_s = np.where(cut, rng.choice([0.9, 2.5, 4.0, 8.0, 30.0, 200.0], len(rr_ms)), 0.0)
    t_s = np.cumsum(rr_ms) / 1000.0 + np.cumsum(lost_s)
    accepted = rng.random(len(rr_ms)) > 0.02
    accepted[700:730] = False
    swallowed = np.where(~accepted & (rng.random(len(rr_ms)) < 0.3), 1, 0)
    series = NNSeries(t_s, rr_ms, accepted, np.cumsum(cut), swallowed)
    gaps = [
        Gap(float(t_s[i - 1]), float(t_s[i] - rr_ms[i] / 1000.0), 3, True)
        for i in np.flatnonzero(cut).tolist()
        if i
    ]
    assert same_as_live(series, np.arange(5.0, series.end_s + 30.0, 4.0), gaps) > 800


@pytest.mark.parametrize(
    "rr_ms", [[900.0] * 400, [1000.0, 1100.0] * 200, np.linspace(600, 1200, 400)]
)
def test_hearts_without_waves(rr_ms):
    same_as_live(NNSeries.from_rr(rr_ms), np.arange(5.0, 340.0, 5.0))


def test_real_hours(data):
    series = judged_series(recorded.kubios(data, "kubios_1h_s1")["rr_ms"])[0]
    assert same_as_live(series, np.arange(5.0, series.end_s, 25.0)) > 1000


def test_it_matters_not_which_times_are_asked_for_together():
    at_s = np.arange(400.0, 420.0, 5.0)
    alone = [live_waves(FLAGGED, np.array([t_s]), ())[0] for t_s in at_s]
    for one, other in zip(live_waves(FLAGGED, at_s, ()), alone, strict=True):
        for key, value in one.items():
            assert value.reason is other[key].reason
            if value.value is not None:
                assert value.value == pytest.approx(other[key].value, rel=1e-9)
