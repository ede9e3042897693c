"""`coherence live`: its lines, its ends, and that nothing is lost whatever happens."""

import asyncio
import os
import re
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from tests import small_disk as disk
from tests.cli.shell import ended, started

from coherence.cli.choosing import from_strap
from coherence.devices import radio
from coherence.devices.radio_error import RadioReason, radio_error
from coherence.devices.which_radio import SYSTEM_RADIO
from coherence.model import Ended, StrapSeen
from coherence.storage.database import Store
from coherence.storage.places import places
from coherence.storage.settings import Settings, save

KEYS = [  # issue 2, in its order
    *("t_s", "heart_rate_bpm", "rmssd_ms", "coherence", "coherence_ratio", "coherence_peak_hz"),
    *("guide_coherence", "breath_coherence", "in_rhythm", "breaths_per_min", "rsa_bpm"),
    *("artefact_pct", "quality", "link", "reasons", "uncertainty"),
]
AT_ONCE = ("live", "--simulate", "--json", "--speed", "max")


@pytest.fixture(scope="module")
def seven_minutes(tmp_path_factory):
    """Lines of the practised wearer, run without a record."""
    home = tmp_path_factory.mktemp("home")
    told = ended(started(*AT_ONCE, "--no-record", "--seconds", "420", home=home))
    assert told.status == 0
    assert told.err == ""
    assert list(home.iterdir()) == []
    return told


def test_a_line_holds_the_keys_of_the_issue_and_a_reason_for_each_null(seven_minutes):
    rows = seven_minutes.rows()
    assert [row["t_s"] for row in rows] == list(map(float, range(1, len(rows) + 1)))
    assert 418 <= len(rows) <= 421
    for row in rows:
        assert list(row) == KEYS
        nulls = {key for key, value in row.items() if value is None}
        assert nulls == {key for key in row["reasons"] if row[key] is None}
        assert row["in_rhythm"] in (True, False, None)
        assert not isinstance(row["in_rhythm"], float)
        assert row["quality"] in ("good", "fair", "poor", "unusable", None)


def test_the_practised_wearer_comes_into_rhythm_and_not_before_it_is_paced(seven_minutes):
    rows = seven_minutes.rows()
    assert all(row["in_rhythm"] is None for row in rows[:90])
    assert all(row["in_rhythm"] is True for row in rows[-60:])
    assert rows[30]["reasons"]["in_rhythm"] in ("not_paced", "warming_up")


def test_the_same_seed_gives_the_same_lines_recorded_or_not(coherence, seven_minutes):
    again = coherence(*AT_ONCE, "--seconds", "240")
    assert again.status == 0
    assert again.out.splitlines()[:235] == seven_minutes.out.splitlines()[:235]
    assert again.said() == "Kept as session 1 on this computer."
    other = coherence(*AT_ONCE, "--seconds", "60", "--no-record", "--seed", "2")
    assert other.out.splitlines() != seven_minutes.out.splitlines()[:60]


