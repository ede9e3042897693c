"""What a session showed is kept, and is what the same program computes again."""

from __future__ import annotations

import json

import numpy as np
import pytest

from coherence import __version__
from coherence.model import Reading, Value
from coherence.practice.library import practice
from coherence.practice.practices import scaled
from coherence.sessions import as_shown
from coherence.sessions.as_shown import Change, changes, differs, middles, shown_again
from coherence.sessions.opening import FromWearer, OpenSession
from coherence.sessions.tracker import SessionTracker
from coherence.storage.database import Store
from coherence.storage.shown import Shown, rounded, shown_by
from coherence.storage.shown_rows import shown_in


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> tuple[Store, int, list[Reading]]:
    """A session of five minutes, and all it returned to whoever drew it."""
    shown: list[Reading] = []
    plan = scaled(practice("soothing_rhythm"), 5)
    with Store.open(tmp_path_factory.mktemp("kept") / "coherence.db") as store:
        session = OpenSession(FromWearer("practised", 3), plan, store=store, speed=None)
        while not session.over:
            shown += session.advance()
        shown += session.close()
        assert session.trouble is None
        assert session.session_id is not None
        yield store, session.session_id, shown


def test_all_that_was_shown_is_kept_as_it_was(kept):
    store, number, shown = kept
    (run,) = shown_in(store, number)
    assert run.app_version == __version__
    assert len(run.t_s) > 200
    columns = {t_s: column for column, t_s in enumerate(run.t_s.tolist())}
    for reading in shown:
        value = run.value(reading.marker, columns[reading.t_s])
        assert value is not None
        assert (value.reason, value.low_confidence) == (
            reading.value.reason,
            reading.value.low_confidence,
        )
        if reading.value.value is None:
            assert value.value is None
        else:
            assert value.value == rounded(np.array([reading.value.value]))[0]
    due = sum(int((states >= 0x80).sum()) for states in run.states)
    assert due == len(shown), "and nothing else is there"


def test_the_same_program_computes_it_again_to_the_last_digit(kept):
    store, number, _ = kept
    then, tracker = shown_in(store, number), SessionTracker()
    now = shown_again(store.arrivals(number), tracker)
    found = changes(then, now)
    assert len(found) == len(then[0].versions)
    assert [each for each in found if each.differing or each.then != each.now] == []
    assert sum(each.seconds for each in found) > 5000
    assert len(tracker.judged) > 200
    assert not differs(then)


def test_long_sessions_are_folded_in_blocks_that_change_nothing(kept, monkeypatch):
    store, number, _ = kept
    whole = shown_again(store.arrivals(number), SessionTracker())
    monkeypatch.setattr(as_shown, "BLOCK_S", 7.0)
    (again,) = shown_again(store.arrivals(number), SessionTracker())
    assert (again.states == whole[0].states).all()
    assert again.values.tobytes() == whole[0].values.tobytes()


def shown(version: int, **numbers: list[float | None]) -> Shown:
    return shown_by(
        [
            Reading(float(t_s), key, Value(number), 1.0, version)
            for key, row in numbers.items()
            for t_s, number in enumerate(row)
        ],
        "0.0.9",
    )


def test_what_differs_is_counted_and_measured():
    then = [shown(0, rmssd_ms=[40.0, 42.0, None, 44.0], gone=[1.0, 1.0])]
    now = [shown(1, rmssd_ms=[40.0, 50.0, 30.0])]
    assert changes(then, now) == [
        Change("gone", 0, 2, 2, 1.0, None, None),
        Change("rmssd_ms", 0, 4, 3, 42.0, 40.0, 8.0),
    ]
    json.dumps([each.as_json() for each in changes(then, now)], allow_nan=False)
    assert differs(then)
    assert middles(then, ("rmssd_ms", "sdnn_ms")) == {"rmssd_ms": 42.0, "sdnn_ms": None}


def test_of_a_session_that_showed_nothing_there_is_nothing_to_compare():
    assert changes([], [shown(1, rmssd_ms=[40.0])]) == []
    assert not differs([])
    assert shown_again([], SessionTracker()) == []
