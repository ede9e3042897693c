"""A private note is kept with its session, leaves with it, and goes out nowhere."""

from coherence.storage.database import Store
from coherence.storage.deleting import hide, purge
from coherence.storage.private_notes import keep_private_note, private_note

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
