"""The head of the therapist's window: who and what, the steps to go to, straps and record."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from coherence.translation import _
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, alpha
from coherence.ui.widgets import (
    TARGET_PX,
    Card,
    Label,
    Pill,
    as_words,
    draw_focus_ring,
    pressed_by_enter,
)


class StepButton(QPushButton):
    """A step: its title, and how much of it is over. Pressed, it is what comes next."""

    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__(title)
        self._theme, self.share, self.current = theme, 0.0, False
        self.setAccessibleName(title)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_narrow(False)
        self.setToolTip(_("Go to this step where the breath turns"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float, *, current: bool, asked: bool) -> None:
        said = _("now") if current else _("next, where the breath turns") if asked else ""
        self.setAccessibleDescription(said)
        if (share, current) != (self.share, self.current):
            self.share, self.current = share, current
            self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._least_px = 60 if narrow else 98
        self.setFont(self._theme.font(13 if narrow else 14, SEMIBOLD))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 20
        return QSize(max(self._least_px, wide), TARGET_PX)

    def minimumSizeHint(self) -> QSize:
        wide = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 10
        return QSize(wide + 4, TARGET_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.hi if self.current else theme.mid))
        over = QRectF(0, 2, self.width(), self.height() - 14)
        painter.drawText(over, Qt.AlignmentFlag.AlignCenter, self.text())
        bar = QRectF(4, self.height() - 9, self.width() - 8, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(QColor(theme.heart))
        bar.setWidth(bar.width() * self.share)
        painter.drawRoundedRect(bar, 2, 2)
        if self.hasFocus() or self.underMouse():
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            if self.hasFocus():
                draw_focus_ring(painter, ring, 10, theme)
            else:
                painter.setBrush(alpha(theme.heart, 0.06))
                painter.drawRoundedRect(ring, 10, 10)


class Chip(Card):
    """A rounded field with a dot and a few words."""

    def __init__(self, theme: Theme, tone: str) -> None:
        super().__init__(theme, radius=16)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        self.label = Label("", theme, px=14, weight=SEMIBOLD, tone="hi", dot=tone)
        row.addWidget(self.label)

    def say(self, text: str, tone: str | None = None) -> None:
        self.label.set_words(text)
        if tone is not None:
            self.label.set_dot(tone)
        self.setVisible(bool(text))


class Name(Label):
    """A name that ends in dots where the window is narrow; hovering tells the whole."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole = self.accessibleName()
        self.setToolTip(as_words(whole))
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, self.width())
        QLabel.setText(self, shown)  # a person's name is in no language


class Head(QWidget):
    """Emits which step is wanted."""

    step_asked = Signal(int)

    def __init__(self, theme: Theme, name: str, subtitle: str, steps: Sequence[str]) -> None:
        super().__init__()
        self._folded = False
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        who = QVBoxLayout()
        who.setSpacing(0)
        self.name = Name(name, theme, px=22, tone="hi")
        self.subtitle = Label(subtitle, theme, px=13, weight=REGULAR, tone="mid")
        who.addWidget(self.name)
        who.addWidget(self.subtitle)
        for label in (self.name, self.subtitle):
            label.setMinimumWidth(60)
        row.addLayout(who, 2)
        self.drawer = Pill(_("Controls"), theme, px=13, pad_px=10)
        self.drawer.setCheckable(True)
        self.drawer.hide()
        row.addWidget(self.drawer)
        self._theme, self.steps = theme, list[StepButton]()
        self._strip = QHBoxLayout()
        self._strip.setSpacing(12)
        row.addLayout(self._strip, 3)
        row.addStretch(1)
        self.client, self.own = Chip(theme, "ok"), Chip(theme, "therapist")
        self.kept = Chip(theme, "heart")
        for chip in (self.client, self.own, self.kept):
            chip.say("")
            row.addWidget(chip)
        self.set_steps(steps)

    def fold(self, folded: bool) -> None:
        """Closer together in a narrow window, where the left column is a drawer."""
        self.drawer.setVisible(folded)
        self._strip.setSpacing(2 if folded else 12)
        self.row.setSpacing(8 if folded else 14)
        for button in self.steps:
            button.set_narrow(folded)
        self._folded = folded

    def show_phones(self, words: str) -> None:
        """Who looks on from a phone, where the card that says it lies behind the drawer."""
        drawer = _("Controls")
        if (words or drawer) != self.drawer.text():
            self.drawer.set_words(words or drawer, f"{drawer}: {words}" if words else drawer)

    def set_steps(self, steps: Sequence[str]) -> None:
        """The steps of a practice, in place of those there were."""
        for button in self.steps:
            self._strip.removeWidget(button)
            button.deleteLater()
        self.steps = []
        for i, title in enumerate(steps):
            button = StepButton(title, self._theme)
            button.set_narrow(self._folded)
            button.clicked.connect(lambda _=False, i=i: self.step_asked.emit(i))
            self._strip.addWidget(button)
            self.steps.append(button)

    def show_step(self, index: int, share: float | None, asked: int | None) -> None:
        """Steps that are over are full; the one that runs is as far as it is."""
        for i, button in enumerate(self.steps):
            done = 1.0 if i < index else 0.0
            if i == index:
                done = 1.0 if share is None else share
            button.show_share(done, current=i == index, asked=i == asked)
