"""A private note is kept with its session, leaves with it, and goes out nowhere."""

from coherence.model import Participant
from coherence.storage.database import CLIENT, THERAPIST, Store
from coherence.storage.deleting import hide, purge
from coherence.storage.people import add_person
from coherence.storage.private_notes import keep_private_note, private_note, private_notes_of

WORDS = "she paused at the door, ask about the sister"


def test_a_note_is_kept_changed_and_taken_away() -> None:
    with Store.open() as store:
        session_id = store.begin_session("soothing_rhythm")
        assert private_note(store, session_id) == ""
        keep_private_note(store, session_id, "first")
        keep_private_note(store, session_id, WORDS)
        assert private_note(store, session_id) == WORDS
        keep_private_note(store, session_id, "  ")
        assert private_note(store, session_id) == ""


def test_the_session_s_record_does_not_hold_it_and_it_leaves_with_the_session() -> None:
    with Store.open() as store:
        session_id = store.begin_session("soothing_rhythm")
        keep_private_note(store, session_id, WORDS)
        store.finish_session(session_id, 1.0)
        assert WORDS not in repr(store.session(session_id))
        hide(store, [session_id])
        purge(store)
        with store.reading() as connection:
            assert connection.execute("SELECT count(*) FROM private_note").fetchone() == (0,)


def test_they_are_read_again_by_client_newest_first() -> None:
    with Store.open() as store:
        me, fern = store.me(), add_person(store, "Fern").id
        numbers = []
        for day, who in ((1, fern), (2, me), (3, fern), (4, fern)):
            both = (Participant(CLIENT, who), Participant(THERAPIST, me))
            at = f"2026-03-0{day}T10:00:00+00:00"
            numbers.append(
                store.begin_session("sit", participants=both[: 1 + day % 2], started_at=at)
            )
            keep_private_note(store, numbers[-1], f"of day {day}")
            store.finish_session(numbers[-1], 1.0)
        hide(store, [numbers[3]])
        told = [words for _at, words in private_notes_of(store, fern)]
        assert told == ["of day 3", "of day 1"]
        assert [words for _at, words in private_notes_of(store, me)] == ["of day 2"]
