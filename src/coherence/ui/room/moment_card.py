"""Moments with quick keys, how the heart settled after each, and the therapist's private note."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from coherence.analysis.recovery import Recovery, recovery
from coherence.sessions.view import SessionView
from coherence.translation import _
from coherence.ui.coherence_card import tone_of
from coherence.ui.plots import PlotCard
from coherence.ui.room import sayings
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, css
from coherence.ui.widgets import Label, Pill

SHOWN = 4  # the last ones
FOLLOWED_S = 300.0  # after a moment; what comes later is no answer to it
LOOK_EVERY_S = 5.0


def begun(label: str) -> str:
    """A mark as it begins a line; the rest of it stays as it was written.

    >>> begun("freundliche Stimme")
    'Freundliche Stimme'
    """
    return label[:1].upper() + label[1:]


class MomentCard(PlotCard):
    """The last moments, four words to mark with, and a note that only the therapist sees."""

    mark_asked = Signal(str)
    note_changed = Signal(str)

    def __init__(self, theme: Theme, marks: Sequence[str], note: str = "") -> None:
        super().__init__(theme, sayings.MOMENTS)
        self.say_right(sayings.ADD_MOMENT)
        self.column.setSpacing(6)
        self._list = QWidget()
        self._list.setAccessibleName(sayings.MOMENTS)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self.put(self._list, 0)
        self._legend = Label(sayings.TIME_TO_SETTLE, theme, px=12, weight=REGULAR, tone="low")
        self._legend.hide()
        self.put(self._legend, 0)
        grid = QGridLayout()
        grid.setSpacing(2)
        self.quick: list[Pill] = []
        for i, label in enumerate(marks[:4]):
            pill = Pill(
                f"{i + 1}  {begun(label)}",
                theme,
                px=13,
                pad_px=8,
                name=_("Mark: {label}").format(label=label),
            )
            pill.clicked.connect(lambda _=False, label=label: self.mark_asked.emit(label))
            grid.addWidget(pill, i // 2, i % 2)
            self.quick.append(pill)
        self.column.addLayout(grid)
        self.note = QPlainTextEdit(note)
        self.note.setPlaceholderText(sayings.PRIVATE_NOTE)
        self.note.setAccessibleName(sayings.PRIVATE_NOTE)
        self.note.setTabChangesFocus(True)
        self.note.setMinimumHeight(56)
        self.note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.note.setFont(theme.font(14, REGULAR))
        self.note.setStyleSheet(
            f"QPlainTextEdit {{ background: {theme.bg}; color: {theme.hi}; border: 2px solid "
            f"transparent; border-radius: 12px; padding: 6px 8px; "
            f"placeholder-text-color: {css(theme.low)}; }}"
            f"QPlainTextEdit:focus {{ border: 2px solid {theme.focus}; }}"
        )
        self.note.textChanged.connect(lambda: self.note_changed.emit(self.note.toPlainText()))
        self.put(self.note, 1)
        self.kept = Label("", theme, px=12, weight=REGULAR, tone="low", wrap=True)
        self.put(self.kept, 0)
        self._shown: tuple[object, ...] = ()
        self._data_shown, self._settles = True, False
        self._looked_s = -LOOK_EVERY_S
        self.settled: dict[float, Recovery] = {}

    def show_view(self, view: SessionView) -> None:
        """The moments so far; how the heart settled is looked at each five seconds."""
        if view.now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = view.now_s
            self._follow(view)
        rows = [(t_s, label, self.settled.get(t_s)) for t_s, label in view.moments[-SHOWN:]]
        if tuple(rows) == self._shown:
            return
        self._shown = tuple(rows)
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        labels = [label for _, label in view.moments]
        for t_s, label, found in rows:
            self._rows.addWidget(self._row(t_s, label, tone_of(label, labels), found))
        self._settles = any(f is not None and sayings.settle_words(f) for *_, f in rows)
        self.show_data(self._data_shown)

    def show_data(self, shown: bool) -> None:
        """Whether the moments and how the heart settled are to be seen."""
        self._data_shown = shown
        self._list.setVisible(shown and bool(self._shown))
        self._legend.setVisible(shown and self._settles)

    def _follow(self, view: SessionView) -> None:
        rate = view.history.get("heart_rate_bpm")
        if rate is None:
            return
        every = [t_s for t_s, _ in view.moments]
        for i, at_s in enumerate(every):
            until_s = min([at_s + FOLLOWED_S, *every[i + 1 : i + 2]])
            near = (view.history_t_s > at_s - 70.0) & (view.history_t_s <= until_s)
            self.settled[at_s] = recovery(view.history_t_s[near], rate[near], at_s)

    def _row(self, t_s: float, label: str, tone: str, found: Recovery | None) -> QWidget:
        theme, row = self._theme, QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 2, 0, 2)
        line.setSpacing(10)
        time = Label(sayings.clock_words(t_s), theme, px=13, weight=REGULAR, tone="mid")
        time.setFixedWidth(round(38 * theme.text_scale))
        word = begun(label) or sayings.MOMENT
        line.addWidget(time)
        line.addWidget(Label(word, theme, px=13, weight=SEMIBOLD, tone="hi", dot=tone), 1)
        if found is not None and (said := sayings.settle_words(found)):
            settled = Label(said, theme, px=12, weight=REGULAR, tone="mid")
            settled.setAccessibleName(sayings.settle_sentence(found))
            settled.setToolTip(sayings.settle_sentence(found))
            line.addWidget(settled)
        row.setAccessibleName(f"{sayings.clock_words(t_s)} {word}")
        return row
