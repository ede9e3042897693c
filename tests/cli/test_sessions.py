"""`coherence sessions` and `coherence simulate`: what was recorded, listed, shown, written."""

import numpy as np
import pytest

from coherence.cli.commands import _run


@pytest.fixture
def recorded_session(coherence):
    told = coherence("live", "--simulate", "--json", "--speed", "max", "--seconds", "90")
    assert told.status == 0
    return told


def test_nothing_recorded_is_no_fault(coherence):
    assert coherence("sessions", "list", "--json").rows() == [[]]
    told = coherence("sessions", "list")
    assert (told.status, told.out) == (0, "")
    assert "coherence demo" in told.err


def test_the_list_holds_the_keys_of_the_issue(coherence, recorded_session):
    (row,) = coherence("sessions", "list", "--json").rows()[0]
    asked = {"id", "started_at", "duration_s", "practice", "strap", "end"}
    assert set(row) == asked | {"origin", "people", "note", "tags"}
    assert row["people"] == ["me"]
    assert row["id"] == 1
    assert row["end"] == "ended"
    assert row["practice"] == "soothing_rhythm"
    assert row["origin"] == "simulated"
    assert 90.0 <= row["duration_s"] < 92.0
    table = coherence("sessions", "list").out
    assert row["started_at"][:16].replace("T", " ") in table
    assert "simulated" in table


def test_show_says_what_analyse_says_of_the_export(coherence, recorded_session, tmp_path):
    path = tmp_path / "one.json"
    told = coherence("sessions", "export", 1, "--out", path)
    assert (told.status, told.out) == (0, "")
    shown = coherence("sessions", "show", 1, "--json").rows()[0]
    (found,) = coherence("analyse", path, "--json").rows()
    for key in ("beats", "artefact_pct", "quality", "duration_s", "markers", "last"):
        assert shown[key] == found[key]
    assert shown["last"] == recorded_session.rows()[-1]
    assert "Session 1" in coherence("sessions", "show", 1).out


def test_other_exports_hold_every_beat(coherence, recorded_session, tmp_path):
    beats = coherence("sessions", "show", 1, "--json").rows()[0]["beats"]["total"]
    for name in ("one.txt", "one.csv"):
        assert coherence("sessions", "export", 1, "--out", tmp_path / name).status == 0
        (found,) = coherence("analyse", tmp_path / name, "--json").rows()
        assert found["beats"]["total"] == beats


def test_an_export_replaces_nothing_unasked(coherence, recorded_session, tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("mine")
    told = coherence("sessions", "export", 1, "--out", path)
    assert told.status == 2
    assert path.read_text() == "mine"
    assert coherence("sessions", "export", 1, "--out", path, "--force").status == 0
    assert path.read_text() != "mine"


def test_an_export_to_where_it_cannot_go_is_status_3(coherence, recorded_session, tmp_path):
    (tmp_path / "file").write_text("")
    told = coherence("sessions", "export", 1, "--out", tmp_path / "file" / "one.txt")
    assert told.status == 3
    assert "one.txt" in told.said()


@pytest.mark.parametrize("arguments", [("show", 7), ("export", 7, "--out", "seven.json")])
def test_a_session_that_is_not_there_is_status_1(coherence, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    told = coherence("sessions", *arguments)
    assert told.status == 1
    assert "coherence sessions list" in told.said()
    assert not (tmp_path / "seven.json").exists()


def test_simulate_writes_a_recording_that_everything_reads(coherence, tmp_path):
    path = tmp_path / "wearer.json"
    told = coherence("simulate", "--out", path, "--seconds", "120")
    assert (told.status, told.out) == (0, "")
    assert str(path) in told.said()
    (found,) = coherence("analyse", path, "--json").rows()
    assert 118.0 < found["duration_s"] <= 122.0
    assert 40 < found["markers"]["heart_rate_bpm"] < 100
    again = tmp_path / "again.txt"
    assert coherence("simulate", "--out", again, "--seconds", "120").status == 0
    rr_ms = np.loadtxt(again)
    assert len(rr_ms) == found["beats"]["total"]  # the same seed, the same heart
    assert coherence("sessions", "list", "--json").rows() == [[]]


def test_the_list_while_somebody_looks_over_a_pipe(capfd):
    assert _run(["sessions", "list", "--json"]) == 0
    assert capfd.readouterr().out == "[]\n"
