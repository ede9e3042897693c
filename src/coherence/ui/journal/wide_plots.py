"""Plots to be read closely: zoomed with wheel or keys, told under the pointer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent

from coherence.translation import _
from coherence.ui.plots import Plot
from coherence.ui.theme import Theme, alpha
from coherence.ui.widgets import draw_focus_ring

Floats = NDArray[np.float64]
AXIS_PX = 52  # of one width, so that plots one above the other agree
LEAST_S = 20.0  # no closer


class WidePlot(Plot):
    """A plot over the whole session: ``+``, ``-`` and arrows as the wheel; 0 shows all of it."""

    zoomed = Signal(float, float)
    pointed = Signal(float)  # a time, or NaN when the pointer is gone

    def __init__(self, theme: Theme, name: str, end_s: float, *, left: bool = True) -> None:
        super().__init__(theme, name, left=left)
        self._end_s = max(LEAST_S, end_s)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.getPlotItem().getAxis("left").setWidth(round(AXIS_PX * theme.text_scale))
        box = self.getPlotItem().getViewBox()
        box.setMouseEnabled(True, False)
        box.setLimits(xMin=0.0, xMax=self._end_s, minXRange=LEAST_S)
        self.setXRange(0.0, self._end_s, padding=0)
        box.sigXRangeChanged.connect(self._tell_range)
        self.scene().sigMouseMoved.connect(self._tell_pointer)
        self._cursor = pg.InfiniteLine(
            angle=90, pen=pg.mkPen(alpha(theme.low, 0.7), width=1.0), movable=False
        )
        self._cursor.hide()
        self.addItem(self._cursor, ignoreBounds=True)
        self._tell_range()

    def show_range(self, from_s: float, to_s: float) -> None:
        box = self.getPlotItem().getViewBox()
        box.blockSignals(True)
        self.setXRange(from_s, to_s, padding=0)
        box.blockSignals(False)
        self._tick(from_s, to_s)

    def point_at(self, t_s: float) -> None:
        """Draw the line of the pointer at a time; none for NaN."""
        self._cursor.setVisible(bool(np.isfinite(t_s)))
        if np.isfinite(t_s):
            self._cursor.setPos(t_s)

    def moments(self, moments: tuple[tuple[float, str], ...], top: float) -> None:
        """A fine line and its word for each marked moment."""
        for t_s, label in moments:
            line = pg.InfiniteLine(t_s, pen=pg.mkPen(alpha(self._theme.therapist, 0.8), width=1.2))
            self.addItem(line, ignoreBounds=True)
            self.words(label or _("a moment"), t_s, top, (-0.05, 0.0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            around = QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1)
            draw_focus_ring(painter, around, 10, self._theme)

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)
        self.pointed.emit(float("nan"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        low, high = self.getPlotItem().getViewBox().viewRange()[0]
        middle, half = (low + high) / 2.0, (high - low) / 2.0
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                half = max(LEAST_S / 2.0, half / 1.5)
            case Qt.Key.Key_Minus:
                half = min(self._end_s / 2.0, half * 1.5)
            case Qt.Key.Key_Left:
                middle -= half / 2.0
            case Qt.Key.Key_Right:
                middle += half / 2.0
            case Qt.Key.Key_0:
                middle, half = self._end_s / 2.0, self._end_s / 2.0
            case _:
                super().keyPressEvent(event)
                return
        middle = min(max(middle, half), self._end_s - half)
        self.setXRange(middle - half, middle + half, padding=0)

    def _tell_range(self, *_: object) -> None:
        low, high = self.getPlotItem().getViewBox().viewRange()[0]
        self._tick(low, high)
        self.zoomed.emit(low, high)

    def _tell_pointer(self, at: object) -> None:
        self.pointed.emit(float(self.getPlotItem().getViewBox().mapSceneToView(at).x()))

    def _tick(self, low: float, high: float) -> None:
        step = next(
            s for s in (5, 10, 30, 60, 120, 300, 600, 1800, 3600, 1e9) if (high - low) / s < 9
        )
        first = np.ceil(low / step) * step
        self.ticks("bottom", [(t, clock(t)) for t in np.arange(first, high, step).tolist()])


class SpectrumOverTime(WidePlot):
    """Where the power of the rhythm lay, each few seconds: light where there was most."""

    def __init__(self, theme: Theme, end_s: float, t_s: Floats, hz: Floats, share: Floats) -> None:
        super().__init__(theme, _("Spectrum over time"), end_s)
        self.setYRange(0.0, 0.40, padding=0)
        self.ticks("left", [(0.1, _("6 a min")), (0.2, "12"), (0.3, "18")])
        if len(t_s) < 2 or not len(hz):  # too short for one, or no beat was heard
            return
        picture = pg.ImageItem(np.nan_to_num(share), levels=(0.0, 1.0))
        ground, light = QColor(theme.surface), QColor(theme.heart)
        picture.setLookupTable(
            pg.ColorMap([0.0, 1.0], [ground, light]).getLookupTable(0.0, 1.0, 64)
        )
        wide = float(t_s[1] - t_s[0])
        picture.setRect(QRectF(t_s[0] - wide, 0.0, wide * len(t_s), float(hz[-1])))
        picture.setZValue(-5)
        self.addItem(picture, ignoreBounds=True)


def linked(plots: list[WidePlot], point: Callable[[float], None]) -> None:
    """Let plots show the same stretch and the same moment; ``point`` is told of the moment."""
    busy = [False]

    def follow(low: float, high: float) -> None:
        if not busy[0]:
            busy[0] = True
            for plot in plots:
                plot.show_range(low, high)
            busy[0] = False

    def pointed(t_s: float) -> None:
        for plot in plots:
            plot.point_at(t_s)
        point(t_s)

    for plot in plots:
        plot.zoomed.connect(follow)
        plot.pointed.connect(pointed)


def clock(seconds: float) -> str:
    """Minutes and seconds, or hours.

    >>> clock(75), clock(7325)
    ('1:15', '2:02:05')
    """
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
