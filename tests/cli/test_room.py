"""`coherence room` as people meet it: the window opens, the session is kept, orders make sense."""

import json
import os
import signal
import socket
import sys
import time
from contextlib import suppress

import pytest
from tests.cli.shell import started


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--simulate", "--strap", "H10"), "--simulate"),
        (("--together",), "--together goes with --simulate"),
        (("--own-strap", "H10"), "--strap NAME"),
        (("--strap", "A", "--own-strap", "B", "--both-agree"), "--client NAME"),
        (("--strap", "H10"), "whose session it is with --client NAME"),
        (("--simulate", "--plan", "nap"), "critic_and_kindness"),
        (("--simulate", "--practice", "nap"), "soothing_rhythm"),
        (("--share", "127.0.0.1"), "--strap NAME"),
        (("--simulate", "--share", "0.0.0.0"), "many addresses at once"),
        (("--simulate", "--share", "the room"), "is not an address"),
        (("--simulate", "--share", "127.0.0.1", "--cert", "c.pem"), "--cert and --key go together"),
        (("--simulate", "--cert", "c.pem", "--key", "k.pem"), "go with --share"),
    ],
)
def test_orders_that_make_no_sense_are_status_2(coherence, monkeypatch, arguments, said):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    told = coherence("room", *arguments)
    assert told.status == 2
    assert said in told.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--share", "192.0.2.77"), "192.0.2.77 is not an address of this computer"),
        (("--share", "127.0.0.1:{taken}"), "Another program uses port {taken} of 127.0.0.1"),
        (
            ("--share", "127.0.0.1", "--cert", "gone.pem", "--key", "gone.pem"),
            "cannot be used for a secure page",
        ),
    ],
)
def test_what_cannot_be_shared_is_status_3(coherence, monkeypatch, arguments, said):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    with socket.create_server(("127.0.0.1", 0)) as door:
        taken = door.getsockname()[1]
        told = coherence("room", "--simulate", *(each.format(taken=taken) for each in arguments))
    assert (told.status, told.out) == (3, "")
    assert said.format(taken=taken) in told.said()


def test_without_the_extra_is_status_3(coherence, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    told = coherence("room", "--simulate", "--share", "127.0.0.1")
    assert told.status == 3
    assert "pip install 'coherence-hrv[share]'" in told.said()


def test_a_shared_session_is_seen_and_ends_with_ctrl_c(tmp_path):
    from websockets.sync.client import connect

    running = started("room", "--simulate", "--share", "127.0.0.1", home=tmp_path)
    url = next(line for line in running.stderr if "http" in line).split()[-1]
    origin, _, token = url.partition("/#")
    with connect(origin.replace("http", "ws", 1) + "/look", origin=origin) as phone:
        phone.send(json.dumps({"kind": "hello", "token": token}))
        for _ in range(4):  # the session runs
            picture = json.loads(phone.recv(timeout=30))
            assert picture["kind"] == "picture"
        assert picture["steps"][0] == "Arrive"
        os.kill(running.pid, signal.SIGINT)
        while (last := json.loads(phone.recv(timeout=30)))["kind"] == "picture":
            pass
        assert last["kind"] == "closed"
        assert "That counts" in last["say"]
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130, err


def test_without_a_display_is_status_3(coherence, monkeypatch):
    from coherence.cli import display

    monkeypatch.setattr(display.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    told = coherence("room", "--simulate")
    assert (told.status, told.out) == (3, "")
    assert "There is no display here" in told.said()


def test_two_simulated_hearts_are_kept_and_ctrl_c_ends_them(coherence, monkeypatch, tmp_path):
    arguments = ("room", "--simulate", "--together", "--both-agree", "--seconds", "3")
    running = started(*arguments, home=tmp_path)
    end_s = time.monotonic() + 60.0
    while not _has_ended(tmp_path) and time.monotonic() < end_s:
        time.sleep(0.2)
    with suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert out == ""
    monkeypatch.setenv("COHERENCE_HOME", str(tmp_path))
    rows = coherence("sessions", "list", "--json").rows()[0]
    assert [(row["practice"], row["end"]) for row in rows] == [
        ("together", "ended"),
        ("soothing_rhythm", "ended"),
    ]


def _has_ended(home):
    from coherence.storage.database import Store

    if not (home / "coherence.db").exists():
        return False
    with suppress(Exception), Store.open(home / "coherence.db") as store:
        return any(record.duration_s > 2.0 for record in store.sessions())
    return False
