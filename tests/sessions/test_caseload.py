"""People at a glance: who was met when, what came from home, and their own range in words."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from coherence.model import End, GivenPack, Origin, Participant, Person, Practised, SessionRecord
from coherence.sessions.case_words import home_words, resting_words
from coherence.sessions.caseload import (
    BY_LAST,
    BY_NAME,
    BY_WAITING,
    Case,
    cases,
    in_order,
    matching,
    read_caseload,
)
from coherence.sessions.trends import COVERS
from coherence.storage.caseload import note_given, plan_next
from coherence.storage.database import CLIENT, THERAPIST, Store
from coherence.storage.people import add_person, people, the_therapist

START = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)


def record(
    number: int, person_id: int, day: float, *, rmssd: float | None = None, role: str = CLIENT
) -> SessionRecord:
    said = {} if rmssd is None else {"resting_rmssd_ms": rmssd}
    at = (START + timedelta(days=day)).isoformat()
    who = (Participant(role, person_id, None),)
    return SessionRecord(
        number, at, 600.0, "soothing_rhythm", Origin.STRAP, End.ENDED, "1", None, who,
        json.dumps(said),
    )  # fmt: skip


def person(number: int, name: str, **more: bool) -> Person:
    return Person(number, name, START.isoformat(), **more)


def case_of(*records: SessionRecord, elsewhere: tuple[int, ...] = (), **more: object) -> Case:
    newest_first = sorted(records, key=lambda r: r.started_at, reverse=True)
    diary = more.get("diary", {})
    (found,) = cases([person(1, "Linde")], newest_first, frozenset(elsewhere), diary, {}, ())
    return found


def test_home_practice_counts_from_the_last_meeting() -> None:
    """Sessions that came as files are home; what was before the meeting is not counted again."""
    diary = [
        Practised(n, "just_sit", (START + timedelta(days=day)).isoformat(), 0, 300.0, 0.0, True)
        for n, day in enumerate((5.0, 8.0))
    ]
    found = case_of(
        record(1, 1, 3.0), record(2, 1, 6.0), record(3, 1, 7.0), record(4, 1, 4.0),
        elsewhere=(3, 4), diary={1: diary},
    )  # fmt: skip
    assert found.met is not None
    assert found.last is not None
    assert (found.met.id, found.last.id) == (2, 3)
    assert (found.alone, found.alone_s) == (2, 900.0)
    assert home_words(found) == "2 practices, 15 min in all"


@pytest.mark.parametrize("origin", [Origin.SIMULATED, Origin.REPLAYED])
def test_a_look_around_is_neither_a_meeting_nor_practice(origin: Origin) -> None:
    tried = replace(record(2, 1, 6.0), origin=origin)
    found = case_of(record(1, 1, 3.0), tried, replace(tried, id=3), elsewhere=(3,))
    assert found.met is not None
    assert found.met.id == 1
    assert found.last is not None
    assert found.last.origin is origin
    assert (found.alone, found.alone_s) == (0, 0)


def test_nobody_met_yet_and_nothing_there() -> None:
    found = case_of()
    assert (found.last, found.met, found.resting, found.alone) == (None, None, None, 0)
    assert (resting_words(found), home_words(found)) == ("", "")
    assert json.loads(json.dumps(found.as_json()))["resting"] is None


def test_the_range_is_their_own_repeatability() -> None:
    """By hand: steps of ln RMSSD, their root mean square over √2, 1.96 of it about the median."""
    values = [40.0, 44.0, 40.0, 44.0, 40.0, 44.0, 60.0]
    found = case_of(*(record(n, 1, float(n), rmssd=v) for n, v in enumerate(values, start=1)))
    error = abs(np.log(44.0 / 40.0)) / np.sqrt(2.0)
    middle = np.median(np.log(values[:-1]))
    assert found.resting is not None
    assert found.resting.band == pytest.approx(
        (np.exp(middle - COVERS * error), np.exp(middle + COVERS * error))
    )
    assert resting_words(found) == "60 ms, above their own usual range"
    inside = case_of(*(record(n, 1, float(n), rmssd=v) for n, v in enumerate(values[:-1], 1)))
    assert resting_words(inside) == "44 ms, within their own usual range"
    few = case_of(record(1, 1, 0.0, rmssd=41.0), record(2, 1, 1.0, rmssd=40.0))
    assert resting_words(few) == "40 ms; 4 more sessions tell their usual range"


def test_the_therapist_is_none_of_the_people() -> None:
    everybody = [person(1, "Linde"), person(2, "me too", therapist=True)]
    beside = record(2, 2, 1.0, role=THERAPIST)
    found = cases(everybody, [beside, record(1, 1, 0.0)], frozenset(), {}, {}, ())
    assert [each.person.pseudonym for each in found] == ["Linde"]
    assert [each.id for each in found[0].recent] == [1]


def test_order_and_search() -> None:
    names = ("Ölbaum", "linde", "Esche", "Ahorn")
    everybody = [person(n, name) for n, name in enumerate(names, start=1)]
    sessions = [record(3, 3, 9.0), record(2, 1, 5.0), record(1, 2, 2.0)]
    packs = [GivenPack("1" * 32, 2, "Evening", START.isoformat())]
    found = cases(everybody, sessions, frozenset({3}), {}, {3: "talk about grief"}, packs)

    def named(order: str) -> list[str]:
        return [each.person.pseudonym for each in in_order(found, order)]

    assert named(BY_LAST) == ["Esche", "Ölbaum", "linde", "Ahorn"]
    assert named(BY_NAME) == ["Ahorn", "Esche", "linde", "Ölbaum"]
    assert named(BY_WAITING) == ["Ahorn", "Esche", "linde", "Ölbaum"], "never met, then longest ago"
    for words, expected in (
        ("", 4), ("olbaum", 1), ("LIND", 1), ("grief", 1), ("evening", 1), ("soothing", 3),
        ("grief linde", 0),
    ):  # fmt: skip
        assert len(matching(found, words)) == expected, words


def test_a_few_questions_however_many_people() -> None:
    """200 people cost no more questions to the store than two."""
    asked: list[str] = []
    counts = []
    with Store.open() as store:
        store.me()
        for wanted in (2, 200):
            while len(people(store)) < wanted:
                add_person(store, f"Person {len(people(store))}") if wanted == 2 else _fill(store)
            with store.reading() as connection:
                connection.set_trace_callback(asked.append)
                found = read_caseload(store)
                connection.set_trace_callback(None)
            assert len(found) == wanted
            counts.append(len(asked))
            asked.clear()
    assert counts[0] == counts[1] <= 10


def _fill(store: Store) -> None:
    with store.writing() as connection:
        have = connection.execute("SELECT count(*) FROM person").fetchone()[0]
        for n in range(have, 200):
            connection.execute(
                "INSERT INTO person(pseudonym, created_at) VALUES (?, ?)",
                (f"Person {n}", START.isoformat()),
            )


def test_what_is_planned_and_given_is_kept_and_goes_with_the_person() -> None:
    with Store.open() as store:
        store.me()
        linde = add_person(store, "Linde")
        plan_next(store, linde, "  meeting the\ncritic ")
        note_given(store, linde.id, "1" * 32, "Evening")
        (found,) = matching(read_caseload(store), "linde")
        assert (found.planned, found.pack and found.pack.name) == ("meeting the critic", "Evening")
        plan_next(store, linde, "")
        assert matching(read_caseload(store), "critic") == []
        with store.writing() as connection:
            connection.execute("DELETE FROM person WHERE id = ?", (linde.id,))
        with store.reading() as connection:
            assert connection.execute("SELECT count(*) FROM given_pack").fetchone() == (0,)


def test_the_therapist_is_a_person_of_their_own() -> None:
    with Store.open() as store:
        store.me()
        add_person(store, "Therapist")
        own = the_therapist(store)
        assert (own.pseudonym, own.therapist) == ("therapist 2", True)
        assert the_therapist(store).id == own.id
        assert [each.person.pseudonym for each in read_caseload(store)] == ["me", "Therapist"]
