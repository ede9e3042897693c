"""The spectrum of the heart rhythm over the last minute, with its bands and its one wave."""

from __future__ import annotations

import numpy as np

from coherence.analysis.coherence_ratio import coherence_of, coherence_spectrum
from coherence.analysis.series import NNSeries
from coherence.model import Reason
from coherence.sessions.view import SessionView
from coherence.translation import _, number
from coherence.ui.plots import Plot, PlotCard
from coherence.ui.theme import Theme

SPECTRUM_EVERY_S = 5.0
SHOWN_HZ = 0.42


class SpectrumCard(PlotCard):
    """Drawn anew every five seconds; the wave that coherence looks at is shaded."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Rhythm spectrum"), _("last 64 s"))
        plot = self.plot = Plot(theme, _("Spectrum of the heart rhythm"), left=False)
        for low, high, name, band in ((0.04, 0.15, _("LF"), 1), (0.15, 0.40, _("HF"), 0)):
            plot.band(low, high, theme.bands[band], upright=True)
            plot.words(name, high - 0.004, 1.13, (1.0, 0.0))
        self.curve = plot.curve("heart", 2.2, fill=0.12)
        self.peak = plot.curve("breath", 0.0, fill=0.42)
        plot.setXRange(0.0, SHOWN_HZ, padding=0)
        plot.setYRange(0.0, 1.15, padding=0)
        plot.ticks(
            "bottom",
            [
                *((hz, number(hz)) for hz in (0.1, 0.2, 0.3)),
                (0.4, f"{number(0.4)} Hz"),
            ],
        )
        self._shown_s = -np.inf
        self.put(plot)

    def show_view(self, view: SessionView) -> None:
        if view.now_s - self._shown_s >= SPECTRUM_EVERY_S:
            self._shown_s = view.now_s
            self._show(view)

    def _show(self, view: SessionView) -> None:
        series = NNSeries(
            view.t_s, view.rr_ms, ~view.flagged, view.segment, np.zeros(len(view.t_s), np.int64)
        )
        said = view.values.get("coherence")
        withheld = said is not None and said.reason is Reason.STRAP
        found = Reason.STRAP if withheld else coherence_spectrum(series)
        peak = found if isinstance(found, Reason) else coherence_of(found)
        if isinstance(found, Reason) or isinstance(peak, Reason) or peak.peak_hz is None:
            self.curve.setData([], [])
            self.peak.setData([], [])
            self.say_right(_("resting") if withheld else _("listening"))
            return
        f_hz, power = found.spectrum.hz, found.spectrum.psd
        shown = f_hz <= SHOWN_HZ
        f_hz, power = f_hz[shown], power[shown] / max(float(power[shown].max()), 1e-12)
        near = np.abs(f_hz - peak.peak_hz) <= 0.015
        self.curve.setData(f_hz, power)
        self.peak.setData(f_hz[near], power[near])
        self.say_right(
            _("peak at {per_min} a minute ({hz} Hz)").format(
                per_min=number(60 * peak.peak_hz, 1), hz=number(peak.peak_hz, 3)
            )
        )
