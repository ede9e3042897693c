"""`analyse --second-opinion` and `--pace`, and `sessions recompute`, as the shell sees them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.guided import Guided

from coherence.analysis.markers import MARKER_VERSION
from coherence.cli.commands import run
from coherence.devices.people import PEOPLE
from coherence.devices.simulator import wearer
from coherence.model import BreathPattern, PaceChanged
from coherence.sessions.as_shown import shown_again
from coherence.sessions.summary import rhythm_read, summary_read
from coherence.sessions.tracker import SessionTracker
from coherence.storage.database import Store
from coherence.storage.shown import rounded
from coherence.storage.shown_rows import insert_shown, row_of, shown_in
from coherence.storage.writer import RecordWriter

Shell = Callable[..., tuple[int, str, str]]


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    def call(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def kubios_file(data: Path, folder: Path, name: str, beats: int | None = None) -> Path:
    rr_ms = json.loads((data / "kubios" / f"{name}.json").read_text())["rr_ms"][:beats]
    file = folder / f"{name}.txt"
    file.write_text("\n".join(str(interval) for interval in rr_ms))
    return file


def analysed(shell: Shell, *arguments: str | Path) -> dict[str, Any]:
    status, out, err = shell("analyse", "--json", *arguments)
    assert status == 0, err
    return json.loads(out)


# --- a second opinion ---


def test_json_holds_both_and_what_lies_between(shell: Shell, data: Path, tmp_path: Path) -> None:
    file = kubios_file(data, tmp_path, "kubios_short_5min")
    said = analysed(shell, "--raw", "--second-opinion", file)
    rows = said["second_opinion"]
    assert rows["rmssd_ms"]["ours"] == pytest.approx(56.8595, abs=1e-3)
    assert rows["rmssd_ms"]["difference"] == pytest.approx(0.0, abs=1e-9)
    for key, row in rows.items():
        assert set(row) == {"ours", "neurokit", "difference", "note"}
        if row["difference"] is not None:
            assert row["neurokit"] - row["ours"] == pytest.approx(row["difference"], abs=1e-6)
            assert row["ours"] == pytest.approx(said["markers"][key], abs=1e-5)
    assert "second_opinion" not in analysed(shell, "--raw", file)


def test_the_table_shows_both(shell: Shell, data: Path, tmp_path: Path) -> None:
    file = kubios_file(data, tmp_path, "kubios_short_5min")
    status, out, _ = shell("analyse", "--raw", "--second-opinion", file)
    assert status == 0
    assert "NeuroKit2" in out
    assert out.count("56.8595") == 2


# --- as if guided ---


def guided_file(folder: Path, pace: float, own_s: float, whole_s: float) -> Path:
    """Intervals of a practised wearer who meets a guide after a time of own breath."""
    from coherence.devices.decoder import StrapDecoder
    from coherence.model import Beat

    decoder = StrapDecoder()
    guide = Guided(PaceChanged(own_s, BreathPattern(pace)))
    rr_ms = []
    for arrival in wearer(seed=3, guide=guide, person=PEOPLE["practised"]):
        if arrival.t_s > whole_s:
            break
        rr_ms += [event.rr_ms for event in decoder.feed(arrival) if isinstance(event, Beat)]
    file = folder / "guided.txt"
    file.write_text("\n".join(f"{interval:.3f}" for interval in rr_ms))
    return file


def test_a_heart_that_followed_is_found_at_its_pace_only(shell: Shell, tmp_path: Path) -> None:
    file = guided_file(tmp_path, 6.0, own_s=120.0, whole_s=420.0)
    at_pace = analysed(shell, "--pace", "6", file)
    beside = analysed(shell, "--pace", "4.5", file)
    assert at_pace["in_rhythm_pct"] > 50.0
    assert at_pace["guide_coherence"] > 0.6
    assert beside["in_rhythm_pct"] == 0.0
    assert beside["guide_coherence"] < 0.2
    assert at_pace["pace"]["breaths_per_min"] == 6.0


def test_nothing_is_claimed_of_the_time_of_own_breath(shell: Shell, tmp_path: Path) -> None:
    file = guided_file(tmp_path, 6.0, own_s=0.0, whole_s=200.0)
    said = analysed(shell, "--pace", "6", "--arrive", "500", file)
    assert said["in_rhythm_pct"] is None
    assert said["pace"]["seconds"] == 0
    assert said["reasons"]["in_rhythm"] == "no_baseline"


@pytest.mark.parametrize("pace", ["5", "6"])
def test_an_hour_without_a_guide_is_never_in_rhythm(
    shell: Shell, data: Path, tmp_path: Path, pace: str
) -> None:
    file = kubios_file(data, tmp_path, "kubios_1h_s1", beats=700)
    said = analysed(shell, "--pace", pace, file)
    assert said["in_rhythm_pct"] == 0.0
    assert said["pace"]["seconds"] > 300


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("pace", ["5", "5.5", "6", "6.5"])
@pytest.mark.parametrize("name", ["kubios_1h_s1", "kubios_1h_s3"])
def test_whole_hours_without_a_guide(
    shell: Shell, data: Path, tmp_path: Path, name: str, pace: str
) -> None:
    said = analysed(shell, "--pace", pace, kubios_file(data, tmp_path, name))
    assert said["in_rhythm_pct"] == 0.0
    assert said["pace"]["seconds"] > 3000


def test_arriving_needs_a_pace(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("800\n" * 50)
    status, _, err = shell("analyse", "--arrive", "60", tmp_path / "a.txt")
    assert status == 2
    assert "--pace" in err


# --- an ECG ---


def test_an_ecg_needs_its_rate(shell: Shell, data: Path) -> None:
    file = data / "nk_resting" / "bio_resting_8min_100hz.csv"
    said = analysed(shell, "--rate", "100", file)
    assert said["beats"]["total"] == pytest.approx(477, abs=1)
    assert said["markers"]["mean_rr_ms"] == pytest.approx(1060.0, abs=1.0)
    status, out, err = shell("analyse", "--json", file)
    assert (status, out) == (1, "")
    assert "--rate" in err


# --- kept numbers ---


@pytest.fixture
def recorded() -> int:
    """A session of a minute and a half whose kept numbers are of an older version."""
    with Store.open() as store:
        number = store.begin_session("soothing", strap="Polar H10")
        writer = RecordWriter(store.path, number)
        for seq, arrival in enumerate(wearer(seed=2, person=PEOPLE["practised"])):
            if arrival.t_s > 90.0:
                break
            writer.put(seq, arrival)
        writer.close()
        old = {"beats": 3.0, "coherence": 0.99, "marker_version": 0}
        store.finish_session(number, 90.0, summary=json.dumps(old))
    return number


def test_recompute_shows_and_keeps_the_change(shell: Shell, recorded: int) -> None:
    status, out, _ = shell("sessions", "recompute", recorded, "--json")
    assert status == 0
    (change,) = json.loads(out)
    assert change["id"] == recorded
    assert change["before"] == {"beats": 3.0, "coherence": 0.99, "marker_version": 0}
    assert change["after"]["marker_version"] == MARKER_VERSION
    assert change["after"]["beats"] > 60
    assert 40 < change["after"]["heart_rate_bpm"] < 100
    with Store.open() as store:
        kept = store.session(recorded).summary
    assert summary_read(kept) == change["after"]
    assert rhythm_read(kept), "its small picture is made anew as well"
    _, out, _ = shell("sessions", "recompute", "--all", "--json")
    (again,) = json.loads(out)
    assert again["before"] == again["after"] == change["after"]


def test_recompute_agrees_with_the_numbers_shown(shell: Shell, recorded: int) -> None:
    shell("sessions", "recompute", recorded, "--json")
    with Store.open() as store:
        kept = json.loads(store.session(recorded).summary)
    from coherence.sessions.trace import trace

    with Store.open() as store:
        tracker, readings = trace(store.arrivals(recorded))
    heart = [r.value.value for r in readings if r.marker == "heart_rate_bpm"]
    assert kept["heart_rate_bpm"] == pytest.approx(
        np.nanmedian([np.nan if h is None else h for h in heart]), rel=1e-4
    )
    assert kept["beats"] == len(tracker.judged)


def test_recompute_wants_to_know_which(shell: Shell, recorded: int) -> None:
    assert shell("sessions", "recompute")[0] == 2
    assert shell("sessions", "recompute", recorded, "--all")[0] == 2
    assert shell("sessions", "recompute", 99)[0] == 1


def test_the_table_of_changes(shell: Shell, recorded: int) -> None:
    status, out, _ = shell("sessions", "recompute", "--all")
    assert status == 0
    assert "0.99" in out
    assert "coherence" in out


def shown_minutes(number: int, factor: float, version: str) -> None:
    """What the session would have shown, had its numbers then been ``factor`` times today's."""
    with Store.open() as store:
        (now,) = shown_again(store.arrivals(number), SessionTracker())
        then = replace(
            now,
            app_version=version,
            versions=dict.fromkeys(now.versions, MARKER_VERSION - (factor != 1.0)),
            values=rounded(factor * now.values),
        )
        with store.writing() as connection:
            insert_shown(connection, number, [row_of(then)])