def test_what_was_recorded_gives_the_same_lines_again(coherence, tmp_path):
    """live, recorded, exported, replayed: `==`."""
    lived = coherence(*AT_ONCE, "--seconds", "150")
    session = tmp_path / "session.json"
    assert coherence("sessions", "export", 1, "--out", session).status == 0
    replayed = coherence("live", "--replay", session, "--speed", "max", "--json", "--no-record")
    assert replayed.status == 0
    assert replayed.out == lived.out


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_session_and_keeps_it_whole(coherence, number):
    running = started("live", "--simulate", "--json", "--speed", "20")
    assert running.stdout is not None
    first = [running.stdout.readline() for _ in range(12)]
    os.kill(running.pid, number)
    told = ended(running)
    assert told.status == 130
    assert told.said() == "Kept as session 1 on this computer."
    assert (first[-1] + told.out).endswith("}\n")
    (row,) = coherence("sessions", "list", "--json").rows()[0]
    assert row["end"] == "ended"
    with Store.open() as store:
        arrivals = list(store.arrivals(1))
    assert isinstance(arrivals[-1], Ended)
    assert row["duration_s"] >= 12.0
    replayed = coherence("sessions", "show", 1, "--json").rows()[0]
    assert replayed["last"] == (first + told.rows())[-1]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_in_the_demo_has_the_same_status(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    running = started("demo")
    assert running.stderr is not None
    lines = [running.stderr.readline() for _ in range(2)]
    assert lines[0] == "There is no display here, so the practice runs in this terminal.\n"
    os.killpg(running.pid, signal.SIGINT)
    told = ended(running)
    assert told.status == 130
    assert "Kept as session 1 on this computer." in told.err


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_reader_that_has_enough_is_no_fault(coherence):
    running = started("live", "--simulate", "--json", "--speed", "max")
    assert running.stdout is not None
    assert running.stdout.readline().startswith('{"t_s": 1.0')
    running.stdout.close()
    assert running.stderr is not None
    assert running.stderr.read() == ""
    assert running.wait(timeout=30) == 0
    running.stderr.close()
    assert coherence("sessions", "list", "--json").rows()[0][0]["end"] == "ended"


def test_a_second_one_says_so_while_the_first_records_and_may_go_on_unrecorded(coherence):
    running = started("live", "--simulate", "--json", "--speed", "10")
    assert running.stdout is not None
    running.stdout.readline()
    second = coherence(*AT_ONCE, "--seconds", "30")
    assert second.status == 3
    assert second.out == ""
    assert "already open" in second.said()
    unrecorded = coherence(*AT_ONCE, "--seconds", "30", "--no-record")
    assert unrecorded.status == 0
    assert len(unrecorded.rows()) >= 29
    (row,) = coherence("sessions", "list", "--json").rows()[0]
    assert (row["id"], row["end"]) == (1, "open")
    running.send_signal(signal.SIGINT)
    assert ended(running).status == 130
    (row,) = coherence("sessions", "list", "--json").rows()[0]
    assert row["end"] == "ended"


def test_a_session_that_was_killed_is_closed_and_kept_at_the_next_start(coherence):
    running = started("live", "--simulate", "--json", "--speed", "20")
    assert running.stdout is not None
    for _ in range(10):
        running.stdout.readline()
    time.sleep(1.0)  # what is older than this is on the disk
    running.kill()
    ended(running)
    told = coherence(*AT_ONCE, "--seconds", "5")
    assert told.err.splitlines()[0] == "Session 1 was left open; what it holds is kept."
    newest, oldest = coherence("sessions", "list", "--json").rows()[0]
    assert (newest["end"], oldest["end"]) == ("ended", "interrupted")
    assert oldest["duration_s"] >= 10.0


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """A disk of 600 kB that holds the records; rescue files go elsewhere."""
    with disk.small_disk("600k") as folder:
        monkeypatch.setenv("COHERENCE_HOME", str(folder))
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
        yield folder


def _fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(1024))
        except OSError:
            return


def test_a_disk_that_is_full_at_the_start_is_status_3(coherence, small_disk):
    _fill(small_disk)
    told = coherence(*AT_ONCE)
    assert told.status == 3
    assert told.out == ""
    assert "full" in told.said()
    assert coherence(*AT_ONCE, "--no-record", "--seconds", "5").status == 0


