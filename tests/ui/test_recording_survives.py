"""The app is killed while its window hangs: what is older than a second is on the disk."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from tests.ui.desk import wait

from coherence.model import End, Ended, Notification, Origin
from coherence.storage import keys
from coherence.storage.database import Store
from coherence.storage.encryption import turn_on
from coherence.storage.places import places
from coherence.storage.shown_rows import shown_in
from coherence.storage.sqlite import is_encrypted
from coherence.storage.writer import SHOWN_EVERY_S
from coherence.ui import running
from coherence.ui.running import run_app

SAFE_AFTER_S = 1.0
BEHIND_S = 15.0  # how far a reading may be behind what arrived
WORDS = "willow by the water"
PRACTISER = Path(__file__).with_name("practiser.py")


def hanging_and_killed(folder: Path, hangs_s: float, speed: float) -> tuple[list[str], float]:
    """Lines of the log, and when it was killed: just before the window would have answered."""
    log = folder / "log"
    process = subprocess.Popen(
        [sys.executable, PRACTISER, log, str(speed), str(hangs_s)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        wait(lambda: log.exists() and "hangs" in log.read_text(), 60.0)
        time.sleep(hangs_s - 0.3)
        assert process.poll() is None
        with Store.open() as store:
            assert store.is_locked(1)
        killed_s = time.monotonic()
    finally:
        process.kill()
        process.wait()
    return log.read_text().splitlines(), killed_s


def check(lines: list[str], killed_s: float) -> None:
    split = [line.split() for line in lines]
    (hung_s,) = (float(at) for said, at in split if said == "hangs")
    handed_over = [(float(t), float(at)) for t, at in split if t != "hangs"]
    due = [t for t, at in handed_over if at < killed_s - SAFE_AFTER_S]
    while_hanging = [t for t, at in handed_over if hung_s < at < killed_s - SAFE_AFTER_S]
    assert while_hanging, "nothing came while the window hung: this proves nothing"
    with Store.open() as store:
        stored = [a.t_s for a in store.arrivals(1)]
        beats = [a.t_s for a in store.arrivals(1) if isinstance(a, Notification)]
        assert not any(isinstance(a, Ended) for a in store.arrivals(1))
        assert store.session(1).end is End.OPEN
    lost = sorted(set(due) - set(stored))
    assert not lost, f"{len(lost)} of {len(due)} arrivals are lost: {lost[:5]}"
    assert beats == sorted(beats)


def check_next_start(start: Callable[[], None]) -> None:
    """The app itself, started again, closes the session as interrupted and keeps it."""
    with Store.open() as store:
        before = list(store.arrivals(1))
    start()
    with Store.open() as store:
        kept = store.session(1)
        assert kept.end is End.INTERRUPTED
        assert kept.origin is Origin.SIMULATED
        assert kept.duration_s == max(a.t_s for a in before)
        assert list(store.arrivals(1)) == before
    assert places().store.exists()


def begin_and_close() -> None:
    QTimer.singleShot(200, QApplication.closeAllWindows)
    assert run_app() == 0


BEGIN_AND_CLOSE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from coherence.ui.running import run_app
app = QApplication([])
QTimer.singleShot(200, app.closeAllWindows)
raise SystemExit(run_app())
"""


def begin_and_close_elsewhere() -> None:
    """In a process of its own, as everybody does."""
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", BEGIN_AND_CLOSE], env=env, timeout=60, check=True)


def test_a_hanging_window_loses_nothing(tmp_path: Path) -> None:
    lines, killed_s = hanging_and_killed(tmp_path, 2.0, 5.0)
    check(lines, killed_s)
    check_next_start(begin_and_close)


@pytest.fixture(autouse=True)
def no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays open to the end of a program, and this one is pytest."""
    monkeypatch.setattr(running, "open_log", lambda _: lambda: None)


@pytest.mark.slow
def test_a_window_that_hangs_for_ten_seconds_loses_nothing(tmp_path: Path) -> None:
    lines, killed_s = hanging_and_killed(tmp_path, 10.0, 1.0)
    check(lines, killed_s)
    check_next_start(begin_and_close)


def killed_after(log: Path, seconds: float, speed: float) -> tuple[list[str], float]:
    """Lines of the log, and when it was killed: so long after the first arrival."""
    process = subprocess.Popen(
        [sys.executable, PRACTISER, log, str(speed), "0"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        end_s = time.monotonic() + 60.0
        while not (log.exists() and log.stat().st_size):
            assert time.monotonic() < end_s, "it never began"
            time.sleep(0.01)
        time.sleep(seconds)
        assert process.poll() is None
        killed_s = time.monotonic()
    finally:
        process.kill()
        process.wait()
    return log.read_text().splitlines(), killed_s


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_app_may_be_killed_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten times, every second one encrypted (three in the bounded form)."""
    speed, dice = 25.0, random.Random(11)
    for number in range(10 if os.environ.get("COHERENCE_LONG") else 3):
        home = tmp_path / str(number)
        home.mkdir()
        monkeypatch.setenv("COHERENCE_HOME", str(home))
        monkeypatch.setenv(keys.PASSPHRASE, WORDS)
        if number % 2:
            turn_on(places(), WORDS)
        lines, killed_s = killed_after(tmp_path / f"{number}.log", dice.uniform(2.0, 7.0), speed)
        split = [line.split() for line in lines if not line.startswith("hangs")]
        due = {float(t) for t, at in split if float(at) < killed_s - SAFE_AFTER_S}
        assert len(due) > 10, "it was killed too early to tell"
        assert is_encrypted(places().store) == bool(number % 2)
        with Store.open() as store:
            assert not store.is_locked(1)
            stored = {a.t_s for a in store.arrivals(1)}
            assert due <= stored, f"{len(due - stored)} of {len(due)} arrivals are lost"
            shown = [t_s for run in shown_in(store, 1) for t_s in run.t_s.tolist()]
        # a minute, and what the window and the judge of beats were behind
        assert len(shown) >= max(due) - SHOWN_EVERY_S - speed * SAFE_AFTER_S - BEHIND_S
        check_next_start(begin_and_close_elsewhere)
        keys.lock()
