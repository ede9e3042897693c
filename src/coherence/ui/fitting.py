"""The usual size of a window, or as much of it as the display has room for."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

FRAME_PX = QSize(0, 40)  # a title bar; nobody can say its height before it is there


def fitted(size: QSize, screen: QScreen) -> QSize:
    """``size``, where ``screen`` holds it beside its own bars and the window's."""
    return size.boundedTo(screen.availableGeometry().size() - FRAME_PX)


def fit(window: QWidget, width: int, height: int) -> None:
    """Make a window so large at most that its foot is in sight."""
    window.resize(fitted(QSize(width, height), window.screen()))
