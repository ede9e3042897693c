"""coherence opens no network connection: every door of the system is watched while it works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Local sockets of the system (a display, D-Bus, Bluetooth) have no address on a network.
WATCH = """
import socket, sys
reached = []

def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        reached.append((event, arguments))
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        opened = arguments[0]
        if opened.family in (socket.AF_INET, socket.AF_INET6):
            reached.append((event, arguments[1:]))

sys.addaudithook(watch)
"""
TOLD = """
print("reached", reached)
"""
COMMANDS = """
from coherence.cli.commands import _run
for arguments in (
    ["live", "--simulate", "--speed", "max", "--seconds", "70", "--json"],
    ["sessions", "list", "--json"],
    ["export", "1", "--out", "one.json"],
    ["export", "1", "--out", "one.edf"],
    ["report", "1", "--pdf", "one.pdf", "--html", "one.html"],
    ["analyse", "one.json", "--json"],
    ["import", "one.json"],
    ["pack", "make", "--name", "Evening", "--by", "A", "--practice", "grounding", "--out",
     "e.coherence-pack"],
    ["pack", "show", "e.coherence-pack"],
    ["pack", "open", "e.coherence-pack"],
    ["export", "--for-therapist", "--all", "--out", "s.coherence-sessions"],
    ["import", "s.coherence-sessions"],
    ["pack", "remove", "Evening"],
    ["caseload", "--json"],
    ["backup"],
    ["people", "list", "--json"],
    ["encrypt", "status"],
    ["practices"],
    ["where"],
):
    assert _run(arguments) == 0, arguments
"""
WINDOW = """
from PySide6.QtCore import QTimer
from coherence.practice.library import library
from coherence.sessions.opening import FromWearer
from coherence.ui.running import run_app
from PySide6.QtWidgets import QApplication

app = QApplication([])
QTimer.singleShot(4000, app.closeAllWindows)
assert run_app(FromWearer(), library().practices[0], speed=20.0) == 0
"""
ROOM = """
from PySide6.QtCore import QTimer
from coherence.practice.library import library
from coherence.sessions.opening import FromWearer
from coherence.ui.running import run_app
from PySide6.QtWidgets import QApplication

app = QApplication([])

def rooms():
    from coherence.ui.room.window import RoomWindow
    return [each for each in app.topLevelWidgets() if isinstance(each, RoomWindow)]

QTimer.singleShot(1500, lambda: [each.seen.phone.click() for each in rooms()])
QTimer.singleShot({close_ms}, lambda: [each.close() for each in rooms()])
"""
UNSHARED = (
    ROOM.replace("{close_ms}", "3000")
    + """
assert run_app(FromWearer(), library().practices[0], speed=20.0, room=True) == 0
assert not {"uvicorn", "starlette", "segno"} & set(sys.modules)
"""
)
SHARED = (
    ROOM.replace("{close_ms}", "3000")
    + """
from coherence.share.place import Place
from coherence.share.server import PhoneServer

phone = PhoneServer(Place())
assert run_app(FromWearer(), library().practices[0], speed=20.0, room=True, phone=phone) == 0
assert {address for event, (address, *_) in reached} == {("127.0.0.1", 0)}
assert {event for event, _ in reached} == {"socket.bind"}
print(len(reached))
"""
)


def last_line_of(program: str, folder: Path) -> str:
    """What a program in a home of its own said last; it has to end well."""
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"COHERENCE_HOME": str(folder / "home"), "QT_QPA_PLATFORM": "offscreen"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "does", [COMMANDS, WINDOW, UNSHARED], ids=["commands", "window", "room not shared"]
)
def test_nothing_leaves_this_computer(tmp_path: Path, does: str) -> None:
    assert last_line_of(WATCH + does + TOLD, tmp_path) == "reached []"


def test_the_watch_sees_what_it_should(tmp_path: Path) -> None:
    does = """
import socket
socket.getaddrinfo("127.0.0.1", 9)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
    door.bind(("127.0.0.1", 0))
"""
    run = subprocess.run(
        [sys.executable, "-c", WATCH + does + TOLD], capture_output=True, text=True, check=True
    )
    assert run.stdout.count("socket.") == 2


def test_a_shared_room_opens_one_door_and_asks_nobody(tmp_path: Path) -> None:
    """Bound to the address that was chosen, and nothing looked up or called."""
    pytest.importorskip("uvicorn", reason="the extra share is not installed")
    assert last_line_of(WATCH + SHARED, tmp_path) == "1"
