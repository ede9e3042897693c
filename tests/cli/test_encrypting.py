"""`coherence encrypt`."""

import io
import sys

import pytest

from coherence.storage import keys

WORDS, OTHER = "willow by the water", "moss under the oak"


@pytest.fixture(autouse=True)
def locked(monkeypatch):
    keys.lock()
    yield
    keys.lock()


def said(monkeypatch, now=None, new=None):
    keys.lock()
    for name, value in ((keys.PASSPHRASE, now), ("COHERENCE_NEW_PASSPHRASE", new)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)


def test_on_change_and_off(coherence, data, monkeypatch):
    coherence("import", data / "dhyb/sample_data_ibi.csv")
    assert coherence("encrypt", "status", "--json").rows()[0]["encrypted"] is False
    said(monkeypatch, new=WORDS)
    assert coherence("encrypt", "on").status == 0
    said(monkeypatch)
    told = coherence("sessions", "list")
    assert told.status == 3
    assert "passphrase" in told.said()
    assert coherence("encrypt", "status", "--json").rows()[0] == {
        "encrypted": True,
        "kept": "passphrase",
        "plain": 0,
    }
    said(monkeypatch, now="not this one")
    assert "not the passphrase" in coherence("sessions", "list").said()
    said(monkeypatch, now=WORDS)
    assert len(coherence("sessions", "list", "--json").rows()[0]) == 1
    said(monkeypatch, now=WORDS, new=OTHER)
    assert coherence("encrypt", "change").status == 0
    said(monkeypatch, now=WORDS)
    assert coherence("sessions", "list").status == 3
    said(monkeypatch, now=OTHER)
    assert coherence("encrypt", "off").status == 0
    said(monkeypatch)
    assert len(coherence("sessions", "list", "--json").rows()[0]) == 1


def test_a_new_passphrase_comes_from_a_script_too(coherence, data, monkeypatch):
    coherence("import", data / "dhyb/sample_data_ibi.csv")
    said(monkeypatch)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    told = coherence("encrypt", "on")
    assert told.status == 2
    assert "give the passphrase as COHERENCE_NEW_PASSPHRASE" in told.err
    assert coherence("encrypt", "status", "--json").rows()[0]["encrypted"] is False
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{WORDS}\n{WORDS}\n"))
    told = coherence("encrypt", "on")
    assert told.status == 0
    assert WORDS not in told.out + told.err
    said(monkeypatch, now=WORDS)
    assert len(coherence("sessions", "list", "--json").rows()[0]) == 1


def test_what_encryption_needs_is_told_before_words_are_asked_for(coherence, monkeypatch):
    monkeypatch.setattr("coherence.storage.encryption.cipher", None)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    told = coherence("encrypt", "on")
    assert told.status == 3
    assert "pip install 'coherence-hrv[secure]'" in told.said()


def test_a_second_person_makes_it_worth_saying(coherence):
    assert "coherence encrypt on" in coherence("people", "add", "Willow").err
