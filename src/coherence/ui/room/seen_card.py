"""What the client sees, live and small, and where it is shown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from coherence.translation import _
from coherence.ui.plots import PlotCard
from coherence.ui.room import sayings
from coherence.ui.theme import REGULAR, Theme
from coherence.ui.widgets import Label, Pill


class Thumbnail(QWidget):
    """A picture of a screen, smaller, with round corners."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.picture = QPixmap()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(158)

    def show_picture(self, of: QWidget) -> None:
        grabbed = of.grab()
        size = self.size() * self.devicePixelRatioF()
        self.picture = grabbed.scaled(
            size,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(264, 158)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), 12, 12)
        painter.setClipPath(path)
        wanted = self.size() * self.devicePixelRatioF()
        left = max(0, self.picture.width() - wanted.width()) / 2
        top = max(0, self.picture.height() - wanted.height()) / 2
        source = QRectF(left, top, wanted.width(), wanted.height())
        painter.drawPixmap(QRectF(self.rect()), self.picture, source)


class SeenCard(PlotCard):
    """The client's screen as it is now; where to show it, and whether with numbers."""

    show_asked = Signal()
    phone_asked = Signal()
    numbers_asked = Signal(bool)

    def __init__(self, theme: Theme, name: str) -> None:
        title = sayings.SEES.format(_("your client") if name == sayings.YOUR_CLIENT else name)
        super().__init__(theme, title)
        self.thumbnail = Thumbnail(title)
        self.put(self.thumbnail, 0)
        self.show_pill = Pill(sayings.SECOND_SCREEN, theme, primary=True, px=13, pad_px=7)
        self.phone = Pill(sayings.PHONE, theme, px=13, pad_px=7, name=sayings.PHONE_NAME)
        self._row(self.show_pill, self.phone)
        self.where = Label(sayings.NOT_SHOWN, theme, px=12, weight=REGULAR, tone="low", wrap=True)
        self.numbers = Pill(sayings.NUMBERS_MAY, theme, px=13, pad_px=7, name=sayings.NUMBERS_NAME)
        self.numbers.setCheckable(True)
        self._row(self.where, self.numbers)
        self._place, self._phones = sayings.NOT_SHOWN, ""
        self.phone.clicked.connect(self.phone_asked)
        self.show_pill.clicked.connect(self.show_asked)
        self.numbers.toggled.connect(self._number)

    def _row(self, left: QWidget, right: QWidget) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(left, 1)
        row.addWidget(right, 1)
        self.column.addLayout(row)

    def _number(self, hidden: bool) -> None:
        said = sayings.NUMBERS_HIDDEN if hidden else sayings.NUMBERS_MAY
        self.numbers.set_words(said, f"{sayings.NUMBERS_NAME}: {said}")
        self.numbers_asked.emit(not hidden)

    def say_phones(self, words: str, count: int) -> None:
        """Who looks on from a phone; no words where the screen is not shared."""
        said = sayings.PHONES.format(n=count) if words else sayings.PHONE
        name = f"{sayings.PHONE_NAME}: {words}" if words else sayings.PHONE_NAME
        if (said, name) != (self.phone.text(), self.phone.accessibleName()):
            self.phone.set_words(said, name)
        self._phones = words
        self._say_where()

    def say_where(self, text: str, action: str) -> None:
        self._place = text
        self._say_where()
        if action != self.show_pill.text():
            self.show_pill.set_words(action)

    def _say_where(self) -> None:
        self.where.set_words(f"{self._place} · {self._phones}" if self._phones else self._place)
