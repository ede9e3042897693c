import sqlite3
import stat
from pathlib import Path

import pytest

from coherence.model import Ended, Moment
from coherence.storage import migrations
from coherence.storage.connection import connect
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.migrations import APPLICATION_ID, MIGRATIONS
from coherence.storage.shown_rows import shown_in
from coherence.storage.writer import RecordWriter


def columns(connection: sqlite3.Connection) -> dict[str, list[str]]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for (name,) in tables
        if not name.startswith("sqlite_")
    }


def test_an_empty_file_gets_the_whole_schema(tmp_path: Path) -> None:
    path = tmp_path / "coherence.db"
    path.touch()
    Store.open(path).close()
    connection = connect(path)
    assert columns(connection) == {
        "person": ["id", "pseudonym", "created_at", "keep_days", "therapist", "hidden_at"],
        "session": [
            *("id", "started_at", "duration_s", "practice", "origin", "strap", "end"),
            *("app_version", "summary", "fingerprint", "note", "hidden_at"),
        ],
        "participant": ["session_id", "role", "person_id", "strap_id", "consent_at"],
        "tag": ["session_id", "tag"],
        "arrival": ["session_id", "seq", "kind", "t_s", "strap", "characteristic", "body"],
        "practised": [
            *("id", "person_id", "practice", "begun_at", "offset_min", "seconds", "paced_s"),
            *("whole", "session_id"),
        ],
        "reflection": ["practised_id", "moment", "body", "mood", "words"],
        "private_note": ["session_id", "words"],
        "beside": ["session_id", "client_session_id"],
        "shown_by": ["id", "app_version", "markers"],
        "shown": ["session_id", "first_s", "shown_by", "body"],
        "planned": ["person_id", "words"],
        "given_pack": ["pack_id", "person_id", "name", "given_at"],
        "sealing_key": ["public", "private", "made_at"],
    }
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    assert not (tmp_path / "backups").exists(), "there was nothing to keep"


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "coherence.db"
    Store.open(path).close()
    connection = connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"newer coherence \(schema 99.*update coherence"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "coherence.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipe(name)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="another program"):
        Store.open(path)
    assert path.read_bytes() == before


def recorded(path: Path) -> int:
    with Store.open(path) as store:
        session_id = store.begin_session("soothing")
        writer = RecordWriter(path, session_id)
        writer.put(0, Moment(1.0, "here"))
        writer.put(1, Ended(2.0))
        assert writer.close() is None
        store.finish_session(session_id, 2.0)
    return session_id


def add_a_note(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE session ADD COLUMN postscript TEXT")


def add_half_and_fail(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE half(x)")
    connection.execute("CREATE TABLE half(x)")


def test_an_existing_store_is_backed_up_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "coherence.db"
    session_id = recorded(path)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, add_a_note))
    with Store.open(path) as store:
        assert list(store.arrivals(session_id)) == [Moment(1.0, "here"), Ended(2.0)]
    migrated = connect(path)
    assert "postscript" in columns(migrated)["session"]
    migrated.close()
    (backup,) = (tmp_path / "backups").iterdir()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    monkeypatch.undo()
    with Store.open(backup) as old:  # by the program as it was before
        assert list(old.arrivals(session_id)) == [Moment(1.0, "here"), Ended(2.0)]
        assert old.session(session_id).duration_s == 2.0


def test_a_migration_happens_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "coherence.db"
    session_id = recorded(path)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, add_a_note, add_half_and_fail))
    with pytest.raises(StorageError):
        Store.open(path)
    connection = connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
    assert "half" not in columns(connection)
    connection.close()
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, add_a_note))
    with Store.open(path) as store:
        assert len(list(store.arrivals(session_id))) == 2


@pytest.mark.parametrize("schema", range(1, len(MIGRATIONS)))
def test_a_store_of_each_earlier_schema_keeps_what_it_holds(tmp_path: Path, schema: int) -> None:
    path = tmp_path / "coherence.db"
    path.touch()
    connection = connect(path)
    migrations.migrate(connection, path, MIGRATIONS[:schema])
    connection.execute(
        "INSERT INTO session(started_at, practice, origin, app_version) "
        "VALUES ('2026-03-01T07:00:00.000+00:00', 'just_sit', 'strap', '0.1.0')"
    )
    connection.execute("INSERT INTO arrival VALUES (1, 0, 'ended', 2.5, NULL, NULL, '{}')")
    connection.close()
    with Store.open(path) as store:
        (record,) = store.sessions()
        assert (record.practice, tuple(store.arrivals(1))) == ("just_sit", (Ended(2.5),))
        assert shown_in(store, 1) == [], "what was not kept then is not made up"
    assert len(list((tmp_path / "backups").iterdir())) == 1, "it was backed up first"
