"""A session plan laid out in the app: its steps one at a time, kept as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
)

from coherence.pacing import QUICKEST_PER_MIN, SLOWEST_PER_MIN
from coherence.practice.practices import Practice
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
from coherence.ui.pattern_fields import number_field
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import SEMIBOLD, Theme
from coherence.ui.widgets import Label, Pill, announce

TITLE, PLAN, NAME, STEPS = _("Session plans"), _("Plan"), _("Its name"), _("Step")
KIND, STEP_NAME = _("What it is"), _("Its title")
MINUTES, BY_HAND = _("Minutes"), _("until I go on")
PACE, NO_GUIDE = _("Breaths a minute"), _("no guide")
LINES = _("Lines for your client, one each")
OF, AS_LAID_OUT = _("A practice in its place"), _("As it is laid out here")
WORDING, WORDINGS = _("Wording"), (_("First wording"), _("Second wording"))
WORDING_NAME = _("What this wording is called")
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
        self,
        theme: Theme,
        plans: Sequence[SessionPlan],
        folder: Path,
        ours: Sequence[str],
        practices: Sequence[Practice] = (),
    ) -> None:
        super().__init__(theme, TITLE)
        self._practices = {each.key: each for each in practices}
        self._plans, self._folder, self._ours = list(plans), folder, frozenset(ours)
        self._filling = False
        self.told = self.paragraph(OURS)
        self.plan = self.choice(PLAN)
        self.name = self.line(NAME)
        self.step = self.choice(STEPS)
        self.kind = self.choice(KIND)
        self.kind.addItems([KINDS[kind] for kind in PLAN_KINDS])
        self.title = self.line(STEP_NAME)
        self.of = self.choice(OF)
        self.of.addItem(AS_LAID_OUT, None)
        for practice in practices:
            self.of.addItem(practice.title, practice.key)
        self._beside = QHBoxLayout()
        self._beside.setSpacing(14)
        self.column.addLayout(self._beside)
        self.minutes = self._spin(MINUTES, 0.0, 240.0, 0.5, BY_HAND)
        self.pace = self._spin(PACE, SLOWEST_PER_MIN - 0.1, QUICKEST_PER_MIN, 0.1, NO_GUIDE)
        self.wording = self.choice(WORDING)
        for text in WORDINGS:
            self.wording.addItem(text)
        self.wording_name = self.line(WORDING_NAME)
        self.head(LINES)
        self.lines = self.field(QPlainTextEdit())
        self.lines.setAccessibleName(LINES)
        self.lines.setTabChangesFocus(True)
        self.lines.setFixedHeight(110)
        self.column.addWidget(self.lines)
        self.add_step, self.remove, self.earlier = (
            Pill(text, theme, px=13, pad_px=12) for text in (ADD, REMOVE, EARLIER)
        )
        self.save, self.back = Pill(SAVE, theme, primary=True), Pill(BACK, theme)
        self.row(self.add_step, self.remove, self.earlier, spacing=4)
        self.row(self.save, self.back, spacing=4)
        self.column.addStretch()
        for each in self._plans:
            self.plan.addItem(each.title)
        self._connect()
        self._take_plan(0)

    def _connect(self) -> None:
        self.plan.currentIndexChanged.connect(self._take_plan)
        self.step.currentIndexChanged.connect(self._show_step)
        self.kind.currentIndexChanged.connect(self._changed)
        self.title.textChanged.connect(self._changed)
        self.minutes.valueChanged.connect(self._changed)
        self.pace.valueChanged.connect(self._changed)
        self.lines.textChanged.connect(self._changed)
        self.of.currentIndexChanged.connect(self._changed)
        self.wording.currentIndexChanged.connect(self._show_step)
        self.wording_name.textChanged.connect(self._name_wording)
        self.add_step.clicked.connect(self._add_step)
        self.remove.clicked.connect(self._remove)
        self.earlier.clicked.connect(self._earlier)
        self.save.clicked.connect(self.keep)
        self.back.clicked.connect(self.done)

    # --- fields ---

    def _spin(self, name: str, low: float, high: float, step: float, least: str) -> QDoubleSpinBox:
        half = QVBoxLayout()
        half.setSpacing(8)
        half.addWidget(self.add(Label(name, self._theme, px=16, weight=SEMIBOLD, tone="hi")))
        made = self.field(number_field(name, low, high, step, least))
        half.addWidget(made)
        self._beside.addLayout(half, 1)
        return made

    def _take_plan(self, index: int) -> None:
        self.editing = self._plans[max(0, index)]
        self._names = list(self.editing.wordings or ("", ""))
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
        second = self.wording.currentIndex() == 1
        self.lines.setPlainText("\n".join(step.other_lines if second else step.lines))
        self.wording_name.setText(self._names[1 if second else 0])
        self.of.setCurrentIndex(max(0, self.of.findData(step.of)))
        self._enable(step)
        self.remove.setEnabled(len(self.editing.steps) > 1)
        self.earlier.setEnabled(self.step.currentIndex() > 0)
        self._filling = False

    def _changed(self) -> None:
        if self._filling:
            return
        at = self.step.currentIndex()
        kind = PLAN_KINDS[self.kind.currentIndex()]
        minutes, pace = self.minutes.value(), self.pace.value()
        of = self.of.currentData() if kind == PRACTICE else None
        paced = kind == PRACTICE and of is None and pace > self.pace.minimum()
        typed = (line.strip() for line in self.lines.toPlainText().splitlines())
        lines = tuple(line for line in typed if line)
        before = self.editing.steps[at]
        both = (before.lines, lines) if self.wording.currentIndex() == 1 else (
            lines, before.other_lines,
        )  # fmt: skip
        step = replace(
            before,
            kind=kind,
            title=self.title.text().strip(),
            seconds=round(minutes * 60.0) * 1.0 if minutes > 0.0 else None,
            breaths_per_min=round(pace, 1) if paced else None,
            lines=both[0] if of is None else (),
            other_lines=both[1] if of is None else (),
            of=of,
        )
        steps = list(self.editing.steps)
        steps[at] = step
        self.editing = replace(self.editing, steps=tuple(steps))
        self._enable(step)
        self.step.setItemText(at, f"{at + 1}  {step.title}")

    def _enable(self, step: PlanStep) -> None:
        """A practice has a pace or is another one; that one brings its own breath and lines."""
        self.of.setEnabled(step.kind == PRACTICE)
        self.pace.setEnabled(step.kind == PRACTICE and step.of is None)
        self.lines.setEnabled(step.of is None)

    def _name_wording(self, name: str) -> None:
        if not self._filling:
            self._names[self.wording.currentIndex()] = name.strip()

    @property
    def _wordings(self) -> tuple[str, ...]:
        """What the two ways of saying it are called; none where there is only one."""
        if not any(step.other_lines for step in self.editing.steps):
            return ()
        named = zip(self._names, WORDINGS, strict=True)
        return tuple(name or usual for name, usual in named)

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
        plan = replace(self.editing, title=self.name.text().strip(), wordings=self._wordings)
        if plan.key in self._ours and not (self._folder / (plan.key + SUFFIX)).exists():
            plan = free_key(plan, [each.key for each in self._plans])
        file = self._folder / (plan.key + SUFFIX)
        try:
            parse_plan(plan_text(plan), TITLE).practice(0, self._practices.get)
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

    def leave(self) -> None:
        self.done.emit()
