"""`coherence report`."""

import subprocess
import sys

import pytest
from tests.reports.told import practised
from tests.small_disk import small_disk

from coherence.model import End, Origin
from coherence.storage.database import Store
from coherence.storage.diary import AFTER, Diary
from coherence.storage.people import add_person, move_session, people, rename_person


@pytest.fixture
def kept(coherence):
    """A session of "Willow" and an empty one."""
    from coherence.model import Reflection, SessionRecord

    with Store.open() as store:
        store.me()
        rename_person(store, people(store)[0], "Willow")
        add_person(store, "Oak")
        about = SessionRecord(
            0, "2026-11-18T23:30:00+00:00", 240.0, "inner_critic", Origin.STRAP, End.ENDED, "0.1.0"
        )
        arrivals = [a for a in practised() if a.t_s < 200]
        first = store.add_session(about, arrivals, fingerprint="a")
        store.add_session(about, arrivals[:1], fingerprint="b")
        diary = Diary(store)
        diary.reflect(diary.begin("inner_critic", first), AFTER, Reflection(words="softer now"))
    return first


def test_a_session_on_two_pages(coherence, kept, tmp_path):
    pdf, html = tmp_path / "one.pdf", tmp_path / "one.html"
    told = coherence("report", kept, "--pdf", pdf, "--html", html)
    assert told.status == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    page = html.read_text()
    assert "Thursday 19 November 2026" in page
    assert "Willow" not in page
    assert "softer now" not in page
    assert coherence("report", kept, "--pdf", pdf).status == 2, "nothing is replaced unasked"
    told = coherence("report", kept, "--html", html, "--force", "--name", "--words")
    assert told.status == 0
    assert "Willow" in html.read_text()
    assert "softer now" in html.read_text()


def test_only_the_page_that_is_wanted(coherence, kept, tmp_path):
    coherence("report", kept, "--html", tmp_path / "c.html", "--for", "client")
    page = (tmp_path / "c.html").read_text()
    assert "Your session" in page
    assert "For the therapist" not in page
    assert "RMSSD" not in page


def test_all_of_a_person(coherence, kept, tmp_path):
    folder = tmp_path / "all"
    told = coherence("report", "--person", "willow", "--out", folder)
    assert told.status == 0
    assert "Session 2 holds no heartbeat and was left out." in told.err
    assert "Wrote 1 of 2 sessions" in told.err
    assert sorted(path.suffix for path in folder.iterdir()) == [".html", ".pdf"]
    assert "left as it is" in coherence("report", "--person", "Willow", "--out", folder).err
    assert "Wrote 0 of 0" in coherence("report", "--person", "Oak", "--out", folder).err


def test_a_file_and_what_is_no_file(coherence, data, tmp_path):
    told = coherence("report", data / "dhyb/sample_data_ibi.csv", "--html", tmp_path / "f.html")
    assert told.status == 0
    assert "from an imported recording" in (tmp_path / "f.html").read_text()
    missing = coherence("report", tmp_path / "no.txt", "--html", tmp_path / "g.html")
    assert missing.status == 1
    assert missing.said()
    assert coherence("report", 99, "--html", tmp_path / "g.html").status == 1
    assert not (tmp_path / "g.html").exists()


@pytest.mark.parametrize(
    "arguments",
    [(), ("1",), ("--person", "me"), ("1", "--out", "x"), ("1", "--person", "me", "--out", "x")],
)
def test_what_is_wanted_has_to_be_said(coherence, arguments):
    assert coherence("report", *arguments).status == 2


def test_a_place_that_cannot_be_written(coherence, kept, tmp_path):
    (tmp_path / "file").write_text("")
    told = coherence("report", kept, "--html", tmp_path / "file" / "one.html")
    assert told.status == 3
    assert told.said()


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_full_disk_is_told_and_leaves_nothing(coherence, kept, kind):
    with small_disk("40k") as folder:
        told = coherence("report", kept, f"--{kind}", folder / f"one.{kind}")
        assert told.status == 3
        assert "the disk is full" in told.said()
        assert list(folder.iterdir()) == []


def test_moving_a_session_changes_whose_report_it_is(coherence, kept, tmp_path):
    with Store.open() as store:
        move_session(store, kept, people(store)[1])
    told = coherence("report", "--person", "Oak", "--out", tmp_path / "oak", "--for", "client")
    assert "Wrote 1 of 1" in told.err


def test_the_command_line_takes_a_language(coherence, data, tmp_path):
    """In a process of its own, as somebody would: what is said is chosen before it is imported."""
    page = tmp_path / "seite.html"
    done = subprocess.run(
        [sys.executable, "-m", "coherence", "report", data / "dhyb/sample_data_ibi.csv",
         "--html", page, "--language", "de"],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = page.read_text("utf-8")
    assert '<html lang="de">' in text
    assert "aus einer eingelesenen Aufnahme" in text
    unknown = coherence("report", "1", "--html", tmp_path / "x.html", "--language", "tlh")
    assert unknown.status == 2
    assert "there are de, en" in unknown.err
