"""The two bars of the practice window: where one is, and what one can do. They fade at rest."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

from coherence.ui import words
from coherence.ui.theme import SEMIBOLD, Theme
from coherence.ui.widgets import Label, Pill

FADED = 0.25
TOP_PX, MARGIN_PX, GAP_PX = 66, 34, 6
_NARROW_PX = 1080
_SENTENCE_PX = 230  # with less room beside the pills the sentence moves up


class TopBar(QWidget):
    """The strap to the left, the steps in the middle, the time to the right."""

    def __init__(self, theme: Theme, steps: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(words.STATUS_NAME)
        self.strap = Label("", theme, dot="guide", parent=self)
        self.time = Label("", theme, parent=self)
        self._theme, self._opacity = theme, 1.0
        self._current = -1
        self.steps: list[Label] = []
        self._dots: list[Label] = []
        self.set_steps(steps)
        for label in (self.strap, self.time):
            label.hide()

    def set_steps(self, steps: Sequence[str]) -> None:
        """The steps of a practice, in place of those there were."""
        for label in [*self.steps, *self._dots]:
            label.hide()
            label.deleteLater()
        self.steps = [Label(step, self._theme, tone="low", parent=self) for step in steps]
        self._dots = [Label("·", self._theme, tone="low", parent=self) for _ in steps[1:]]
        self._current = -1
        for label in [*self.steps, *self._dots]:
            label.set_opacity(self._opacity)

    @property
    def labels(self) -> list[Label]:
        return [self.strap, self.time, *self.steps, *self._dots]

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for label in self.labels:
            label.set_theme(theme)
        self.place()

    def set_opacity(self, opacity: float) -> None:
        self._opacity = opacity
        for label in self.labels:
            label.set_opacity(opacity)

    def show_step(self, index: int) -> None:
        if index == self._current:
            return
        self._current = index
        for i, label in enumerate(self.steps):
            label.set_tone("hi" if i == index else "low")
        self.place()

    def show_strap(self, text: str, tone: str) -> None:
        changed = text != self.strap.text()
        self.strap.set_words(text)
        self.strap.set_dot(tone)
        self.strap.setVisible(bool(text))
        if changed:
            self.place()

    def show_time(self, text: str) -> None:
        if text != self.time.text():
            self.time.set_words(text)
            self.time.setVisible(bool(text))
            self.place()

    def place(self) -> None:
        """Lay out by hand: the steps stay in the middle of the window, whatever stands beside."""
        width, margin = self.width(), _margin(self.width())
        left = self._put(self.strap, margin)
        size = self.time.sizeHint()
        self._put(self.time, width - margin - size.width())
        gap = 10
        shown = self.steps[:1]
        for dot, step in zip(self._dots, self.steps[1:], strict=True):
            shown = [*shown, dot, step]
        total = sum(label.sizeHint().width() for label in shown) + gap * (len(shown) - 1)
        room = 2 * min(width / 2 - left, width / 2 - margin - size.width()) - 2 * gap
        if total > room:  # only the one that is
            shown = [label for i, label in enumerate(self.steps) if i == self._current]
            total = sum(label.sizeHint().width() for label in shown)
        x = round(width / 2 - total / 2)
        for label in [*self.steps, *self._dots]:
            label.setVisible(label in shown)
        for label in shown:
            x = self._put(label, x) + gap

    def _put(self, label: Label, x: int) -> int:
        """Place a label; returns where it ends."""
        size = label.sizeHint()
        label.setGeometry(x, round((TOP_PX + 22 - size.height()) / 2), size.width(), size.height())
        return x + size.width() if label.text() else x


class BottomBar(QWidget):
    """How things are, in one sentence, and the pills."""

    def __init__(self, theme: Theme, sound: bool, numbers: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setAccessibleName(words.ACTIONS_NAME)
        self.state = Label("", theme, weight=SEMIBOLD, wrap=True, parent=self)
        self.pause = Pill(words.PAUSE, theme, parent=self)
        self.sound = Pill(words.SOUND_PILLS["none"], theme, parent=self)
        self.slower = Pill(words.SLOWER, theme, parent=self)
        self.guide = Pill(words.GUIDE, theme, name=words.GUIDE_TITLE, parent=self)
        self.numbers = Pill(words.NUMBERS, theme, parent=self)
        self.end = Pill(words.END, theme, primary=True, parent=self)
        self.sound.setVisible(sound)
        self.numbers.setCheckable(True)
        self.numbers.setChecked(numbers)
        before: QWidget | None = None
        for pill in self.pills:
            pill.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that Space stays with the window
            if before is not None:
                self.setTabOrder(before, pill)
            before = pill

    @property
    def pills(self) -> list[Pill]:
        return [self.pause, self.sound, self.slower, self.guide, self.numbers, self.end]

    def set_theme(self, theme: Theme) -> None:
        self.state.set_theme(theme)
        for pill in self.pills:
            pill.set_theme(theme)

    def set_opacity(self, opacity: float) -> None:
        self.state.set_opacity(opacity)
        for pill in self.pills:
            pill.set_opacity(opacity)

    def place(self, window: QSize) -> QRect | None:
        """Lay out at the foot of ``window``; returns where the sentence goes if not in here.

        The rectangle is in the window's coordinates.
        """
        width, height = window.width(), window.height()
        margin = _margin(width)
        foot = round(max(8, min(26, 8 + (height - 600) * 0.06)))
        pills = [pill for pill in self.pills if not pill.isHidden()]
        for pill in pills:
            pill.set_pad(22 if width >= _NARROW_PX else 14)
        rows = rows_of([pill.sizeHint().width() for pill in pills], width - 2 * margin)
        tall = max(pill.sizeHint().height() for pill in pills)
        bar = foot + len(rows) * tall + (len(rows) - 1) * GAP_PX + 12
        self.setGeometry(0, height - bar, width, bar)
        y, left = 12, width - margin
        for row in rows:
            x = width - margin - sum(pills[i].sizeHint().width() for i in row)
            x -= GAP_PX * (len(row) - 1)
            left = min(left, x)
            for i in row:
                size = pills[i].sizeHint()
                pills[i].setGeometry(x, y, size.width(), tall)
                x += size.width() + GAP_PX
            y += tall + GAP_PX
        room, inside = left - 16 - margin, bar - 12 - foot
        if room < _SENTENCE_PX or self.state.heightForWidth(room) > inside + 8:
            self._hold_sentence(self._window)
            self.state.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            wide = width - 2 * margin
            return QRect(margin, TOP_PX - 6, wide, self.state.heightForWidth(wide))
        self._hold_sentence(self)
        self.state.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.state.setGeometry(margin, 12, room, inside)
        return None

    def _hold_sentence(self, holder: QWidget) -> None:
        if self.state.parentWidget() is not holder:
            self.state.setParent(holder)
            self.state.show()


def _margin(width: int) -> int:
    return MARGIN_PX if width >= _NARROW_PX else 18


def rows_of(widths: Sequence[int], room: int) -> list[list[int]]:
    """Numbers of the pills row by row, as many in each as fit.

    >>> rows_of([100, 100, 100], 220)
    [[0, 1], [2]]
    """
    rows: list[list[int]] = [[]]
    used = 0
    for i, width in enumerate(widths):
        if rows[-1] and used + GAP_PX + width > room:
            rows.append([])
            used = 0
        used += width + (GAP_PX if rows[-1] else 0)
        rows[-1].append(i)
    return rows
