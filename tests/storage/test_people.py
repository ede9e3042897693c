"""People by pseudonym, and whose a session is."""

from datetime import UTC, datetime

import pytest

from coherence.model import Origin, Participant, Reflection
from coherence.storage.database import Store
from coherence.storage.deleting import hide
from coherence.storage.diary import Diary
from coherence.storage.errors import StorageError
from coherence.storage.people import (
    add_person,
    keep_for,
    move_session,
    past_keeping,
    people,
    person_named,
    remove_person,
    rename_person,
)
from coherence.storage.private_notes import keep_private_note, private_note
from coherence.storage.wanted import Wanted
from coherence.storage.words import set_note, set_tags, tags


def kept(store: Store, day: str, **more: object) -> int:
    number = store.begin_session("just_sit", started_at=f"{day}T10:00:00.000+00:00", **more)  # type: ignore[arg-type]
    store.finish_session(number, 60.0)
    return number


def test_the_first_person_is_there_and_others_come(store: Store) -> None:
    me = store.me()
    willow = add_person(store, "  Willow   tree ")
    assert [(p.id, p.pseudonym) for p in people(store)] == [(me, "me"), (willow.id, "Willow tree")]
    assert person_named(store, "willow TREE").id == willow.id
    rename_person(store, willow, "Oak")
    rename_person(store, person_named(store, "oak"), "oak")  # only the case: no clash with oneself
    assert person_named(store, "OAK").pseudonym == "oak"


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b", "ME", "a\u202eb"])
def test_a_name_that_cannot_be(store: Store, name: str) -> None:
    store.me()
    with pytest.raises(StorageError, match="choose another"):
        add_person(store, name)


def test_nobody_of_that_name_says_who_there_is(store: Store) -> None:
    store.me()
    with pytest.raises(StorageError, match="Nobody here is called 'Fern'; there is me"):
        person_named(store, "Fern")


def test_a_session_moves_to_the_person_it_belongs_to(store: Store) -> None:
    me, willow, therapist = store.me(), add_person(store, "Willow"), add_person(store, "Ash")
    number = kept(
        store,
        "2026-03-01",
        participants=(
            Participant("client", me, "AA", "2026-03-01"),
            Participant("therapist", therapist.id, "BB"),
        ),
    )
    line = Diary(store).begin("just_sit", number)
    move_session(store, number, willow)
    assert [each.id for each in Diary(store, willow.id).practised()] == [line], "and its diary"
    assert store.session(number).participants == (
        Participant("client", willow.id, "AA", "2026-03-01"),
        Participant("therapist", therapist.id, "BB"),
    )
    assert {p.pseudonym: p.sessions for p in people(store)} == {"me": 0, "Willow": 1, "Ash": 1}
    with pytest.raises(StorageError, match="no session 99"):
        move_session(store, 99, willow)


def test_who_has_sessions_is_not_forgotten(store: Store) -> None:
    store.me()
    willow = add_person(store, "Willow")
    number = kept(store, "2026-03-01", participants=(Participant("client", willow.id),))
    with pytest.raises(StorageError, match="still sessions of Willow"):
        remove_person(store, willow)
    move_session(store, number, person_named(store, "me"))
    remove_person(store, willow)
    assert [p.pseudonym for p in people(store)] == ["me"]


def test_what_is_past_keeping_is_proposed_only(store: Store) -> None:
    me, willow = store.me(), add_person(store, "Willow")
    old = kept(store, "2025-01-01", participants=(Participant("client", willow.id),))
    both = kept(
        store,
        "2025-01-02",
        participants=(Participant("client", willow.id), Participant("therapist", me)),
    )
    kept(store, "2026-02-20", participants=(Participant("client", willow.id),))
    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert past_keeping(store, now) == []
    keep_for(store, willow, 90)
    assert past_keeping(store, now) == [old], "the other one is somebody else's as well"
    keep_for(store, person_named(store, "me"), 90)
    assert past_keeping(store, now) == [old, both]
    assert len(store.sessions()) == 3


def test_sessions_are_found_by_all_that_is_asked(store: Store) -> None:
    store.me()
    willow = add_person(store, "Willow")
    first = kept(store, "2026-03-01", strap="Polar H10")
    second = kept(store, "2026-03-02", participants=(Participant("client", willow.id),))
    third = kept(store, "2026-03-03", origin=Origin.SIMULATED)
    set_note(store, second, "  after 100% of a walk_ ")
    assert set_tags(store, third, ["Evening", "evening ", " slow  walk", ""]) == (
        "evening",
        "slow walk",
    )

    def ids(**wanted: object) -> list[int]:
        return [record.id for record in store.sessions(Wanted(**wanted))]  # type: ignore[arg-type]

    assert ids() == [third, second, first]
    assert ids(person_id=willow.id) == [second]
    assert ids(practice="just_sit", origin=Origin.STRAP) == [second, first]
    assert ids(tag="evening") == [third]
    assert ids(from_utc="2026-03-02", to_utc="2026-03-03") == [second]
    assert ids(words="WALK") == [third, second]
    assert ids(words="polar sit") == [first]
    assert ids(words="100%") == [second]
    assert ids(words="0_") == []
    assert store.session(second).note == "after 100% of a walk_"
    assert store.session(third).tags == ("evening", "slow walk")
    assert tags(store) == ["evening", "slow walk"]
    hide(store, [third])
    assert tags(store) == []
    assert ids(words="walk") == [second]


def test_half_a_character_is_no_reason_to_lose_the_rest(store: Store) -> None:
    """What is pasted may hold a lone surrogate, which no table can keep."""
    number = kept(store, "2026-03-01")
    set_note(store, number, "warm\ud800er")
    assert set_tags(store, number, ["slow\ud800"]) == ("slow?",)
    assert store.session(number).note == "warm?er"
    line = Diary(store).begin("just_sit", number)
    Diary(store).reflect(line, "after", Reflection(words="quiet\udc00"))
    assert Diary(store).reflections(line)["after"].words == "quiet?"
    keep_private_note(store, number, "\ud800")
    assert private_note(store, number) == "?"
