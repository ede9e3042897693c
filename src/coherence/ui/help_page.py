"""Help within a practice: what may soothe now, and the people one can turn to."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from coherence.ui import words
from coherence.ui.pages import Offers
from coherence.ui.theme import LIGHT, REGULAR, SEMIBOLD, Theme
from coherence.ui.widgets import Card, Label, Pill, Themed

WIDTH_PX = 600


class HelpPage(Card):
    """Lies over the scene; emits what was chosen. The practice goes on beneath."""

    soothe = Signal()
    ground = Signal()
    let_go = Signal()
    done = Signal()

    def __init__(self, theme: Theme, contacts: str, parent: QWidget) -> None:
        super().__init__(theme, radius=24, parent=parent)
        self.setAccessibleName(words.HELP)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(30, 24, 30, 26)
        column.setSpacing(8)
        labels = [
            Label(words.HELP, theme, px=22, weight=LIGHT, tone="hi"),
            Label(words.HELP_NOW, theme, px=15, weight=REGULAR, wrap=True),
            Label(words.YOUR_PEOPLE, theme, px=15, weight=SEMIBOLD, tone="hi"),
            Label(contacts or words.NO_PEOPLE_YET, theme, px=15, weight=REGULAR, wrap=True),
            Label(words.HELP_BEYOND, theme, px=14, weight=REGULAR, tone="low", wrap=True),
        ]
        for label in labels:
            column.addWidget(label)
        self.buttons = {
            text: Pill(text, theme, primary=text == words.STAY_WITH_IT)
            for text in (words.SOOTHE, words.FEEL_GROUND, words.LET_GO, words.STAY_WITH_IT)
        }
        signals = (self.soothe, self.ground, self.let_go, self.done)
        for pill, signal in zip(self.buttons.values(), signals, strict=True):
            pill.clicked.connect(signal)
        self._offers = Offers(words.HELP, tuple(self.buttons.values()), self, left=True)
        self._offers.show()
        column.addSpacing(6)
        column.addWidget(self._offers)
        self._themed: list[Themed] = [*labels, self._offers]
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for widget in self._themed:
            widget.set_theme(theme)

    def place(self, window: QRect) -> None:
        wide = min(round(WIDTH_PX * max(1.0, self._theme.text_scale)), window.width() - 24)
        self._offers.hold(wide - 60)
        self.resize(wide, min(self._column.heightForWidth(wide), window.height()))
        self.move(window.center() - self.rect().center())
