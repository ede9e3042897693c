"""The command line in German: help, results, errors, and numbers; JSON stays as it was."""

import json
import os
import re
import subprocess
import sys

import click
import pytest
from tests.cli.shell import Outcome

from coherence.cli.click_words import in_words
from coherence.cli.commands import COMMANDS, cli
from coherence.translation import use

ENGLISH = re.compile(r"\b(the|and|with|this|that|is|are|of|say|write|show|only|which|what)\b")


@pytest.fixture(autouse=True)
def _english_again():
    yield
    use("en")


def german(*arguments, home) -> Outcome:
    """A command in a process of its own, as the words of options are read at import."""
    done = subprocess.run(
        [sys.executable, "-m", "coherence", *map(str, arguments)],
        env=os.environ | {"COHERENCE_LANGUAGE": "de", "COHERENCE_HOME": str(home),
                          "PYTHONUTF8": "1", "COLUMNS": "140"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return Outcome(done.returncode, done.stdout, done.stderr)


def test_results_and_numbers(tmp_path, rr_file, data) -> None:
    told = german("analyse", data / "dhyb/sample_data_ibi.csv", home=tmp_path)
    assert told.status == 0
    assert re.search(r"Puls +│ +61,84 │", told.out)
    assert "keine Führung lief" in told.out
    assert not ENGLISH.search(told.out)
    as_json = german("analyse", data / "dhyb/sample_data_ibi.csv", "--json", home=tmp_path)
    assert json.loads(as_json.out)["markers"]["heart_rate_bpm"] == pytest.approx(61.84, abs=0.01)


def test_one_is_said_as_one(tmp_path, rr_file) -> None:
    file = rr_file([800.0, 820.0] * 60)
    told = german("cohort", file, "--out", tmp_path / "one.parquet", home=tmp_path)
    assert told.said() == f"1 Aufnahme in 1 Zeile zusammengefasst: {tmp_path / 'one.parquet'}."


def test_a_virtual_strap_tells_in_german_what_it_can_be_told(tmp_path) -> None:
    pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")
    told = german("virtual-strap", "--port", "0", "--seconds", "0.2", home=tmp_path)
    assert told.status == 0
    assert told.err.startswith("Jemand trägt Virtual strap.\nBefehle, einer je Zeile")
    assert not ENGLISH.search(told.err)
    wrong = german("virtual-strap", "--script", "2 sing", home=tmp_path)
    assert wrong.status == 2
    assert "'sing' ist kein Befehl: Es gibt drop, away" in wrong.err


def test_errors_and_clicks_own_words(tmp_path) -> None:
    missing = german("analyse", tmp_path / "no.txt", home=tmp_path)
    assert missing.status == 1
    assert "Diese Datei gibt es nicht: Prüf den Namen." in missing.err
    bad = german("sessions", "show", "one", home=tmp_path)
    assert bad.status == 2
    assert bad.err.startswith("Aufruf: coherence sessions show [OPTIONS] ID")
    assert "Hinweis: Der Wert für 'ID' passt nicht" in bad.err


def test_help_of_options_is_german_where_it_is_read_first(tmp_path) -> None:
    told = german("report", "--help", home=tmp_path)
    assert told.out.startswith("Aufruf: coherence report")
    assert "Als PDF schreiben." in told.out
    assert not ENGLISH.search(told.out)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_says_of_itself_is_german(name) -> None:
    """Docstrings are looked up when they are said, so one process can say them in both."""
    english = cli.get_command(click.Context(cli), name)
    assert english is not None
    use("de")
    said = cli.get_command(click.Context(cli), name)
    assert said is not None
    assert said.help != english.help
    assert not ENGLISH.search(said.help or "")
    if isinstance(said, click.Group):
        for each in said.commands.values():
            assert each.help
            assert not ENGLISH.search(each.help), each.name
    use("en")
    assert cli.get_command(click.Context(cli), name) is english


def test_the_first_help_is_german() -> None:
    use("de")
    assert (in_words(cli).help or "").startswith("Biofeedback für das Nervensystem")
    assert (cli.help or "").startswith("Biofeedback for the nervous system")
