"""A window is never larger than its display: its foot, where one ends, is in sight."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from tests.ui.desk import let_go

from coherence.ui.fitting import FRAME_PX, fit, fitted


def test_a_window_leaves_room_for_its_frame() -> None:
    screen = QGuiApplication.primaryScreen()
    room = screen.availableGeometry().size()
    assert fitted(QSize(100_000, 100_000), screen) == room - FRAME_PX
    assert fitted(QSize(320, 200), screen) == QSize(320, 200)
    window = QWidget()
    fit(window, 100_000, 300)
    assert (window.width(), window.height()) == (room.width(), 300)
    let_go(window)
