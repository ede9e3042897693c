"""One session in full: heart, coherence, spectrum over time, numbers by step, own words."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from coherence.analysis.artifacts import artefact_pct, quality_of
from coherence.analysis.coherence_ratio import CEILING
from coherence.model import Person, Quality, Reason, Reflection, SessionRecord, Value
from coherence.reports.report_words import own_words
from coherence.sessions.as_shown import differs, middles
from coherence.sessions.looking_back import BY_STEP, ROWS, LookedBack, StepTold
from coherence.storage.database import CLIENT
from coherence.storage.diary import AFTER, BEFORE
from coherence.storage.shown import Shown
from coherence.translation import _, ngettext, number
from coherence.ui.area import Area, Sideways
from coherence.ui.choice import Choice
from coherence.ui.coherence_card import BAND_EDGES, BAND_WORDS
from coherence.ui.flow import Flow
from coherence.ui.journal.said import minutes, when
from coherence.ui.journal.wide_plots import SpectrumOverTime, WidePlot, clock, linked
from coherence.ui.plots import PlotCard, thinned
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, stylesheet
from coherence.ui.widgets import Label, Pill
from coherence.ui.words import STEPS

SIGNAL = {
    Quality.GOOD: _("signal clear"),
    Quality.FAIR: _("signal fair"),
    Quality.POOR: _("signal thin: take numbers with care"),
    Quality.UNUSABLE: _("signal too unclear for numbers"),
}
GUIDED_INSTEAD = "–"
HEAD_LETTERS, STEP_LETTERS = 12, 20  # before a word goes on in the next line
SPEEDS = (1.0, 2.0, 5.0, 10.0, 30.0)
DIGITS = {"guide_coherence": 2, "coherence": 1, "breaths_per_min": 1, "rsa_bpm": 1}


class SessionPage(Area):
    """What there is to see of one session; it asks for what it cannot do itself."""

    watch_again = Signal(int, float)  # at so many times its own speed
    take = Signal(int)
    compare = Signal(int)
    delete = Signal(int)
    note_written = Signal(int, str)
    tags_written = Signal(int, str)
    moved = Signal(int, int)  # to a person

    def __init__(
        self,
        theme: Theme,
        record: SessionRecord,
        title: str,
        back: LookedBack,
        *,
        then: Sequence[Shown] = (),
        people: Sequence[Person] = (),
        said: Mapping[str, Reflection] | None = None,
    ) -> None:
        super().__init__(theme, title)
        self._theme, self._record, self._back = theme, record, back
        self._then, self._people, self._said = then, people, said or {}
        inside = QWidget()
        self.setWidget(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(14)
        column.addLayout(self._head(title))
        self._plots = [self._heart(), self._coherence(), self._spectrum()]
        for card, plot in self._plots:
            card.put(plot)
            column.addWidget(card)
        linked([plot for _, plot in self._plots], self._point)
        column.addWidget(self._steps())
        column.addWidget(self._words())
        column.addLayout(self._actions())

    def _head(self, title: str) -> QVBoxLayout:
        theme, record = self._theme, self._record
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(Label(title, theme, px=22, tone="hi"))
        flagged = self._back.flagged
        missing = self._back.beats.missed + sum(gap.missing for gap in self._back.gaps)
        pct = artefact_pct(len(self._back.beats) - flagged, flagged, missing)
        gaps = len(self._back.gaps)
        parts = [
            when(record),
            minutes(record.duration_s),
            SIGNAL[quality_of(pct)],
            _("no gap") if gaps == 0 else ngettext("{n} gap", "{n} gaps", gaps).format(n=gaps),
        ]
        head.addWidget(
            Label(" · ".join(parts), theme, px=14, weight=REGULAR, tone="mid", wrap=True)
        )
        return head

    # --- plots ---

    def _heart(self) -> tuple[PlotCard, WidePlot]:
        back, theme = self._back, self._theme
        self._heart_card = card = PlotCard(theme, _("Heart rhythm"), _("beats a minute"))
        plot = WidePlot(theme, _("Heart rate over the session"), back.duration_s)
        beats = back.beats
        curve, odd = plot.curve("heart", 1.6), plot.dots("low", 9, hollow=True)
        if len(beats):
            t_s, hr = with_gaps(beats.nn_t_s, 60000.0 / beats.nn_ms, beats.segment[beats.accepted])
            curve.setData(t_s, hr, connect="finite")
            low, high = np.nanpercentile(hr, (0.2, 99.8))
            room = max(4.0, 0.12 * (high - low))
            plot.setYRange(low - room, high + room, padding=0)
            plot.ticks("left", rate_ticks(low - room, high + room))
            set_aside = ~beats.accepted
            level = np.clip(60000.0 / beats.rr_ms[set_aside], low - room, high + room)
            odd.setData(beats.t_s[set_aside], level)
            plot.moments(back.moments, high + room)
            plot.setAccessibleDescription(
                _("Between {low:.0f} and {high:.0f} beats a minute, middle {middle:.0f}").format(
                    low=low, high=high, middle=np.median(hr[np.isfinite(hr)])
                )
            )
        return card, plot

    def _coherence(self) -> tuple[PlotCard, WidePlot]:
        back, theme = self._back, self._theme
        self._coherence_card = card = PlotCard(theme, _("Coherence"), _("0 to 10"))
        plot = WidePlot(theme, _("Coherence over the session"), back.duration_s)
        for i, name in enumerate(BAND_WORDS):
            low, high = BAND_EDGES[i], BAND_EDGES[i + 1]
            plot.band(low, high, theme.bands[i], upright=False)
            plot.words(name, 0.0, (low + high) / 2, (-0.1, 0.5))
        ten = 10.0 * np.minimum(1.0, back.coherence / CEILING)
        plot.setYRange(0, 10, padding=0.03)
        plot.ticks("left", [(0, "0"), (5, "5"), (10, "10")])
        if np.isfinite(ten).any():
            plot.curve("heart", 2.2, fill=0.10).setData(*thinned(back.t_s, ten), connect="finite")
            plot.setAccessibleDescription(_("Middle {n:.0f} of 10").format(n=np.nanmedian(ten)))
        return card, plot

    def _spectrum(self) -> tuple[PlotCard, WidePlot]:
        back = self._back
        card = PlotCard(self._theme, _("Spectrum over time"), _("where the rhythm's power lay"))
        plot = SpectrumOverTime(
            self._theme, back.duration_s, back.spectrum_t_s, back.spectrum_hz, back.spectrum
        )
        return card, plot

    def _point(self, t_s: float) -> None:
        """Say what there was at the pointer."""
        beats, heart, ten = self._back.beats, "", ""
        if np.isfinite(t_s) and len(beats.nn_t_s):
            at = int(np.argmin(np.abs(beats.nn_t_s - t_s)))
            if abs(beats.nn_t_s[at] - t_s) < 3.0:
                heart = _("{clock} · {value:.0f} bpm").format(
                    clock=clock(t_s), value=60000.0 / beats.nn_ms[at]
                )
            seconds = self._back.t_s
            second = int(np.searchsorted(seconds, t_s))
            if second < len(seconds) and np.isfinite(self._back.coherence[second]):
                share = self._back.coherence[second]
                ten = f"{clock(t_s)} · {number(10.0 * min(1.0, share / CEILING), 1)}"
        self._heart_card.say_right(heart)
        self._coherence_card.say_right(ten)

    # --- numbers and words ---

    def _steps(self) -> PlotCard:
        theme = self._theme
        card = PlotCard(theme, _("By step"), _("the middle value of each"))
        table = QWidget()
        table.setAccessibleName(_("By step"))
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        heads = ["", "", *(textwrap.fill(_(ROWS[key].label), HEAD_LETTERS) for key in BY_STEP)]
        for column, head in enumerate(heads):
            label = Label(head, theme, px=12, weight=SEMIBOLD, tone="low")
            grid.addWidget(label, 0, column, Qt.AlignmentFlag.AlignTop)
        for row, step in enumerate(self._back.steps, start=1):
            name = textwrap.fill(STEPS.get(step.key, step.key.capitalize()), STEP_LETTERS)
            cells = [name, span(step), *(shown(step, key) for key in BY_STEP)]
            for column, cell in enumerate(cells):
                tone = "hi" if column == 0 else "mid"
                weight = SEMIBOLD if column == 0 else REGULAR
                label = Label(cell, theme, px=14, weight=weight, tone=tone)
                grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        card.put(Sideways(theme, _("By step"), table), 0)
        if any(step.guided for step in self._back.steps):
            why = _(
                "RMSSD is left out where the breath was guided: slow breathing changes it. "
                "There the breath swing tells more."
            )
            card.put(Label(why, theme, px=13, weight=REGULAR, tone="low", wrap=True), 0)
        if differs(self._then):
            card.put(
                Label(self._shown_then(), theme, px=13, weight=REGULAR, tone="low", wrap=True), 0
            )
        return card

    def _shown_then(self) -> str:
        """What the screen said while it ran, where that was worked out in another way."""
        numbers = [
            f"{_(ROWS[key].label)} {worded(key, value)}"
            for key, value in middles(self._then, BY_STEP).items()
            if value is not None
        ]
        said = _(
            "These are today's numbers. While it ran, version {version} worked them out in another "
            "way; in the middle it showed: {numbers}."
        )
        versions = ", ".join(dict.fromkeys(run.app_version for run in self._then))
        return said.format(version=versions, numbers=", ".join(numbers) or "–")

    def _words(self) -> PlotCard:
        theme, record = self._theme, self._record
        card = PlotCard(theme, _("In your own words"))
        for line in own_words(self._said.get(BEFORE), self._said.get(AFTER)):
            card.put(Label(line, theme, px=14, weight=REGULAR, tone="mid", wrap=True), 0)
        for name, text, written in (
            (_("A note"), record.note, self.note_written),
            (_("Tags, with commas between"), ", ".join(record.tags), self.tags_written),
        ):
            field = QLineEdit(text)
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
            field.setStyleSheet(stylesheet(theme))
            field.editingFinished.connect(
                lambda field=field, written=written: written.emit(record.id, field.text())
            )
            card.put(field, 0)
        if len(self._people) > 1 and any(p.role == CLIENT for p in record.participants):
            card.put(self._whose(), 0)
        return card

    def _whose(self) -> Choice:
        """Whose it is; another person may be chosen where it is somebody else's."""
        whose = Choice()
        whose.tone = self._theme.mid
        whose.setAccessibleName(_("Whose session this is"))
        whose.setStyleSheet(stylesheet(self._theme))
        mine = {who.person_id for who in self._record.participants if who.role == CLIENT}
        for person in self._people:
            whose.addItem(_("A session of {name}").format(name=person.pseudonym), person.id)
            if person.id in mine:
                whose.setCurrentIndex(whose.count() - 1)
        whose.activated.connect(lambda _: self.moved.emit(self._record.id, whose.currentData()))
        self.whose = whose
        return whose

    def _actions(self) -> Flow:
        row = Flow()
        again = Pill(_("Watch again"), self._theme)
        again.clicked.connect(
            lambda _=False: self.watch_again.emit(self._record.id, self.speed.currentData())
        )
        row.addWidget(again)
        self.speed: Choice = Choice()
        self.speed.tone = self._theme.mid
        self.speed.setMinimumContentsLength(4)
        self.speed.setAccessibleName(_("How quickly it is shown again"))
        self.speed.setStyleSheet(stylesheet(self._theme))
        for times in SPEEDS:
            self.speed.addItem(f"{number(times)} ×", times)
        row.addWidget(self.speed)
        for text, signal in (
            (_("Compare with…"), self.compare),
            (_("Take it with you"), self.take),
            (_("Delete"), self.delete),
        ):
            pill = Pill(text, self._theme)
            pill.clicked.connect(lambda _=False, signal=signal: signal.emit(self._record.id))
            row.addWidget(pill)
        return row


