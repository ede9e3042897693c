"""A row of controls that goes on in the next line where the words of a language are longer."""

from __future__ import annotations

import textwrap

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from coherence.ui.tick import Tick


class Flow(QLayout):
    """Widgets side by side, as many as a line has room for; each as wide as its words ask."""

    def __init__(self, spacing_px: int = 6) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing_px)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._laid(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._laid(rect, move=True)

    def minimumSize(self) -> QSize:
        """The widest of them: narrower, a word would be cut."""
        least = QSize(0, 0)
        for item in self._items:
            least = least.expandedTo(item.minimumSize())
        return least

    def sizeHint(self) -> QSize:
        """All in one line."""
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        wide = sum(size.width() for size in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(wide, max((size.height() for size in shown), default=0))

    def _laid(self, rect: QRect, *, move: bool) -> int:
        """Put them where they belong; returns how tall that is."""
        x, y, tall = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().expandedTo(item.minimumSize())
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, tall = rect.x(), y + tall + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, tall = x + size.width() + self.spacing(), max(tall, size.height())
        return y + tall - rect.y()


class Check(Tick):
    """A box to tick whose words go on in the next line, after so many letters."""

    def __init__(self, text: str, letters: int = 66, parent: QWidget | None = None) -> None:
        self._letters = letters
        super().__init__("", parent)
        self.setText(text)

    def setText(self, text: str) -> None:
        whole = " ".join(text.split())
        super().setText(textwrap.fill(whole, self._letters))
        self.setAccessibleName(whole)
