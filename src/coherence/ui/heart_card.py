"""The heart rhythm of the last two minutes: the beats, the breath guide beside them, odd beats."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from coherence.sessions.view import SessionView
from coherence.translation import _
from coherence.ui.heart_ink import Beats, GuidePlace, HeartInk
from coherence.ui.plots import Floats, Plot, PlotCard
from coherence.ui.theme import SEMIBOLD, Theme, alpha

HEART_S = 120.0
AHEAD_S = 6.0
EARLIER_S = 10.0  # a line comes in from beyond the edge
WAITS_S = 2.0  # so long at most what changes by the second makes way for a beat
STILL_BPM = 0.5  # so much the guide's place may be off before it is drawn elsewhere
HEADROOM = 0.03  # so that the highest number of an axis is not cut
LEGEND = _("solid: heart · dashed: breath guide · hollow: set aside")


class HeartCard(PlotCard):
    """Beats solid, the breath guide dashed, beats set aside hollow on the line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Heart rhythm"), _("last 2 minutes, beats a minute"))
        self.say_right(LEGEND)
        plot = self.plot = Plot(theme, _("Heart rhythm, last two minutes"))
        self._levels = plot.curve("line", 1.0)
        self.ink = HeartInk(theme, plot.getPlotItem().getViewBox())
        self._place = GuidePlace(0.0, 0.0)
        self._between = (0.0, 0.0)
        self.beats = -1  # of the session, when it was drawn last
        self._slower_s = -math.inf  # when it was the turn of what changes by the second
        self._moments: list[tuple[pg.InfiniteLine, pg.TextItem]] = []
        plot.setXRange(-HEART_S, AHEAD_S, padding=0)
        marks = (-120, -90, -60, -30, 0)
        plot.ticks(
            "bottom", [(s, _("now") if s == 0 else _("{n} s ago").format(n=-s)) for s in marks]
        )
        self.put(plot)

    def show_view(self, view: SessionView) -> bool:
        """Draw what is new, once a beat and not each time somebody looks.

        Says whether it is the turn of what changes by the second, which makes way for a beat.
        """
        has_beat = view.beats != self.beats
        if has_beat:
            self.beats = view.beats
            self._draw(view)
        if has_beat and view.now_s - self._slower_s < WAITS_S:
            return False
        self._slower_s = view.now_s
        return True

    def _draw(self, view: SessionView) -> None:
        near = view.t_s > view.now_s - HEART_S - EARLIER_S
        t_s, bpm, odd = view.t_s[near], view.hr_bpm[near], view.flagged[near]
        kept = ~odd if (~odd).any() else np.ones(len(odd), np.bool_)
        shown = bpm[kept & (t_s > view.now_s - HEART_S)]
        if len(shown):
            self._make_room(shown)
        beats = Beats(t_s, bpm, kept, view.segment[near])
        self.ink.lay(view.now_s, beats, view.guide, self._place)

    def _make_room(self, bpm: Floats) -> None:
        """Whole steps of the axis, and the guide among the beats, so that both seldom move."""
        low = 2 * np.floor((bpm.min() - 1) / 2)
        high = max(2 * np.ceil((bpm.max() + 1) / 2), low + 10)
        if (low, high) != self._between:
            self._between = (low, high)
            self.plot.setYRange(low, high, padding=HEADROOM)
            self._level_lines(low, high)
        middle, swing = float(np.mean(bpm)), float(np.ptp(bpm)) * 0.40
        place = self._place
        if max(abs(middle - place.middle), abs(swing - place.swing)) > STILL_BPM:
            self._place = GuidePlace(middle, swing)

    def show_moments(self, view: SessionView) -> None:
        """The moments of these two minutes, with their words; for the therapist's window."""
        near = [(t_s, label) for t_s, label in view.moments if t_s > view.now_s - HEART_S]
        while len(self._moments) < len(near):
            pen = pg.mkPen(alpha(self._theme.therapist, 0.8), width=1.2)
            pen.setStyle(Qt.PenStyle.DotLine)
            line = pg.InfiniteLine(0.0, pen=pen)
            words = pg.TextItem("", color=self._theme.mid, anchor=(-0.04, 0.0))
            words.setFont(self._theme.font(12, SEMIBOLD))
            for item in (line, words):
                self.plot.addItem(item, ignoreBounds=True)
            self._moments.append((line, words))
        top = self.plot.getPlotItem().getViewBox().viewRange()[1][1]
        for i, (line, words) in enumerate(self._moments):
            shown = i < len(near)
            line.setVisible(shown)
            words.setVisible(shown)
            if shown:
                t_s, label = near[i]
                line.setPos(t_s - view.now_s)
                words.setText(label)
                words.setPos(t_s - view.now_s, top)

    def _level_lines(self, low: float, high: float) -> None:
        step = 5 if high - low <= 40 else 10
        levels = np.arange(step * np.ceil(low / step), high + 1, step)
        x = np.tile([-HEART_S, AHEAD_S], len(levels))
        y = np.repeat(levels, 2)
        self._levels.setData(x, y, connect="pairs")
        self.plot.ticks("left", [(float(v), f"{v:.0f}") for v in levels])
