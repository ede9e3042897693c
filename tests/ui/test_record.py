"""The record in the life of the window: unlocked, purged, backed up."""

import time
from pathlib import Path

import pytest
from tests.sessions.test_summing_up import cut_short

from coherence.sessions.summary import rhythm_read
from coherence.storage import keys
from coherence.storage.database import Store
from coherence.storage.deleting import hidden, hide
from coherence.storage.encryption import turn_on
from coherence.storage.keeping import daily_backups, wait_for_what_runs_beside
from coherence.storage.keys import StoreLocked
from coherence.storage.places import Places
from coherence.storage.settings import Settings
from coherence.ui.record import close_record, open_record, with_known_person

WORDS = "willow by the water"


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.delenv(keys.PASSPHRASE, raising=False)
    return Places(tmp_path, tmp_path, tmp_path / "log")


def nobody(why: str | None) -> str | None:
    raise AssertionError("nobody has to be asked")


def session(store: Store) -> int:
    number = store.begin_session("just_sit")
    store.finish_session(number, 60.0)
    return number


def test_a_passphrase_is_asked_for_until_it_fits(where: Places) -> None:
    close_record(open_record(where, nobody))
    turn_on(where, WORDS)
    keys.lock()
    answers, asked = ["wrong one", WORDS], []

    def ask(why: str | None) -> str | None:
        asked.append(why)
        return answers.pop(0)

    close_record(open_record(where, ask))
    assert asked == [None, "That is not the passphrase of this record: try it once more."]
    keys.lock()
    with pytest.raises(StoreLocked):  # the window then says that sessions are not kept
        open_record(where, lambda why: None)
    keys.lock()


def test_what_was_deleted_is_gone_when_the_window_closes(where: Places) -> None:
    store = open_record(where, nobody)
    drop = session(store)
    hide(store, [drop])
    said = close_record(store)
    assert said is not None
    assert said.startswith("1 session is gone for good")
    again = open_record(where, nobody)
    assert hidden(again) == ()
    assert close_record(again) is None


def test_a_session_that_was_cut_short_gets_its_picture(where: Places) -> None:
    number = cut_short(where.store, until_s=20.0)
    store = open_record(where, nobody)
    wait_for_what_runs_beside()
    assert any(rhythm_read(store.session(number).summary))
    close_record(store)


def test_a_backup_comes_by_itself(where: Places) -> None:
    store = open_record(where, nobody)
    session(store)
    close_record(store)
    for backup in daily_backups(where.store):  # of the empty record, if it was quick enough
        backup.unlink()
    store = open_record(where, nobody)
    for _ in range(1000):
        if daily_backups(where.store):
            break
        time.sleep(0.01)
    assert len(daily_backups(where.store)) == 1
    close_record(store)


def test_who_is_gone_does_not_practise(where: Places) -> None:
    with Store.open(where.store) as store:
        me = store.me()
        assert with_known_person(Settings(person_id=me), store).person_id == me
        assert with_known_person(Settings(person_id=77), store) == Settings(person_id=me)
