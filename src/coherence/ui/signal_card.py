"""The signal: the last beats as strokes, and in a sentence how far they can be trusted."""

from __future__ import annotations

from coherence.devices.quirks import ROWS
from coherence.model import Quality, QuirkKind
from coherence.sessions.view import SessionView
from coherence.translation import _, ngettext
from coherence.ui import words
from coherence.ui.latency import Latency
from coherence.ui.plots import PlotCard
from coherence.ui.theme import REGULAR, Theme
from coherence.ui.tiles import BEATS_SHOWN, BeatStrip
from coherence.ui.widgets import Label

SIGNAL = {
    Quality.GOOD: _("signal clear"),
    Quality.FAIR: _("signal fair"),
    Quality.POOR: _("signal thin"),
    Quality.UNUSABLE: _("signal unclear"),
}


class SignalCard(PlotCard):
    """Redrawn with each new beat."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Signal"), _("last {n} beats").format(n=BEATS_SHOWN))
        self._strip = BeatStrip(theme)
        self.words = Label("", theme, px=13, weight=REGULAR, tone="mid", wrap=True)
        self.put(self._strip, 0)
        self.latency_words = Label("", theme, px=12, weight=REGULAR, tone="low")
        self.put(self.words, 0)
        self.put(self.latency_words, 0)
        self.latency_words.hide()
        self._shown: tuple[int, tuple[QuirkKind, ...]] = (-1, ())

    def show_view(self, view: SessionView) -> None:
        if (view.beats, view.strap.quirks) == self._shown:
            return
        self._shown = (view.beats, view.strap.quirks)
        self._strip.show_beats(view.flagged[-BEATS_SHOWN:])
        told = [f"{ROWS[kind].sentence}." for kind in view.strap.quirks]
        if view.beats == 0:
            self.words.set_words(" ".join([_("No beat has come yet."), *told]))
            return
        clean = 100.0 * (1.0 - view.flagged_total / view.beats)
        counts = [
            _("{n:.0f} % clean").format(n=clean),
            _("{n} set aside").format(n=view.flagged_total),
            _("no gap")
            if view.gaps == 0
            else ngettext("{n} gap", "{n} gaps", view.gaps).format(n=view.gaps),
        ]
        if view.undecodable:
            counts.append(_("{n} unreadable").format(n=view.undecodable))
        said = [f"{' · '.join(counts)}.", _("Markers use clean beats only."), *told]
        self.words.set_words(" ".join([*said, view.note] if view.note else said))
        self.say_right("" if view.quality is None else SIGNAL[view.quality])

    def show_latency(self, latency: Latency) -> None:
        """How long a heartbeat takes from the radio to the practice window's picture."""
        known = latency.percentiles_ms()
        said = "" if known is None else words.latency_words(*known)
        if said != self.latency_words.text():
            self.latency_words.set_words(said)
            self.latency_words.setVisible(bool(said))
