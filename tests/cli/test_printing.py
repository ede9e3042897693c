"""Tables for people: names and tags as they are, nothing cut off, on a terminal of any width."""

import os
import subprocess
import sys

import pytest
from rich.table import Table

from coherence.cli.printing import show

MARKED = "[/draft] [red]:heart:"


def printed(capsys, table):
    show(table)
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def no_columns(monkeypatch):
    """As in a pipe: tests that run side by side are given a width."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def marked(coherence, rr_file):
    """A session, a person and a tag whose names look like mark-up; two people's records."""
    assert coherence("import", rr_file([800.0] * 30, "rr [red].txt")).status == 0
    assert coherence("people", "add", MARKED).status == 0
    assert coherence("sessions", "tag", 1, MARKED).status == 0


@pytest.mark.parametrize(
    "asked", [("sessions", "list"), ("people", "list"), ("caseload",), ("sessions", "show", "1")]
)
def test_what_looks_like_mark_up_is_printed_as_it_is(coherence, marked, asked):
    told = coherence(*asked)
    assert told.status == 0, told.err
    if asked[-1] != "1":
        assert MARKED in told.out


def test_the_name_of_a_file_is_printed_as_it_is(coherence, rr_file):
    told = coherence("analyse", rr_file([800.0] * 30, "[red]:heart: one.txt"))
    assert "[red]:heart: one.txt" in told.out


def test_into_a_pipe_nothing_is_folded(capsys):
    table = Table("id", "what", "more")
    table.add_row("7", "soothing " * 9, "rhythm " * 8)
    out = printed(capsys, table)
    assert ("soothing " * 9).strip() in out
    assert len(out.splitlines()) == 5


@pytest.mark.parametrize("columns", [10, 30, 40, 80])
def test_on_a_narrow_terminal_nothing_is_cut_off(capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    table = Table("id", "started (UTC)", "practice", "strap", "end", "tags", title="Sessions")
    table.columns[1].no_wrap = True
    row = ("7", "2026-11-27 18:26", "compassion_to_alignment", "Polar H10", "interrupted", "a, b")
    table.add_row(*row)
    out = printed(capsys, table)
    assert "…" not in out
    if columns < 60:
        assert "".join(out.split()).startswith("Sessionsid:7started(UTC):2026-11-2718:26")
        assert all(cell.replace(" ", "") in "".join(out.split()) for cell in row)
    else:
        assert "2026-11-27 18:26" in out


def test_help_of_a_group_says_whole_sentences(coherence):
    for group in ("sessions", "people", "pack", "cohort", "encrypt"):
        told = coherence(group, "--help").out
        assert "..." not in told.partition("Commands:")[2]
    assert "and gone for good when they are" in coherence("sessions", "--help").out


def test_a_table_in_ascii_reads_the_same(rr_file):
    done = subprocess.run(
        [sys.executable, "-m", "coherence", "analyse", str(rr_file([800.0] * 30))],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "30"},
    )
    assert done.returncode == 0
    assert b"Heart rate\nvalue: 75\nunit: bpm\n" in done.stdout
