"""The water's surface: the heart's line from the left, the pearl at now, the invited breaths."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QRadialGradient

from coherence.ui.scene.layout import Layout
from coherence.ui.scene.pixels import GLOW, Polygon, blank, pixels_of, shades
from coherence.ui.scene.state import Floats, HeartLine, SceneState
from coherence.ui.theme import Theme, alpha

INVITED_SWING = 0.72  # the invited waves are a little lower than the heart's usual ones
JOIN_S = 3.0  # the invitation grows out of the pearl's height over this time
DOT_S = 1.1
_POINTS = 181  # of the surface across the window
_FINE = 8  # steps of distance a device pixel
_FAR = np.uint16(40 * _FINE)


class Surface:
    """Paints the moving part of the water, for one theme and layout."""

    def __init__(self, theme: Theme, layout: Layout) -> None:
        self._theme, self._layout = theme, layout
        self._x = np.linspace(0.0, layout.width, _POINTS)
        self._seconds = (self._x - layout.moon[0]) / layout.px_per_s
        self._shape = Polygon(_POINTS + 2)
        corners = ((0.0, layout.band_bottom), (layout.width, layout.band_bottom))
        self._shape.points[[0, -1]] = np.array(corners) * layout.ratio
        self._shape.points[1:-1, 0] = self._x * layout.ratio
        self._line = _Line(theme, layout)
        self._pearl = _pearl(theme, layout)

    def draw(self, painter: QPainter, state: SceneState, water: QImage, now_s: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = self._layout.ratio
        self._shape.points[1:-1, 1] = self.y(self.heights(state, self._seconds)) * ratio
        painter.save()
        painter.scale(1.0 / ratio, 1.0 / ratio)  # shape and texture are in device pixels
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(water))
        painter.setBrushOrigin(QPointF(0.0, round(self._layout.band_top * ratio)))
        painter.drawPolygon(self._shape.qt)
        painter.restore()
        self._draw_invitation(painter, state, now_s)
        if state.heart is not None:
            self._line.draw(painter, state.heart)
            self._draw_hollow(painter, state.heart)
            self._draw_pearl(painter, state.heart)

    def y(self, heights: Floats) -> Floats:
        """Pixels from the top for heights (n,)."""
        return self._layout.horizon - self._layout.amplitude * heights

    def heights(self, state: SceneState, seconds: Floats) -> Floats:
        """The surface (n,) at ``seconds`` (n,) from now: the heart's line, then the guide's."""
        here = 0.0
        past: Floats = np.zeros(len(seconds))
        if state.heart is not None:
            past = np.interp(seconds, state.heart.seconds, state.heart.heights)
            here = float(state.heart.heights[-1])
        coming: Floats = np.zeros(len(seconds))
        if len(state.ahead):
            invited = np.interp(seconds, state.ahead_s, state.ahead)
            coming = (2.0 * invited - 1.0) * INVITED_SWING * state.ahead_opacity
        share = np.clip(seconds / JOIN_S, 0.0, 1.0)
        share = share * share * (3.0 - 2.0 * share)
        return np.where(seconds <= 0.0, past, here + (coming - here) * share)

    def _draw_invitation(self, painter: QPainter, state: SceneState, now_s: float) -> None:
        """Dots that come towards the pearl, as the breaths they invite do."""
        if state.ahead_opacity <= 0.0 or not len(state.ahead):
            return
        layout, theme = self._layout, self._theme
        (moon_x, _), radius = layout.moon, 1.9 * layout.scale
        first = DOT_S - now_s % DOT_S
        seconds = np.arange(first, (layout.width - moon_x) / layout.px_per_s, DOT_S)
        seconds = seconds[seconds > 0.4]
        x = moon_x + seconds * layout.px_per_s
        y = self.y(self.heights(state, seconds))
        fade = 1.0 - (x - moon_x) / max(1.0, layout.width - moon_x)
        fade = 0.92 * fade**0.9 * np.clip((seconds - 0.4) / 0.6, 0.0, 1.0) * state.ahead_opacity
        painter.setPen(Qt.PenStyle.NoPen)
        colour = QColor(theme.breath)
        for px, py, opacity in zip(x.tolist(), y.tolist(), fade.tolist(), strict=True):
            colour.setAlphaF(opacity)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(px, py), radius, radius)

    def _draw_hollow(self, painter: QPainter, heart: HeartLine) -> None:
        if not len(heart.hollow_s):
            return
        layout, theme = self._layout, self._theme
        x = layout.moon[0] + heart.hollow_s * layout.px_per_s
        y = self.y(heart.hollow_heights)
        radius = 4.2 * layout.scale
        painter.setBrush(QColor(theme.water[0]))
        for px, py, seconds in zip(x.tolist(), y.tolist(), heart.hollow_s.tolist(), strict=True):
            fade = min(1.0, 0.15 + 1.2 * (1.0 + seconds * layout.px_per_s / layout.moon[0]))
            painter.setPen(QPen(alpha(theme.hi, 0.8 * fade), max(1.0, 1.5 * layout.scale)))
            painter.drawEllipse(QPointF(px, py), radius, radius)

    def _draw_pearl(self, painter: QPainter, heart: HeartLine) -> None:
        presence = float(heart.presence[-1])
        if presence <= 0.0:
            return
        y, reach = float(self.y(heart.heights[-1:])[0]), 19.0 * self._layout.scale
        x = self._layout.moon[0]
        painter.setOpacity(presence)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(x - reach, y - reach, 2 * reach, 2 * reach), self._pearl)
        painter.setOpacity(1.0)


class _Line:
    """The heart's line with its glow, as one small picture written by NumPy.

    Three wide antialiased strokes with gradients cost Qt ten times as much, and its glow steps.
    """

    def __init__(self, theme: Theme, layout: Layout) -> None:
        self._layout = layout
        ratio, scale = layout.ratio, layout.scale
        self._columns = max(2, round(layout.moon[0] * ratio))
        self._margin = 14.0 * scale
        self._top = layout.band_top - self._margin
        height = layout.band_bottom + self._margin - self._top
        rows = max(2, round(height * ratio))
        self._image = blank(self._columns, rows)
        self._pixels = pixels_of(self._image)
        self._rows = np.arange(rows, dtype=np.float32)[:, None]
        self._rect = QRectF(0.0, self._top, self._columns / ratio, rows / ratio)
        x = (np.arange(self._columns) + 0.5) / ratio
        self._seconds = (x - layout.moon[0]) / layout.px_per_s
        self._fade = np.interp(x / layout.moon[0], (0.0, 0.25, 1.0), (0.0, 0.55, 1.0))
        # opacity by distance from the line: its body of 2.4 px, and two soft glows
        away = np.arange(int(_FAR) + 1) / _FINE / ratio / scale
        body = np.clip((1.2 - away) * scale * ratio + 0.5, 0.0, 1.0)
        glow = 0.24 * np.exp(-((away / 3.4) ** 2)) + 0.10 * np.exp(-((away / 7.5) ** 2))
        self._opacity = (255.0 * (1.0 - (1.0 - 0.95 * body) * (1.0 - glow))).astype(np.float32)
        self._shades = shades(theme.heart)

    def draw(self, painter: QPainter, heart: HeartLine) -> None:
        layout = self._layout
        heights = np.interp(self._seconds, heart.seconds, heart.heights)
        presence = np.interp(self._seconds, heart.seconds, heart.presence)
        y = (layout.horizon - layout.amplitude * heights - self._top) * layout.ratio - 0.5
        # across the line, not straight up: steep water must not look thin
        lean = _FINE / np.sqrt(1.0 + np.gradient(y) ** 2)
        away = self._rows - y.astype(np.float32)
        np.abs(away, out=away)
        away *= lean.astype(np.float32)
        np.minimum(away, np.float32(_FAR), out=away)
        opacity = self._opacity.take(away.astype(np.uint16), mode="clip")
        opacity *= (self._fade * presence).astype(np.float32)
        self._shades.take(opacity.astype(np.uint8), out=self._pixels, mode="clip")
        painter.drawImage(self._rect, self._image)


def _pearl(theme: Theme, layout: Layout) -> QImage:
    """Now: a small light on the water."""
    size = max(8, round(34 * layout.scale * layout.ratio))
    image = blank(size, size, GLOW)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 34, size / 34)
    painter.setPen(Qt.PenStyle.NoPen)
    glow = QRadialGradient(17.0, 17.0, 17.0)
    glow.setColorAt(0.0, alpha(theme.orb_core, 0.92))
    glow.setColorAt(0.30, alpha(theme.heart, 0.55))
    glow.setColorAt(0.62, alpha(theme.heart, 0.20))
    glow.setColorAt(1.0, alpha(theme.heart, 0.0))
    painter.setBrush(glow)
    painter.drawEllipse(QPointF(17.0, 17.0), 17.0, 17.0)
    painter.setBrush(QColor(theme.orb_core if theme.dark else theme.heart))
    painter.drawEllipse(QPointF(17.0, 17.0), 4.6, 4.6)
    painter.end()
    return image
