"""The live plot screen: what is happening, in curves, for a therapist beside or the curious."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from coherence.analysis.coherence_ratio import CEILING, coherence_of, coherence_spectrum
from coherence.analysis.series import NNSeries
from coherence.devices.quirks import ROWS
from coherence.model import QuirkKind, Reason
from coherence.sessions.view import SessionView
from coherence.ui import words
from coherence.ui.ecg_card import EcgCard
from coherence.ui.keys import KeyMap
from coherence.ui.latency import Latency
from coherence.ui.plots import Plot, PlotCard, thinned
from coherence.ui.theme import REGULAR, Theme, alpha, stylesheet
from coherence.ui.tiles import BEATS_SHOWN, BeatStrip, Tile
from coherence.ui.widgets import Card, Label

HEART_S = 120.0
AHEAD_S = 6.0
HEADROOM = 0.03  # so that the highest number of an axis is not cut
SPECTRUM_EVERY_S = 5.0
SUMMARY_EVERY_S = 30.0
BAND_EDGES = (0.0, 3.7, 7.1, 10.0)  # of the 0 to 10 scale
# A high score alone says no more than this: in rhythm is what the guide line beneath claims.
BAND_WORDS = ("arriving", "settling", "slow and even")
CLAIM_AT = 0.22  # of the scale: where the line for "in rhythm" runs
NARROW_PX = 1000  # below, one column


class LivePlots(QWidget):
    """Give it a view four times a second; it redraws what has changed and nothing more often."""

    soothe = Signal()  # a hard moment: the practice is to turn to it, whatever window is in front

    def __init__(self, theme: Theme, keys: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._theme, self._keys = theme, KeyMap(keys)
        self._beats = -1
        self._quirks: tuple[QuirkKind, ...] = ()
        self._history = -1
        self._spectrum_s = self._summary_s = -1e9
        self.setWindowTitle("coherence — live")
        self.resize(1440, 900)
        self.setMinimumSize(820, 560)
        self._build()

    def set_theme(self, theme: Theme) -> None:
        """Take on another theme; the curves are made anew."""
        self._theme = theme
        if (old := self.layout()) is not None:
            QWidget().setLayout(old)  # Qt's way to let go of a layout and all that is in it
        self._beats = self._history = -1
        self._spectrum_s = self._summary_s = -1e9
        self._build()
        self.update()

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 16, 24, 20)
        page.setSpacing(14)
        head = QHBoxLayout()
        self._title = Label("Live", theme, px=22, tone="hi")
        self._strap = Label("", theme, px=14, tone="mid", dot="guide")
        self._step = Label("", theme, px=14, tone="mid")
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._step)
        head.addStretch()
        head.addWidget(self._strap)
        page.addLayout(head)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setStyleSheet("background: transparent; border: none")
        area.verticalScrollBar().setStyleSheet(stylesheet(theme))
        area.setAccessibleName("Curves and markers")  # takes the keyboard, to scroll
        inside = QWidget()
        inside.setAccessibleName("Live")
        area.setWidget(inside)
        page.addWidget(area, 1)
        body = self._body = QHBoxLayout(inside)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(14)
        centre, right = QVBoxLayout(), QVBoxLayout()
        for column, stretch in ((centre, 64), (right, 36)):
            column.setSpacing(14)
            body.addLayout(column, stretch)
        centre.addWidget(self._heart_card(), 12)
        centre.addWidget(self._coherence_card(), 9)
        self._ecg = EcgCard(theme)
        centre.addWidget(self._ecg, 6)
        right.addWidget(self._marker_card())
        right.addWidget(self._spectrum_card(), 1)
        right.addWidget(self._signal_card())
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

    def _heart_card(self) -> Card:
        card = PlotCard(self._theme, "Heart rhythm", "last 2 minutes, beats a minute")
        card.say_right("solid: heart · dashed: breath guide · hollow: set aside")
        plot = self._heart = Plot(self._theme, "Heart rhythm, last two minutes")
        self._levels = plot.curve("line", 1.0)
        self._guide_curve = plot.curve("breath", 1.6, dashed=True)
        self._heart_curve = plot.curve("heart", 2.4)
        self._heart_dots = plot.dots("heart", 4.5)
        self._odd_dots = plot.dots("low", 11, hollow=True)
        plot.setXRange(-HEART_S, AHEAD_S, padding=0)
        marks = (-120, -90, -60, -30, 0)
        plot.ticks("bottom", [(s, "now" if s == 0 else f"{-s} s ago") for s in marks])
        card.put(plot)
        return card

    def _coherence_card(self) -> Card:
        card = self._coherence = PlotCard(
            self._theme, "Coherence", "whole session, 0 to 10 · line beneath: in rhythm"
        )
        plot = self._coherence_plot = Plot(self._theme, "Coherence over the session")
        for i, name in enumerate(BAND_WORDS):
            low, high = BAND_EDGES[i], BAND_EDGES[i + 1]
            plot.band(low, high, self._theme.bands[i], upright=False)
            plot.words(name, 0.0, (low + high) / 2, (-0.1, 0.5))
        self._coherence_curve = plot.curve("heart", 2.6, fill=0.10)
        self._claim_curve = plot.curve("breath", 4.0)
        self._moment_lines: list[pg.InfiniteLine] = []
        plot.setYRange(0, 10, padding=HEADROOM)
        plot.ticks("left", [(0, "0"), (5, "5"), (10, "10")])
        card.put(plot)
        return card

    def _marker_card(self) -> Card:
        card = PlotCard(self._theme, "Markers", "as of the last whole second")
        grid = QGridLayout()
        grid.setSpacing(10)
        self._tiles = {
            "heart_rate_bpm": Tile(self._theme, "Heart rate", "bpm"),
            "rsa_bpm": Tile(self._theme, "Breath swing", "bpm"),
            "breaths_per_min": Tile(self._theme, "Breathing", "a min"),
            "rmssd_ms": Tile(self._theme, "RMSSD", "ms"),
            "guide_coherence": Tile(self._theme, "With the guide", "of 1"),
            "sdnn_ms": Tile(self._theme, "SDNN", "ms"),
        }
        for i, tile in enumerate(self._tiles.values()):
            grid.addWidget(tile, i // 2, i % 2)
        card.column.addLayout(grid)
        return card

    def _spectrum_card(self) -> Card:
        card = self._spectrum = PlotCard(self._theme, "Rhythm spectrum", "last 64 s")
        plot = self._spectrum_plot = Plot(self._theme, "Spectrum of the heart rhythm", left=False)
        for low, high, name, band in ((0.04, 0.15, "LF", 1), (0.15, 0.40, "HF", 0)):
            plot.band(low, high, self._theme.bands[band], upright=True)
            plot.words(name, high - 0.004, 1.13, (1.0, 0.0))
        self._spectrum_curve = plot.curve("heart", 2.2, fill=0.12)
        self._peak_curve = plot.curve("breath", 0.0, fill=0.42)
        plot.setXRange(0.0, 0.42, padding=0)
        plot.setYRange(0.0, 1.15, padding=0)
        plot.ticks("bottom", [(0.1, "0.1"), (0.2, "0.2"), (0.3, "0.3"), (0.4, "0.4 Hz")])
        card.put(plot)
        return card

    def _signal_card(self) -> Card:
        card = self._signal = PlotCard(self._theme, "Signal", f"last {BEATS_SHOWN} beats")
        self._strip = BeatStrip(self._theme)
        self._signal_words = Label("", self._theme, px=13, weight=REGULAR, tone="mid", wrap=True)
        card.put(self._strip, 0)
        self._latency_words = Label("", self._theme, px=12, weight=REGULAR, tone="low")
        card.put(self._signal_words, 0)
        card.put(self._latency_words, 0)
        return card

    # --- showing ---

    def show_view(self, view: SessionView, has_strap: bool = True) -> None:
        """Show ``view``; cheap where nothing has changed since the last one."""
        text, tone = words.strap_words(view, has_strap)
        if view.battery_pct is not None and view.battery_pct > words.LOW_PCT:
            text += f" · {view.battery_pct} %"
        self._strap.set_words(text)
        self._strap.set_dot(tone)
        self._step.set_words("" if view.step is None else view.step.capitalize())
        self._show_heart(view)
        if (view.beats, view.strap.quirks) != (self._beats, self._quirks):
            self._beats, self._quirks = view.beats, view.strap.quirks
            self._show_signal(view)
        if len(view.history_t_s) != self._history:
            self._history = len(view.history_t_s)
            self._show_coherence(view)
        self._ecg.show_view(view)
        for key, tile in self._tiles.items():
            tile.show_value(view, key)
        if view.now_s - self._spectrum_s >= SPECTRUM_EVERY_S:
            self._spectrum_s = view.now_s
            self._show_spectrum(view)
        if view.now_s - self._summary_s >= SUMMARY_EVERY_S:
            self._summary_s = view.now_s
            self._summarise(view)

    def _show_heart(self, view: SessionView) -> None:
        near = view.t_s > view.now_s - HEART_S
        t, y = view.t_s[near] - view.now_s, view.hr_bpm[near]
        odd, segment = view.flagged[near], view.segment[near]
        if not len(t):
            for part in (self._heart_curve, self._heart_dots, self._odd_dots, self._guide_curve):
                part.setData([], [])
            return
        kept = ~odd if (~odd).any() else np.ones(len(t), np.bool_)
        t_kept, y_kept, segment_kept = t[kept], y[kept], segment[kept]
        low = 2 * np.floor((y_kept.min() - 1) / 2)
        high = max(2 * np.ceil((y_kept.max() + 1) / 2), low + 10)
        self._heart.setYRange(low, high, padding=HEADROOM)
        self._level_lines(low, high)
        joined = np.append(segment_kept[1:] == segment_kept[:-1], False)
        self._heart_curve.setData(t_kept, y_kept, connect=joined.astype(np.int32))
        self._heart_dots.setData(t_kept, y_kept)
        self._odd_dots.setData(t[odd], np.interp(t[odd], t_kept, y_kept))  # on the line, hollow
        at = np.arange(-HEART_S, AHEAD_S, 0.25)
        volume = view.guide.volume(at + view.now_s)
        middle, swing = float(np.mean(y_kept)), float(np.ptp(y_kept)) * 0.40
        guide = middle + (volume - 0.5) * 2 * swing
        self._guide_curve.setData(at, guide, connect="finite")

    def _level_lines(self, low: float, high: float) -> None:
        step = 5 if high - low <= 40 else 10
        levels = np.arange(step * np.ceil(low / step), high + 1, step)
        x = np.tile([-HEART_S, AHEAD_S], len(levels))
        y = np.repeat(levels, 2)
        self._levels.setData(x, y, connect="pairs")
        self._heart.ticks("left", [(float(v), f"{v:.0f}") for v in levels])

    def _show_coherence(self, view: SessionView) -> None:
        t_s, score = view.history_t_s, 10.0 * np.minimum(1.0, view.history["coherence"] / CEILING)
        self._coherence_curve.setData(*thinned(t_s, score), connect="finite")
        claimed = view.history["in_rhythm"] == 1.0  # NaN, too, is no claim
        line = np.where(claimed, CLAIM_AT, np.nan)
        self._claim_curve.setData(t_s, line, connect="finite")
        end_s = max(120.0, float(t_s[-1]) + 10.0) if len(t_s) else 120.0
        self._coherence_plot.setXRange(0.0, end_s, padding=0)
        every = max(1, round(end_s / 60 / 6))
        ticks = [(m * 60.0, f"{m} min") for m in range(every, int(end_s // 60) + 1, every)]
        self._coherence_plot.ticks("bottom", ticks)
        known = score[~np.isnan(score)]
        now = f"now {known[-1]:.1f}" if len(known) and not np.isnan(score[-1]) else "listening"
        self._coherence.say_right(now)
        for t_s_mark, _ in view.moments[len(self._moment_lines) :]:
            pen = pg.mkPen(alpha(self._theme.therapist, 0.6), width=1.2)
            line = pg.InfiniteLine(t_s_mark, pen=pen)
            self._coherence_plot.addItem(line, ignoreBounds=True)
            self._moment_lines.append(line)

    def _show_spectrum(self, view: SessionView) -> None:
        series = NNSeries(
            view.t_s, view.rr_ms, ~view.flagged, view.segment, np.zeros(len(view.t_s), np.int64)
        )
        said = view.values.get("coherence")
        withheld = said is not None and said.reason is Reason.STRAP
        found = Reason.STRAP if withheld else coherence_spectrum(series)
        peak = found if isinstance(found, Reason) else coherence_of(found)
        if isinstance(found, Reason) or isinstance(peak, Reason) or peak.peak_hz is None:
            self._spectrum_curve.setData([], [])
            self._peak_curve.setData([], [])
            self._spectrum.say_right("resting" if withheld else "listening")
            return
        f_hz, power = found.spectrum.hz, found.spectrum.psd
        shown = f_hz <= 0.42
        f_hz, power = f_hz[shown], power[shown] / max(float(power[shown].max()), 1e-12)
        near = np.abs(f_hz - peak.peak_hz) <= 0.015
        self._spectrum_curve.setData(f_hz, power)
        self._peak_curve.setData(f_hz[near], power[near])
        self._spectrum.say_right(
            f"peak at {60 * peak.peak_hz:.1f} a minute ({peak.peak_hz:.3f} Hz)"
        )

    def _show_signal(self, view: SessionView) -> None:
        self._strip.show_beats(view.flagged[-BEATS_SHOWN:])
        told = "".join(f" {ROWS[kind].sentence}." for kind in view.strap.quirks)
        if view.beats == 0:
            self._signal_words.set_words(f"No beat has come yet.{told}")
            return
        clean = 100.0 * (1.0 - view.flagged_total / view.beats)
        gaps = "no gap" if view.gaps == 0 else f"{view.gaps} gap{'s' * (view.gaps > 1)}"
        bad = f" · {view.undecodable} unreadable" if view.undecodable else ""
        self._signal_words.set_words(
            f"{clean:.0f} % clean · {view.flagged_total} set aside · {gaps}{bad}. "
            f"Markers use clean beats only.{told}" + (f" {view.note}" if view.note else "")
        )
        self._signal.say_right("" if view.quality is None else f"signal {view.quality.value}")

    def show_latency(self, latency: Latency) -> None:
        """How long a heartbeat takes from the radio to the practice window's picture."""
        known = latency.percentiles_ms()
        said = "" if known is None else words.latency_words(*known)
        if said != self._latency_words.text():
            self._latency_words.set_words(said)

    def _summarise(self, view: SessionView) -> None:
        said = words.numbers_words(view, has_strap=True)
        self._heart.setAccessibleDescription(said)
        self._coherence_plot.setAccessibleDescription(said)

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