@pytest.mark.slow
def test_a_disk_that_fills_up_says_so_once_and_loses_nothing(coherence, small_disk):
    coherence(*AT_ONCE, "--seconds", "5")
    filling = threading.Timer(1.0, _fill, (small_disk,))
    filling.start()
    told = coherence("live", "--simulate", "--json", "--speed", "30", "--seconds", "90")
    filling.join()
    assert told.status == 3
    assert len(told.rows()) >= 88
    during, after = told.err.splitlines()
    assert during.startswith("The disk is full: this session goes on in memory")
    assert "entries of this session" in after
    (small_disk / "filler").unlink()
    assert coherence(*AT_ONCE, "--seconds", "5").status == 0  # takes in what was kept elsewhere
    with Store.open() as store:
        arrivals = list(store.arrivals(2))
    assert isinstance(arrivals[-1], Ended)
    assert arrivals[-1].t_s >= 90.0
    assert coherence("sessions", "show", 2, "--json").rows()[0]["last"] == told.rows()[-1]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), RadioReason.NO_ADAPTER),
        (("--strap", "Nobody's strap"), RadioReason.NOT_FOUND),
        (("--strap", "H10", "--json"), RadioReason.POWERED_OFF),
    ],
)
def test_no_strap_is_one_sentence_status_3_and_no_session(
    coherence, monkeypatch, arguments, reason
):
    async def find_strap(wanted, seconds, **_radio):
        await asyncio.sleep(0)
        raise radio_error(reason)

    monkeypatch.setattr(radio, "find_strap", find_strap)
    told = coherence("live", *arguments)
    assert told.status == 3
    assert told.out == ""
    assert told.said() == str(radio_error(reason))
    assert coherence("sessions", "list", "--json").rows() == [[]]


@pytest.mark.parametrize(("seen_id", "said"), [("C0:01", False), ("C0:02", True)])
def test_another_strap_of_the_same_name_is_told(coherence, monkeypatch, capsys, seen_id, said):
    save(Settings(last_strap_id="C0:01", last_strap_name="HRM"), places().settings)
    asked = []

    async def find_strap(wanted, seconds, *, known_id, radio):
        asked.append((wanted, known_id))
        return StrapSeen(seen_id, "HRM")

    monkeypatch.setattr(radio, "find_strap", find_strap)
    assert from_strap(None, SYSTEM_RADIO).strap_id == seen_id
    assert ("HRM is not the strap of last time" in capsys.readouterr().err) is said
    from_strap("HRM", SYSTEM_RADIO)  # who says which asks for no other
    assert asked == [("HRM", "C0:01"), ("HRM", None)]
    assert capsys.readouterr().err == ""


def test_a_file_that_cannot_be_replayed_is_status_1_and_no_session(coherence, tmp_path):
    told = coherence("live", "--replay", tmp_path / "none.txt")
    assert told.status == 1
    assert "none.txt" in told.said()
    assert coherence("sessions", "list", "--json").rows() == [[]]


def test_without_json_and_without_a_terminal_it_says_little_and_stdout_stays_empty(coherence):
    told = coherence("live", "--simulate", "--speed", "max", "--seconds", "300")
    assert told.status == 0
    assert told.out == ""
    *lines, thanks, kept = told.err.splitlines()
    assert thanks.startswith("You gave yourself five minutes of care")
    assert kept == "Kept as session 1 on this computer."
    assert 2 <= len(lines) <= 30
    assert all(re.match(r"\d:\d\d  \S", line) for line in lines)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_eight_hours_of_a_real_night_end_well(coherence, data):
    night = data / "hrate_selfloops" / "sample" / "selfloops" / "20170804001r.txt"
    hours = 8 if os.environ.get("COHERENCE_LONG") else 2
    at_once = ("--speed", "max", "--json", "--no-record")
    told = coherence("live", "--replay", night, "--seconds", 3600 * hours, *at_once)
    rows = told.rows()
    assert told.status == 0
    assert rows[-1]["t_s"] > 3600 * hours - 60
    assert {key for row in rows for key in row} == set(KEYS)
    for row in rows:
        nulls = {key for key, value in row.items() if value is None}
        assert nulls == {key for key in row["reasons"] if row[key] is None}


def test_lsl_goes_with_the_time_of_a_heart(coherence):
    assert coherence("live", "--simulate", "--lsl", "--speed", "10").status == 2


def test_lsl_without_its_library_says_what_to_install(coherence, monkeypatch):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    told = coherence("live", "--simulate", "--lsl", "--no-record", "--seconds", "1")
    assert told.status == 3
    assert "coherence-hrv[lsl]" in told.said()
