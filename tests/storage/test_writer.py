import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from coherence.devices.sources import Feed
from coherence.model import Arrival, End, Moment, Notification, Reading, Value
from coherence.storage import rescue
from coherence.storage.connection import connect
from coherence.storage.database import Store
from coherence.storage.deleting import hide, purge
from coherence.storage.interrupted import close_interrupted
from coherence.storage.shown_rows import shown_in
from coherence.storage.writer import RecordWriter

HEART_RATE = "00002a37-0000-1000-8000-00805f9b34fb"
Until = Callable[[Callable[[], object]], None]
Fill = Callable[[Path], Path]


def beat(number: int) -> Notification:
    return Notification(
        number * 0.83, "A0:9E:1A:00:00:01", HEART_RATE, bytes([16, 60, number % 256, 3])
    )


def test_what_a_feed_is_given_from_many_threads_is_recorded_in_its_order(store: Store) -> None:
    session_id = store.begin_session("rest")
    writer = RecordWriter(store.path, session_id)
    feed = Feed(writer.put)

    def put(label: str) -> None:
        for n in range(300):
            feed.put(Moment(float(n), label))

    threads = [threading.Thread(target=put, args=(label,)) for label in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.close() is None
    assert writer.written == 1200
    assert list(store.arrivals(session_id)) == feed.drain()


def test_an_arrival_is_durable_well_under_a_second(store: Store, until: Until) -> None:
    writer = RecordWriter(store.path, store.begin_session("rest"))
    took_s = []
    for number in range(50):
        began_s = time.perf_counter()
        writer.put(number, beat(number))
        while writer.written <= number:
            time.sleep(0.0002)
        took_s.append(time.perf_counter() - began_s)
    writer.close()
    assert statistics.median(took_s) < 0.2
    assert max(took_s) < 1.0


def test_it_waits_for_another_program_that_holds_the_store(store: Store, until: Until) -> None:
    session_id = store.begin_session("rest")
    writer = RecordWriter(store.path, session_id)
    greedy = connect(store.path)
    greedy.execute("BEGIN EXCLUSIVE")
    began_s = time.perf_counter()
    for number in range(1000):
        writer.put(number, beat(number))
    assert time.perf_counter() - began_s < 0.5, "put never waits"
    assert writer.written == 0
    greedy.rollback()
    greedy.close()
    until(lambda: writer.written == 1000)
    assert writer.close() is None
    assert list(store.arrivals(session_id)) == [beat(number) for number in range(1000)]


def test_a_full_disk_is_said_and_nothing_is_missing_once_there_is_room(
    small_disk: Path, fill: Fill, until: Until
) -> None:
    with Store.open(small_disk / "coherence.db") as store:
        session_id = store.begin_session("rest")
        writer = RecordWriter(store.path, session_id)
        for number in range(100):
            writer.put(number, beat(number))
        until(lambda: writer.written == 100)
        ballast = fill(small_disk)
        for number in range(100, 5000):
            writer.put(number, beat(number))
        until(lambda: writer.trouble)
        assert writer.trouble == (
            "The disk is full: this session goes on in memory, and is written as soon as there is "
            "room."
        )
        assert writer.written + writer.waiting == 5000
        assert list(store.arrivals(session_id)) == [beat(n) for n in range(writer.written)]
        ballast.unlink()
        until(lambda: writer.written == 5000)
        assert writer.trouble is None
        assert writer.close() is None
        assert list(store.arrivals(session_id)) == [beat(number) for number in range(5000)]


def test_what_found_no_room_is_kept_elsewhere_and_taken_in_at_the_next_start(
    small_disk: Path, fill: Fill, until: Until, own_temporary_folder: Path
) -> None:
    with Store.open(small_disk / "coherence.db") as store:
        session_id = store.begin_session("rest")
        writer = RecordWriter(store.path, session_id)
        for number in range(100):
            writer.put(number, beat(number))
        until(lambda: writer.written == 100)
        ballast = fill(small_disk)
        for number in range(100, 5000):
            writer.put(number, beat(number))
        until(lambda: writer.trouble)
        kept, (file,) = writer.close(0.1), list(own_temporary_folder.iterdir())
        assert kept is not None
        assert kept == writer.trouble == writer.close()
        assert str(file) in kept
        assert f"last {5000 - writer.written} entries" in kept
        assert file.stat().st_mode & 0o777 == 0o600
        ballast.unlink()
    with Store.open(small_disk / "coherence.db") as store:
        assert close_interrupted(store) == (session_id,)
        assert list(store.arrivals(session_id)) == [beat(number) for number in range(5000)]
        assert store.session(session_id).duration_s == beat(4999).t_s
    assert not file.exists()


def second(number: int) -> list[Reading]:
    return [Reading(float(number), "rmssd_ms", Value(40.0 + number % 7), 1.0, 1)]


def test_what_was_shown_is_kept_by_the_minute_and_at_the_end(store: Store, until: Until) -> None:
    session_id = store.begin_session("rest")
    writer = RecordWriter(store.path, session_id)
    for number in range(130):
        writer.show(second(number))
        writer.show([])
    until(lambda: shown_in(store, session_id) and len(shown_in(store, session_id)[0].t_s) == 120)
    writer.put(0, beat(0))
    assert writer.close() is None
    (run,) = shown_in(store, session_id)
    t_s, values = run.said("rmssd_ms")
    assert t_s.tolist() == [float(number) for number in range(130)]
    assert values.tolist() == [40.0 + number % 7 for number in range(130)]
    assert list(store.arrivals(session_id)) == [beat(0)]


def test_minutes_shown_while_the_disk_is_full_are_kept_once_there_is_room(
    small_disk: Path, fill: Fill, until: Until
) -> None:
    with Store.open(small_disk / "coherence.db") as store:
        session_id = store.begin_session("rest")
        writer = RecordWriter(store.path, session_id)
        ballast = fill(small_disk)
        for number in range(1000):
            writer.put(number, beat(number))
            writer.show(second(number))
        until(lambda: writer.trouble)
        ballast.unlink()
        until(lambda: writer.written == 1000)
        assert writer.close() is None
        (run,) = shown_in(store, session_id)
        assert run.said("rmssd_ms")[0].tolist() == [float(number) for number in range(1000)]


def test_what_cannot_be_kept_of_what_was_shown_costs_no_arrival(store: Store, until: Until) -> None:
    session_id = store.begin_session("rest")
    with store.writing() as connection:
        connection.execute("DROP TABLE shown")
    writer = RecordWriter(store.path, session_id)
    for number in range(200):
        writer.show(second(number))
        writer.put(number, beat(number))
    assert writer.close() is None
    assert list(store.arrivals(session_id)) == [beat(number) for number in range(200)]


LIMITED = """
import resource, sys, time
from pathlib import Path
from coherence.model import Moment
from coherence.storage.database import Store
from coherence.storage.shown_rows import shown_in
from coherence.storage.writer import RecordWriter
store = Store.open(Path(sys.argv[1]))
session_id = store.begin_session("rest")
writer = RecordWriter(store.path, session_id)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
for number in range(4000):
    writer.put(number, Moment(float(number), "x" * 200))
    if number % 100 == 0:
        time.sleep(0.002)
while not writer.trouble:
    time.sleep(0.01)
print(writer.trouble)
held = writer.written
assert held < 4000 and held + writer.waiting == 4000
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
assert writer.close() is None
assert list(store.arrivals(session_id)) == [Moment(float(n), "x" * 200) for n in range(4000)]
store.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of a file")
def test_a_file_that_may_not_grow_is_no_loss(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LIMITED, str(tmp_path / "coherence.db")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "goes on in memory" in done.stdout


def test_a_second_writer_of_one_session_changes_nothing_and_loses_nothing(
    store: Store, until: Until
) -> None:
    session_id = store.begin_session("rest")
    first, second = (RecordWriter(store.path, session_id) for _ in range(2))
    first.put(0, Moment(0.0, "first"))
    until(lambda: first.written)
    second.put(0, Moment(0.0, "second"))
    until(lambda: second.trouble)
    first.put(1, Moment(1.0, "first"))
    assert first.close() is None
    said = second.close(0.1)
    assert said is not None
    assert "coherence-rescue-" in said
    (rescued,) = rescue.rescues_for(store.path)
    assert rescued.arrivals == ((0, Moment(0.0, "second")),)
    assert list(store.arrivals(session_id)) == [Moment(0.0, "first"), Moment(1.0, "first")]


def test_a_commit_that_was_kept_though_it_failed_is_not_written_twice(
    store: Store, until: Until
) -> None:
    session_id = store.begin_session("rest")
    earlier = RecordWriter(store.path, session_id)
    for number in range(3):
        earlier.put(number, beat(number))
    assert earlier.close() is None
    writer = RecordWriter(store.path, session_id)  # knows nothing of what is there
    for number in range(5):
        writer.put(number, beat(number))
    assert writer.close() is None
    assert writer.written == 5
    assert list(store.arrivals(session_id)) == [beat(number) for number in range(5)]


def test_a_store_that_went_away_is_not_made_anew(tmp_path: Path, until: Until) -> None:
    path = tmp_path / "records" / "coherence.db"
    with Store.open(path) as store:
        session_id = store.begin_session("rest")
        store.finish_session(session_id, 0.0)
    path.rename(tmp_path / "away.db")
    writer = RecordWriter(path, session_id)
    writer.put(0, beat(0))
    until(lambda: writer.trouble)
    assert not path.exists()
    (tmp_path / "away.db").rename(path)  # the disk is back
    assert writer.close() is None
    assert writer.trouble is None
    with Store.open(path) as store:
        assert list(store.arrivals(session_id)) == [beat(0)]


def test_when_nothing_can_be_kept_anywhere_it_is_said(
    store: Store, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rescue, "folders", lambda: (tmp_path / "no", tmp_path / "nowhere"))
    writer = RecordWriter(tmp_path / "gone.db", 1)
    writer.put(0, beat(0))
    until(lambda: writer.trouble)
    assert writer.close(0.1) == (
        "The last 1 of 1 entries of this session could not be kept anywhere: make some room on the "
        "disk before the next one."
    )


def test_a_rescue_file_cut_short_gives_its_whole_lines(
    store: Store, own_temporary_folder: Path
) -> None:
    session_id = store.begin_session("rest")
    arrivals: list[tuple[int, Arrival]] = [(number, beat(number)) for number in range(10)]
    file = rescue.write_rescue(store.path, session_id, arrivals)
    file.write_bytes(file.read_bytes()[:-30])
    (own_temporary_folder / "coherence-rescue-strange.jsonl").write_bytes(b"\xff\xfe\n")
    (own_temporary_folder / "coherence-rescue-empty.jsonl").write_bytes(b"")
    store.finish_session(session_id, 1.0)
    close_interrupted(store)
    assert list(store.arrivals(session_id)) == [beat(number) for number in range(9)]
    assert store.session(session_id).end is End.ENDED


def test_what_was_rescued_goes_to_the_session_it_is_of_alone(
    store: Store, own_temporary_folder: Path
) -> None:
    """A store in the place of an earlier one gives the same numbers anew."""
    session_id = store.begin_session("rest", started_at="2026-11-27T18:00:00.000+00:00")
    arrivals: list[tuple[int, Arrival]] = [(number, beat(number)) for number in range(10)]
    others = rescue.write_rescue(store.path, session_id, arrivals, "2026-11-20T09:00:00.000+00:00")
    store.finish_session(session_id, 1.0)
    close_interrupted(store)
    assert list(store.arrivals(session_id)) == []
    hide(store, [session_id])
    purge(store)
    assert others.exists()
    session_id = store.begin_session("rest", started_at="2026-11-27T19:00:00.000+00:00")
    rescue.write_rescue(store.path, session_id, arrivals, "2026-11-27T19:00:00.000+00:00")
    store.finish_session(session_id, 1.0)
    close_interrupted(store)
    assert list(store.arrivals(session_id)) == [arrival for _, arrival in arrivals]
    assert others.exists()
    others.unlink()


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="giving a file away needs root")
def test_a_rescue_file_somebody_else_laid_there_is_ignored(store: Store) -> None:
    session_id = store.begin_session("rest")
    file = rescue.write_rescue(store.path, session_id, [(0, beat(0))])
    os.chown(file, 65534, 65534)
    assert list(rescue.rescues_for(store.path)) == []


def test_what_an_hour_costs_on_the_disk(store: Store, until: Until) -> None:
    session_id = store.begin_session("rest")
    before = store.path.stat().st_size
    writer = RecordWriter(store.path, session_id)
    for number in range(4340):  # an hour of notifications at 72 beats a minute
        writer.put(number, beat(number))
    assert writer.close() is None
    store.close()
    grown = store.path.stat().st_size - before
    assert grown / 4340 < 90


def test_another_program_that_looks_in_meanwhile_loses_nothing(store: Store, until: Until) -> None:
    look = (
        "import sys; from pathlib import Path; from coherence.storage.database import Store\n"
        "with Store.open(Path(sys.argv[1])) as store:\n"
        "    print(len(list(store.arrivals(int(sys.argv[2])))))"
    )
    session_id = store.begin_session("rest")
    writer = RecordWriter(store.path, session_id)
    for round_ in range(3):  # the last to close a store takes its log away: it must not be that one
        for number in range(10 * round_, 10 * round_ + 10):
            writer.put(number, beat(number))
        until(lambda round_=round_: writer.written == 10 * round_ + 10)
        told = subprocess.run(
            [sys.executable, "-c", look, str(store.path), str(session_id)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert int(told.stdout) == 10 * round_ + 10
    assert writer.close() is None
