"""What holds for every command: quick help, one sentence for a failure, and its exit status."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from coherence.cli import commands
from coherence.cli.commands import COMMANDS

HEAVY = (
    "numpy",
    "scipy",
    "bleak",
    "PySide6",
    "pyqtgraph",
    "neurokit2",
    "pandas",
    "rich",
    "sqlite3",
)


def test_help_imports_nothing_heavy():
    look = (
        "import sys; from coherence.cli.commands import _run; _run(['--help']);"
        f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(coherence, name):
    told = coherence(name, "--help")
    assert told.status == 0
    assert told.out.startswith(f"Usage: coherence {name}")
    assert told.err == ""


def test_help_of_all_and_of_one_agree_in_their_first_sentence(coherence):
    overview = coherence("--help").out
    for name, (_, _, short) in COMMANDS.items():
        assert short.split()[0] in overview, name


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("live", "--nonsense"),
        ("live", "--simulate", "--strap", "H10"),
        ("live", "--speed", "4"),
        ("live", "--simulate", "--speed", "0"),
        ("live", "--simulate", "--speed", "nan"),
        ("live", "--simulate", "--seconds", "0"),
        ("live", "--simulate", "--seconds", "nan"),
        ("live", "--simulate", "--seed", "-5"),
        ("analyse", "a.txt", "--to", "inf"),
        ("resonance", "a.txt", "--protocol", "stepped", "--rest", "nan"),
        ("sound", "--out", "a.wav", "--minutes", "nan"),
        ("live", "--simulate", "--practice", "none"),
        ("live", "--simulate", "--person", "nobody"),
        ("replay",),
        ("analyse",),
        ("analyse", "a.txt", "--from", "20", "--to", "10"),
        ("simulate",),
        ("simulate", "--out", "wearer.mp3"),
        ("sessions", "show", "one"),
        ("sessions", "export", "1"),
        ("demo", "--practice", "none"),
    ],
)
def test_bad_usage_is_status_2_and_says_why(coherence, arguments):
    told = coherence(*arguments)
    assert told.status == 2
    assert told.out == ""
    assert "Usage: " in told.err
    assert "Error: " in told.err


def test_what_nobody_foresaw_is_one_line_and_says_how_to_see_more(coherence, monkeypatch):
    def broken() -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(commands.Lazy, "get_command", lambda *_: click.command("x")(broken))
    told = coherence("x")
    assert told.status == 1
    assert len(told.err.splitlines()) == 1
    assert "COHERENCE_DEBUG=1" in told.err
    monkeypatch.setenv("COHERENCE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        coherence("x")


def test_where_names_the_home_and_makes_nothing(coherence, tmp_path):
    told = coherence("where", "--json")
    (places,) = told.rows()
    assert told.status == 0
    assert set(places) == {"records", "backups", "practices", "plans", "voices", "settings", "log"}
    assert all(Path(path).is_relative_to(tmp_path / "home") for path in places.values())
    assert not (tmp_path / "home").exists()
    assert coherence("where").out.count("not there yet") == len(places)


def _a_file(home: Path) -> None:
    home.write_text("")


def _a_foreign_store(home: Path) -> None:
    home.mkdir()
    (home / "coherence.db").write_bytes(bytes(range(1, 256)) * 20)


def _a_folder_for_a_store(home: Path) -> None:
    (home / "coherence.db").mkdir(parents=True)


@pytest.mark.parametrize("spoil", [_a_file, _a_foreign_store, _a_folder_for_a_store])
@pytest.mark.parametrize("command", ["sessions list", "live --simulate --json --speed max"])
def test_a_spoilt_home_is_status_3_and_stays_as_it_is(coherence, tmp_path, spoil, command):
    home = tmp_path / "home"
    spoil(home)
    told = coherence(*command.split())
    assert told.status == 3
    assert told.out == ""
    assert str(home) in told.said()
    if spoil is _a_foreign_store:
        assert (home / "coherence.db").read_bytes() == bytes(range(1, 256)) * 20


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["where --json", "live --simulate --json --speed max"])
def test_a_full_disk_under_stdout_is_status_3(command):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "coherence", *command.split()],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr == "There is no room for the output: make some there, and try again.\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "ascii:surrogateescape"])
def test_an_output_that_cannot_write_every_sign_ends_no_table(tmp_path, encoding):
    path = tmp_path / "Wärme 心.txt"
    path.write_text("800\n" * 20)
    done = subprocess.run(
        [sys.executable, "-m", "coherence", "analyse", str(path)],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding},
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"RMSSD" in done.stdout


@pytest.mark.parametrize("columns", ["0", "-5", "", "wide"])
def test_a_width_that_is_none_is_as_if_it_was_not_said(tmp_path, columns):
    path = tmp_path / "rr.txt"
    path.write_text("800\n" * 20)
    done = subprocess.run(
        [sys.executable, "-m", "coherence", "analyse", str(path)],
        capture_output=True, text=True, check=True, env=os.environ | {"COLUMNS": columns},
    )  # fmt: skip
    assert "RMSSD, as a logarithm" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux")
def test_a_name_that_is_no_text_is_printed_as_it_is(tmp_path):
    path = os.fsencode(tmp_path) + b"/b\xe4d.txt"
    with open(path, "wb") as file:
        file.write(b"800\n" * 20)
    asked = [os.fsencode(sys.executable), b"-m", b"coherence", b"analyse", b"b\xe4d.txt"]
    done = subprocess.run(asked, capture_output=True, cwd=tmp_path)
    assert done.returncode == 0
    assert b"b\xe4d.txt" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="no shell that closes stdin")
@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        (("encrypt", "on"), 2, "Nobody is here to be asked"),
        (("analyse", "-"), 1, "the file is empty"),
        (("people", "list"), 0, ""),
    ],
)
def test_a_closed_stdin_is_one_with_nothing_in_it(tmp_path, command, status, said):
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-m", "coherence", *command],
        capture_output=True, text=True, check=False,
        env={**os.environ, "COHERENCE_HOME": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, said in done.stderr) == (status, True)
    assert "unexpected" not in done.stderr
