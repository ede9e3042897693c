"""The safety page: shown once before the first practice, and to be read again from the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from coherence.translation import _
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme
from coherence.ui.widgets import Pill

TITLE = _("Before you begin")
LINES = (
    (
        _("Gentle, not deep."),
        _(
            "Breathe softly. If you feel light-headed, tingling, tight in the chest or short of "
            "breath, let the guide go, breathe as usual and rest. You can end at any time."
        ),
    ),
    (
        _("Ask first."),
        _(
            "Please talk to a clinician before you practise if you have a heart rhythm disorder, "
            "heart failure, a pacemaker, a recent heart event, fainting or low blood pressure, "
            "epilepsy, severe asthma or COPD, kidney disease, complications in pregnancy, panic "
            "disorder, psychosis or a recent trauma, or if you are under 18."
        ),
    ),
    (
        _("Warmth can stir things up."),
        _(
            "Kindness sometimes brings grief, shame or fear along. That is not your fault. Eyes "
            "open, feet on the ground, sounds around you: there is always a way without the breath."
        ),
    ),
    (
        _("Not while driving, in water or at a machine."),
        _(
            "coherence is a wellbeing and practice aid, not a medical device. It does not "
            "diagnose, treat or prevent anything and does not detect arrhythmia. If you are "
            "worried about your heart or your mood, contact a professional or your local "
            "emergency number."
        ),
    ),
)


class Safety(SheetScreen):
    """Emits ``read`` when it is put aside; nothing is asked for."""

    read = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, TITLE)
        for head, text in LINES:
            self.head(head)
            self.say(text)
        self.column.addSpacing(14)
        self.column.addStretch()
        done = self.add(Pill(_("I have read this"), theme, primary=True, px=17, pad_px=40))
        done.clicked.connect(self.read)
        self.column.addWidget(done, 0, Qt.AlignmentFlag.AlignLeft)

    def leave(self) -> None:
        self.read.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.read.emit()
        else:
            super().keyPressEvent(event)
