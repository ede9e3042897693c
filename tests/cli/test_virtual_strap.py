"""`coherence virtual-strap`, and the commands that reach it by `--radio`, in processes apart."""

import builtins
import os
import re
import signal
import socket
import subprocess
import sys

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from tests.cli.shell import Outcome, ended, started
from tests.strap_process import StrapProcess, virtual_strap

from coherence.devices import heart_rate, polar
from coherence.devices.decoder import StrapDecoder
from coherence.model import (
    Arrival,
    Beat,
    Gap,
    LinkChanged,
    LinkState,
    Notification,
    Signal,
    Waveform,
)
from coherence.storage.database import Store


@pytest.fixture(scope="module")
def two_straps():
    with virtual_strap("--straps", 2, "--name", "Polar H10 0A1B2C3D") as running:
        yield running


def kept(session_id: int = 1) -> list[Arrival]:
    with Store.open() as store:
        return list(store.arrivals(session_id))


def frames(arrivals: list[Arrival]) -> list[bytes]:
    return [
        arrival.payload
        for arrival in arrivals
        if isinstance(arrival, Notification) and arrival.characteristic == heart_rate.CHARACTERISTIC
    ]


def stopped(running: subprocess.Popen[str]) -> Outcome:
    """A session ended by Ctrl-C."""
    running.send_signal(signal.SIGINT)
    told = ended(running)
    assert told.status == 130
    return told


def test_scan_finds_both_straps_on_its_radio(coherence, two_straps):
    told = coherence("scan", "--json", "--seconds", "0.5", "--radio", two_straps.radio)
    assert told.status == 0
    (rows,) = told.rows()
    assert {row["name"] for row in rows} == {"Polar H10 0A1B2C3D", "Polar H10 0A1B2C3D 2"}
    assert len({row["id"] for row in rows}) == 2
    assert "Polar H10" in coherence("scan", "--seconds", "0.5", "--radio", two_straps.radio).out


@pytest.mark.slow
def test_two_programs_listen_to_a_strap_each(tmp_path, two_straps):
    homes = [tmp_path / "one", tmp_path / "two"]
    lives = [
        started(
            *("live", "--json", "--radio", two_straps.radio),
            *("--strap", name),
            home=home,
        )
        for home, name in zip(homes, ("C0:FF:EE:00:00:00", "3D 2"), strict=True)
    ]
    for number in (1, 2):
        two_straps.wait_for_heard(3, strap=number)
    for live in lives:
        stopped(live)
    for number, home in enumerate(homes, 1):
        with Store.open(home / "coherence.db") as store:
            stored = frames(list(store.arrivals(1)))
        sent = two_straps.heard(number)
        assert len(stored) >= 2
        assert stored == sent[: len(stored)]


@pytest.mark.slow
def test_a_strap_named_for_it_sends_an_ecg_that_is_stored_and_begun_anew(coherence):
    with virtual_strap("--name", "Polar H10 0A1B2C3D", "--script", "6 drop") as strap:
        told = ended(started("live", "--json", "--seconds", "16", "--radio", strap.radio))
    assert told.status == 0, told.err
    arrivals = kept()
    decoder = StrapDecoder()
    waves = [
        event
        for arrival in arrivals
        for event in decoder.feed(arrival)
        if isinstance(event, Waveform) and event.signal is Signal.ECG
    ]
    assert sum(len(wave.samples) for wave in waves) > 8 * 130
    assert 2 <= sum(not wave.joined for wave in waves) <= 4  # the first, and after the drop
    said = [
        a.payload
        for a in arrivals
        if isinstance(a, Notification) and a.characteristic == polar.CONTROL
    ]
    # after the drop the strap still measured: it was stopped and started again
    assert [p[1:4] for p in said if p[:3] == b"\xf0\x02\x00"] == [
        bytes([2, 0, 0]),
        bytes([2, 0, polar.Answer.ALREADY]),
        bytes([2, 0, 0]),
    ]


@pytest.mark.slow
def test_one_beat_in_is_one_beat_out_through_drops_and_silence(coherence):
    script = "2 drop; 5 drop; 8 garble 2; 10 quiet 2; 13 drop; 16 contact off; 18 contact on"
    with virtual_strap("--script", script) as strap:
        running = started("live", "--json", "--radio", strap.radio)
        strap.wait_for("ordered", times=7, within_s=60.0)
        strap.wait_for_heard(len(strap.heard()) + 3)
        told = stopped(running)
        sent = strap.heard()
        orders = [each["order"] for each in strap.events("ordered")]
    assert orders == [words.split(maxsplit=1)[1].rstrip("12 ") for words in script.split("; ")]
    arrivals = kept()
    stored = frames(arrivals)
    assert stored == sent[: len(stored)]
    assert len(sent) - len(stored) <= 1  # sent while the session was closing
    states = [each.state for each in arrivals if isinstance(each, LinkChanged)]
    assert states.count(LinkState.LOST) == 3
    assert states[-1] is not LinkState.LOST
    assert len(told.rows()) >= 15
    decoder = StrapDecoder()
    events = [event for arrival in arrivals for event in decoder.feed(arrival)]
    assert sum(isinstance(event, Gap) for event in events) >= 3
    assert sum(isinstance(event, Beat) for event in events) <= _intervals(stored)


