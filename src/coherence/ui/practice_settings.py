"""Settings of practising: the guide's breath, what is asked, reminders, and what is open."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coherence.storage.settings import OWN_PACE_PER_MIN, Settings
from coherence.translation import _, number, pgettext
from coherence.ui.choice import Choice
from coherence.ui.pattern_fields import CAPTION, PatternFields
from coherence.ui.reflect import ASK_AGAIN
from coherence.ui.theme import Theme, stylesheet
from coherence.ui.tick import Tick
from coherence.ui.widgets import Pill

OWN_PACE, AS_PATTERN = _("Your own pace"), _("As the pattern has it")
PER_MIN = _("{} breaths a minute")
FIND, FIND_NAME = _("Look for it"), _("Look for your own pace")
REMINDER, NO_REMINDER = _("A gentle reminder"), pgettext("reminder", "None")
REMINDER_AT = _("at {}, while coherence is open")
TIMES = ("07:00", "08:00", "12:30", "17:30", "18:30", "20:00", "21:30")
ALL_OPEN = _("Open every practice")
ALL_OPEN_WHEN = _("When you practise together with a therapist")


def own_paces(now: float | None) -> list[tuple[float | None, str]]:
    """The paces to choose from, the one that is chosen ``now`` among them.

    >>> own_paces(None)[0], len(own_paces(5.25)) - len(own_paces(5.2))
    ((None, 'As the pattern has it'), 1)
    """
    slowest, quickest = (round(10 * each) for each in OWN_PACE_PER_MIN)
    every = sorted({each / 10 for each in range(slowest, quickest + 1)} | ({now} if now else set()))
    return [(None, AS_PATTERN), *((each, PER_MIN.format(number(each))) for each in every)]


class PracticeFields(QObject):
    """The fields, as rows for a form; emits what has changed, by the names of ``Settings``."""

    changed = Signal(dict)
    find_pace = Signal()

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.pattern = PatternFields(theme, settings.pattern, settings.own_patterns)
        self.pattern.changed.connect(self._choose_pattern)
        self.pace = Choice()
        self.pace.setAccessibleName(OWN_PACE)
        self.pace.setMaximumWidth(420)
        for per_min, text in own_paces(settings.own_pace_per_min):
            self.pace.addItem(text, per_min)
        self.pace.setCurrentIndex(max(0, self.pace.findData(settings.own_pace_per_min)))
        self.pace.currentIndexChanged.connect(
            lambda _: self.changed.emit({"own_pace_per_min": self.pace.currentData()})
        )
        self.find = Pill(FIND, theme, name=FIND_NAME)
        self.find.clicked.connect(self.find_pace)
        beside = QWidget()
        row = QHBoxLayout(beside)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.find)
        row.addStretch()
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
            (OWN_PACE, self.pace),
            ("", beside),
            (REMINDER, self.reminder),
            ("", self.open),
        )
        self.set_theme(theme)

    def _choose_pattern(self, name: str | None, own: list[str]) -> None:
        """A pattern has a pace, too: what is chosen last holds."""
        self.changed.emit({"pattern": name, "own_patterns": own})
        if name is not None:
            self.pace.setCurrentIndex(0)

    def _tick(self, text: str, on: bool, name: str) -> Tick:
        box = Tick(text)
        box.setChecked(on)
        box.toggled.connect(lambda now: self.changed.emit({name: now}))
        return box

    def set_theme(self, theme: Theme) -> None:
        sheet = stylesheet(theme)
        for field in (self.pace, self.reminder, self.ask, self.open):
            field.setStyleSheet(sheet)
        self.pace.tone = self.reminder.tone = theme.mid
        self.find.set_theme(theme)
        self.pattern.set_theme(theme)
