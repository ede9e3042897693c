"""What does not move: sky, stars, hills, halo and water, painted once and kept as plates.

Two plates hold the halo as it is with empty and with full lungs. A frame lays one over the other
by the breath's volume: that costs a blend of plain pixels, not a scaled glow.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QLinearGradient, QPainter, QPainterPath, QRadialGradient

from coherence.ui.scene.layout import STARLESS_PX, Layout
from coherence.ui.scene.moon import Moon, draw_ring, halo_reach
from coherence.ui.scene.pixels import SOLID, Gradient, blank, pixels_of, solid, straight, veil
from coherence.ui.scene.state import Floats
from coherence.ui.theme import SKY_STOPS, WATER_STOPS, Theme, alpha, mix, ramp

LIGHT_STEPS = 24
_EMPTY_HALO = 0.62  # the halo's strength with empty lungs


class Backdrop:
    """Plates of one theme and layout. ``turn_to`` brings them to another light."""

    def __init__(self, theme: Theme, layout: Layout) -> None:
        self._theme, self._layout = theme, layout
        self.moon = Moon(theme, layout)
        self._sky = _sky(theme, layout)
        self._deep = _deep(theme, layout)
        self._glints = _glints(theme, layout)
        self._column = Gradient(_column_places(layout), seed=3)
        self.halo_rect = self._halo_rect()
        self.empty = self._sky.copy()
        self.full = self._sky.copy(self._device(self.halo_rect))
        self.water = self._deep.copy()
        self._step = -1
        self._jobs: list[Callable[[], None]] = []

    def is_turning(self, light: float) -> bool:
        """Whether ``turn_to(light)`` would change a plate."""
        return bool(self._jobs) or _step(light) != self._step

    def turn_to(self, light: float) -> None:
        """Bring the plates to ``light``: all at once the first time, then one plate a call."""
        if not self._jobs and _step(light) != self._step:
            first = self._step < 0
            self._step = _step(light)
            shade = self._step / LIGHT_STEPS
            self._jobs = [
                lambda: self._shine(self.full, self.halo_rect, shade, full=True),
                lambda: self._shine(self.empty, QRect(), shade, full=False),
                lambda: self.moon.colour(shade),
                lambda: self._reflect(shade),
            ]
            while first and self._jobs:
                self._jobs.pop(0)()
        elif self._jobs:
            self._jobs.pop(0)()

    def draw(self, painter: QPainter, volume: float) -> None:
        """Sky and halo for the breath's ``volume``, and the water below its line."""
        layout = self._layout
        painter.drawImage(QRectF(0, 0, layout.width, layout.height), self.empty)
        if volume > 0.0:
            painter.setOpacity(min(1.0, volume))
            painter.drawImage(QRectF(self.halo_rect), self.full)
            painter.setOpacity(1.0)

    # --- the plates ---

    def _halo_rect(self) -> QRect:
        """Where the largest halo falls on the sky (logical pixels)."""
        layout = self._layout
        (x, y), reach = layout.moon, layout.largest_radius * halo_reach(1.0)
        wanted = QRect(math.floor(x - reach), math.floor(y - reach), math.ceil(2 * reach), 0)
        wanted.setBottom(int(layout.band_bottom) - 1)
        return wanted & QRect(0, 0, layout.width, int(layout.band_bottom))

    def _device(self, rect: QRect) -> QRect:
        ratio = self._layout.ratio
        return QRect(
            round(rect.x() * ratio),
            round(rect.y() * ratio),
            round(rect.width() * ratio),
            round(rect.height() * ratio),
        )

    def _shine(self, plate: QImage, window: QRect, light: float, full: bool) -> None:
        """Lay the halo (with full or empty lungs) and the ring on a plate showing ``window``."""
        layout = self._layout
        source = self._device(self.halo_rect)
        target = QPointF() if full else QPointF(source.topLeft())
        painter = QPainter(plate)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(target, self._sky, QRectF(source))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setClipRect(QRectF(target, source.size()))
        painter.scale(layout.ratio, layout.ratio)
        painter.translate(-window.x(), -window.y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        radius = layout.largest_radius if full else layout.smallest_radius
        (x, y), reach = layout.moon, radius * halo_reach(light)
        painter.setOpacity(1.0 if full else _EMPTY_HALO)
        halo = QRectF(x - reach, y - reach, 2 * reach, 2 * reach)
        painter.drawImage(halo, self.moon.halo(light))
        painter.setOpacity(1.0)
        draw_ring(painter, self._theme, layout)
        painter.end()

    def _reflect(self, light: float) -> None:
        """Water with the moon in it; its lower part also goes onto the plate below the line."""
        theme, layout = self._theme, self._layout
        strength = 0.16 + 0.34 * light
        tint = mix(ramp(theme.light, light), theme.heart if theme.dark else "#FFFFFF", 0.45)
        column = self._column.image(veil(tint, min(1.0, 1.1 * strength)))
        x = layout.moon[0] - 0.45 * layout.unit
        band = QRectF(x, 0.0, 0.9 * layout.unit, layout.height - layout.band_top)
        painter = QPainter(self.water)
        painter.drawImage(0, 0, self._deep)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(layout.ratio, layout.ratio)
        painter.drawImage(band, column)
        painter.setOpacity(strength)
        painter.drawImage(band, self._glints)
        painter.end()
        painter = QPainter(self.empty)
        below = round((layout.band_bottom - layout.band_top) * layout.ratio)
        source = QRect(0, below, self.water.width(), self.water.height() - below)
        painter.drawImage(
            QPointF(0.0, round(layout.band_bottom * layout.ratio)), self.water, QRectF(source)
        )
        painter.end()


def _device_size(layout: Layout, height: float) -> tuple[int, int]:
    return math.ceil(layout.width * layout.ratio), math.ceil(height * layout.ratio)


def _step(light: float) -> int:
    return round(max(0.0, min(1.0, light)) * LIGHT_STEPS)


def _rows(count: int, layout: Layout) -> Floats:
    """Where the middles of so many rows of device pixels are, in logical pixels."""
    return np.asarray((np.arange(count) + 0.5) / layout.ratio, np.float64)


def _sky(theme: Theme, layout: Layout) -> QImage:
    """Sky, stars and hills, and the haze where the water's line dips below the horizon."""
    width, height = _device_size(layout, layout.height)
    image = QImage(width, height, SOLID)
    y = _rows(height, layout)
    haze = (mix(theme.sky[3], theme.water[0], 0.35), theme.water[0])
    above = straight(SKY_STOPS, theme.sky, y / layout.horizon)
    below = straight((0.0, 1.0), haze, (y - layout.horizon) / (0.12 * layout.unit))
    solid(np.where((y <= layout.horizon)[:, None], above, below), pixels_of(image))
    painter = QPainter(image)
    painter.scale(layout.ratio, layout.ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if theme.dark:
        _stars(painter, layout)
    _hills(painter, theme, layout)
    painter.end()
    return image


def _stars(painter: QPainter, layout: Layout) -> None:
    random = np.random.default_rng(21)
    (x0, y0), clear = layout.moon, 0.27 * layout.unit
    for _ in range(round(110 * layout.width / layout.height / 1.6)):
        x = random.uniform(0.0, layout.width)
        depth = random.beta(1.1, 2.4) * 0.9
        brightness, radius = random.uniform(0.10, 0.62), random.uniform(0.45, 1.15)
        y = depth * layout.horizon
        if y < STARLESS_PX or math.hypot(x - x0, y - y0) < clear:
            continue
        radius *= max(1.0, layout.scale)
        painter.setBrush(alpha("#E8F0F5", brightness * (1.0 - depth)))
        painter.drawEllipse(QPointF(x, y), radius, radius)


def _hills(painter: QPainter, theme: Theme, layout: Layout) -> None:
    random = np.random.default_rng(3)
    far = theme.water[1] if theme.dark else "#9DB7BC"
    x = np.linspace(0.0, layout.width, 240)
    for k, (height, base, opacity) in enumerate(((0.050, 0.030, 0.34), (0.034, 0.012, 0.62))):
        phases = random.uniform(0.0, 6.0, 5)
        waves = [
            np.sin(x / layout.width * np.pi * (2.1 * (j + 1) + 1.3 * k) + phase) / (j + 1.4)
            for j, phase in enumerate(phases)
        ]
        ridge = np.sum(waves, axis=0)
        ridge = (ridge - ridge.min()) / np.ptp(ridge)
        y = layout.horizon - layout.unit * (base + height * ridge)
        path = QPainterPath(QPointF(0.0, layout.horizon))
        for px, py in zip(x.tolist(), y.tolist(), strict=True):
            path.lineTo(px, py)
        path.lineTo(layout.width, layout.horizon)
        path.closeSubpath()
        colour = mix(theme.sky[3], far, 0.30 + 0.38 * k)
        fade = QLinearGradient(0.0, layout.horizon - 0.09 * layout.unit, 0.0, layout.horizon)
        fade.setColorAt(0.0, alpha(colour, opacity))
        fade.setColorAt(1.0, alpha(colour, 0.55 * opacity))
        painter.setBrush(fade)
        painter.drawPath(path)


def _deep(theme: Theme, layout: Layout) -> QImage:
    """The water from the top of its band to the bottom of the window."""
    width, height = _device_size(layout, layout.height - layout.band_top)
    image = QImage(width, height, SOLID)
    y = layout.band_top + _rows(height, layout)
    crest = layout.horizon - layout.amplitude
    share = (y - crest) / (layout.height - crest)
    solid(straight(WATER_STOPS, theme.water, share), pixels_of(image), seed=4)
    return image


def _column_places(layout: Layout) -> Floats:
    """The moon's reflection: how strong (0 to 1), over the band from its top down."""
    depth = layout.height - layout.band_top
    width, height = max(2, round(0.45 * layout.unit)), max(2, round(depth / 2))
    x = ((np.arange(width) + 0.5) / width - 0.5) * 0.9 * layout.unit
    y = (np.arange(height) + 0.5) / height * depth + layout.band_top - layout.horizon
    radius, reach = 0.16 * layout.unit, 1.05 * (layout.height - layout.horizon)
    place = np.zeros((height, width))
    for wide, strength in ((1.55, 0.40), (0.85, 0.60)):
        away = np.hypot(x[None, :] / (radius * wide), y[:, None] / reach)
        place += strength * np.clip(1.0 - away, 0.0, 1.0) ** 2.2
    return place


def _glints(theme: Theme, layout: Layout) -> QImage:
    """Short bright strokes on the water below the moon; fewer where the words stand."""
    depth, unit = layout.height - layout.horizon, layout.unit
    wide, tall = 0.9 * unit, layout.height - layout.band_top
    image = blank(round(wide * layout.ratio), round(tall * layout.ratio))
    painter = QPainter(image)
    painter.scale(layout.ratio, layout.ratio)
    painter.translate(0.45 * unit, layout.horizon - layout.band_top)
    random = np.random.default_rng(8)
    radius, count = 0.16 * unit, 22
    white = "#FFF3D2" if theme.dark else "#FFFFFF"
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for i in range(count):
        down = ((i + 0.5) / count) ** 1.25
        y = 0.55 * layout.amplitude + down * depth * 0.86
        wide = radius * (0.30 + 0.55 * random.random()) * (0.55 + 0.75 * down)
        tall = (0.8 + 2.6 * down) * layout.scale
        x = random.normal() * radius * 0.16 * (0.6 + 0.9 * down)
        strength = 0.34 * (1.0 - down) ** 1.3 + 0.02
        if 0.20 < down < 0.62:
            strength *= 0.35
        soft = QRadialGradient(0.0, 0.0, 1.0)
        for place, share in ((0.0, 1.0), (0.5, 0.5), (1.0, 0.0)):
            soft.setColorAt(place, alpha(white, strength * share))
        painter.save()
        painter.translate(x, y)
        painter.scale(wide, tall)
        painter.setBrush(soft)
        painter.drawEllipse(QPointF(0.0, 0.0), 1.0, 1.0)
        painter.restore()
    painter.end()
    return image
