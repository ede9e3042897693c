"""What lays itself over the scene for a while: the question at the end, and the end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from coherence.ui import words
from coherence.ui.bars import rows_of
from coherence.ui.theme import LIGHT, REGULAR, Theme, alpha
from coherence.ui.widgets import Label, Pill, announce

OFFERS_MARGIN_PX, OFFERS_GAP_PX, END_GAP_PX = 16, 10, 8


class Offers(QWidget):
    """Some answers side by side on the water, in rows where they do not fit into one."""

    def __init__(
        self, name: str, pills: Sequence[Pill], parent: QWidget, *, left: bool = False
    ) -> None:
        super().__init__(parent)
        self._left = left  # rows begin at the left, as the words of a card do
        self.setAccessibleName(name)
        self.pills = list(pills)
        for pill in self.pills:
            pill.setParent(self)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        for pill in self.pills:
            pill.set_theme(theme)

    def tall(self, wide: int) -> int:
        """The height that the answers need in a width."""
        return self._lay_out(wide)[1]

    def hold(self, wide: int) -> None:
        """Take so much room in a layout, ``wide`` across."""
        self.setFixedHeight(self.tall(wide))
        for pill, where in zip(self.pills, self._lay_out(wide)[0], strict=True):
            pill.setGeometry(where)

    def place(self, water: QRect) -> None:
        """In the middle of ``water``."""
        wide = water.width() - 2 * OFFERS_MARGIN_PX
        _, tall = self._lay_out(wide)
        y = min(water.top() + round(0.40 * water.height()), water.bottom() - tall)
        self.setGeometry(water.left() + OFFERS_MARGIN_PX, y, wide, tall)
        for pill, where in zip(self.pills, self._lay_out(wide)[0], strict=True):
            pill.setGeometry(where)

    def _lay_out(self, wide: int) -> tuple[list[QRect], int]:
        shown = [pill for pill in self.pills if not pill.isHidden()]
        sizes = [pill.sizeHint() for pill in shown]
        tall = max((size.height() for size in sizes), default=0)
        where = {id(pill): QRect() for pill in self.pills}
        y = 0
        for row in rows_of([size.width() for size in sizes], wide) if shown else []:
            used = sum(sizes[i].width() for i in row) + OFFERS_GAP_PX * (len(row) - 1)
            x = 0 if self._left else (wide - used) // 2
            for i in row:
                where[id(shown[i])] = QRect(x, y, sizes[i].width(), tall)
                x += sizes[i].width() + OFFERS_GAP_PX
            y += tall + OFFERS_GAP_PX
        return [where[id(pill)] for pill in self.pills], max(0, y - OFFERS_GAP_PX)


class Question(Offers):
    """Whether to end here: the words are the scene's cue, here are the two answers."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        self.stay = Pill(words.STAY, theme)
        self.end = Pill(words.END, theme, primary=True)
        super().__init__(words.ASK_END, (self.stay, self.end), parent)


class CheckIn(Offers):
    """A soft question about the breath: whatever is answered, nothing says that all is well."""

    answered = Signal(str)  # which of ``words.CHECK_IN_ANSWERS``

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        pills = {key: Pill(text, theme) for key, text in words.CHECK_IN_ANSWERS.items()}
        super().__init__(words.CHECK_IN, tuple(pills.values()), parent)
        for key, pill in pills.items():
            pill.clicked.connect(lambda _=False, k=key: self.answered.emit(k))


class EndPage(QWidget):
    """The end: what was given, never how well; how one is now, and what may help."""

    ground = Signal()
    keep_page = Signal()
    finished = Signal()
    resized = Signal()  # other words: lay it out anew

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._veiled = theme, False
        self.setAccessibleName(words.END)
        self.given = Label("", theme, px=30, weight=LIGHT, tone="hi", wrap=True, parent=self)
        self.ask = Label("", theme, px=17, weight=REGULAR, tone="mid", wrap=True, parent=self)
        self.done = Pill(words.DONE, theme, primary=True, px=17, pad_px=40)
        self.feel_ground = Pill(words.FEEL_GROUND, theme)
        self.rest = Pill(words.REST_HERE, theme)
        self.page = Pill(words.KEEP_PAGE, theme)
        pills = (self.feel_ground, self.rest, self.page, self.done)
        self.offers = Offers(words.AT_END, pills, self)
        for label in (self.given, self.ask):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.done.clicked.connect(self.finished)
        self.feel_ground.clicked.connect(self.ground)
        self.page.clicked.connect(self.keep_page)
        self.rest.clicked.connect(self._rest)
        self.hide()

    def say(self, words_of_end: str, *, whole: bool, ground: bool, page: bool = False) -> None:
        """Set the sentences, each on a line of its own where there is room."""
        self.given.set_words(words_of_end.replace(". ", ".\n"))
        self.ask.set_words(words.ASK_AT_END if whole or not ground else words.ASK_HALF_WAY)
        self.feel_ground.setVisible(ground)
        self.page.setVisible(page)
        self.rest.show()
        self.offers.show()

    def _rest(self) -> None:
        self.rest.hide()
        self.ask.set_words(words.RESTING_AT_END)
        self.resized.emit()
        self.done.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, words.RESTING_AT_END)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.given.set_theme(theme)
        self.ask.set_theme(theme)
        self.offers.set_theme(theme)

    def place(self, water: QRect) -> None:
        """On the water; where that is too little room it reaches higher, over a veil."""
        wide = min(water.width() - 48, 900)
        talls = [label.heightForWidth(wide) for label in (self.given, self.ask)]
        offers = self.offers.tall(water.width() - 2 * OFFERS_MARGIN_PX)
        needed = sum(talls) + offers + 2 * END_GAP_PX
        self._veiled = needed > water.height()
        if self._veiled:
            needed += END_GAP_PX
            water = QRect(water.left(), water.bottom() + 1 - needed, water.width(), needed)
        self.setGeometry(water)
        spare = water.height() - sum(talls) - offers
        gap = max(END_GAP_PX, min(20, spare // 4))
        left, top = (water.width() - wide) // 2, max(0, round((spare - 2 * gap) * 0.42))
        for label, tall in zip((self.given, self.ask), talls, strict=True):
            label.setGeometry(left, top, wide, tall)
            top += tall + gap
        self.offers.place(QRect(0, top, water.width(), offers + 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._veiled:
            painter = QPainter(self)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(alpha(self._theme.bg, 0.86))
            painter.drawRect(self.rect())
