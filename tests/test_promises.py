"""What docs/privacy.md promises: each names a test that is there; some are held here."""

from __future__ import annotations

import ast
import gzip
import os
import re
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet
import pytest
from tests.reports.test_exports import EVERY_KIND

import coherence
from coherence.exchange.installed import put_in
from coherence.exchange.manifest import Manifest
from coherence.exchange.pack_file import made_pack, read_pack, write_pack
from coherence.exchange.pack_making import own_public_key
from coherence.exchange.sealed_sessions import hand_back
from coherence.exchange.sealing import opened
from coherence.model import Reflection
from coherence.reports.exports import EXPORTS, export_kept
from coherence.reports.report_about import about_session
from coherence.storage import keys
from coherence.storage.backup import snapshot
from coherence.storage.caseload import note_given, plan_next, sealing_keys
from coherence.storage.database import Store
from coherence.storage.diary import Diary
from coherence.storage.encryption import turn_on
from coherence.storage.people import add_person
from coherence.storage.places import backups_of, places
from coherence.storage.private_notes import keep_private_note
from coherence.storage.settings import Settings, save
from coherence.storage.writer import RecordWriter

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "privacy.md").read_text()
SOURCES = Path(coherence.__file__).parent
NAME, PRIVATE, SAID = "Heron by the river", "ask about the sister", "what I said of it"
PLANNED, GIVEN = "the winter by the sea", "Evening, quite softly"
WORDS = "willow by the water"


def promises() -> list[tuple[str, str]]:
    """(promise, what holds it) of the page's last table."""
    table = PAGE[PAGE.index("## Promises and their tests") :]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return [(row[0], row[1]) for row in rows[1:]]


@pytest.mark.parametrize(("promise", "held"), promises(), ids=lambda text: text[:50])
def test_each_promise_names_tests_that_are_there(promise: str, held: str) -> None:
    named = re.findall(r"`([^`]*\.py)`", held)
    assert named, promise
    folder = Path("tests")
    for name in named:
        if "/" in name:
            folder = Path(name).parent
        file = ROOT / folder / Path(name).name
        assert file.exists(), f"{promise}: {file}"
        assert re.search(r"^def test_|^async def test_", file.read_text(), re.M), file


def test_enough_is_promised_to_mean_something() -> None:
    assert len(promises()) >= 20


# --- the log, and what a crash leaves ---


def log_calls() -> list[tuple[str, ast.Call]]:
    found = []
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("LOG", "logging", "log", "logger")
                and node.func.attr in ("debug", "info", "warning", "error", "exception", "critical")
            ):
                found.append((f"{file.relative_to(SOURCES)}:{node.lineno}", node))
    return found


def test_nothing_of_anybody_is_ever_logged() -> None:
    """Each message is one that stands in the source; at most the kind of an error is put in."""
    calls = log_calls()
    assert len(calls) > 8
    for where, call in calls:
        first, *more = call.args
        assert isinstance(first, ast.Constant), where
        assert call.func.attr != "exception", where  # type: ignore[attr-defined]
        assert not [word.arg for word in call.keywords if word.arg == "exc_info"], where
        for each in more:
            assert ast.unparse(each) == "type(error).__name__", where


def test_the_log_can_be_read_by_its_account_alone() -> None:
    from coherence.storage.log import open_log

    log = places().log
    log.mkdir(parents=True, mode=0o755)  # as another program may have made it
    (log / "crash.log").touch(mode=0o644)
    open_log(places())()
    assert {each.name for each in log.iterdir()} == {"coherence.log", "crash.log"}
    assert {stat.S_IMODE(each.stat().st_mode) for each in log.iterdir()} == {0o600}
    shutil.rmtree(log)
    open_log(places())()
    assert stat.S_IMODE(log.stat().st_mode) == 0o700


