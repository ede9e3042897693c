"""The list of people: a name, when they were last here, their own range, and what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from coherence.model import SessionRecord
from coherence.sessions.case_words import home_words, resting_words
from coherence.sessions.caseload import Case
from coherence.translation import _
from coherence.ui.journal.said import day_of, day_words, title_of
from coherence.ui.journal.session_list import draw_ground, draw_rhythm
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, stylesheet

Index = QModelIndex | QPersistentModelIndex
ROW_PX, PICTURE_PX = 84, 132
NAMES = _("People")
NOBODY_YET = _("not here yet")
NEXT, HOME = _("Next: {plan}"), _("At home: {said}")


class CaseModel(QAbstractListModel):
    """Cases in the order in which they are shown; a row is only worked out when it is seen."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._titles = titles
        self._cases: list[Case] = []

    def show(self, cases: Sequence[Case]) -> None:
        self.beginResetModel()
        self._cases = list(cases)
        self.endResetModel()

    def case(self, row: int) -> Case:
        return self._cases[row]

    def row_of(self, person_id: int) -> int | None:
        return next((i for i, each in enumerate(self._cases) if each.person.id == person_id), None)

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self._cases)

    def last_words(self, case: Case) -> str:
        return NOBODY_YET if case.last is None else self.session_words(case.last)

    def session_words(self, record: SessionRecord) -> str:
        """The day and the practice."""
        day = day_words(day_of(record), _("d MMM yyyy"))
        return f"{day} · {title_of(record, self._titles)}"

    def under(self, row: int) -> list[str]:
        """The quiet lines under a name: rest over weeks, and what is next or came from home."""
        case = self._cases[row]
        plan = NEXT.format(plan=case.planned) if case.planned else ""
        home = home_words(case)
        return [resting_words(case), HOME.format(said=home) if home else "", plan]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        case = self._cases[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return case.person.pseudonym
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = [case.person.pseudonym, self.last_words(case), *self.under(index.row())]
            return ". ".join(filter(None, said))
        return None


class CaseDelegate(QStyledItemDelegate):
    """Paints a row; nothing is kept for rows that are not in sight."""

    def __init__(self, theme: Theme, model: CaseModel) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self.painted = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(260, round(ROW_PX * max(1.0, self._theme.text_scale)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.painted += 1
        theme, row = self._theme, index.row()
        case = self._model.case(row)
        box = QRectF(option.rect).adjusted(3, 2, -3, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_ground(painter, box, option.state, theme)
        words = box.adjusted(14, 8, -PICTURE_PX - 26, -8)
        self._line(painter, words, 0, case.person.pseudonym, 15, SEMIBOLD, theme.hi)
        self._line(painter, words, 1, self._model.last_words(case), 13, REGULAR, theme.mid)
        under = next(filter(None, reversed(self._model.under(row))), "")
        self._line(painter, words, 2, under, 12, REGULAR, theme.low)
        if case.last is not None:
            tall = min(box.height() - 24, 46.0)
            picture = QRectF(
                box.right() - PICTURE_PX - 14, box.center().y() - tall / 2, PICTURE_PX, tall
            )
            draw_rhythm(painter, picture, case.last.summary, theme)
        painter.restore()

    def _line(
        self, painter: QPainter, box: QRectF, n: int, text: str, px: int, weight: int, tone: str
    ) -> None:
        painter.setPen(QColor(tone))
        painter.setFont(self._theme.font(px, weight))
        tall = box.height() / 3
        room = QRectF(box.left(), box.top() + n * tall, box.width(), tall)
        said = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, said)


class CaseListView(QListView):
    """The list itself, reached and moved through by keyboard like any other."""

    def __init__(self, theme: Theme, model: CaseModel) -> None:
        super().__init__()
        self.setModel(model)
        self.delegate = CaseDelegate(theme, model)
        self.setItemDelegate(self.delegate)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setAccessibleName(NAMES)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("background: transparent; outline: none")
        self.verticalScrollBar().setStyleSheet(stylesheet(theme))
