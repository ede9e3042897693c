"""What can lie over the scene of a practice: two questions, three cards, the end. One at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from coherence.ui import words
from coherence.ui.guide_page import GuidePage
from coherence.ui.help_page import HelpPage
from coherence.ui.keys_page import KeysPage
from coherence.ui.pages import CheckIn, EndPage, Offers, Question
from coherence.ui.theme import Theme

OverScene = GuidePage | HelpPage | KeysPage


class Overlays:
    """The pages over one practice window, and which of them is to be seen."""

    def __init__(
        self,
        theme: Theme,
        keys: Mapping[str, str],
        marks: Sequence[str],
        contacts: str,
        window: QWidget,
    ) -> None:
        self._window = window
        self.question = Question(theme, window)
        self.check_in = CheckIn(theme, window)
        self.end_page = EndPage(theme, window)
        self.guide_page = GuidePage(theme, keys, window)
        self.help_page = HelpPage(theme, contacts, window)
        self.keys_page = KeysPage(theme, keys, marks, window)
        self._cards: tuple[OverScene, ...] = (self.guide_page, self.help_page, self.keys_page)
        self._asking: dict[Offers, str] = {
            self.question: words.ASK_END,
            self.check_in: words.CHECK_IN,
        }

    def shows(self, page: QWidget) -> bool:
        return page.isVisibleTo(self._window)

    @property
    def cue(self) -> str:
        """The question that stands in the scene's cue, if there is one."""
        return next((cue for page, cue in self._asking.items() if self.shows(page)), "")

    @property
    def card(self) -> OverScene | None:
        """The card that lies over the scene."""
        return next((card for card in self._cards if self.shows(card)), None)

    @property
    def any(self) -> bool:
        return bool(self.cue) or self.card is not None or self.shows(self.end_page)

    def toggle(self, card: OverScene) -> None:
        """Show a card alone, or put it away; the keyboard goes with it."""
        shown = not self.shows(card)
        for each in self._cards:
            each.setVisible(each is card and shown)
        if not shown:
            self._window.setFocus()
            return
        card.place(self._window.rect())
        card.raise_()
        buttons = card.findChildren(QAbstractButton)
        if buttons:
            buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def hide_all(self) -> None:
        for page in (*self._asking, *self._cards):
            page.hide()

    def set_theme(self, theme: Theme) -> None:
        for page in (*self._asking, self.end_page, *self._cards):
            page.set_theme(theme)

    def place(self, water: QRect) -> None:
        for page in self._asking:
            page.place(water)
        self.end_page.place(water)
        if (card := self.card) is not None:  # the others are placed when they are shown
            card.place(self._window.rect())