def test_a_crash_leaves_lines_of_the_program_and_no_values(tmp_path: Path) -> None:
    does = f"""
import faulthandler
from coherence.storage.log import open_log
from coherence.storage.places import places
open_log(places())
def practise(person):
    note = person + {PRIVATE!r}
    faulthandler._sigabrt()
practise({NAME!r})
"""
    home = tmp_path / "home"
    run = subprocess.run(
        [sys.executable, "-c", does], env=os.environ | {"COHERENCE_HOME": str(home)},
        cwd=tmp_path, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode != 0
    left = (home / "log" / "crash.log").read_text()
    assert "in practise" in left, "where the program stood"
    assert NAME not in left
    assert PRIVATE not in left


# --- what goes out ---


@pytest.fixture
def store() -> Store:
    """A record with somebody in it, and everything that is to stay in it."""
    made = Store.open()
    made.me()
    heron = add_person(made, NAME)
    number = made.begin_session("soothing_rhythm", strap="Polar H10", strap_id="AA:BB")
    writer = RecordWriter(made.path, number)
    for seq, arrival in enumerate(EVERY_KIND):
        writer.put(seq, arrival)
    assert writer.close() is None
    made.finish_session(number, 100.0)
    with made.writing() as connection:
        connection.execute("UPDATE participant SET person_id = ?", (heron.id,))
    keep_private_note(made, number, PRIVATE)
    diary = Diary(made, heron.id)
    line = diary.begin("soothing_rhythm", number, now=datetime(2026, 11, 20, 20, 0, tzinfo=UTC))
    diary.reflect(line, "after", Reflection(0.5, 0.5, SAID))
    plan_next(made, heron, PLANNED)
    note_given(made, heron.id, "0" * 32, GIVEN)
    return made


@pytest.mark.parametrize("kind", EXPORTS, ids=lambda kind: kind.key)
def test_no_export_holds_a_name_or_a_therapist_s_words(
    store: Store, tmp_path: Path, kind: object
) -> None:
    path = tmp_path / f"out{kind.suffix}"  # type: ignore[attr-defined]
    with store:
        export_kept(path, kind, store, store.session(1))  # type: ignore[arg-type]
    raw = path.read_bytes()
    if kind.key == "parquet":  # type: ignore[attr-defined]
        table = pyarrow.parquet.read_table(path)
        raw = repr((table.to_pydict(), table.schema.metadata)).encode()
        assert b"soothing_rhythm" in raw
    for never in (NAME, PRIVATE, PLANNED, GIVEN):
        assert never.encode() not in raw
    if kind.key != "session":  # type: ignore[attr-defined]
        assert SAID.encode() not in raw


def test_no_sealed_file_holds_what_stays_at_home(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "out.coherence-sessions"
    with store:
        public = own_public_key(store)
        hand_back(store, [1], file, public=public, diary_of=2)
        plain = gzip.decompress(opened(file.read_bytes(), sealing_keys(store)))
    assert b"soothing_rhythm" in plain
    for never in (NAME, PRIVATE, SAID, PLANNED, GIVEN):
        assert never.encode() not in plain
        assert never.encode() not in file.read_bytes()


def test_sealing_writes_nothing_readable_to_the_disk_on_its_way(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    write = Path.write_bytes

    def seen(path: Path, raw: bytes) -> int:
        written.append(raw)
        return write(path, raw)

    monkeypatch.setattr(Path, "write_bytes", seen)
    monkeypatch.setattr("tempfile.TemporaryFile", None)
    with store:
        hand_back(store, [1], tmp_path / "out.coherence-sessions", passphrase=WORDS)
    (raw,) = written
    assert raw.startswith(b"COHSEAL1")
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [
        "out.coherence-sessions"
    ]


def test_a_page_of_a_session_names_nobody_unless_it_is_asked_to(store: Store) -> None:
    with store:
        plain = about_session(store, store.session(1))
        assert plain.name is None
        assert plain.after is None
        assert about_session(store, store.session(1), named=True).name == NAME


# --- what lies here ---


def test_what_is_kept_of_a_caseload_is_encrypted_with_the_record(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans, packs that were given, and the private key that clients' files are sealed for."""
    monkeypatch.delenv(keys.PASSPHRASE, raising=False)
    with store:
        own_public_key(store)
        ((_public, private),) = sealing_keys(store)
        snapshot(store.path, backups_of(store.path) / "one.db")
    where = places()

    def everything() -> bytes:
        files = [file for file in where.data.rglob("*") if file.is_file()]
        return b"".join(file.read_bytes() for file in files)

    secrets = (NAME.encode(), PLANNED.encode(), GIVEN.encode(), private)
    assert all(secret in everything() for secret in secrets), "until then they can be read"
    turn_on(where, WORDS)
    assert not any(secret in everything() for secret in secrets)
    keys.lock()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_packs_and_settings_can_be_read_by_their_account_alone(tmp_path: Path) -> None:
    about = Manifest("0" * 32, "Evening", "Dr. Ahorn", "2026-11-27", opens=("inner_critic",))
    write_pack(made_pack(about, {}), tmp_path / "a.coherence-pack")
    save(put_in(read_pack(tmp_path / "a.coherence-pack"), places(), Settings(), None),
         places().settings)  # fmt: skip
    made = [each for each in places().data.rglob("*") if each.is_file()]
    assert {each.name for each in made} >= {"pack.json", "opens.toml", "settings.json"}
    for each in (*made, tmp_path / "a.coherence-pack"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600, each
        assert stat.S_IMODE(each.parent.stat().st_mode) & 0o077 == 0 or each.parent == tmp_path


def test_settings_hold_nothing_of_a_session() -> None:
    """Only what stands in ``Settings``, which the page lists; a new one has to be thought about."""
    from dataclasses import fields

    about_people = {
        "keeping_asked_on",
        "person_id",
        "own_pace_per_min",
        "own_paces",
        "own_contacts",
        "contacts",
        "numbers_hidden_for",
    }
    about_strap = {"last_strap_id", "last_strap_name"}
    of_the_window = {
        *("language", "theme", "sound", "volume", "voice", "sound_warms", "reduced_motion"),
        *("text_scale", "numbers_shown", "first_run_done", "ask_reflection", "pattern"),
        *("own_patterns", "reminder_at", "all_open", "room_theme", "client_screen", "quick_marks"),
        *("lock_after_min", "keys"),
    }
    there = {each.name for each in fields(Settings)}
    new = there - about_people - about_strap - of_the_window
    assert all(re.search(rf"`{name}`", PAGE) for name in new), new
