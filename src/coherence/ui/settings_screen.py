"""The settings screen: one screen for one file; a change holds at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from coherence.storage.places import places
from coherence.storage.settings import Settings
from coherence.ui.theme import LIGHT, REGULAR, TEXT_SCALES, Theme, stylesheet
from coherence.ui.widgets import Label, Pill, Themed

THEMES = (("dusk", "Dusk"), ("morning", "Morning"), ("system", "As the system"))
MOTION: tuple[tuple[bool | None, str], ...] = (
    (None, "As the system"),
    (False, "Full"),
    (True, "Reduced: only the ring moves"),
)


class SettingsScreen(QWidget):
    """Emits the changed settings; who opened it keeps them."""

    changed = Signal(object)  # Settings
    done = Signal()
    read_safety = Signal()

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._theme, self._settings = theme, settings
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        area.setWidget(inside)
        area.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        self._fields: list[QWidget] = []
        page.addWidget(area)
        centre = QHBoxLayout(inside)
        column = QVBoxLayout()
        column.setSpacing(14)
        centre.addStretch()
        centre.addLayout(column)
        centre.addStretch()
        column.setContentsMargins(24, 40, 24, 40)
        self._labels = [Label("Settings", theme, px=34, weight=LIGHT, tone="hi")]
        column.addWidget(self._labels[0])
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(24)
        self._form.setVerticalSpacing(10)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(self._form)
        self._choice("Light", THEMES, settings.theme, lambda v: {"theme": v})
        scales = [(scale, f"{round(100 * scale)} %") for scale in TEXT_SCALES]
        self._choice("Size of letters", scales, settings.text_scale, lambda v: {"text_scale": v})
        self._choice("Motion", MOTION, settings.reduced_motion, lambda v: {"reduced_motion": v})
        numbers = QCheckBox("Show a line of numbers while practising")
        numbers.setChecked(settings.numbers_shown)
        numbers.toggled.connect(lambda on: self._change({"numbers_shown": on}))
        self._fields.append(numbers)
        self._form.addRow(numbers)
        self._strap = Label("", theme, px=15, weight=REGULAR)
        forget = Pill("Forget it", theme)
        forget.clicked.connect(
            lambda: self._change({"last_strap_id": None, "last_strap_name": None})
        )
        self._forget = forget
        row = QHBoxLayout()
        row.addWidget(self._strap)
        row.addWidget(forget)
        row.addStretch()
        self._form.addRow(self._caption("Your strap"), row)
        where = Label(str(places().data), theme, px=13, weight=REGULAR, tone="low", wrap=True)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._labels.append(where)
        self._form.addRow(self._caption("Records lie in"), where)
        self._safety = Pill("Read the safety page again", theme)
        self._safety.clicked.connect(self.read_safety)
        column.addWidget(self._safety, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(10)
        self._back = Pill("Done", theme, primary=True)
        self._back.clicked.connect(self.done)
        column.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        self.set_theme(theme)
        self._say_strap()

    def _caption(self, text: str) -> Label:
        label = Label(text, self._theme, px=15)
        self._labels.append(label)
        return label

    def _choice(
        self,
        caption: str,
        choices: object,
        now: object,
        change: Callable[[object], dict[str, object]],
    ) -> None:
        box = QComboBox()
        box.setAccessibleName(caption)
        box.setMinimumWidth(260)
        values = list(choices)  # type: ignore[call-overload]
        for value, text in values:
            box.addItem(text, value)
        known = [value for value, _ in values]
        box.setCurrentIndex(known.index(now) if now in known else 0)
        box.currentIndexChanged.connect(lambda i: self._change(change(known[i])))
        self._fields.append(box)
        self._form.addRow(self._caption(caption), box)

    def _change(self, what: dict[str, object]) -> None:
        self._settings = replace(self._settings, **what)  # type: ignore[arg-type]
        self._say_strap()
        self.changed.emit(self._settings)

    def _say_strap(self) -> None:
        name = self._settings.last_strap_name
        self._strap.set_words(name or "None remembered yet")
        self._forget.setVisible(name is not None)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for field in self._fields:  # not the labels: they bring their own letters
            field.setStyleSheet(stylesheet(theme))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.bg))
        self.setPalette(palette)
        themed: list[Themed] = [*self._labels, self._strap, self._forget, self._safety, self._back]
        for widget in themed:
            widget.set_theme(theme)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.done.emit()
        else:
            super().keyPressEvent(event)
