"""`coherence caseload`, and the same by `coherence people --json`."""

import json

import pytest


@pytest.fixture
def two(coherence, data):
    coherence("people", "add", "Linde")
    coherence("import", data / "dhyb/sample_data_ibi.csv", "--person", "Linde")


def test_everybody_as_json(coherence, two):
    rows = json.loads(coherence("caseload", "--json").out)
    assert [row["pseudonym"] for row in rows] == ["Linde", "me"]
    linde = rows[0]
    assert (linde["sessions"], linde["met"], linde["practices_since_met"]) == (1, None, 1)
    assert linde["last"][0]["practice"] == "imported"
    by_name = json.loads(coherence("people", "--json").out)
    assert sorted(by_name, key=lambda row: row["id"]) == sorted(rows, key=lambda row: row["id"])


def test_found_sorted_and_planned(coherence, two):
    told = coherence("caseload", "--plan", "linde", "the safe place", "--find", "safe", "--json")
    assert [row["planned"] for row in json.loads(told.out)] == ["the safe place"]
    names = [row["pseudonym"] for row in json.loads(
        coherence("caseload", "--order", "name", "--json").out)]  # fmt: skip
    assert names == ["Linde", "me"]
    table = coherence("caseload").out
    assert "Linde" in table
    told = coherence("caseload", "--find", "nobody at all")
    assert (told.status, told.out) == (0, "")
    told.said()


def test_usage(coherence, two):
    assert coherence("caseload", "--order", "size").status == 2
    assert coherence("caseload", "--plan", "Linde").status == 2
    assert coherence("caseload", "--plan", "Nobody", "words").status == 1
    assert coherence("people", "--json", "list").status == 2
    assert "add" in coherence("people").out
