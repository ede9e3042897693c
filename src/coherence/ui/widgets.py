"""The few controls every screen is made of: pill, label, card, row. They paint themselves.

Each takes a theme and can be given another (``set_theme``), and can be faded (``set_opacity``)
without a graphics effect, which would cost a pixmap of the whole bar in every frame.
"""

from __future__ import annotations

import html
from typing import Protocol

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QPushButton, QRadioButton, QWidget

from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, alpha

try:  # Qt 6.8 and newer
    from PySide6.QtGui import QAccessibleAnnouncementEvent
except ImportError:
    QAccessibleAnnouncementEvent = None  # type: ignore[assignment,misc]

TARGET_PX = 44  # the smallest thing to click
LONGEST_TIP = 60  # letters of a tool tip on one line
RING_PX = 2.0
CHOSEN_PX = 1.6  # the line around what is chosen
NOT_YET = 0.72  # how visible a choice is that is not open; still read with ease
_RING_GAP = 3.0  # the ring stands outside the shape, so that it shows on a honey button too


class Themed(Protocol):
    """What a screen can hand its theme on to."""

    def set_theme(self, theme: Theme) -> None: ...


def as_words(text: str) -> str:
    """A tool tip's words as they stand: what looks like HTML would be shown as HTML.

    Only HTML goes on in the next line, so long ones become that, too.

    A practice from elsewhere could otherwise have pictures fetched from wherever it likes.
    """
    is_html = "<" in text or "&" in text or len(text) > LONGEST_TIP
    return f"<p>{html.escape(text)}</p>" if is_html else text


def announce(widget: QObject, text: str) -> None:
    """Let a screen reader say ``text`` when it has time; quietly nothing where Qt cannot."""
    if QAccessibleAnnouncementEvent is None:
        return
    event = QAccessibleAnnouncementEvent(widget, text)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
    QAccessible.updateAccessibility(event)


def draw_focus_ring(painter: QPainter, around: QRectF, radius: float, theme: Theme) -> None:
    """The honey ring of 2 px around what has the keyboard."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.focus), RING_PX))
    painter.drawRoundedRect(around, radius, radius)


def pressed_by_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Whether Enter pressed ``button``, in any window; Qt lets Space do so alone."""
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return False
    if not event.isAutoRepeat():
        button.click()
    return True


