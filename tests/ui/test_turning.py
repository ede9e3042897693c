"""What was wished of the record is done beside a note that says how far it is."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from coherence.storage import keys
from coherence.storage.backup import snapshot
from coherence.storage.database import Store
from coherence.storage.encryption import Turn, Wish
from coherence.storage.lock import hold_app
from coherence.storage.places import backups_of, places
from coherence.storage.sqlite import is_encrypted
from coherence.ui import turning
from coherence.ui.record_part import WAS
from coherence.ui.theme import DUSK, load_fonts
from coherence.ui.turning import WRITING, Turning, carried_out

WORDS = "willow by the water"


@pytest.fixture
def where(monkeypatch):
    monkeypatch.delenv(keys.PASSPHRASE, raising=False)
    QApplication.instance() or QApplication([])
    load_fonts()
    here = places()
    with Store.open(here.store) as store:
        store.me()
    snapshot(here.store, backups_of(here.store) / "one.db")
    yield here
    keys.lock()


def test_how_far_it_is_is_seen_while_it_lasts(where, monkeypatch):
    seen = []

    class Seen(Turning):
        def told(self, done, of):
            super().told(done, of)
            seen.append((self.isVisible(), self.so_far.text()))

    monkeypatch.setattr(turning, "Turning", Seen)
    assert carried_out(where, Wish(Turn.ON, WORDS), DUSK) == WAS[Turn.ON]
    assert seen == [(True, f"{n} of 2 files") for n in (0, 1, 2)]
    assert is_encrypted(where.store)
    seen.clear()
    assert carried_out(where, Wish(Turn.CHANGE, "moss under the oak"), DUSK) == WAS[Turn.CHANGE]
    assert seen == []
    assert carried_out(where, Wish(Turn.OFF), DUSK) == WAS[Turn.OFF]
    assert len(seen) == 3
    assert not is_encrypted(where.store)


def test_what_cannot_be_done_is_said_and_all_is_as_it_was(where):
    held = hold_app(where)
    said = carried_out(where, Wish(Turn.ON, WORDS), DUSK)
    held.release()
    assert "already open" in said
    assert not is_encrypted(where.store)


def test_the_note_is_told_in_words(where):
    note = Turning(DUSK)
    note.show()
    assert note.said.text() == WRITING
    note.close()
    note.deleteLater()
