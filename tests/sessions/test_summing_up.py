"""A session that a crash cut short: summed up afterwards like any other."""

from __future__ import annotations

from pathlib import Path

from coherence.devices.people import PEOPLE
from coherence.devices.simulator import wearer
from coherence.model import End, Origin
from coherence.sessions.summary import rhythm_read, summary_read, summary_text, tracker_of
from coherence.sessions.summing_up import not_summed_up, sum_up
from coherence.sessions.trends import trend_lines
from coherence.storage.database import Store
from coherence.storage.deleting import hide
from coherence.storage.interrupted import close_interrupted
from coherence.storage.writer import RecordWriter


def cut_short(path: Path, *, until_s: float) -> int:
    """What a program that was killed leaves: no end, no summary."""
    with Store.open(path) as store:
        number = store.begin_session("just_sit", strap="Polar H10")
        writer = RecordWriter(path, number)
        for seq, arrival in enumerate(wearer(seed=4, person=PEOPLE["practised"])):
            if arrival.t_s > until_s:
                break
            writer.put(seq, arrival)
        assert writer.close() is None
    return number


def test_its_picture_and_its_place_in_trends_are_there(tmp_path: Path) -> None:
    path = tmp_path / "coherence.db"
    number = cut_short(path, until_s=110.0)
    with Store.open(path) as store:
        assert not_summed_up(store) == [], "as long as it is open it may still go on"
        assert close_interrupted(store) == (number,)
        assert trend_lines(store.sessions()) == []
        assert not_summed_up(store) == [number]
    sum_up(path, [number])
    with Store.open(path) as store:
        record = store.session(number)
        assert (record.end, record.origin) == (End.INTERRUPTED, Origin.STRAP)
        assert record.summary == summary_text(tracker_of(store.arrivals(number)))
        assert any(rhythm_read(record.summary))
        assert summary_read(record.summary)["beats"] > 80
        assert trend_lines([record])
        assert not_summed_up(store) == [], "once is enough"


def test_what_was_deleted_or_holds_nothing_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "coherence.db"
    number = cut_short(path, until_s=20.0)
    with Store.open(path) as store:
        empty = store.begin_session("just_sit")
        store.finish_session(empty, 0.0)
        close_interrupted(store)
        hide(store, [number])
        assert not_summed_up(store) == []


def test_one_that_cannot_be_read_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "coherence.db"
    broken, number = cut_short(path, until_s=20.0), cut_short(path, until_s=20.0)
    with Store.open(path) as store:
        close_interrupted(store)
        with store.writing() as connection:
            connection.execute("DROP TRIGGER arrivals_are_never_changed")
            connection.execute(
                "UPDATE arrival SET kind = 'nothing' WHERE session_id = ? AND seq = 3", (broken,)
            )
        sum_up(path, not_summed_up(store))
        assert not_summed_up(store) == [broken]
        assert store.session(number).summary != "{}"
