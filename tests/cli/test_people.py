"""`coherence people`, and the commands that say what is kept of whom."""

import pytest

from coherence.storage.database import Store
from coherence.storage.erasing import hide_person
from coherence.storage.people import person_named
from coherence.storage.places import places
from coherence.storage.settings import Settings, load, save


@pytest.fixture
def two_sessions(coherence, data):
    assert coherence("people", "add", "Willow").status == 0
    coherence("import", data / "hrv_bartels/tests/test_files/real_rri.txt", "--person", "me")
    coherence("import", data / "dhyb/sample_data_ibi.csv", "--person", "willow")


def ids(coherence, *more):
    return [row["id"] for row in coherence("sessions", "list", "--json", *more).rows()[0]]


def test_people_come_are_renamed_and_go(coherence):
    assert coherence("people", "list", "--json").rows() == [[]]
    for name in ("Willow", "Fern"):
        assert coherence("people", "add", name).status == 0
    assert coherence("people", "rename", "fern", "Oak").status == 0
    names = [row["pseudonym"] for row in coherence("people", "list", "--json").rows()[0]]
    assert names == ["me", "Willow", "Oak"]
    assert "Willow" in coherence("people", "list").out
    assert coherence("people", "remove", "Oak").status == 0
    told = coherence("people", "remove", "Oak")
    assert told.status == 1
    assert "there is me, Willow" in told.said()


def test_sessions_belong_to_people_and_move(coherence, two_sessions):
    assert ids(coherence, "--person", "Willow") == [2]
    assert ids(coherence, "--person", "me") == [1]
    assert coherence("sessions", "move", 1, "--to", "Willow").status == 0
    assert set(ids(coherence, "--person", "Willow")) == {1, 2}
    assert coherence("people", "remove", "Willow").status == 3


def test_notes_and_tags_are_found_again(coherence, two_sessions):
    assert coherence("sessions", "note", 1, "by the sea").status == 0
    assert coherence("sessions", "tag", 2, "Evening", "walk").status == 0
    assert ids(coherence, "--search", "SEA") == [1]
    assert ids(coherence, "--tag", "evening") == [2]
    assert ids(coherence, "--from", "2999-01-01") == []
    assert set(ids(coherence, "--to", "9999-12-31")) == {1, 2}
    told = coherence("sessions", "list", "--from", "2026-13-01")
    assert told.status == 2
    assert "'2026-13-01' is no day: give one such as 2026-03-01." in told.err
    told = coherence("sessions", "list", "--search", "nowhere")
    assert (told.status, told.out) == (0, "")
    assert "No session is like that." in told.err


def test_deleting_can_be_undone_until_it_is_purged(coherence, two_sessions):
    told = coherence("sessions", "delete", 1)
    assert told.status == 0
    assert "undelete" in told.said()
    assert ids(coherence) == [2]
    assert coherence("sessions", "show", 1).status == 1
    assert coherence("sessions", "undelete").status == 0
    assert set(ids(coherence)) == {1, 2}
    coherence("sessions", "delete", 1, 2)
    assert coherence("sessions", "purge", "--json").rows()[0]["sessions"] == 2
    assert coherence("sessions", "undelete").said() == "There is none to bring back."


def test_what_is_past_keeping_is_deleted_only_when_told(coherence, two_sessions):
    assert coherence("people", "keep", "me", "--days", 36500).status == 0
    assert coherence("sessions", "delete", "--past-keeping").said() == "There is none."
    assert coherence("people", "keep", "me").status == 2
    assert coherence("sessions", "delete").status == 2


def test_somebody_is_erased_with_all_that_is_theirs(coherence, two_sessions):
    told = coherence("people", "erase", "Willow")
    assert told.status == 1, "nobody said yes"
    assert set(ids(coherence)) == {1, 2}
    told = coherence("people", "erase", "Willow", "--yes")
    assert told.status == 0
    assert "Willow is not here any more." in told.err
    assert "1 session is gone for good" in told.err
    assert ids(coherence) == [1]
    assert [row["pseudonym"] for row in coherence("people", "list", "--json").rows()[0]] == ["me"]


def test_who_waits_to_be_erased_comes_back_or_goes_with_a_purge(coherence, two_sessions):
    with Store.open() as store:
        hide_person(store, person_named(store, "Willow"))
    assert ids(coherence) == [1]
    assert coherence("people", "bring-back", "Fern").status == 1
    told = coherence("people", "bring-back", "willow")
    assert (told.status, told.err.strip()) == (0, "Willow is here again.")
    assert set(ids(coherence)) == {1, 2}
    with Store.open() as store:
        hide_person(store, person_named(store, "Willow"))
    told = coherence("sessions", "purge", "--json")
    assert {key: told.rows()[0][key] for key in ("people", "sessions")} == {
        "people": 1,
        "sessions": 1,
    }
    assert "1 person is erased" in told.err
    assert coherence("people", "bring-back", "Willow").status == 1


def test_an_erased_persons_pace_is_no_longer_anybodys(coherence, two_sessions):
    where = places().settings
    save(Settings(own_pace_per_min=5.0, own_paces={"2": 6.5}), where)
    assert coherence("people", "erase", "me", "--yes").status == 0
    kept = load(where)[0]
    assert (kept.person_id, kept.own_pace_per_min, kept.own_paces) == (2, 6.5, {})
