"""Over weeks: one's own numbers beside one's own usual range, rest apart from guided breath."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from coherence.sessions.trends import TrendLine, digits
from coherence.translation import _, number
from coherence.ui.area import Area
from coherence.ui.journal.said import day_words
from coherence.ui.plots import Plot, PlotCard
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, alpha
from coherence.ui.widgets import Label

NOT_YET = _(
    "When a few sessions with a strap are here, your own numbers over weeks show "
    "in this place, beside the range they keep by themselves. Simulated, replayed "
    "and imported ones stay out."
)
HONEST = _("Numbers rise and fall with sleep, coffee, illness and life.")
RESTING, GUIDED = _("With your own breath"), _("While guided")


class TrendsPage(Area):
    """A plot for each trend that has a point."""

    def __init__(
        self,
        theme: Theme,
        lines: Sequence[TrendLine],
        paces: Sequence[tuple[float, float]] = (),
        said: str | None = None,
    ) -> None:
        super().__init__(theme, _("Over weeks"))
        self._theme = theme
        inside = QWidget()
        self.setWidget(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(14)
        column.addWidget(Label(_("Over weeks"), theme, px=22, tone="hi"))
        said = said or (HONEST if lines else NOT_YET)
        column.addWidget(Label(said, theme, px=14, weight=REGULAR, tone="mid", wrap=True))
        for resting, head in ((True, RESTING), (False, GUIDED)):
            among = [line for line in lines if line.trend.resting is resting]
            if among:
                column.addWidget(Label(head, theme, px=16, weight=SEMIBOLD, tone="hi"))
            for line in among:
                column.addWidget(self._card(line))
        if paces:
            column.addWidget(self._paces(paces))
        column.addStretch()

    def _card(self, line: TrendLine) -> PlotCard:
        trend = line.trend
        card = PlotCard(
            self._theme,
            _(trend.label),
            _("{unit}, a point a session").format(unit=_(trend.unit)),
        )
        plot = self._plot(_(trend.label), line.days, line.values, line.band, digits(trend))
        plot.setAccessibleDescription(line.sentence)
        card.put(plot)
        card.put(Label(line.sentence, self._theme, px=13, weight=REGULAR, tone="mid", wrap=True), 0)
        return card

    def _paces(self, paces: Sequence[tuple[float, float]]) -> PlotCard:
        card = PlotCard(self._theme, _("Resonance pace"), _("breaths a minute, each assessment"))
        days = np.array([day for day, _ in paces])
        values = np.array([pace for _, pace in paces])
        plot = self._plot(_("Resonance pace over time"), days, values, None, 1)
        plot.setAccessibleDescription(
            _("Last {n} breaths a minute").format(n=number(float(values[-1]), 1))
        )
        card.put(plot)
        return card

    def _plot(
        self,
        name: str,
        days: np.ndarray,
        values: np.ndarray,
        band: tuple[float, float] | None,
        places: int,
    ) -> Plot:
        plot: Plot = Plot(self._theme, name)
        low, high = float(values.min()), float(values.max())
        if band is not None:
            low, high = min(low, band[0]), max(high, band[1])
            plot.band(*band, alpha(self._theme.heart, 0.13), upright=False)
            plot.words(_("your own usual range"), days[0], band[1], (-0.02, 0.0))
        room = max(0.12 * (high - low), 0.02 * abs(high), 1e-3)
        plot.setYRange(low - room, high + room, padding=0)
        first, last = float(days[0]), float(days[-1])
        side = max(0.5, 0.03 * (last - first))
        plot.setXRange(first - side, last + side, padding=0)
        plot.ticks("bottom", day_ticks(first, last))
        plot.ticks("left", [(y, number(y, places)) for y in (low, (low + high) / 2, high)])
        if len(days) > 1:
            plot.curve("heart", 1.4).setData(days, values)
        dots = plot.dots("heart", 7)
        dots.setData(days, values)
        if band is not None:
            outside = (values < band[0]) | (values > band[1])
            ring = plot.dots("breath", 11, hollow=True)
            ring.setData(days[outside], values[outside])
        return plot


def day_ticks(first: float, last: float) -> list[tuple[float, str]]:
    """At most six days along the axis, by their dates in local time.

    >>> len(day_ticks(20000.0, 20100.0))
    5
    """
    days = np.linspace(first, last, 5 if last - first >= 4 else max(1, int(last - first) + 1))
    marks = []
    for day in days.tolist():
        moment = datetime.fromtimestamp(day * 86400.0, UTC).astimezone()
        marks.append((day, day_words(moment.date(), _("d MMM"))))
    return marks
