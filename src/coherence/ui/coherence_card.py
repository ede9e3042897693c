"""Coherence over the whole session, in three bands with words, and the moments somebody marked."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from coherence.analysis.coherence_ratio import CEILING
from coherence.sessions.view import SessionView
from coherence.translation import _, number
from coherence.ui.heart_card import HEADROOM
from coherence.ui.plots import Floats, Plot, PlotCard, thinned
from coherence.ui.theme import SEMIBOLD, Theme, alpha

BAND_EDGES = (0.0, 3.7, 7.1, 10.0)  # of the 0 to 10 scale
# A high score alone says no more than this: in rhythm is what the guide line beneath claims.
BAND_WORDS = (_("arriving"), _("settling"), _("slow and even"))
CLAIM_AT = 0.22  # of the scale: where the line for "in rhythm" runs
TONES = ("heart", "breath", "therapist", "ok")  # of marked moments, by their words


class CoherenceCard(PlotCard):
    """The one 0 to 10 scale; ``labelled`` writes the moments' words beside their lines."""

    def __init__(self, theme: Theme, *, labelled: bool = False) -> None:
        super().__init__(
            theme, _("Coherence"), _("whole session, 0 to 10 · line beneath: in rhythm")
        )
        self._labelled = labelled
        plot = self.plot = Plot(theme, _("Coherence over the session"))
        for i, name in enumerate(BAND_WORDS):
            low, high = BAND_EDGES[i], BAND_EDGES[i + 1]
            plot.band(low, high, theme.bands[i], upright=False)
            plot.words(name, 0.0, (low + high) / 2, (-0.1, 0.5))
        self.curve = plot.curve("heart", 2.6, fill=0.10)
        self.claim = plot.curve("breath", 4.0)
        self.moment_lines: list[pg.InfiniteLine] = []
        self._dots: list[tuple[float, pg.ScatterPlotItem]] = []
        plot.setYRange(0, 10, padding=HEADROOM)
        plot.ticks("left", [(0, "0"), (5, "5"), (10, "10")])
        self._shown = (-1, -1)
        self.put(plot)

    def show_view(self, view: SessionView) -> None:
        """Draw what is new; nothing where nothing is."""
        size = (len(view.history_t_s), len(view.moments))
        if size == self._shown:
            return
        self._shown = size
        t_s, score = view.history_t_s, 10.0 * np.minimum(1.0, view.history["coherence"] / CEILING)
        self.curve.setData(*thinned(t_s, score), connect="finite")
        claimed = view.history["in_rhythm"] == 1.0  # NaN, too, is no claim
        self.claim.setData(t_s, np.where(claimed, CLAIM_AT, np.nan), connect="finite")
        end_s = max(120.0, float(t_s[-1]) + 10.0) if len(t_s) else 120.0
        self.plot.setXRange(0.0, end_s, padding=0)
        every = max(1, round(end_s / 60 / 6))
        ticks = [
            (m * 60.0, _("{n} min").format(n=m)) for m in range(every, int(end_s // 60) + 1, every)
        ]
        self.plot.ticks("bottom", ticks)
        known = score[~np.isnan(score)]
        now = (
            _("now {value}").format(value=number(float(known[-1]), 1))
            if len(known) and not np.isnan(score[-1])
            else _("listening")
        )
        self.say_right(now)
        for at_s, label in view.moments[len(self.moment_lines) :]:
            self._mark(at_s, label, [told for _, told in view.moments])
        for at_s, dot in self._dots:
            level = _level(t_s, score, at_s)
            dot.setData([at_s], [level])

    def _mark(self, at_s: float, label: str, labels: list[str]) -> None:
        colour = getattr(self._theme, tone_of(label, labels))
        pen = pg.mkPen(alpha(colour, 0.8), width=1.4)
        pen.setStyle(Qt.PenStyle.DotLine)
        line = pg.InfiniteLine(at_s, pen=pen)
        self.plot.addItem(line, ignoreBounds=True)
        self.moment_lines.append(line)
        if not self._labelled:
            return
        dot = pg.ScatterPlotItem(
            size=11, pen=pg.mkPen(self._theme.surface, width=1.6), brush=pg.mkBrush(colour)
        )
        self.plot.addItem(dot, ignoreBounds=True)
        self._dots.append((at_s, dot))
        row = (len(self._dots) - 1) % 3  # close ones do not write over each other
        words = pg.TextItem(label, color=self._theme.mid, anchor=(-0.04, 1.0))
        words.setFont(self._theme.font(12, SEMIBOLD))
        words.setPos(at_s, 0.55 + 0.95 * row)
        self.plot.addItem(words, ignoreBounds=True)


def tone_of(label: str, labels: list[str]) -> str:
    """The colour of a moment: one for each different word, in the order in which they came."""
    order = list(dict.fromkeys(labels))
    return TONES[order.index(label) % len(TONES)] if label in order else TONES[0]


def _level(t_s: Floats, score: Floats, at_s: float) -> float:
    """The curve's height at a moment; at the foot where nothing is known."""
    known = ~np.isnan(score)
    if not known.any():
        return 0.0
    near = int(np.argmin(np.abs(t_s[known] - at_s)))
    return float(score[known][near]) if abs(t_s[known][near] - at_s) < 5.0 else 0.0
