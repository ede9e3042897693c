"""The ECG on the live screen: the last seconds as they come, for looking at and no more."""

from __future__ import annotations

import math

import numpy as np

from coherence.sessions.view import SessionView
from coherence.translation import _, ngettext
from coherence.ui.plots import Plot, PlotCard
from coherence.ui.theme import Theme

SHOWN_S = 8.0
AHEAD_S = 0.3  # room for the last word of the axis
OLD_S = 5.0  # an ECG that has not come for so long is not shown as now
REDRAW_S = 0.1  # at most so often, at whatever speed a recording is replayed
STEP_MV = 0.5
LOW_MV, HIGH_MV = -0.5, 1.0  # shown at least …
FARTHEST_MV = 5.0  # … and at most: electrodes that slip would make all else flat


class EcgCard(PlotCard):
    """Hidden until an ECG comes. Give it each view: it draws when there is something new."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("ECG"), _("last {n:.0f} seconds, mV").format(n=SHOWN_S))
        self.say_right(_("to look at, not for a diagnosis"))
        self._plot = Plot(theme, _("ECG, last seconds"))
        self._zero = self._plot.curve("line", 1.0)
        self._curve = self._plot.curve("heart", 1.0)  # wider lines cost Qt a hundred times as much
        self._plot.setXRange(-SHOWN_S, AHEAD_S, padding=0)
        marks = range(-int(SHOWN_S), 1, 2)
        self._plot.ticks(
            "bottom", [(s, _("now") if s == 0 else _("{n} s ago").format(n=-s)) for s in marks]
        )
        self.put(self._plot)
        self._chunks, self._drawn_s = -1, -math.inf
        self._range: tuple[float, float] | None = None
        self.hide()

    @property
    def plot(self) -> Plot:
        return self._plot

    def show_view(self, view: SessionView) -> None:
        """Show the ECG of ``view``, if one comes."""
        end_s = view.ecg.end_s
        comes = end_s is not None and view.now_s - end_s < OLD_S
        if comes == self.isHidden():
            self.setVisible(comes)
        if end_s is None or not comes or view.ecg.chunks == self._chunks:
            return
        if 0.0 <= view.now_s - self._drawn_s < REDRAW_S:
            return
        self._chunks, self._drawn_s = view.ecg.chunks, view.now_s
        t_s, uv = view.ecg.since(end_s - SHOWN_S)
        mv = np.clip(uv / 1000.0, -FARTHEST_MV, FARTHEST_MV)
        self._fit_axis(mv)
        self._curve.setData(t_s - end_s, mv, connect="finite")
        beats = int(((view.t_s > end_s - SHOWN_S) & (view.t_s <= end_s)).sum())
        said = ngettext(
            "An ECG comes: {n} heartbeat in {seconds:.0f} seconds",
            "An ECG comes: {n} heartbeats in {seconds:.0f} seconds",
            beats,
        ).format(n=beats, seconds=SHOWN_S)
        if said != self._plot.accessibleDescription():
            self._plot.setAccessibleDescription(said)

    def _fit_axis(self, mv: np.ndarray) -> None:
        """Whole steps of the axis, so that it seldom moves."""
        if np.isnan(mv).all():
            return
        low = min(LOW_MV, STEP_MV * math.floor(float(np.nanmin(mv)) / STEP_MV))
        high = max(HIGH_MV, STEP_MV * math.ceil(float(np.nanmax(mv)) / STEP_MV))
        if (low, high) == self._range:
            return
        self._range = low, high
        self._plot.setYRange(low, high, padding=0.04)
        levels = [float(v) for v in range(math.ceil(low), math.floor(high) + 1)]
        self._plot.ticks("left", [(v, f"{v:.0f}") for v in levels])
        x = np.tile([-SHOWN_S, 0.0], len(levels))
        self._zero.setData(x, np.repeat(levels, 2), connect="pairs")
