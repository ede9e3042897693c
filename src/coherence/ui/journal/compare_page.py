"""Two sessions side by side: what was measured in each, with no word for which is which."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from coherence.analysis.coherence_ratio import CEILING
from coherence.model import SessionRecord
from coherence.sessions.looking_back import LookedBack
from coherence.sessions.summary import summary_read
from coherence.sessions.trends import TRENDS
from coherence.sessions.trends import said as with_unit
from coherence.translation import _
from coherence.ui.area import Area
from coherence.ui.journal.said import minutes, when
from coherence.ui.journal.session_page import rate_ticks, with_gaps
from coherence.ui.journal.wide_plots import WidePlot, linked
from coherence.ui.plots import PlotCard, thinned
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme
from coherence.ui.widgets import Label

TONES = ("heart", "therapist")
WHICH = _("solid: the first · dashed: the second")


class ComparePage(Area):
    """Two records and what they look like, on one axis from the beginning of each."""

    def __init__(
        self,
        theme: Theme,
        records: tuple[SessionRecord, SessionRecord],
        titles: tuple[str, str],
        backs: tuple[LookedBack, LookedBack],
    ) -> None:
        super().__init__(theme, _("Two sessions side by side"))
        self._theme = theme
        inside = QWidget()
        self.setWidget(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(14)
        column.addWidget(Label(_("Side by side"), theme, px=22, tone="hi"))
        for tone, title, record in zip(TONES, titles, records, strict=True):
            said = f"{title} · {when(record)} · {minutes(record.duration_s)}"
            column.addWidget(Label(said, theme, px=14, tone="mid", dot=tone, wrap=True))
        end_s = max(back.duration_s for back in backs)
        heart, coherence = self._heart(end_s, backs), self._coherence(end_s, backs)
        for card, plot in (heart, coherence):
            card.put(plot)
            column.addWidget(card, 1)
        linked([heart[1], coherence[1]], lambda _: None)
        column.addWidget(self._table(records))

    def _heart(
        self, end_s: float, backs: tuple[LookedBack, LookedBack]
    ) -> tuple[PlotCard, WidePlot]:
        card = PlotCard(self._theme, _("Heart rhythm"), _("beats a minute"))
        card.say_right(WHICH)
        plot = WidePlot(self._theme, _("Heart rate of both sessions"), end_s)
        edges: list[float] = []
        for tone, back in zip(TONES, backs, strict=True):
            beats = back.beats
            if not len(beats.nn_ms):
                continue
            hr = 60000.0 / beats.nn_ms
            edges += np.percentile(hr, (0.5, 99.5)).tolist()
            t_s, line = with_gaps(beats.nn_t_s, hr, beats.segment[beats.accepted])
            self._curve(plot, tone, 1.6).setData(t_s, line, connect="finite")
        if edges:
            low, high = min(edges), max(edges)
            plot.setYRange(low - 4, high + 4, padding=0)
            plot.ticks("left", rate_ticks(low - 4, high + 4))
        return card, plot

    def _coherence(
        self, end_s: float, backs: tuple[LookedBack, LookedBack]
    ) -> tuple[PlotCard, WidePlot]:
        card = PlotCard(self._theme, _("Coherence"), _("0 to 10"))
        card.say_right(WHICH)
        plot = WidePlot(self._theme, _("Coherence of both sessions"), end_s)
        plot.setYRange(0, 10, padding=0.03)
        plot.ticks("left", [(0, "0"), (5, "5"), (10, "10")])
        for tone, back in zip(TONES, backs, strict=True):
            ten = 10.0 * np.minimum(1.0, back.coherence / CEILING)
            if np.isfinite(ten).any():
                self._curve(plot, tone, 2.0).setData(*thinned(back.t_s, ten), connect="finite")
        return card, plot

    def _curve(self, plot: WidePlot, tone: str, width: float) -> pg.PlotCurveItem:
        """A line for one of the two; they are told apart by more than their colours."""
        curve = plot.curve(tone, width)
        if tone == TONES[1]:
            pen = pg.mkPen(curve.opts["pen"])
            pen.setStyle(Qt.PenStyle.DashLine)
            curve.setPen(pen)
        return curve

    def _table(self, records: tuple[SessionRecord, SessionRecord]) -> PlotCard:
        card = PlotCard(self._theme, _("Numbers"), _("the middle value of each session"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        said = [summary_read(record.summary) for record in records]
        for row, trend in enumerate(TRENDS):
            label = Label(_(trend.label), self._theme, px=14, weight=SEMIBOLD, tone="mid")
            grid.addWidget(label, row, 0)
            for column, numbers in enumerate(said, start=1):
                value = numbers.get(trend.key)
                shown = "–" if value is None else with_unit(trend, value)
                cell = Label(
                    shown, self._theme, px=14, weight=REGULAR, tone="hi", dot=TONES[column - 1]
                )
                grid.addWidget(cell, row, column)
        grid.setColumnStretch(3, 1)
        card.column.addLayout(grid)
        return card
