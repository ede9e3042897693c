"""Before and after: two sliders and a sentence, each of them optional, all of it skippable."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout

from coherence.model import Reflection
from coherence.translation import _, pgettext
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import REGULAR, Theme, alpha
from coherence.ui.tick import Tick
from coherence.ui.widgets import Label, Pill, draw_focus_ring

BEFORE_TITLE, AFTER_TITLE = _("How are you arriving?"), _("How are you leaving?")
OPTIONAL = _(
    "Say as much or as little as you like, or nothing at all. There is no right place to be."
)
SLIDERS = (
    (_("Your body"), _("stirred up"), _("at ease")),
    (_("Your mood"), pgettext("mood", "heavy"), pgettext("mood", "light")),
)
SLIDER_NAME = _("{}: from {} to {}")
NOT_SAID, SAID = _("not said"), _("said")
SENTENCE, SENTENCE_HINT = _("A sentence, if one comes"), _("in your own words")
KEEP, SKIP = _("Go on"), _("Skip")
ASK_AGAIN = _("Ask me before and after")
LONGEST_SENTENCE = 300
STEPS = 100


class GentleSlider(QSlider):
    """A slider without numbers. Until it is moved it stands hollow in the middle: nothing said."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.touched = False
        self.setRange(0, STEPS)
        self.setValue(STEPS // 2)
        self.setPageStep(10)
        self.setSingleStep(5)
        self.setMinimumHeight(44)
        self.setAccessibleName(name)
        self.setAccessibleDescription(NOT_SAID)
        self.actionTriggered.connect(lambda _: self._touch())
        self.sliderMoved.connect(lambda _: self._touch())
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @property
    def said(self) -> float | None:
        """Where it was put, 0 to 1; ``None`` where it was left alone."""
        return self.value() / STEPS if self.touched else None

    def _touch(self) -> None:
        if not self.touched:
            self.touched = True
            self.setAccessibleDescription(SAID)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:  # the middle itself, by keyboard
            self._touch()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, left, right = self.height() / 2, 12.0, self.width() - 12.0
        line = QRectF(left, middle - 2, right - left, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(alpha(theme.guide, 0.55))
        painter.drawRoundedRect(line, 2, 2)
        at = QPointF(left + (right - left) * self.value() / STEPS, middle)
        painter.setPen(QPen(alpha(theme.heart, 1.0), 2.0))
        painter.setBrush(alpha(theme.heart if self.touched else theme.surface, 1.0))
        painter.drawEllipse(at, 9, 9)
        if self.hasFocus():
            around = QRectF(self.rect()).adjusted(1, 5, -1, -5)
            draw_focus_ring(painter, around, 14, theme)


class Reflect(SheetScreen):
    """Emits what was said, which may be nothing, and whether to ask again."""

    done = Signal(object)  # Reflection
    left = Signal(object)  # Reflection: as far as it was said when the page went by itself
    ask_changed = Signal(bool)

    def __init__(self, theme: Theme, *, after: bool, ask: bool = True) -> None:
        super().__init__(theme, AFTER_TITLE if after else BEFORE_TITLE)
        self.say(OPTIONAL)
        self.sliders = [self._slider(*words) for words in SLIDERS]
        self.sentence = self.line(SENTENCE)
        self.sentence.setMaxLength(LONGEST_SENTENCE)
        self.sentence.setPlaceholderText(SENTENCE_HINT)
        self.sentence.setMinimumHeight(44)
        self.column.addSpacing(12)
        self.keep = Pill(KEEP, theme, primary=True, px=17, pad_px=48)
        self.skip = Pill(SKIP, theme)
        self.keep.clicked.connect(lambda: self._answer(self.said))
        self.skip.clicked.connect(lambda: self._answer(Reflection()))
        self._answered = False
        self.row(self.keep, self.skip, spacing=10)
        self.ask = self.field(Tick(ASK_AGAIN))
        self.ask.setChecked(ask)
        self.ask.setMinimumHeight(44)
        self.ask.toggled.connect(self.ask_changed)
        self.column.addWidget(self.ask)
        self.column.addStretch()

    def _slider(self, caption: str, least: str, most: str) -> GentleSlider:
        theme = self._theme
        self.head(caption)
        slider = self.add(GentleSlider(theme, SLIDER_NAME.format(caption, least, most)))
        together = QVBoxLayout()
        together.setSpacing(0)
        together.addWidget(slider)
        ends = QHBoxLayout()
        for text in (least, most):
            ends.addWidget(self.add(Label(text, theme, px=14, weight=REGULAR, tone="low")))
            if text is least:
                ends.addStretch()
        together.addLayout(ends)
        self.column.addLayout(together)
        return slider

    @property
    def said(self) -> Reflection:
        body, mood = (slider.said for slider in self.sliders)
        return Reflection(body, mood, " ".join(self.sentence.text().split()))

    def _answer(self, said: Reflection) -> None:
        self._answered = True
        self.done.emit(said)

    def put_away(self) -> None:
        """Nobody asked for the words to be lost."""
        if not self._answered:
            self._answered = True
            self.left.emit(self.said)

    def press_primary(self) -> None:
        self.keep.click()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.keep.setFocus()

    def leave(self) -> None:
        (self.skip if self.said.empty else self.keep).click()