def with_gaps(t_s: np.ndarray, y: np.ndarray, segment: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The line with a NaN where a new segment begins: it never crosses a gap."""
    new = np.flatnonzero(np.diff(segment)) + 1
    return np.insert(t_s, new, t_s[new]), np.insert(y, new, np.nan)


def rate_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Round heart rates from ``low`` to ``high``.

    >>> [text for _, text in rate_ticks(58.0, 74.0)]
    ['60', '65', '70']
    """
    step = 5.0 if high - low < 30 else 10.0 if high - low < 70 else 20.0
    marks = np.arange(np.ceil(low / step) * step, high, step).tolist()
    return [(mark, f"{mark:.0f}") for mark in marks]


def span(step: StepTold) -> str:
    """From when to when, and whether it was guided."""
    guided = _("guided") if step.guided else _("own breath")
    return f"{clock(step.from_s)}–{clock(step.to_s)},\n{guided}"


def shown(step: StepTold, key: str) -> str:
    """A number of a step; a dash where there is none to be given."""
    value: Value = step.numbers[key]
    if value.value is None:
        return GUIDED_INSTEAD if value.reason is Reason.PACED else "–"
    return worded(key, value.value)


def worded(key: str, value: float) -> str:
    """A number of a marker as it is read."""
    told = 10.0 * min(1.0, value / CEILING) if key == "coherence" else value
    unit = "" if key in ("coherence", "guide_coherence") else f" {ROWS[key].unit}"
    return f"{number(told, DIGITS.get(key, 0))}{unit}"
