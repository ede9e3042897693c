"""A page that scrolls: up and down for the keyboard, with a ring, or from side to side."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from coherence.ui.theme import Theme, stylesheet

LEAST_PX = 80
EDGE_PX = 2  # for the ring of what has the keyboard


class Area(QScrollArea):
    """As wide as its place, where the words within let it be. Arrows and page keys move it."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.viewport().setAccessibleName(name)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.setStyleSheet(
            "* { background: transparent; border: none }"
            f"QScrollArea {{ border: {EDGE_PX}px solid transparent; border-radius: 14px }}"
            f"QScrollArea:focus {{ border: {EDGE_PX}px solid {theme.focus} }}"
        )
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setStyleSheet(stylesheet(theme))


class Sideways(Area):
    """As tall as what it holds, which may be wider: a table in a narrow window."""

    def __init__(self, theme: Theme, name: str, inside: QWidget) -> None:
        super().__init__(theme, name)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = inside
        self.setWidget(inside)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The content's height, and the bar's where it can be moved."""
        least = self._inside.minimumSizeHint()
        bar = self.horizontalScrollBar().sizeHint().height() if self._moves else 0
        return QSize(least.width(), least.height() + bar + 2 * EDGE_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_PX, self.sizeHint().height())

    @property
    def _moves(self) -> bool:
        return self._inside.minimumSizeHint().width() > self.width() - 2 * EDGE_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._moves else Qt.FocusPolicy.NoFocus)
        self.updateGeometry()
