"""A record where nothing may be written: it is read as any other, and what would write says so."""

import json
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from tests.small_disk import read_only, small_disk

from coherence.storage import keys
from coherence.storage.database import Store
from coherence.storage.places import places

WORDS = "willow by the water"
OPENED = "coherence.db-shm"


@pytest.fixture
def home(coherence, data):
    assert coherence("import", data / "dhyb/sample_data_ibi.csv").status == 0
    return places().data


def test_it_is_listed_exported_and_reported_as_any_other(coherence, home, monkeypatch, tmp_path):
    asked = (("sessions", "list", "--json"), ("sessions", "show", "1", "--json"))
    asked += (("people", "list", "--json"), ("caseload", "--json"))
    before = [coherence(*command).out for command in asked]
    assert coherence("export", 1, "--out", tmp_path / "before.json").status == 0
    with read_only(home) as there:
        monkeypatch.setenv("COHERENCE_HOME", str(there))
        assert [coherence(*command).out for command in asked] == before
        assert coherence("export", 1, "--out", tmp_path / "after.json").status == 0
        assert coherence("report", 1, "--html", tmp_path / "one.html").status == 0
        assert coherence("report", "--person", "me", "--out", tmp_path / "all").status == 0
        table = tmp_path / "t.parquet"
        assert coherence("cohort", "--store", "--out", table, "--jobs", "1").status == 0
    assert (tmp_path / "after.json").read_bytes() == (tmp_path / "before.json").read_bytes()
    assert len(list((tmp_path / "all").iterdir())) == 2


@pytest.mark.parametrize("command", [("sessions", "note", 1, "soft"), ("people", "add", "Oak")])
def test_what_writes_says_what_to_do(coherence, home, monkeypatch, command):
    with read_only(home) as there:
        monkeypatch.setenv("COHERENCE_HOME", str(there))
        told = coherence(*command)
        assert told.status == 3
        assert "may not write to" in told.said()


def test_what_a_crash_left_in_the_log_is_read_too(coherence, home, monkeypatch, tmp_path):
    left = tmp_path / "left"
    with Store.open() as store:
        store.finish_session(store.begin_session("just_sit"), 60.0)
        shutil.copytree(home, left)
    assert (left / "coherence.db-wal").stat().st_size > 0
    with read_only(left) as there:
        monkeypatch.setenv("COHERENCE_HOME", str(there))
        told = coherence("sessions", "list", "--json")
        assert {row["practice"] for row in told.rows()[0]} == {"just_sit", "imported"}
    (left / OPENED).unlink()  # with no index of the log, and none to be made, it cannot be read
    with read_only(left) as there:
        monkeypatch.setenv("COHERENCE_HOME", str(there))
        told = coherence("sessions", "list", "--json")
        assert told.status == 3
        assert "allow it there" in told.said()


def test_an_encrypted_one_opens_with_its_passphrase(coherence, home, monkeypatch):
    monkeypatch.setenv("COHERENCE_NEW_PASSPHRASE", WORDS)
    keys.lock()
    assert coherence("encrypt", "on").status == 0
    keys.lock()
    with read_only(home) as there:
        monkeypatch.setenv("COHERENCE_HOME", str(there))
        assert "passphrase" in coherence("sessions", "list").said()
        monkeypatch.setenv(keys.PASSPHRASE, WORDS)
        assert len(json.loads(coherence("sessions", "list", "--json").out)) == 1
    keys.lock()


def test_where_there_is_no_record_yet_it_says_so(coherence, monkeypatch, tmp_path):
    with read_only(tmp_path) as there:
        monkeypatch.setenv("COHERENCE_HOME", str(there))
        told = coherence("sessions", "list")
        assert told.status == 3
        assert "may not write to" in told.said()


def fill(ballast: Path) -> None:
    """Until there is no room left."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass


def test_on_a_full_disk_all_is_read_and_what_writes_says_why(
    coherence, home, monkeypatch, tmp_path
):
    """There is no room for the index of the log: SQLite calls that an I/O error."""
    with small_disk("2m") as disk:
        there = disk / "home"
        shutil.copytree(home, there)
        monkeypatch.setenv("COHERENCE_HOME", str(there))
        before = coherence("sessions", "list", "--json").rows()
        fill(disk / "ballast")
        assert coherence("sessions", "list", "--json").rows() == before
        assert coherence("people", "list", "--json").status == 0
        assert coherence("export", 1, "--out", tmp_path / "one.json").status == 0
        for command in (("people", "erase", "me", "--yes"), ("people", "add", "Oak"), ("backup",)):
            told = coherence(*command)
            assert (told.status, "is full: make some room there" in told.said()) == (3, True)
        (disk / "ballast").unlink()
        assert coherence("people", "add", "Oak").status == 0
