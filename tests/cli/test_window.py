"""The commands that open the window, where there is none to open."""

import socket
import sys

import pytest

from coherence.cli import display, window


@pytest.fixture
def no_display(monkeypatch):
    monkeypatch.setattr(display.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_demo_runs_in_the_terminal_and_says_so_in_one_line(coherence, no_display):
    told = coherence("demo", "--seconds", "0.5")
    assert (told.status, told.out) == (0, "")
    first, *_, last = told.err.splitlines()
    assert first == "There is no display here, so the practice runs in this terminal."
    assert last == "Kept as session 1 on this computer."
    (row,) = coherence("sessions", "list", "--json").rows()[0]
    assert (row["origin"], row["end"]) == ("simulated", "ended")


def test_missing_libraries_are_named_with_the_line_that_installs_them(
    coherence, monkeypatch, no_display
):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")

    def no_library(*_, **__):
        raise display.DisplayError(display.missing(ImportError("libEGL.so.1: cannot open")))

    monkeypatch.setattr(window, "open_window", no_library)
    told = coherence("demo", "--seconds", "0.3")
    assert told.status == 0
    line = told.err.splitlines()[0]
    assert "libEGL.so.1" in line
    assert "apt-get install libegl1 libgl1 libxkbcommon0" in line
    replay = coherence("replay", "nothing.txt")
    assert replay.status == 1


@pytest.mark.parametrize("command", [(), ("replay",)])
def test_the_window_without_a_display_is_status_3(coherence, no_display, rr_file, command):
    import numpy as np

    file = [rr_file(np.full(50, 800.0))] if command else []
    told = coherence(*command, *file)
    assert (told.status, told.out) == (3, "")
    assert "There is no display here" in told.said()


def test_a_display_that_does_not_answer_is_said(coherence, no_display, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.setattr(display, "_missing_xcb", lambda: None)
    told = coherence()
    assert told.status == 3
    assert ":987" in told.said()


@pytest.mark.skipif(sys.platform != "linux", reason="only there Qt has a choice of platforms")
def test_a_platform_that_qt_does_not_know_is_told(coherence, no_display, monkeypatch):
    """Qt would abort, and name what it has in five lines."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland-bogus;xbc:size=2")
    told = coherence()
    assert told.status == 3
    assert (
        "QT_QPA_PLATFORM asks for wayland-bogus, which cannot show the window here" in told.said()
    )
    assert " offscreen, vnc, wayland, xcb, or unset it." in told.said()
    demo = coherence("demo", "--seconds", "0.3")
    assert demo.status == 0
    assert demo.err.splitlines()[0].endswith("Until then the practice runs in this terminal.")


@pytest.mark.skipif(sys.platform != "linux", reason="only there Qt has a choice of platforms")
@pytest.mark.parametrize("name", ["eglfs", "linuxfb"])
def test_a_platform_without_its_screen_is_told(coherence, no_display, monkeypatch, name, tmp_path):
    monkeypatch.setattr(display, "SCREENS", ("no-such-screen*",))
    monkeypatch.setenv("QT_QPA_PLATFORM", name)
    told = coherence()
    assert told.status == 3
    assert f"asks for {name}, which finds no screen here" in told.said()
    monkeypatch.setattr(display, "SCREENS", ("null",))
    display.look_for_display()


@pytest.mark.skipif(sys.platform != "linux", reason="only there Qt has a choice of platforms")
@pytest.mark.parametrize("asked", ["offscreen", "Offscreen:enable_fonts", "bogus;vnc:port=5907"])
def test_a_platform_that_qt_has_is_left_to_it(no_display, monkeypatch, asked):
    monkeypatch.setenv("QT_QPA_PLATFORM", asked)
    display.look_for_display()


def test_somebodys_own_platform_is_left_to_qt(no_display, monkeypatch, tmp_path):
    monkeypatch.setenv("QT_QPA_PLATFORM", "bogus")
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(tmp_path))
    display.look_for_display()


def test_replay_needs_a_speed_and_a_readable_file(coherence, tmp_path):
    assert coherence("replay", "--speed", "max", "x.txt").status == 2
    told = coherence("replay", tmp_path / "none.txt")
    assert told.status == 1
    assert "none.txt" in told.said()


@pytest.mark.skipif(sys.platform != "linux", reason="Wayland is Linux's")
def test_a_display_of_a_session_that_is_over_is_told(coherence, no_display, monkeypatch, tmp_path):
    """Qt would abort: WAYLAND_DISPLAY outlives its session in sudo, ssh and tmux."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    told = coherence("room", "--simulate")
    assert told.status == 3
    assert "wayland-7 does not answer: check WAYLAND_DISPLAY" in told.said()
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-7"))
        compositor.listen()
        display.look_for_display()
        monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
        with pytest.raises(display.NoDisplay):
            display.look_for_display()
        monkeypatch.setenv("QT_QPA_PLATFORM", "xcb;wayland")
        display.look_for_display()
