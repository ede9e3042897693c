"""One judge for a live session and for a whole day: the same verdicts however beats come to it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.analysis.artifacts import BeatJudge, judge_all, judged_series
from coherence.analysis.beat_log import BeatLog
from coherence.analysis.verdicts import AT_ONCE, FORGETTING, VerdictStream
from coherence.model import Beat, Verdict


def rough_rr_ms(seed: int, beats: int) -> np.ndarray:
    """Changes of state, bursts of noise, bigeminy, artefacts and impossible intervals."""
    rng = np.random.default_rng(seed)
    parts: list[np.ndarray] = []
    while sum(map(len, parts)) < beats:
        n = int(rng.integers(3, 120))
        kind = rng.integers(0, 5)
        if kind == 0:
            parts.append(rng.normal(rng.uniform(350, 1500), rng.uniform(1, 60), n))
        elif kind == 1:
            parts.append(np.where(np.arange(n) % 2, 550.0, 1050.0) + rng.normal(0, 20, n))
        elif kind == 2:
            parts.append(rng.uniform(200, 2600, n))
        else:
            wave = 850 + 120 * np.sin(np.arange(n) * rng.uniform(0.3, 1.5)) + rng.normal(0, 8, n)
            wave[rng.random(n) < 0.04] *= rng.choice([0.4, 0.7, 2.0, 3.0])
            parts.append(wave)
    return np.concatenate(parts)[:beats]


def live(rr_ms: np.ndarray, segment: np.ndarray) -> dict[int, tuple[Verdict, int]]:
    judge, found, t_s = BeatJudge(), {}, 0.0
    for interval_ms, number in zip(rr_ms.tolist(), segment.tolist(), strict=True):
        t_s += interval_ms / 1000.0
        for judged in judge.feed(Beat(t_s, interval_ms, number)):
            assert judged.beat.rr_ms == rr_ms[judged.index]
            found[judged.index] = judged.verdict, judged.missing
    found |= {judged.index: (judged.verdict, judged.missing) for judged in judge.flush()}
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_whole_recording_is_judged_as_if_its_beats_had_come_live(seed: int) -> None:
    rr_ms = rough_rr_ms(seed, 1500)
    walls = np.random.default_rng(seed).random(len(rr_ms)) < 0.004
    segment = np.cumsum(walls)
    series, verdicts = judged_series(rr_ms, segment.tolist())
    found = live(rr_ms, segment)
    assert sorted(found) == list(range(len(rr_ms)))
    assert [found[i][0] for i in range(len(rr_ms))] == verdicts
    assert [found[i][1] for i in range(len(rr_ms))] == series.missing.tolist()
    assert len(set(verdicts)) >= 6


@settings(max_examples=25)
@given(st.integers(0, 1000), st.lists(st.integers(0, 3 * AT_ONCE), min_size=1, max_size=12))
def test_helpings_of_any_size_give_the_same_verdicts(seed: int, sizes: list[int]) -> None:
    rr_ms = rough_rr_ms(seed, 600).tolist()
    whole, parts = VerdictStream(), VerdictStream()
    expected = dict_of([*whole.take(rr_ms), *whole.wall()])
    edges = np.minimum(np.cumsum([0, *sizes]), len(rr_ms)).tolist()
    found = []
    for first, after in pairwise([*edges, len(rr_ms)]):
        found += parts.take(rr_ms[first:after])
        assert parts.decided == max(0, after - 2)
    assert dict_of([*found, *parts.wall()]) == expected


def dict_of(departures: list[tuple[int, Verdict, int]]) -> dict[int, tuple[Verdict, int]]:
    """The last verdict on each that is not normal."""
    last = {index: (verdict, swallowed) for index, verdict, swallowed in departures}
    return {i: verdict for i, verdict in last.items() if verdict[0] is not Verdict.NORMAL}


def test_what_is_forgotten_is_never_asked_for() -> None:
    """A session so long that beats are dropped again and again: as if nothing had been dropped."""
    rr_ms = rough_rr_ms(5, 3 * FORGETTING)
    parts, found = VerdictStream(), []
    for first in range(0, len(rr_ms), 50):
        found += parts.take(rr_ms[first : first + 50].tolist())
    whole = VerdictStream()
    expected = whole.take(rr_ms.tolist())
    assert dict_of(found) == dict_of(expected)
    assert len(dict_of(found)) > 20


def test_beats_and_series_say_the_same() -> None:
    rr_ms = rough_rr_ms(3, 400)
    series, verdicts = judged_series(rr_ms)
    judged = judge_all(rr_ms)
    log = BeatLog()
    log.extend(judged)
    assert [each.verdict for each in judged] == verdicts
    for name in ("t_s", "rr_ms", "accepted", "segment", "missing"):
        np.testing.assert_array_equal(getattr(log.series(), name), getattr(series, name))
