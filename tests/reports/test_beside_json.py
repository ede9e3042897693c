"""What stands beside the arrivals goes out and comes in as it was; what makes no sense is told."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.reports.test_exports import EVERY_KIND, RECORD, SESSION

from coherence.model import Reading, Reason, Reflection, Value
from coherence.reports.beside_json import BesideError, line_read, shown_json, shown_read
from coherence.reports.exports import EXPORTS, export_kept
from coherence.reports.importing import Taken, take_in
from coherence.sessions.summary import summary_text, tracker_of
from coherence.storage.beside import beside_of
from coherence.storage.database import Store
from coherence.storage.diary import AFTER, BEFORE, Diary
from coherence.storage.errors import StorageError
from coherence.storage.people import add_person
from coherence.storage.shown import shown_by
from coherence.storage.shown_rows import insert_shown, row_of

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "session.schema.json"
READINGS = some.lists(
    some.builds(
        Reading,
        some.integers(0, 90_000).map(float),
        some.sampled_from(("heart_rate_bpm", "rmssd_ms", "lf_peak_hz")),
        some.builds(
            Value,
            some.none() | some.floats(-1e12, 1e12),
            some.none() | some.sampled_from(Reason),
            low_confidence=some.booleans(),
        ),
        some.just(1.0),
        some.just(3),
    ),
    min_size=1,
    max_size=40,
)


@given(READINGS)
def test_numbers_come_back_to_the_last_bit(readings):
    shown = shown_by(readings, "1.0")
    back = shown_read(json.loads(json.dumps(shown_json(shown), allow_nan=False)))
    assert (back.app_version, dict(back.versions)) == ("1.0", dict(shown.versions))
    assert back.t_s.tolist() == shown.t_s.tolist()
    assert back.states.tolist() == shown.states.tolist()
    assert back.values.tobytes() == shown.values.tobytes()


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "home" / "coherence.db") as opened:
        yield opened


@pytest.fixture
def number(store):
    """A session with all that there can be beside it."""
    number = store.add_session(RECORD, EVERY_KIND, fingerprint="x")
    readings = [
        Reading(float(t_s), key, Value(t_s / 7, Reason.PACED, low_confidence=t_s < 9), 1.0, 1)
        for t_s in range(3, 30)
        for key in ("rmssd_ms", "lf_peak_hz")
        if key == "rmssd_ms" or t_s % 5 == 0
    ]
    with store.writing() as connection:
        insert_shown(connection, number, [row_of(shown_by(readings, "0.0.9"))])
    diary = Diary(store)
    for practice in ("soothing_rhythm", "just_sit"):
        line = diary.begin(practice, number)
        diary.finish(line, 300.0, 140.5, whole=True)
        diary.reflect(line, BEFORE, Reflection(body=0.25, words=f"tired, {practice}"))
    diary.reflect(line, AFTER, Reflection(0.6, 0.5, "wärmer"))
    return number


def test_all_of_it_goes_out_and_comes_in_again(store, number, tmp_path):
    path = tmp_path / "session.json"
    export_kept(path, SESSION, store, store.session(number))
    said = json.loads(path.read_text(encoding="utf-8"))
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    assert schema.is_valid(said)
    with Store.open(tmp_path / "other" / "coherence.db") as other:
        add_person(other, "First")
        person = add_person(other, "Second")
        found = take_in(path, other, person_id=person.id)
        assert found.taken is Taken.NEW
        summary = summary_text(tracker_of(other.arrivals(found.session_id)))
        assert other.session(found.session_id).summary == summary, "its place in trends"
        then, now = beside_of(store, number), beside_of(other, found.session_id)
        assert now.shown[0].values.tobytes() == then.shown[0].values.tobytes()
        assert now.shown[0].states.tolist() == then.shown[0].states.tolist()
        assert [line.said for line in now.diary] == [line.said for line in then.diary]
        assert [line.practised.begun_at for line in now.diary] == [
            line.practised.begun_at for line in then.diary
        ]
        assert [each.practice for each in Diary(other, person.id).practised()] == [
            "just_sit",
            "soothing_rhythm",
        ]
        again = tmp_path / "again.json"
        export_kept(again, SESSION, other, other.session(found.session_id))
    assert again.read_bytes() == path.read_bytes()


def test_a_file_from_before_has_nothing_beside_it(store, number, tmp_path):
    path = tmp_path / "session.json"
    export_kept(path, SESSION, store, store.session(number))
    said = json.loads(path.read_text(encoding="utf-8"))
    assert {said.pop("shown") is None, said.pop("diary") is None} == {False}
    path.write_text(json.dumps(said))
    with Store.open(tmp_path / "other" / "coherence.db") as other:
        beside = beside_of(other, take_in(path, other).session_id)
    assert (beside.shown, beside.diary) == ((), ())


def test_progress_goes_from_nothing_to_all(store, number, tmp_path):
    told = []
    export_kept(tmp_path / "s.json", SESSION, store, store.session(number), told.append)
    assert told == sorted(told)
    assert (told[0] < 0.5, told[-1]) == (True, 1.0)


FINE = {
    "app_version": "1",
    "t_s": [1, 2, 3],
    "markers": {"rmssd_ms": {"version": 1, "t_s": [1, 3], "values": [None, 4.5]}},
}


@pytest.mark.parametrize(
    ("where", "instead"),
    [
        ("values", [1.0]),
        ("values", [1.0, "x"]),
        ("values", [1.0, 1e39]),
        ("values", None),
        ("t_s", [3, 1]),
        ("t_s", [1, 9]),
        ("t_s", [1.5, 3]),
        ("version", "1"),
        ("reasons", [["gap", 0, 2]]),
        ("reasons", [["tired", 0, 0]]),
        ("reasons", [["gap", 0, 1], ["paced", 1, 1]]),
        ("reasons", [["gap", -1, 0]]),
        ("low_confidence", [[0]]),
        ("low_confidence", [[1, 0]]),
    ],
)
def test_what_cannot_have_been_shown_is_told(where, instead):
    shown_read(FINE)
    marker = FINE["markers"]["rmssd_ms"] | {where: instead}
    with pytest.raises(BesideError, match="what it says was shown makes no sense"):
        shown_read(FINE | {"markers": {"rmssd_ms": marker}})


@pytest.mark.parametrize(
    "wrong", [None, [], {}, FINE | {"t_s": [-1]}, FINE | {"app_version": "\ud800"}]
)
def test_what_is_nothing_that_was_shown_is_told(wrong):
    with pytest.raises(BesideError):
        shown_read(wrong)


LINE = {
    "practice": "just_sit",
    "begun_at": "2026-03-01T07:00:00+00:00",
    "offset_min": 60,
    "seconds": 300.0,
    "paced_s": 0,
    "whole": True,
    "after": {"body": 0.5, "words": "quiet"},
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"practice": 7},
        {"practice": "\ud800"},
        {"begun_at": "soon"},
        {"offset_min": 2**70},
        {"seconds": float("nan")},
        {"paced_s": -1},
        {"whole": 1},
        {"after": {"body": 2.0}},
        {"before": {"words": None}},
    ],
)
def test_a_line_of_the_diary_that_makes_no_sense_is_told(wrong):
    assert line_read(LINE).said == {AFTER: Reflection(body=0.5, words="quiet")}
    with pytest.raises(BesideError, match="a line of its diary makes no sense"):
        line_read(LINE | wrong)


def test_a_number_is_written_as_short_as_it_can_be():
    shown = shown_by([Reading(1.0, "rmssd_ms", Value(41.3), 1.0, 1)], "1")
    (written,) = shown_json(shown)["markers"]["rmssd_ms"]["values"]
    assert len(repr(written)) < 12
    assert np.float32(written) == shown.values[0, 0]


def test_files_that_have_no_place_for_it_are_written_whatever_became_of_it(store, number, tmp_path):
    with store.writing() as connection:
        connection.execute("UPDATE shown SET body = x'00'")
    kind = next(row for row in EXPORTS if row.key == "events")
    export_kept(tmp_path / "events.csv", kind, store, store.session(number))
    assert (tmp_path / "events.csv").read_text().count("\n") > 5
    with pytest.raises(StorageError, match="cannot be read"):
        export_kept(tmp_path / "all.json", SESSION, store, store.session(number))
    assert not (tmp_path / "all.json").exists()
