"""Settings of practising: the guide's breath, what is asked, reminders, and what is open."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from coherence.storage.settings import Settings
from coherence.ui.choice import Choice
from coherence.ui.pattern_fields import CAPTION, PatternFields
from coherence.ui.reflect import ASK_AGAIN
from coherence.ui.theme import Theme, stylesheet

REMINDER, NO_REMINDER = "A gentle reminder", "None"
REMINDER_AT = "at {}, while coherence is open"
TIMES = ("07:00", "08:00", "12:30", "17:30", "18:30", "20:00", "21:30")
ALL_OPEN = "Open every practice"
ALL_OPEN_WHEN = "When you practise together with a therapist"


class PracticeFields(QObject):
    """The fields, as rows for a form; emits what has changed, by the names of ``Settings``."""

    changed = Signal(dict)

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.pattern = PatternFields(theme, settings.pattern, settings.own_patterns)
        self.pattern.changed.connect(
            lambda name, own: self.changed.emit({"pattern": name, "own_patterns": own})
        )
        self.reminder = Choice()
        self.reminder.setAccessibleName(REMINDER)
        self.reminder.setMaximumWidth(420)
        self.reminder.addItem(NO_REMINDER, None)
        for at in sorted({*TIMES, *filter(None, [settings.reminder_at])}):
            self.reminder.addItem(REMINDER_AT.format(at), at)
        self.reminder.setCurrentIndex(max(0, self.reminder.findData(settings.reminder_at)))
        self.reminder.currentIndexChanged.connect(
            lambda _: self.changed.emit({"reminder_at": self.reminder.currentData()})
        )
        self.ask = self._tick(ASK_AGAIN, settings.ask_reflection, "ask_reflection")
        self.open = self._tick(ALL_OPEN, settings.all_open, "all_open")
        self.open.setToolTip(ALL_OPEN_WHEN)
        self.open.setAccessibleDescription(ALL_OPEN_WHEN)
        self.rows: tuple[tuple[str, QWidget], ...] = (
            ("", self.ask),
            (CAPTION, self.pattern),
            (REMINDER, self.reminder),
            ("", self.open),
        )
        self.set_theme(theme)

    def _tick(self, text: str, on: bool, name: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setAccessibleName(text)
        box.setChecked(on)
        box.toggled.connect(lambda now: self.changed.emit({name: now}))
        return box

    def set_theme(self, theme: Theme) -> None:
        sheet = stylesheet(theme)
        for field in (self.reminder, self.ask, self.open):
            field.setStyleSheet(sheet)
        self.reminder.tone = theme.mid
        self.pattern.set_theme(theme)
