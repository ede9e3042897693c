"""The card of keys: in one column or two, whole in any window and with letters of any size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QWidget

from coherence.ui import words
from coherence.ui.keys import native
from coherence.ui.theme import LIGHT, REGULAR, SEMIBOLD, SMALLEST_PX, Theme
from coherence.ui.widgets import Card, Label

KEY_PX = 14
BESIDE_PX, BETWEEN_PX = 26, 40  # a key and its words; two columns
SIDE_PX, EDGE_PX = 34, 24  # within the card; between the card and the window
SMALLER = 0.94


class KeysPage(Card):
    """All keys, as they are set."""

    def __init__(
        self, theme: Theme, keys: Mapping[str, str], marks: Sequence[str], parent: QWidget
    ) -> None:
        super().__init__(theme, radius=24, parent=parent)
        self.setAccessibleName(words.KEYS_TITLE)
        grid = self._grid = QGridLayout(self)
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(0)
        self._title = Label(words.KEYS_TITLE, theme, px=22, weight=LIGHT, tone="hi")
        grid.addWidget(self._title, 0, 0, 1, 5)
        lines = [(native(keys[action]), text) for action, text in words.KEYS.items()]
        if marks:
            lines.append((f"1–{len(marks)}", f"{words.QUICK_MARKS}: {', '.join(marks)}"))
        self._lines = [
            (
                Label(key, theme, px=KEY_PX, weight=SEMIBOLD, tone="breath_text", parent=self),
                Label(text, theme, px=KEY_PX, weight=REGULAR, wrap=True, parent=self),
            )
            for key, text in lines
        ]
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)  # the letters come with the next place

    def place(self, window: QRect) -> None:
        """In the middle of ``window``: in one column where that has room, else in two."""
        room = window.size() - QSize(EDGE_PX, EDGE_PX)
        for columns, theme in self._ways():
            size = self._lay_out(columns, theme, room.width())
            if size.height() <= room.height():
                break
        self.resize(size.boundedTo(window.size()))
        self.move(window.center() - self.rect().center())

    def _ways(self) -> Iterator[tuple[int, Theme]]:
        """One column, then two, then two with smaller letters: all keys come before their size."""
        theme = self._theme
        yield 1, theme
        while True:
            yield 2, theme
            if KEY_PX * theme.text_scale <= SMALLEST_PX:
                return
            theme = theme.scaled(theme.text_scale * SMALLER)

    def _lay_out(self, columns: int, theme: Theme, room_px: int) -> QSize:
        """Put all in place; returns how large that is."""
        grid, each = self._grid, -(-len(self._lines) // columns)
        grid.setContentsMargins(SIDE_PX, 22, SIDE_PX, 24)
        self._title.set_theme(theme)
        wide = [0, 0]
        for pair in self._lines:
            for i, label in enumerate(pair):
                label.set_theme(theme)
                needed = QFontMetrics(label.font()).horizontalAdvance(label.text()) + 4
                wide[i] = max(wide[i], needed)
        between = (columns - 1) * BETWEEN_PX
        most = max(1, (room_px - 2 * SIDE_PX - between) // columns - wide[0] - BESIDE_PX)
        for row, (key, text) in enumerate(self._lines):
            text.setFixedWidth(min(wide[1], most))
            text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            column = 3 * (row // each)
            grid.addWidget(key, 1 + row % each, column, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, 1 + row % each, column + 1)
        for column in (0, 3):
            grid.setColumnMinimumWidth(column, (wide[0] + BESIDE_PX) if column < columns * 2 else 0)
        grid.setColumnMinimumWidth(2, between)
        across = columns * (wide[0] + BESIDE_PX + min(wide[1], most)) + between + 2 * SIDE_PX
        grid.invalidate()
        return QSize(across, grid.totalHeightForWidth(across))
