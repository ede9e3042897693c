"""Garbage that holds something of Qt's is collected where Qt's loop runs, whoever made it."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from tests.ui.desk import wait

from coherence.ui.collecting import Collecting


class Knot(QObject):
    """Holds itself, has a timer that runs, and tells in which thread it ended."""

    def __init__(self, ended_in: list[int]) -> None:
        super().__init__()
        self.me = self
        self.timer = QTimer(self)
        self.timer.start(5)
        weakref.finalize(self, lambda: ended_in.append(threading.get_ident()))


def garbage() -> None:
    for _ in range(20_000):
        knot: list[object] = []
        knot.append(knot)


@pytest.mark.parametrize("made", [1, 20])
def test_it_ends_in_the_window_s_thread_though_another_makes_garbage(
    app: QApplication, made: int
) -> None:
    here = Collecting(app)
    try:
        gc.collect()
        ended_in: list[int] = []
        for _ in range(made):
            Knot(ended_in)
        other = threading.Thread(target=garbage)
        other.start()
        other.join()
        assert ended_in == []
        wait(lambda: len(ended_in) == made)
        assert set(ended_in) == {threading.get_ident()}
    finally:
        here.stop()


def test_python_collects_again_once_it_is_stopped(app: QApplication) -> None:
    was_on = gc.isenabled()
    gc.enable()
    try:
        here = Collecting(app)
        assert not gc.isenabled()
        assert gc.get_freeze_count() > 0
        here.stop()
        assert gc.isenabled()
        assert gc.get_freeze_count() == 0
    finally:
        if not was_on:
            gc.disable()
