"""Between NumPy and Qt's pixels: images over arrays, polygons over arrays, dithered gradients.

A gradient of few levels over a large space shows bands. Here every pixel rounds with a threshold
of its own, so that the eye sees the levels between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPolygonF

from coherence.ui.scene.state import Floats
from coherence.ui.scene.water import curve
from coherence.ui.theme import rgb

LEVELS = 1024  # steps of a gradient
_THRESHOLDS = 16
GLOW = QImage.Format.Format_ARGB32_Premultiplied
SOLID = QImage.Format.Format_RGB32


def pixels_of(image: QImage) -> NDArray[np.uint32]:
    """The pixels (height, width) of a 32-bit image, to read and write in place."""
    rows = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), -1)
    return rows[:, : image.width()]


def blank(width: int, height: int, kind: QImage.Format = GLOW) -> QImage:
    """An empty image of at least one pixel."""
    image = QImage(max(1, width), max(1, height), kind)
    image.fill(0)
    return image


class Polygon:
    """``size`` points that NumPy writes and Qt paints; a list of QPointF costs ten times more."""

    def __init__(self, size: int) -> None:
        self.qt = QPolygonF()
        self.qt.resize(size)
        address: Any = self.qt.data()  # told as a QPointF, is the start of all of them
        memory = shiboken6.VoidPtr(address, size * 16, True)  # type: ignore[call-arg]
        self.points: Floats = np.frombuffer(memory, np.float64).reshape(size, 2)  # type: ignore[call-overload]


def stops(places: Sequence[float], values: Sequence[Sequence[float]]) -> Floats:
    """Values (LEVELS, k) along 0 to 1, smooth through ``values`` (n, k) at ``places`` (n,)."""
    at = np.linspace(0.0, 1.0, LEVELS)
    x, y = np.asarray(places, float), np.asarray(values, float)
    return np.column_stack([curve(x, y[:, k], at) for k in range(y.shape[1])])


def veil(colour: str, opacity: float) -> Floats:
    """One colour (LEVELS, 4), from clear at 0 evenly to ``opacity`` at 1."""
    strength = np.linspace(0.0, opacity, LEVELS)[:, None]
    return np.hstack([np.tile(np.array(rgb(colour)), (LEVELS, 1)), strength])


def straight(places: Sequence[float], colours: Sequence[str], at: Floats) -> Floats:
    """Colours (n, 3), 0 to 255, at ``at`` (n,), straight between ``colours`` at ``places``."""
    parts = np.array([rgb(colour) for colour in colours])
    return np.column_stack([np.interp(at, places, parts[:, k]) for k in range(3)])


class Gradient:
    """A shape whose every pixel knows its place (0 to 1) on a gradient that is given later."""

    def __init__(self, place: Floats, seed: int = 1) -> None:
        grain = np.random.default_rng(seed).integers(0, _THRESHOLDS, place.shape)
        level = np.clip(place * (LEVELS - 1), 0, LEVELS - 1).astype(np.uint16)
        self._index = (level + grain.astype(np.uint16) * LEVELS).astype(np.uint16)

    def image(self, colours: Floats) -> QImage:
        """The shape in ``colours`` (LEVELS, 4): red, green, blue 0 to 255 and opacity 0 to 1."""
        height, width = self._index.shape
        image = QImage(width, height, GLOW)
        np.take(_dithered(colours), self._index, out=pixels_of(image), mode="clip")
        return image


def shades(colour: str) -> NDArray[np.uint32]:
    """One colour's premultiplied pixels (256,), from clear to solid."""
    share = np.arange(256.0)
    red, green, blue = (np.round(share * part / 255.0) for part in rgb(colour))
    return np.asarray(share * 2**24 + red * 2**16 + green * 2**8 + blue, np.uint32)


def _dithered(colours: Floats) -> NDArray[np.uint32]:
    """Premultiplied pixels (thresholds × LEVELS,), each row rounded with another threshold."""
    opacity = np.clip(colours[:, 3:], 0.0, 1.0)
    premultiplied = np.hstack([colours[:, :3] * opacity, 255.0 * opacity])
    thresholds = (np.arange(_THRESHOLDS) + 0.5) / _THRESHOLDS
    rounded = np.floor(premultiplied[None] + thresholds[:, None, None]).astype(np.uint32)
    red, green, blue, alpha = (rounded[..., k].ravel() for k in range(4))
    return np.asarray((alpha << 24) | (red << 16) | (green << 8) | blue, np.uint32)


def solid(colours: Floats, out: NDArray[np.uint32], seed: int = 0) -> None:
    """Fill ``out`` (height, width) with rows of ``colours`` (height, 3), with a grain of ±2."""
    random = np.random.default_rng(seed)
    for top in range(0, len(out), 64):  # in strips: a 4K window would want 200 MB at once
        rows = out[top : top + 64]
        grain = random.random(rows.shape, np.float32) - np.float32(0.5)
        grain += random.random(rows.shape, np.float32) - np.float32(0.5)
        red, green, blue = (
            np.clip(colours[top : top + 64, k, None] + 1.5 * grain + 0.5, 0, 255).astype(np.uint32)
            for k in range(3)
        )
        rows[...] = (0xFF << 24) | (red << 16) | (green << 8) | blue
