"""What a program that died left open is closed and kept; what is being recorded is left alone."""

from __future__ import annotations

from pathlib import Path

from tests.storage.test_database import ARRIVALS, record

from coherence.model import End, Ended
from coherence.storage.database import Store
from coherence.storage.interrupted import close_interrupted


def test_only_open_sessions_that_nobody_records_are_closed_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "coherence.db"
    with Store.open(path) as lost:
        for practice in ("lost", "lost after its end", "lost before anything came"):
            lost.begin_session(practice)
        record(lost, 1)
        record(lost, 2, [*ARRIVALS, Ended(9.0)])
    with Store.open(path) as store, Store.open(path) as other:
        recorded = other.begin_session("being recorded elsewhere")
        own = store.begin_session("being recorded here")
        assert close_interrupted(store) == (1, 2, 3)
        told = {record.id: (record.end, record.duration_s) for record in store.sessions()}
        assert told == {
            1: (End.INTERRUPTED, 0.7),
            2: (End.ENDED, 9.0),
            3: (End.INTERRUPTED, 0.0),
            recorded: (End.OPEN, 0.0),
            own: (End.OPEN, 0.0),
        }
        assert list(store.arrivals(1)) == ARRIVALS
        assert close_interrupted(store) == ()
