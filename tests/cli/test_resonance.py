"""`coherence resonance`: recordings of simulated wearers, and what cannot be scored."""

from dataclasses import replace

import numpy as np
import pytest
from tests.assessed import DOES_NOT_FOLLOW, FAITHFUL, recording, rr_text

from coherence.reports.exports import EXPORTS, export_arrivals
from coherence.sessions.assessment import Protocol

STEP_KEYS = {
    *("breaths_per_min", "from_s", "to_s", "breaths", "coverage", "artefact_pct"),
    *("measured_breaths_per_min", "phase_deg", "phase_locking", "swing_bpm", "lf_ms2"),
    *("lf_peak_ms2_hz", "smoothness", "lf_peaks", "score", "rejected"),
}
KEYS = {
    *("file", "protocol", "outcome", "resonance_bpm", "certainty", "certainty_words"),
    *("uncertainty_bpm", "published_bpm", "best_step_bpm", "artefact_pct", "guide", "sentence"),
    "steps",
}
SESSION = next(row for row in EXPORTS if row.key == "session")


@pytest.fixture
def session_file(tmp_path):
    def write(protocol, person, seed):
        path = tmp_path / f"{protocol.value}.json"
        told = {"practice": "resonance", "origin": "simulated"}
        started_at = "2026-03-01T07:00:00+00:00"
        arrivals = list(recording(protocol, person, seed))
        export_arrivals(path, SESSION, arrivals, **told, started_at=started_at)
        return path

    return write


@pytest.mark.parametrize("protocol", list(Protocol))
def test_a_session_is_scored_by_the_guide_on_its_record(coherence, session_file, protocol):
    path = session_file(protocol, replace(FAITHFUL, resonance_per_min=5.2), 4)
    told = coherence("resonance", path, "--protocol", protocol.value, "--json")
    assert told.status == 0, told.err
    (found,) = told.rows()
    sliding = protocol is Protocol.SLIDING
    assert set(found) == KEYS | ({"slide"} if sliding else set())
    assert found["guide"] == "recorded"
    assert found["outcome"] == "found"
    assert found["resonance_bpm"] == pytest.approx(5.2, abs=0.6 if sliding else 0.5)
    assert 0.5 <= found["certainty"] <= 1.0
    assert [step["breaths_per_min"] for step in found["steps"]] == (
        [] if sliding else [6.5, 6.0, 5.5, 5.0, 4.5]
    )
    assert all(set(step) == STEP_KEYS for step in found["steps"])
    assert "NaN" not in told.out


def test_the_other_protocol_on_record_is_named(coherence, session_file):
    path = session_file(Protocol.SLIDING, FAITHFUL, 4)
    told = coherence("resonance", path, "--protocol", "stepped")
    assert told.status == 1
    assert "holds the sliding protocol" in told.said()


@pytest.mark.parametrize("protocol", list(Protocol))
def test_plain_intervals_are_taken_to_begin_with_the_protocol(coherence, tmp_path, protocol):
    path = tmp_path / "rr.txt"
    path.write_text(rr_text(protocol, replace(FAITHFUL, resonance_per_min=5.6), 2))
    (found,) = coherence("resonance", path, "--protocol", protocol.value, "--json").rows()
    assert found["guide"] == "assumed"
    assert found["resonance_bpm"] == pytest.approx(5.6, abs=0.6)


def test_the_table_and_one_sentence_are_for_people(coherence, tmp_path):
    path = tmp_path / "rr.txt"
    path.write_text(rr_text(Protocol.STEPPED, FAITHFUL, 2))
    told = coherence("resonance", path, "--protocol", "stepped")
    assert told.status == 0
    assert "\x1b" not in told.out
    assert "a minute" in told.out
    last = told.out.strip().splitlines()[-1]
    assert last.startswith("The heart swings most with the breath at about")
    assert last.endswith(".")
    assert told.err == ""
    path.write_text(rr_text(Protocol.SLIDING, FAITHFUL, 2))
    assert "swing ms" in coherence("resonance", path, "--protocol", "sliding").out


def test_who_did_not_follow_is_told_where_the_guide_was_taken_to_be(coherence, tmp_path):
    path = tmp_path / "rr.txt"
    path.write_text(rr_text(Protocol.STEPPED, DOES_NOT_FOLLOW["own breath of 14"], 2))
    told = coherence("resonance", path, "--protocol", "stepped", "--json")
    (found,) = told.rows()
    assert told.status == 0
    assert found["resonance_bpm"] is None
    assert found["outcome"] == "not_following"
    assert found["certainty"] == 0.0
    assert any("other_breath" in step["rejected"] for step in found["steps"])
    assert "use what is comfortable" in found["sentence"]
    assert "begin where the recording does" in told.said()


@pytest.mark.parametrize(
    ("protocol", "rest", "missing"),
    [
        ("stepped", (), "9 min 00 s"),
        ("stepped", ("--rest", "30"), "7 min 00 s"),
        ("sliding", (), "9 min 55 s"),
    ],
)
def test_too_short_says_how_much_is_missing(coherence, rr_file, protocol, rest, missing):
    path = rr_file(np.full(375, 800.0))  # five minutes
    told = coherence("resonance", path, "--protocol", protocol, *rest, "--json")
    assert told.status == 1
    assert told.out == ""
    assert missing in told.said()
    assert "5 min 00 s" in told.said()
    assert str(path) in told.said()


def test_other_rests_are_told_by_an_option(coherence, tmp_path, rr_file):
    (found,) = coherence(
        *("resonance", rr_file(np.full(900, 800.0)), "--protocol", "stepped"),
        *("--rest", "20", "--json"),
    ).rows()
    assert [step["to_s"] for step in found["steps"]] == [120.0, 260.0, 400.0, 540.0, 680.0]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("rr.txt",), 2),
        (("rr.txt", "--protocol", "other"), 2),
        (("rr.txt", "--protocol", "sliding", "--rest", "60"), 2),
        (("none.txt", "--protocol", "stepped"), 1),
    ],
)
def test_what_cannot_be_done_is_said(coherence, arguments, status):
    told = coherence("resonance", *arguments)
    assert told.status == status
    assert told.out == ""
    assert told.err


@pytest.mark.slow  # every marker of sixteen minutes
def test_an_assessment_in_the_terminal_ends_with_its_sentence(coherence):
    told = coherence(
        *("live", "--simulate", "--practice", "resonance_stepped", "--speed", "max"), "--no-record"
    )
    assert told.status == 0
    last = told.err.strip().splitlines()[-1]
    assert last.startswith("The heart swings most with the breath at about")