def test_recompute_tells_what_was_not_kept(shell: Shell, recorded: int) -> None:
    _, _, err = shell("sessions", "recompute", recorded)
    assert f"What session {recorded} showed while it ran was not kept." in err


def test_recompute_says_where_what_was_shown_is_still_true(shell: Shell, recorded: int) -> None:
    shown_minutes(recorded, 1.0, "0.1.0")
    _, out, _ = shell("sessions", "recompute", recorded, "--json")
    (found,) = json.loads(out)
    assert found["shown_by"] == ["0.1.0"]
    assert len(found["shown"]) > 30
    assert {each["differing"] for each in found["shown"]} == {0}
    _, _, err = shell("sessions", "recompute", recorded)
    assert "as shown by coherence 0.1.0: all of its" in err


def test_recompute_shows_what_would_be_another_number_today(shell: Shell, recorded: int) -> None:
    shown_minutes(recorded, 0.5, "0.0.1")
    _, out, _ = shell("sessions", "recompute", recorded, "--json")
    (found,) = json.loads(out)
    (heart,) = (each for each in found["shown"] if each["key"] == "heart_rate_bpm")
    assert 60 < heart["differing"] <= heart["seconds"]
    assert heart["now"] == pytest.approx(2 * heart["then"], rel=1e-3)
    assert heart["version"] == MARKER_VERSION - 1
    _, out, _ = shell("sessions", "recompute", recorded)
    assert f"Session {recorded}, as shown by coherence 0.0.1" in " ".join(out.split())
    with Store.open() as store:
        (kept,) = shown_in(store, recorded)
    assert kept.app_version == "0.0.1", "recomputing leaves alone what was shown"
