"""How the guide breathes: presets, and one's own patterns in seconds of in, pause, out, pause."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QVBoxLayout, QWidget

from coherence.pacing import PRESETS, named_pattern, parts_of, pattern_of
from coherence.translation import _, number
from coherence.ui.choice import Choice
from coherence.ui.theme import REGULAR, Theme, stylesheet
from coherence.ui.widgets import TARGET_PX, Label, Pill

# Up and Down on the keyboard will do; with NoButtons Qt leaves the text no room
NO_ARROWS = "QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { width: 0; border: none; }"
INNER = "border: none; padding: 0 0 0 10px; min-height: 0; background: transparent"
WRAPS_FROM = 1.5  # with letters so much larger, one field in each row
CAPTION = _("The guide’s breath")
A_MINUTE = _("{} breaths a minute")
AS_WRITTEN = _("As each practice has it")
PRESET_NAMES = {
    "longer_out": _("Longer out than in, 5.5 a minute"),
    "even": _("In and out alike, 6 a minute"),
    "soft_pauses": _("With soft pauses, 5 a minute"),
    "unhurried": _("Unhurried, 4.5 a minute"),
    "lighter": _("Lighter, 7 a minute"),
}
OWN_NAME = _("My own: {} s in, {} s out, {} a minute")
OWN_PAUSED_NAME = _("My own: {} s in, {} s full, {} s out, {} s empty, {} a minute")
KEEP, FORGET = _("Keep it"), _("Forget it")
LONGEST_MOVE_S, LONGEST_PAUSE_S, STEP_S = 14.0, 2.0, 0.5
PARTS = (  # what a field is called, what stands behind its number, the largest one, s
    (_("Seconds of in"), _(" s in"), LONGEST_MOVE_S),
    (_("Seconds of pause when full"), _(" s full"), LONGEST_PAUSE_S),
    (_("Seconds of out"), _(" s out"), LONGEST_MOVE_S),
    (_("Seconds of pause when empty"), _(" s empty"), LONGEST_PAUSE_S),
)


def pattern_name(name: str) -> str:
    """A pattern as a person reads it."""
    if name in PRESET_NAMES:
        return PRESET_NAMES[name]
    pattern = named_pattern(name)
    if pattern is None:
        return name
    in_s, full_s, out_s, empty_s = (number(part) for part in parts_of(pattern))
    rate = number(pattern.breaths_per_min, 1)
    if full_s == empty_s == "0":
        return OWN_NAME.format(in_s, out_s, rate)
    return OWN_PAUSED_NAME.format(in_s, full_s, out_s, empty_s, rate)


def number_field(name: str, low: float, high: float, step: float, least: str) -> QDoubleSpinBox:
    """A number to one decimal between two; the lowest is said as ``least``."""
    field = QDoubleSpinBox()
    field.setRange(low, high)
    field.setSingleStep(step)
    field.setDecimals(1)
    field.setSpecialValueText(least)
    field.setAccessibleName(name)
    field.lineEdit().setAccessibleName(name)
    return field


class PatternFields(QWidget):
    """Emits the chosen pattern's name (``None``: as written) and the list of one's own."""

    changed = Signal(object, list)

    def __init__(self, theme: Theme, chosen: str | None, own: list[str]) -> None:
        super().__init__()
        self._own, self._chosen = list(own), chosen
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.choice = Choice()
        self.choice.setAccessibleName(CAPTION)
        self.choice.setMaximumWidth(420)
        column.addWidget(self.choice)
        self._grid, self._buttons = QGridLayout(), QGridLayout()
        for grid in (self._grid, self._buttons):
            grid.setSpacing(8)
            grid.setColumnStretch(2, 1)
        self.parts = [self._part(*part) for part in PARTS]
        column.addLayout(self._grid)
        self.said = Label("", theme, px=14, weight=REGULAR, tone="low", wrap=True)
        column.addWidget(self.said)
        self.keep, self.forget = Pill(KEEP, theme), Pill(FORGET, theme)
        self.keep.clicked.connect(self._keep)
        self.forget.clicked.connect(self._forget)
        column.addLayout(self._buttons)
        self._fill()
        self.choice.currentIndexChanged.connect(lambda _: self._choose())
        self.set_theme(theme)

    def _part(self, name: str, suffix: str, longest_s: float) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setAccessibleName(name)
        field.lineEdit().setAccessibleName(field.accessibleName())
        field.setToolTip(name)
        field.setDecimals(1)
        field.setSingleStep(STEP_S)
        field.setRange(0.0, longest_s)
        field.setMinimumHeight(TARGET_PX)
        field.setSuffix(suffix)
        field.valueChanged.connect(lambda _: self._say())
        return field

    def _fill(self) -> None:
        """The list as it stands, and the fields as the chosen pattern has them."""
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItem(AS_WRITTEN, None)
        for name in [*PRESETS, *self._own]:
            self.choice.addItem(pattern_name(name), name)
        self.choice.setCurrentIndex(max(0, self.choice.findData(self._chosen)))
        self.choice.blockSignals(False)
        pattern = named_pattern(self._chosen or "longer_out")
        assert pattern is not None
        for field, part in zip(self.parts, parts_of(pattern), strict=True):
            field.setValue(part)
        self._say()

    @property
    def written(self) -> str:
        """The fields as a pattern's name."""
        return " ".join(f"{field.value():g}" for field in self.parts)

    def _say(self) -> None:
        """What the fields amount to, or what is too much."""
        try:
            pattern = pattern_of(*(field.value() for field in self.parts))
        except ValueError as error:
            self.said.set_words(_("Here {error}.").format(error=error))
            self.keep.setEnabled(False)
        else:
            self.said.set_words(A_MINUTE.format(number(pattern.breaths_per_min, 1)))
            self.keep.setEnabled(self.written not in self._own)
        self.forget.setVisible(self._chosen in self._own)

    def _choose(self) -> None:
        self._chosen = self.choice.currentData()
        self._fill()
        self.changed.emit(self._chosen, list(self._own))

    def _keep(self) -> None:
        self._own.append(self.written)
        self._chosen = self.written
        self._fill()
        self.changed.emit(self._chosen, list(self._own))

    def _forget(self) -> None:
        if self._chosen in self._own:
            self._own.remove(self._chosen)
        self._chosen = None
        self._fill()
        self.changed.emit(self._chosen, list(self._own))

    def set_theme(self, theme: Theme) -> None:
        side_by_side = 2 if theme.text_scale < WRAPS_FROM else 1
        rows: tuple[tuple[QGridLayout, list[QWidget]], ...] = (
            (self._grid, [*self.parts]),
            (self._buttons, [self.keep, self.forget]),
        )
        for grid, widgets in rows:
            for place, widget in enumerate(widgets):
                grid.addWidget(widget, place // side_by_side, place % side_by_side)
        sheet = stylesheet(theme)
        for field in (self.choice, *self.parts):
            field.setStyleSheet(sheet)
        for part in self.parts:
            part.setStyleSheet(sheet + NO_ARROWS)
            part.lineEdit().setStyleSheet(INNER)
            part.setMinimumWidth(round(126 * max(1.0, theme.text_scale)))
        self.choice.tone = theme.mid
        self.said.set_theme(theme)
        for pill in (self.keep, self.forget):
            pill.set_theme(theme)
