import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from coherence import __version__
from coherence.model import (
    Arrival,
    End,
    Moment,
    Notification,
    Origin,
    Participant,
    Paused,
    SessionRecord,
    StrapSeen,
)
from coherence.storage import database
from coherence.storage.connection import connect
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.interrupted import close_interrupted
from coherence.storage.writer import RecordWriter

HEART_RATE = "00002a37-0000-1000-8000-00805f9b34fb"
ARRIVALS: list[Arrival] = [
    Notification(0.1, "AA", HEART_RATE, bytes([16, 60, 0, 4])),
    Moment(0.7, "warm"),
    Paused(0.2 + 0.1),
]


def record(store: Store, session_id: int, arrivals: list[Arrival] = ARRIVALS) -> None:
    writer = RecordWriter(store.path, session_id)
    for number, arrival in enumerate(arrivals):
        writer.put(number, arrival)
    assert writer.close() is None


def test_a_session_from_beginning_to_end(store: Store) -> None:
    began = store.begin_session(
        "soothing", strap="Polar H10", strap_id="AA", started_at="2026-05-04T10:00:00.000+00:00"
    )
    open_record = SessionRecord(
        id=began,
        started_at="2026-05-04T10:00:00.000+00:00",
        duration_s=0.0,
        practice="soothing",
        origin=Origin.STRAP,
        end=End.OPEN,
        app_version=__version__,
        strap="Polar H10",
        participants=(Participant("client", store.me(), "AA"),),
    )
    assert store.session(began) == open_record
    assert store.is_locked(began)
    record(store, began)
    store.finish_session(began, 12.5, summary='{"rmssd_ms": 41.5}')
    closed = store.session(began)
    assert (closed.end, closed.duration_s) == (End.ENDED, 12.5)
    assert closed.summary == '{"rmssd_ms": 41.5}'
    assert list(store.arrivals(began)) == ARRIVALS
    assert not store.is_locked(began)
    assert not list((store.path.parent / "locks").glob("*.db.[0-9]*")), "no lock file is left over"


def test_there_is_one_person_made_once(store: Store) -> None:
    assert store.me() == store.me() == 1
    store.begin_session("rest")
    connection = connect(store.path)
    assert connection.execute("SELECT pseudonym FROM person").fetchall() == [("me",)]
    connection.close()


def test_the_last_strap_is_the_newest_real_one(store: Store) -> None:
    assert store.last_strap() is None
    store.begin_session("rest", strap="Old", strap_id="01", started_at="2026-01-01T00:00:00+00:00")
    store.begin_session("rest", strap="New", strap_id="02", started_at="2026-02-01T00:00:00+00:00")
    store.begin_session("rest", origin=Origin.SIMULATED, strap="Demo", strap_id="03")
    store.begin_session("rest")
    assert store.last_strap() == StrapSeen("02", "New")


LOOKER = """
import sys
from pathlib import Path
from coherence.storage.database import Store
with Store.open(Path(sys.argv[1])) as store:
    print(len(list(store.arrivals(1))))
"""


def test_another_process_that_looks_takes_no_lock_and_no_log_away(store: Store) -> None:
    """Closing a file drops a process's locks on it: nothing may open and close a live record."""
    session_id = store.begin_session("rest")
    writer = RecordWriter(store.path, session_id)
    for number in range(4):
        writer.put(number, Moment(float(number)))
        while writer.waiting:
            time.sleep(0.001)
        with Store.open(store.path):  # a second one here
            pass
        told = subprocess.run(
            [sys.executable, "-c", LOOKER, store.path], capture_output=True, text=True, check=True
        )
        assert told.stdout == f"{number + 1}\n"
    assert writer.close() is None


