"""Long sessions of a strap: in pieces as at once, from the store as from a file."""

import json

from tests.cohort.at_once import told, told_at_once
from tests.cohort.strap_session import recorded, strap_session

from coherence.cohort.one import rows_of
from coherence.cohort.packed import Packed
from coherence.cohort.sources import task_of
from coherence.cohort.task import Asked, Task
from coherence.cohort.windows import in_windows
from coherence.reports.in_pieces import read_in_pieces
from coherence.reports.session_json import lines_of


def test_what_a_strap_is_found_to_do_late_is_true_of_its_first_windows(tmp_path):
    came = list(strap_session(7000))
    found = list(in_windows(iter(came), 300.0, 250.0))
    assert told(found) == told_at_once(came, found)
    assert {each.paced for each in found} == {True, False}
    first = found[0].found.as_json()
    assert first["quirks"][0]["found_s"] > 4900.0
    assert first["reasons"]["rmssd_ms"] == "strap"


def test_a_session_travels_packed_and_a_file_of_it_is_read_by_lines(tmp_path):
    came = list(strap_session(7000))
    record = recorded(7000.0)
    path = tmp_path / "session.json"
    path.write_text("".join(lines_of(record, came)))
    asked = Asked(300.0, 300.0)
    pieces = read_in_pieces(path)
    assert pieces is not None
    assert pieces.session == record
    assert list(pieces.arrivals) == came
    packed = Packed.of([came[:4000], came[4000:]])
    assert sum(map(len, packed.pieces)) < 20 * len(came)
    task = Task("session 1", "", arrivals=packed)
    of_store, of_file = (list(rows_of(each, asked)) for each in (task, task_of(str(path))))
    for row in (*of_store, *of_file):
        for name in ("file", "fingerprint", "started_at", "practice"):
            row.pop(name)
    assert of_store == of_file
    assert len(of_store) == 23


def test_a_session_file_that_is_cut_or_odd_says_so(tmp_path):
    came = list(strap_session(3000))
    text = "".join(lines_of(recorded(3000.0), came))
    path = tmp_path / "session.json"
    for said, error in (
        (text[: len(text) // 2], "it is not whole"),
        (text.replace('"t_s": 15', '"t_s": -15', 1), "arrival"),
        (text.replace('{"kind": "notification"', '{"kind": "none"', 1), "arrival"),
        (text.replace("coherence-session", "another", 1), "not a session of coherence"),
    ):
        path.write_text(said)
        (row,) = rows_of(task_of(str(path)), Asked())
        assert error in row["error"]
    path.write_text(json.dumps(json.loads(text)))  # by another hand: on one line
    (row,) = rows_of(task_of(str(path)), Asked())
    assert row["beats"] > 2000
