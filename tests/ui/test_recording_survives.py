"""The app is killed while its window hangs: what is older than a second is on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from tests.ui.desk import wait

from coherence.model import End, Ended, Notification, Origin
from coherence.storage.database import Store
from coherence.storage.places import places
from coherence.ui import running
from coherence.ui.running import run_app

SAFE_AFTER_S = 1.0
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


def check_next_start() -> None:
    """The app itself, started again, closes the session as interrupted and keeps it."""
    with Store.open() as store:
        before = list(store.arrivals(1))
    begin_and_close()
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


def test_a_hanging_window_loses_nothing(tmp_path: Path) -> None:
    lines, killed_s = hanging_and_killed(tmp_path, 2.0, 5.0)
    check(lines, killed_s)
    check_next_start()


@pytest.fixture(autouse=True)
def no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays open to the end of a program, and this one is pytest."""
    monkeypatch.setattr(running, "open_log", lambda _: lambda: None)


@pytest.mark.slow
def test_a_window_that_hangs_for_ten_seconds_loses_nothing(tmp_path: Path) -> None:
    lines, killed_s = hanging_and_killed(tmp_path, 10.0, 1.0)
    check(lines, killed_s)
    check_next_start()
