import stat
import threading
from pathlib import Path

import pytest

from coherence.model import Moment
from coherence.storage.backup import snapshot
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.writer import RecordWriter


def test_a_backup_made_while_recording_is_a_store_of_its_own(store: Store, tmp_path: Path) -> None:
    session_id = store.begin_session("rest")
    writer = RecordWriter(store.path, session_id)
    stop = threading.Event()

    def put() -> None:
        number = 0
        while not stop.wait(0.0005):
            writer.put(number, Moment(float(number)))
            number += 1

    thread = threading.Thread(target=put)
    thread.start()
    while writer.written < 50:
        pass
    copy = tmp_path / "copies" / "copy.db"
    snapshot(store.path, copy)
    snapshot(store.path, copy)  # again, in its place
    stop.set()
    thread.join()
    assert writer.close() is None
    assert [file.name for file in copy.parent.iterdir()] == ["copy.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with Store.open(copy) as opened:
        kept = list(opened.arrivals(session_id))
    assert len(kept) >= 50
    assert kept == [Moment(float(number)) for number in range(len(kept))]
    assert len(list(store.arrivals(session_id))) >= len(kept)


def test_a_backup_that_finds_no_room_leaves_the_old_one(store: Store, small_disk: Path) -> None:
    copy = small_disk / "copy.db"
    snapshot(store.path, copy)
    old = copy.read_bytes()
    session_id = store.begin_session("rest")
    writer = RecordWriter(store.path, session_id)
    for number in range(3000):
        writer.put(number, Moment(float(number), "x" * 500))
    assert writer.close() is None
    with pytest.raises(StorageError, match=r"disk that holds .*copy.db is full"):
        snapshot(store.path, copy)
    assert copy.read_bytes() == old
    assert [file.name for file in small_disk.iterdir()] == ["copy.db"]


def test_a_backup_does_not_replace_the_record(store: Store) -> None:
    with pytest.raises(StorageError, match="cannot take the place"):
        snapshot(store.path, store.path)


def test_what_is_no_store_is_not_backed_up(tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("dear diary, " * 1000)
    for source, match in (
        ("diary", "diary is not a coherence record"),
        ("none", "none is not there"),
    ):
        with pytest.raises(StorageError, match=match):
            snapshot(tmp_path / source, tmp_path / "copy.db")
        assert not (tmp_path / "copy.db").exists()
