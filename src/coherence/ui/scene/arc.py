"""The arc on the ring: fills from the bottom up on both sides, so that the turn is seen coming."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from coherence.ui.scene.layout import Layout
from coherence.ui.scene.pixels import blank, pixels_of, shades
from coherence.ui.theme import Theme, alpha

_OPACITY = 0.88


class Arc:
    """Knows the ring's pixels in order; a frame only says which of them are lit.

    A stroke along 1200 pixels of circle costs Qt six times as much.
    """

    def __init__(self, theme: Theme, layout: Layout) -> None:
        ratio = layout.ratio
        self._width = max(1.5, 2.4 * layout.scale)
        self._radius = layout.ring_radius
        self._middle = QPointF(*layout.moon)
        self._colour = alpha(theme.breath, 1.0)
        reach = self._radius + self._width
        size = max(8, round(2 * reach * ratio))
        corner = self._middle - QPointF(reach, reach)
        self._rect = QRectF(corner.x(), corner.y(), 2 * reach, 2 * reach)
        self._image = blank(size, size)
        self._pixels = pixels_of(self._image)
        x = ((np.arange(size) + 0.5) / size * 2.0 - 1.0) * reach
        away = np.hypot(x[None, :], x[:, None]) - self._radius
        body = np.clip((self._width / 2 - np.abs(away)) * ratio + 0.5, 0.0, 1.0)
        self._rows, self._columns = np.nonzero(body)
        self._body = 255.0 * body[self._rows, self._columns]
        # device pixels along the ring, from its lowest point to either side
        angle = np.abs(np.arctan2(x[self._columns], x[self._rows]))
        self._along = angle * self._radius * ratio
        self._half = math.pi * self._radius * ratio
        self._shades = shades(theme.breath)

    def draw(self, painter: QPainter, share: float, opacity: float) -> None:
        """Draw ``share`` (0 to 1) of the ring."""
        if share <= 0.0 or opacity <= 0.0:
            return
        lit = np.clip(share * self._half - self._along + 0.5, 0.0, 1.0)
        self._pixels[self._rows, self._columns] = self._shades[(lit * self._body).astype(np.uint8)]
        painter.setOpacity(_OPACITY * opacity)
        painter.drawImage(self._rect, self._image)
        if share < 1.0:
            self._draw_ends(painter, share)
        painter.setOpacity(1.0)

    def _draw_ends(self, painter: QPainter, share: float) -> None:
        """Round the two ends; the inner half of each dot lies on what is lit."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        angle, half = share * math.pi, self._width / 2
        x, y = self._radius * math.sin(angle), self._radius * math.cos(angle)
        for side in (-1.0, 1.0):
            painter.drawEllipse(self._middle + QPointF(side * x, y), half, half)
