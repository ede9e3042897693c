"""What an assessment found, in plain words and one plot, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent

from coherence.sessions.assessment import Assessment
from coherence.sessions.found_paces import Beside
from coherence.translation import number
from coherence.ui import pace_words as words
from coherence.ui.pace_plot import PacePlot, swings_of
from coherence.ui.pages import Offers
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import LIGHT, Theme
from coherence.ui.widgets import Label, Pill, announce


class PaceScreen(SheetScreen):
    """Emits the pace to practise at (``None``: none of one's own), and when it has been read."""

    pace_chosen = Signal(object)  # float | None
    done = Signal()

    def __init__(
        self,
        theme: Theme,
        assessment: Assessment,
        *,
        own_per_min: float | None = None,
        beside: Beside | None = None,
        simulated: bool = False,
    ) -> None:
        super().__init__(theme, words.TITLE)
        result = self._result = assessment.result
        self.headline = Label(
            words.headline(result), theme, px=26, weight=LIGHT, tone="hi", wrap=True
        )
        self.column.addWidget(self.add(self.headline))
        self.say(words.detail(result))
        self.plot: PacePlot | None = None
        if (swings := swings_of(result)) is not None:
            self.plot = self.add(PacePlot(theme, swings, result))
            self.column.addSpacing(6)
            self.column.addWidget(self.plot)
            if result.per_min is not None:
                self.say(words.WHAT_IT_SHOWS)
            if not swings.counts.all():
                self.say(words.LEFT_OUT)
        if beside is not None:
            self.say(words.earlier(beside))
        found = None if result.per_min is None or simulated else round(result.per_min, 1)
        if found is not None:
            self.say(words.OFFER)
        if own_per_min is not None:
            self.say(words.NOW_AT.format(number(own_per_min, 1)))
        if simulated:
            self.say(words.ONLY_SIMULATED)
        self.pills = self._pills(found, own_per_min)
        self._offers = self.add(Offers(words.TITLE, tuple(self.pills), self, left=True))
        self._offers.show()
        self.column.addSpacing(8)
        self.column.addWidget(self._offers)
        self.column.addStretch()

    def _pills(self, found: float | None, own: float | None) -> list[Pill]:
        """What can be done: take the pace, keep or clear the one there is, or nothing."""
        theme = self._theme
        take, stay = None, Pill(words.DONE, theme, primary=found is None)
        pills = []
        if found is not None and found != own:
            take = Pill(words.TAKE.format(number(found, 1)), theme, primary=True)
            take.clicked.connect(lambda: self._choose(found))
            pills.append(take)
            stay.set_words(words.NOT_NOW if own is None else words.KEEP.format(number(own, 1)))
        stay.clicked.connect(self.done)
        pills.append(stay)
        if own is not None:
            clear = Pill(words.CLEAR, theme)
            clear.clicked.connect(lambda: self._choose(None))
            pills.append(clear)
        return pills

    def _choose(self, per_min: float | None) -> None:
        self.pace_chosen.emit(per_min)
        self.done.emit()

    def press_primary(self) -> None:
        self.pills[0].click()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.pills[0].setFocus()
        announce(self, f"{words.headline(self._result)}. {words.detail(self._result)}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._offers.hold(self.card_px - 90)
        super().resizeEvent(event)

    def leave(self) -> None:
        self.done.emit()
