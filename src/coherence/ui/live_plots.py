"""The live plot screen: what is happening, in curves, for a therapist beside or the curious."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from coherence.sessions.view import SessionView
from coherence.translation import _
from coherence.ui import words
from coherence.ui.area import Area
from coherence.ui.coherence_card import CoherenceCard
from coherence.ui.ecg_card import EcgCard
from coherence.ui.fitting import fit
from coherence.ui.heart_card import HeartCard
from coherence.ui.keys import KeyMap
from coherence.ui.latency import Latency
from coherence.ui.plots import PlotCard
from coherence.ui.signal_card import SignalCard
from coherence.ui.spectrum_card import SpectrumCard
from coherence.ui.theme import Theme
from coherence.ui.tiles import Tile
from coherence.ui.widgets import Card, Label

SUMMARY_EVERY_S = 30.0
NARROW_PX = 1000  # below, one column


class LivePlots(QWidget):
    """Give it a view four times a second; it redraws what has changed and nothing more often."""

    soothe = Signal()  # a hard moment: the practice is to turn to it, whatever window is in front

    def __init__(self, theme: Theme, keys: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._theme, self._keys = theme, KeyMap(keys)
        self._summary_s = -1e9
        self.setWindowTitle(_("coherence — live"))
        self.setMinimumSize(820, 560)
        fit(self, 1440, 900)
        self._build()

    def set_theme(self, theme: Theme) -> None:
        """Take on another theme; the curves are made anew."""
        self._theme = theme
        if (old := self.layout()) is not None:
            QWidget().setLayout(old)  # Qt's way to let go of a layout and all that is in it
        self._summary_s = -1e9
        self._build()
        self.update()

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 16, 24, 20)
        page.setSpacing(14)
        head = QHBoxLayout()
        self._title = Label(_("Live"), theme, px=22, tone="hi")
        self._strap = Label("", theme, px=14, tone="mid", dot="guide")
        self._step = Label("", theme, px=14, tone="mid")
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._step)
        head.addStretch()
        head.addWidget(self._strap)
        page.addLayout(head)
        area = Area(theme, _("Curves and markers"))
        inside = QWidget()
        inside.setAccessibleName(_("Live"))
        area.setWidget(inside)
        page.addWidget(area, 1)
        body = self._body = QHBoxLayout(inside)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(14)
        centre, right = QVBoxLayout(), QVBoxLayout()
        for column, stretch in ((centre, 64), (right, 36)):
            column.setSpacing(14)
            body.addLayout(column, stretch)
        self.heart, self.coherence = HeartCard(theme), CoherenceCard(theme)
        self.spectrum, self.signal = SpectrumCard(theme), SignalCard(theme)
        centre.addWidget(self.heart, 12)
        centre.addWidget(self.coherence, 9)
        self._ecg = EcgCard(theme)
        centre.addWidget(self._ecg, 6)
        right.addWidget(self._marker_card())
        right.addWidget(self.spectrum, 1)
        right.addWidget(self.signal)
        self._turn()

    def _turn(self) -> None:
        """Two columns where there is room, else one that scrolls."""
        narrow = self.width() < NARROW_PX * max(1.0, self._theme.text_scale)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._body.direction() != way:
            self._body.setDirection(way)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _marker_card(self) -> Card:
        card = PlotCard(self._theme, _("Markers"), _("as of the last whole second"))
        grid = QGridLayout()
        grid.setSpacing(10)
        self._tiles = {
            "heart_rate_bpm": Tile(self._theme, _("Heart rate"), "bpm"),
            "rsa_bpm": Tile(self._theme, _("Breath swing"), "bpm"),
            "breaths_per_min": Tile(self._theme, _("Breathing"), _("a min")),
            "rmssd_ms": Tile(self._theme, _("RMSSD"), "ms"),
            "guide_coherence": Tile(self._theme, _("With the guide"), _("of 1")),
            "sdnn_ms": Tile(self._theme, _("SDNN"), "ms"),
        }
        for i, tile in enumerate(self._tiles.values()):
            grid.addWidget(tile, i // 2, i % 2)
        card.column.addLayout(grid)
        return card

    # --- showing ---

    def show_view(self, view: SessionView, has_strap: bool = True) -> None:
        """Show ``view``; cheap where nothing has changed since the last one."""
        text, tone = words.strap_words(view, has_strap)
        if view.battery_pct is not None and view.battery_pct > words.LOW_PCT:
            text += f" · {view.battery_pct} %"
        self._strap.set_words(text)
        self._strap.set_dot(tone)
        self._step.set_words(words.STEPS.get(view.step or "", ""))
        self.signal.show_view(view)
        self._ecg.show_view(view)
        if self.heart.show_view(view):
            self.coherence.show_view(view)
            self.spectrum.show_view(view)
        for key, tile in self._tiles.items():
            tile.show_value(view, key)
        if view.now_s - self._summary_s >= SUMMARY_EVERY_S:
            self._summary_s = view.now_s
            self._summarise(view)

    def show_latency(self, latency: Latency) -> None:
        """How long a heartbeat takes from the radio to the practice window's picture."""
        self.signal.show_latency(latency)

    def _summarise(self, view: SessionView) -> None:
        said = words.numbers_words(view, has_strap=True)
        self.heart.plot.setAccessibleDescription(said)
        self.coherence.plot.setAccessibleDescription(said)

    # --- the window ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self._keys.action(event, self.focusWidget())
        if event.key() == Qt.Key.Key_Escape or action == "plots":
            self.close()
        elif action == "soothe":
            self.soothe.emit()
        elif event.key() == Qt.Key.Key_F11:
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.bg))
