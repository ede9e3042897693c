"""`coherence together` as the shell sees it: findings, clocks, and recordings that do not fit."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from tests.analysis.dyads import mixed, unrelated
from tests.analysis.test_synchrony import paced_pair

from coherence.cli.choosing import opened_store
from coherence.devices import heart_rate
from coherence.devices.heart_rate import RR_TICKS_PER_S, HeartRateMeasurement
from coherence.model import BreathPattern, ClockMark, Ended, Notification, PaceChanged
from coherence.reports.exports import EXPORTS, export_arrivals
from coherence.storage.two_at_once import tie

KEYS = ["synchrony", "surrogate_mean", "surrogate_sd", "z", "percentile", "claim"]
SESSION = next(row for row in EXPORTS if row.key == "session")
BEGAN_S = 1_772_348_400.0


def files(rr_file, pair):
    """Both as RR text that begins where the first of the two does."""
    return rr_file(pair[0].rr_ms, "client.txt"), rr_file(pair[1].rr_ms, "therapist.txt")


def session_file(path, series, began_s, pace_s=None):
    """A session of ours with the beats of ``series``."""
    arrivals = [ClockMark(0.0, began_s, 60)]
    for t_s, rr_ms in zip(series.t_s.tolist(), series.rr_ms.tolist(), strict=True):
        ticks = round(rr_ms * RR_TICKS_PER_S / 1000.0)
        said = heart_rate.encode(HeartRateMeasurement(round(60000 / rr_ms), rr_ticks=(ticks,)))
        arrivals.append(Notification(t_s, "strap", heart_rate.CHARACTERISTIC, said))
    if pace_s is not None:
        arrivals.append(PaceChanged(pace_s, BreathPattern(6.0)))
    arrivals = sorted([*arrivals, Ended(series.end_s)], key=lambda arrival: arrival.t_s)
    started_at = datetime.fromtimestamp(began_s, UTC).isoformat()
    export_arrivals(
        path, SESSION, arrivals, practice="just_sit", origin="strap", started_at=started_at
    )
    return path


def asked(coherence, *arguments):
    told = coherence("together", *arguments, "--json")
    assert told.status == 0, told.err
    return json.loads(told.out)


def test_hearts_that_never_met_are_told_so(coherence, rr_file, data):
    one, other = files(rr_file, unrelated(data, np.random.default_rng(3), 600.0))
    found = asked(coherence, one, other)
    assert [key for key in found if key in KEYS] == KEYS
    assert found["files"] == [str(one), str(other)]
    assert found["claim"] is False
    assert found["finding"] == "no_more_than_chance"
    assert found["surrogate_mean"] == pytest.approx(0.61, abs=0.08)
    assert found["surrogates"] >= 100
    told = coherence("together", one, other)
    assert "no more than chance explains" in " ".join(told.out.split())
    assert f"{found['synchrony']:.2f}" in told.out
    assert "begun together" in told.said()


def test_a_common_signal_is_found_and_a_guide_explains_it(coherence, rr_file, data):
    one, other = files(rr_file, mixed(data, np.random.default_rng(5), 600.0, 0.8))
    found = asked(coherence, one, other)
    assert found["claim"] is True
    assert found["percentile"] > 99
    assert found["z"] == pytest.approx(
        (found["synchrony"] - found["surrogate_mean"]) / found["surrogate_sd"], rel=1e-3
    )
    sentence = " ".join(coherence("together", one, other).out.split())
    assert "more than chance explains" in sentence
    assert "does not say why" in sentence
    paced = asked(coherence, one, other, "--paced")
    assert paced["claim"] is False
    assert paced["finding"] == "shared_pacing"
    assert "Shared pacing" in coherence("together", one, other, "--paced").out


def test_two_who_breathe_alike_are_not_claimed(coherence, rr_file):
    one, other = files(rr_file, paced_pair(noise_bpm=1.0))
    assert asked(coherence, one, other)["claim"] is False
    paced = asked(coherence, one, other, "--paced")
    assert paced["synchrony"] > 0.85
    assert paced["finding"] == "shared_pacing"


def test_the_wall_clock_of_sessions_lays_them_side_by_side(coherence, data, tmp_path):
    pair = mixed(data, np.random.default_rng(8), 900.0, 0.9)
    one = session_file(tmp_path / "a.json", pair[0], BEGAN_S)
    late = pair[1].window(200.0, 900.0)
    late = replace(late, t_s=late.t_s - 200.0)
    other = session_file(tmp_path / "b.json", late, BEGAN_S + 200.0)
    found = asked(coherence, one, other)
    assert found["claim"] is True
    assert found["seconds"] == pytest.approx(700.0, abs=5.0)
    assert asked(coherence, other, one)["claim"] is True
    wrong = asked(coherence, one, other, "--offset", "0")
    assert wrong["claim"] is False
    apart = session_file(tmp_path / "c.json", late, BEGAN_S + 5000.0)
    told = coherence("together", one, apart)
    assert told.status == 1
    assert "not recorded at the same time: the second begins" in told.said()
    assert "the first begins" in coherence("together", apart, one).said()


def test_a_guide_that_was_recorded_is_heeded(coherence, data, tmp_path):
    pair = mixed(data, np.random.default_rng(9), 700.0, 0.9)
    one = session_file(tmp_path / "a.json", pair[0], BEGAN_S, pace_s=60.0)
    other = session_file(tmp_path / "b.json", pair[1], BEGAN_S)
    found = asked(coherence, one, other)
    assert found["finding"] == "shared_pacing"
    assert found["guided_s"] == pytest.approx(640.0, abs=12.0)
    late = session_file(tmp_path / "late.json", pair[0], BEGAN_S, pace_s=400.0)
    found = asked(coherence, late, other)
    assert found["claim"] is True
    assert found["seconds"] == pytest.approx(400.0, abs=6.0)


def test_the_two_of_one_sitting_are_found_by_the_number_of_either(coherence, data, tmp_path):
    pair = mixed(data, np.random.default_rng(8), 600.0, 0.9)
    apart = [session_file(tmp_path / f"{n}.json", pair[n], BEGAN_S) for n in (0, 1)]
    for path in apart:
        assert coherence("import", path).status == 0
    alone = coherence("together", 1)
    assert (alone.status, alone.out) == (1, "")
    assert "No other heart is on record beside session 1" in alone.said()
    with opened_store() as store:
        tie(store, own_session_id=1, client_session_id=2)
    found = asked(coherence, 1)
    assert found.pop("sessions") == [2, 1]
    files = asked(coherence, apart[1], apart[0])
    del files["files"]
    assert found == files
    assert asked(coherence, 2)["claim"] is True
    assert "session 2 and session 1" in coherence("together", 2).out
    assert "no session 7" in coherence("together", 7).said()
    for odd in ((apart[0],), (2, "--offset", 3)):
        told = coherence("together", *odd)
        assert told.status == 2
        assert "Error: Name two files" in told.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        (b"", "the file is empty"),
        (b"\x00\x01\x02" * 400, "no recording that coherence can read"),
        (b"900\n" * 400, "does not vary"),
        (b"900\n880\n" * 90, "four minutes are needed"),
        (b"900\n910\n", "four minutes are needed"),
    ],
)
def test_what_does_not_do_is_told_in_a_sentence(coherence, rr_file, tmp_path, content, said):
    rng = np.random.default_rng(1)
    good = rr_file(np.round(900 + 30 * rng.normal(size=500)), "good.txt")
    bad = tmp_path / "bad.txt"
    if content is not None:
        bad.write_bytes(content)
    for order in ((good, bad), (bad, good)):
        told = coherence("together", *order)
        assert told.status == 1
        assert said in told.err.strip().splitlines()[-1]
        assert told.err.strip().endswith(".")
        assert told.out == ""


def test_one_heart_twice_is_no_pair(coherence, rr_file):
    one = rr_file(np.round(900 + 30 * np.random.default_rng(1).normal(size=500)))
    told = coherence("together", one, one)
    assert told.status == 1
    assert "hold the same heart" in told.said()


@pytest.mark.parametrize("arguments", [(), ("a.txt",), ("a.txt", "b.txt", "--offset", "nan")])
def test_what_is_asked_wrongly_is_a_usage_error(coherence, arguments):
    assert coherence("together", *arguments).status == 2
