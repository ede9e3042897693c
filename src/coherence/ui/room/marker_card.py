"""Four markers with the way they went, the change since arriving, and how far to trust each."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from coherence.reports.remarks import trust, why_none
from coherence.sessions.since_arriving import ROWS, since_arriving
from coherence.sessions.view import Floats, SessionView
from coherence.translation import _, number
from coherence.ui.measured_breath import measured_at
from coherence.ui.plots import PlotCard
from coherence.ui.room import sayings
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, alpha
from coherence.ui.widgets import Label, as_words

SPARK_S = 300.0
TILES = (  # key, name, unit, digits, tone, what stands beneath where nothing is compared
    ("heart_rate_bpm", _("Heart rate"), "bpm", 0, "heart", _("last ten seconds")),
    ("rmssd_ms", _("RMSSD"), "ms", 0, "heart", _("beat to beat, last minute")),
    ("rsa_bpm", _("Breath swing"), "bpm", 0, "heart", _("peak to trough, each breath")),
    ("breaths_per_min", _("Breathing"), _("a min"), 1, "breath", _("estimated from the heart")),
)
COMPARED = ("heart_rate_bpm", "rmssd_ms")


class Spark(QWidget):
    """The way a number went over the last minutes."""

    def __init__(self, theme: Theme, tone: str) -> None:
        super().__init__()
        self._theme, self._tone = theme, tone
        self._t_s: Floats = np.empty(0)
        self._y: Floats = np.empty(0)
        self.setMinimumSize(40, 30)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_values(self, t_s: Floats, y: Floats) -> None:
        self._t_s, self._y = t_s, y
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        known = ~np.isnan(self._y)
        if np.count_nonzero(known) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = float(self._y[known].min()), float(self._y[known].max())
        span, width, height = max(high - low, 1e-9), self.width() - 8.0, self.height() - 8.0
        x = 2.0 + width * (self._t_s - self._t_s[0]) / max(1.0, self._t_s[-1] - self._t_s[0])
        y = 4.0 + height * (1.0 - (self._y - low) / span)
        path, before = QPainterPath(), False
        for px, py, here in zip(x.tolist(), y.tolist(), known.tolist(), strict=True):
            if here:
                (path.lineTo if before else path.moveTo)(px, py)
            before = here
        colour = QColor(getattr(self._theme, self._tone))
        if known.all():
            ground = QPainterPath(path)
            ground.lineTo(float(x[-1]), self.height())
            ground.lineTo(float(x[0]), self.height())
            fade = QLinearGradient(0.0, 0.0, 0.0, float(self.height()))
            fade.setColorAt(0.0, alpha(colour.name(), 0.16))
            fade.setColorAt(1.0, alpha(colour.name(), 0.0))
            painter.fillPath(ground, fade)
        painter.setPen(QPen(colour, 1.6))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        last = int(np.flatnonzero(known)[-1])
        painter.drawEllipse(QPointF(float(x[last]), float(y[last])), 3.0, 3.0)


class MarkerTile(QWidget):
    """One marker: value, spark, the change since arriving, and how far to trust it."""

    def __init__(self, theme: Theme, row: tuple[str, str, str, int, str, str]) -> None:
        super().__init__()
        self._theme, self._row = theme, row
        self.setAccessibleName(row[1])
        self.setToolTip(as_words(_(ROWS[row[0]].meaning)))
        self.setWhatsThis(_(ROWS[row[0]].meaning))  # what a screen reader calls help
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 12, 10)
        column.setSpacing(1)
        line = QHBoxLayout()
        line.setSpacing(6)
        self._value = Label("–", theme, px=28, tone="hi")
        self._unit = Label(row[2], theme, px=13, weight=REGULAR, tone="mid")
        self.spark = Spark(theme, row[4])
        line.addWidget(self._value)
        line.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self.spark, 1)
        self._unit.setContentsMargins(0, 0, 0, 5)
        self.change = Label("", theme, px=12, weight=REGULAR, tone="mid", wrap=True)
        self.trust = Label("", theme, px=12, weight=REGULAR, tone="low", wrap=True)
        column.addWidget(Label(row[1], theme, px=13, weight=SEMIBOLD, tone="mid"))
        column.addLayout(line)
        column.addWidget(self.change)
        column.addWidget(self.trust)
        column.addStretch()

    def show_view(self, view: SessionView) -> None:
        key, _name, _unit, digits, _tone, beneath = self._row
        value = view.values.get(key)
        if value is None or value.value is None:
            shown, change, sure = "–", why_none(value), ""
        else:
            shown = number(value.value, digits)
            change = sayings.change_words(since_arriving(view, key)) if key in COMPARED else ""
            if key == "breaths_per_min" and measured_at(view):
                change = measured_at(view)
            change, sure = change or beneath, trust(ROWS[key], value, brief=True)
        self._value.set_words(shown)
        self._unit.setVisible(shown != "–")
        self.change.set_words(change)
        self.trust.set_words(sure)
        self.trust.setVisible(bool(sure))
        self.setAccessibleDescription(f"{shown} {self._row[2]}, {change}. {sure}".strip())
        near = view.history_t_s > view.now_s - SPARK_S
        if near.any() and key in view.history:
            self.spark.show_values(view.history_t_s[near][::3], view.history[key][near][::3])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.bg))
        painter.drawRoundedRect(QRectF(self.rect()), 14, 14)


class MarkerCard(PlotCard):
    """The four tiles."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Markers"), _("against arriving, where that is fair"))
        grid = QGridLayout()
        grid.setSpacing(10)
        self.tiles = {row[0]: MarkerTile(theme, row) for row in TILES}
        for i, tile in enumerate(self.tiles.values()):
            grid.addWidget(tile, i // 2, i % 2)
            grid.setColumnStretch(i % 2, 1)
        self.column.addLayout(grid)
        self._shown_s: float | None = None

    def show_view(self, view: SessionView) -> None:
        """Once a second, as the markers come."""
        if self._shown_s is None or int(view.now_s) != int(self._shown_s):
            self._shown_s = view.now_s
            for tile in self.tiles.values():
                tile.show_view(view)
