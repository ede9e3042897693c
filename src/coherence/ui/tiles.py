"""The small parts of the live screen: a tile for each marker, and the strip of the last beats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from coherence.analysis.markers import LIVE
from coherence.reports.remarks import trust, why_none
from coherence.sessions.view import SessionView
from coherence.translation import _, number
from coherence.ui.measured_breath import measured_at
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, alpha
from coherence.ui.widgets import Label, as_words

BEATS_SHOWN = 120
ROWS = {marker.key: marker for marker in LIVE}
UNDER = {
    "rsa_bpm": _("peak to trough, each breath"),
    "breaths_per_min": _("estimated from the heart"),
    "rmssd_ms": _("beat to beat, last minute"),
    "sdnn_ms": _("last minute"),
    "guide_coherence": _("share at the guide, 2 minutes"),
}


class Tile(QWidget):
    """One marker: its name, its value, and beneath it why there is none or what goes with it."""

    def __init__(self, theme: Theme, name: str, unit: str) -> None:
        super().__init__()
        self._theme, self._unit = theme, unit
        self.setAccessibleName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(2)
        self._value = Label("–", theme, px=28, tone="hi")
        self._under = Label("", theme, px=12, weight=REGULAR, tone="mid")
        column.addWidget(Label(name, theme, px=13, weight=SEMIBOLD, tone="mid"))
        column.addWidget(self._value)
        column.addWidget(self._under)
        column.addStretch()

    def show_value(self, view: SessionView, key: str) -> None:
        if not self.toolTip():
            self.setToolTip(as_words(_(ROWS[key].meaning)))
            self.setWhatsThis(_(ROWS[key].meaning))  # what a screen reader calls help
        value = view.values.get(key)
        if value is None or value.value is None:
            shown, under = "–", why_none(value)
        else:
            digits = 2 if key == "guide_coherence" else 1 if key == "breaths_per_min" else 0
            shown = f"{number(value.value, digits)} {self._unit}"
            under = trust(ROWS[key], value, brief=True) or UNDER.get(key, "")
            if key == "breaths_per_min" and measured_at(view):
                under = measured_at(view)
        self._value.set_words(shown)
        self._under.set_words(under)
        self.setAccessibleDescription(f"{shown} {under}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.bg))
        painter.drawRoundedRect(QRectF(self.rect()), 14, 14)


class BeatStrip(QWidget):
    """The last beats as a row of fine strokes; those set aside stand out by height and tone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._flagged: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.setFixedHeight(24)
        self.setAccessibleName(_("Signal of the last beats"))

    def show_beats(self, flagged: NDArray[np.bool_]) -> None:
        self._flagged = flagged.copy()
        self.setAccessibleDescription(
            _("{n} of {all} set aside").format(n=int(flagged.sum()), all=len(flagged))
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        step = self.width() / BEATS_SHOWN
        left = BEATS_SHOWN - len(self._flagged)
        for i, odd in enumerate(self._flagged):
            painter.setBrush(
                alpha(self._theme.breath if odd else self._theme.ok, 1.0 if odd else 0.7)
            )
            top = 1.0 if odd else 6.0
            painter.drawRect(QRectF((left + i) * step, top, max(1.0, step * 0.45), 24 - 2 * top))
