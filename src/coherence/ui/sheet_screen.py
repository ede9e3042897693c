"""A screen of words: one card over the still scene, that scrolls where the window is small."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from coherence.ui.choice import Choice
from coherence.ui.pattern_fields import INNER, NO_ARROWS
from coherence.ui.scene.layout import WELCOME
from coherence.ui.scene.scene import Scene
from coherence.ui.scene.state import SceneState
from coherence.ui.sheet import Sheet, over_moon
from coherence.ui.theme import LIGHT, REGULAR, SEMIBOLD, Theme, stylesheet
from coherence.ui.widgets import Label, Pill, Themed

W = TypeVar("W", bound=Themed)
F = TypeVar("F", bound=QWidget)
CARD_PX, EDGE_PX = 660, 7
SCROLLS = {  # where what has the keyboard makes nothing of them
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}


class SheetScreen(QWidget):
    """The moon to the left, a card to the right; ``column`` is to be filled."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(title)
        self._scene = Scene(theme, frame=WELCOME, parent=self)
        self._scene.show_state(SceneState(volume=0.5, light=0.5))
        self._card = Sheet(theme, radius=28, glass=True, parent=self)
        self._themed: list[Themed] = [self._card]
        self._fields: list[QWidget] = []
        outer = QVBoxLayout(self._card)
        outer.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setStyleSheet("background: transparent; border: none")
        self._style_bars()
        inside = QWidget()
        inside.setAccessibleName(title)
        self._area.setWidget(inside)
        outer.addWidget(self._area)
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(38, 32, 38, 26)
        self.column.setSpacing(8)
        self.heading = self.add(Label(title, theme, px=34, weight=LIGHT, tone="hi"))
        self.column.addWidget(self.heading)

    def add(self, widget: W) -> W:
        """A widget that takes part in changes of theme."""
        self._themed.append(widget)
        return widget

    def head(self, text: str) -> None:
        """A heading for what follows."""
        self.column.addSpacing(6)
        head = Label(text, self._theme, px=16, weight=SEMIBOLD, tone="hi")
        self.column.addWidget(self.add(head))

    def say(self, text: str) -> None:
        """A paragraph."""
        self.paragraph(text)

    def paragraph(self, text: str) -> Label:
        """A paragraph whose words may change; ``fit`` after that."""
        label = Label(text, self._theme, px=15, weight=REGULAR, tone="mid", wrap=True)
        self.column.addWidget(self.add(label))
        return label

    # --- fields ---

    def field(self, field: F) -> F:
        """A field of Qt's that is to look like the rest, in every theme."""
        self._fields.append(field)
        self._style(field)
        return field

    def choice(self, name: str) -> Choice:
        """A heading, and a list to choose from under it."""
        return self._named(Choice(), name)

    def line(self, name: str) -> QLineEdit:
        """A heading, and a line to write in under it."""
        return self._named(QLineEdit(), name)

    def _named(self, field: F, name: str) -> F:
        self.head(name)
        field.setAccessibleName(name)
        self.column.addWidget(self.field(field))
        return field

    def row(self, *widgets: QLineEdit | Pill, spacing: int | None = None) -> None:
        """Side by side: lines take what room there is, and pills what they need."""
        row = QHBoxLayout()
        if spacing is not None:
            row.setSpacing(spacing)
        for widget in widgets:
            row.addWidget(widget, 1 if isinstance(widget, QLineEdit) else 0)
            if isinstance(widget, Pill):
                self.add(widget)
        if not any(isinstance(widget, QLineEdit) for widget in widgets):
            row.addStretch()
        self.column.addLayout(row)

    def _style_bars(self) -> None:
        """To the side it moves only where letters are too large for the window."""
        for bar in (self._area.verticalScrollBar(), self._area.horizontalScrollBar()):
            bar.setStyleSheet(stylesheet(self._theme))

    def _style(self, field: QWidget) -> None:
        field.setStyleSheet(stylesheet(self._theme) + NO_ARROWS)
        if isinstance(field, Choice):
            field.tone = self._theme.mid
        if isinstance(field, QDoubleSpinBox):
            field.lineEdit().setStyleSheet(INNER)

    # --- the screen itself ---

    def leave(self) -> None:
        """What Escape does."""

    def put_away(self) -> None:
        """It goes without an answer: another screen, the lock, the window closed."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in SCROLLS:
            self._area.verticalScrollBar().triggerAction(SCROLLS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._scene.set_theme(theme)
        self._style_bars()
        for widget in self._themed:
            widget.set_theme(theme)
        for field in self._fields:
            self._style(field)

    @property
    def card_px(self) -> int:
        """How wide the card is in a window of this size."""
        return min(round(CARD_PX * max(1.0, 0.9 * self._theme.text_scale)), self.width() - 40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """As tall a card as its words need, where there is room."""
        w, h, card_w = self.width(), self.height(), self.card_px
        self._scene.setGeometry(self.rect())
        left = max(20, min(w - card_w - 20, round(0.51 * w)))
        needed = self.column.heightForWidth(card_w - 2 * EDGE_PX) + 2 * EDGE_PX
        tall = max(200, min(needed, h - 80))
        self._card.setGeometry(left, max(50, round(0.42 * (h - tall))), card_w, tall)
        self._card.veiled = over_moon(self._card.geometry(), w, h)
