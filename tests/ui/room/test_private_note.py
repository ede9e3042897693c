"""The private note: kept shortly after it is written, waiting while the record is closed."""

from __future__ import annotations

import pytest
from tests.ui.desk import wait

from coherence.storage.connection import connect
from coherence.storage.database import Store
from coherence.storage.private_notes import private_note
from coherence.ui.room.private_note import PrivateNote


@pytest.fixture
def session_id(store: Store) -> int:
    return store.begin_session("soothing_rhythm")


def test_it_is_kept_a_moment_after_the_last_letter(store: Store, session_id: int) -> None:
    note = PrivateNote(store, session_id)
    assert note.is_kept
    note.write("stay")
    note.write("stay with it")
    assert private_note(store, session_id) == ""
    wait(lambda: private_note(store, session_id) == "stay with it")
    note.write("stay with it, slowly")
    note.close()
    assert private_note(store, session_id) == "stay with it, slowly"


def test_while_the_record_is_closed_it_waits(store: Store, session_id: int) -> None:
    note = PrivateNote(store, session_id)
    note.write("before")
    note.keep_in(None)
    assert private_note(store, session_id) == "before"
    note.write("meanwhile")
    note.keep()
    assert private_note(store, session_id) == "before"
    note.keep_in(store)
    assert private_note(store, session_id) == "meanwhile"


def test_of_a_session_that_is_not_kept_nothing_is(store: Store, session_id: int) -> None:
    note = PrivateNote(store)
    assert not note.is_kept
    note.write("only here")
    note.keep()
    assert note.words == "only here"
    assert private_note(store, session_id) == ""


def test_what_is_in_the_way_is_told_and_it_is_kept_later(store: Store, session_id: int) -> None:
    note, told = PrivateNote(store, session_id), list[str]()
    note.not_kept.connect(told.append)
    note.write("in the way")
    with store.reading() as connection:
        connection.execute("PRAGMA busy_timeout = 0")
    other = connect(store.path)
    other.execute("BEGIN IMMEDIATE")
    note.keep()
    other.execute("ROLLBACK")
    other.close()
    (said,) = told
    assert "Another program is using" in said
    note.keep()
    assert told == [said]
    assert private_note(store, session_id) == "in the way"
