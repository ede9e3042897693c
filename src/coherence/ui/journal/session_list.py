"""The list of sessions: a day's heading, a title, and a small picture of each one's rhythm."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from coherence.model import SessionRecord
from coherence.sessions.summary import rhythm_read
from coherence.translation import _
from coherence.ui.journal.said import day_of, day_words, detail, title_of, when
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, alpha, stylesheet

Index = QModelIndex | QPersistentModelIndex
ROW_PX, HEAD_PX, PICTURE_PX, PICTURE_SHARE = 66, 30, 132, 0.34
LEAST_SWING_BPM = 12.0  # a smaller swing is not blown up to look like a large one


class SessionModel(QAbstractListModel):
    """Records, newest first; a row is only worked out when it is seen."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._titles = titles
        self._records: list[SessionRecord] = []

    def show(self, records: list[SessionRecord]) -> None:
        self.beginResetModel()
        self._records = records
        self.endResetModel()

    def record(self, row: int) -> SessionRecord:
        return self._records[row]

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self._records)

    def heads(self, row: int) -> str | None:
        """The day that begins at this row, if one does."""
        day = day_of(self._records[row])
        if row and day_of(self._records[row - 1]) == day:
            return None
        return day_words(day)

    def title(self, row: int) -> str:
        return title_of(self._records[row], self._titles)

    def row_of(self, session_id: int) -> int | None:
        return next((i for i, each in enumerate(self._records) if each.id == session_id), None)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record = self._records[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.title(index.row())}, {when(record)}. {detail(record)}"
        return None


class SessionDelegate(QStyledItemDelegate):
    """Paints a row; nothing is kept for rows that are not in sight."""

    def __init__(self, theme: Theme, model: SessionModel) -> None:
        super().__init__()
        self._theme, self._model = theme, model

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        head = HEAD_PX if self._model.heads(index.row()) is not None else 0
        return QSize(200, round((ROW_PX + head) * max(1.0, self._theme.text_scale)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, row = self._theme, index.row()
        record, head = self._model.record(row), self._model.heads(row)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if head is not None:
            painter.setPen(QColor(theme.low))
            painter.setFont(theme.font(13, SEMIBOLD))
            room = QRectF(box.left() + 8, box.top(), box.width(), HEAD_PX * theme.text_scale)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, head)
            box.setTop(box.top() + HEAD_PX * max(1.0, theme.text_scale))
        box.adjust(3, 2, -3, -2)
        draw_ground(painter, box, option.state, theme)
        wide = min(PICTURE_PX, PICTURE_SHARE * box.width()) if record.summary else 0
        words = box.adjusted(14, 7, -wide - 26, -7)
        painter.setPen(QColor(theme.hi))
        painter.setFont(theme.font(15, SEMIBOLD))
        title = painter.fontMetrics().elidedText(
            self._model.title(row), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignTop, title)
        painter.setPen(QColor(theme.mid))
        painter.setFont(theme.font(13, REGULAR))
        under = painter.fontMetrics().elidedText(
            detail(record), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom, under)
        picture = QRectF(box.right() - wide - 14, box.top() + 10, wide, box.height() - 20)
        draw_rhythm(painter, picture, record.summary, theme)
        painter.restore()


class SessionListView(QListView):
    """The list itself, reached and moved through by keyboard like any other."""

    def __init__(self, theme: Theme, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self._delegate = SessionDelegate(theme, model)
        self.setItemDelegate(self._delegate)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setLayoutMode(QListView.LayoutMode.Batched)  # ten thousand rows, a few at a time
        self.setAccessibleName(_("Sessions"))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._delegate.set_theme(theme)
        self.setStyleSheet("background: transparent; outline: none")
        self.verticalScrollBar().setStyleSheet(stylesheet(theme))
        self.viewport().update()


def draw_ground(painter: QPainter, box: QRectF, state: QStyle.StateFlag, theme: Theme) -> None:
    """What lies under a row that is chosen, and around one that has the keyboard."""
    if state & QStyle.StateFlag.State_Selected:
        painter.setPen(QPen(alpha(theme.heart, 0.6), 1.0))
        painter.setBrush(alpha(theme.heart, 0.14))
        painter.drawRoundedRect(box, 14, 14)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(theme.focus), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 14, 14)


def draw_rhythm(painter: QPainter, box: QRectF, summary: str, theme: Theme) -> None:
    """How high and low the heart went through the session, as a soft band of light."""
    parts = _rhythm(summary)
    known = [pair for pair in parts if pair is not None]
    if not known:
        return
    low, high = min(pair[0] for pair in known), max(pair[1] for pair in known)
    middle, span = (low + high) / 2.0, max(LEAST_SWING_BPM, high - low)
    step = box.width() / len(parts)

    def y(bpm: float) -> float:
        return box.center().y() - (bpm - middle) / span * box.height()

    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(alpha(theme.heart, 0.55))
    run: list[tuple[float, tuple[int, int]]] = []
    for i, pair in enumerate([*parts, None]):
        if pair is not None:
            run.append((box.left() + (i + 0.5) * step, pair))
            continue
        if len(run) > 1:
            path = QPainterPath()
            path.moveTo(run[0][0], y(run[0][1][1]))
            for x, (_bottom, top) in run[1:]:
                path.lineTo(x, y(top))
            for x, (bottom, _top) in reversed(run):
                path.lineTo(x, y(bottom) + 1.0)
            path.closeSubpath()
            painter.drawPath(path)
        run = []


@lru_cache(maxsize=512)
def _rhythm(summary: str) -> tuple[tuple[int, int] | None, ...]:
    return tuple(rhythm_read(summary))
