"""Choosing a practice: three for today, all the others one step away, how long, with or without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from coherence.practice.care import lengths_min, usual_min
from coherence.practice.practices import Practice, scaled
from coherence.translation import _, ngettext
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme
from coherence.ui.widgets import Label, Pill, Row, Themed, as_words

W = TypeVar("W", bound=Themed)
ROW_PX = 520  # what a row of pills may take before it wraps
TODAY = _("Today’s practice")
ALL, FEWER = _("All practices"), _("Only today’s")
WITHOUT, WITHOUT_NAME = _("Without the breath"), _("Practise without the breath")
MINUTES, ENDLESS = _("{} min"), _("as long as you like · {}")
OPENS_LATER = _("Opens after three soothing practices, or with a therapist")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be practised, and how."""

    practice: Practice
    minutes: int | None  # None: it has no end of its own
    without_breath: bool = False


def _may_be_without(practice: Practice) -> bool:
    """Whether there is a way to do it without the breath: not where the breath is what is asked."""
    return practice.paced and not practice.assesses


def as_chosen(chosen: Chosen) -> Practice:
    """The practice in the length that was chosen."""
    practice, minutes = chosen.practice, chosen.minutes
    return practice if minutes is None else scaled(practice, minutes)


class PracticeChoice(QWidget):
    """Rows of practices and what belongs to the one that is chosen."""

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        practices: Sequence[Practice],
        *,
        today: Sequence[str],
        because: str = "",
        first: bool = False,
        is_open: Callable[[Practice], bool] = lambda _: True,
    ) -> None:
        super().__init__()
        self._theme, self._first = theme, first
        self._themed: list[Themed] = []
        order = {key: place for place, key in enumerate(today)}
        self.practices = sorted(practices, key=lambda p: order.get(p.key, len(order)))
        self._today = set(order)
        self._minutes: dict[str, int | None] = {
            each.key: usual_min(each, first=first) for each in practices
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._head())
        if because:
            column.addWidget(self._add(Label(because, theme, px=14, weight=REGULAR, wrap=True)))
        self._group = QButtonGroup(self)
        self.rows: list[Row] = []
        for practice in self.practices:
            row = self._add(Row(practice.title, "", theme, dot=practice.colour))
            # as wide as the card, not as its words: these are cut short where there is no room
            row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.setToolTip(as_words(practice.why))
            row.setEnabled(is_open(practice))
            self._group.addButton(row)
            self.rows.append(row)
            column.addWidget(row)
            row.setVisible(practice.key in self._today)
        self.lengths: list[Pill] = []
        self.without = self._add(Pill(WITHOUT, theme, px=14, pad_px=14, name=WITHOUT_NAME))
        self.without.setCheckable(True)
        self.without.toggled.connect(lambda _: self._show_why())
        self._column, self._ways = column, QWidget()
        ways = QVBoxLayout(self._ways)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(8)
        self._length_row, self._more_row = QHBoxLayout(), QHBoxLayout()
        for pills in (self._length_row, self._more_row):
            pills.setSpacing(4)
            ways.addLayout(pills)
        self._why = self._add(Label("", theme, px=14, weight=REGULAR, tone="mid", wrap=True))
        ways.addWidget(self._why)
        column.addWidget(self._ways)
        next(row for row in self.rows if row.isEnabled()).setChecked(True)
        self._group.buttonToggled.connect(self._on_chosen)
        self._show_chosen()

    def _add(self, widget: W) -> W:
        self._themed.append(widget)
        return widget

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._add(Label(TODAY, self._theme, px=14, weight=SEMIBOLD, tone="low")))
        row.addStretch()
        self.all = self._add(Pill(ALL, self._theme, px=14, pad_px=14, parent=self))
        self.all.clicked.connect(self._show_all)
        self.all.setVisible(len(self._today) < len(self.practices))
        row.addWidget(self.all)
        return row

    # --- what is chosen ---

    @property
    def practice(self) -> Practice:
        """The practice that is chosen."""
        for row, practice in zip(self.rows, self.practices, strict=True):
            if row.isChecked():
                return practice
        return self.practices[0]

    @property
    def chosen(self) -> Chosen:
        practice = self.practice
        without = self.without.isChecked() and _may_be_without(practice)
        return Chosen(practice, self._minutes[practice.key], without)

    def _on_chosen(self, _: object, on: bool) -> None:
        if on:
            self._show_chosen()
            self.changed.emit()

    def _show_chosen(self) -> None:
        practice = self.practice
        for pill in self.lengths:
            self._themed.remove(pill)
            pill.hide()  # it goes with the next turn of the event loop
            pill.deleteLater()
        self.lengths = []
        for minutes in lengths_min(practice, first=self._first):
            pill = self._add(Pill(MINUTES.format(minutes), self._theme, px=14, pad_px=14))
            pill.setAccessibleName(ngettext("{} minute", "{} minutes", minutes).format(minutes))
            pill.setCheckable(True)
            pill.setChecked(minutes == self._minutes[practice.key])
            pill.clicked.connect(lambda _=False, m=minutes: self._choose_length(m))
            self.lengths.append(pill)
        self._lay_out_ways()
        self._place_ways()
        self.without.setVisible(_may_be_without(practice))
        self._show_why()
        self._say_details()

    def _place_ways(self) -> None:
        """Beneath the three of today; in the long list of all beneath the one that is chosen."""
        self._column.removeWidget(self._ways)
        place = self._column.count()
        if self.all.text() == FEWER:
            place = self._column.indexOf(self.rows[self.practices.index(self.practice)]) + 1
        self._column.insertWidget(place, self._ways)

    def _lay_out_ways(self) -> None:
        """Lengths, and the way without the breath beside them where there is room."""
        for row in (self._length_row, self._more_row):
            while row.count():
                row.takeAt(0)
        pills = [*self.lengths, self.without]
        wide = sum(pill.sizeHint().width() + self._length_row.spacing() for pill in pills)
        beside = wide <= round(ROW_PX * max(1.0, 0.9 * self._theme.text_scale))
        before: QWidget = self.rows[-1]
        for pill in pills:
            wraps = pill is self.without and not beside
            (self._more_row if wraps else self._length_row).addWidget(pill)
            QWidget.setTabOrder(before, pill)
            before = pill
        self._length_row.addStretch()
        self._more_row.addStretch()

    def _show_why(self) -> None:
        practice = self.practice
        without = self.without.isChecked() and _may_be_without(practice)
        self._why.set_words(practice.without_breath if without else practice.why)

    def _choose_length(self, minutes: int) -> None:
        self._minutes[self.practice.key] = minutes
        for pill in self.lengths:
            pill.setChecked(pill.text() == MINUTES.format(minutes))
        self._say_details()

    def _say_details(self) -> None:
        for row, practice in zip(self.rows, self.practices, strict=True):
            minutes = self._minutes[practice.key]
            if not row.isEnabled():
                detail = OPENS_LATER
            elif minutes is None:
                detail = ENDLESS.format(practice.subtitle)
            else:
                detail = ngettext("{} minute · {}", "{} minutes · {}", minutes).format(
                    minutes, practice.subtitle
                )
            row.set_words(practice.title, detail)

    def _show_all(self) -> None:
        """Show every practice, or only today's and the one that is chosen."""
        every = self.all.text() == ALL
        for row, practice in zip(self.rows, self.practices, strict=True):
            row.setVisible(every or practice.key in self._today or row.isChecked())
        self.all.set_words(FEWER if every else ALL)
        self._place_ways()

    def choose(self, key: str) -> None:
        """Show a practice by its key, and choose it where it may be begun."""
        for row, practice in zip(self.rows, self.practices, strict=True):
            if practice.key == key:
                row.setVisible(True)
                row.setChecked(row.isEnabled())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for widget in self._themed:
            widget.set_theme(theme)
        self._lay_out_ways()
