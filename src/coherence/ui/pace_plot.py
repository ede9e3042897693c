"""How far the heart swung at each pace, and the pace that was found: painted, for looking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from coherence.analysis.resonance import Resonance
from coherence.translation import _, number
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, alpha

TICKS_PER_MIN = (4.5, 5.0, 5.5, 6.0, 6.5)
FROM_PER_MIN, TO_PER_MIN = 4.2, 6.8
HEIGHT_PX = 236
BEATS, MILLISECONDS = _("beats a minute"), "ms"
NAME = _("The swing of your heart at each pace")
AXIS = _("breaths a minute")


@dataclass(frozen=True, slots=True, eq=False)
class Swings:
    """What is drawn: (k,) paces and swings, which of them count, and a line through them."""

    per_min: NDArray[np.float64]
    swing: NDArray[np.float64]
    counts: NDArray[np.bool_]
    line: NDArray[np.float64]  # (k,) of the same paces
    unit: str


def swings_of(result: Resonance) -> Swings | None:
    """The swings of an assessment, slowest pace first; ``None`` where nothing was measured."""
    if result.slide is not None:
        slide = result.slide
        paces, breath = np.unique(slide.per_min, return_inverse=True)
        halves = np.bincount(breath)  # of each breath: a wave up and one down
        swing = np.bincount(breath, slide.swing_ms) / halves
        line = np.bincount(breath, slide.smooth_ms) / halves
        return Swings(paces, swing, np.ones(len(paces), np.bool_), line, MILLISECONDS)
    steps = sorted((s for s in result.steps if s.criteria is not None), key=lambda s: s.per_min)
    if not steps:
        return None
    swing = np.array([s.criteria.swing_bpm for s in steps if s.criteria is not None])
    per_min = np.array([s.per_min for s in steps])
    return Swings(per_min, swing, np.array([not s.rejected for s in steps]), swing, BEATS)


class PacePlot(QWidget):
    """Paces from slow to quick, the swing above each, and the found pace as an upright line."""

    def __init__(self, theme: Theme, swings: Swings, result: Resonance) -> None:
        super().__init__()
        self._swings, self._result = swings, result
        self._dense = len(swings.per_min) > len(TICKS_PER_MIN)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(NAME)
        self.setAccessibleDescription(described(swings, result))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFixedHeight(round(HEIGHT_PX * max(1.0, theme.text_scale)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, self.height())

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font(12, REGULAR)
        painter.setFont(font)
        letters = painter.fontMetrics()
        left = letters.horizontalAdvance("000") + 8.0
        foot = 2.0 * letters.height() + 10.0
        head = letters.height() + 12.0
        self._plot = QRectF(left, head, self.width() - left - 8.0, self.height() - head - foot)
        top = float(max(self._swings.swing[~np.isnan(self._swings.swing)].max(), 1.0)) * 1.12
        self._top = top
        self._paint_ground(painter)
        self._paint_found(painter)
        self._paint_swings(painter)

    def _at(self, per_min: float, swing: float) -> QPointF:
        plot = self._plot
        across = (per_min - FROM_PER_MIN) / (TO_PER_MIN - FROM_PER_MIN)
        return QPointF(
            plot.left() + plot.width() * min(1.0, max(0.0, across)),
            plot.bottom() - plot.height() * swing / self._top,
        )

    def _paint_ground(self, painter: QPainter) -> None:
        theme, plot = self._theme, self._plot
        letters = painter.fontMetrics()
        tall = letters.height()
        for swing in _round_values(self._top):
            y = self._at(FROM_PER_MIN, swing).y()
            painter.setPen(QPen(alpha(theme.line, 0.9), 1.0))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(theme.low))
            box = QRectF(0.0, y - tall / 2, plot.left() - 8.0, tall)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, number(swing))
        painter.setPen(QColor(theme.low))
        painter.drawText(QPointF(0.0, letters.ascent() + 1.0), self._swings.unit)
        for per_min in TICKS_PER_MIN:
            x = self._at(per_min, 0.0).x()
            box = QRectF(x - 30, plot.bottom() + 4, 60, tall)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, number(per_min))
        under = QRectF(plot.left(), plot.bottom() + tall + 6, plot.width(), tall)
        painter.drawText(under, Qt.AlignmentFlag.AlignHCenter, AXIS)

    def _paint_found(self, painter: QPainter) -> None:
        found, around = self._result.per_min, self._result.uncertainty_per_min
        if found is None or around is None:
            return
        theme, plot = self._theme, self._plot
        x = self._at(found, 0.0).x()
        low, high = self._at(found - around, 0.0).x(), self._at(found + around, 0.0).x()
        painter.fillRect(
            QRectF(low, plot.top(), high - low, plot.height()), alpha(theme.breath, 0.13)
        )
        painter.setPen(QPen(alpha(theme.breath, 1.0), 2.0))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setFont(theme.font(13, SEMIBOLD))
        painter.setPen(QColor(theme.breath_text))
        tall = painter.fontMetrics().height()
        box = QRectF(x - 60, plot.top() - tall - 3, 120, tall)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, number(found, 1))
        painter.setFont(theme.font(12, REGULAR))

    def _paint_swings(self, painter: QPainter) -> None:
        theme, swings = self._theme, self._swings
        points = [self._at(p, s) for p, s in zip(swings.per_min, swings.swing, strict=True)]
        line = QPolygonF(
            [
                self._at(p, s)
                for p, s, counts in zip(swings.per_min, swings.line, swings.counts, strict=True)
                if counts
            ]
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(alpha(theme.heart, 1.0), 2.2))
        painter.drawPolyline(line)
        size = 1.8 if self._dense else 5.0
        for point, counts in zip(points, swings.counts, strict=True):
            painter.setPen(QPen(alpha(theme.heart, 0.55 if self._dense else 1.0), 1.6))
            ground = theme.heart if counts else theme.surface
            painter.setBrush(alpha(ground, 0.55 if self._dense else 1.0))
            painter.drawEllipse(point, size, size)


def described(swings: Swings, result: Resonance) -> str:
    """What the plot shows, for those who do not see it."""
    said = []
    for per_min in TICKS_PER_MIN:
        near = np.abs(swings.per_min - per_min) <= 0.13
        if near.any():
            said.append(
                _("{mean:.0f} at {per_min} a minute").format(
                    mean=swings.line[near].mean(), per_min=number(per_min)
                )
            )
    sentence = _("Swing in {unit}: {swings}.").format(unit=swings.unit, swings=", ".join(said))
    if result.per_min is None:
        return sentence
    return _("{sentence} Marked: {per_min} a minute.").format(
        sentence=sentence, per_min=number(result.per_min, 1)
    )


def _round_values(top: float) -> list[float]:
    """Three or four round numbers from 0 up to ``top``.

    >>> _round_values(9.3), _round_values(140.0)
    ([0.0, 3.0, 6.0, 9.0], [0.0, 50.0, 100.0])
    """
    step = 10.0 ** np.floor(np.log10(top / 3.0))
    step *= next(k for k in (1, 2, 3, 5, 10) if step * k * 4 > top)
    return [float(step * i) for i in range(int(top / step) + 1)]
