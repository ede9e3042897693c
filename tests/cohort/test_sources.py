"""What the words after the command mean: folders, patterns, URLs, the sessions recorded here."""

import json

import pytest

from coherence.cohort.one import rows_of
from coherence.cohort.sources import NothingThere, names_of, task_of
from coherence.cohort.task import Asked


@pytest.fixture
def folder(tmp_path):
    for name in ("b.txt", "a.csv", "deep/c.hrm", "deep/d.pdf", "deep/e.hea"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("812\n804\n" * 40)
    return tmp_path


def test_folders_patterns_and_files_each_once_and_in_order(folder):
    inside = [str(folder / name) for name in ("a.csv", "b.txt", "deep/c.hrm")]
    assert names_of((str(folder),)) == inside
    assert names_of((str(folder / "*.txt"), str(folder))) == [inside[1], inside[0], inside[2]]
    assert names_of((str(folder / "**" / "c.*"),)) == [inside[2]]
    assert names_of((str(folder / "deep" / "d.pdf"),)) == [str(folder / "deep" / "d.pdf")]
    assert names_of((str(folder / "nowhere.txt"),)) == [str(folder / "nowhere.txt")]
    with pytest.raises(NothingThere, match="There is no recording in"):
        names_of((str(folder / "*.xyz"),))


def test_a_url_gives_what_the_file_gives(folder):
    url = f"file://{folder}"
    names = names_of((f"{url}/",))
    assert names == [f"{url}/{name}" for name in ("a.csv", "b.txt", "deep/c.hrm")]
    assert names_of((f"{url}/*.txt",)) == [f"{url}/b.txt"]
    (far,), (near,) = (
        rows_of(task_of(name), Asked()) for name in (f"{url}/b.txt", str(folder / "b.txt"))
    )
    assert far["beats"] == 80
    assert far | {"file": "", "fingerprint": ""} == near | {"file": "", "fingerprint": ""}
    (row,) = rows_of(task_of(f"{url}/gone.txt"), Asked())
    assert row["error"] == "There is no such file: check the address."


def test_a_file_that_changes_is_told_apart(folder):
    before = task_of(str(folder / "b.txt"))
    assert task_of(str(folder / "b.txt")) == before
    (folder / "b.txt").write_text("812\n804\n" * 41)
    assert task_of(str(folder / "b.txt")).fingerprint != before.fingerprint


@pytest.mark.slow
def test_sessions_of_the_store_by_person_and_by_step(coherence, tmp_path):
    import pyarrow.parquet as pq

    file = tmp_path / "session.json"
    made = coherence("simulate", "--seconds", "400", "--out", file)
    assert made.status == 0, made.err
    assert coherence("import", file).status == 0
    (session,) = json.loads(coherence("sessions", "list", "--json").out)
    out = tmp_path / "t.parquet"
    whose = session["people"][0]
    told = coherence("cohort", "--store", "--person", whose, "--out", out, "--json")
    assert told.status == 0, told.err
    (row,) = pq.read_table(out).to_pylist()
    found = json.loads(coherence("sessions", "show", str(session["id"]), "--json").out)
    assert row["file"] == f"session {session['id']}"
    assert row["person"] == whose
    assert row["started_at"] == session["started_at"]
    assert {key: row[key] for key in found["markers"] if key != "artefact_pct"} == {
        key: value for key, value in found["markers"].items() if key != "artefact_pct"
    }
    again = coherence("cohort", "--store", "--out", out, "--resume", "--json").rows()[0]
    assert (again["known"], again["recordings"]) == (1, 0)
    steps = tmp_path / "steps.parquet"
    assert coherence("cohort", "--store", "--by-step", "--out", steps).status == 0
    rows = pq.read_table(steps).to_pylist()
    assert len(rows) > 1
    assert all(row["step"] for row in rows)
    assert {row["paced"] for row in rows} == {False, True}
    for row in rows:
        span = ["--from", str(row["from_s"]), "--to", str(row["to_s"])]
        found = json.loads(coherence("analyse", "--json", file, *span).out)
        assert row["rmssd_ms"] == found["markers"]["rmssd_ms"]
        assert row["coherence"] == found["markers"]["coherence"]
