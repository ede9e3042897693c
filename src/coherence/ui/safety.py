"""The safety page: shown once before the first practice, and to be read again from the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from coherence.translation import _
from coherence.ui.scene.layout import WELCOME
from coherence.ui.scene.scene import Scene
from coherence.ui.scene.state import SceneState
from coherence.ui.theme import LIGHT, REGULAR, SEMIBOLD, Theme
from coherence.ui.widgets import Card, Label, Pill, Themed

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


class Safety(QWidget):
    """Emits ``read`` when it is put aside; nothing is asked for."""

    read = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._scene = Scene(theme, frame=WELCOME, parent=self)
        self._scene.show_state(SceneState(volume=0.5, light=0.5))
        self._card = Card(theme, radius=28, glass=True, parent=self)
        self._themed: list[Themed] = [self._card]
        outer = QVBoxLayout(self._card)
        outer.setContentsMargins(6, 6, 6, 6)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setStyleSheet("background: transparent; border: none")
        area.setAccessibleName(TITLE)
        inside = QWidget()
        area.setWidget(inside)
        outer.addWidget(area)
        column = QVBoxLayout(inside)
        column.setContentsMargins(38, 32, 38, 26)
        column.setSpacing(4)
        column.addWidget(self._label(Label(TITLE, theme, px=34, weight=LIGHT, tone="hi")))
        for head, text in LINES:
            column.addSpacing(10)
            column.addWidget(self._label(Label(head, theme, px=16, weight=SEMIBOLD, tone="hi")))
            column.addWidget(
                self._label(Label(text, theme, px=15, weight=REGULAR, tone="mid", wrap=True))
            )
        column.addStretch()
        column.addSpacing(14)
        self._done = Pill(_("I have read this"), theme, primary=True, px=17, pad_px=40)
        self._done.clicked.connect(self.read)
        self._themed.append(self._done)
        column.addWidget(self._done, 0, Qt.AlignmentFlag.AlignLeft)
        self._done.setFocus()

    def _label(self, label: Label) -> Label:
        self._themed.append(label)
        return label

    def set_theme(self, theme: Theme) -> None:
        self._scene.set_theme(theme)
        for widget in self._themed:
            widget.set_theme(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.read.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        w, h = self.width(), self.height()
        self._scene.setGeometry(self.rect())
        card_w = min(660, w - 40)
        left = max(20, min(w - card_w - 20, round(0.51 * w)))
        self._card.setGeometry(left, 50, card_w, max(200, min(800, h - 80)))
