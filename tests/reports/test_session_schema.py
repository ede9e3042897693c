"""The published schema says what a session file is, no less and no more."""

import json
from pathlib import Path

import jsonschema
import pytest
from tests.reports.test_exports import EVERY_KIND, RECORD, SESSION

from coherence.reports import session_schema
from coherence.reports.exports import export_session
from coherence.storage.arrival_json import KINDS

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "session.schema.json"


@pytest.fixture
def said(tmp_path):
    path = tmp_path / "session.json"
    export_session(path, SESSION, RECORD, EVERY_KIND)
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def valid():
    schema = json.loads(PUBLISHED.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).is_valid


def test_the_published_schema_is_fresh():
    assert PUBLISHED.read_text() == session_schema.text(), (
        "run: python -m coherence.reports.session_schema > docs/session.schema.json"
    )


def test_every_kind_of_arrival_is_valid(said, valid):
    assert {row["kind"] for row in said["arrivals"]} == set(KINDS)
    assert valid(said)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.pop("session"),
        lambda said: said.update(version=2),
        lambda said: said["session"].update(origin="dreamt"),
        lambda said: said["arrivals"][3].pop("payload"),
        lambda said: said["arrivals"][3].update(payload="1g"),
        lambda said: said["arrivals"][3].update(note="new"),
        lambda said: said["arrivals"][0].update(t_s=-1),
        lambda said: said["arrivals"].append({"kind": "wonder", "t_s": 1}),
    ],
)
def test_what_is_no_session_is_not_valid(said, valid, change):
    change(said)
    assert not valid(said)
