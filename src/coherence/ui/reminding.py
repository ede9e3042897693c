"""Gentle reminders, for those who asked for them, while coherence is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QSystemTrayIcon

from coherence.model import Practised
from coherence.practice.plan import reminder

LOOK_MS = 20_000
SHOWN_MS = 20_000
TITLE = "coherence"


def now_here() -> datetime:
    """The local time, with its offset."""
    return datetime.now(UTC).astimezone()


class Reminding(QObject):
    """Looks at the clock now and then; ``at`` tells the chosen time, or that there is none."""

    due = Signal(str)

    def __init__(
        self,
        at: Callable[[], str | None],
        diary: Callable[[], Sequence[Practised]],
        parent: QObject,
        *,
        now: Callable[[], datetime] = now_here,
    ) -> None:
        super().__init__(parent)
        self._at, self._diary, self._now = at, diary, now
        self._reminded: date | None = None
        self._tray: QSystemTrayIcon | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Say what is due, once a day."""
        chosen, now = self._at(), self._now()
        if chosen is None:
            return
        sentence = reminder(time.fromisoformat(chosen), self._diary(), self._reminded, now)
        if sentence is not None:
            self._reminded = now.date()
            self.due.emit(sentence)

    def notify(self, sentence: str) -> None:
        """By the system's own notes, where it has them."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(_moon(), self)
            self._tray.setToolTip(TITLE)
        self._tray.show()
        self._tray.showMessage(TITLE, sentence, _moon(), SHOWN_MS)
        QTimer.singleShot(SHOWN_MS, self._tray.hide)


def _moon() -> QIcon:
    picture = QPixmap(64, 64)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#F4CB8C"))
    painter.drawEllipse(6, 6, 52, 52)
    painter.end()
    return QIcon(picture)
