"""What lays itself over the scene for a while: the question at the end, the end, the keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QWidget

from coherence.ui import words
from coherence.ui.theme import LIGHT, REGULAR, SEMIBOLD, Theme
from coherence.ui.widgets import Card, Label, Pill


class Question(QWidget):
    """Whether to end here: the words are the scene's cue, here are the two answers."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(words.ASK_END)
        self.stay = Pill(words.STAY, theme, parent=self)
        self.end = Pill(words.END, theme, primary=True, parent=self)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self.stay.set_theme(theme)
        self.end.set_theme(theme)

    def place(self, water: QRect) -> None:
        """Side by side in the middle of ``water``."""
        sizes = [pill.sizeHint() for pill in (self.stay, self.end)]
        gap, tall = 14, max(size.height() for size in sizes)
        wide = sum(size.width() for size in sizes) + gap
        y = min(water.top() + round(0.40 * water.height()), water.bottom() - tall)
        self.setGeometry(water.center().x() - wide // 2, y, wide, tall)
        self.stay.setGeometry(0, 0, sizes[0].width(), tall)
        self.end.setGeometry(sizes[0].width() + gap, 0, sizes[1].width(), tall)


class EndPage(QWidget):
    """The end: what was given, never how well."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(words.END)
        self.given = Label("", theme, px=30, weight=LIGHT, tone="hi", wrap=True, parent=self)
        self.given.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.done = Pill(words.DONE, theme, primary=True, px=17, pad_px=48, parent=self)
        self.hide()

    def say(self, words_of_end: str) -> None:
        """Set the sentences, each on a line of its own where there is room."""
        self.given.set_words(words_of_end.replace(". ", ".\n"))

    def set_theme(self, theme: Theme) -> None:
        self.given.set_theme(theme)
        self.done.set_theme(theme)

    def place(self, water: QRect) -> None:
        self.setGeometry(water)
        wide = min(water.width() - 48, 900)
        tall = self.given.heightForWidth(wide)
        size = self.done.sizeHint()
        top = max(0, round((water.height() - tall - size.height() - 28) * 0.42))
        self.given.setGeometry((water.width() - wide) // 2, top, wide, tall)
        x, y = (water.width() - size.width()) // 2, top + tall + 28
        self.done.setGeometry(x, y, size.width(), size.height())


class KeysPage(Card):
    """All keys, as they are set."""

    def __init__(
        self, theme: Theme, keys: Mapping[str, str], marks: Sequence[str], parent: QWidget
    ) -> None:
        super().__init__(theme, radius=24, parent=parent)
        self.setAccessibleName(words.KEYS_TITLE)
        grid = QGridLayout(self)
        grid.setContentsMargins(34, 26, 34, 28)
        grid.setHorizontalSpacing(26)
        grid.setVerticalSpacing(5)
        title = Label(words.KEYS_TITLE, theme, px=22, weight=LIGHT, tone="hi")
        self._labels = [title]
        grid.addWidget(title, 0, 0, 1, 2)
        lines = [(_native(keys[action]), text) for action, text in words.KEYS.items()]
        if marks:
            lines.append((f"1–{len(marks)}", f"{words.QUICK_MARKS}: {', '.join(marks)}"))
        for row, (key, text) in enumerate(lines, 1):
            left = Label(key, theme, px=14, weight=SEMIBOLD, tone="breath_text")
            right = Label(text, theme, px=14, weight=REGULAR)
            grid.addWidget(left, row, 0)
            grid.addWidget(right, row, 1)
            self._labels += [left, right]
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for label in self._labels:
            label.set_theme(theme)

    def place(self, window: QRect) -> None:
        size = self.sizeHint().boundedTo(window.size())
        self.resize(size)
        self.move(window.center() - self.rect().center())


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