def test_arrivals_are_append_only(store: Store) -> None:
    session_id = store.begin_session("rest")
    record(store, session_id)
    connection = connect(store.path)
    for statement in (
        "UPDATE arrival SET t_s = 0",
        "UPDATE arrival SET body = x''",
        "DELETE FROM arrival",
        "DELETE FROM arrival WHERE seq = 2",
        "INSERT OR REPLACE INTO arrival VALUES (1, 1, 'moment', 0, NULL, NULL, x'7b7d')",
        "INSERT OR IGNORE INTO arrival VALUES (1, 7, 'moment', 0, NULL, NULL, x'7b7d')",
        "INSERT INTO arrival VALUES (99, 0, 'moment', 0, NULL, NULL, x'7b7d')",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    connection.close()
    assert list(store.arrivals(session_id)) == ARRIVALS


@pytest.mark.parametrize("count", [0, 6, 7, 12, 20])
def test_arrivals_by_pieces_are_those_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(database, "PIECE", 6)
    other, began = store.begin_session("soothing"), store.begin_session("soothing")
    record(store, began, [Moment(float(i), "here") for i in range(count)])
    record(store, other)
    pieces = list(store.arrivals_in_pieces(began))
    assert [len(piece) for piece in pieces] == [*[6] * (count // 6), *[count % 6] * (count % 6 > 0)]
    assert [each for piece in pieces for each in piece] == list(store.arrivals(began))
    with pytest.raises(StorageError, match="no session 99"):
        next(store.arrivals_in_pieces(99))


def test_an_unknown_session_is_said_to_be_unknown(store: Store) -> None:
    for ask in (
        lambda: store.session(7),
        lambda: store.arrivals(7),
        lambda: store.finish_session(7, 1.0),
    ):
        with pytest.raises(StorageError, match="no session 7"):
            ask()


def test_a_row_that_makes_no_sense_is_named(store: Store) -> None:
    session_id = store.begin_session("rest")
    record(store, session_id)
    connection = connect(store.path)
    connection.execute("INSERT INTO arrival VALUES (1, 3, 'dream', 1.0, NULL, NULL, x'7b7d')")
    connection.close()
    read = store.arrivals(session_id)
    assert [next(read) for _ in ARRIVALS] == ARRIVALS
    with pytest.raises(StorageError, match=r"Entry 3 of session 1 .*dream"):
        next(read)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_records_are_for_their_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with Store.open(tmp_path / "deep" / "records" / "coherence.db") as store:
            record(store, store.begin_session("rest"))
            found = list((tmp_path / "deep").rglob("*"))
            assert {file.name for file in found} >= {"coherence.db", "coherence.db-wal", "locks"}
            for file in (tmp_path / "deep", *found):
                allowed = 0o700 if file.is_dir() else 0o600
                assert stat.S_IMODE(file.stat().st_mode) == allowed, file
    finally:
        os.umask(old)


def test_the_default_place_is_the_installations_own(tmp_path: Path) -> None:
    with Store.open() as store:
        assert store.path == tmp_path / "home" / "coherence.db"


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "coherence.db"
    path.write_text("dear diary, " * 1000)
    with pytest.raises(StorageError, match="not a coherence record") as error:
        Store.open(path)
    assert error.value.path == path
    assert path.read_text() == "dear diary, " * 1000


def test_a_damaged_page_is_found_at_opening(tmp_path: Path) -> None:
    path = tmp_path / "coherence.db"
    with Store.open(path) as store:
        session_id = store.begin_session("rest")
        record(store, session_id, [Moment(float(n), "x" * 200) for n in range(1000)])
        store.finish_session(session_id, 999.0)
    whole = path.read_bytes()
    pages = len(whole) // 4096
    unnoticed = []
    for page in range(1, pages):
        path.write_bytes(whole[: page * 4096] + b"\xa5" * 4096 + whole[(page + 1) * 4096 :])
        try:
            Store.open(path).close()
        except StorageError as error:
            said = str(error)
            if "damaged" in said and "backups" in said:
                continue
        unnoticed.append(page)
    assert pages > 50
    assert unnoticed == []


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("")
    with pytest.raises(StorageError, match=r"records is in the way"):
        Store.open(tmp_path / "records" / "coherence.db")
    (tmp_path / "coherence.db").mkdir()
    with pytest.raises(StorageError, match=r"coherence.db is in the way"):
        Store.open(tmp_path / "coherence.db")


def test_a_read_only_disk_is_said_to_be_one(small_disk: Path) -> None:
    path = small_disk / "coherence.db"
    Store.open(path).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageError, match=r"may not write to .*COHERENCE_HOME"):
        Store.open(path)
    with pytest.raises(StorageError, match=r"may not write to .*COHERENCE_HOME"):
        Store.open(small_disk / "new" / "coherence.db")


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said_to_be_one(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir(mode=0o500)
    with pytest.raises(StorageError, match="may not write to"):
        Store.open(folder / "coherence.db")


def test_a_full_disk_is_said_to_be_full(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(bytes(1020 * 1024))
    with pytest.raises(StorageError, match=r"disk that holds .* is full"):
        Store.open(small_disk / "coherence.db")
    (small_disk / "ballast").unlink()
    Store.open(small_disk / "coherence.db").close()


def test_a_store_stays_in_its_thread_but_its_arrivals_may_be_replayed_in_another(
    store: Store,
) -> None:
    session_id = store.begin_session("rest")
    record(store, session_id)
    with ThreadPoolExecutor(1) as elsewhere:
        with pytest.raises(sqlite3.ProgrammingError):
            elsewhere.submit(store.sessions).result()
        replay = store.arrivals(session_id)
        assert next(replay) == ARRIVALS[0]
        store.finish_session(session_id, 1.0)  # a replay under way holds nothing up
        assert elsewhere.submit(list, replay).result() == ARRIVALS[1:]


def test_two_processes_make_one_store_at_once(
    tmp_path: Path, python: Callable[..., subprocess.Popen[bytes]]
) -> None:
    path = tmp_path / "coherence.db"
    code = "import sys, pathlib; from coherence.storage.database import Store as S; s = S.open("
    code += "pathlib.Path(sys.argv[1])); s.begin_session('rest'); s.close()"
    started = [python("-c", code, path) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    with Store.open(path) as store:
        assert close_interrupted(store) == (1, 2, 3)
        assert store.me() == 1


def test_a_summary_is_replaced_and_nothing_else(store: Store) -> None:
    number = store.begin_session("soothing", strap="Polar H10")
    record(store, number)
    store.finish_session(number, 12.5, summary='{"beats": 3}')
    before = store.session(number)
    store.set_summary(number, '{"beats": 4}')
    after = store.session(number)
    assert after.summary == '{"beats": 4}'
    assert replace(after, summary=before.summary) == before
    assert list(store.arrivals(number)) == ARRIVALS
    with pytest.raises(StorageError, match="no session 77"):
        store.set_summary(77, "{}")
