"""`coherence encrypt`."""

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


def test_a_second_person_makes_it_worth_saying(coherence):
    assert "coherence encrypt on" in coherence("people", "add", "Willow").err
