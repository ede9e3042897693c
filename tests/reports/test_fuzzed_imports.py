"""Whatever a file holds: it is a session that can be looked at, or one sentence says why not."""

import itertools
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.reports.test_exports import BY_KEY, EVERY_KIND, RECORD, frame
from tests.reports.test_imports import REAL, SAMPLES

from coherence.model import End, Origin
from coherence.reports.exports import export_session
from coherence.reports.importing import Taken, take_in
from coherence.reports.numbers import NothingFound, numbers
from coherence.storage.database import Store

LONG = bool(os.environ.get("COHERENCE_LONG"))
EXAMPLES, LENGTH_B = (2000, 40_000) if LONG else (50, 1500)
CHECKS = [HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with Store.open(tmp_path_factory.mktemp("home") / "coherence.db") as opened:
        yield opened


def taken_or_refused(path: Path, store: Store) -> Taken:
    found = take_in(path, store)
    if found.taken is Taken.UNREADABLE:
        assert found.reason
        assert "\n" not in found.reason
        assert found.session_id is None
        return found.taken
    assert found.session_id is not None
    record = store.session(found.session_id)
    arrivals = list(store.arrivals(found.session_id))
    if found.duration_s < 3600:
        try:
            numbers(arrivals)
        except NothingFound:
            assert record.origin in Origin
    again = path.with_name("again.json")
    export_session(again, BY_KEY["session"], record, arrivals)
    assert take_in(again, store).taken is Taken.KNOWN
    return found.taken


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=CHECKS)
@given(
    sample=st.sampled_from(SAMPLES),
    at=st.integers(0, 900),
    put=st.binary(max_size=8),
    over=st.integers(0, 8),
)
def test_mutated_samples(store, tmp_path_factory, sample, at, put, over):
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(sample[:at] + put + sample[at + over :])
    taken_or_refused(path, store)


@pytest.mark.parametrize("name", [row[0] for row in REAL[:-1]])
def test_mutated_copies_of_real_files(data, store, tmp_path, name):
    raw = (data / name).read_bytes()[:LENGTH_B]
    rng = np.random.default_rng(11)
    became = set()
    for kind in ("whole", "cut", "noise", "swap", "lines"):
        at = int(rng.integers(len(raw)))
        match kind:
            case "whole":
                mutated = raw[: raw.rindex(b"\n")] if b"\n" in raw else raw
            case "cut":
                mutated = raw[:at]
            case "noise":
                mutated = raw[:at] + rng.bytes(4) + raw[at + 4 :]
            case "swap":
                mutated = raw[at:] + raw[:at]
            case _:
                lines = raw.split(b"\n")
                rng.shuffle(lines)
                mutated = b"\n".join(lines)
        path = tmp_path / Path(name).name
        path.write_bytes(mutated)
        became.add(taken_or_refused(path, store))
    assert became


WITHIN = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12)
ANYTHING = WITHIN | st.lists(WITHIN, max_size=3) | st.dictionaries(st.text(max_size=6), WITHIN)
ABOUT = ("started_at", "duration_s", "practice", "origin", "end", "app_version", "strap", "note")
NUMBER = itertools.count(700)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=CHECKS)
@given(instead=ANYTHING, where=st.sampled_from((*ABOUT, "tags")))
def test_a_session_file_that_says_anything_of_itself(store, tmp_path_factory, instead, where):
    path = tmp_path_factory.getbasetemp() / "session.json"
    export_session(path, BY_KEY["session"], RECORD, [frame(1.0, next(NUMBER), 800)])
    said = json.loads(path.read_text())
    said["session"][where] = instead
    path.write_text(json.dumps(said))
    became = taken_or_refused(path, store)
    if became is Taken.NEW and where in ("note", "started_at"):
        assert isinstance(instead, str)


def test_note_and_tags_come_along(tmp_path):
    path = tmp_path / "kept.json"
    about = replace(RECORD, note="after the walk", tags=("evening", "walk"))
    export_session(path, BY_KEY["session"], about, EVERY_KIND)
    with Store.open(tmp_path / "other" / "coherence.db") as store:
        record = store.session(take_in(path, store).session_id)
    assert (record.note, record.tags, record.end) == (about.note, about.tags, End.ENDED)


@pytest.mark.parametrize("where", ["practice", "strap", "note", "app_version", "label", "strap_id"])
def test_half_a_character_is_told(tmp_path, where):
    """JSON may hold what no text can: a lone surrogate."""
    path = tmp_path / "half.json"
    export_session(path, BY_KEY["session"], RECORD, EVERY_KIND)
    said = json.loads(path.read_text())
    among = [said["session"]] if where in ABOUT else said["arrivals"]
    for row in among:
        if where in ABOUT or where in row:
            row[where] = "\ud800"
    path.write_text(json.dumps(said))
    with Store.open(tmp_path / "other" / "coherence.db") as store:
        assert take_in(path, store).taken is Taken.UNREADABLE
        assert store.sessions() == []
