"""`coherence room` as people meet it: the window opens, the session is kept, orders make sense."""

import os
import signal
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
        (("--simulate", "--plan", "nap"), "critic_and_kindness"),
        (("--simulate", "--practice", "nap"), "soothing_rhythm"),
    ],
)
def test_orders_that_make_no_sense_are_status_2(coherence, monkeypatch, arguments, said):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    told = coherence("room", *arguments)
    assert told.status == 2
    assert said in told.err


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
