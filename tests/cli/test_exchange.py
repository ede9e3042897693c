"""`coherence export` and `coherence import`."""

import pytest


@pytest.fixture
def taken_in(coherence, data):
    told = coherence("import", data / "dhyb/sample_data_ibi.csv", "--json")
    assert told.status == 0
    return told.rows()[0]


def test_an_import_says_what_became_of_each_file(coherence, data, taken_in, tmp_path):
    assert (taken_in["taken"], taken_in["beats"], taken_in["session_id"]) == ("new", 620, 1)
    bad = tmp_path / "holiday.txt"
    bad.write_text("sun\nsea\n")
    told = coherence("import", bad, data / "dhyb", "--json")
    assert told.status == 1
    assert [row["taken"] for row in told.rows()] == ["unreadable", "known"]
    assert "0 taken in, 1 known already, 1 not readable." in told.err
    assert coherence("sessions", "show", 1, "--json").rows()[0]["beats"]["total"] == 620


def test_what_is_not_there_is_told_before_whose_it_is(coherence, data):
    coherence("people", "add", "Willow")
    told = coherence("import", "nothing.txt")
    assert told.status == 1
    assert "nothing.txt: there is no such file" in told.err
    told = coherence("import", "nothing.txt", data / "dhyb")
    assert told.status == 2
    assert "--person: me, Willow" in told.err


def test_a_dry_run_says_so_and_takes_nothing(coherence, data):
    told = coherence("import", data / "dhyb", "--dry-run")
    assert told.status == 0
    assert "1 would be taken in" in told.err
    assert coherence("sessions", "list", "--json").rows() == [[]]


def test_a_folder_without_recordings_is_a_usage_error(coherence, tmp_path):
    (tmp_path / "empty").mkdir()
    assert coherence("import", tmp_path / "empty").status == 2


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("one.json", ()),
        ("one.edf", ()),
        ("one.parquet", ()),
        ("events.csv", ("--to", "events")),
        ("numbers.csv", ("--to", "markers")),
    ],
)
def test_each_kind_of_file(coherence, taken_in, tmp_path, name, more):
    path = tmp_path / name
    assert coherence("export", 1, "--out", path, *more).status == 0
    assert path.stat().st_size > 0
    assert coherence("export", 1, "--out", path, *more).status == 2, "nothing is replaced unasked"


def test_one_session_is_said_as_one(coherence, taken_in, tmp_path):
    told = coherence("export", "--all", "--out", tmp_path / "all", "--to", "rr_text")
    assert told.said() == f"Wrote 1 of 1 session to {tmp_path / 'all'}."


def test_every_session_into_a_folder(coherence, data, taken_in, tmp_path):
    coherence("import", data / "hrv_bartels/tests/test_files/real_rri.txt")
    folder = tmp_path / "all"
    told = coherence("export", "--all", "--out", folder, "--to", "rr_text")
    assert told.status == 0
    assert len(list(folder.glob("*-rr_text.txt"))) == 2
    assert coherence("export", "--all", "--out", tmp_path / "all.json").status == 2
    assert not (tmp_path / "all.json").exists()
    again = coherence("export", "--all", "--out", folder, "--to", "rr_text")
    assert "left as it is" not in again.out
    assert "Wrote 0 of 2" in again.err


def test_one_or_all_has_to_be_said(coherence, tmp_path):
    assert coherence("export", "--out", tmp_path / "x.json").status == 2
    assert coherence("export", 1, "--all", "--out", tmp_path / "x.json").status == 2
