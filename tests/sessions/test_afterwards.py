"""The fold of a long file says afterwards what a screen said at each second."""

import numpy as np
import pytest

from coherence.analysis.batch.live import KEYS as WAVES
from coherence.analysis.markers import LIVE
from coherence.model import BreathPattern, PaceChanged
from coherence.reports.imports import arrivals_in
from coherence.reports.recording import Piece
from coherence.reports.rows import KEYS, by_second
from coherence.sessions.afterwards import AfterwardsTracker, is_plain
from coherence.sessions.trace import readings_in
from coherence.sessions.tracker import SessionTracker

ROWS = [marker for marker in LIVE if not marker.over_span or marker.key in KEYS]


def heart(beats, seed):
    """A heart that quickens and slows at once now and then: beats are judged again after it."""
    rng = np.random.default_rng(seed)
    n = np.arange(beats)
    rr_ms = 860 + 30 * np.sin(n / 4.1) + 15 * np.sin(n / 11) + rng.normal(0, 8, beats)
    for at in rng.choice(beats - 60, 6, replace=False).tolist():
        rr_ms[at : at + 40] *= rng.choice([0.6, 1.7])
    odd = rng.choice(beats, beats // 60, replace=False)
    rr_ms[odd] *= rng.choice([0.55, 1.9], len(odd))
    return np.rint(rr_ms)


def with_losses(rr_ms, seed):
    """When each arrived, with losses that only the times tell of and bursts that come late."""
    rng = np.random.default_rng(seed)
    t_s = np.cumsum(rr_ms) / 1000.0
    for at in rng.choice(len(rr_ms), 9, replace=False).tolist():
        t_s[at:] += rng.choice([2.0, 3.5, 9.0, 40.0])
    for at in rng.choice(len(rr_ms) - 40, 12, replace=False).tolist():
        t_s[at : at + 5] = t_s[at + 5]
    return Piece(rr_ms, t_s - t_s[0], ())


def of_new_states():
    """A heart that goes over to another rhythm: five flagged beats are judged again as normal."""
    rng = np.random.default_rng(2)
    rr_ms = 900 + rng.normal(0, 5, 900)
    for at in (200, 500):
        rr_ms[at : at + 6] = rng.choice([520, 560, 600], 6)
        rr_ms[at + 6 : at + 60] = 1500 + rng.normal(0, 4, 54)
    return np.rint(rr_ms)


PIECES = {
    "end to end": lambda: Piece(heart(1300, 1), None, (200, 700)),
    "new states": lambda: Piece(of_new_states(), None, ()),
    "losses 2": lambda: with_losses(heart(1300, 2), 2),
    "losses 3": lambda: with_losses(heart(1300, 3), 3),
}


@pytest.mark.parametrize("kind", PIECES)
def test_each_second_says_what_it_said_live(kind):
    piece = PIECES[kind]()
    arrivals = list(arrivals_in((piece,), as_strap=False))
    assert is_plain(arrivals)
    live = list(by_second(readings_in(arrivals, SessionTracker(rows=ROWS, every_s=2))))
    tracker = AfterwardsTracker(trust_all=False, rows=ROWS, every_s=2)
    assert list(readings_in(arrivals, tracker)) == []
    found = list(tracker.seconds())
    assert [t_s for t_s, _ in found] == [t_s for t_s, _ in live]
    again = 0
    for (t_s, said), (_, values) in zip(found, live, strict=True):
        assert said.keys() == values.keys() & set(WAVES)
        for key, value in said.items():
            at = key, t_s
            assert value.reason is values[key].reason, at
            if value.value is not None:
                assert value.low_confidence == values[key].low_confidence, at
            for ours, theirs in (
                (value.value, values[key].value),
                (value.floor, values[key].floor),
            ):
                assert (ours is None) == (theirs is None), at
                if theirs is not None:
                    # a step of 600 ms bends the curve far more than a heart does
                    rel = 1e-8 if kind == "new states" else 1e-9
                    assert ours == pytest.approx(theirs, rel=rel, abs=1e-9), at
        again += t_s in tracker._told
    assert again or kind == "end to end"  # seconds that what came later would have changed
    t_s, values = live[-1]
    assert tracker.said_at(t_s) == values


def test_what_waves_are_and_what_is_plain():
    assert set(WAVES) == {marker.key for marker in LIVE if not marker.over_span}
    plain = list(arrivals_in((Piece(heart(200, 1), None, ()),), as_strap=False))
    assert is_plain(plain)
    assert not is_plain([PaceChanged(0.0, BreathPattern(6.0)), *plain])
    assert not is_plain(arrivals_in((Piece(heart(200, 1), None, ()),), as_strap=True))
