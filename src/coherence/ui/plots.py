"""The plots of the live screen: thin pyqtgraph parts in the theme's colours, with no autorange."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, alpha
from coherence.ui.widgets import Card, Label

Floats = NDArray[np.float64]
LEAST_PX = 150  # a plot that is lower says nothing
MOST_POINTS = 900  # a curve has at most about two points a pixel


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A plot with fixed ranges, two quiet axes and no mouse: it is for looking."""

    def __init__(self, theme: Theme, name: str, *, left: bool = True) -> None:
        super().__init__(background=theme.surface)
        self._theme, self._left = theme, left
        self.setFrameShape(self.Shape.NoFrame)
        for part in (self, self.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            part.setAccessibleName(name)
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.getViewBox().setMouseEnabled(False, False)
        item.getViewBox().setDefaultPadding(0)
        item.disableAutoRange()
        item.showAxis("left", left)
        # room above for the upper half of the highest number
        item.layout.setContentsMargins(0, 8 if left else 0, 8, 0)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setBackground(theme.surface)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(None))
            axis.setTickPen(pg.mkPen(None))
            axis.setTextPen(QColor(theme.low))
            font = theme.font(12, REGULAR)
            axis.setStyle(tickFont=font, tickLength=0, tickAlpha=0, tickTextHeight=0)
            if side == "bottom":  # by itself the axis makes room for letters of one size only
                axis.setHeight(round(1.9 * font.pixelSize()))
        self.setMinimumHeight(round(LEAST_PX * theme.text_scale))

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def ticks(self, side: str, ticks: Sequence[tuple[float, str]]) -> None:
        self.getPlotItem().getAxis(side).setTicks([list(ticks)])

    def curve(
        self,
        tone: str,
        width: float = 2.2,
        *,
        fill: float | None = None,
    ) -> pg.PlotCurveItem:
        """A curve to be given data."""
        colour = getattr(self._theme, tone)
        pen = pg.mkPen(colour, width=width)
        filled = {} if fill is None else {"fillLevel": 0.0, "brush": alpha(colour, fill)}
        curve = pg.PlotCurveItem(pen=pen, antialias=True, skipFiniteCheck=False, **filled)
        curve.setSegmentedLineMode("off")
        self.addItem(curve, ignoreBounds=True)
        return curve

    def dots(self, tone: str, size: float, *, hollow: bool = False) -> pg.ScatterPlotItem:
        colour = getattr(self._theme, tone)
        dots = pg.ScatterPlotItem(
            size=size,
            pen=pg.mkPen(colour, width=1.6) if hollow else None,
            brush=pg.mkBrush(self._theme.surface) if hollow else alpha(colour, 0.55),
        )
        self.addItem(dots, ignoreBounds=True)
        return dots

    def band(self, low: float, high: float, colour: str | QColor, *, upright: bool) -> None:
        """A still strip of ground from ``low`` to ``high``; ``upright`` along the x axis."""
        strip = pg.LinearRegionItem(
            (low, high),
            orientation="vertical" if upright else "horizontal",
            movable=False,
            brush=pg.mkBrush(colour),
            pen=pg.mkPen(None),
        )
        for line in strip.lines:
            line.setPen(pg.mkPen(None))
        strip.setZValue(-10)
        self.addItem(strip, ignoreBounds=True)

    def words(self, text: str, x: float, y: float, anchor: tuple[float, float]) -> pg.TextItem:
        words = pg.TextItem(text, color=self._theme.low, anchor=anchor)
        words.setFont(self._theme.font(12, SEMIBOLD))
        words.setPos(x, y)
        self.addItem(words, ignoreBounds=True)
        return words


class PlotCard(Card):
    """A card with a title, a quiet line beside it, something at the right, and room beneath.

    Where it is narrow the quiet line goes, and what stood at the right comes under the title.
    """

    def __init__(self, theme: Theme, title: str, beside: str = "") -> None:
        super().__init__(theme)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(8)
        self._head = QHBoxLayout()
        self._head.setSpacing(10)
        self._title = Label(title, theme, px=16, tone="hi")
        self._beside = Label(beside, theme, px=13, weight=REGULAR, tone="mid")
        self.right = Label("", theme, px=13, tone="mid")
        self._head.addWidget(self._title)
        self._head.addWidget(self._beside)
        self._head.addStretch()
        self._head.addWidget(self.right)
        self.column.addLayout(self._head)
        for label in (self._beside, self.right):
            label.setMinimumWidth(1)  # they do not hold the card wide
        self._under = False

    def say_right(self, text: str) -> None:
        """What stands at the right of the title."""
        if text != self.right.text():
            self.right.set_words(text)
            self._fit()

    def put(self, widget: QWidget, stretch: int = 1) -> None:
        self.column.addWidget(widget, stretch)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for label in (self._title, self._beside, self.right):
            label.set_theme(theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        margins = self.column.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 30
        title, beside, right = (
            label.fontMetrics().horizontalAdvance(label.text()) + 4
            for label in (self._title, self._beside, self.right)
        )
        self._beside.setVisible(bool(self._beside.text()) and title + beside + right <= room)
        under = title + right > room
        if under != self._under:
            self._under = under
            self.right.setWordWrap(under)
            if under:
                self.column.insertWidget(1, self.right)
            else:
                self._head.addWidget(self.right)


def thinned(t_s: Floats, y: Floats, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """At most about ``most`` points: in each stretch its lowest and highest, in order.

    >>> thinned(np.arange(6.0), np.array([0.0, 5.0, 1.0, 2.0, 2.5, -1.0]), 4)
    (array([0., 1., 4., 5.]), array([ 0. ,  5. ,  2.5, -1. ]))
    """
    size = len(t_s) // (most // 2) if len(t_s) > most else 1
    if size < 2:
        return t_s, y
    whole = len(t_s) // size * size
    rows = np.where(np.isnan(y[:whole]), np.inf, y[:whole]).reshape(-1, size)
    low = rows.argmin(axis=1)
    high = np.where(np.isinf(rows), -np.inf, rows).argmax(axis=1)
    start = np.arange(len(rows)) * size
    picked = np.sort(np.stack((start + low, start + high), axis=1), axis=1).ravel()
    picked = np.concatenate((picked, np.arange(whole, len(t_s))))
    return t_s[picked], y[picked]
