"""`coherence backup` and `coherence restore`."""

import io


def test_a_backup_and_the_way_back(coherence, data, tmp_path):
    coherence("import", data / "dhyb/sample_data_ibi.csv")
    path = tmp_path / "mine.db"
    assert coherence("backup", path).status == 0
    assert coherence("backup", path).status == 2, "nothing is replaced unasked"
    coherence("sessions", "delete", 1)
    assert coherence("sessions", "list", "--json").rows() == [[]]
    told = coherence("restore", path, "--yes")
    assert told.status == 0
    assert "kept as" in told.said()
    assert len(coherence("sessions", "list", "--json").rows()[0]) == 1
    assert coherence("backup").status == 0
    assert len(coherence("backup", "--list").out.splitlines()) == 2


def test_a_question_that_is_not_answered_changes_nothing(coherence, data, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    coherence("import", data / "dhyb/sample_data_ibi.csv")
    path = tmp_path / "mine.db"
    coherence("backup", path)
    assert coherence("restore", path).status == 130  # there is nobody to say yes
    assert len(coherence("sessions", "list", "--json").rows()[0]) == 1


def test_what_is_no_backup_is_said_in_one_sentence(coherence, tmp_path):
    told = coherence("restore", tmp_path / "nothing.db", "--yes")
    assert told.status == 1
    assert "There is no backup" in told.said()
