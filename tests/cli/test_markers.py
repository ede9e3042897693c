"""`coherence markers`."""

from coherence.analysis.markers import MARKERS


def test_every_number_of_analyse_is_told(coherence, rr_file):
    (analysed,) = coherence("analyse", rr_file([800.0, 820.0] * 20), "--json").rows()
    told = coherence("markers")
    assert told.status == 0
    assert told.err == ""
    keys = [line.partition(":")[0] for line in told.out.splitlines() if line[:1].strip()]
    assert keys == [marker.key for marker in MARKERS]
    assert set(keys) >= set(analysed["markers"])


def test_one_number_with_its_meaning_and_source(coherence):
    told = coherence("markers", "rmssd_ms").out
    words = " ".join(told.split())
    (row,) = (marker for marker in MARKERS if marker.key == "rmssd_ms")
    assert words.startswith(f"rmssd_ms: RMSSD, ms {row.meaning}")
    assert "slow breathing distorts it" in words
    assert f"Source: {row.citation}." in words
    (as_json,) = coherence("markers", "rmssd_ms", "--json").rows()[0]
    assert (as_json["unit"], as_json["meaning"], as_json["of_rest"]) == ("ms", row.meaning, True)


def test_a_narrow_terminal_cuts_nothing_off(coherence, monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    told = coherence("markers", "sdnn_ms").out
    assert max(map(len, told.splitlines())) <= 30
    assert "…" not in told


def test_a_number_that_there_is_not_is_a_usage_error(coherence):
    told = coherence("markers", "stress_score")
    assert told.status == 2
    assert "There is no number 'stress_score'" in told.err
