"""A session plan laid out in the app: its steps one at a time, kept as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from coherence.pacing import QUICKEST_PER_MIN, SLOWEST_PER_MIN
from coherence.practice.schema import PracticeError
from coherence.practice.session_plans import (
    BASELINE,
    FREE,
    PLAN_KINDS,
    PRACTICE,
    PROMPT,
    RECOVERY,
    PlanStep,
    SessionPlan,
    free_key,
    parse_plan,
    plan_text,
)
from coherence.storage.errors import StorageError, plainly
from coherence.storage.files import make_private, replacing
from coherence.translation import _
from coherence.ui.choice import Choice
from coherence.ui.pattern_fields import INNER, NO_ARROWS
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import SEMIBOLD, Theme, stylesheet
from coherence.ui.widgets import Label, Pill, announce

TITLE, PLAN, NAME, STEPS = _("Session plans"), _("Plan"), _("Its name"), _("Step")
KIND, STEP_NAME = _("What it is"), _("Its title")
MINUTES, BY_HAND = _("Minutes"), _("until I go on")
PACE, NO_GUIDE = _("Breaths a minute"), _("no guide")
LINES = _("Lines for your client, one each")
ADD, REMOVE, EARLIER, SAVE, BACK = _("Add a step"), _("Remove"), _("Earlier"), _("Save"), _("Back")
KEPT = _("Kept as {name}")
OURS = _("A plan that came with coherence is kept as one of your own when you change it.")
SUFFIX = ".toml"
KINDS = {
    BASELINE: _("Baseline"),
    PROMPT: _("Prompt"),
    PRACTICE: _("Practice"),
    RECOVERY: _("Recovery"),
    FREE: _("Free time"),
}


class PlanEditor(SheetScreen):
    """Edits a copy; ``saved`` is emitted once a file stands. ``folder`` is where one's own lie."""

    saved = Signal()
    done = Signal()

    def __init__(
        self, theme: Theme, plans: Sequence[SessionPlan], folder: Path, ours: Sequence[str]
    ) -> None:
        super().__init__(theme, TITLE)
        self._plans, self._folder, self._ours = list(plans), folder, frozenset(ours)
        self._filling = False
        self.told = self.paragraph(OURS)
        self.plan = self._choice(PLAN)
        self.name = self._line(NAME)
        self.step = self._choice(STEPS)
        self.kind = self._choice(KIND)
        self.kind.addItems([KINDS[kind] for kind in PLAN_KINDS])
        self.title = self._line(STEP_NAME)
        self._beside = QHBoxLayout()
        self._beside.setSpacing(14)
        self.column.addLayout(self._beside)
        self.minutes = self._spin(MINUTES, 0.0, 240.0, 0.5, BY_HAND)
        self.pace = self._spin(PACE, SLOWEST_PER_MIN - 0.1, QUICKEST_PER_MIN, 0.1, NO_GUIDE)
        self.head(LINES)
        self.lines = QPlainTextEdit()
        self.lines.setAccessibleName(LINES)
        self.lines.setTabChangesFocus(True)
        self.lines.setFixedHeight(110)
        self.column.addWidget(self.lines)
        self.add_step, self.remove, self.earlier = (
            Pill(text, theme, px=13, pad_px=12) for text in (ADD, REMOVE, EARLIER)
        )
        self.save, self.back = Pill(SAVE, theme, primary=True), Pill(BACK, theme)
        for pills in ((self.add_step, self.remove, self.earlier), (self.save, self.back)):
            row = QHBoxLayout()
            row.setSpacing(4)
            for pill in pills:
                row.addWidget(self.add(pill))
            row.addStretch()
            self.column.addLayout(row)
        self.column.addStretch()
        for each in self._plans:
            self.plan.addItem(each.title)
        self._connect()
        self._style()
        self._take_plan(0)

    def _connect(self) -> None:
        self.plan.currentIndexChanged.connect(self._take_plan)
        self.step.currentIndexChanged.connect(self._show_step)
        self.kind.currentIndexChanged.connect(self._changed)
        self.title.textChanged.connect(self._changed)
        self.minutes.valueChanged.connect(self._changed)
        self.pace.valueChanged.connect(self._changed)
        self.lines.textChanged.connect(self._changed)
        self.add_step.clicked.connect(self._add_step)
        self.remove.clicked.connect(self._remove)
        self.earlier.clicked.connect(self._earlier)
        self.save.clicked.connect(self.keep)
        self.back.clicked.connect(self.done)

    # --- fields ---

    def _choice(self, name: str) -> Choice:
        self.head(name)
        made = Choice()
        made.setAccessibleName(name)
        self.column.addWidget(made)
        return made

    def _line(self, name: str) -> QLineEdit:
        self.head(name)
        made = QLineEdit()
        made.setAccessibleName(name)
        self.column.addWidget(made)
        return made

    def _spin(self, name: str, low: float, high: float, step: float, least: str) -> QDoubleSpinBox:
        half = QVBoxLayout()
        half.setSpacing(8)
        half.addWidget(self.add(Label(name, self._theme, px=16, weight=SEMIBOLD, tone="hi")))
        made = QDoubleSpinBox()
        made.setRange(low, high)
        made.setSingleStep(step)
        made.setDecimals(1)
        made.setSpecialValueText(least)
        made.setAccessibleName(name)
        made.lineEdit().setAccessibleName(name)
        half.addWidget(made)
        self._beside.addLayout(half, 1)
        return made

    def _take_plan(self, index: int) -> None:
        self.editing = self._plans[max(0, index)]
        self.name.setText(self.editing.title)
        self._list_steps(0)

    def _list_steps(self, index: int) -> None:
        self._filling = True
        self.step.clear()
        steps = self.editing.steps
        self.step.addItems([f"{n}  {step.title}" for n, step in enumerate(steps, start=1)])
        self.step.setCurrentIndex(index)
        self._filling = False
        self._show_step()

    def _show_step(self) -> None:
        if self._filling or self.step.currentIndex() < 0:
            return
        self._filling = True
        step = self.editing.steps[self.step.currentIndex()]
        self.kind.setCurrentIndex(PLAN_KINDS.index(step.kind))
        self.title.setText(step.title)
        self.minutes.setValue(0.0 if step.seconds is None else step.seconds / 60.0)
        self.pace.setValue(step.breaths_per_min or self.pace.minimum())
        self.lines.setPlainText("\n".join(step.lines))
        self.pace.setEnabled(step.kind == PRACTICE)
        self.remove.setEnabled(len(self.editing.steps) > 1)
        self.earlier.setEnabled(self.step.currentIndex() > 0)
        self._filling = False

    def _changed(self) -> None:
        if self._filling:
            return
        at = self.step.currentIndex()
        kind = PLAN_KINDS[self.kind.currentIndex()]
        minutes, pace = self.minutes.value(), self.pace.value()
        paced = kind == PRACTICE and pace > self.pace.minimum()
        lines = tuple(line.strip() for line in self.lines.toPlainText().splitlines())
        step = replace(
            self.editing.steps[at],
            kind=kind,
            title=self.title.text().strip(),
            seconds=round(minutes * 60.0) * 1.0 if minutes > 0.0 else None,
            breaths_per_min=round(pace, 1) if paced else None,
            lines=tuple(line for line in lines if line),
        )
        steps = list(self.editing.steps)
        steps[at] = step
        self.editing = replace(self.editing, steps=tuple(steps))
        self.pace.setEnabled(kind == PRACTICE)
        self.step.setItemText(at, f"{at + 1}  {step.title}")

    # --- what is done with steps ---

    def _add_step(self) -> None:
        at = self.step.currentIndex() + 1
        steps = list(self.editing.steps)
        steps.insert(at, PlanStep(FREE, KINDS[FREE]))
        self.editing = replace(self.editing, steps=tuple(steps))
        self._list_steps(at)

    def _remove(self) -> None:
        at = self.step.currentIndex()
        steps = [step for n, step in enumerate(self.editing.steps) if n != at]
        self.editing = replace(self.editing, steps=tuple(steps))
        self._list_steps(min(at, len(steps) - 1))

    def _earlier(self) -> None:
        at = self.step.currentIndex()
        steps = list(self.editing.steps)
        steps[at - 1], steps[at] = steps[at], steps[at - 1]
        self.editing = replace(self.editing, steps=tuple(steps))
        self._list_steps(at - 1)

    def keep(self) -> None:
        """Write the plan where one's own lie; what makes no sense is told and nothing written."""
        plan = replace(self.editing, title=self.name.text().strip())
        if plan.key in self._ours and not (self._folder / (plan.key + SUFFIX)).exists():
            plan = free_key(plan, [each.key for each in self._plans])
        file = self._folder / (plan.key + SUFFIX)
        try:
            parse_plan(plan_text(plan), TITLE)
            with plainly(file):
                make_private(self._folder)
                with replacing(file) as new:
                    new.write_text(plan_text(plan), encoding="utf-8")
        except (PracticeError, StorageError) as error:
            self.told.set_words(str(error))
            announce(self, str(error))
            self.fit()
            return
        self.told.set_words(KEPT.format(name=file.name))
        announce(self, self.told.text())
        self.saved.emit()

    # --- drawing ---

    def _style(self) -> None:
        choices = (self.plan, self.step, self.kind)
        fields: list[QWidget] = [*choices, self.name, self.title, self.minutes, self.pace]
        for field in [*fields, self.lines]:
            field.setStyleSheet(stylesheet(self._theme) + NO_ARROWS)
        for number in (self.minutes, self.pace):
            number.lineEdit().setStyleSheet(INNER)
        for choice in choices:
            choice.tone = self._theme.mid

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._style()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.done.emit()
        else:
            super().keyPressEvent(event)
