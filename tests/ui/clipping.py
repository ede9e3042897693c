"""Finds words that do not fit into what shows them, and makes all words longer to try it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)

from coherence.translation import lengthened
from coherence.ui.area import Sideways
from coherence.ui.settings_screen import Choice
from coherence.ui.widgets import Label, Pill, Row

SLACK_PX = 2


def lengthen(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on every control says its words in the pseudo-language."""
    pill_init, row_words, label_text = Pill.__init__, Row.set_words, QLabel.setText

    def said(text: str) -> str:
        kept = text.startswith(("[", "/")) or text in ("·", "")  # a path is no word
        return text if kept else lengthened(text)

    def init(self: Pill, text: str, *more: object, **how: object) -> None:
        pill_init(self, said(text), *more, **how)  # type: ignore[arg-type]

    def words(self: Row, title: str, detail: str, dot: str | None = None) -> None:
        row_words(self, said(title), said(detail), dot)

    monkeypatch.setattr(Pill, "__init__", init)
    monkeypatch.setattr(Pill, "setText", lambda self, t: QPushButton.setText(self, said(t)))
    monkeypatch.setattr(Label, "setText", lambda self, t: label_text(self, said(t)))
    monkeypatch.setattr(Row, "set_words", words)
    monkeypatch.setattr(
        Choice, "addItem", lambda self, t, data=None: QComboBox.addItem(self, said(t), data)
    )


def clipped(screen: QWidget) -> list[str]:
    """What cannot be read whole on ``screen``: the words, and by how much too little room."""
    return [f"{text!r}: {what}" for text, what in _found(screen)]


def _found(screen: QWidget) -> Iterator[tuple[str, str]]:
    for widget in screen.findChildren(QWidget):
        if not widget.isVisibleTo(screen) or widget.width() == 0:
            continue
        text = _text_of(widget)
        if not text:
            continue
        short = _too_narrow(widget, text)
        if short > SLACK_PX:
            yield text, f"{short:.0f} px too narrow"
        low = _too_low(widget)
        if low > SLACK_PX:
            yield text, f"{low:.0f} px too low"
        out = _outside(widget, screen)
        if out is not None:
            yield text, out


def _text_of(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QLabel | QPushButton | QCheckBox | Row):
        return str(widget.text())
    return ""


def _too_narrow(widget: QWidget, text: str) -> float:
    metrics = QFontMetrics(widget.font())
    if isinstance(widget, Row):
        return metrics.horizontalAdvance(text) - (widget.width() - 60)
    if isinstance(widget, QComboBox):
        return metrics.horizontalAdvance(text) - (widget.width() - 28 - 24)
    if isinstance(widget, QPushButton):
        return metrics.horizontalAdvance(text) - (widget.width() - 12)
    if isinstance(widget, QCheckBox):
        return widget.sizeHint().width() - widget.width()
    room = widget.contentsRect().width()
    assert isinstance(widget, QLabel)
    pieces = text.split() if widget.wordWrap() else text.split("\n")
    return max(metrics.horizontalAdvance(piece) for piece in pieces) - room


def _too_low(widget: QWidget) -> float:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) - widget.height()
    return QFontMetrics(widget.font()).height() - widget.height()


def _outside(widget: QWidget, screen: QWidget) -> str | None:
    """Whether a part of it lies beyond what holds it; what scrolls holds all in its height."""
    inner = QRect(QPoint(0, 0), widget.size())
    above = widget.parentWidget()
    while above is not None and above is not screen.parentWidget():
        there = inner.translated(widget.mapTo(above, QPoint(0, 0)))
        area = above.parentWidget()
        scrolls = isinstance(area, QScrollArea)
        if isinstance(area, Sideways):
            return None
        if there.left() < -SLACK_PX or there.right() > above.width() + SLACK_PX:
            return f"beyond the side of {type(above).__name__}"
        if not scrolls and (there.top() < -SLACK_PX or there.bottom() > above.height() + SLACK_PX):
            return f"beyond the foot or head of {type(above).__name__}"
        if scrolls:
            return None
        above = above.parentWidget()
    return None