def _intervals(stored: list[bytes]) -> int:
    return sum(len(heart_rate.decode(each).rr_ticks) for each in stored if len(each) > 1)


def test_a_drop_is_survived_and_the_session_goes_on(coherence):
    with virtual_strap("--script", "1 drop; 2 battery low") as strap:
        running = started("live", "--json", "--radio", strap.radio)
        strap.wait_for("listened", times=2)
        strap.wait_for_heard(8)  # a heart rate takes some decided beats
        told = stopped(running)
        sent = strap.heard()
    arrivals = kept()
    stored = frames(arrivals)
    assert len(stored) >= 7
    assert stored == sent[: len(stored)]
    assert len(sent) - len(stored) <= 1
    assert b"\x05" in [each.payload for each in arrivals if isinstance(each, Notification)]
    assert any(row["heart_rate_bpm"] is not None for row in told.rows())


def test_orders_come_from_stdin_too_and_wrong_ones_are_told():
    with virtual_strap() as strap:
        for words in ("sing", "drop #2", "quiet 3", "quit"):
            strap.order(words)
        assert strap.process.wait(10) == 0
        assert [each["order"] for each in strap.events("ordered")] == ["quiet"]
        said = strap.end()[1].splitlines()
    assert len(said) == 2
    assert said[0].startswith("'sing' is no order: there are drop, away, quiet")
    assert said[1] == "There is no strap #2: begin with --straps."


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_it_gently_and_the_next_one_takes_the_port():
    first = StrapProcess()
    port = first.radio.rpartition(":")[2]
    taken = ended(started("virtual-strap", "--port", port))
    assert (taken.status, taken.out) == (3, "")
    assert f"Port {port} cannot be used" in taken.said()
    assert first.end(signal.SIGINT) == (130, "")
    with virtual_strap("--port", port) as again:
        assert again.radio.endswith(f":{port}")


def test_without_json_it_says_how_to_reach_it(two_straps):
    running = started("virtual-strap", "--port", "0", "--seconds", "0.3", "--name", "Mine")
    told = ended(running)
    assert told.status == 0
    live, window = told.out.splitlines()
    assert re.fullmatch(r"coherence live --radio tcp-client:127\.0\.0\.1:\d+", live)
    assert window == live.replace(" live", "")
    assert "Mine" in told.err
    assert "contact off" in told.err


# --- what cannot be -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("live", "--json"), ("scan", "--json")])
def test_where_no_radio_answers_it_is_one_sentence_status_3_and_no_session(coherence, command):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"tcp-client:127.0.0.1:{free.getsockname()[1]}"
    told = coherence(*command, "--radio", nowhere)
    assert (told.status, told.out) == (3, "")
    assert told.said().startswith(f"No radio answers at {nowhere}: start it there")
    assert coherence("sessions", "list", "--json").rows() == [[]]


@pytest.mark.parametrize(
    "command",
    [
        ("live", "--radio", "hci0"),
        ("scan", "--radio", "tcp-client:localhost"),
        ("--radio", "bluetooth:0"),
        ("--radio", "usb:0", "scan"),
        ("live", "--simulate", "--radio", "usb:0"),
        ("virtual-strap", "--script", "10 sing"),
        ("virtual-strap", "--person", "nobody"),
        ("virtual-strap", "--straps", "0"),
    ],
)
def test_what_was_not_meant_is_a_usage_error(coherence, command):
    told = coherence(*command)
    assert (told.status, told.out) == (2, "")
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "command", [("virtual-strap",), ("scan", "--radio", "usb:0"), ("live", "--radio", "usb:0")]
)
def test_without_bumble_one_sentence_says_how_to_install_it(coherence, monkeypatch, command):
    real = builtins.__import__

    def none_of_it(name, *rest, **more):
        if name.split(".")[0] == "bumble":
            raise ImportError("No module named 'bumble'")
        return real(name, *rest, **more)

    for name in [*sys.modules]:
        if name.split(".")[0] == "bumble" or re.search(
            r"devices\.(air|bumble_\w+|radio_port|virtual_\w+|worn_strap)$", name
        ):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", none_of_it)
    told = coherence(*command)
    assert (told.status, told.out) == (3, "")
    assert "pip install 'coherence-hrv[sim]'" in told.said()


@pytest.mark.skipif(os.path.exists("/dev/vhci"), reason="this computer would take it")
def test_a_computer_that_takes_no_virtual_adapter_says_so(coherence):
    told = coherence("virtual-strap", "--vhci")
    assert (told.status, told.out) == (3, "")
    assert "modprobe hci_vhci" in told.said()
