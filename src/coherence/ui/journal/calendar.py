"""A month of days; those with a session have a small moon. No chain of days is counted."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from coherence.translation import _
from coherence.ui.journal.said import day_words
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, alpha
from coherence.ui.widgets import Label, Pill, draw_focus_ring

CELL_PX = 34
STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7,
}  # fmt: skip


class MonthGrid(QWidget):
    """The days of one month. Arrows move, Return takes the day."""

    chosen = Signal(object)  # a date
    moved = Signal(object)

    def __init__(self, theme: Theme, today: date) -> None:
        super().__init__()
        self._theme, self._at = theme, today
        self._days: frozenset[date] = frozenset()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Calendar"))
        self._tell()

    @property
    def at(self) -> date:
        return self._at

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_days(self, days: Iterable[date]) -> None:
        """The days that have a session."""
        self._days = frozenset(days)
        self._tell()
        self.update()

    def go(self, day: date) -> None:
        self._at = day
        self._tell()
        self.moved.emit(day)
        self.update()

    def _tell(self) -> None:
        has = _("with a session") if self._at in self._days else _("no session")
        self.setAccessibleDescription(f"{day_words(self._at)}, {has}")

    def _weeks(self) -> list[list[date]]:
        return Calendar().monthdatescalendar(self._at.year, self._at.month)

    def sizeHint(self) -> QSize:
        cell = round(CELL_PX * max(1.0, self._theme.text_scale))
        return QSize(7 * cell, 7 * cell)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in STEPS:
            self.go(self._at + timedelta(days=STEPS[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.go(month_from(self._at, 1 if key == Qt.Key.Key_PageDown else -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._at)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell_w, cell_h = self.width() / 7, self.height() / 7
        week, column = int(event.position().y() / cell_h) - 1, int(event.position().x() / cell_w)
        weeks = self._weeks()
        if 0 <= week < len(weeks) and 0 <= column < 7:
            self.go(weeks[week][column])
            self.chosen.emit(self._at)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell_w, cell_h = self.width() / 7, self.height() / 7
        painter.setFont(theme.font(12, SEMIBOLD))
        painter.setPen(QColor(theme.low))
        weeks = self._weeks()
        for column, day in enumerate(weeks[0]):
            box = QRectF(column * cell_w, 0, cell_w, cell_h)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, day_words(day, "ddd")[:2])
        painter.setFont(theme.font(13, REGULAR))
        for week, days in enumerate(weeks, start=1):
            for column, day in enumerate(days):
                box = QRectF(column * cell_w, week * cell_h, cell_w, cell_h)
                self._paint_day(painter, box, day)

    def _paint_day(self, painter: QPainter, box: QRectF, day: date) -> None:
        theme = self._theme
        inside = day.month == self._at.month
        if day in self._days and inside:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(alpha(theme.breath, 0.35 if theme.dark else 0.30))
            radius = min(box.width(), box.height()) * 0.42
            painter.drawEllipse(QPointF(box.center()), radius, radius)
        tone = theme.hi if inside else alpha(theme.low, 0.55)
        painter.setPen(QColor(tone))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(day.day))
        if day == self._at and self.hasFocus():
            draw_focus_ring(painter, box.adjusted(2, 2, -2, -2), 9, theme)


class MonthCalendar(QWidget):
    """The month's name, a way back and on, and its days."""

    chosen = Signal(object)  # a date

    def __init__(self, theme: Theme, today: date) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        self._name = Label("", theme, px=15, tone="hi")
        self._back = Pill("‹", theme, pad_px=8, name=_("The month before"))
        self._on = Pill("›", theme, pad_px=8, name=_("The month after"))
        head.addWidget(self._name)
        head.addStretch()
        head.addWidget(self._back)
        head.addWidget(self._on)
        column.addLayout(head)
        self.grid = MonthGrid(theme, today)
        column.addWidget(self.grid)
        self._back.clicked.connect(lambda: self.grid.go(month_from(self.grid.at, -1)))
        self._on.clicked.connect(lambda: self.grid.go(month_from(self.grid.at, 1)))
        self.grid.moved.connect(self._say)
        self.grid.chosen.connect(self.chosen)
        self._say(today)

    def _say(self, day: date) -> None:
        self._name.set_words(day_words(day, "MMMM yyyy"))

    def set_theme(self, theme: Theme) -> None:
        for part in (self._name, self._back, self._on, self.grid):
            part.set_theme(theme)


def month_from(day: date, months: int) -> date:
    """The same day some months on, or the last one of a shorter month.

    >>> month_from(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
