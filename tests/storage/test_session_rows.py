"""Lists of sessions: who was in each, its tags, and how long a list may be."""

from __future__ import annotations

import time

import pytest

from coherence.model import Participant
from coherence.storage import session_rows
from coherence.storage.connection import connect
from coherence.storage.database import Store
from coherence.storage.words import set_tags


def test_sessions_are_listed_newest_first_with_who_was_in_them(store: Store) -> None:
    for day in (3, 5, 4):
        store.begin_session("rest", started_at=f"2026-05-0{day}T10:00:00+00:00")
    me = store.me()
    two = (Participant("client", me, "AA", "2026-05-06"), Participant("therapist", me, "BB"))
    store.begin_session("together", participants=two, started_at="2026-05-02T10:00:00+00:00")
    listed = store.sessions()
    assert [record.id for record in listed] == [2, 3, 1, 4]
    assert listed[-1].participants == two
    assert [store.session(record.id) for record in listed] == listed


def test_of_many_sessions_each_is_read_as_it_is_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = store.me()
    for n in range(12):
        who = [Participant("client", me, f"A{n % 3}"), Participant("therapist", me, "BB")]
        number = store.begin_session("rest", participants=tuple(who[: 1 + n % 2]))
        set_tags(store, number, ["calm", "early", f"week {n}"][: n % 4])
    few = store.sessions()
    assert [len(each.participants) for each in few] == [2, 1] * 6
    assert [len(each.tags) for each in few] == [3, 2, 1, 0] * 3
    monkeypatch.setattr(session_rows, "FEW", 11)
    assert store.sessions() == few
    assert [store.session(each.id) for each in few] == few


def test_ten_thousand_sessions_are_listed_without_waiting(store: Store) -> None:
    connection = connect(store.path)
    store.me()
    connection.execute("BEGIN")
    connection.executemany(
        'INSERT INTO session(started_at, practice, origin, app_version, "end") '
        "VALUES (?, 'soothing', 'strap', '0.1.0', 'ended')",
        ((f"2020-01-01T{n:06}",) for n in range(10_000)),
    )
    connection.execute("INSERT INTO participant SELECT id, 'client', 1, 'AA', NULL FROM session")
    connection.execute("COMMIT")
    connection.close()
    with store.reading() as reader:  # the bare rows, as no list could be had quicker
        began_s = time.perf_counter()
        rows = reader.execute("SELECT * FROM session JOIN participant ON session_id = id")
        assert len(rows.fetchall()) == 10_000
        bare_s = time.perf_counter() - began_s
    began_s = time.perf_counter()
    listed = store.sessions()
    took_s = time.perf_counter() - began_s
    assert len(listed) == 10_000
    assert took_s < 20 * bare_s
