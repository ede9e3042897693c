"""A QR code as a widget: dark on light in both themes, so that every camera reads it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from coherence.translation import _

QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks
SIDE_PX = 248
DARK, LIGHT = "#12202F", "#FFFFFF"


class CodePicture(QWidget):
    """Shows rows of modules; as sharp as the display allows."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[tuple[bool, ...], ...] = ()
        self.setAccessibleName(_("The link as a QR code"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(SIDE_PX, SIDE_PX)

    def show_rows(self, rows: tuple[tuple[bool, ...], ...]) -> None:
        self._rows = rows
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE_PX, SIDE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIGHT))
        painter.drawRoundedRect(QRectF(self.rect()), 14, 14)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        ratio = self.devicePixelRatioF()
        module = int(self.width() * ratio) // (len(self._rows) + 2 * QUIET_ZONE) / ratio
        edge = (self.width() - module * len(self._rows)) / 2
        painter.setBrush(QColor(DARK))
        for i, row in enumerate(self._rows):
            for j, dark in enumerate(row):
                if dark:
                    painter.drawRect(QRectF(edge + j * module, edge + i * module, module, module))
