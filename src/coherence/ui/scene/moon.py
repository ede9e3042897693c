"""The moon (in the morning a sun) and its light: made once a size, coloured once a light step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from coherence.ui.scene.layout import Layout
from coherence.ui.scene.pixels import GLOW, Gradient, pixels_of, stops
from coherence.ui.scene.state import Floats
from coherence.ui.theme import Theme, alpha, mix, ramp, rgb

REACH = 1.20  # the moon's picture reaches this many radii, for the soft rim
LARGEST_PX = 760  # beyond this the picture is scaled up: all of it is soft
HALO_PX = 1400
REDUCED_VOLUME = 0.80  # its constant size in reduced motion
# from the light's focus outwards: 0 is the core's colour, 1 the body's, 2 the edge's
_PLACES = (0.0, 0.14, 0.30, 0.46, 0.62, 0.78, 0.965, 1.0)
_DEPTHS = (0.0, 0.10, 0.24, 0.42, 0.66, 1.10)
_HALO_PLACES = (0.0, 0.30, 0.52, 0.78, 1.0)
_HALO_STRENGTH = (1.0, 0.66, 0.30, 0.07, 0.0)


def halo_reach(light: float) -> float:
    """How many radii the halo reaches."""
    return 1.9 + 1.25 * light


def moon_edge(theme: Theme, light: float) -> str:
    """The colour of the moon's rim: lavender when the light is low, honey when it is full."""
    body = ramp(theme.light, light)
    warm = mix(body, theme.breath if theme.dark else "#F4BE7C", 0.42 * light + 0.10)
    cool = mix(body, theme.therapist, 0.30) if theme.dark else warm
    share = max(0.0, min(1.0, (light - 0.52) / 0.30))
    return mix(mix(cool, warm, share), theme.orb_core, 0.08)


class Moon:
    """Pictures of the moon and of its halo, of one theme and size, for any light."""

    def __init__(self, theme: Theme, layout: Layout) -> None:
        self._theme, self._layout = theme, layout
        radius_px = min(layout.largest_radius * layout.ratio, LARGEST_PX / 2 / REACH)
        self._body = Gradient(_focal(radius_px, *((0.14, 0.20) if theme.dark else (0.06, 0.10))))
        self._rim = _rim(theme, radius_px) if theme.dark else None
        self.image = QImage()

        largest = layout.largest_radius * halo_reach(1.0) * layout.ratio
        self._halo = Gradient(_distance(min(largest, HALO_PX / 2)), seed=2)
        self._halo_light, self._halo_image = -1.0, QImage()

    def colour(self, light: float) -> None:
        """Make the picture for ``light`` (0 to 1)."""
        theme, body = self._theme, ramp(self._theme.light, light)
        edge = moon_edge(theme, light)
        shades: list[tuple[float, ...]] = []
        for depth in _DEPTHS:
            inner = mix(theme.orb_core, body, min(1.0, depth))
            shades.append((*rgb(mix(inner, edge, max(0.0, depth - 1.0))), 1.0))
        shades += [(*rgb(edge), 1.0), (*rgb(edge), 0.0), (*rgb(edge), 0.0)]
        places = (*(place / REACH for place in _PLACES), 1.0)
        self.image = self._body.image(stops(places, shades))
        if self._rim is not None:
            painter = QPainter(self.image)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOver)
            painter.drawImage(0, 0, self._rim)
            painter.end()

    def draw(self, painter: QPainter, volume: float) -> None:
        reach = self._layout.radius(volume) * REACH
        x, y = self._layout.moon
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(x - reach, y - reach, 2 * reach, 2 * reach), self.image)

    def halo(self, light: float) -> QImage:
        """The glow round the moon: honey near it, a cooler colour far out."""
        if light == self._halo_light:
            return self._halo_image
        theme = self._theme
        warm = mix(theme.breath if theme.dark else "#F4CB8C", ramp(theme.light, light), 0.5)
        cool = theme.halo_outer
        colours = (warm, mix(warm, cool, 0.35), cool, cool, cool)
        strength = 0.20 + 0.30 * light
        values = [
            (*rgb(colour), strength * share)
            for colour, share in zip(colours, _HALO_STRENGTH, strict=True)
        ]
        self._halo_light = light
        self._halo_image = self._halo.image(stops(_HALO_PLACES, values))
        return self._halo_image


def draw_ring(painter: QPainter, theme: Theme, layout: Layout) -> None:
    """The faint ring the moon grows towards."""
    colour = alpha(theme.hi, 0.17) if theme.dark else alpha(theme.breath, 0.26)
    painter.setPen(QPen(colour, max(1.0, 1.4 * layout.scale)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(*layout.moon), layout.ring_radius, layout.ring_radius)


def _distance(radius_px: float) -> Floats:
    """Distance from the middle (0) to the rim (1) of a square picture."""
    size = max(8, 2 * round(radius_px))
    axis = (np.arange(size) + 0.5) / size * 2.0 - 1.0
    return np.asarray(np.hypot(axis[:, None], axis[None, :]))


def _focal(radius_px: float, left: float, up: float) -> Floats:
    """Places (0 to 1) of a gradient that starts off-centre: the light falls from upper left.

    The place t of a pixel is that of the circle it lies on, when circles grow from the focus
    (radius 0) to the rim (radius 1) while their middles move from the focus to the centre.
    """
    size = max(8, 2 * round(radius_px * REACH))
    axis = ((np.arange(size) + 0.5) / size * 2.0 - 1.0) * REACH
    x, y = axis[None, :] + left, axis[:, None] + up
    along, away = x * left + y * up, x * x + y * y
    a = 1.0 - left * left - up * up
    place = (-along + np.sqrt(along * along + a * away)) / a
    outside = np.hypot(axis[None, :], axis[:, None]) > 1.0
    return np.asarray(np.where(outside, np.hypot(axis[None, :], axis[:, None]), place) / REACH)


def _rim(theme: Theme, radius_px: float) -> QImage:
    """Three soft discs, a little apart: lavender, teal and honey at the moon's edge."""
    size = max(8, 2 * round(radius_px * REACH))
    axis = ((np.arange(size) + 0.5) / size * 2.0 - 1.0) * REACH
    rest = np.ones((size, size, 3))
    for colour, angle in ((theme.therapist, 2.8), (theme.heart, 4.8), (theme.breath, 0.9)):
        x, y = 0.075 * np.cos(angle), 0.075 * np.sin(angle)
        away = np.hypot(axis[None, :] - x, axis[:, None] - y) / 1.12
        strength = np.interp(away, (0.0, 0.78, 0.86, 0.93, 1.0), (0.40, 0.36, 0.20, 0.07, 0.0))
        rest *= 1.0 - strength[..., None] * np.array(rgb(colour)) / 255.0
    # light on light: where the discs cross they add up as lamps do (1 − the product of the rests)
    grain = np.random.default_rng(5).random((size, size, 1))
    parts = np.floor((1.0 - rest) * 255.0 + grain).astype(np.uint32)
    opacity = parts.max(axis=2)
    image = QImage(size, size, GLOW)
    pixels_of(image)[...] = (
        (opacity << 24) | (parts[..., 0] << 16) | (parts[..., 1] << 8) | parts[..., 2]
    )
    return image