class Pill(QPushButton):
    """A rounded button. ``primary`` is for the one action a screen is there for."""

    def __init__(
        self,
        text: str,
        theme: Theme,
        *,
        primary: bool = False,
        px: float = 15,
        pad_px: float = 22,
        name: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._primary, self._px, self._pad, self._opacity = primary, px, pad_px, 1.0
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name or text)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(theme.font(self._px, SEMIBOLD))
        self.updateGeometry()
        self.update()

    def set_opacity(self, opacity: float) -> None:
        if opacity != self._opacity:
            self._opacity = opacity
            self.update()

    def set_pad(self, pad_px: float) -> None:
        """Less room beside the words, for narrow windows."""
        if pad_px != self._pad:
            self._pad = pad_px
            self.updateGeometry()

    def set_words(self, text: str, name: str | None = None) -> None:
        """Other words on the pill, and for a screen reader."""
        self.setText(text)
        self.setAccessibleName(name or text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        height = max(TARGET_PX, round(metrics.height() + 22))
        width = metrics.horizontalAdvance(self.text()) + 2 * self._pad + 2 * _RING_GAP
        return QSize(max(TARGET_PX, round(width)), height + round(2 * _RING_GAP))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(self._opacity if self.isEnabled() else 0.45 * self._opacity)
        shape = QRectF(self.rect()).adjusted(_RING_GAP, _RING_GAP, -_RING_GAP, -_RING_GAP)
        radius = min(shape.height(), shape.width()) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._fill())
        painter.drawRoundedRect(shape, radius, radius)
        if not self._primary:
            edge = theme.veil if theme.dark else theme.hi
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(alpha(edge, theme.edge_veil), 1.0))
            painter.drawRoundedRect(shape.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            if self.isChecked():  # a ring of its own: a little more light alone says nothing
                painter.setPen(QPen(alpha(theme.heart, 0.9), CHOSEN_PX))
                painter.setBrush(alpha(theme.heart, 0.13))
                painter.drawRoundedRect(shape.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
        painter.setPen(QColor(theme.on_primary if self._primary else theme.hi))
        painter.setFont(self.font())
        painter.drawText(shape, Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            draw_focus_ring(painter, ring, radius + _RING_GAP - 1, theme)

    def _fill(self) -> QColor:
        theme = self._theme
        if self._primary:
            colour = QColor(theme.primary)
            if self.isDown():
                return colour.darker(108)
            return colour.lighter(105) if self.underMouse() else colour
        more = 0.10 if self.isDown() or self.isChecked() else 0.05 if self.underMouse() else 0.0
        return alpha(theme.veil, theme.pill_veil + more)


class Label(QLabel):
    """Words. ``tone`` is a colour of the theme by name; ``dot`` puts a disc of it before them."""

    def __init__(
        self,
        text: str,
        theme: Theme,
        *,
        px: float = 15,
        weight: int = SEMIBOLD,
        tone: str = "mid",
        dot: str | None = None,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._px, self._weight, self._tone, self._dot, self._opacity = px, weight, tone, dot, 1.0
        self._theme = theme
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.set_theme(theme)
        self.set_words(text)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(theme.font(self._px, self._weight))
        self.setContentsMargins(round(1.35 * self.font().pixelSize()) if self._dot else 0, 0, 0, 0)
        self._colour()

    def set_words(self, text: str) -> None:
        if text != self.text() or not self.accessibleName():
            self.setText(text)
            self.setAccessibleName(text)

    def set_tone(self, tone: str) -> None:
        if tone != self._tone:
            self._tone = tone
            self._colour()

    def set_dot(self, tone: str) -> None:
        if tone != self._dot:
            self._dot = tone
            self.update()

    def set_opacity(self, opacity: float) -> None:
        if opacity != self._opacity:
            self._opacity = opacity
            self._colour()

    def _colour(self) -> None:
        palette = self.palette()
        colour = alpha(getattr(self._theme, self._tone), self._opacity)
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._dot:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(alpha(getattr(self._theme, self._dot), self._opacity))
            size = self.font().pixelSize() * 0.38
            painter.drawEllipse(QPointF(size + 0.5, self.height() / 2 + 0.5), size, size)
            painter.end()
        super().paintEvent(event)


class Card(QFrame):
    """A rounded surface: solid on a plain ground, ``glass`` over the scene."""

    def __init__(
        self,
        theme: Theme,
        *,
        radius: float = 18,
        glass: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._radius, self._glass = theme, radius, glass

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        faint = self._glass and theme.dark and not theme.strong
        edge = alpha(theme.veil, 0.10) if faint else QColor(theme.line)
        if self._glass:
            ground = theme.sky[0] if theme.dark else theme.surface
            painter.setBrush(alpha(ground, 0.96 if theme.strong else 0.62))
        else:
            painter.setBrush(QColor(theme.surface))
        painter.setPen(QPen(edge, 1.0))
        shape = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(shape, self._radius, self._radius)


class Row(QRadioButton):
    """One choice of several: a dot, a title, a line beneath; arrows move, Space takes.

    To Qt and to a screen reader it is a radio button; rows with one parent exclude each other.
    """

    def __init__(
        self,
        title: str,
        detail: str,
        theme: Theme,
        *,
        dot: str = "breath",
        action: Pill | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self._theme, self._detail, self._dot, self._action = theme, detail, dot, action
        self._wraps_at: int | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if action is not None:
            action.setParent(self)
        self.set_words(title, detail)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(theme.font(16, SEMIBOLD))
        self._small = theme.font(14, REGULAR)
        if self._action is not None:
            self._action.set_theme(theme)
        self.updateGeometry()
        self._place_action()
        self.update()

    def set_words(self, title: str, detail: str, dot: str | None = None) -> None:
        self.setText(title)
        self._detail, self._dot = detail, dot or self._dot
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        title, small = QFontMetrics(self.font()), QFontMetrics(self._small)
        words = max(
            title.horizontalAdvance(self.text()) + 24, small.horizontalAdvance(self._detail)
        )
        action = self._action.sizeHint().width() + 12 if self._action is not None else 0
        return QSize(words + 36 + action, title.height() + self._detail_px() + 28)

    def wrap_at(self, wide: int) -> None:
        """Let the line beneath go on in a second one where a row so wide would cut it short."""
        self._wraps_at = wide
        self.updateGeometry()

    def _detail_px(self) -> int:
        """How high the line beneath is, or the lines."""
        small = QFontMetrics(self._small)
        if self._wraps_at is None:
            return small.height()
        room = QRect(0, 0, self._wraps_at - 38, 10_000)
        wrapped = small.boundingRect(room, Qt.TextFlag.TextWordWrap, self._detail)
        several = wrapped.height() > 1.5 * small.height()  # one line may be rounded up by a pixel
        return wrapped.height() if several else small.height()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def hitButton(self, pos: object) -> bool:
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tab comes to the row that is chosen: Qt itself would stop at the first one."""
        by_tab = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        group = self.group()
        chosen = None if group is None else group.checkedButton()
        if by_tab and chosen is not None and chosen is not self and chosen.isVisible():
            chosen.setFocus(event.reason())
            return
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_action()

    def _place_action(self) -> None:
        if self._action is not None:
            size = self._action.sizeHint()
            self._action.resize(size)
            self._action.move(
                self.width() - size.width() - 14, (self.height() - size.height()) // 2
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else NOT_YET)
        shape = QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5)
        if self.isChecked():
            fill, edge = alpha(theme.heart, 0.13), alpha(theme.heart, 0.55)
        else:
            more = 0.04 if self.underMouse() else 0.0
            fill = alpha(theme.veil, theme.card_veil + more)
            faint = theme.dark and not theme.strong
            edge = alpha(theme.veil, 0.08) if faint else QColor(theme.line)
        painter.setBrush(fill)
        painter.setPen(QPen(edge, 1.0))
        painter.drawRoundedRect(shape, 16, 16)
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), 17, theme)

        title, small = QFontMetrics(self.font()), QFontMetrics(self._small)
        top = (self.height() - title.height() - self._detail_px() - 1) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(theme, self._dot)))
        painter.drawEllipse(QPointF(26, top + title.height() / 2), 6, 6)
        right = self._action.x() - 10 if self._action is not None else self.width() - 18
        painter.setPen(QColor(theme.hi))
        painter.setFont(self.font())
        words = title.elidedText(self.text(), Qt.TextElideMode.ElideRight, right - 42)
        painter.drawText(QPointF(42, top + title.ascent()), words)
        painter.setPen(QColor(theme.mid))
        painter.setFont(self._small)
        if self._wraps_at is not None:
            room = QRectF(20, top + title.height() + 1, right - 20, self._detail_px() + 2)
            painter.drawText(room, Qt.TextFlag.TextWordWrap, self._detail)
            return
        words = small.elidedText(self._detail, Qt.TextElideMode.ElideRight, right - 20)
        painter.drawText(QPointF(20, top + title.height() + 1 + small.ascent()), words)
