"""Files taken into the store: each once, each whole, what is doubtful about them said."""

import os
from contextlib import contextmanager
from dataclasses import replace

import pytest
from tests.reports.test_exports import BY_KEY, EVERY_KIND, RECORD

from coherence.model import End, Origin
from coherence.practice.library import practice
from coherence.reports.exports import export_session
from coherence.reports.importing import Taken, files_in, take_in
from coherence.reports.imports import read_recording
from coherence.sessions.opening import FromWearer, OpenSession
from coherence.storage.database import Store
from coherence.storage.deleting import hide


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "home" / "coherence.db") as opened:
        yield opened


def test_a_session_file_comes_back_equal(store, tmp_path):
    path = tmp_path / "session.json"
    export_session(path, BY_KEY["session"], RECORD, EVERY_KIND)
    found = take_in(path, store)
    assert found.taken is Taken.NEW
    assert found.session_id is not None
    assert tuple(store.arrivals(found.session_id)) == EVERY_KIND
    record = store.session(found.session_id)
    for name in ("started_at", "duration_s", "practice", "origin", "end", "app_version", "strap"):
        assert getattr(record, name) == getattr(RECORD, name)
    again = tmp_path / "again.json"
    export_session(again, BY_KEY["session"], record, store.arrivals(record.id))
    assert again.read_bytes() == path.read_bytes()


def test_the_same_beats_are_known_again_in_any_file(store, data, tmp_path):
    first = take_in(data / "dhyb/sample_data_ibi.csv", store)
    assert (first.taken, first.beats) == (Taken.NEW, 620)
    record = store.session(first.session_id)
    assert (record.origin, record.end) == (Origin.IMPORTED, End.ENDED)
    for key in ("rr_text", "session"):
        path = tmp_path / f"copy{BY_KEY[key].suffix}"
        export_session(path, BY_KEY[key], record, store.arrivals(record.id))
        again = take_in(path, store)
        assert (again.taken, again.session_id) == (Taken.KNOWN, record.id)
    assert len(store.sessions()) == 1


def test_a_session_of_this_store_is_known(store, tmp_path):
    number = store.begin_session("just_sit", started_at=RECORD.started_at)
    store.finish_session(number, RECORD.duration_s)
    path = tmp_path / "session.json"
    export_session(path, BY_KEY["session"], store.session(number), EVERY_KIND)
    assert take_in(path, store).session_id == number
    (tmp_path / "beats.txt").write_text("".join(f"{rr}\n" for rr in read_recording(path).rr_ms))
    taken = take_in(tmp_path / "beats.txt", store)
    assert taken.session_id != number, "a text says nothing of when it was"
    assert take_in(path, store).session_id == number, "and does not stand for the session"


def recorded(store: Store, *, measures: bool) -> int:
    """A session of a simulated wearer as it is recorded here, with an ECG where it measures."""
    source = FromWearer("practised", 3, measures)
    with OpenSession(source, practice("grounding"), speed=None, store=store, seconds=60) as session:
        while not session.over:
            session.advance()
    return store.sessions()[0].id


@pytest.mark.parametrize("measures", [False, True], ids=["intervals", "with an ECG"])
def test_intervals_of_a_session_recorded_here_are_known_again(store, tmp_path, measures):
    recorded(store, measures=False)  # another one, as long
    number = recorded(store, measures=measures)
    paths = [tmp_path / f"{key}{BY_KEY[key].suffix}" for key in ("rr_text", "beats")]
    for path in paths:
        key = path.stem
        export_session(path, BY_KEY[key], store.session(number), store.arrivals(number))
        found = take_in(path, store)
        same = {number} if measures else {number, number - 1}  # the first has these beats, too
        assert (found.taken, found.session_id in same) == (Taken.KNOWN, True)
    store.set_summary(number, "{}")  # as after a crash
    store.set_summary(number - 1, "{}")
    assert take_in(paths[0], store).taken is Taken.KNOWN
    lines = paths[0].read_text().splitlines()
    lines[40] = f"{float(lines[40]) + 1}"
    (tmp_path / "other.txt").write_text("\n".join(lines))
    assert take_in(tmp_path / "other.txt", store, dry_run=True).taken is Taken.NEW


def test_what_is_deleted_is_taken_in_anew(store, data):
    first = take_in(data / "dhyb/sample_data_ibi.csv", store)
    hide(store, [first.session_id])
    again = take_in(data / "dhyb/sample_data_ibi.csv", store)
    assert again.taken is Taken.NEW, "the deleted one goes for good"
    assert [record.id for record in store.sessions()] == [again.session_id]


def test_a_dry_run_changes_nothing(store, data):
    found = take_in(data / "dhyb/sample_data_ibi.csv", store, dry_run=True)
    assert (found.taken, found.session_id) == (Taken.NEW, None)
    assert store.sessions() == []


def test_when_it_began_comes_from_the_file_or_is_said_to_be_doubtful(store, data, tmp_path):
    path = tmp_path / "rr.txt"
    path.write_text("".join(f"{800 + i % 9}\n" for i in range(200)))
    os.utime(path, (1_767_225_600, 1_767_225_600))
    plain = take_in(path, store)
    assert plain.started_at == "2026-01-01T00:00:00.000+00:00"
    assert "does not say when it began" in plain.doubts[-1]
    polar = take_in(data / "hrv_bartels/hrv/sampledata/exercise_rri.hrm", store)
    assert not any("when it began" in doubt for doubt in polar.doubts)


def test_what_cannot_be_read_is_named_and_the_store_stays(store, tmp_path):
    path = tmp_path / "holiday.txt"
    path.write_text("sun\nsea\n")
    found = take_in(path, store)
    assert found.taken is Taken.UNREADABLE
    assert found.reason.endswith(".")
    path.write_text("800\n810\nsea\n790\n")
    assert take_in(path, store).reason.startswith("line 3: 'sea' is not an interval")
    assert store.sessions() == []


def test_an_import_that_breaks_off_leaves_nothing_half_written(store, data):
    def broken():
        yield EVERY_KIND[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add_session(RECORD, broken(), fingerprint="x")
    assert store.sessions() == []
    assert store.session_with("x") is None


def test_a_session_of_ours_comes_with_all_that_is_its_own_at_once(store, tmp_path, monkeypatch):
    """Else, broken off just then, it was known the next time and stayed without."""
    about = replace(RECORD, note="by the sea", tags=("evening",))
    path = tmp_path / "session.json"
    export_session(path, BY_KEY["session"], about, EVERY_KIND)
    committed = []

    @contextmanager
    def once():
        with writing() as connection:
            yield connection
        committed.append(1)

    writing = store.writing
    monkeypatch.setattr(store, "writing", once)
    found = take_in(path, store)
    assert committed == [1]
    kept = store.session(found.session_id)
    assert (kept.note, kept.tags) == ("by the sea", ("evening",))
    assert kept.summary != "{}"


def test_a_folder_stands_for_the_recordings_in_it(tmp_path):
    for name in ("b.csv", "a/c.txt", "a/notes.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("800\n")
    found = [path.name for path in files_in((tmp_path, tmp_path / "a" / "notes.pdf"))]
    assert found == ["c.txt", "b.csv", "notes.pdf"]
