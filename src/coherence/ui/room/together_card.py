"""Together: the therapist's own heart beside the client's, and what may be said of the two."""

from __future__ import annotations

import numpy as np

from coherence.analysis.coherence_ratio import ten_point
from coherence.sessions.view import Floats, SessionView
from coherence.translation import _, number
from coherence.ui.plots import Plot, PlotCard
from coherence.ui.room.meeting import Meeting
from coherence.ui.theme import REGULAR, Theme
from coherence.ui.widgets import Label

SHOWN_S = 60.0
HIGHEST = 2.4  # standard deviations
THICK_PX, THIN_PX = 3.2, 1.4  # told apart by more than their colours


class TogetherCard(PlotCard):
    """Both rhythms of the last minute, each by its own middle and swing; both coherences."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Together"), _("last minute, each by its own swing"))
        plot = self.plot = Plot(theme, _("Both heart rhythms, last minute"), left=False)
        self.client, self.own = plot.curve("heart", THICK_PX), plot.curve("therapist", THIN_PX)
        plot.setXRange(-SHOWN_S, 1.0, padding=0)
        plot.setYRange(-HIGHEST, HIGHEST, padding=0)
        plot.ticks(
            "bottom",
            [
                (-45, _("{n} s ago").format(n=45)),
                (-30, _("{n} s ago").format(n=30)),
                (-15, _("{n} s ago").format(n=15)),
                (0, _("now")),
            ],
        )
        self.put(plot)
        plot.setMinimumHeight(round(96 * theme.text_scale))
        self.said = Label("", theme, px=12, weight=REGULAR, tone="mid", wrap=True)
        self.put(self.said, 0)

    def show_views(self, client: SessionView, own: SessionView, meeting: Meeting) -> None:
        for curve, view in ((self.client, client), (self.own, own)):
            t, y, joined = shape(view, client.now_s)
            curve.setData(t, y, connect=joined)
        guided = client.guide.running
        short, long = meeting.words(client.now_s, guided=guided)
        self.say_right(short)
        coherences = _("Client (thick, teal) {client} · you (thin, lavender) {own}.").format(
            client=_score(client), own=_score(own)
        )
        self.said.set_words(f"{coherences} {long}")
        self.plot.setAccessibleDescription(f"{coherences} {short}")


def shape(view: SessionView, now_s: float) -> tuple[Floats, Floats, np.ndarray]:
    """(seconds from now (n,), swing in its own standard deviations (n,), joins (n,))."""
    near = (view.t_s > now_s - SHOWN_S) & ~view.flagged
    t, y, segment = view.t_s[near] - now_s, view.hr_bpm[near], view.segment[near]
    if len(y) < 3:
        return np.empty(0), np.empty(0), np.empty(0, np.int32)
    spread = max(float(y.std()), 0.5)
    shaped = np.clip((y - y.mean()) / spread, -HIGHEST, HIGHEST)
    return t, shaped, np.append(segment[1:] == segment[:-1], False).astype(np.int32)


def _score(view: SessionView) -> str:
    value = view.values.get("coherence")
    if value is None or value.value is None:
        return _("listening")
    return _("coherence {n}").format(n=number(ten_point(value.value), 1))
