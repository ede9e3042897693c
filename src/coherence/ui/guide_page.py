"""The breath guide and its ways: how it is led, and the person's own breath beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from coherence.practice.guiding import Guiding, Way
from coherence.ui import words
from coherence.ui.keys import with_keys
from coherence.ui.theme import LIGHT, REGULAR, Theme
from coherence.ui.widgets import Card, Label, Pill, Row, Themed

WIDTH_PX = 520
LET_GO = "let_go"


class GuidePage(Card):
    """Emits how the guide is to be led: the name of a ``Way``, or ``LET_GO``."""

    chosen = Signal(str)
    done = Signal()

    def __init__(self, theme: Theme, keys: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(theme, radius=24, parent=parent)
        self.setAccessibleName(words.GUIDE_TITLE)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(30, 24, 30, 26)
        column.setSpacing(8)
        title = Label(words.GUIDE_TITLE, theme, px=22, weight=LIGHT, tone="hi")
        self.beside = Label("", theme, px=15, weight=REGULAR, wrap=True)
        column.addWidget(title)
        column.addWidget(self.beside)
        self._group = QButtonGroup(self)
        self.rows: dict[str, Row] = {}
        dots = {"written": "breath", "follow": "heart", "mine": "therapist", LET_GO: "ok"}
        for name, (head, detail) in words.GUIDE_WAYS.items():
            row = Row(head, with_keys(detail, keys), theme, dot=dots[name])
            row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.clicked.connect(lambda _=False, n=name: self.chosen.emit(n))
            self._group.addButton(row)
            self.rows[name] = row
            column.addWidget(row)
        self.back = Pill(words.STAY_WITH_IT, theme, primary=True)
        self.back.clicked.connect(self.done)
        column.addSpacing(4)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self._themed: list[Themed] = [title, self.beside, *self.rows.values(), self.back]
        self.hide()

    def show_guiding(self, guiding: Guiding | None, beside: str) -> None:
        """How the guide is led now, and the breath beside it."""
        name = "written" if guiding is None else guiding.way.value
        if guiding is not None and guiding.following:
            name = Way.FOLLOW.value
        if guiding is not None and guiding.let_go:
            name = LET_GO
        self.rows[name].setChecked(True)
        self.beside.set_words(beside)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for widget in self._themed:
            widget.set_theme(theme)

    def place(self, window: QRect) -> None:
        wide = min(round(WIDTH_PX * max(1.0, self._theme.text_scale)), window.width() - 24)
        margins = self.contentsMargins() + self._column.contentsMargins()
        for row in self.rows.values():
            row.wrap_at(wide - margins.left() - margins.right())
        self.resize(wide, min(self.sizeHint().height(), window.height()))
        self.move(window.center() - self.rect().center())
